# SPDX-License-Identifier: AGPL-3.0-or-later
"""Composites: one image a month or a year, and on how many clear dates each of its cells rests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from terracite.errors import ConfigError
from terracite.raster.netcdf_layout import FILL

METHODS = ("median", "mean", "max")
SPANS = ("month", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year of the calendar, UTC: ``start`` included, ``end`` not."""

    start: dt.datetime
    end: dt.datetime


def calendar(times: Sequence[dt.datetime], span: str) -> tuple[Period, ...]:
    """Every month or year from the first of ``times`` (UTC, in order) to the last, the empty ones too."""
    if span not in SPANS:
        raise ConfigError(f"There is no composite by '{span}'.", hint=f"Choose among: {', '.join(SPANS)}.")
    if not times:
        return ()
    found = [_period(times[0], span)]
    while found[-1].end <= times[-1]:
        found.append(_period(found[-1].end, span))
    return tuple(found)


def numbers(times: Sequence[dt.datetime], periods: Sequence[Period]) -> NDArray[np.int64]:
    """Which of ``periods`` each time falls in, shape (time,); periods follow each other without a gap."""
    starts = [period.start.timestamp() for period in periods]
    return np.searchsorted(starts, [time.timestamp() for time in times], side="right").astype(np.int64) - 1


def composite(
    values: NDArray[np.float32], number: ArrayLike, periods: int, method: str = "median"
) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """One image for each period, and how many clear dates each cell rests on.

    ``values``: (time, y, x), NaN = missing; ``number``: (time,), the period of each date, from 0; ``method``:
    "median", "mean" or "max". The median of an even number of dates is the mean of the middle two.

    Returns (period, y, x) float32, NaN where nothing is clear, and (period, y, x) uint16.
    """
    if method not in METHODS:
        raise ConfigError(f"There is no composite method '{method}'.", hint=f"Choose among: {', '.join(METHODS)}.")
    series, of = np.ascontiguousarray(values, np.float32), np.asarray(number, np.int64)
    if series.ndim != 3 or of.shape != series.shape[:1]:
        raise ValueError(f"values {series.shape} should be (time, y, x) with one period per date, not {of.shape}")
    if of.size and not (of.min() >= 0 and of.max() < periods):
        raise ValueError(f"the numbers of the periods should go from 0 to {periods - 1}")
    out = np.empty((periods, *series.shape[1:]), np.float32)
    counts = np.empty(out.shape, np.uint16)
    for period in range(periods):
        dates = np.flatnonzero(of == period)
        _composite(series, dates, METHODS.index(method), out[period], counts[period])
    return out, counts


def composite_of_numbers(
    numbers_: NDArray[np.int16], number: ArrayLike, periods: int, method: str, valid: tuple[int, int]
) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
    """`composite` of DN (time, y, x), -32768 = missing, to the nearest DN within ``valid``; dates in order of time."""
    series = np.ascontiguousarray(numbers_, np.int16)
    ends = np.searchsorted(np.asarray(number, np.int64), np.arange(periods + 1))
    out = np.empty((periods, *series.shape[1:]), np.int16)
    counts = np.empty(out.shape, np.uint16)
    _composite_numbers(series, ends, METHODS.index(method), valid[0], valid[1], out, counts)
    return out, counts


def _period(time: dt.datetime, span: str) -> Period:
    start = dt.datetime(time.year, time.month if span == "month" else 1, 1, tzinfo=dt.UTC)
    long = dt.timedelta(days=32 if span == "month" else 367)
    end = (start + long).replace(day=1)
    return Period(start, end)


@njit(parallel=True, cache=True)
def _composite(series, dates, method, out, counts):  # type: ignore[no-untyped-def] # pragma: no cover
    _, height, width = series.shape
    for y in prange(height):
        clear = np.empty(dates.size, np.float32)
        for x in range(width):
            count = 0
            for t in dates:
                seen = series[t, y, x]
                if seen == seen:
                    place = count
                    while method == 0 and place > 0 and clear[place - 1] > seen:  # kept in order: few dates a period
                        clear[place] = clear[place - 1]
                        place -= 1
                    clear[place] = seen
                    count += 1
            counts[y, x] = count
            out[y, x] = _summary(clear, count, method) if count else np.nan


@njit(cache=True)
def _summary(clear, count, method):  # type: ignore[no-untyped-def] # pragma: no cover
    """The median (0) of values in order, their mean (1) or the largest (2), as float64."""
    if method == 0:
        return 0.5 * (np.float64(clear[(count - 1) // 2]) + np.float64(clear[count // 2]))
    if method == 1:
        total = 0.0
        for i in range(count):
            total += clear[i]
        return total / count
    largest = clear[0]
    for i in range(1, count):
        largest = max(largest, clear[i])
    return np.float64(largest)


@njit(parallel=True, cache=True)
def _composite_numbers(series, ends, method, low, high, out, counts):  # type: ignore[no-untyped-def] # pragma: no cover
    times, height, width = series.shape
    for y in prange(height):
        clear = np.empty(times, np.int16)
        for period in range(ends.size - 1):
            for x in range(width):
                count = 0
                for t in range(ends[period], ends[period + 1]):
                    seen = series[t, y, x]
                    if seen != FILL:
                        place = count
                        while method == 0 and place > 0 and clear[place - 1] > seen:
                            clear[place] = clear[place - 1]
                            place -= 1
                        clear[place] = seen
                        count += 1
                counts[period, y, x] = count
                if count:
                    made = np.rint(np.float32(_summary(clear, count, method)))
                    out[period, y, x] = np.int16(min(max(made, np.float32(low)), np.float32(high)))
                else:
                    out[period, y, x] = FILL
