# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slope and aspect of heights, by the method of Horn (1981, doi:10.1109/PROC.1981.11918)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.layers import Layer
from terracite.raster.grid import Block, Grid

#: degrees above the horizontal; cosine and sine of the direction in which water runs, 0 where it is flat
NAMES = ("slope", "aspect north", "aspect east")
_METRES_PER_DEGREE = 111_320.0


def describe(heights: Layer, what: str, block: Block, grid: Grid) -> NDArray[np.float32]:
    """One of `NAMES`, (y, x); NaN where the height is not known. Unknown neighbours are as high as the cell."""
    around = _around(heights, block, grid)
    middle = around[1:-1, 1:-1]
    north, east = _slopes(around, middle, block, grid)
    steep = np.hypot(north, east)
    if what == "slope":
        found = np.degrees(np.arctan(steep))
    else:
        down = -north if what == "aspect north" else -east
        found = np.where(steep > 0, down / np.where(steep > 0, steep, 1), 0)
    return np.where(np.isnan(middle), np.nan, found).astype(np.float32)


def _around(heights: Layer, block: Block, grid: Grid) -> NDArray[np.float32]:
    """The heights of the block and of one cell on every side; at the edge of the grid that cell is the edge again."""
    row, col = max(block.row - 1, 0), max(block.col - 1, 0)
    bottom, right = min(block.row + block.height + 1, grid.height), min(block.col + block.width + 1, grid.width)
    values = heights.read(Block(row, col, bottom - row, right - col), grid)[0]
    before = (1 - (block.row - row), 1 - (block.col - col))
    after = (1 - (bottom - block.row - block.height), 1 - (right - block.col - block.width))
    return np.pad(values, ((before[0], after[0]), (before[1], after[1])), mode="edge")


def _slopes(
    around: NDArray[np.float32], middle: NDArray[np.float32], block: Block, grid: Grid
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much the height rises to the north and to the east, metres per metre, (y, x)."""
    height, width = middle.shape

    def beside(down: int, right: int) -> NDArray[np.float64]:
        values = around[1 + down : 1 + down + height, 1 + right : 1 + right + width]
        return np.where(np.isnan(values), middle, values).astype(np.float64)

    to_right = sum(weight * (beside(down, 1) - beside(down, -1)) for down, weight in ((-1, 1), (0, 2), (1, 1)))
    to_bottom = sum(weight * (beside(1, right) - beside(-1, right)) for right, weight in ((-1, 1), (0, 2), (1, 1)))
    step_x, step_y = _steps(block, grid)
    return np.asarray(to_bottom / (8 * step_y)), np.asarray(to_right / (8 * step_x))


def _steps(block: Block, grid: Grid) -> tuple[NDArray[np.float64] | float, float]:
    """Metres to the east from a column to the next one, by row where they differ; to the north from a row to the next.

    Either is negative where the grid runs the other way. Grids that are turned are taken as they stand.
    """
    a, e = grid.transform[0], grid.transform[4]
    if not grid.is_geographic:
        unit = grid.cell_size_m / np.sqrt(abs(a * e)) if a * e else 1.0
        return a * unit, e * unit
    latitude = np.radians(grid.ys()[block.row : block.row + block.height])
    return (a * _METRES_PER_DEGREE * np.cos(latitude))[:, None], e * _METRES_PER_DEGREE
