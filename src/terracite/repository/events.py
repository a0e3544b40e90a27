# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log of what happened: append-only, each event chained to the one before by its SHA-256.

An event that was changed, removed or slipped in breaks the chain, and `verify_chain` says where.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping

from django.db import transaction
from django.utils import timezone

from terracite.errors import Problem
from terracite.repository.models import ChainHead, DatasetVersion, Deposit, Event, Person

START = "0" * 64  #: what stands before the first event


def add_event(
    move: str,
    *,
    version: DatasetVersion | None = None,
    deposit: Deposit | None = None,
    actor: Person | None = None,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    payload: Mapping[str, object] | None = None,
) -> Event:
    """One more event at the end of the chain; ``actor`` None is the system.

    ``payload`` is plain JSON (text, whole numbers, lists). Within a transaction, the event and what it tells of
    are kept or lost together.
    """
    with transaction.atomic():
        head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1, defaults={"last_hash": START})
        event = Event(
            number=head.count + 1,
            at=timezone.now(),
            version=version,
            deposit=deposit or (version.dataset.deposit if version else None),
            actor=actor,
            move=move,
            from_state=from_state,
            to_state=to_state,
            note=note,
            payload=dict(payload or {}),
            previous_hash=head.last_hash,
        )
        event.hash = event_hash(event)
        event.save()
        head.last_hash, head.count = event.hash, event.number
        head.save()
    return event


def event_hash(event: Event) -> str:
    """SHA-256 of everything the event says and of the hash before it."""
    return hash_of(event_content(event))


def event_content(event: Event) -> dict[str, object]:
    """Everything the hash of an event is made of, as JSON."""
    return {
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "version": event.version_id,
        "deposit": event.deposit_id,
        "actor": event.actor_id,
        "move": event.move,
        "from": event.from_state,
        "to": event.to_state,
        "note": event.note,
        "payload": event.payload,
        "previous": event.previous_hash,
    }


def hash_of(content: Mapping[str, object]) -> str:
    """The hash of an event that says this: SHA-256 of its JSON, names in order and nothing between."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain() -> list[Problem]:
    """Every place where the log is not what was written; an empty list when all is well."""
    problems = list(_broken_links())
    head = ChainHead.objects.filter(pk=1).first()
    last = Event.objects.order_by("-number").first()
    expected = (last.number, last.hash) if last else (0, START)
    if head and (head.count, head.last_hash) != expected:
        problems.append(
            Problem(
                "end of the log",
                f"{head.count} events were written, the last one kept is number {expected[0]}.",
                CURE,
            )
        )
    return problems


CURE = "Compare with a backup: somebody changed the database by hand."


def _broken_links() -> Iterator[Problem]:
    previous, number = START, 0
    for event in Event.objects.order_by("number").iterator():
        number += 1
        where = f"event {event.number} ({event.move})"
        if event.number != number:
            yield Problem(where, f"event {number} before it is missing.", CURE)
            number = event.number
        elif event.previous_hash != previous:
            yield Problem(where, "it does not follow the event before it.", CURE)
        if event_hash(event) != event.hash:
            yield Problem(where, "its content is not what was written.", CURE)
        previous = event.hash


def history(version: DatasetVersion) -> list[Event]:
    """What happened to one version, oldest first."""
    return list(version.events.select_related("actor").order_by("number"))
