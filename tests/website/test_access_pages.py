# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restricted files asked for on a page, and drafts thrown away on one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from terracite.repository.models import AccessRequest, DatasetVersion

from . import scene


@pytest.fixture
def restricted(deposit, cast: scene.Cast) -> DatasetVersion:
    return scene.published(scene.draft(deposit, cast.alice, access={"kind": "restricted"}), cast)


def page(version: DatasetVersion, rest: str = "") -> str:
    return f"/datasets/{version.dataset.uuid}/v{version.number}/access/{rest}"


def test_a_reader_asks_and_the_owner_answers(restricted, cast, alice: Client, chloe: Client) -> None:
    asked = chloe.post(page(restricted), {"reason": "A map of <b>forests</b>"}, follow=True)
    assert "A map of &lt;b&gt;forests&lt;/b&gt;" in asked.content.decode()
    request = AccessRequest.objects.get()
    day = timezone.now().date() + dt.timedelta(days=10)

    assert "A map of &lt;b&gt;" in alice.get(page(restricted)).content.decode()
    data = {"request": str(request.uuid), "answer": "yes", "text": "Welcome", "until": day.isoformat()}
    alice.post(page(restricted, "answer/"), data)

    told = chloe.get(page(restricted)).content.decode()
    assert "You have access." in told
    assert "Welcome" in told
    file = f"/datasets/{restricted.dataset.uuid}/v1/files/README.md"
    assert chloe.get(file).status_code == 200
    assert Client().get(file).status_code == 403


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"answer": "no"}, "A reason is needed."),
        ({"answer": "yes", "until": "tomorrow"}, "That is not a day."),
        ({"answer": "yes", "until": "2020-01-01"}, "That day is over."),
    ],
)
def test_an_answer_that_cannot_be_is_told(data, told, restricted, chloe: Client, alice: Client) -> None:
    chloe.post(page(restricted), {"reason": "A map"})
    request = AccessRequest.objects.get()

    shown = alice.post(page(restricted, "answer/"), {"request": str(request.uuid)} | data, follow=True)

    assert told in shown.content.decode()
    request.refresh_from_db()
    assert request.state == "proposed"


def test_who_may_open_the_page(restricted, draft, cast, alice: Client, chloe: Client) -> None:
    assert Client().get(page(restricted)).status_code == 302
    assert chloe.get(page(draft)).status_code == 404
    assert alice.get(page(draft)).status_code == 404  # nothing to ask for yet
    assert chloe.get(page(scene.published(draft, cast))).status_code == 404  # open to all
    assert chloe.post(page(restricted, "answer/"), {"answer": "yes"}).status_code == 403
    assert alice.post(page(restricted, "answer/"), {"request": "none", "answer": "yes"}).status_code == 404
    assert alice.get(page(restricted, "answer/")).status_code == 405


def test_a_draft_is_thrown_away_and_taken_back(draft, cast, alice: Client, bob: Client, chloe: Client) -> None:
    address = f"/deposit/{draft.uuid}/"
    assert "30 days" in alice.get(f"{address}discard/").content.decode()
    assert (chloe.get(f"{address}discard/").status_code, chloe.post(f"{address}restore/").status_code) == (404, 404)

    alice.post(f"{address}discard/")
    draft.refresh_from_db()
    assert draft.state == "discarded"
    assert alice.get(f"{address}discard/").status_code == 403

    alice.post(f"{address}restore/")
    draft.refresh_from_db()
    assert (draft.state, draft.files.count()) == ("draft", 2)


def test_what_is_published_is_not_thrown_away(published, alice: Client) -> None:
    assert alice.get(f"/deposit/{published.uuid}/discard/").status_code == 403
