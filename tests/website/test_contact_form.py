# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readers write to the contact person without seeing an address; programs that fill forms do not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terracite.repository import contact
from terracite.repository.models import ContactMessage, Mail
from terracite.website import limits

GOOD = {"name": "Chloé", "email": "chloe@example.org", "text": "Which projection is map.tif in?"}


@pytest.fixture
def address(published) -> str:
    return reverse("contact", args=[published.dataset.uuid, published.number])


def letters():
    return Mail.objects.filter(kind__startswith="contact")


def test_a_letter_goes_to_the_contact_person(client, address) -> None:
    page = client.get(address, {"lang": "en"}).content.decode()
    assert "alice@example.org" not in page
    assert client.post(address, GOOD).status_code == 302
    letter = letters().get()
    assert (letter.to, letter.headers["Reply-To"]) == ("alice@example.org", GOOD["email"])
    assert GOOD["text"] in letter.body
    assert ContactMessage.objects.get().name == "Chloé"


def test_every_mistake_is_told_beside_its_input(client, address) -> None:
    answer = client.post(
        address, {"name": "", "email": "nobody", "text": "x" * 6000}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 422
    assert set(answer.context["problems"]) == {"name", "email", "text"}
    assert not letters().exists()


@pytest.mark.parametrize(
    "more",
    [
        {"name": "Eve\r\nBcc: all@example.org"},
        {"name": "Eve {url.__class__}", "text": "{0} {email} %s"},
        {"name": "<script>alert(1)</script>"},
    ],
)
def test_nothing_typed_becomes_a_header_or_a_template(client, address, more) -> None:
    client.post(address, GOOD | more)
    letter = letters().get()
    assert set(letter.headers) == {"Content-Language", "Reply-To"}
    assert "\n" not in letter.subject
    assert (GOOD | more)["text"] in letter.body


def test_an_address_with_a_line_break_is_refused(client, address) -> None:
    assert client.post(address, GOOD | {"email": "a@example.org\r\nBcc: b@example.org"}).status_code == 422
    assert client.post(address, GOOD | {"email": "a@example.org,b@example.org"}).status_code == 422


def test_what_fills_the_hidden_input_is_thanked_and_dropped(client, address) -> None:
    assert client.post(address, GOOD | {"website": "https://example.org"}).status_code == 302
    assert not letters().exists()


def test_too_many_are_stopped(client, address, published, monkeypatch) -> None:
    assert [client.post(address, GOOD).status_code for _ in range(6)] == [302] * 5 + [429]
    monkeypatch.setattr(contact, "MOST_OF_SENDER", 5)
    limits.forgive("contact", "127.0.0.1")
    assert client.post(address, GOOD).status_code == 422


def test_who_is_logged_in_may_have_a_copy(chloe, address) -> None:
    chloe.post(address, GOOD | {"copy": "1"})
    assert sorted(letters().values_list("to", flat=True)) == ["alice@example.org", "chloe@example.org"]


def test_drafts_have_no_form(client, alice, draft) -> None:
    address = reverse("contact", args=[draft.dataset.uuid, draft.number])
    assert (client.get(address).status_code, alice.get(address).status_code) == (404, 404)
