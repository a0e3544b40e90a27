# SPDX-License-Identifier: AGPL-3.0-or-later
"""The owner corrects a published description by the form, sees the difference, sends it, takes it back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from terracite.repository import addresses, corrections
from terracite.repository.outbox import process_outbox
from terracite.repository.records import record_of


@pytest.fixture
def address(published) -> str:
    return reverse("correct", args=[published.uuid])


def fields(page: bytes) -> dict[str, list[str]]:
    """What a browser without JavaScript would send of the form."""
    (form,) = html.fromstring(page).xpath("//form[contains(@class, 'correct')]")
    found: dict[str, list[str]] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def test_the_whole_way(alice, bob, client, published, cast, address) -> None:
    page = alice.get(address, {"lang": "en"})
    posted = fields(page.content) | {"title.en": "Land cover of Reunion, 2023, at 10 m", "look": "1"}
    looked = alice.post(address, posted, headers={"accept-language": "en"})
    assert [change.field for change in looked.context["changes"]] == ["title"]
    assert record_of(published).title.en == "Land cover of Reunion Island, 2023, at 10 m"
    sent = {name: value for name, value in posted.items() if name != "look"} | {"send": "1", "note": "Shorter."}
    assert alice.post(address, sent).status_code == 302
    waiting = alice.get(address, {"lang": "en"}).content.decode()
    assert "A correction waits for the desk" in waiting
    assert "Shorter." in waiting
    corrections.approve_correction(published, cast.bob)
    process_outbox()
    text = client.get(addresses.landing_path(published), {"lang": "en"}).content.decode()
    assert "Land cover of Reunion, 2023" in text
    revision = reverse("revision", args=[published.dataset.uuid, published.number, 1])
    assert revision in text
    told = client.get(revision, {"lang": "en"}).content.decode()
    assert '<del class="old">' in told
    assert "Shorter." in told
    assert client.get(revision.replace("/1/", "/2/")).status_code == 404


def test_the_form_as_it_is_changes_nothing(alice, address) -> None:
    looked = alice.post(address, fields(alice.get(address).content) | {"look": "1"})
    assert looked.context["changes"] == []


def test_what_is_protected_cannot_be_posted(alice, published, address) -> None:
    posted = fields(alice.get(address).content)
    posted |= {"licence": "CC0-1.0", "access.kind": "restricted", "version.notes.en": "x", "doi": "10.1/x", "send": "1"}
    alice.post(address, posted)
    assert corrections.waiting(published) is None


def test_a_waiting_one_is_taken_back(alice, published, address) -> None:
    alice.post(address, fields(alice.get(address).content) | {"title.en": "Other", "send": "1"})
    assert corrections.waiting(published) is not None
    back = reverse("take-back-correction", args=[published.uuid])
    assert alice.get(back).status_code == 405
    alice.post(back)
    assert corrections.waiting(published) is None
    assert alice.post(back).status_code == 302
    alice.post(address, fields(alice.get(address).content) | {"title.en": "Another", "send": "1"})
    assert corrections.waiting(published) is not None


def test_mistakes_are_told(alice, address) -> None:
    posted = fields(alice.get(address).content) | {"extents.0.north": "123", "creators.0.orcid": "7", "look": "1"}
    answer = alice.post(address, posted)
    assert answer.status_code == 422
    assert len(answer.context["problems"]) >= 2


def test_only_the_owner_corrects(client, chloe, bob, draft, alice, address, published) -> None:
    assert client.get(address).status_code == 302
    assert (chloe.get(address).status_code, bob.get(address).status_code) == (403, 403)
    assert alice.get(reverse("correct", args=[published.dataset.uuid])).status_code == 404
