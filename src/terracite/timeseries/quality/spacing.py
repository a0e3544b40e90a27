# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the dates of a series lie in time: gaps, empty months, dates that are there twice."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from terracite.timeseries.quality.certificate import DateQuality, Gap, Spacing

_ONE_PASS = dt.timedelta(minutes=30)  #: images of one tile closer than this are of one pass of the satellite


def spacing_of(dates: Sequence[DateQuality]) -> Spacing:
    """Gaps between neighbouring dates of a tile, and the months without a usable date."""
    gaps = [
        Gap(tile, before.sensed_at, after.sensed_at)
        for tile, own in _by_tile(dates).items()
        for before, after in pairwise(own)
    ]
    days = sorted(gap.days for gap in gaps)
    return Spacing(
        usual_days=round(days[len(days) // 2], 2) if days else 0.0,
        longest=max(gaps, key=lambda gap: gap.days, default=None),
        empty_months=_empty_months(dates),
    )


def _by_tile(dates: Sequence[DateQuality]) -> dict[str, list[DateQuality]]:
    found: defaultdict[str, list[DateQuality]] = defaultdict(list)
    for date in sorted(dates, key=lambda date: date.sensed_at):
        found[date.tile].append(date)
    return dict(found)


def _empty_months(dates: Sequence[DateQuality]) -> tuple[str, ...]:
    used = {_month(date.sensed_at) for date in dates if date.is_usable}
    first, last = (pick(_month(date.sensed_at) for date in dates) for pick in (min, max))
    months = ((year, month) for year in range(first[0], last[0] + 1) for month in range(1, 13))
    return tuple(
        f"{year}-{month:02d}" for year, month in months if first <= (year, month) <= last and (year, month) not in used
    )


def _month(moment: dt.datetime) -> tuple[int, int]:
    return moment.year, moment.month


def repeats(dates: Sequence[DateQuality]) -> tuple[tuple[DateQuality, DateQuality], ...]:
    """Dates of one tile with the same numbers in every cell: a file that was copied under another name."""
    first: dict[tuple[str, str], DateQuality] = {}
    found = []
    for date in sorted(dates, key=lambda date: date.sensed_at):
        if date.digest:
            other = first.setdefault((date.tile, date.digest), date)
            if other is not date:
                found.append((other, date))
    return tuple(found)


def same_pass(dates: Sequence[DateQuality]) -> tuple[tuple[DateQuality, DateQuality], ...]:
    """Neighbouring dates of one tile and satellite that are minutes apart: two data strips of one pass."""
    return tuple(
        (before, after)
        for own in _by_tile(dates).values()
        for before, after in pairwise(own)
        if after.sensed_at - before.sensed_at < _ONE_PASS and before.platform == after.platform
    )
