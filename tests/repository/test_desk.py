# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue, working hours, sentences, figures and history of the desks; letters and their links."""

from __future__ import annotations

import datetime as dt
import re
from copy import deepcopy
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from terracite.errors import DepositError, MoveError
from terracite.record.model import Text
from terracite.repository import conversation, conversation_links, deposits, mail, moderation, people
from terracite.repository.desk_statistics import desk_statistics
from terracite.repository.models import CannedSentence, Collaborator, Dataset, DatasetVersion, Mail, ReplyLink, Review
from terracite.repository.moderation_history import check_history, history_of
from terracite.repository.moderation_hours import hours_ago, lateness, working_hours
from terracite.repository.moderation_queue import PAGE, Filters, queue_page, to_do
from terracite.repository.moderation_sentences import SHIPPED, begin_with_shipped, keep, remove, sentences, words_of
from terracite.repository.states import MoveRefusedError

from .conftest import LAND, LIFE, complete_draft, in_review

FRIDAY = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
moments = st.integers(0, 10_000_000).map(lambda minutes: FRIDAY - dt.timedelta(minutes=minutes))


# ---- hours


def test_weekends_do_not_count():
    assert working_hours(FRIDAY, FRIDAY + dt.timedelta(hours=6)) == 6
    assert working_hours(FRIDAY, FRIDAY + dt.timedelta(days=2)) == 6
    assert working_hours(FRIDAY, FRIDAY + dt.timedelta(days=7)) == 120
    assert working_hours(FRIDAY, FRIDAY - dt.timedelta(days=1)) == 0
    assert [lateness(hours) for hours in (24, 24.1, 120, 120.1)] == ["", "late", "late", "alarm"]


@given(moments, moments, st.floats(0.1, 2000))
def test_older_than_a_limit_is_the_same_in_the_table_and_in_hours(asked, now, limit):
    hours = working_hours(asked, now)
    if abs(hours - limit) > 0.01:
        assert (asked < hours_ago(limit, now)) == (hours > limit)


# ---- the queue


def crowd(draft: DatasetVersion, cast, count: int) -> None:
    """Many waiting versions, as submissions would have left them."""
    now = timezone.now()
    datasets = Dataset.objects.bulk_create(Dataset(deposit=draft.dataset.deposit) for _ in range(count))
    versions = DatasetVersion.objects.bulk_create(
        DatasetVersion(
            dataset=dataset, uuid=uuid4(), state="submitted", record=draft.record, title_en=f"Map {number:04}",
            created_by=cast.alice, snapshot_hash="h", submitted_at=now,
        )
        for number, dataset in enumerate(datasets)
    )  # fmt: skip
    Review.objects.bulk_create(
        Review(version=one, discipline=LAND, snapshot_hash="h", asked_at=now - dt.timedelta(hours=number))
        for number, one in enumerate(versions)
    )


def test_a_thousand_wait_in_the_same_number_of_queries(draft, cast, django_assert_max_num_queries):
    crowd(draft, cast, 1000)
    with django_assert_max_num_queries(12):
        page = queue_page(cast.bob, Filters(page=40))
        assert [line.review.version.dataset.deposit.owner.display_name for line in page.lines] == [
            "Alice Martin"
        ] * PAGE
    assert (page.count, page.pages, page.counts["free"], to_do(cast.bob)) == (1000, 40, 1000, 1000)
    assert queue_page(cast.bob, Filters(page=999)).filters.page == 40


def test_filters_and_sorting(draft, cast):
    crowd(draft, cast, 30)
    now = timezone.now()

    def titles(**filters):
        return [line.review.version.title_en for line in queue_page(cast.bob, Filters(**filters), now).lines]

    assert titles()[0] == "Map 0029"
    assert titles(sort="-age")[0] == titles(sort="title")[0] == "Map 0000"
    assert titles(words="map 0012") == titles(words="MARTIN 0012") == ["Map 0012"]
    assert titles(whose="mine") == titles(state="in_review") == titles(discipline=LIFE) == []
    Review.objects.filter(version__title_en="Map 0003").update(moderator=cast.bob, asked_at=now - dt.timedelta(days=20))
    assert titles(whose="mine") == titles(age="alarm") == ["Map 0003"]
    assert titles(whose="nonsense", sort="; drop", age="x", state="y")[0] == "Map 0003"


def test_nobody_sees_what_they_own_share_or_sign(draft, cast):
    moderation.submit(draft, cast.alice, terms_accepted=True)
    assert queue_page(cast.bob, Filters()).count == 1
    Collaborator.objects.create(deposit=draft.dataset.deposit, person=cast.bob, role="reader")
    assert queue_page(cast.bob, Filters()).count == to_do(cast.bob) == 0
    Collaborator.objects.all().delete()
    draft.record["creators"] = [{"family_name": "Payet", "given_name": "Bob"}]
    draft.save()
    assert queue_page(cast.bob, Filters()).count == 0
    people.grant(cast.alice, "moderator", LAND)
    assert queue_page(cast.alice, Filters()).count == 0


def test_the_other_desk_is_shown(deposit, cast):
    version = complete_draft(deposit, cast.alice, disciplines=[LAND, LIFE])
    moderation.submit(version, cast.alice, terms_accepted=True)
    moderation.take(version, cast.berenice)
    moderation.accept(version, cast.berenice)
    (line,) = queue_page(cast.bob, Filters()).lines
    assert [(other.discipline, other.decision, other.moderator) for other in line.others] == [
        (LIFE, "accepted", cast.berenice)
    ]


def test_what_a_moderator_held_is_free_once_they_left_the_desk(draft, cast):
    in_review(draft, cast)
    people.grant(cast.chloe, "moderator", LAND)
    with pytest.raises(MoveRefusedError):
        moderation.take(draft, cast.chloe)
    people.revoke(cast.bob, "moderator", LAND)
    (line,) = queue_page(cast.chloe, Filters(whose="free")).lines
    assert line.is_free
    moderation.take(draft, cast.chloe)
    assert draft.assigned_to == cast.chloe


def test_a_decision_about_another_submission_is_refused(draft, cast):
    in_review(draft, cast)
    for decide in (moderation.accept, moderation.request_changes, moderation.reject):
        with pytest.raises(MoveRefusedError) as error:
            decide(
                draft,
                cast.bob,
                seen="0" * 64,
                **({"reason": "other", "text": "x"} if decide is moderation.reject else {}),
            )
        assert "stale_page" in [one.code for one in error.value.refusals]
    moderation.accept(draft, cast.bob, seen=draft.snapshot_hash)
    assert draft.state == "accepted"


# ---- suggestions


def suggested(draft, cast, **values):
    in_review(draft, cast)
    for field, value in values.items():
        conversation.suggest(draft, cast.bob, field=field.replace("__", "."), value=value)
    moderation.request_changes(draft, cast.bob, text="See.")
    return list(draft.suggestions.all())


def test_several_suggestions_of_any_kind_at_once(draft, cast):
    keywords = [*draft.record["keywords"], {"label": {"en": "savanna", "fr": "savane"}}]
    every = suggested(draft, cast, title__en="Better", licence="CC0-1.0", keywords=keywords, topics=["biota"])
    conversation.answer_suggestion(draft, cast.alice, suggestions=every, accept=True)
    record = draft.record
    assert (draft.title_en, record["licence"], record["topics"]) == ("Better", "CC0-1.0", ["biota"])
    assert record["keywords"][-1]["label"]["en"] == "savanna"
    assert record["origins"]["licence"]["kind"] == "suggested"


def test_a_field_that_changed_since_is_a_conflict_and_nothing_is_taken(draft, cast):
    every = suggested(draft, cast, title__en="Better", licence="CC0-1.0")
    deposits.save(draft, cast.alice, {"title.en": "My own, meanwhile"})
    with pytest.raises(DepositError) as error:
        conversation.answer_suggestion(draft, cast.alice, suggestions=every, accept=True)
    assert [problem.where for problem in error.value.problems] == ["title.en"]
    draft.refresh_from_db()
    assert draft.record["licence"] == "CC-BY-4.0"
    conversation.answer_suggestion(draft, cast.alice, suggestions=every, accept=False)
    assert {one.state for one in draft.suggestions.all()} == {"refused"}


# ---- letters and links


def link_in(letter: Mail) -> str:
    return re.search(r"/reply/([^/\s]+)/", letter.body).group(1)


def test_every_message_reaches_the_other_side_with_a_link_of_its_own(draft, cast):
    in_review(draft, cast)
    Mail.objects.all().delete()
    conversation.comment(draft, cast.bob, text="Which season?", field="lineage")
    letter = Mail.objects.get()
    assert (letter.to, letter.subject) == ("alice@example.org", f"A message about: {draft.title_en}")
    token = link_in(letter)
    assert ReplyLink.objects.get().digest != token
    assert token not in str(list(ReplyLink.objects.values_list()))
    link = conversation_links.found(token)
    conversation.answer_by_link(link, "The dry one.")
    thread = draft.threads.get()
    assert [(one.author, one.text, one.by_link) for one in thread.comments.all()] == [
        (cast.bob, "Which season?", False),
        (cast.alice, "The dry one.", True),
    ]
    assert Mail.objects.filter(to="bob@example.org").count() == 1


def test_a_link_ends_with_time_account_role_and_conversation(draft, cast):
    in_review(draft, cast)
    conversation.comment(draft, cast.alice, text="May I?")
    thread = draft.threads.get()
    token = conversation_links.new_link(thread, cast.bob).rstrip("/").rpartition("/")[2]
    assert conversation_links.found("x" * 43) is None
    people.revoke(cast.bob, "moderator", LAND)
    with pytest.raises(MoveRefusedError):
        conversation.answer_by_link(conversation_links.found(token), "Yes")
    people.grant(cast.bob, "moderator", LAND)
    conversation.close_thread(draft, cast.bob, thread=thread)
    with pytest.raises(MoveError, match="closed"):
        conversation.answer_by_link(conversation_links.found(token), "Yes")
    cast.bob.is_active = False
    cast.bob.save()
    assert conversation_links.found(token) is None
    cast.bob.is_active = True
    cast.bob.save()
    ReplyLink.objects.update(expires_at=timezone.now())
    assert conversation_links.found(token) is None
    assert conversation_links.clear_expired() > 0


def test_what_an_owner_writes_before_anybody_took_it_reaches_the_desk(draft, cast):
    moderation.submit(draft, cast.alice, terms_accepted=True)
    Mail.objects.all().delete()
    conversation.comment(draft, cast.alice, text="It is urgent.")
    assert [letter.to for letter in Mail.objects.all()] == ["bob@example.org"]


def test_who_wants_no_letters_gets_the_line_alone(draft, cast):
    cast.bob.by_mail = False
    cast.bob.save()
    moderation.submit(draft, cast.alice, terms_accepted=True)
    assert not Mail.objects.exists()
    assert cast.bob.notices.count() == 1
    assert mail.send_due() == 0


# ---- sentences


def test_the_shipped_sentences_until_the_desk_has_its_own(cast):
    assert [one.text for one in sentences([LAND])] == [text for _, text in SHIPPED]
    assert begin_with_shipped(cast.bob, LAND) == len(SHIPPED)
    assert begin_with_shipped(cast.bob, LAND) == 0
    own = keep(cast.bob, LAND, field="title", text=Text(fr="Plus court.", en="Shorter."))
    assert words_of(str(own.pk), [LAND], "fr") == "Plus court."
    assert words_of(str(own.pk), [LIFE], "fr") == words_of("nonsense", [LAND], "fr") == ""
    remove(cast.bob, own)
    assert CannedSentence.objects.count() == len(SHIPPED)


def test_a_desk_keeps_its_own_sentences(cast):
    own = keep(cast.bob, LAND, field="", text=Text(en="Thanks."))
    for person in (cast.berenice, cast.chloe, cast.dora, cast.admin):
        for change in (
            partial(keep, person, LAND, field="", text=Text(en="x"), sentence=own),
            partial(keep, person, LIFE, field="", text=Text(en="x"), sentence=own),
            partial(remove, person, own),
            partial(begin_with_shipped, person, LAND),
        ):
            with pytest.raises(MoveError):
                change()


@pytest.mark.parametrize("words", ["  ", "x" * 1001])
def test_a_sentence_says_something_and_not_too_much(words, cast):
    with pytest.raises(DepositError):
        keep(cast.bob, LAND, field="", text=Text(en=words))


# ---- figures and history


def test_the_figures_of_a_desk(draft, cast, deposit, django_assert_num_queries):
    in_review(draft, cast)
    conversation.comment(draft, cast.bob, text="Which season?", field="lineage")
    moderation.request_changes(draft, cast.bob)
    other = complete_draft(deposit, cast.alice)
    moderation.accept(in_review(other, cast), cast.bob)
    Review.objects.filter(version=draft).update(asked_at=timezone.now() - dt.timedelta(days=7))
    with django_assert_num_queries(6):
        figures = desk_statistics([LAND])
    assert (figures.waiting, figures.accepted_at_first) == (0, 0.5)
    assert figures.decision_hours == pytest.approx(60, abs=1)  # half of five working days
    assert (figures.fields, figures.moderators) == ((("lineage", 1),), (("Bob Payet", 2),))
    assert [(month.accepted, month.changes, month.rejected) for month in figures.months] == [(1, 1, 0)]
    assert dict(figures.faults)  # what the checks said at submission
    empty = desk_statistics([LIFE])
    assert (empty.waiting, empty.decision_hours, empty.accepted_at_first, empty.months) == (0, None, None, ())


def test_an_exported_history_tells_when_it_was_changed(draft, cast):
    conversation.comment(in_review(draft, cast), cast.bob, text="Which season?", field="lineage")
    told = history_of(draft)
    assert check_history(told) == []
    assert [event["move"] for event in told["events"]][-3:] == ["submit", "take", "comment"]
    assert told["conversations"][0]["messages"][0]["text"] == "Which season?"
    for number, change in ((0, {"note": "x"}), (1, {"move": "accept"}), (2, {"at": "2020-01-01"})):
        forged = deepcopy(told)
        forged["events"][number]["content"] |= change
        assert len(check_history(forged)) == 1
    swapped = deepcopy(told)
    swapped["events"].reverse()
    assert check_history(swapped) != []
