# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether values jump where Sentinel-2's processing baseline 04.00 begins (25 January 2022).

Since 04.00 reflectances are stored 1000 higher; a chain that forgets to take that off makes every index jump. Two
designs, both on the medians of clear values per date, compared within calendar months so that seasons cancel:

- *within*: months of one year that hold dates of both sides (an archive that was reprocessed in part); dates are the
  units, their dispersion within such a month gives the uncertainty (t, pooled variance);
- *between*: the same months of other years; years are the units, so that wet and dry years count as what they are.

Without enough of either there is no interval, and the verdict is that nothing can be said. Assumed: dates of one month
are independent (within), years are (between).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from terracite.timeseries.quality.certificate import DateQuality, StepTest, Verdict

BASELINE = "0400"
BEGINNING = dt.datetime(2022, 1, 25, tzinfo=dt.UTC)
MATTERS = 0.05  #: physical: a smaller step is of no consequence, as published comparisons of sensors go
_FEWEST_DATES = 4  # per side, within
_FEWEST_MONTHS = 3  # of a year, between
_FEWEST_FREE = 4  # degrees of freedom of an interval, within
_FEWEST_FREE_YEARS = 2

Key = tuple[str, int, int]  #: tile, year, month
Sides = dict[Key, tuple[list[float], list[float]]]  #: medians before and after


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference, its standard error and how many values beyond the means it rests on."""

    effect: float
    error: float
    freedom: int
    months: int


def step_test(dates: Sequence[DateQuality], *, is_sentinel2: bool = True) -> StepTest:
    """The test on all dates that have clear values; dates without a baseline are told apart by their time."""
    usable = [date for date in dates if date.is_usable and date.spread is not None]
    sides = [is_after(date) for date in usable]
    before, after = sides.count(False), sides.count(True)
    if not is_sentinel2 or not before or not after:
        return StepTest(Verdict.NOT_CONCERNED, before, after)
    cells = _cells(usable)
    inner = within(cells)
    if inner is not None and inner.freedom >= _FEWEST_FREE and _enough_dates(cells):
        return _told(inner, "within", before, after)
    outer = between(cells)
    if outer is not None and outer.freedom >= _FEWEST_FREE_YEARS:
        return _told(outer, "between", before, after)
    rough = inner or outer
    return StepTest(
        Verdict.UNTESTED,
        before,
        after,
        effect=rough.effect if rough else None,
        months=rough.months if rough else 0,
    )


def is_after(date: DateQuality) -> bool:
    """Whether a date was processed with baseline 04.00 or a later one; by its time when its baseline is not known."""
    return date.baseline >= BASELINE if date.baseline else date.sensed_at >= BEGINNING


def _cells(dates: Sequence[DateQuality]) -> Sides:
    found: Sides = defaultdict(lambda: ([], []))
    for date in dates:
        if date.spread is not None:
            key = (date.tile, date.sensed_at.year, date.sensed_at.month)
            found[key][is_after(date)].append(date.spread.median)
    return dict(found)


def _both(cells: Sides) -> list[tuple[list[float], list[float]]]:
    return [(old, new) for old, new in cells.values() if old and new]


def _enough_dates(cells: Sides) -> bool:
    both = _both(cells)
    return min(sum(len(old) for old, _ in both), sum(len(new) for _, new in both)) >= _FEWEST_DATES


def within(cells: Sides) -> Estimate | None:
    """After minus before in the months that have both, weighted by how many dates they have; None without any."""
    both = _both(cells)
    if not both:
        return None
    weights = [len(old) * len(new) / (len(old) + len(new)) for old, new in both]
    total = sum(weights)
    effect = sum(w * (_mean(new) - _mean(old)) for w, (old, new) in zip(weights, both, strict=True)) / total
    freedom = sum(len(old) + len(new) - 2 for old, new in both)
    squares = sum(_squares(side) for pair in both for side in pair)
    error = sqrt(squares / freedom / total) if freedom else 0.0
    return Estimate(effect, error, freedom, len(both))


def between(cells: Sides) -> Estimate | None:
    """After minus before by calendar month, each year one unit; None without a month that both sides have."""
    units = _years(cells)
    months = [month for month in sorted({key[2] for key in units}) if all(_of(units, side, month) for side in (0, 1))]
    if not months:
        return None
    means = {(side, month): _mean(_of(units, side, month)) for side in (0, 1) for month in months}
    effect = _mean([means[1, month] - means[0, month] for month in months])
    residuals: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for (side, year, month), value in units.items():
        if month in months:
            residuals[side, year].append(value - means[side, month])
    counts = [sum(1 for side, _ in residuals if side == wanted) for wanted in (0, 1)]
    freedom = sum(counts) - 2
    squares = sum(_mean(found) ** 2 for found in residuals.values())
    error = sqrt(squares / freedom * (1 / counts[0] + 1 / counts[1])) if freedom > 0 else 0.0
    return Estimate(effect, error, freedom, len(months))


def _years(cells: Sides) -> dict[tuple[int, int, int], float]:
    """(side, year, month) -> mean of the medians, over the tiles; years with few months of a side are left out."""
    values: defaultdict[tuple[int, int, int], list[float]] = defaultdict(list)
    for (_, year, month), sides in cells.items():
        for side, medians in enumerate(sides):
            if medians:
                values[side, year, month].append(_mean(medians))
    held: defaultdict[tuple[int, int], int] = defaultdict(int)
    for side, year, _ in values:
        held[side, year] += 1
    return {key: _mean(found) for key, found in values.items() if held[key[0], key[1]] >= _FEWEST_MONTHS}


def _of(units: dict[tuple[int, int, int], float], side: int, month: int) -> list[float]:
    return [value for (its_side, _, its_month), value in units.items() if (its_side, its_month) == (side, month)]


def _told(found: Estimate, design: str, before: int, after: int) -> StepTest:
    from scipy.special import stdtrit  # takes a quarter of a second to load

    half = float(stdtrit(found.freedom, 0.975)) * found.error
    low, high = found.effect - half, found.effect + half
    return StepTest(judged(found.effect, low, high), before, after, found.effect, low, high, design, found.months)


def judged(effect: float, low: float, high: float) -> Verdict:
    """A step: the interval excludes 0, and the effect matters. None: the whole interval is of no consequence."""
    if low > -MATTERS and high < MATTERS:
        return Verdict.NONE
    if low * high > 0 and abs(effect) >= MATTERS:
        return Verdict.STEP
    return Verdict.UNDECIDED


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _squares(values: Sequence[float]) -> float:
    mean = _mean(values)
    return sum((value - mean) ** 2 for value in values)
