# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whittaker's smoother (1923; Eilers 2003, doi:10.1021/ac034173t) for observations that are not evenly spaced.

The curve is straight between evenly spaced nodes; its nodes minimise the weighted squares of the residuals plus
``stiffness`` times the squares of the second differences. With one node a day and one observation a node this is the
classical smoother. Two residuals never need more than five diagonals: one pass down and one up, per pixel.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from terracite.timeseries.derived.observations import FEWEST, LOW, NONE, gather, without_spikes

_DISTRUST = 0.1  #: weight left to an observation on the noisy side of the curve


@njit(parallel=True, cache=True)
def smooth_block(series, days, weights, nodes, stiffness, noise, spike, passes, out):  # type: ignore[no-untyped-def] # pragma: no cover
    """Fill ``out`` (node, y, x) with the curves of ``series`` (time, y, x); NaN where too little is clear.

    ``nodes``: evenly spaced days. Before the first clear day and after the last one their value is held.
    """
    times, height, width = series.shape
    size = nodes.size
    for y in prange(height):
        day, value, weight = np.empty(times), np.empty(times), np.empty(times)
        trust = np.empty(times)
        band = np.empty((3, size))
        curve = np.empty(size)
        for x in range(width):
            count = gather(series, days, weights, y, x, day, value, weight)
            count = without_spikes(day, value, weight, count, spike, noise)
            if count < FEWEST:
                out[:, y, x] = np.nan
                continue
            trust[:count] = weight[:count]
            for turn in range(passes if noise != NONE else 1):
                if turn > 0:
                    _distrust(day, value, weight, trust, count, nodes, curve, noise)
                _solve(day, value, trust, count, nodes, stiffness, band, curve)
            _hold_ends(day[0], day[count - 1], nodes, curve)
            for k in range(size):
                out[k, y, x] = curve[k]


@njit(cache=True)
def _solve(day, value, weight, count, nodes, stiffness, band, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The nodes of the best curve, by the factors L D L' of its five diagonals."""
    size = nodes.size
    step = nodes[1] - nodes[0]
    _penalty(band, stiffness / step**3)
    curve[:] = 0.0
    for i in range(count):
        place = (day[i] - nodes[0]) / step
        k = min(max(int(np.floor(place)), 0), size - 2)
        right = min(max(place - k, 0.0), 1.0)
        left, w = 1.0 - right, weight[i]
        band[0, k] += w * left * left
        band[0, k + 1] += w * right * right
        band[1, k] += w * left * right
        curve[k] += w * left * value[i]
        curve[k + 1] += w * right * value[i]
    for k in range(size):
        if k > 0:
            band[0, k] -= band[1, k - 1] ** 2 * band[0, k - 1]
            band[1, k] -= band[0, k - 1] * band[1, k - 1] * band[2, k - 1]
            curve[k] -= band[1, k - 1] * curve[k - 1]
        if k > 1:
            band[0, k] -= band[2, k - 2] ** 2 * band[0, k - 2]
            curve[k] -= band[2, k - 2] * curve[k - 2]
        band[1, k] /= band[0, k]
        band[2, k] /= band[0, k]
    for k in range(size - 1, -1, -1):
        curve[k] /= band[0, k]
        if k < size - 1:
            curve[k] -= band[1, k] * curve[k + 1]
        if k < size - 2:
            curve[k] -= band[2, k] * curve[k + 2]


@njit(cache=True)
def _penalty(band, strength):  # type: ignore[no-untyped-def] # pragma: no cover
    """The three upper diagonals of strength times D'D, where D takes second differences."""
    size = band.shape[1]
    band[:] = 0.0
    for k in range(size - 2):
        band[0, k] += strength
        band[0, k + 1] += 4 * strength
        band[0, k + 2] += strength
        band[1, k] -= 2 * strength
        band[1, k + 1] -= 2 * strength
        band[2, k] += strength


@njit(cache=True)
def _distrust(day, value, weight, trust, count, nodes, curve, noise):  # type: ignore[no-untyped-def] # pragma: no cover
    """Less weight to observations on the noisy side of the curve, so that it follows the others."""
    step = nodes[1] - nodes[0]
    for i in range(count):
        place = (day[i] - nodes[0]) / step
        k = min(max(int(np.floor(place)), 0), nodes.size - 2)
        at = curve[k] + (place - k) * (curve[k + 1] - curve[k])
        noisy = value[i] < at if noise == LOW else value[i] > at
        trust[i] = weight[i] * (_DISTRUST if noisy else 1.0)


@njit(cache=True)
def _hold_ends(first, last, nodes, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The curve is not trusted outside what was seen: its value at the first and last clear day is held."""
    size = nodes.size
    step = nodes[1] - nodes[0]
    begin = min(max((first - nodes[0]) / step, 0.0), size - 1.0)
    end = min(max((last - nodes[0]) / step, 0.0), size - 1.0)
    k, m = min(int(begin), size - 2), min(int(end), size - 2)
    left = curve[k] + (begin - k) * (curve[k + 1] - curve[k])
    right = curve[m] + (end - m) * (curve[m + 1] - curve[m])
    for i in range(size):
        if nodes[i] < first:
            curve[i] = left
        elif nodes[i] > last:
            curve[i] = right
