# SPDX-License-Identifier: AGPL-3.0-or-later
"""How every move is made: lock the version, ask the table, act, write the event; all kept or nothing.

The other modules write one move as::

    with one_move(version) as locked:
        decision = check("reject", locked, person, reason=reason)
        locked.reason = reason
        finish(decision, locked, person, note=reason)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any

from django.db import transaction

from terracite.repository import states
from terracite.repository.events import add_event
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.permissions import Visitor, is_author, roles_of
from terracite.repository.states import Decision, MoveRefusedError, Role, Situation, State


class Machine(Enum):
    """The repository itself, as the one who moves; a value of its own, so that no visitor can pass for it."""

    SYSTEM = "system"


SYSTEM = Machine.SYSTEM
Actor = Visitor | Machine


def lock(version: DatasetVersion) -> DatasetVersion:
    """The version as the database has it now, with its deposit, kept from others until the transaction ends."""
    whole = DatasetVersion.objects.select_related("dataset__deposit")
    return whole.select_for_update(of=("self",)).get(pk=version.pk)


@contextmanager
def one_move(version: DatasetVersion) -> Iterator[DatasetVersion]:
    """A transaction around one locked version; ``version`` itself shows the new values afterwards."""
    with transaction.atomic():
        locked = lock(version)
        yield locked
    for field in DatasetVersion._meta.concrete_fields:
        setattr(version, field.attname, getattr(locked, field.attname))


def situation(locked: DatasetVersion, actor: Actor, **known: Any) -> Situation:
    """What the table looks at: state, roles and what the move itself knows."""
    if isinstance(actor, Machine):
        return Situation(State(locked.state), frozenset({Role.SYSTEM}), **known)
    return Situation(State(locked.state), roles_of(actor, locked), is_author=is_author(actor, locked), **known)


def check(name: str, locked: DatasetVersion, actor: Actor, **known: Any) -> Decision:
    """The decision when the move is allowed; `MoveRefusedError` with every reason when it is not."""
    decision = states.decide(name, situation(locked, actor, **known))
    if not decision.allowed:
        raise MoveRefusedError(name, decision.refusals)
    return decision


def finish(
    decision: Decision,
    locked: DatasetVersion,
    actor: Actor,
    *,
    note: str = "",
    payload: Mapping[str, object] | None = None,
) -> None:
    """Put the version in its new state, save it and write the event."""
    before, locked.state = locked.state, decision.target.value
    locked.save()
    add_event(
        decision.move,
        version=locked,
        actor=actor if isinstance(actor, Person) else None,
        from_state=before,
        to_state=locked.state,
        note=note,
        payload=payload,
    )
