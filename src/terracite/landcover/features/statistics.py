# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a year of values comes down to: mean, spread, percentiles... Compiled, parallel over rows, no temporaries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

_PLAIN = {"mean": -1.0, "sd": -2.0, "range": -3.0}
#: others are percentiles, between the two nearest values in proportion, as numpy has them
_SHARES = {"min": 0.0, "p05": 0.05, "p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}
_SHARES |= {"max": 1.0}


def describe(values: NDArray[np.float32], wanted: Sequence[str]) -> NDArray[np.float32]:
    """The statistics over time, (statistic, y, x); ``values``: (time, y, x) without gaps. NaN where they are NaN.

    "sd" is that of the values, not an estimate for others (divided by their number). Raises `KeyError` for others.
    """
    codes = np.array([_PLAIN[name] if name in _PLAIN else _SHARES[name] for name in wanted], np.float64)
    out = np.empty((codes.size, *values.shape[1:]), np.float32)
    _describe(np.ascontiguousarray(values, np.float32), codes, out)
    return out


def medians(values: NDArray[np.float32], positions: Sequence[int]) -> NDArray[np.float32]:
    """The median over some of the dates, (y, x)."""
    found: NDArray[np.float32] = describe(values[list(positions)], ("median",))[0]
    return found


@njit(parallel=True, cache=True, error_model="numpy")
def _describe(values, codes, out):  # type: ignore[no-untyped-def] # pragma: no cover
    times, height, width = values.shape
    ordered = (codes > 0).any() and (codes < 1).any()
    for y in prange(height):
        one = np.empty(times, np.float64)
        for x in range(width):
            total = 0.0
            for t in range(times):
                one[t] = values[t, y, x]
                total += one[t]
            mean = total / times
            if mean != mean:
                out[:, y, x] = np.nan
                continue
            spread = 0.0
            for t in range(times):
                spread += (one[t] - mean) ** 2
            if ordered:
                _sort(one)
            else:
                _ends(one)
            for k in range(codes.size):
                out[k, y, x] = _one(codes[k], one, mean, spread)


@njit(cache=True, error_model="numpy")
def _one(code, ordered, mean, spread):  # type: ignore[no-untyped-def] # pragma: no cover
    times = ordered.size
    if code == -1.0:
        return mean
    if code == -2.0:
        return np.sqrt(spread / times)
    if code == -3.0:
        return ordered[times - 1] - ordered[0]
    place = code * (times - 1)
    k = min(int(place), times - 2) if times > 1 else 0
    if times == 1:
        return ordered[0]
    return ordered[k] + (place - k) * (ordered[k + 1] - ordered[k])


@njit(cache=True)
def _sort(values):  # type: ignore[no-untyped-def] # pragma: no cover
    """In place; neighbours in time are near each other in value, too, so that few steps are needed."""
    for i in range(1, values.size):
        now, place = values[i], i
        while place > 0 and values[place - 1] > now:
            values[place] = values[place - 1]
            place -= 1
        values[place] = now


@njit(cache=True)
def _ends(values):  # type: ignore[no-untyped-def] # pragma: no cover
    """Bring the least value to the front and the largest one to the end."""
    low, high = 0, 0
    for i in range(values.size):
        if values[i] < values[low]:
            low = i
        if values[i] > values[high]:
            high = i
    least, largest = values[low], values[high]
    values[0], values[values.size - 1] = least, largest
