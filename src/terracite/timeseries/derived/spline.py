# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cubic spline through points, with the ends of Forsythe, Malcolm and Moler (1977); R's ``spline`` does the same."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def spline_through(day, value, targets):  # type: ignore[no-untyped-def] # pragma: no cover
    """The spline through ``value`` on ``day`` (increasing, three or more), on ``targets``; held beyond both ends."""
    bend = _second_derivatives(day, value)
    out = np.empty(targets.size)
    for n in range(targets.size):
        at = min(max(targets[n], day[0]), day[-1])
        k = min(max(np.searchsorted(day, at, side="right") - 1, 0), day.size - 2)
        width = day[k + 1] - day[k]
        a, b = (day[k + 1] - at) / width, (at - day[k]) / width
        curved = (a**3 - a) * bend[k] + (b**3 - b) * bend[k + 1]
        out[n] = a * value[k] + b * value[k + 1] + curved * width * width / 6
    return out


@njit(cache=True)
def _second_derivatives(day, value):  # type: ignore[no-untyped-def] # pragma: no cover
    """By elimination down and up: continuous slopes inside, and at each end the third derivative of the cubic there."""
    size = day.size
    below, main, above, right = np.zeros(size), np.ones(size), np.zeros(size), np.zeros(size)
    for k in range(1, size - 1):
        left, next_ = day[k] - day[k - 1], day[k + 1] - day[k]
        below[k], main[k], above[k] = left / 6, (left + next_) / 3, next_ / 6
        right[k] = (value[k + 1] - value[k]) / next_ - (value[k] - value[k - 1]) / left
    main[0], above[0] = -1.0, 1.0
    below[-1], main[-1] = -1.0, 1.0
    if size > 3:
        right[0] = 6 * (day[1] - day[0]) * _third_difference(day, value, 0)
        right[-1] = 6 * (day[-1] - day[-2]) * _third_difference(day, value, size - 4)
    for k in range(1, size):
        factor = below[k] / main[k - 1]
        main[k] -= factor * above[k - 1]
        right[k] -= factor * right[k - 1]
    bend = np.empty(size)
    bend[-1] = right[-1] / main[-1]
    for k in range(size - 2, -1, -1):
        bend[k] = (right[k] - above[k] * bend[k + 1]) / main[k]
    return bend


@njit(cache=True)
def _third_difference(x, y, at):  # type: ignore[no-untyped-def] # pragma: no cover
    """The divided difference of four points: a sixth of the third derivative of the cubic through them."""
    total = 0.0
    for i in range(at, at + 4):
        product = 1.0
        for j in range(at, at + 4):
            if j != i:
                product *= x[i] - x[j]
        total += y[i] / product
    return total
