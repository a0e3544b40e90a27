# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whittaker's smoother (1923; Eilers 2003, doi:10.1021/ac034173t) for observations that are not evenly spaced.

The curve is straight between evenly spaced nodes; its nodes minimise the weighted squares of the residuals plus
``stiffness`` times the squares of the second differences. With one node a day and one observation a node this is the
classical smoother. Two residuals never need more than five diagonals: one pass down and one up, per pixel.

Pixels are solved side by side, ``LANES`` at a time, because each step waits for the one before it, and a processor
does the same step of several pixels in the time of one.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from terracite.raster.curves.observations import FEWEST, LOW, NONE, gather, without_spikes

LANES = 16  #: pixels side by side: their bands of a year fit into the nearest cache
_DISTRUST = 0.1  #: weight left to an observation on the noisy side of the curve


@njit(parallel=True, cache=True, error_model="numpy")
def smooth_block(series, days, weights, nodes, stiffness, noise, spike, passes, first_node, every, out):  # type: ignore[no-untyped-def] # pragma: no cover
    """Fill ``out`` (target, y, x) with the curves of ``series`` (time, y, x), on every ``every``-th of ``nodes``.

    ``nodes``: evenly spaced days; the first target is ``nodes[first_node]``. Before the first clear day and after the
    last one their value is held. A pixel with too little that is clear keeps what ``out`` holds.
    """
    times, height, width = series.shape
    size = nodes.size
    penalty = _penalty(size, stiffness / (nodes[1] - nodes[0]) ** 3)
    for y in prange(height):
        day, value, weight = np.empty((LANES, times)), np.empty((LANES, times)), np.empty((LANES, times))
        trust = np.empty((LANES, times))
        counts = np.zeros(LANES, np.int64)
        band = np.ones((3, size, LANES))
        curve = np.empty((size, LANES))
        for first in range(0, width, LANES):
            lanes = min(LANES, width - first)
            for j in range(lanes):
                count = gather(series, days, weights, y, first + j, day[j], value[j], weight[j])
                count = without_spikes(day[j], value[j], weight[j], count, spike, noise)
                counts[j] = count if count >= FEWEST else 0
                trust[j] = weight[j]
            for turn in range(passes if noise != NONE else 1):
                if turn > 0:
                    for j in range(lanes):
                        _distrust(day[j], value[j], weight[j], trust[j], counts[j], nodes, curve[:, j], noise)
                _begin(penalty, band, curve)
                for j in range(lanes):
                    _add(day[j], value[j], trust[j], counts[j], nodes, band[0, :, j], band[1, :, j], curve[:, j])
                _factor(band[0], band[1], band[2], curve)
                _substitute(band[0], band[1], band[2], curve)
            for j in range(lanes):
                if counts[j] > 0:
                    _hold_ends(day[j], counts[j], nodes, curve[:, j])
                    _keep(curve[:, j], first_node, every, out[:, y, first + j])


@njit(cache=True, error_model="numpy")
def _begin(penalty, band, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The diagonals (3, node, lane) and the right sides (node, lane) before any observation."""
    for k in range(curve.shape[0]):
        for j in range(LANES):
            band[0, k, j], band[1, k, j], band[2, k, j] = penalty[0, k], penalty[1, k], penalty[2, k]
            curve[k, j] = 0.0


@njit(cache=True, error_model="numpy")
def _factor(main, one, two, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The factors L D L' of the five diagonals in their place, and the right sides on the way down.

    Where nothing is clear the equations have no answer, and any numbers come out.
    """
    for k in range(curve.shape[0]):
        if k > 0:
            for j in range(LANES):
                main[k, j] -= one[k - 1, j] * one[k - 1, j] * main[k - 1, j]
                one[k, j] -= main[k - 1, j] * one[k - 1, j] * two[k - 1, j]
                curve[k, j] -= one[k - 1, j] * curve[k - 1, j]
        if k > 1:
            for j in range(LANES):
                main[k, j] -= two[k - 2, j] * two[k - 2, j] * main[k - 2, j]
                curve[k, j] -= two[k - 2, j] * curve[k - 2, j]
        for j in range(LANES):
            one[k, j] /= main[k, j]
            two[k, j] /= main[k, j]


@njit(cache=True, error_model="numpy")
def _substitute(main, one, two, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The way up: the nodes of the curves."""
    size = curve.shape[0]
    for k in range(size - 1, -1, -1):
        for j in range(LANES):
            curve[k, j] /= main[k, j]
        if k < size - 1:
            for j in range(LANES):
                curve[k, j] -= one[k, j] * curve[k + 1, j]
        if k < size - 2:
            for j in range(LANES):
                curve[k, j] -= two[k, j] * curve[k + 2, j]


@njit(cache=True, error_model="numpy")
def _add(day, value, weight, count, nodes, main, one, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The observations of one pixel: each pulls at the two nodes around it."""
    size = nodes.size
    step = nodes[1] - nodes[0]
    for i in range(count):
        place = (day[i] - nodes[0]) / step
        k = min(max(int(np.floor(place)), 0), size - 2)
        right = min(max(place - k, 0.0), 1.0)
        left, w = 1.0 - right, weight[i]
        main[k] += w * left * left
        main[k + 1] += w * right * right
        one[k] += w * left * right
        curve[k] += w * left * value[i]
        curve[k + 1] += w * right * value[i]


@njit(cache=True)
def _penalty(size, strength):  # type: ignore[no-untyped-def] # pragma: no cover
    """The three upper diagonals of strength times D'D, where D takes second differences."""
    band = np.zeros((3, size))
    for k in range(size - 2):
        band[0, k] += strength
        band[0, k + 1] += 4 * strength
        band[0, k + 2] += strength
        band[1, k] -= 2 * strength
        band[1, k + 1] -= 2 * strength
        band[2, k] += strength
    return band


@njit(cache=True, error_model="numpy")
def _distrust(day, value, weight, trust, count, nodes, curve, noise):  # type: ignore[no-untyped-def] # pragma: no cover
    """Less weight to observations on the noisy side of the curve, so that it follows the others."""
    step = nodes[1] - nodes[0]
    for i in range(count):
        place = (day[i] - nodes[0]) / step
        k = min(max(int(np.floor(place)), 0), nodes.size - 2)
        at = curve[k] + (place - k) * (curve[k + 1] - curve[k])
        noisy = value[i] < at if noise == LOW else value[i] > at
        trust[i] = weight[i] * (_DISTRUST if noisy else 1.0)


@njit(cache=True, error_model="numpy")
def _hold_ends(day, count, nodes, curve):  # type: ignore[no-untyped-def] # pragma: no cover
    """The curve is not trusted outside what was seen: its value at the first and last clear day is held."""
    first, last = day[0], day[count - 1]
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


@njit(cache=True)
def _keep(curve, first_node, every, targets):  # type: ignore[no-untyped-def] # pragma: no cover
    for k in range(targets.size):
        targets[k] = curve[first_node + k * every]
