# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hours of working days: what a desk promises is counted in them. Saturdays and Sundays (UTC) do not count."""

from __future__ import annotations

import datetime as dt

PROMISE_H, ALARM_H = 24, 5 * 24  #: an answer within one working day; an alarm after five
_DAY = dt.timedelta(days=1)
_WEEKEND = 5  #: Saturday, as `weekday` counts


def working_hours(start: dt.datetime, end: dt.datetime) -> float:
    """Hours between two moments without those of weekends; 0 when ``end`` is not after ``start``.

    >>> friday = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
    >>> working_hours(friday, friday + dt.timedelta(days=3))  # to Monday 18:00: 6 h of Friday, 18 h of Monday
    24.0
    """
    if end <= start:
        return 0.0
    return _worked_until(end) - _worked_until(start)


def hours_ago(hours: float, now: dt.datetime) -> dt.datetime:
    """The moment since which ``hours`` of working days have gone: what is older has waited longer."""
    moment, left = now, dt.timedelta(hours=hours)
    while True:
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        if moment == midnight:
            midnight -= _DAY
        if midnight.weekday() < _WEEKEND:
            if moment - midnight >= left:
                return moment - left
            left -= moment - midnight
        moment = midnight


def lateness(hours: float) -> str:
    """ "" in time, "late" past the promise, "alarm" past five working days."""
    return "alarm" if hours > ALARM_H else "late" if hours > PROMISE_H else ""


def _worked_until(moment: dt.datetime) -> float:
    """Working hours since a Monday long ago."""
    utc = moment.astimezone(dt.UTC)
    days = utc.toordinal() - 1  # 1 January of year 1 was a Monday
    weeks, weekday = divmod(days, 7)
    in_day = (utc - utc.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 3600
    return weeks * 120.0 + (weekday * 24 + in_day if weekday < _WEEKEND else 120.0)
