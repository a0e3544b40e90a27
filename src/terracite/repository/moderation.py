# SPDX-License-Identifier: AGPL-3.0-or-later
"""The moderation desks: submission, review, decision. One desk per discipline; each must accept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from terracite.errors import MoveError
from terracite.record import rules
from terracite.record.native import from_content
from terracite.repository import conversation, corrections, discarding, publication
from terracite.repository.checks import findings
from terracite.repository.models import DatasetVersion, Person, Review, Snapshot
from terracite.repository.moving import check, finish, one_move
from terracite.repository.notices import tell, tell_desks, tell_owners
from terracite.repository.permissions import Visitor, desks_of, disciplines_of, is_author
from terracite.repository.records import differences, record_of, snapshot_hash
from terracite.repository.states import DeskDecision, FileState, State

#: the list a rejection is chosen from (code -> English); the text beside it is free
REJECTION_REASONS = {
    "out_of_scope": "The data are outside the subjects of this repository.",
    "not_data": "The files are not data (software, article, slides).",
    "rights": "The depositor may not publish these data.",
    "personal": "The files hold personal or protected information.",
    "duplicate": "The dataset is already published.",
    "quality": "The data cannot be reused as they are.",
    "other": "Another reason, given below.",
}


def submit(version: DatasetVersion, person: Person, *, terms_accepted: bool = False) -> DatasetVersion:
    """Send a draft to its desks, its content frozen under a hash.

    Raises `MoveRefusedError` when something required is missing, a file is not checked or the terms not accepted.
    """
    with one_move(version) as locked:
        files, found = list(locked.files.all()), findings(locked)
        decision = check(
            "submit",
            locked,
            person,
            blockers=len(rules.blockers(found)),
            file_count=len(files),
            files_not_ready=sum(file.state != FileState.OK for file in files),
            terms_accepted=terms_accepted,
        )
        now = timezone.now()
        record = record_of(locked).with_dates(submitted=now.date())
        locked.record = record.model_dump(mode="json")
        locked.snapshot_hash = snapshot_hash(record)
        locked.terms_accepted_at = locked.submitted_at = now
        Snapshot.objects.create(version=locked, hash=locked.snapshot_hash, record=locked.record, at=now)
        _ask_desks(locked, now)
        faults = sorted({finding.rule for finding in found})  # what desks meet most often is counted from here
        finish(decision, locked, person, payload={"snapshot": locked.snapshot_hash, "faults": faults})
        tell_desks(locked, disciplines_of(locked), "submit", but=person)
    return version


def take(version: DatasetVersion, person: Person) -> DatasetVersion:
    """Start the review for this moderator's desk; the clock starts."""
    with one_move(version) as locked:
        free = [review for review in _own_desks(locked, person) if _is_free(review) or review.moderator_id == person.pk]
        untaken = [review for review in free if review.taken_at is None] or free
        decision = check("take", locked, person, has_own_desk=bool(free))
        _give(untaken[0], person)
        locked.assigned_to = person
        finish(decision, locked, person, payload={"discipline": untaken[0].discipline})
        tell_owners(locked, "take", but=person)
    return version


def assign(version: DatasetVersion, person: Person, *, to: Person) -> DatasetVersion:
    """Give the review of a desk to one of its moderators."""
    return _entrust("assign", version, person, to, "")


def hand_over(version: DatasetVersion, person: Person, *, to: Person, note: str = "") -> DatasetVersion:
    """Pass a review under way to another moderator."""
    return _entrust("hand_over", version, person, to, note)


def request_changes(
    version: DatasetVersion, person: Person, *, text: str = "", field: str = "", seen: str = ""
) -> DatasetVersion:
    """Give the dataset back to its owner; ``text`` opens a conversation about ``field`` ("" = the whole).

    ``seen``, here and in the other decisions: the snapshot hash of what was read, refused when another was submitted.
    """
    with one_move(version) as locked:
        opening, thread = int(bool(text.strip())), None
        open_threads = locked.threads.filter(open=True).count() + opening
        decision = check(
            "request_changes", locked, person, open_threads=open_threads, page_is_current=_is(locked, seen)
        )
        if opening:
            thread = conversation.open_thread(locked, person, text, field)
        _pending(locked).update(decision=DeskDecision.CHANGES.value, at=timezone.now())
        finish(decision, locked, person, note=text)
        tell_owners(locked, "request_changes", text, but=person, thread=thread)
    return version


def accept(
    version: DatasetVersion,
    person: Person,
    *,
    discipline: str = "",
    note: str = "",
    seen: str = "",
    settle: bool = False,
) -> DatasetVersion:
    """Accept for one desk. The last desk's acceptance asks the outbox for the DOI; the machine publishes then.

    ``discipline``: which desk, for a moderator of several; otherwise their first one that has not decided.
    ``settle``: whether the conversations that are still open are thereby closed; they stop it otherwise.
    """
    with one_move(version) as locked:
        if settle:
            conversation.settle_all(locked, person)
        mine = [review for review in _own_desks(locked, person) if discipline in {"", review.discipline}]
        decision = check(
            "accept",
            locked,
            person,
            page_is_current=_is(locked, seen),
            has_own_desk=bool(mine),
            open_threads=locked.threads.filter(open=True).count(),
            snapshot_unchanged=snapshot_hash(record_of(locked)) == locked.snapshot_hash,
            other_desks_waiting=_pending(locked).count() - 1,
            accepted_another_desk=_accepted(locked).filter(moderator=person).exists(),
        )
        _decide(mine[0], person, DeskDecision.ACCEPTED)
        if decision.target is State.ACCEPTED:
            publication.prepare(locked)
        finish(decision, locked, person, note=note, payload={"discipline": mine[0].discipline})
        tell_owners(locked, "accept", note, but=person)
    return version


def reject(version: DatasetVersion, person: Person, *, reason: str, text: str = "", seen: str = "") -> DatasetVersion:
    """Refuse for good. ``reason``: one of `REJECTION_REASONS`; ``text`` explains it to the owner."""
    if reason and reason not in REJECTION_REASONS:
        raise MoveError(
            f"'{reason}' is not in the list of reasons.", hint=f"Choose among {', '.join(REJECTION_REASONS)}."
        )
    with one_move(version) as locked:
        told = reason if reason != "other" else text
        decision = check("reject", locked, person, reason=told, page_is_current=_is(locked, seen))
        for review in _pending(locked):
            _decide(review, person, DeskDecision.REJECTED)
        locked.reason = f"{reason}: {text}".rstrip(": ")
        publication.forget_draft_doi(locked)
        finish(decision, locked, person, note=locked.reason)
        tell_owners(locked, "reject", locked.reason, but=person)
    return version


def changed_since_last_review(version: DatasetVersion) -> tuple[str, ...]:
    """The fields that differ between the last two submissions; empty for a first one."""
    last_two = list(version.snapshots.order_by("-at", "-id")[:2])
    if len(last_two) < 2:
        return ()
    after, before = (from_content(snapshot.record) for snapshot in last_two)
    return tuple(name for name in differences(before, after) if name != "dates")


def move(version: DatasetVersion, name: str, person: Person, **data: Any) -> DatasetVersion:
    """Make one move of the table by its name, for pages and commands that get the name as text."""
    if name not in ACTIONS:
        raise MoveError(f"There is no move '{name}' for a person.", hint=f"Moves: {', '.join(ACTIONS)}.")
    return ACTIONS[name](version, person, **data)


ACTIONS: dict[str, Callable[..., DatasetVersion]] = {
    "submit": submit,
    "discard": discarding.discard,
    "restore": discarding.restore,
    "take": take,
    "assign": assign,
    "hand_over": hand_over,
    "comment": conversation.comment,
    "close_thread": conversation.close_thread,
    "suggest": conversation.suggest,
    "answer_suggestion": conversation.answer_suggestion,
    "request_changes": request_changes,
    "accept": accept,
    "reject": reject,
    "correct_metadata": corrections.correct_metadata,
    "approve_correction": corrections.approve_correction,
    "refuse_correction": corrections.refuse_correction,
    "withdraw": publication.withdraw,
}


def _ask_desks(locked: DatasetVersion, now: dt.datetime) -> None:
    """One pending review per discipline; a desk that looked at it before keeps its moderator."""
    taken = locked.reviews.filter(moderator__isnull=False).order_by("asked_at").select_related("moderator")
    earlier = {review.discipline: review.moderator_id for review in taken if not _is_free(review)}
    Review.objects.bulk_create(
        Review(
            version=locked,
            discipline=discipline,
            snapshot_hash=locked.snapshot_hash,
            moderator_id=earlier.get(discipline),
            asked_at=now,
        )
        for discipline in disciplines_of(locked)
    )


def _entrust(name: str, version: DatasetVersion, person: Person, to: Person, note: str) -> DatasetVersion:
    with one_move(version) as locked:
        heirs_desks = [review for review in _own_desks(locked, to) if review.moderator_id != to.pk]
        able = bool(heirs_desks) and not is_author(to, locked)
        decision = check(name, locked, person, heir_is_moderator=able)
        mine = [review for review in heirs_desks if review.moderator_id == person.pk]
        _give((mine or heirs_desks)[0], to)
        locked.assigned_to = to
        finish(decision, locked, person, note=note, payload={"to": to.pk})
        tell(to, locked, name, note)
    return version


def _pending(locked: DatasetVersion) -> QuerySet[Review]:
    return locked.reviews.filter(snapshot_hash=locked.snapshot_hash, decision=DeskDecision.PENDING.value)


def _accepted(locked: DatasetVersion) -> QuerySet[Review]:
    return locked.reviews.filter(snapshot_hash=locked.snapshot_hash, decision=DeskDecision.ACCEPTED.value)


def _is(locked: DatasetVersion, seen: str) -> bool:
    return seen in {"", locked.snapshot_hash}


def _is_free(review: Review) -> bool:
    """Whether nobody holds it: never taken, or by somebody who has left the desk since."""
    return review.moderator is None or review.discipline not in desks_of(review.moderator)


def _own_desks(locked: DatasetVersion, person: Visitor) -> list[Review]:
    return list(
        _pending(locked).filter(discipline__in=desks_of(person)).select_related("moderator").order_by("discipline")
    )


def _give(review: Review, person: Person) -> None:
    review.moderator, review.taken_at = person, review.taken_at or timezone.now()
    review.save()


def _decide(review: Review, person: Person, decision: DeskDecision) -> None:
    review.moderator, review.decision, review.at = person, decision.value, timezone.now()
    review.save()
