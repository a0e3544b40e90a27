# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk and an owner say to each other: conversations about a field, and suggested edits."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from terracite.errors import DepositError, MoveError, Problem
from terracite.record.model import Origin, OriginKind, Record
from terracite.repository import records
from terracite.repository.models import Comment, DatasetVersion, Person, ReplyLink, Review, Suggestion, Thread
from terracite.repository.moving import check, finish, one_move
from terracite.repository.notices import tell, tell_desks, tell_owners
from terracite.repository.permissions import disciplines_of, is_deposit_member
from terracite.repository.states import ProposalState

LONGEST_MESSAGE = 10_000


def open_thread(locked: DatasetVersion, person: Person, text: str, field: str) -> Thread:
    """A new conversation about ``field`` ("" = the whole dataset)."""
    thread = Thread.objects.create(version=locked, author=person, field=field)
    Comment.objects.create(thread=thread, author=person, text=text.strip())
    return thread


def comment(
    version: DatasetVersion,
    person: Person,
    *,
    text: str,
    field: str = "",
    thread: Thread | None = None,
    by_link: bool = False,
) -> DatasetVersion:
    """Say something in ``thread``, or open a new one about ``field``; the other side gets it as a letter too."""
    if not text.strip():
        raise MoveError("The message is empty.", hint="Write something first.")
    if len(text) > LONGEST_MESSAGE:
        raise MoveError("The message is too long.", hint=f"Keep it under {LONGEST_MESSAGE} characters.")
    with one_move(version) as locked:
        decision = check("comment", locked, person)
        if thread is None:
            thread = open_thread(locked, person, text, field)
        else:
            thread = _own_thread(locked, thread)
            Comment.objects.create(thread=thread, author=person, text=text.strip(), by_link=by_link)
        finish(decision, locked, person, payload={"field": thread.field})
        _tell_the_other_side(locked, person, text, thread)
    return version


def answer_by_link(link: ReplyLink, text: str) -> None:
    """Say something where a letter's link leads. Raises when its person may no longer speak there."""
    if not link.thread.open:
        raise MoveError("This conversation is closed.", hint="Log in to open another one.")
    comment(link.thread.version, link.person, text=text, thread=link.thread, by_link=True)


def close_thread(version: DatasetVersion, person: Person, *, thread: Thread) -> DatasetVersion:
    """End a conversation: what was asked for is done, or no longer asked for."""
    with one_move(version) as locked:
        _close(locked, person, _own_thread(locked, thread))
    return version


def settle_all(locked: DatasetVersion, person: Person) -> None:
    """End every open conversation of a version that a move holds already."""
    for thread in locked.threads.filter(open=True):
        _close(locked, person, thread)


def _close(locked: DatasetVersion, person: Person, thread: Thread) -> None:
    decision = check("close_thread", locked, person)
    thread.open, thread.closed_by, thread.closed_at = False, person, timezone.now()
    thread.save()
    finish(decision, locked, person, payload={"field": thread.field})


def suggest(version: DatasetVersion, person: Person, *, field: str, value: object, note: str = "") -> DatasetVersion:
    """Suggest a value for one field of the record; it must be one that the field can take."""
    with one_move(version) as locked:
        decision = check("suggest", locked, person)
        record = records.record_of(locked)
        after = records.changed(record, {field: value}, _suggested_by(person))
        if after == record:
            raise MoveError("The field already has that value.")
        Suggestion.objects.create(
            version=locked,
            author=person,
            field=field,
            value=records.plain(value),
            before=value_now(record, field),
            note=note.strip(),
        )
        finish(decision, locked, person, payload={"field": field})
        tell_owners(locked, "suggest", note, but=person)
    return version


def answer_suggestion(
    version: DatasetVersion,
    person: Person,
    *,
    suggestion: Suggestion | None = None,
    suggestions: Iterable[Suggestion] = (),
    accept: bool,
) -> DatasetVersion:
    """Take or refuse suggested values, one or several at once; a taken one says who suggested it.

    All or none: `DepositError` names every field that changed since its value was suggested.
    """
    wanted = {one.pk for one in (suggestion, *suggestions) if one is not None}
    with one_move(version) as locked:
        decision = check("answer_suggestion", locked, person)
        own = list(locked.suggestions.select_for_update().filter(pk__in=wanted, state=ProposalState.PROPOSED.value))
        if not wanted or len(own) != len(wanted):
            raise MoveError("This suggestion was already answered.", hint="Reload the page.")
        if accept:
            _take(locked, own)
        state = (ProposalState.ACCEPTED if accept else ProposalState.REFUSED).value
        locked.suggestions.filter(pk__in=wanted).update(state=state, decided_at=timezone.now())
        for one in own:
            finish(decision, locked, person, payload={"field": one.field, "accepted": accept})
    return version


def has_changed(record: Record, suggestion: Suggestion) -> bool:
    """Whether the field holds something else than when the suggestion was made (older ones do not know)."""
    return suggestion.before is not None and suggestion.before != value_now(record, suggestion.field)


def _take(locked: DatasetVersion, suggestions: list[Suggestion]) -> None:
    record = records.record_of(locked)
    conflicts = [one.field for one in suggestions if has_changed(record, one)]
    twice = {one.field for one in suggestions if sum(one.field == other.field for other in suggestions) > 1}
    problems = [
        *(
            Problem(name, "it changed since the suggestion was made.", "Refuse it, or edit the field.")
            for name in conflicts
        ),
        *(Problem(name, "two suggestions speak of it.", "Take one of them.") for name in sorted(twice)),
    ]
    if problems:
        raise DepositError("These suggestions cannot be taken.", problems)
    for one in suggestions:
        record = records.changed(record, {one.field: one.value}, _suggested_by(one.author))
    records.write(locked, record)
    locked.edit += 1


def value_now(record: Record, field: str) -> object:
    """The value of a field as JSON."""
    value: object = record.model_dump(mode="json")
    for part in field.split("."):
        value = value[part] if isinstance(value, dict) else None
    return value


def _suggested_by(person: Person) -> Origin:
    return Origin(kind=OriginKind.SUGGESTED, detail=person.display_name)


def _own_thread(locked: DatasetVersion, thread: Thread) -> Thread:
    own = locked.threads.filter(pk=thread.pk).first()
    if own is None:
        raise MoveError("This conversation belongs to another dataset.", hint="Reload the page.")
    return own


def _tell_the_other_side(locked: DatasetVersion, person: Person, text: str, thread: Thread) -> None:
    if not is_deposit_member(person, locked.dataset.deposit):
        tell_owners(locked, "comment", text, but=person, thread=thread)
        return
    readers = {review.moderator for review in current_reviews(locked) if review.moderator is not None}
    readers |= {locked.assigned_to} if locked.assigned_to is not None else set()
    for reader in sorted(readers - {person}, key=lambda one: one.pk):
        tell(reader, locked, "comment", text, thread=thread)
    if not readers:
        tell_desks(locked, disciplines_of(locked), "comment", text, but=person, thread=thread)


def current_reviews(locked: DatasetVersion) -> QuerySet[Review]:
    """What each desk says of the last submission."""
    return locked.reviews.filter(snapshot_hash=locked.snapshot_hash).select_related("moderator")
