# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desks: Bob for continental surfaces, Bérénice for biodiversity."""

from __future__ import annotations

import io

import pytest

from terracite.errors import MoveError
from terracite.record.model import Text
from terracite.repository import conversation, deposits, events, files, moderation, moderation_queue, people
from terracite.repository.models import DatasetVersion, Notice, Person, StoredFile
from terracite.repository.states import MoveRefusedError

from .conftest import LAND, LIFE, People, complete_draft, in_review


def refusals(error: pytest.ExceptionInfo[MoveRefusedError]) -> list[str]:
    return [refusal.code for refusal in error.value.refusals]


def two_desks(cast: People, deposit) -> DatasetVersion:
    return complete_draft(deposit, cast.alice, disciplines=[LAND, LIFE])


def submitted(version: DatasetVersion, cast: People) -> DatasetVersion:
    return moderation.submit(version, cast.alice, terms_accepted=True)


def told(person: Person) -> list[str]:
    """What the person was told, oldest first."""
    return [notice.move for notice in Notice.objects.filter(person=person).order_by("id")]


def test_a_complete_draft_is_submitted_and_frozen(draft, cast):
    submitted(draft, cast)

    assert draft.state == "submitted"
    assert len(draft.snapshot_hash) == 64
    assert draft.submitted_at is not None
    assert draft.terms_accepted_at is not None
    assert [(review.discipline, review.decision) for review in draft.reviews.all()] == [(LAND, "pending")]
    assert told(cast.bob) == ["submit"]
    assert told(cast.berenice) == []


def test_an_empty_draft_is_refused_with_every_reason_and_nothing_changes(cast, deposit):
    version = deposits.create_dataset(deposit, cast.alice)

    with pytest.raises(MoveRefusedError) as error:
        moderation.submit(version, cast.alice)

    assert refusals(error) == ["no_files", "blockers", "terms"]
    version.refresh_from_db()
    assert (version.state, version.reviews.count(), version.snapshots.count()) == ("draft", 0, 0)
    assert [event.move for event in events.history(version)] == ["create"]


def test_a_file_that_was_not_looked_into_stops_the_submission(draft, cast):
    files.add_file(draft, cast.alice, "late.txt", io.BytesIO(b"x"))

    with pytest.raises(MoveRefusedError) as error:
        submitted(draft, cast)

    assert refusals(error) == ["files_not_ready"]


@pytest.mark.parametrize("who", ["bob", "chloe", "dora", "admin"])
def test_only_owners_submit(who, draft, cast):
    with pytest.raises(MoveRefusedError) as error:
        moderation.submit(draft, getattr(cast, who), terms_accepted=True)
    assert refusals(error) == ["role"]


def test_taking_starts_the_review(draft, cast):
    moderation.take(submitted(draft, cast), cast.bob)

    assert (draft.state, draft.assigned_to) == ("in_review", cast.bob)
    review = draft.reviews.get()
    assert review.moderator == cast.bob
    assert review.taken_at is not None
    assert told(cast.alice) == ["take"]


def test_the_second_moderator_of_a_desk_comes_too_late(draft, cast):
    colleague = people.ensure_person("basile")
    people.grant(colleague, "moderator", LAND)
    moderation.take(submitted(draft, cast), cast.bob)

    with pytest.raises(MoveRefusedError) as error:
        moderation.take(draft, colleague)

    assert refusals(error) == ["desk_decided"]
    assert draft.reviews.get().moderator == cast.bob


def test_a_moderator_of_another_desk_has_no_say(draft, cast):
    submitted(draft, cast)

    with pytest.raises(MoveRefusedError) as error:
        moderation.take(draft, cast.berenice)
    assert refusals(error) == ["role"]


def test_the_queue_shows_what_waits_without_ones_own(draft, cast):
    submitted(draft, cast)
    people.grant(cast.alice, "moderator", LAND)

    assert [review.version for review in moderation_queue.waiting(cast.bob)] == [draft]
    assert moderation_queue.waiting(cast.berenice) == []
    assert moderation_queue.waiting(cast.chloe) == []
    assert moderation_queue.waiting(None) == []
    assert list(moderation_queue.queue(cast.alice)) != []
    assert moderation_queue.waiting(cast.alice) == []


def test_changes_are_requested_made_and_seen(draft, cast):
    in_review(draft, cast)
    moderation.request_changes(draft, cast.bob, text="What size are the plots?", field="abstract")
    assert draft.state == "changes_requested"
    assert [thread.field for thread in draft.threads.filter(open=True)] == ["abstract"]
    assert told(cast.alice) == ["take", "request_changes"]
    assert moderation_queue.waiting(cast.bob) == []

    draft.refresh_from_db()
    longer = Text(en=deposits.record_of(draft).abstract.en + " Plots are 20 m wide.")
    deposits.save(draft, cast.alice, {"abstract": longer})
    submitted(draft, cast)

    assert moderation.changed_since_last_review(draft) == ("abstract",)
    assert [review.moderator for review in moderation_queue.waiting(cast.bob)] == [cast.bob]


def test_changes_cannot_be_requested_without_a_word(draft, cast):
    in_review(draft, cast)

    with pytest.raises(MoveRefusedError) as error:
        moderation.request_changes(draft, cast.bob, text="  ")
    assert refusals(error) == ["no_thread"]


def test_an_open_conversation_stops_the_acceptance(draft, cast):
    in_review(draft, cast)
    conversation.comment(draft, cast.bob, text="Why 2022 only?", field="periods")

    with pytest.raises(MoveRefusedError) as error:
        moderation.accept(draft, cast.bob)
    assert refusals(error) == ["open_threads"]

    conversation.comment(draft, cast.alice, text="One season was enough.", thread=draft.threads.get())
    conversation.close_thread(draft, cast.bob, thread=draft.threads.get())
    moderation.accept(draft, cast.bob)
    assert draft.state == "accepted"
    assert [comment.text for comment in draft.threads.get().comments.all()] == [
        "Why 2022 only?",
        "One season was enough.",
    ]


def test_content_changed_behind_the_desk_is_not_accepted(draft, cast):
    in_review(draft, cast)
    StoredFile.objects.filter(version=draft, path="cover.txt").update(sha256="f" * 64)

    with pytest.raises(MoveRefusedError) as error:
        moderation.accept(draft, cast.bob)

    assert refusals(error) == ["content_changed"]


def test_acceptance_gives_a_doi_but_publishes_nothing_yet(draft, cast):
    moderation.accept(in_review(draft, cast), cast.bob, note="Well described.")

    assert (draft.state, draft.doi_state, draft.published_at) == ("accepted", "none", None)
    assert draft.doi.startswith("10.5072/")
    assert not draft.is_public
    assert [(item.kind, item.done_at) for item in draft.outbox.all()] == [("doi", None)]


def test_two_disciplines_need_two_moderators(cast, deposit):
    version = submitted(two_desks(cast, deposit), cast)
    moderation.take(version, cast.bob)
    moderation.take(version, cast.berenice)

    moderation.accept(version, cast.bob)
    assert (version.state, version.doi) == ("in_review", "")
    assert moderation_queue.waiting(cast.bob) == []
    with pytest.raises(MoveRefusedError) as error:
        moderation.accept(version, cast.bob)
    assert "desk_decided" in refusals(error)

    moderation.accept(version, cast.berenice)
    assert version.state == "accepted"


def test_one_moderator_of_two_desks_does_not_count_twice(cast, deposit):
    people.grant(cast.bob, "moderator", LIFE)
    version = submitted(two_desks(cast, deposit), cast)
    moderation.take(version, cast.bob)
    moderation.accept(version, cast.bob, discipline=LIFE)

    with pytest.raises(MoveRefusedError) as error:
        moderation.accept(version, cast.bob, discipline=LAND)

    assert refusals(error) == ["same_moderator"]
    assert {review.discipline: review.decision for review in version.reviews.all()} == {
        LAND: "pending",
        LIFE: "accepted",
    }


def test_after_a_change_every_desk_is_asked_again(cast, deposit):
    version = submitted(two_desks(cast, deposit), cast)
    moderation.take(version, cast.bob)
    moderation.accept(version, cast.bob)
    moderation.take(version, cast.berenice)
    moderation.request_changes(version, cast.berenice, text="Name the species.")
    deposits.save(version, cast.alice, {"purpose": {"en": "To know the species."}})

    submitted(version, cast)
    moderation.take(version, cast.berenice)
    for thread in version.threads.all():
        conversation.close_thread(version, cast.berenice, thread=thread)
    moderation.accept(version, cast.berenice)

    assert version.state == "in_review"
    moderation.accept(version, cast.bob)
    assert version.state == "accepted"


def test_a_rejection_needs_a_reason_of_the_list_and_tells_the_owner(draft, cast):
    in_review(draft, cast)
    with pytest.raises(MoveError, match="not in the list"):
        moderation.reject(draft, cast.bob, reason="I do not like it")
    for reason, text in (("", ""), ("other", " ")):
        with pytest.raises(MoveRefusedError) as error:
            moderation.reject(draft, cast.bob, reason=reason, text=text)
        assert refusals(error) == ["no_reason"]

    moderation.reject(draft, cast.bob, reason="quality", text="Half of the plots are empty.")

    assert (draft.state, draft.reason) == ("rejected", "quality: Half of the plots are empty.")
    assert told(cast.alice)[-1] == "reject"
    assert moderation_queue.waiting(cast.bob) == []


def test_a_review_is_handed_over_to_somebody_who_may(draft, cast):
    colleague = people.ensure_person("basile")
    in_review(draft, cast)
    for unfit in (colleague, cast.alice, cast.berenice, cast.chloe):
        with pytest.raises(MoveRefusedError) as error:
            moderation.hand_over(draft, cast.bob, to=unfit)
        assert refusals(error) == ["heir"]

    people.grant(colleague, "moderator", LAND)
    moderation.hand_over(draft, cast.bob, to=colleague, note="On leave")

    assert (draft.state, draft.assigned_to) == ("in_review", colleague)
    assert draft.reviews.get().moderator == colleague
    assert told(colleague) == ["hand_over"]


def test_an_author_with_a_desk_cannot_be_handed_their_own_dataset(draft, cast):
    in_review(draft, cast)
    people.grant(cast.alice, "moderator", LAND)

    with pytest.raises(MoveRefusedError) as error:
        moderation.hand_over(draft, cast.bob, to=cast.alice)
    assert refusals(error) == ["heir"]


def test_a_submission_is_assigned_before_anybody_took_it(draft, cast):
    colleague = people.ensure_person("basile")
    people.grant(colleague, "moderator", LAND)

    moderation.assign(submitted(draft, cast), cast.bob, to=colleague)

    assert (draft.state, draft.assigned_to) == ("in_review", colleague)


def test_the_owner_with_a_desk_cannot_do_any_moderator_s_move(draft, cast):
    people.grant(cast.alice, "moderator", LAND)
    submitted(draft, cast)
    attempts = [lambda: moderation.take(draft, cast.alice)]
    with pytest.raises(MoveRefusedError) as error:
        attempts[0]()
    assert refusals(error) == ["author"]

    moderation.take(draft, cast.bob)
    for attempt in (
        lambda: moderation.accept(draft, cast.alice),
        lambda: moderation.reject(draft, cast.alice, reason="quality"),
        lambda: moderation.request_changes(draft, cast.alice, text="x"),
        lambda: conversation.suggest(draft, cast.alice, field="title.en", value="x"),
    ):
        with pytest.raises(MoveRefusedError) as error:
            attempt()
        assert "author" in refusals(error)
    assert draft.state == "in_review"


def test_a_suggestion_is_taken_or_refused_field_by_field(draft, cast):
    in_review(draft, cast)
    conversation.suggest(draft, cast.bob, field="title.en", value="A better title", note="Clearer")
    conversation.suggest(draft, cast.bob, field="purpose", value=Text(en="To count trees"))
    moderation.request_changes(draft, cast.bob, text="See my suggestions.")
    title, purpose = draft.suggestions.all()

    conversation.answer_suggestion(draft, cast.alice, suggestion=title, accept=True)
    conversation.answer_suggestion(draft, cast.alice, suggestion=purpose, accept=False)

    record = deposits.record_of(draft)
    assert (record.title.en, record.purpose) == ("A better title", Text())
    assert record.origin("title.en") is not None
    assert (record.origins["title.en"].kind, record.origins["title.en"].detail) == ("suggested", "Bob Payet")
    with pytest.raises(MoveError, match="already answered"):
        conversation.answer_suggestion(draft, cast.alice, suggestion=title, accept=False)


def test_a_suggestion_must_fit_its_field(draft, cast):
    in_review(draft, cast)

    for field, value in (("abstrakt", "x"), ("language", "de"), ("doi", "10.1234/x")):
        with pytest.raises(ValueError, match=r"cannot be (changed|used)"):
            conversation.suggest(draft, cast.bob, field=field, value=value)
    with pytest.raises(MoveError, match="already has that value"):
        conversation.suggest(draft, cast.bob, field="language", value="en")
    assert draft.suggestions.count() == 0


def test_a_thread_of_another_dataset_is_not_touched(draft, cast, deposit):
    other = in_review(complete_draft(deposit, cast.alice), cast)
    conversation.comment(other, cast.bob, text="Hm")
    in_review(draft, cast)

    with pytest.raises(MoveError, match="another dataset"):
        conversation.close_thread(draft, cast.bob, thread=other.threads.get())
    assert other.threads.get().open


def test_a_move_by_its_name_is_the_same_move(draft, cast):
    moderation.move(draft, "submit", cast.alice, terms_accepted=True)
    moderation.move(draft, "take", cast.bob)

    assert draft.state == "in_review"
    with pytest.raises(MoveError, match="no move 'publish' for a person"):
        moderation.move(draft, "publish", cast.admin)


def test_every_move_leaves_one_event_with_who_and_from_where_to_where(draft, cast):
    in_review(draft, cast)
    moderation.request_changes(draft, cast.bob, text="More")
    submitted(draft, cast)
    moderation.take(draft, cast.bob)
    moderation.reject(draft, cast.bob, reason="quality")

    told_moves = [
        (event.move, event.actor.username if event.actor else "", event.from_state, event.to_state)
        for event in events.history(draft)
    ]
    assert told_moves == [
        ("create", "alice", "", "draft"),
        ("submit", "alice", "draft", "submitted"),
        ("take", "bob", "submitted", "in_review"),
        ("request_changes", "bob", "in_review", "changes_requested"),
        ("submit", "alice", "changes_requested", "submitted"),
        ("take", "bob", "submitted", "in_review"),
        ("reject", "bob", "in_review", "rejected"),
    ]
    assert events.verify_chain() == []
