# SPDX-License-Identifier: AGPL-3.0-or-later
"""The true area of every cell of a grid, on the ellipsoid of its reference system, whatever its projection.

- Degrees: the area between two parallels and two meridians in closed form (Snyder 1987, equation 3-12).
- Everything else: the area of a cell on the plane times the areal scale of the inverse projection, ``M N cos(lat)
  |d(lon, lat) / d(x, y)|`` (M, N: radii of curvature), on a lattice of points that lies fixed on the grid, and straight
  lines between them. It is 1 throughout for an equal-area projection, 1.0008 on the central meridian of UTM and 0.998
  at the sides of its zone. The lattice is fine enough for areas to 1e-6 on maps up to 4,000 km.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid, crs_of, transformer

Floats = NDArray[np.float64]

_STEP_M = 2_500.0  #: between points of the lattice
_MOST = 400  #: points of the lattice along a side
_EQUAL = 1e-6  #: a scale that differs from 1 by less everywhere is that of an equal-area projection


@dataclass(frozen=True, slots=True)
class CellAreas:
    """Areas of the cells of one grid: values for each row at a few columns, straight lines between these."""

    rows: Floats  #: (lattice rows, nodes) m² of a cell
    row_step: int  #: rows from one lattice row to the next
    step: int  #: columns from one node to the next; node 0 is column 0
    plane_m2: float  #: area of a cell as its own coordinates have it; NaN for degrees

    def of(self, block: Block) -> Floats:
        """(rows of the block, nodes) m² of a cell in each row, at the nodes of the whole grid."""
        if len(self.rows) == 1:
            return np.repeat(self.rows, block.height, axis=0)
        at = (block.row + np.arange(block.height)) / self.row_step
        first = np.minimum(at.astype(np.int64), len(self.rows) - 2)
        share = (at - first)[:, None]
        return np.asarray(self.rows[first] * (1 - share) + self.rows[first + 1] * share)

    def at(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> Floats:
        """m² of the cells at ``rows`` and ``cols`` of the grid."""
        found = np.empty(len(rows))
        for number, (row, col) in enumerate(zip(rows.tolist(), cols.tolist(), strict=True)):
            line = self.of(Block(row, 0, 1, 1))[0]
            found[number] = np.interp(col / self.step, np.arange(line.size), line)
        return found

    @property
    def are_equal(self) -> bool:
        """Whether all cells are of one size."""
        return len(self.rows) == 1

    def row_means(self, height: int, width: int) -> Floats:
        """(height,) m²: the mean over the cells of each row of the grid, which has that many rows and columns."""
        lines = self.of(Block(0, 0, height, width))
        return np.asarray(lines @ self._weights(width))

    def _weights(self, width: int) -> Floats:
        """(nodes,) what each node counts for in the mean over the columns: straight lines between nodes, summed."""
        at = np.arange(width) / self.step
        first = np.minimum(at.astype(np.int64), self.rows.shape[1] - 2)
        share, count = at - first, self.rows.shape[1]
        return np.asarray(np.bincount(first, 1 - share, count) + np.bincount(first + 1, share, count)) / width

    @property
    def stretch(self) -> tuple[float, float]:
        """Least and most that the plane says too much: (0.9992, 1.0003); (1, 1) for degrees and equal areas."""
        if math.isnan(self.plane_m2):
            return 1.0, 1.0
        return float(self.plane_m2 / self.rows.max()), float(self.plane_m2 / self.rows.min())


@lru_cache(maxsize=16)
def cell_areas(grid: Grid) -> CellAreas:
    """The areas of the cells of ``grid``.

    Raises `RasterError` where its reference system is not tied to the Earth, or the grid lies beside it.
    """
    if grid.is_geographic and not (grid.transform[1] or grid.transform[3]):
        areas = _zones(grid)
        return CellAreas(np.repeat(areas[:, None], 2, axis=1), 1, max(grid.width, 1), math.nan)
    rows, cols = _lattice(grid.height, _step(grid)), _lattice(grid.width, _step(grid))
    scale = _scale(grid, rows, cols)
    plane = grid.cell_size_m**2
    if grid.is_geographic:  # turned: a cell is so many square degrees
        a, b, _, d, e, _ = grid.transform
        return CellAreas(abs(a * e - b * d) * scale, rows[1], cols[1], math.nan)
    if np.nanmax(np.abs(scale - 1)) < _EQUAL:
        return CellAreas(np.full((1, 2), plane), 1, max(grid.width, 1), plane)
    if np.isnan(scale).any():
        raise _nowhere(grid)
    return CellAreas(plane * scale, rows[1], cols[1], plane)


def areas_if_known(grid: Grid) -> CellAreas | None:
    """`cell_areas`, or None where cells cannot be measured."""
    try:
        return cell_areas(grid)
    except RasterError:
        return None


def _zones(grid: Grid) -> Floats:
    """(rows,) m² of a cell of each row of a grid in degrees."""
    a, _, _, _, e, f = grid.transform
    found = crs_of(grid.crs).ellipsoid
    if found is None:
        raise _nowhere(grid)
    radius, flat = found.semi_major_metre, 1 / found.inverse_flattening if found.inverse_flattening else 0.0
    edges = np.clip(f + e * np.arange(grid.height + 1), -90.0, 90.0)
    sine, ecc = np.sin(np.radians(edges)), math.sqrt(flat * (2 - flat))
    if ecc:
        part = sine / (1 - (ecc * sine) ** 2) + np.arctanh(ecc * sine) / ecc
        q = (1 - ecc**2) * part
    else:
        q = 2 * sine
    return np.asarray(np.abs(np.diff(q)) * radius**2 * math.radians(abs(a)) / 2)


def _step(grid: Grid) -> int:
    """Cells from one point of the lattice to the next."""
    return max(1, round(_STEP_M / grid.cell_size_m), math.ceil(max(grid.shape) / _MOST))


def _lattice(cells: int, step: int) -> NDArray[np.int64]:
    """Cells 0, step, 2 step... up to the last cell or beyond; two of them at least."""
    return np.arange(0, max(cells - 1, 1) + step, step)


def _scale(grid: Grid, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> Floats:
    """(rows, cols) m² on the ellipsoid per m² of the plane (per square degree for degrees); NaN off the Earth."""
    crs = crs_of(grid.crs)
    base, ellipsoid = crs.geodetic_crs, crs.ellipsoid
    if base is None or ellipsoid is None:
        raise _nowhere(grid)
    a, b, c, d, e, f = grid.transform
    col, row = np.meshgrid(cols + 0.5, rows + 0.5)
    x, y = a * col + b * row + c, d * col + e * row + f
    unit = 1.0 if grid.is_geographic else grid.cell_size_m / math.sqrt(abs(a * e - b * d))
    reach = 1e-3 if grid.is_geographic else 100.0 / unit
    back = transformer(grid.crs, str(base.to_wkt()))
    east, west = back.transform(x + reach, y), back.transform(x - reach, y)
    north, south = back.transform(x, y + reach), back.transform(x, y - reach)
    with np.errstate(invalid="ignore"):
        turn = _around(east[0] - west[0]) * (north[1] - south[1]) - _around(north[0] - south[0]) * (east[1] - west[1])
        turn = np.abs(turn) * math.radians(1) ** 2 / (2 * reach * unit) ** 2
        lat = np.radians((north[1] + south[1]) / 2)
        flat = 1 / ellipsoid.inverse_flattening if ellipsoid.inverse_flattening else 0.0
        squared = flat * (2 - flat)
        curved = ellipsoid.semi_major_metre**2 * (1 - squared) / (1 - squared * np.sin(lat) ** 2) ** 2
        found = turn * curved * np.cos(lat)
    return np.where(np.isfinite(found) & (found > 0), found, np.nan)


def _around(degrees: Floats) -> Floats:
    """Differences of longitude from -180 to 180."""
    return (degrees + 180) % 360 - 180


def _nowhere(grid: Grid) -> RasterError:
    return RasterError(
        f"The cells of a map in {grid.crs_label()} cannot be measured: parts of it lie nowhere on Earth.",
        hint="Put the map on a grid of a known reference system, such as UTM or an equal-area one.",
    )
