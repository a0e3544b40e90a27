# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the cells of a map add to coarse cells, block by block; memory does not grow with the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.landcover.scales import overlap
from terracite.landcover.scales.cells import Cells, border, quarters
from terracite.landcover.scales.sources import Source, sums
from terracite.raster.grid import Block, Grid

Floats = NDArray[np.float64]
#: corners of the map's cells, by row and column, in the plane of the coarse cells
Corners = Callable[[NDArray[np.int64], NDArray[np.int64]], tuple[Floats, Floats]]
SIZE = 512  #: cells along a side of what is read at once
_LEAF = 64  #: cells along a side of a block whose corners are all looked at
_HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A block of the map and what it reaches in the plane of the coarse cells."""

    block: Block
    west: float
    east: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of coarse cells with what the map adds to it."""

    row: int
    col: int
    total: Floats  #: (band, y, x), by weights of the rows of the map
    covered: Floats  #: (y, x), in units of the plane


def placed(grid: Grid, corners: Corners, turns: bool) -> list[Placed]:
    """Every block with its place; ``turns``: x is a longitude, and a block may not go around a pole.

    Raises `RasterError` where one does.
    """
    found = []
    for block in grid.blocks(SIZE):
        x, y = corners(*border(block.height, block.width, block.row, block.col))
        if turns and np.abs(np.diff(x)).max() > _HALF_TURN:
            cure = "Cut the map there, or put it on a grid of longitude and latitude."
            raise RasterError("The map goes around a pole, or the Earth, inside one block.", hint=cure)
        found.append(Placed(block, float(x.min()), float(x.max()), float(y.min()), float(y.max())))
    return found


def gather(
    source: Source, cells: Cells, corners: Corners, blocks: Sequence[Placed], window: Block, weights: Floats
) -> Window:
    """What the map adds to a window of coarse cells; ``weights``: (rows of the map,), what a cell of each counts."""
    into = Window(window.row, window.col, np.zeros((source.bands, *window.shape)), np.zeros(window.shape))
    west, east = cells.x_edges[window.col], cells.x_edges[window.col + window.width]
    low, high = cells.y_edges[window.row], cells.y_edges[window.row + window.height]
    for one in blocks:
        if one.west < east and one.east > west and one.low < high and one.high > low:
            places, shares = source.read(one.block)
            own = weights[one.block.row : one.block.row + one.block.height]
            _Piece(places, shares, own, one.block.row, one.block.col).add(cells, corners, into)
    return into


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block of the map, or a part of one."""

    places: NDArray[np.int16]
    shares: NDArray[np.float32]
    weights: Floats
    row: int
    col: int

    def add(self, cells: Cells, corners: Corners, into: Window) -> None:
        """Add it: at once where it lies in one coarse cell, else its quarters, else cell by cell."""
        height, width = self.places.shape
        if cells.middle is None:
            self._add_cells(cells, corners, into)
            return
        x, y = corners(*border(height, width, self.row, self.col))
        col, row = _only(cells.x_edges, x), _only(cells.y_edges, y)
        if col is not None and row is not None:
            self._add_whole(row - into.row, col - into.col, _polygon(x, y), into)
        elif max(height, width) <= _LEAF:
            self._add_cells(cells, corners, into)
        else:
            for rows, cols in quarters(height, width):
                self._part(rows, cols).add(cells, corners, into)

    def _part(self, rows: slice, cols: slice) -> _Piece:
        shares = self.shares[:, rows, cols] if self.shares.size else self.shares
        return _Piece(
            np.ascontiguousarray(self.places[rows, cols]), np.ascontiguousarray(shares), self.weights[rows],
            self.row + rows.start, self.col + cols.start,
        )  # fmt: skip

    def _add_whole(self, row: int, col: int, area: float, into: Window) -> None:
        if not (0 <= row < into.covered.shape[0] and 0 <= col < into.covered.shape[1]):
            return
        into.total[:, row, col] += sums(self.places, self.shares, self.weights, into.total.shape[0])
        into.covered[row, col] += area

    def _add_cells(self, cells: Cells, corners: Corners, into: Window) -> None:
        height, width = self.places.shape
        rows, cols = np.mgrid[self.row : self.row + height + 1, self.col : self.col + width + 1]
        x, y = corners(rows, cols)
        edges = cells.x_edges, cells.y_edges
        overlap.add(x, y, self.places, self.shares, self.weights, edges, (into.row, into.col), into.total, into.covered)


def _only(edges: Floats, values: Floats) -> int | None:
    """The one interval that all values lie in; None where there are several, or none."""
    first = int(np.searchsorted(edges, values.min(), side="right")) - 1
    return first if 0 <= first < edges.size - 1 and values.max() <= edges[first + 1] else None


def _polygon(x: Floats, y: Floats) -> float:
    """The area that a line of corners goes around."""
    dx, dy = x - x[0], y - y[0]
    return abs(float(dx @ np.roll(dy, -1) - dy @ np.roll(dx, -1))) / 2
