# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill the gaps of a series: clouded dates replaced by a straight line in time, on dates of our choosing.

One compiled pass over time per pixel, parallel over rows, without temporaries of the size of the series. Strips of
pixels are copied to a small buffer first: read in place, a block of 512 x 512 would put every date of a pixel into
the same set of the processor's cache.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

_STRIP = 64  #: pixels handled together; a strip of 150 dates fits into the first-level cache


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
        raise ValueError(
            f"values {series.shape} should be (time, y, x) with one day per date, not {on.shape}"
        )
    if np.any(np.diff(on) < 0):
        raise ValueError("the dates of a series must be in order of time")
    order = np.argsort(wanted, kind="stable")
    filled = np.empty((wanted.size, *series.shape[1:]), np.float32)
    clear = np.empty(series.shape[1:], np.uint16)
    _fill_block(series, on, wanted[order], order, filled, clear)
    return filled, clear


@njit(cache=True)
def _clear_dates(values, days, clear_values, clear_days):  # type: ignore[no-untyped-def] # pragma: no cover
    """Keep the clear dates of one pixel, one per day; returns (kept, number of clear images)."""
    kept, images, same = 0, 0, 1
    for t in range(days.size):
        value = values[t]
        if np.isnan(value):
            continue
        images += 1
        if kept and clear_days[kept - 1] == days[t]:
            same += 1
            clear_values[kept - 1] += (value - clear_values[kept - 1]) / same
        else:
            same = 1
            clear_values[kept] = value
            clear_days[kept] = days[t]
            kept += 1
    return kept, images


@njit(cache=True)
def _interpolate(values, days, kept, wanted, order, out):  # type: ignore[no-untyped-def] # pragma: no cover
    """Straight lines between the ``kept`` clear dates of one pixel, read on ``wanted`` (in order)."""
    after = 0
    for k in range(wanted.size):
        day = wanted[k]
        while after < kept and days[after] < day:
            after += 1
        if kept == 0:
            out[order[k]] = np.nan
        elif after == 0:
            out[order[k]] = values[0]
        elif after == kept:
            out[order[k]] = values[kept - 1]
        else:
            before = after - 1
            share = (day - days[before]) / (days[after] - days[before])
            out[order[k]] = values[before] + share * (values[after] - values[before])


@njit(parallel=True, cache=True)
def _fill_block(series, days, wanted, order, filled, clear):  # type: ignore[no-untyped-def] # pragma: no cover
    dates, height, width = series.shape
    for y in prange(height):
        strip = np.empty((_STRIP, dates), np.float32)
        result = np.empty((_STRIP, wanted.size), np.float32)
        clear_values = np.empty(dates, np.float64)
        clear_days = np.empty(dates, np.float64)
        for x in range(0, width, _STRIP):
            size = min(_STRIP, width - x)
            for t in range(dates):
                for i in range(size):
                    strip[i, t] = series[t, y, x + i]
            for i in range(size):
                kept, images = _clear_dates(strip[i], days, clear_values, clear_days)
                clear[y, x + i] = images
                _interpolate(clear_values, clear_days, kept, wanted, order, result[i])
            for k in range(wanted.size):
                for i in range(size):
                    filled[k, y, x + i] = result[i, k]
