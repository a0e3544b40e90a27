# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk and an owner say to each other: conversations about a field, and suggested edits."""

from __future__ import annotations

from django.utils import timezone

from terracite.errors import MoveError
from terracite.record.model import Origin, OriginKind
from terracite.repository import records
from terracite.repository.models import Comment, DatasetVersion, Person, Suggestion, Thread
from terracite.repository.moving import check, finish, one_move
from terracite.repository.notices import tell, tell_owners
from terracite.repository.permissions import is_deposit_member
from terracite.repository.states import ProposalState


def open_thread(locked: DatasetVersion, person: Person, text: str, field: str) -> Thread:
    """A new conversation about ``field`` ("" = the whole dataset)."""
    thread = Thread.objects.create(version=locked, author=person, field=field)
    Comment.objects.create(thread=thread, author=person, text=text.strip())
    return thread


def comment(
    version: DatasetVersion, person: Person, *, text: str, field: str = "", thread: Thread | None = None
) -> DatasetVersion:
    """Say something in ``thread``, or open a new one about ``field``."""
    if not text.strip():
        raise MoveError("The message is empty.", hint="Write something first.")
    with one_move(version) as locked:
        decision = check("comment", locked, person)
        if thread is None:
            open_thread(locked, person, text, field)
        else:
            Comment.objects.create(thread=_own_thread(locked, thread), author=person, text=text.strip())
        finish(decision, locked, person, payload={"field": thread.field if thread else field})
        _tell_the_other_side(locked, person, text)
    return version


def close_thread(version: DatasetVersion, person: Person, *, thread: Thread) -> DatasetVersion:
    """End a conversation: what was asked for is done, or no longer asked for."""
    with one_move(version) as locked:
        decision = check("close_thread", locked, person)
        own = _own_thread(locked, thread)
        own.open, own.closed_by, own.closed_at = False, person, timezone.now()
        own.save()
        finish(decision, locked, person, payload={"field": own.field})
    return version


def suggest(version: DatasetVersion, person: Person, *, field: str, value: object, note: str = "") -> DatasetVersion:
    """Suggest a value for one field of the record; it must be one that the field can take."""
    with one_move(version) as locked:
        decision = check("suggest", locked, person)
        record = records.record_of(locked)
        after = records.changed(record, {field: value}, _suggested_by(person))
        if after == record:
            raise MoveError("The field already has that value.")
        Suggestion.objects.create(
            version=locked, author=person, field=field, value=records.plain(value), note=note.strip()
        )
        finish(decision, locked, person, payload={"field": field})
        tell_owners(locked, "suggest", note, but=person)
    return version


def answer_suggestion(
    version: DatasetVersion, person: Person, *, suggestion: Suggestion, accept: bool
) -> DatasetVersion:
    """Take or refuse a suggested value; a taken one is marked as suggested, with who suggested it."""
    with one_move(version) as locked:
        decision = check("answer_suggestion", locked, person)
        own = locked.suggestions.select_for_update().filter(pk=suggestion.pk).first()
        if own is None or own.state != ProposalState.PROPOSED:
            raise MoveError("This suggestion was already answered.", hint="Reload the page.")
        if accept:
            record = records.record_of(locked)
            records.write(locked, records.changed(record, {own.field: own.value}, _suggested_by(own.author)))
            locked.edit += 1
        own.state = (ProposalState.ACCEPTED if accept else ProposalState.REFUSED).value
        own.decided_at = timezone.now()
        own.save()
        finish(decision, locked, person, payload={"field": own.field, "accepted": accept})
    return version


def _suggested_by(person: Person) -> Origin:
    return Origin(kind=OriginKind.SUGGESTED, detail=person.display_name)


def _own_thread(locked: DatasetVersion, thread: Thread) -> Thread:
    own = locked.threads.filter(pk=thread.pk).first()
    if own is None:
        raise MoveError("This conversation belongs to another dataset.", hint="Reload the page.")
    return own


def _tell_the_other_side(locked: DatasetVersion, person: Person, text: str) -> None:
    if not is_deposit_member(person, locked.dataset.deposit):
        tell_owners(locked, "comment", text, but=person)
    elif locked.assigned_to is not None:
        tell(locked.assigned_to, locked, "comment", text)
