# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log of events: chained, append-only, and telling when somebody touched it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from terracite.repository.events import START, add_event, history, verify_chain
from terracite.repository.models import Event

pytestmark = pytest.mark.django_db


def three_events() -> list[Event]:
    return [add_event("grant", note=f"number {number}", payload={"person": number}) for number in (1, 2, 3)]


def touch(statement: str) -> None:
    """Change the table behind Django's back, as somebody with the database open could."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def wheres() -> list[str]:
    return [problem.where for problem in verify_chain()]


def test_each_event_holds_the_hash_of_the_one_before():
    first, second, third = three_events()

    assert first.previous_hash == START
    assert second.previous_hash == first.hash
    assert third.previous_hash == second.hash
    assert verify_chain() == []


def test_an_empty_log_is_intact():
    assert verify_chain() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE repository_event SET note = 'something else' WHERE number = 2",
        "UPDATE repository_event SET move = 'revoke' WHERE number = 2",
        "UPDATE repository_event SET at = '2001-01-01 00:00:00' WHERE number = 2",
        "UPDATE repository_event SET payload = '{\"person\": 9}' WHERE number = 2",
        "UPDATE repository_event SET to_state = 'published' WHERE number = 2",
    ],
)
def test_a_changed_event_is_found(statement):
    three_events()
    touch(statement)

    assert len(wheres()) == 1
    assert wheres()[0].startswith("event 2 ")


def test_a_changed_event_with_a_new_hash_breaks_the_link():
    _, second, _ = three_events()
    touch("UPDATE repository_event SET hash = '" + "a" * 64 + f"' WHERE number = {second.number}")

    assert wheres() == ["event 2 (grant)", "event 3 (grant)"]


def test_a_removed_event_is_found():
    three_events()
    touch("DELETE FROM repository_event WHERE number = 2")

    assert wheres() == ["event 3 (grant)"]


def test_a_log_cut_at_its_end_is_found():
    three_events()
    touch("DELETE FROM repository_event WHERE number = 3")

    assert wheres() == ["end of the log"]


def test_events_are_neither_changed_nor_deleted():
    event = three_events()[0]
    event.note = "something else"

    for forbidden in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(note="")):
        with pytest.raises(TypeError, match="append-only"):
            forbidden()


@transaction.atomic
def interrupted_move() -> None:
    add_event("revoke")
    raise InterruptedError


def test_an_event_is_lost_with_the_move_it_tells_of():
    add_event("grant")
    with pytest.raises(InterruptedError):
        interrupted_move()

    assert list(Event.objects.values_list("move", flat=True)) == ["grant"]
    assert verify_chain() == []


def test_the_history_of_a_version_is_its_own(draft, cast):
    add_event("grant", actor=cast.admin)

    assert [event.move for event in history(draft)] == ["create"]
    assert verify_chain() == []
