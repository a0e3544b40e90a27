# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bayesian smoothing of class shares: a cell listens to its neighbours as far as these agree.

After Simoes, Ferreira and Camara 2024, "Bayesian inference for post-processing of remote-sensing image classification"
(doi:10.3390/rs16234572), the method of the R package sits. With x = ln(p / (1 - p)) for the share p of one class in
one cell, m and s² the mean and variance of x over the neighbourhood, and w the ``weight`` (the variance that the
shares of one class are expected to have), the smoothed value is (s² x + w m) / (s² + w): where neighbours agree
(small s²) the cell follows them, where they do not (a border) it keeps its own mind.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from terracite.landcover.recipe import SmoothPart

LEAST = 1e-4  #: shares are kept within [LEAST, 1 - LEAST], so that a class without a vote can still be won over


def margin(part: SmoothPart | None) -> int:
    """How many cells around a block have to be known to smooth it."""
    return 0 if part is None else part.window // 2


def smooth(shares: NDArray[np.float32], usable: NDArray[np.bool_], part: SmoothPart) -> NDArray[np.float32]:
    """The shares after their neighbours were heard; ``shares``: (class, y, x), sum 1 where ``usable`` (y, x).

    Cells that are not usable count as nobody's neighbour and stay 0. Of each neighbourhood (the window, cut at the
    edge of the array) the ``neighbours`` share with the highest values of a class speaks for that class, so that a
    cell by a border hears its own side. Returns (class, y, x), sum 1 where usable. Each cell is computed from its own
    window alone, always in the same order: however the map is cut into blocks, the result is the same to the bit.
    """
    odds = np.empty(shares.shape, np.float32)
    result = np.zeros(shares.shape, np.float32)
    _to_odds(np.ascontiguousarray(shares, np.float32), usable, odds)
    _smooth(odds, usable, part.window // 2, float(part.weight), float(part.neighbours), result)
    return result


@njit(parallel=True, cache=True)
def _to_odds(shares, usable, odds):  # type: ignore[no-untyped-def] # pragma: no cover
    classes, height, width = shares.shape
    for y in prange(height):
        for c in range(classes):
            for x in range(width):
                if usable[y, x]:
                    share = min(max(float(shares[c, y, x]), LEAST), 1 - LEAST)
                    odds[c, y, x] = math.log(share / (1 - share))
                else:
                    odds[c, y, x] = np.nan


@njit(parallel=True, cache=True)
def _smooth(odds, usable, reach, weight, part, result):  # type: ignore[no-untyped-def] # pragma: no cover
    classes, height, width = odds.shape
    for y in prange(height):
        heard = np.empty((2 * reach + 1) ** 2, np.float32)
        first, last = max(y - reach, 0), min(y + reach + 1, height)
        for c in range(classes):
            for x in range(width):
                if usable[y, x]:
                    count = _gather(odds[c], first, last, max(x - reach, 0), min(x + reach + 1, width), heard)
                    result[c, y, x] = _posterior(odds[c, y, x], heard, count, weight, part)
        _normalise(result, usable, y)


@njit(cache=True)
def _gather(odds, top, bottom, left, right, heard):  # type: ignore[no-untyped-def] # pragma: no cover
    """The usable values of a window, row by row; how many."""
    count = 0
    for row in range(top, bottom):
        for col in range(left, right):
            value = odds[row, col]
            if value == value:  # not NaN
                heard[count] = value
                count += 1
    return count


@njit(cache=True)
def _posterior(own, heard, count, weight, part):  # type: ignore[no-untyped-def] # pragma: no cover
    """The smoothed share of one class in one cell."""
    lowest, highest = heard[0], heard[0]
    for i in range(1, count):
        lowest, highest = min(lowest, heard[i]), max(highest, heard[i])
    value = float(own)
    if lowest < highest:  # else all say the same, and so does the mean
        kept = max(1, math.ceil(part * count - 1e-9))
        if kept < count:
            _keep_highest(heard, count, kept)
        mean, variance = _moments(heard, kept)
        if variance + weight > 0:
            value = (variance * value + weight * mean) / (variance + weight)
    return 1 / (1 + math.exp(-value))


@njit(cache=True)
def _moments(heard, count):  # type: ignore[no-untyped-def] # pragma: no cover
    total = 0.0
    for i in range(count):
        total += heard[i]
    mean, spread = total / count, 0.0
    for i in range(count):
        spread += (heard[i] - mean) ** 2
    return mean, spread / max(count - 1, 1)


@njit(cache=True)
def _keep_highest(values, count, kept):  # type: ignore[no-untyped-def] # pragma: no cover
    """Bring the ``kept`` highest of ``count`` values to the front (Hoare's selection)."""
    low, high, target = 0, count - 1, kept - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if target <= j:
            high = j
        elif target >= i:
            low = i
        else:
            return


@njit(cache=True)
def _normalise(result, usable, y):  # type: ignore[no-untyped-def] # pragma: no cover
    classes, _, width = result.shape
    for x in range(width):
        if usable[y, x]:
            total = 0.0
            for c in range(classes):
                total += result[c, y, x]
            for c in range(classes):
                result[c, y, x] = result[c, y, x] / total
