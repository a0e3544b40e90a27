# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first stage of a two-stage sample: squares of cells, drawn in proportion to what is mapped in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError
from terracite.landcover.sampling.drawing import draw_groups
from terracite.landcover.sampling.frame import CODES, Frame
from terracite.raster.cell_areas import cell_areas
from terracite.raster.grid import Block

_MOST = 4_000_000  #: squares on a map

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClusterFrame(Frame):
    """The mapped cells of the clusters that were drawn; the kind of a cell is its cluster times `CODES`."""

    side: int = 1  #: of a square, in cells
    drawn: NDArray[np.int32] | None = None  #: (squares down, squares across) number of the cluster; -1 = not drawn

    def kinds(self, block: Block, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
        cluster = self._of(block)
        return np.asarray(np.where((codes == 0) | (cluster < 0), -1, cluster * CODES), np.int32)

    def blocks(self) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
        for block in self.map.grid.blocks(self.size):
            if (self._of(block) >= 0).any():
                yield block, self.map.read(block)

    def _of(self, block: Block) -> NDArray[np.int32]:
        if self.drawn is None:
            raise AssertionError("clusters are drawn before their cells are looked at")
        rows = (block.row + np.arange(block.height)) // self.side
        cols = (block.col + np.arange(block.width)) // self.side
        return np.asarray(self.drawn[np.ix_(rows, cols)], np.int32)


def drawn_clusters(
    frame: Frame, side: int, clusters: int, per_cluster: int, rng: np.random.Generator
) -> tuple[ClusterFrame, NDArray[np.float64]]:
    """``clusters`` clusters drawn in proportion to their mapped area, and the probability of each.

    A square with fewer than ``per_cluster`` mapped cells is joined to the next ones, along rows that go there and
    back, so that every cluster can give its points. Raises `ConfigError` where squares are too small or too large.
    """
    grid = frame.map.grid
    down, across = -(-grid.height // side), -(-grid.width // side)
    if down * across > _MOST:
        raise ConfigError(f"The map has {down * across} clusters.", hint="Give a larger --cluster-size.")
    cells, areas = _totals(frame, side, (down, across))
    there_and_back = np.arange(down * across).reshape(down, across)
    there_and_back[1::2] = there_and_back[1::2, ::-1].copy()
    order = there_and_back.ravel()
    joined = _joined(cells.ravel()[order], per_cluster)
    count = int(joined.max()) + 1
    if count < clusters:
        raise ConfigError(
            f"The map has {count} clusters, not {clusters}.", hint="Give a smaller --cluster-size, or fewer --clusters."
        )
    group = np.empty(order.size, np.int64)
    group[order] = joined
    totals = np.bincount(group, weights=areas.ravel(), minlength=count).astype(np.float64)
    chosen, shares = draw_groups(totals, clusters, rng)
    number = np.full(count, -1, np.int32)
    number[chosen] = np.arange(chosen.size)
    drawn = number[group].reshape(down, across)
    return ClusterFrame(frame.map, None, frame.size, side, drawn), shares[chosen]


def _totals(frame: Frame, side: int, shape: tuple[int, int]) -> tuple[Counts, NDArray[np.float64]]:
    """Mapped cells and their area in each square."""
    cells, areas = np.zeros(shape, np.int64), np.zeros(shape)
    grid = frame.map.grid
    row_areas = cell_areas(grid).row_means(grid.height, grid.width)
    for block, codes in frame.blocks():
        cols = (block.col + np.arange(block.width)) // side
        rows = (block.row + np.arange(block.height)) // side
        starts = np.flatnonzero(np.diff(cols, prepend=-1))
        mapped = np.add.reduceat((codes > 0).astype(np.int64), starts, axis=1)
        where = np.ix_(rows, cols[starts])
        np.add.at(cells, where, mapped)
        np.add.at(areas, where, mapped * row_areas[block.row : block.row + block.height, None])
    return cells, areas


def _joined(cells: Counts, least: int) -> Counts:
    """(squares,) the group of each, so that each group has ``least`` cells; the last takes what remains."""
    group, number, held = np.zeros(cells.size, np.int64), 0, 0
    for position, count in enumerate(cells.tolist()):
        group[position] = number
        held += count
        if held >= least:
            number, held = number + 1, 0
    return np.minimum(group, max(number - 1, 0))
