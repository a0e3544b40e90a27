# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changing what a deposit says, and bringing it to the drafts that still take it from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from terracite.errors import DepositError, MoveError, Problem
from terracite.record.inheritance import inherit
from terracite.record.model import Origin, OriginKind, Parent, Record
from terracite.repository import common, edits, moving, records
from terracite.repository.deposits import conflicts_of, deposit_problems
from terracite.repository.edits import EditConflictError, Expected
from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.permissions import Visitor, can_edit_deposit
from terracite.repository.states import MOVES

OWN = ("title", "abstract", "disciplines")  #: what names and sorts the deposit itself
_TYPED = Origin(kind=OriginKind.TYPED)
_EDITABLE = [state.value for state in MOVES["edit"].sources]


@dataclass(frozen=True, slots=True)
class Flow:
    """The deposit as it is now, and the drafts that took its new values."""

    deposit: Deposit
    drafts: tuple[DatasetVersion, ...] = ()


def save_common(
    deposit: Deposit, person: Visitor, changes: Mapping[str, object], expected_edit: Expected = None
) -> Flow:
    """Change what a deposit says of itself and of all its datasets; conflicts and mistakes as in `deposits.save`.

    ``changes``: fields of `common.COMMON`, and "title", "abstract" (its description) and "disciplines". Drafts whose
    field is still inherited follow at once; what was submitted or published stays. In an `EditConflictError`,
    ``saved`` is the `Flow` of the other fields.
    """
    _check_names(changes)
    with transaction.atomic():
        locked = Deposit.objects.select_for_update().get(pk=deposit.pk)
        if not can_edit_deposit(person, locked):
            raise MoveError("This deposit is not yours.", hint="Ask its owner to share it with you.")
        before = common.record_of(locked)
        mine = records.changed(before, changes, _TYPED)
        conflicts = tuple(conflicts_of(before, mine, changes, locked.field_edits, expected_edit))
        refused = {conflict.field for conflict in conflicts}
        taken = {name: value for name, value in changes.items() if name not in refused}
        drafts = _write(locked, before, records.changed(before, taken, _TYPED), person)
    deposit.refresh_from_db()
    flow = Flow(locked, drafts)
    if conflicts:
        raise EditConflictError(conflicts, flow)
    return flow


def drafts_of_deposit(deposit: Deposit) -> list[DatasetVersion]:
    """Its versions that can still be edited."""
    found = DatasetVersion.objects.filter(dataset__deposit=deposit, state__in=_EDITABLE)
    return list(found.select_related("dataset__deposit").order_by("pk"))


def _write(locked: Deposit, before: Record, after: Record, person: Visitor) -> tuple[DatasetVersion, ...]:
    if after == before:
        return ()
    problems = list(deposit_problems(after.title, [item.value for item in after.disciplines]))
    if problems:
        raise DepositError("The deposit cannot be changed so.", problems)
    was, now = (one.model_dump(mode="json", exclude={"origins"}) for one in (before, after))
    names = edits.differing(was, now)
    locked.edit += 1
    author = person.pk if isinstance(person, Person) else None
    locked.field_edits = edits.noted(locked.field_edits, names, locked.edit, author, timezone.now())
    common.write(locked, after)
    locked.save()
    return tuple(draft for draft in drafts_of_deposit(locked) if _bring(draft, after, person))


def _bring(draft: DatasetVersion, said: Record, person: Visitor) -> bool:
    """Whether this draft took something from what the deposit says now."""
    locked = moving.lock(draft)
    before = records.record_of(locked)
    after = inherit(before, said)
    if before.parent is not None:
        parent = Parent(identifier=before.parent.identifier, title=said.title)
        after = after.model_copy(update={"parent": parent})
    if after == before:
        return False
    records.write(locked, after, person if isinstance(person, Person) else None)
    locked.save()
    return set(records.differences(before, after)) != {"parent"}


def _check_names(changes: Mapping[str, object]) -> None:
    known = (*OWN, *common.COMMON)
    wrong = [name for name in changes if name.partition(".")[0] not in known]
    if wrong:
        cure = f"A deposit says {', '.join(known)}."
        problems = [Problem(name, "it differs from dataset to dataset.", cure) for name in wrong]
        raise DepositError("A deposit does not say this.", problems)
