# SPDX-License-Identifier: AGPL-3.0-or-later
"""The machine's clock jumps: work goes on, nothing is told twice, nothing opens too early."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from terracite.repository import deposits, mail, moderation, outbox, reminders, tasks
from terracite.repository.models import Mail, Notice, OutboxItem
from terracite.repository.steady import Steady

from .conftest import in_review, published

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Sets the machine's clock so far from the time."""
    real = timezone.now

    def jump(by: dt.timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + by)

    return jump


def test_claims_of_a_clock_that_ran_ahead_hold_nothing_up(draft, cast, clock):
    moderation.accept(in_review(draft, cast), cast.bob)
    clock(HOUR)
    assert outbox._claim() is not None  # and its worker is killed
    clock(dt.timedelta())

    assert outbox.process_outbox() == 4
    draft.refresh_from_db()
    assert draft.state == "published"


@pytest.mark.parametrize("by", [HOUR, DAY])
def test_a_letter_claimed_by_a_clock_that_ran_ahead_goes_once(by, cast, clock):
    mail.write("bob@example.org", "news", "letter", "News", "There are some.")
    clock(by)
    Mail.objects.update(next_try_at=timezone.now())
    assert mail._claim() is not None
    clock(dt.timedelta())
    Mail.objects.update(next_try_at=timezone.now()) if by == HOUR else None  # an hour may have to be waited for

    assert (mail.send_due(), mail.send_due()) == (1, 0)


def test_what_waits_after_a_day_ahead_is_tried_at_once(draft, cast, clock):
    clock(DAY)
    moderation.accept(in_review(draft, cast), cast.bob)
    clock(dt.timedelta())

    assert outbox.process_outbox() == 4
    assert OutboxItem.objects.filter(done_at=None).count() == 0


def test_reminders_are_told_once_whatever_the_clock_says(draft, cast):
    until = timezone.now().date() + dt.timedelta(days=60)
    deposits.save(draft, cast.alice, {"access": {"kind": "embargoed", "embargo_until": until.isoformat()}})
    published(draft, cast)
    days = [until - dt.timedelta(days=left) for left in (30, 31, 30, 29, 7, 8, 7)]

    assert sum(reminders.remind(day) for day in days) == 2
    assert Notice.objects.filter(move__in=reminders.AHEAD.values()).count() == 2


def test_after_a_jump_nothing_ends_for_an_hour():
    wall, counted = [1_000_000.0], [50.0]
    steady = Steady(lambda: wall[0], lambda: counted[0])

    def goes(seconds: float, jump: float = 0.0) -> bool:
        counted[0] += seconds
        wall[0] += seconds + jump
        return steady()

    assert [goes(10), goes(86_400), goes(10, 60)] == [True] * 3  # a pause of a day, a clock put right by a minute
    assert [goes(10, 86_400), goes(3000), goes(10, -86_400), goes(3000)] == [False] * 4
    assert goes(601)


def test_an_embargo_does_not_end_by_a_clock_that_jumped(draft, cast, monkeypatch):
    until = timezone.now().date() + DAY
    deposits.save(draft, cast.alice, {"access": {"kind": "embargoed", "embargo_until": until.isoformat()}})
    version = published(draft, cast)
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + DAY)
    monkeypatch.setattr(tasks, "_is_steady", lambda: False)
    tasks.run_quick()
    version.refresh_from_db()
    assert version.access == "embargoed"

    monkeypatch.setattr(tasks, "_is_steady", lambda: True)
    tasks.run_quick()
    version.refresh_from_db()
    assert version.access == "open"
