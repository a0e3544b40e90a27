# SPDX-License-Identifier: AGPL-3.0-or-later
"""Phenology: when each growing season starts, peaks and ends, from a smoothed series.

A season is a rise and a fall that both count, between two valleys. Its start is the day when the curve last comes up
through a share of the rise before the peak, its end the day when it first goes down through the same share of the
fall; or, by derivative, the days of the steepest rise and fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from terracite.errors import ConfigError

METHODS = ("threshold", "derivative")


@dataclass(frozen=True, slots=True)
class SeasonRule:
    """What counts as a season, and when it starts and ends."""

    method: str = "threshold"
    threshold: float = 0.5  #: share of the rise, and of the fall
    most: int = 2  #: seasons kept in each year of the calendar, the ampler ones
    least_share: float = 0.15  #: rise and fall that count, as a share of the range of the pixel
    least_amplitude: float = 0.1  #: and in the unit of the index: water and towns have no seasons

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            hint = f"Choose among: {', '.join(METHODS)}."
            raise ConfigError(f"There is no phenology by '{self.method}'.", hint=hint)
        if not 0 < self.threshold < 1 or self.most < 1 or self.least_share < 0 or self.least_amplitude < 0:
            raise ConfigError(
                "The rule of the seasons makes no sense.",
                hint="The threshold lies between 0 and 1, one season or more is kept, no least rise is negative.",
            )


@dataclass(frozen=True, slots=True)
class Seasons:
    """The seasons of each cell, (year x most, y, x): those of the first year in order of time, then the next year's.

    A season belongs to the year of its peak. NaN where there is none.
    """

    start: NDArray[np.float32]  #: day
    peak: NDArray[np.float32]  #: day
    end: NDArray[np.float32]  #: day
    top: NDArray[np.float32]  #: value on the peak
    base: NDArray[np.float32]  #: mean of the values in the two valleys
    count: NDArray[np.uint8]  #: (y, x): seasons found, also those that were not kept


def seasons(
    curve: NDArray[np.float32], days: ArrayLike, year_starts: ArrayLike, rule: SeasonRule | None = None
) -> Seasons:
    """The seasons of a smoothed series.

    ``curve``: (node, y, x), NaN throughout where it is not known; ``days``: (node,), evenly spaced; ``year_starts``:
    the first day of each year, and of the year after the last. Days between nodes are interpolated: for the crossing
    of a threshold by a line, for the peak by a parabola. Raises `ValueError` when shapes do not fit.
    """
    rule = rule or SeasonRule()
    values = np.ascontiguousarray(curve, np.float32)
    on = np.ascontiguousarray(days, np.float64)
    years = np.ascontiguousarray(year_starts, np.float64)
    if values.ndim != 3 or on.shape != values.shape[:1] or on.size < 3 or years.size < 2:
        raise ValueError(f"the curve {values.shape} should be (node, y, x) with a day per node, three or more")
    shape = ((years.size - 1) * rule.most, *values.shape[1:])
    found = np.full((5, *shape), np.nan, np.float32)
    count = np.zeros(shape[1:], np.uint8)
    choices = (rule.threshold, rule.most, rule.least_share, rule.least_amplitude)
    _seasons(values, on, years, METHODS.index(rule.method), *choices, found, count)
    start, peak, end, top, base = found
    return Seasons(start, peak, end, top, base, count)


def longest_gaps(
    values: NDArray[np.float32], days: ArrayLike, start: NDArray[np.float32], end: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The longest time in days without a clear date in each season, (season, y, x): how far its dates can be trusted.

    ``values``: (time, y, x), NaN = missing; ``days``: (time,); ``start``, ``end``: of `Seasons`. NaN without a season.
    """
    gaps = np.full(start.shape, np.nan, np.float32)
    series, on = np.ascontiguousarray(values, np.float32), np.ascontiguousarray(days, np.float64)
    _gaps(series, on, np.ascontiguousarray(start), np.ascontiguousarray(end), gaps)
    return gaps


@njit(parallel=True, cache=True)
def _seasons(curve, days, years, method, threshold, most, least_share, least, found, count):  # type: ignore[no-untyped-def] # pragma: no cover
    size, height, width = curve.shape
    for y in prange(height):
        values = np.empty(size)
        turns = np.empty(size + 2, np.int64)
        for x in range(width):
            low, high = np.inf, -np.inf
            for k in range(size):
                values[k] = curve[k, y, x]
                low, high = min(low, values[k]), max(high, values[k])
            if not high > low or values[0] != values[0]:
                continue
            cycles = _turning_points(values, max(least, least_share * (high - low)), turns)
            count[y, x] = min(cycles, 255)
            for year in range(years.size - 1):
                kept = _amplest(values, turns, cycles, days, years[year], years[year + 1], most)
                for slot, cycle in enumerate(kept):
                    left, top, right = turns[2 * cycle], turns[2 * cycle + 1], turns[2 * cycle + 2]
                    place = year * most + slot
                    found[0, place, y, x] = _start(values, days, left, top, method, threshold)
                    found[1, place, y, x] = _top(values, days, top)
                    found[2, place, y, x] = _end(values, days, top, right, method, threshold)
                    found[3, place, y, x] = values[top]
                    found[4, place, y, x] = 0.5 * (values[left] + values[right])


@njit(cache=True)
def _turning_points(values, least, turns):  # type: ignore[no-untyped-def] # pragma: no cover
    """Fill ``turns`` with valley, peak, valley... where each rise and fall is at least ``least``; counts the peaks."""
    found = 0
    low = high = 0
    rising = 0  # 1: a valley is behind us; -1: a peak is; 0: neither yet
    for k in range(1, values.size):
        if values[k] > values[high]:
            high = k
        if values[k] < values[low]:
            low = k
        if rising <= 0 and values[k] >= values[low] + least:
            turns[found] = low
            found += 1
            rising, high = 1, k
        elif rising >= 0 and values[k] <= values[high] - least:
            if rising == 1:  # a peak without a rise before it is none
                turns[found] = high
                found += 1
            rising, low = -1, k
    if rising == -1 and found % 2 == 0 and found:
        turns[found] = low
        found += 1
    return max(0, (found - 1) // 2)


@njit(cache=True)
def _amplest(values, turns, cycles, days, begin, end, most):  # type: ignore[no-untyped-def] # pragma: no cover
    """The cycles with their peak in the year, at most ``most`` of them, in order of time."""
    chosen = np.zeros(cycles, np.bool_)
    for _ in range(most):
        best, ampler = -1, 0.0
        for cycle in range(cycles):
            left, top, right = turns[2 * cycle], turns[2 * cycle + 1], turns[2 * cycle + 2]
            amplitude = values[top] - 0.5 * (values[left] + values[right])
            if not chosen[cycle] and begin <= days[top] < end and amplitude > ampler:
                best, ampler = cycle, amplitude
        if best >= 0:
            chosen[best] = True
    return np.flatnonzero(chosen)


@njit(cache=True)
def _start(values, days, left, top, method, threshold):  # type: ignore[no-untyped-def] # pragma: no cover
    if method == 1:
        return _steepest(values, days, left, top, 1.0)
    level = values[left] + threshold * (values[top] - values[left])
    k = top
    while values[k - 1] >= level and k - 1 > left:
        k -= 1
    return days[k - 1] + (level - values[k - 1]) / (values[k] - values[k - 1]) * (days[k] - days[k - 1])


@njit(cache=True)
def _end(values, days, top, right, method, threshold):  # type: ignore[no-untyped-def] # pragma: no cover
    if method == 1:
        return _steepest(values, days, top, right, -1.0)
    level = values[right] + threshold * (values[top] - values[right])
    k = top
    while values[k + 1] >= level and k + 1 < right:
        k += 1
    return days[k] + (level - values[k]) / (values[k + 1] - values[k]) * (days[k + 1] - days[k])


@njit(cache=True)
def _steepest(values, days, begin, end, sign):  # type: ignore[no-untyped-def] # pragma: no cover
    """The middle of the two nodes between which the curve climbs (1) or falls (-1) most."""
    best = begin
    for k in range(begin, end):
        if sign * (values[k + 1] - values[k]) > sign * (values[best + 1] - values[best]):
            best = k
    return 0.5 * (days[best] + days[best + 1])


@njit(cache=True)
def _top(values, days, top):  # type: ignore[no-untyped-def] # pragma: no cover
    """The day of the peak: the top of the parabola through the node and its neighbours."""
    before, at, after = values[top - 1], values[top], values[top + 1]
    bend = before - 2 * at + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return days[top] + shift * (days[top + 1] - days[top])


@njit(parallel=True, cache=True)
def _gaps(series, days, start, end, gaps):  # type: ignore[no-untyped-def] # pragma: no cover
    _, height, width = series.shape
    for y in prange(height):
        for x in range(width):
            for s in range(start.shape[0]):
                first, last = start[s, y, x], end[s, y, x]
                if first != first:
                    continue
                longest = 0.0
                before = np.nan
                for t in range(days.size):
                    if series[t, y, x] == series[t, y, x]:
                        if before < last and days[t] > first:
                            longest = max(longest, days[t] - before)
                        before = days[t]
                gaps[s, y, x] = longest
