# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sums of true areas over cells that are alike: by class, or by whatever number a cell has."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terracite.raster.cell_areas import CellAreas
from terracite.raster.grid import Block


def add_areas(codes: NDArray[np.unsignedinteger], block: Block, areas: CellAreas, total: NDArray[np.float64]) -> None:
    """Add the m² of the cells of a block, ``codes`` (y, x), to ``total`` (codes,)."""
    _add(np.ascontiguousarray(codes), block.col, areas.of(block), areas.step, total)


@njit(cache=True, nogil=True)
def _add(codes, col, base, step, total):  # type: ignore[no-untyped-def] # pragma: no cover
    before = np.empty(codes.shape[1] + 1)
    for row in range(codes.shape[0]):
        areas_before(base[row], step, col, before)
        add_runs(codes[row], 0, codes.shape[1], before, total)


@njit(cache=True, nogil=True)
def areas_before(base, step, col, found):  # type: ignore[no-untyped-def] # pragma: no cover
    """Fill ``found`` (cells + 1,) with the m² of a row left of each cell from ``col`` on: straight lines, summed."""
    width, total, c = found.size - 1, 0.0, 0
    found[0] = 0.0
    while c < width:
        k = min((col + c) // step, base.size - 2)
        stop = width if k == base.size - 2 else min(width, (k + 1) * step - col)
        slope = (base[k + 1] - base[k]) / step
        first = base[k] + slope * (col + c - k * step)
        for n in range(1, stop - c + 1):
            found[c + n] = total + n * first + slope * (n * (n - 1) * 0.5)
        total = found[stop]
        c = stop


@njit(cache=True, nogil=True)
def add_runs(keys, begin, end, before, found):  # type: ignore[no-untyped-def] # pragma: no cover
    """Add the cells of a row run by run: neighbours are mostly alike."""
    known, first = keys[begin], begin
    for c in range(begin + 1, end):
        if keys[c] != known:
            found[known] += before[c] - before[first]
            known, first = keys[c], c
    found[known] += before[end] - before[first]
