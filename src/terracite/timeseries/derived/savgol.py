# SPDX-License-Identifier: AGPL-3.0-or-later
"""Savitzky and Golay's smoother (1964) for dates that are clouded here and there, then a cubic spline through it.

The recipe is that of sen2rts (L. Ranghetti, GPL-3), written anew from its documentation and checked against its
published results: a weighted polynomial in a window of passes, clouded passes interpolated with hardly any weight, and
again with more weight on the values above the curve, where noise lies below.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from terracite.raster.curves.observations import FEWEST, HIGH, NONE, gather, without_spikes
from terracite.timeseries.derived.spline import spline_through

_CLOUDED = 0.01  #: weight of an interpolated pass
_BEYOND = 0.1  #: how far smoothing may leave the range of the observations, as a share of it


@njit(parallel=True, cache=True)
def smooth_block(series, days, weights, targets, half, order, noise, spike, passes, out):  # type: ignore[no-untyped-def] # pragma: no cover
    """Fill ``out`` (target, y, x) with the curves of ``series`` (time, y, x); NaN where too little is clear.

    ``half``: passes of the window on each side; ``order``: of the polynomial. Before the first clear day and after
    the last one their value is held.
    """
    times, height, width = series.shape
    for y in prange(height):
        day, value, weight = np.empty(times), np.empty(times), np.empty(times)
        for x in range(width):
            count = gather(series, days, weights, y, x, day, value, weight)
            count = without_spikes(day, value, weight, count, spike, noise)
            if count < FEWEST:
                out[:, y, x] = np.nan
                continue
            curve = _at_clear_days(days, day[:count], value[:count], weight[:count], half, order, noise, passes)
            filled = spline_through(day[:count], curve, targets)
            for k in range(targets.size):
                out[k, y, x] = filled[k]


@njit(cache=True)
def _at_clear_days(days, day, value, weight, half, order, noise, passes):  # type: ignore[no-untyped-def] # pragma: no cover
    """The smoothed values on the clear days of a pixel."""
    every, seen, trust, clear = _with_clouded_passes(days, day, value, weight)
    smoothed = _local_polynomials(every, seen, trust, half, order)
    for _ in range(1, passes if noise != NONE else 1):
        distance = smoothed - seen if noise == HIGH else seen - smoothed
        ranks = np.empty(every.size)
        ranks[np.argsort(distance)] = np.arange(every.size) / max(every.size - 1, 1)
        trust *= ranks
        smoothed = _local_polynomials(every, seen, trust, half, order)
    margin = _BEYOND * (value.max() - value.min())
    return np.clip(smoothed[clear], value.min() - margin, value.max() + margin)


@njit(cache=True)
def _with_clouded_passes(days, day, value, weight):  # type: ignore[no-untyped-def] # pragma: no cover
    """Every day of passage from the first clear one to the last, straight lines where it was clouded."""
    every, seen, trust = np.empty(days.size), np.empty(days.size), np.empty(days.size)
    clear = np.zeros(days.size, np.bool_)
    size, k = 0, 0
    for now in days:
        if now < day[0] or now > day[-1] or (size and every[size - 1] == now):
            continue
        while day[k] < now:
            k += 1
        every[size] = now
        clear[size] = day[k] == now
        if clear[size]:
            seen[size], trust[size] = value[k], weight[k]
        else:
            share = (now - day[k - 1]) / (day[k] - day[k - 1])
            seen[size], trust[size] = value[k - 1] + share * (value[k] - value[k - 1]), _CLOUDED
        size += 1
    return every[:size], seen[:size], trust[:size], clear[:size]


@njit(cache=True)
def _local_polynomials(day, value, weight, half, order):  # type: ignore[no-untyped-def] # pragma: no cover
    """The value, on each day, of the polynomial fitted in the window around it; near the ends, in the last window."""
    size = day.size
    half = min(half, (size - 1) // 2)
    order = min(order, 2 * half)
    smoothed = np.empty(size)
    sums, matrix, coefficients = np.empty(2 * order + 1), np.empty((order + 1, order + 2)), np.empty(order + 1)
    for i in range(half, size - half):
        _fit(day, value, weight, i, half, sums, matrix, coefficients)
        smoothed[i] = coefficients[0]
        if i == half:
            for j in range(half):
                smoothed[j] = _polynomial(coefficients, day[j] - day[i])
        if i == size - half - 1:
            for j in range(i + 1, size):
                smoothed[j] = _polynomial(coefficients, day[j] - day[i])
    return smoothed


@njit(cache=True)
def _polynomial(coefficients, at):  # type: ignore[no-untyped-def] # pragma: no cover
    total = 0.0
    for k in range(coefficients.size - 1, -1, -1):
        total = total * at + coefficients[k]
    return total


@njit(cache=True)
def _fit(day, value, weight, centre, half, sums, matrix, coefficients):  # type: ignore[no-untyped-def] # pragma: no cover
    """The weighted least squares polynomial around ``centre``, lowest power first; the arrays are scratch."""
    size = coefficients.size
    unit = max(day[centre] - day[centre - half], day[centre + half] - day[centre], 1e-9)  # keeps powers of one size
    sums[:] = 0.0
    matrix[:, size] = 0.0
    for i in range(centre - half, centre + half + 1):
        at, power = (day[i] - day[centre]) / unit, weight[i]
        for k in range(2 * size - 1):
            sums[k] += power
            if k < size:
                matrix[k, size] += power * value[i]
            power *= at
    for row in range(size):
        for column in range(size):
            matrix[row, column] = sums[row + column]
    _eliminate(matrix, coefficients)
    for k in range(1, size):
        coefficients[k] /= unit**k


@njit(cache=True)
def _eliminate(matrix, coefficients):  # type: ignore[no-untyped-def] # pragma: no cover
    """Solve in place; a power that the weights cannot tell from lower ones gets 0."""
    size = coefficients.size
    floor = 1e-10 * matrix[0, 0]
    for k in range(size):
        if matrix[k, k] <= floor:
            matrix[k, :] = 0.0
            matrix[k, k] = 1.0
        for row in range(k + 1, size):
            factor = matrix[row, k] / matrix[k, k]
            for column in range(k, size + 1):
                matrix[row, column] -= factor * matrix[k, column]
    for k in range(size - 1, -1, -1):
        total = matrix[k, size]
        for column in range(k + 1, size):
            total -= matrix[k, column] * coefficients[column]
        coefficients[k] = total / matrix[k, k]
