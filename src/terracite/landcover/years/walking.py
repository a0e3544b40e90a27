# SPDX-License-Identifier: AGPL-3.0-or-later
"""The series block by block: read, made consistent, counted, and kept until the rasters are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.landcover.progress import Progress
from terracite.landcover.years.chain import Chain
from terracite.landcover.years.evidence import Told, Year, tell
from terracite.landcover.years.smoothing import estimate, smooth
from terracite.raster.cell_areas import CellAreas, areas_if_known
from terracite.raster.class_areas import add_areas
from terracite.raster.grid import Block, Grid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SIZE = 256  #: cells along a side of a block
NEVER = 65_535  #: of changes, where no year is mapped
_SAMPLE = 20_000  #: cells that transitions are estimated from
_LATTICE = 64  #: cells along a side of the blocks that they are read in


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted on the way."""

    cells: Ints  #: (years, classes + 1): after; the last = not mapped
    moved_ha: Floats | None  #: (years - 1, from, to); None where cells have no area that can be told
    moves: Ints  #: (years - 1, from, to), cells
    altered: Ints  #: (years,), cells whose class is another one than that of the year's own map
    filled: Ints  #: (years,), cells that the year's own map does not have
    under: Mapping[int, NDArray[np.int64]]  #: year -> code after at points asked for, -1 outside


def learn(years: Sequence[Year], chain: Chain) -> Chain:
    """The chain that a lattice of cells over the whole series tells; no chance in it, and no block size."""
    grid = years[0].map.grid
    step = max(1, round((grid.height * grid.width / _SAMPLE) ** 0.5))
    evidence, weights = [], []
    for row in range(step // 2, grid.height, step * _LATTICE):
        block = Block(row, 0, min(step * (_LATTICE - 1) + 1, grid.height - row), grid.width)
        told = _lattice(years, block, step)
        kinds, count = np.unique(told.kinds[told.codes.any(axis=0)], return_counts=True)
        evidence.append(told.evidence[kinds])
        weights.append(count.astype(np.float64))
    if not sum(one.size for one in weights):
        raise RasterError("No cell of the series is mapped.", hint="Check that the maps hold codes from 1 to 255.")
    matrix, start = estimate(np.concatenate(evidence), np.concatenate(weights), chain.matrix, chain.start)
    return Chain(matrix, start)


def _lattice(years: Sequence[Year], block: Block, step: int) -> Told:
    """Every ``step``th cell of a band of rows, read row by row."""
    rows = [tell(years, Block(row, 0, 1, block.width)) for row in range(block.row, block.row + block.height, step)]
    picked = slice(step // 2, None, step)
    kinds = [one.kinds[picked] for one in rows]
    start = np.cumsum([0, *(len(one.evidence) for one in rows[:-1])])
    return Told(
        np.concatenate([one.evidence for one in rows]),
        np.concatenate([kind + first for kind, first in zip(kinds, start, strict=True)]),
        np.concatenate([one.codes[:, picked] for one in rows], axis=1),
    )


def walk(
    folder: Path, years: Sequence[Year], chain: Chain, fill: bool, points: Mapping[int, tuple[Ints, Ints]],
    progress: Progress,
) -> Counted:  # fmt: skip
    """Make every block consistent and keep it in ``folder``; memory does not grow with the maps.

    ``fill``: cells that a year does not map get their class from the other years. ``points``: by year, (rows, columns)
    of cells whose class after is wanted.
    """
    known, grid = years[0].map.nomenclature, years[0].map.grid
    size = len(chain.start)
    codes = np.array([*known.codes, 0], np.uint8)
    areas = areas_if_known(grid)
    counted = Counted(
        np.zeros((len(years), size + 1), np.int64),
        None if areas is None else np.zeros((len(years) - 1, size, size)),
        np.zeros((len(years) - 1, size, size), np.int64),
        np.zeros(len(years), np.int64),
        np.zeros(len(years), np.int64),
        {year: np.full(rows.size, -1, np.int64) for year, (rows, _) in points.items()},
    )
    blocks = list(grid.blocks(SIZE))
    for done, block in enumerate(blocks, start=1):
        own, path, sure = _consistent(years, block, chain, fill)
        _count(counted, block, own, path, codes, areas)
        for year, (at, across) in points.items():
            place = [one.year for one in years].index(year)
            _under(counted.under[year], codes[path[place]].reshape(block.shape), block, at, across)
        values = codes[path], np.where(path < size, np.maximum(sure, 1), 0)
        changes = _changes(path, [one.year for one in years], size)
        np.save(_path(folder, block, "years"), np.concatenate(values).astype(np.uint8).reshape(-1, *block.shape))
        np.save(_path(folder, block, "changes"), changes.reshape(2, *block.shape))
        progress(done, len(blocks))
    return counted


def _consistent(
    years: Sequence[Year], block: Block, chain: Chain, fill: bool
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """(years, cells): codes before; class positions after, as many as there are classes = not mapped; percents."""
    told = tell(years, block)
    path, sure = smooth(told.evidence, chain.matrix, chain.start)
    mapped = told.codes > 0
    shown = np.broadcast_to(mapped.any(axis=0), mapped.shape) if fill else mapped
    nothing = np.uint8(len(chain.start))
    after = np.where(shown, path[told.kinds].T, nothing)
    return told.codes, after, np.where(shown, sure[told.kinds].T, np.uint8(0))


def _count(
    counted: Counted, block: Block, before: NDArray[np.uint8], path: NDArray[np.uint8], codes: NDArray[np.uint8],
    areas: CellAreas | None,
) -> None:  # fmt: skip
    size = counted.moves.shape[1]
    for t, own in enumerate(before):
        counted.cells[t] += np.bincount(path[t], minlength=size + 1)
        counted.altered[t] += int(((own > 0) & (codes[path[t]] != own)).sum())
        counted.filled[t] += int(((own == 0) & (path[t] < size)).sum())
    for t in range(len(path) - 1):
        both = (path[t] < size) & (path[t + 1] < size)
        pair = path[t].astype(np.int64) * size + path[t + 1]
        counted.moves[t] += np.bincount(pair[both], minlength=size * size).reshape(size, size)
        if counted.moved_ha is not None and areas is not None:
            keys = np.where(both, pair, size * size).astype(np.uint16).reshape(block.shape)
            found = np.zeros(size * size + 1)
            add_areas(keys, block, areas, found)
            counted.moved_ha[t] += found[:-1].reshape(size, size) / 10_000


def _under(found: Ints, codes: NDArray[np.uint8], block: Block, rows: Ints, cols: Ints) -> None:
    inside = (rows >= block.row) & (rows < block.row + block.height)
    inside &= (cols >= block.col) & (cols < block.col + block.width)
    found[inside] = codes[rows[inside] - block.row, cols[inside] - block.col]


def _changes(path: NDArray[np.uint8], years: Sequence[int], size: int) -> NDArray[np.uint16]:
    """(2, cells): year of the last change (0 = none) and number of changes; `NEVER` where no year is mapped.

    Years that are not mapped are passed over.
    """
    last = np.zeros(path.shape[1], np.uint16)
    count, before = np.zeros_like(last), path[0].copy()
    for t in range(1, len(years)):
        there = path[t] < size
        changed = there & (before < size) & (path[t] != before)
        last[changed] = years[t]
        count += changed
        before = np.where(there, path[t], before)
    return np.where(before < size, np.stack([last, count]), NEVER).astype(np.uint16)


def kept(folder: Path, kind: str, band: slice | int, grid: Grid) -> Iterator[tuple[Block, NDArray[np.generic]]]:
    """Every block of what `walk` kept: "years" (codes of all years, then percents), or "changes"."""
    for block in grid.blocks(SIZE):
        yield block, np.asarray(np.load(_path(folder, block, kind), mmap_mode="r")[band])


def _path(folder: Path, block: Block, kind: str) -> Path:
    return folder / f"{kind}-{block.row}-{block.col}.npy"
