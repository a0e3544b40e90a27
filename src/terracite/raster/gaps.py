# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill the gaps of a series: clouded dates replaced by a straight line in time, on dates of our choosing.

Compiled, parallel over rows, without temporaries of the size of the series. A strip of pixels goes through time once
forwards (the last clear value before each target date) and once backwards (the next one), all its pixels at once and
without a branch, so that the processor works on eight of them per instruction.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

_STRIP = 128  #: pixels handled together: what is kept of them stays in the first-level cache


def regular_days(first: int, last: int, step: int) -> NDArray[np.float64]:
    """Days ``first``, ``first + step``... up to ``last``, which is included only when the step falls on it.

    Example: ``regular_days(0, 25, 10)`` is ``[0, 10, 20]``.
    """
    if step < 1:
        raise ValueError(f"the step between two dates is {step} days; it must be at least 1")
    if last < first:
        raise ValueError(f"the last day ({last}) comes before the first ({first})")
    return np.arange(first, last + 1, step, dtype=np.float64)


def fill(
    values: NDArray[np.float32], days: ArrayLike, target_days: ArrayLike
) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """The series on ``target_days``, linear in time between clear dates, and how many clear dates it rests on.

    ``values``: (time, y, x), NaN = missing. ``days``: (time,), not decreasing; two images of one day are averaged
    where both are clear. ``target_days``: (target,), any order. Before the first clear date and after the last one
    their value is held. A pixel without any clear date is NaN throughout and counts 0.

    Returns (target, y, x) float32 and (y, x) uint16. Raises `ValueError` when shapes or order do not fit.
    """
    series = np.ascontiguousarray(values, dtype=np.float32)
    on = np.ascontiguousarray(days, dtype=np.float64)
    wanted = np.ascontiguousarray(target_days, dtype=np.float64)
    if series.ndim != 3 or on.shape != series.shape[:1]:
        raise ValueError(f"values {series.shape} should be (time, y, x) with one day per date, not {on.shape}")
    if np.any(np.diff(on) < 0):
        raise ValueError("the dates of a series must be in order of time")
    clear = np.isfinite(series).sum(axis=0, dtype=np.uint16)
    if on.size and np.any(np.diff(on) == 0):
        series, on = _one_image_a_day(series, on)
    filled = np.empty((wanted.size, *series.shape[1:]), np.float32)
    if on.size == 0:
        filled[:] = np.nan
        return filled, clear
    origin = on[0]  # small numbers: single precision then tells days apart
    before = np.searchsorted(on, wanted, side="right")  # dates up to and including each target
    _fill_block(series, (on - origin).astype(np.float32), (wanted - origin).astype(np.float32), before, filled)
    return filled, clear


def _one_image_a_day(
    series: NDArray[np.float32], days: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The series with the images of one day averaged where they are clear."""
    single, first = np.unique(days, return_index=True)
    good = np.isfinite(series)
    total = np.add.reduceat(np.where(good, series, np.float32(0)), first, axis=0)
    count = np.add.reduceat(good, first, axis=0, dtype=np.int64)
    merged = np.full(total.shape, np.nan, np.float32)
    np.divide(total, count, out=merged, where=count > 0, casting="same_kind")
    return merged, single


@njit(parallel=True, cache=True, error_model="numpy")
def _fill_block(series, days, wanted, before, filled):  # type: ignore[no-untyped-def] # pragma: no cover
    _, height, width = series.shape
    order = np.argsort(wanted)
    for y in prange(height):
        for x in range(0, width, _STRIP):
            size = min(_STRIP, width - x)
            value = np.empty((wanted.size, size), np.float32)
            day = np.empty((wanted.size, size), np.float32)
            _forwards(series, days, before, order, y, x, value, day)
            _backwards(series, days, wanted, before, order, y, x, value, day, filled)


@njit(cache=True, error_model="numpy")
def _forwards(series, days, before, order, y, x, value, day):  # type: ignore[no-untyped-def] # pragma: no cover
    """The last clear value up to each target date, and its day; NaN where there is none."""
    size = value.shape[1]
    last_value = np.full(size, np.nan, np.float32)
    last_day = np.full(size, np.nan, np.float32)
    t = 0
    for k in order:
        while t < before[k]:
            now = days[t]
            for i in range(size):
                seen = series[t, y, x + i]
                clear = seen == seen
                last_value[i] = seen if clear else last_value[i]
                last_day[i] = now if clear else last_day[i]
            t += 1
        for i in range(size):
            value[k, i] = last_value[i]
            day[k, i] = last_day[i]


@njit(cache=True, error_model="numpy")
def _backwards(series, days, wanted, before, order, y, x, value, day, filled):  # type: ignore[no-untyped-def] # pragma: no cover
    """The next clear value after each target date, and the line between both; held where one side is missing."""
    size = value.shape[1]
    next_value = np.full(size, np.nan, np.float32)
    next_day = np.full(size, np.nan, np.float32)
    t = days.size
    for k in order[::-1]:
        while t > before[k]:
            t -= 1
            now = days[t]
            for i in range(size):
                seen = series[t, y, x + i]
                clear = seen == seen
                next_value[i] = seen if clear else next_value[i]
                next_day[i] = now if clear else next_day[i]
        target = wanted[k]
        for i in range(size):
            one, other = value[k, i], next_value[i]
            line = one + (target - day[k, i]) / (next_day[i] - day[k, i]) * (other - one)
            held = other if one != one else one
            filled[k, y, x + i] = held if (one != one) | (other != other) else line
