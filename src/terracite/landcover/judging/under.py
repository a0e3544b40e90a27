# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a map says under points, and how much of each class it has: one walk over its cells, memory bounded."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classmap import ClassMap
from terracite.raster.cell_areas import CellAreas, areas_if_known, cell_areas
from terracite.raster.class_areas import add_areas
from terracite.raster.grid import Block, Grid

ROWS, COLS = 512, 16_384  #: cells of a strip: 8 MB, whatever the width of the map

Ints = NDArray[np.int64]
_Found = tuple[Ints, Ints, NDArray[np.float64]]  #: points, their codes, and m² of each code in a strip


@dataclass(frozen=True, slots=True)
class Under:
    """Codes under points, and the areas of all codes."""

    codes: Ints  #: (points,) -1 outside the map, 0 where it has no class
    present: Ints  #: codes that the map has, in order, 0 among them
    areas_ha: NDArray[np.float64] | None  #: (256,) of each code; None where the grid lies nowhere


def read_under(found: ClassMap, rows: Ints, cols: Ints) -> Under:
    """``rows`` and ``cols``: cells of the points, -1 outside. Every cell of the map is read once."""
    areas = areas_if_known(found.grid)
    codes, present, total = np.full(rows.size, -1, np.int64), np.zeros(256, bool), np.zeros(256)
    order = np.argsort(rows, kind="stable")

    def strip(block: Block) -> _Found:
        values = found.read(block)
        near = order[slice(*np.searchsorted(rows[order], [block.row, block.row + block.height]))]
        here = near[(cols[near] >= block.col) & (cols[near] < block.col + block.width)]
        under = values[rows[here] - block.row, cols[here] - block.col].astype(np.int64)
        return here, under, _measured(values, block, areas)

    for here, under, measured in _in_order(strip, _strips(found.grid)):
        codes[here] = under
        present |= measured > 0
        total += measured
    return Under(codes, np.flatnonzero(present), None if areas is None else total / 10_000)


def both_under(first: ClassMap, second: ClassMap, rows: Ints, cols: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """What two maps of one grid say together: 256 * code + code, under points and as areas in ha, (65536,).

    -1 where a point lies outside, or where one of them has no class. Raises `RasterError` where cells have no area.
    """
    areas = cell_areas(first.grid)
    codes, total = np.full(rows.size, -1, np.int64), np.zeros(65_536)
    for block in _strips(first.grid):
        old, new = first.read(block), second.read(block)
        pairs = np.where((old > 0) & (new > 0), old.astype(np.uint16) * 256 + new, 0)
        add_areas(pairs, block, areas, total)
        here = np.flatnonzero((rows >= block.row) & (rows < block.row + block.height) & (cols >= block.col))
        here = here[cols[here] < block.col + block.width]
        codes[here] = pairs[rows[here] - block.row, cols[here] - block.col]
    total[0] = 0.0
    return np.where(codes > 0, codes, -1), total / 10_000


def _strips(grid: Grid) -> Iterator[Block]:
    for row in range(0, grid.height, ROWS):
        for col in range(0, grid.width, COLS):
            yield Block(row, col, min(ROWS, grid.height - row), min(COLS, grid.width - col))


def _in_order(work: Callable[[Block], _Found], blocks: Iterator[Block]) -> Iterator[_Found]:
    """Results in the order of the blocks (sums of areas must not depend on the cores), a few of them in flight."""
    threads = min(4, os.cpu_count() or 1)
    waiting: deque[Future[_Found]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _measured(values: NDArray[np.uint8], block: Block, areas: CellAreas | None) -> NDArray[np.float64]:
    """m² of each code; cells where they cannot be measured."""
    if areas is None or areas.are_equal:
        each = 1.0 if areas is None else float(areas.rows[0, 0])
        return np.asarray(histogram(values) * each, np.float64)
    measured = np.zeros(256)
    add_areas(values, block, areas, measured)
    return measured


def count_cells(found: ClassMap) -> Ints:
    """How many cells of the map have each code: (256,)."""
    return np.asarray(np.sum([histogram(codes) for _, codes in found.blocks()], axis=0), np.int64)


def histogram(values: NDArray[np.uint8]) -> Ints:
    """How often each code occurs: cells are counted two by two, which is seven times as fast."""
    flat = np.ascontiguousarray(values).ravel()
    even = flat.size // 2 * 2
    pairs = np.bincount(flat[:even].view(np.uint16), minlength=65_536).reshape(256, 256)
    return np.asarray(pairs.sum(axis=0) + pairs.sum(axis=1) + np.bincount(flat[even:], minlength=256), np.int64)
