# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill the gaps of a series: values on dates of our choosing, by straight lines, smooth curves or medians in time.

Compiled, parallel over rows, without temporaries of the size of the series. A strip of pixels goes through time once
forwards (the last clear value before each target date) and once backwards (the next one), all its pixels at once and
without a branch, so that the processor works on eight of them per instruction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from terracite.raster.composites import medians
from terracite.raster.curves.observations import NONE
from terracite.raster.curves.whittaker import smooth_block

_STRIP = 128  #: pixels handled together: what is kept of them stays in the first-level cache
_ROWS = 64  #: of a series whose values are put together first, at once
FINEST_NODE_DAYS = 5  #: curves are computed at least so finely, however few of their dates are wanted


@dataclass(frozen=True, slots=True)
class Filling:
    """How gaps are filled.

    "linear": straight lines between clear dates. "whittaker": smooth curves (`terracite.raster.curves.whittaker`).
    "composite": the median of the clear dates around each target, half a step on either side; straight lines between.
    """

    method: Literal["linear", "whittaker", "composite"] = "linear"
    stiffness: float = 100.0  #: of curves, for one node a day; the best of 3 to 10000 on real Sentinel-2 NDVI
    spike: float = 0.25  #: of curves: share of a pixel's range by which a spike stands out; 0 keeps spikes


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
    values: NDArray[np.float32],
    days: ArrayLike,
    target_days: ArrayLike,
    how: Filling | None = None,
    out: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """The series on ``target_days``, and how many clear dates it rests on.

    ``values``: (time, y, x), NaN = missing. ``days``: (time,), not decreasing; two images of one day are averaged
    where both are clear. ``target_days``: (target,), in any order for straight lines (the default of ``how``), evenly
    spaced and in order otherwise. Before the first clear date and after the last one their value is held. A pixel
    without any clear date is NaN throughout and counts 0. ``out``: where to write, when there is such an array.

    Returns (target, y, x) float32 and (y, x) uint16. Raises `ValueError` when shapes or order do not fit.
    """
    how = how or Filling()
    series = np.ascontiguousarray(values, dtype=np.float32)
    on = np.ascontiguousarray(days, dtype=np.float64)
    wanted = np.ascontiguousarray(target_days, dtype=np.float64)
    if series.ndim != 3 or on.shape != series.shape[:1]:
        raise ValueError(f"values {series.shape} should be (time, y, x) with one day per date, not {on.shape}")
    if np.any(np.diff(on) < 0):
        raise ValueError("the dates of a series must be in order of time")
    if how.method != "linear" and not _is_even(wanted):
        raise ValueError("the target days must be two or more, evenly spaced and in order")
    clear = np.zeros(series.shape[1:], np.uint16)
    filled = np.empty((wanted.size, *series.shape[1:]), np.float32) if out is None else out
    if on.size == 0:
        filled[:] = np.nan
        return filled, clear
    _count(series, clear)
    _METHODS[how.method](series, on, wanted, how, filled)
    return filled, clear


def _lines(
    series: NDArray[np.float32],
    days: NDArray[np.float64],
    wanted: NDArray[np.float64],
    _: Filling,
    filled: NDArray[np.float32],
) -> None:
    if np.all(np.diff(days) > 0):
        _line(series, days, wanted, filled)
        return
    single = np.unique(days)
    for row in range(0, series.shape[1], _ROWS):  # what is merged is small
        rows = slice(row, row + _ROWS)
        part = np.empty((wanted.size, *series[0, rows].shape), np.float32)
        _line(_one_image_a_day(series[:, rows], days), single, wanted, part)
        filled[:, rows] = part


def _line(
    series: NDArray[np.float32], days: NDArray[np.float64], wanted: NDArray[np.float64], filled: NDArray[np.float32]
) -> None:
    origin = days[0]  # small numbers: single precision then tells days apart
    before = np.searchsorted(days, wanted, side="right")  # dates up to and including each target
    _fill_block(series, (days - origin).astype(np.float32), (wanted - origin).astype(np.float32), before, filled)


def _curves(
    series: NDArray[np.float32],
    days: NDArray[np.float64],
    wanted: NDArray[np.float64],
    how: Filling,
    filled: NDArray[np.float32],
) -> None:
    """Whittaker's curves; straight lines where fewer than three days are clear."""
    _lines(series, days, wanted, how, filled)
    every = max(1, math.ceil((wanted[1] - wanted[0]) / FINEST_NODE_DAYS))
    step = (wanted[1] - wanted[0]) / every
    before = max(0, math.ceil((wanted[0] - days[0]) / step))
    after = max(0, math.ceil((days[-1] - wanted[-1]) / step))
    nodes = wanted[0] + step * np.arange(-before, (wanted.size - 1) * every + 1 + after)
    same = np.ones((days.size, 1, 1), np.float32)
    smooth_block(series, days, same, nodes, float(how.stiffness), NONE, float(how.spike), 1, before, every, filled)


def _composites(
    series: NDArray[np.float32],
    days: NDArray[np.float64],
    wanted: NDArray[np.float64],
    how: Filling,
    filled: NDArray[np.float32],
) -> None:
    """The median around each target, straight lines between those; or through all dates where no window has one."""
    _lines(series, days, wanted, how, filled)
    step = float(wanted[1] - wanted[0])
    for row in range(0, series.shape[1], _ROWS):
        rows = slice(row, row + _ROWS)
        middle = np.empty((wanted.size, *series[0, rows].shape), np.float32)
        medians(series[:, rows], days, wanted, step, middle)
        whole = np.empty_like(middle)
        _line(middle, wanted, wanted, whole)
        np.copyto(filled[:, rows], whole, where=~np.isnan(whole[0]))


_METHODS = {"linear": _lines, "whittaker": _curves, "composite": _composites}


def _is_even(days: NDArray[np.float64]) -> bool:
    steps = np.diff(days)
    return bool(steps.size > 0 and steps[0] > 0 and np.allclose(steps, steps[0]))


def _one_image_a_day(series: NDArray[np.float32], days: NDArray[np.float64]) -> NDArray[np.float32]:
    """The series with the images of one day averaged where they are clear, one for each different day."""
    first = np.unique(days, return_index=True)[1]
    good = np.isfinite(series)
    total = np.add.reduceat(np.where(good, series, np.float32(0)), first, axis=0)
    count = np.add.reduceat(good, first, axis=0, dtype=np.int64)
    merged = np.full(total.shape, np.nan, np.float32)
    np.divide(total, count, out=merged, where=count > 0, casting="same_kind")
    return merged


@njit(parallel=True, cache=True)
def _count(series, clear):  # type: ignore[no-untyped-def] # pragma: no cover
    """How many values of each pixel are there."""
    for y in prange(series.shape[1]):
        for t in range(series.shape[0]):
            for x in range(series.shape[2]):
                clear[y, x] += np.isfinite(series[t, y, x])


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
