# SPDX-License-Identifier: AGPL-3.0-or-later
"""The median of the clear values around each target date. Compiled, parallel over rows, without temporaries."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray


def medians(
    values: NDArray[np.float32], days: ArrayLike, target_days: ArrayLike, window_days: float, out: NDArray[np.float32]
) -> None:
    """Fill ``out`` (target, y, x) with the median of the clear dates in a window around each target day.

    ``values``: (time, y, x), NaN = missing; ``days``: (time,), in order. The window is ``window_days`` wide, its
    first instant included and its last one not; the median of an even number of values is the mean of the middle two.
    NaN where nothing in the window is clear.
    """
    series, on = np.ascontiguousarray(values, np.float32), np.ascontiguousarray(days, np.float64)
    wanted = np.ascontiguousarray(target_days, np.float64)
    begin = np.searchsorted(on, wanted - window_days / 2, side="left")
    end = np.searchsorted(on, wanted + window_days / 2, side="left")
    _medians(series, begin, end, out)


@njit(parallel=True, cache=True)
def _medians(series, begin, end, out):  # type: ignore[no-untyped-def] # pragma: no cover
    times, height, width = series.shape
    for y in prange(height):
        clear = np.empty(times, np.float32)
        for k in range(begin.size):
            for x in range(width):
                count = 0
                for t in range(begin[k], end[k]):
                    seen = series[t, y, x]
                    if seen == seen:
                        place = count
                        while place > 0 and clear[place - 1] > seen:  # kept in order: few dates a window
                            clear[place] = clear[place - 1]
                            place -= 1
                        clear[place] = seen
                        count += 1
                if count:
                    out[k, y, x] = 0.5 * (np.float64(clear[(count - 1) // 2]) + np.float64(clear[count // 2]))
                else:
                    out[k, y, x] = np.nan
