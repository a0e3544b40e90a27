# SPDX-License-Identifier: AGPL-3.0-or-later
"""The classes of a cell through the years, given what each year's map says: a hidden Markov chain.

Rabiner 1989 (doi:10.1109/5.18626): the most likely path (Viterbi, equations 32 to 35), the probability of its class in
each year (forward and backward, equations 19 to 27), and the transitions that a sample of cells tells (Baum and Welch,
equations 37 and 40). Every step is scaled, so that nothing underflows. Pure functions on arrays.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CHUNK = 8192  #: cells of one task
_PRIOR = 1.0  #: transitions of each class that the given matrix counts for, beside those of the sample


def smooth(evidence: NDArray[np.float32], matrix: Floats, start: Floats) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The most likely path of each cell and how sure each of its classes is.

    ``evidence``: (cells, years, classes), above 0, likelihood of what the map says given each class, up to a factor; 1
    everywhere = the map says nothing. ``matrix``: (from, to), rows sum to 1; 0 = cannot happen. ``start``: (classes,).
    Returns class positions and percents, both (cells, years). A cell's result does not depend on other cells.
    """
    cells, years, _ = evidence.shape
    path, sure = np.zeros((cells, years), np.uint8), np.zeros((cells, years), np.uint8)
    parts = [slice(first, first + _CHUNK) for first in range(0, cells, _CHUNK)]
    with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1) or 1) as pool:
        list(pool.map(lambda part: _smooth(evidence[part], matrix, start, path[part], sure[part]), parts))
    return path, sure


@njit(cache=True, nogil=True)
def _smooth(evidence, matrix, start, path, sure):  # type: ignore[no-untyped-def] # pragma: no cover
    cells, years, classes = evidence.shape
    ahead, behind = np.empty((years, classes)), np.empty((years, classes))
    best, came = np.empty((years, classes)), np.zeros((years, classes), np.int64)
    for cell in range(cells):
        _forward(evidence[cell], matrix, start, ahead, best, came)
        _backward(evidence[cell], matrix, behind)
        at = np.argmax(best[years - 1])
        for t in range(years - 1, -1, -1):
            path[cell, t] = at
            both = ahead[t] * behind[t]
            sure[cell, t] = round(100 * both[at] / both.sum())
            at = came[t, at]


@njit(cache=True, nogil=True)
def _forward(own, matrix, start, ahead, best, came):  # type: ignore[no-untyped-def] # pragma: no cover
    """Probabilities of all paths to each class, of the best one, and where that came from; a tie: the first class."""
    years, classes = own.shape
    for k in range(classes):
        ahead[0, k] = best[0, k] = start[k] * own[0, k]
    for t in range(1, years):
        for k in range(classes):
            total, most, first = 0.0, -1.0, 0
            for j in range(classes):
                total += ahead[t - 1, j] * matrix[j, k]
                reached = best[t - 1, j] * matrix[j, k]
                if reached > most:
                    most, first = reached, j
            ahead[t, k], best[t, k], came[t, k] = total * own[t, k], most * own[t, k], first
        ahead[t] /= ahead[t].max()
        best[t] /= best[t].max()


@njit(cache=True, nogil=True)
def _backward(own, matrix, behind):  # type: ignore[no-untyped-def] # pragma: no cover
    years, classes = own.shape
    behind[years - 1] = 1.0
    for t in range(years - 2, -1, -1):
        for j in range(classes):
            total = 0.0
            for k in range(classes):
                total += matrix[j, k] * own[t + 1, k] * behind[t + 1, k]
            behind[t, j] = total
        behind[t] /= behind[t].max()


def estimate(
    evidence: NDArray[np.float32], weights: Floats, matrix: Floats, start: Floats, rounds: int = 50, least: float = 1e-4
) -> tuple[Floats, Floats]:
    """The transitions and first classes that a sample of cells tells, from ``matrix`` and ``start`` on.

    ``weights``: (cells,), how many cells each stands for. What is 0 stays 0. Each row counts `_PRIOR` transitions of
    the given matrix besides, so that what was never seen stays possible.
    """
    given = matrix
    for _ in range(rounds):
        moves, first = _expected(evidence, weights, matrix, start)
        moves += _PRIOR * given
        after, begun = moves / moves.sum(axis=1, keepdims=True), first / first.sum()
        moved = max(float(np.abs(after - matrix).max()), float(np.abs(begun - start).max()))
        matrix, start = after, np.maximum(begun, 1e-12)
        if moved < least:
            break
    return matrix, start


def _expected(evidence: NDArray[np.float32], weights: Floats, matrix: Floats, start: Floats) -> tuple[Floats, Floats]:
    """Expected transitions (from, to) and first classes of a sample, all cells side by side."""
    years = evidence.shape[1]
    ahead = [_even(start * evidence[:, 0])]
    for t in range(1, years):
        ahead.append(_even((ahead[-1] @ matrix) * evidence[:, t]))
    behind, moves = np.ones_like(ahead[0]), np.zeros_like(matrix)
    for t in range(years - 1, 0, -1):
        seen = evidence[:, t] * behind
        both = np.einsum("cj,jk,ck->c", ahead[t - 1], matrix, seen)
        moves += matrix * ((ahead[t - 1] * (weights / both)[:, None]).T @ seen)
        behind = _even(seen @ matrix.T)
    first = _even(ahead[0] * behind)
    return moves, weights @ first


def _even(values: Floats) -> Floats:
    return np.asarray(values / values.sum(axis=1, keepdims=True), np.float64)
