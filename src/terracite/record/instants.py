# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days in formats that have moments alone (STAC, ACDD): a day is its first or its last second, RFC 3339 in UTC.

So that a day stays a day, a moment that happens to be the first or the last second of a day is written with
fractions of a second ("2022-07-01T00:00:00.000Z").
"""

from __future__ import annotations

import datetime as dt

from terracite.record.model import Period
from terracite.record.reading import values

_FIRST, _LAST = dt.time(), dt.time(23, 59, 59)


def written(value: dt.date | dt.datetime, *, at_end: bool = False) -> str:
    """A day as its first second (its last ``at_end``), a moment as it is.

    >>> written(dt.date(2022, 7, 1)), written(dt.datetime(2022, 7, 1, tzinfo=dt.UTC))
    ('2022-07-01T00:00:00Z', '2022-07-01T00:00:00.000Z')
    """
    edge = _LAST if at_end else _FIRST
    if not isinstance(value, dt.datetime):
        return f"{value.isoformat()}T{edge.isoformat()}Z"
    text = value.replace(tzinfo=None).isoformat()
    return f"{text}.000Z" if value.time() == edge else f"{text}Z"


def read(text: str, *, at_end: bool = False) -> dt.date | dt.datetime | None:
    """What `written` wrote, and any other date or moment; None for anything else."""
    value = moment(text)
    if value is None:
        return values.end_of(text) if at_end else values.start_of(text)
    edges = {_LAST, dt.time(23, 59, 59, 999000), dt.time(23, 59, 59, 999999)} if at_end else {_FIRST}
    is_edge = value.time() in edges and (at_end or "." not in text)
    if at_end and "." in text and value.time() == _LAST:
        is_edge = False
    return value.date() if is_edge else value


def moment(text: str) -> dt.datetime | None:
    """A moment in UTC, with its fractions of a second; None for a day alone and for anything that is no time."""
    if len(text) < 16:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return values.moment(text)


def whole(periods: tuple[Period, ...]) -> tuple[str | None, str | None]:
    """The start and the end of all periods together; None for an open end, and for both when there is none."""
    if not periods:
        return None, None
    starts = sorted(written(period.start) for period in periods)
    ends = [written(period.end, at_end=True) if period.end is not None else None for period in periods]
    known = [end for end in ends if end is not None]
    return starts[0], max(known) if len(known) == len(ends) else None
