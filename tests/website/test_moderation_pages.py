# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk and the review: the moves of the table, by plain forms."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terracite.repository.outbox import process_outbox
from terracite.website.differences import words


def move(client, version, name: str, **data: str):
    answer = client.post(reverse("move", args=[version.uuid, name]), data)
    version.refresh_from_db()
    return answer


def test_the_queue_shows_what_waits(bob, submitted) -> None:
    text = bob.get(reverse("desk"), {"lang": "en"}).content.decode()
    assert submitted.title("en") in text
    assert "0 h" in text


def test_from_the_queue_to_a_public_page(bob, alice, submitted, client) -> None:
    move(bob, submitted, "take")
    assert submitted.state == "in_review"
    move(bob, submitted, "accept")
    assert submitted.state == "accepted"
    process_outbox()
    submitted.refresh_from_db()
    assert submitted.state == "published"
    assert client.get(f"/datasets/{submitted.dataset.uuid}/v1/").status_code == 200


def test_changes_are_asked_for_answered_and_settled(bob, alice, submitted) -> None:
    move(bob, submitted, "take")
    move(bob, submitted, "request_changes", field="lineage", text="Name the images.")
    assert submitted.state == "changes_requested"
    thread = submitted.threads.get()
    assert thread.field == "lineage"
    page = alice.get(reverse("deposit-step", args=[submitted.uuid, "check"]), {"lang": "en"}).content.decode()
    assert "Name the images." in page
    move(alice, submitted, "comment", thread=str(thread.pk), text="Done.")
    assert thread.comments.count() == 2
    move(bob, submitted, "close_thread", thread=str(thread.pk))
    thread.refresh_from_db()
    assert not thread.open


def test_the_same_moderator_goes_on_after_a_second_submission(bob, alice, submitted) -> None:
    move(bob, submitted, "take")
    move(bob, submitted, "request_changes", text="Name the images.", field="lineage")
    alice.post(reverse("submit", args=[submitted.uuid]), {"terms": "1"})
    page = bob.get(reverse("review", args=[submitted.uuid])).content.decode()
    assert reverse("move", args=[submitted.uuid, "take"]) in page
    move(bob, submitted, "take")
    page = bob.get(reverse("review", args=[submitted.uuid])).content.decode()
    assert reverse("move", args=[submitted.uuid, "take"]) not in page
    assert reverse("move", args=[submitted.uuid, "accept"]) in page


def test_what_is_still_open_stops_an_acceptance_until_it_is_settled(bob, submitted) -> None:
    move(bob, submitted, "take")
    move(bob, submitted, "comment", field="lineage", text="Which images?")
    page = bob.get(reverse("review", args=[submitted.uuid]), {"lang": "en"}).content.decode()
    assert 'name="settle" value="1" required' in page
    move(bob, submitted, "accept")
    assert submitted.state == "in_review"
    move(bob, submitted, "accept", settle="1")
    assert submitted.state == "accepted"
    assert not submitted.threads.filter(open=True).exists()


def test_a_suggestion_is_taken_by_the_owner(bob, alice, submitted) -> None:
    move(bob, submitted, "take")
    move(bob, submitted, "suggest", field="title.en", value="A better title", note="Shorter")
    move(bob, submitted, "request_changes", text="See my suggestion.")
    suggestion = submitted.suggestions.get()
    move(alice, submitted, "answer_suggestion", suggestion=str(suggestion.pk), answer="yes")
    assert submitted.title_en == "A better title"


def test_the_second_reading_shows_only_what_changed(bob, alice, submitted) -> None:
    move(bob, submitted, "take")
    move(bob, submitted, "suggest", field="title.en", value="A better title")
    move(bob, submitted, "request_changes", text="See.")
    move(alice, submitted, "answer_suggestion", suggestion=str(submitted.suggestions.get().pk), answer="yes")
    alice.post(reverse("submit", args=[submitted.uuid]), {"terms": "1"})
    page = bob.get(reverse("review", args=[submitted.uuid]))
    assert [change.field for change in page.context["changes"]] == ["title"]


@pytest.mark.parametrize("name", ["take", "accept", "reject", "request_changes", "suggest"])
def test_nobody_moderates_their_own(alice, submitted, name: str) -> None:
    data = {"field": "title.en", "value": "x", "text": "x", "reason": "other"}
    move(alice, submitted, name, **data)
    assert submitted.state == "submitted"


def test_a_refusal_needs_its_reason_and_is_told_to_the_owner(bob, alice, submitted) -> None:
    move(bob, submitted, "take")
    move(bob, submitted, "reject", reason="other", text="")
    assert submitted.state == "in_review"
    move(bob, submitted, "reject", reason="not_data", text="These are slides.")
    assert submitted.state == "rejected"
    page = alice.get(reverse("deposit-step", args=[submitted.uuid, "check"])).content.decode()
    assert "These are slides." in page


@pytest.mark.parametrize("name", ["publish", "nonsense", "submit"])
def test_only_the_moves_of_the_page_exist(bob, submitted, name: str) -> None:
    assert move(bob, submitted, name).status_code == 404


def test_a_strange_number_is_not_found(bob, submitted) -> None:
    assert move(bob, submitted, "close_thread", thread="x").status_code == 404


def test_words_that_went_and_came() -> None:
    assert [(piece.kind, piece.words) for piece in words("the old map", "the new map")] == [
        ("same", "the "),
        ("old", "old"),
        ("new", "new"),
        ("same", " map"),
    ]
