# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells that a sample is drawn from: counted row by row, then found again, one block in memory at a time.

A cell has a *kind*: its zone (0 without polygons) times 256, plus its code. Strata are groups of kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classmap import ClassMap
from terracite.landcover.sampling.zones import Zones
from terracite.raster.cell_areas import cell_areas
from terracite.raster.grid import Block

CODES = 256
BLOCK = 512  #: cells a side; what is drawn does not depend on it

_AT_ONCE = 2000  #: cells looked for at a time, each along one row of a block

Counts = NDArray[np.int64]
Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class Counted:
    """How many cells of each kind each row has, in bands of rows."""

    bands: tuple[tuple[Counts, NDArray[np.int32]], ...]  #: kinds that are there, and (kinds, rows) cells
    row_areas_m2: NDArray[np.float64]  #: (height,) true area of one cell

    @cached_property
    def kinds(self) -> Counts:
        """Every kind that is there, in order."""
        return np.unique(np.concatenate([kinds for kinds, _ in self.bands]))

    def rows(self, kinds: Iterable[int]) -> Counts:
        """(height,) cells of some kinds together in each row."""
        wanted = np.fromiter(kinds, np.int64)
        return np.concatenate(
            [cells[np.isin(kinds, wanted)].sum(axis=0, dtype=np.int64) for kinds, cells in self.bands]
        )

    def area_ha(self, kinds: Iterable[int]) -> float:
        """Hectares of some kinds together."""
        return float(self.rows(kinds) @ self.row_areas_m2 / 10_000)


@dataclass(frozen=True, slots=True)
class Frame:
    """A map, and the polygons that split it."""

    map: ClassMap
    zones: Zones | None = None
    size: int = BLOCK

    def kinds(self, block: Block, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
        """(y, x) kinds; -1 = not mapped. Outside all zones is one more zone."""
        kinds = codes.astype(np.int32)
        if self.zones is None:
            kinds[codes == 0] = -1
            return kinds
        zone = self.zones.burnt(self.map.grid, block)
        zone[zone < 0] = len(self.zones.names)
        return np.asarray(np.where(codes == 0, -1, zone * CODES + kinds), np.int32)

    def blocks(self) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
        """Every block that may hold cells, with its codes."""
        return self.map.blocks(self.size)

    def count(self, progress: Progress = _silent) -> Counted:
        """One pass over the map."""
        grid = self.map.grid
        across, down = -(-grid.width // self.size), -(-grid.height // self.size)
        bands: list[dict[int, NDArray[np.int32]]] = [{} for _ in range(down)]
        for block, codes in self.blocks():
            band = bands[block.row // self.size]
            for kind, rows in _by_row(self.kinds(block, codes)):
                band[kind] = band[kind] + rows if kind in band else rows
            progress(block.row // self.size * across + block.col // self.size + 1, across * down)
        heights = [min(self.size, grid.height - number * self.size) for number in range(down)]
        packed = (_packed(band, height) for band, height in zip(bands, heights, strict=True))
        return Counted(tuple(packed), cell_areas(grid).row_means(grid.height, grid.width))

    def find(self, labels: Counts, kinds_of: list[Counts], rows: Counts, places: Counts) -> Counts:
        """The columns of cells: of each, the ``places``-th cell (from 0) of its stratum in its row.

        ``labels``: (cells,) stratum; ``kinds_of``: the kinds of each stratum. Only blocks in whose rows there are
        cells to find are read.
        """
        cols = np.full(rows.size, -1, np.int64)
        seen = np.zeros(rows.size, np.int64)
        bands = np.unique(rows // self.size)
        for block in self.map.grid.blocks(self.size):
            if block.row // self.size not in bands:
                continue
            here = np.flatnonzero((rows // self.size == block.row // self.size) & (cols < 0))
            if here.size:
                kinds = self.kinds(block, self.map.read(block))
                _find_in(kinds, block, here, labels, kinds_of, rows, places, cols, seen)
        return cols

    def read_at(self, rows: Counts, cols: Counts) -> Counts:
        """The kinds of cells, (cells,); -1 where nothing is mapped."""
        found = np.full(rows.size, -1, np.int64)
        across = -(-self.map.grid.width // self.size)
        number = rows // self.size * across + cols // self.size
        wanted = np.unique(number)
        for position, block in enumerate(self.map.grid.blocks(self.size)):
            if position in wanted:
                own = np.flatnonzero(number == position)
                kinds = self.kinds(block, self.map.read(block))
                found[own] = kinds[rows[own] - block.row, cols[own] - block.col]
        return found


def _by_row(kinds: NDArray[np.int32]) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Each kind of a block with its (rows,) cells."""
    height = kinds.shape[0]
    zones = kinds >> 8  # -1 stays -1
    for zone in np.flatnonzero(np.bincount(zones.ravel() + 1)) - 1:
        if zone < 0:
            continue
        own = zones == zone
        flat = (np.arange(height)[:, None] * CODES + (kinds & 255))[own]
        table = np.bincount(flat, minlength=height * CODES).reshape(height, CODES)
        for code in np.flatnonzero(table.any(axis=0)):
            yield int(zone) * CODES + int(code), table[:, code].astype(np.int32)


def _packed(band: dict[int, NDArray[np.int32]], height: int) -> tuple[Counts, NDArray[np.int32]]:
    kinds = sorted(band)
    cells = np.stack([band[kind] for kind in kinds]) if kinds else np.empty((0, height), np.int32)
    return np.array(kinds, np.int64), cells


def _find_in(
    kinds: NDArray[np.int32], block: Block, here: Counts, labels: Counts, kinds_of: list[Counts], rows: Counts,
    places: Counts, cols: Counts, seen: Counts,
) -> None:  # fmt: skip
    """Put the columns of what lies in this block into ``cols``, and what was passed on the way into ``seen``."""
    parts = (here[labels[here] == label] for label in np.unique(labels[here]))
    for own in (part[first : first + _AT_ONCE] for part in parts for first in range(0, part.size, _AT_ONCE)):
        label = labels[own[0]]
        there = np.isin(kinds[rows[own] - block.row], kinds_of[label])  # (own, width)
        passed = there.cumsum(axis=1)
        reached = seen[own] + passed[:, -1] > places[own]
        inside = own[reached]
        cols[inside] = block.col + (passed[reached] > (places - seen)[inside, None]).argmax(axis=1)
        seen[own] += passed[:, -1]
