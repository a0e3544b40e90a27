# SPDX-License-Identifier: AGPL-3.0-or-later
"""The clear observations of one pixel, ready for a smoother: one a day, spikes taken out. Compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

FEWEST = 3  #: clear days; a curve drawn through fewer would be invented

NONE, LOW, HIGH = 0, 1, 2  #: the side on which noise lies


@njit(cache=True)
def gather(series, days, weights, y, x, day, value, weight):  # type: ignore[no-untyped-def] # pragma: no cover
    """Fill ``day``, ``value`` and ``weight`` with the clear observations of a pixel, those of one day averaged.

    ``series``: (time, y, x), NaN = missing; ``weights``: (time, y, x), or (time, 1, 1) when every pixel has the same.
    Returns how many there are.
    """
    found = 0
    wy = np.int64(y) if weights.shape[1] > 1 else np.int64(0)
    wx = np.int64(x) if weights.shape[2] > 1 else np.int64(0)
    for t in range(days.size):
        seen, w = series[t, y, x], weights[t, wy, wx]
        if seen != seen or not w > 0:
            continue
        if found and day[found - 1] == days[t]:
            total = weight[found - 1] + w
            value[found - 1] += (seen - value[found - 1]) * w / total
            weight[found - 1] = total
        else:
            day[found], value[found], weight[found] = days[t], seen, w
            found += 1
    return found


@njit(cache=True)
def without_spikes(day, value, weight, count, largest, noise):  # type: ignore[no-untyped-def] # pragma: no cover
    """Take out what stands apart from its neighbours, in place; returns how many observations stay.

    A value is a spike when one of the two before it and one of the two after it both differ from it by more than
    ``largest`` times the range of the pixel, on the side where noise lies. A lasting change is none.
    """
    if count < 5 or not largest > 0:
        return count
    low, high = value[0], value[0]
    for i in range(count):
        low, high = min(low, value[i]), max(high, value[i])
    limit = largest * (high - low)
    before2, before1 = value[0], value[1]
    kept = 2
    for i in range(2, count):
        now = value[i]
        spike = False
        if i < count - 2:
            if noise != HIGH:
                spike = max(before1, before2) - now > limit and max(value[i + 1], value[i + 2]) - now > limit
            if noise != LOW and not spike:
                spike = now - min(before1, before2) > limit and now - min(value[i + 1], value[i + 2]) > limit
        before2, before1 = before1, now
        if not spike:
            day[kept], value[kept], weight[kept] = day[i], now, weight[i]
            kept += 1
    return kept
