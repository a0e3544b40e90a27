# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coarse cells over a map: squares of its own projection, or cells of longitude and latitude.

Longitude and latitude are put in a plane of equal area: x = longitude, y = the area of the ellipsoid from the equator
on, per degree (Snyder 1987, Map Projections, equation 3-12 over two), so that areas there are those of the Earth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import LONLAT, Grid, crs_of, transformer

Floats = NDArray[np.float64]
_SNAP = 1e-7  #: of a coarse cell: a corner that is nearer to a border lies on it
_HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Cells:
    """Coarse cells; columns and rows rise with x and y of the plane that `place` puts the map in."""

    x_edges: Floats  #: (columns + 1,), rising
    y_edges: Floats  #: (rows + 1,), rising
    cols: NDArray[np.int64]  #: (columns,), column of the result that each is; -1 = none
    rows: NDArray[np.int64]  #: (rows,), the same
    middle: float | None = None  #: longitude of the middle of the map; None = squares of the map's projection

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows.size, self.cols.size

    @property
    def areas(self) -> Floats:
        """(rows, columns), in units of x times y: m² for longitude and latitude."""
        return np.diff(self.y_edges)[:, None] * np.diff(self.x_edges)[None]


@dataclass(frozen=True, slots=True)
class Squares:
    """A grid of squares in a map's projection, its corner on round coordinates."""

    grid: Grid
    nested: int  #: fine cells along a side of each, where none is cut; 0 = some are

    @classmethod
    def over(cls, grid: Grid, side: float) -> Squares:
        """Squares of ``side`` (in the unit of the projection) that cover ``grid``.

        Raises `RasterError` for degrees, and for a side that is smaller than a cell.
        """
        if grid.is_geographic:
            cure = "Give --lonlat STEP: cells of longitude and latitude."
            raise RasterError("The map is in degrees, and has no cells in metres.", hint=cure)
        a, b, _, d, e, _ = grid.transform
        if side < max(math.hypot(a, d), math.hypot(b, e)) * (1 - 1e-9):
            cure = f"Give --cell {math.ceil(max(abs(a), abs(e)))} or more."
            raise RasterError(f"Cells of {side:g} are smaller than those of the map.", hint=cure)
        west, south, east, north = grid.bounds
        left, top = math.floor(west / side + _SNAP) * side, math.ceil(north / side - _SNAP) * side
        width = max(1, math.ceil((east - left) / side - _SNAP))
        height = max(1, math.ceil((top - south) / side - _SNAP))
        coarse = Grid(grid.crs, (side, 0.0, left, 0.0, -side, top), width, height)
        return cls(coarse, _nested(grid, coarse))

    def cells(self) -> Cells:
        height, width = self.grid.shape
        return Cells(np.arange(width + 1.0), np.arange(height + 1.0), np.arange(width), np.arange(height))

    def corners(self, fine: Grid, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Corners of cells of ``fine`` in columns and rows of these squares; those on a border lie there exactly."""
        x, y = _at(fine, rows, cols)
        side, _, left, _, _, top = self.grid.transform
        return _snapped((x - left) / side), _snapped((top - y) / side)


def _nested(fine: Grid, coarse: Grid) -> int:
    a, b, c, d, e, f = fine.transform
    side, _, left, _, _, top = coarse.transform
    times = round(side / abs(a))
    whole = (side / a, side / e, (c - left) / a, (top - f) / e)
    square = not (b or d) and abs(abs(a) - abs(e)) < abs(a) * 1e-9
    return times if square and all(abs(one - round(one)) < _SNAP for one in whole) else 0


def _at(grid: Grid, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Coordinates of the upper left corners of cells, from the whole grid: the same from any block."""
    a, b, c, d, e, f = grid.transform
    return a * cols + b * rows + c, d * cols + e * rows + f


def _snapped(values: Floats) -> Floats:
    whole = np.rint(values)
    return np.where(np.abs(values - whole) < _SNAP, whole, values)


def lonlat_corners(
    fine: Grid, middle: float, rows: NDArray[np.int64], cols: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Corners of cells of ``fine`` as (longitude without a break near ``middle``, area per degree from the equator).

    Raises `RasterError` where a corner does not lie on Earth.
    """
    x, y = _at(fine, rows, cols)
    lon, lat = transformer(fine.crs, LONLAT).transform(x, np.clip(y, -90, 90) if fine.is_geographic else y)
    near = x if fine.is_geographic else middle
    lon = near + ((lon - near + _HALF_TURN) % 360 - _HALF_TURN)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise RasterError("A part of the map does not lie on Earth.", hint="Cut the map, or put it on another grid.")
    return np.asarray(lon, np.float64), area_from_equator(lat)


def area_from_equator(lat: Floats) -> Floats:
    """The area of the WGS 84 ellipsoid between the equator and ``lat`` (degrees), in m² per degree of longitude."""
    geod = crs_of(LONLAT).get_geod()
    assert geod is not None
    e, sine = math.sqrt(geod.es), np.sin(np.radians(lat))
    found = sine / (1 - geod.es * sine**2) + np.arctanh(e * sine) / e
    return np.asarray(math.radians(1) * geod.b**2 / 2 * found)


@dataclass(frozen=True, slots=True)
class LonLat:
    """Longitudes and latitudes of the borders of cells, in the order of the result."""

    lon_bounds: Floats  #: (columns, 2)
    lat_bounds: Floats  #: (rows, 2)
    lon: Floats  #: (columns,), as the file that gave them has them
    lat: Floats

    @classmethod
    def by_step(cls, lon_step: float, lat_step: float, box: tuple[float, float, float, float]) -> LonLat:
        """Cells counted from 180° W and 90° S that cover ``box`` (west, south, east, north; east may exceed 180)."""
        west, south, east, north = box
        lon = _steps(west, east, lon_step, -180.0)
        lat = np.clip(_steps(south, north, lat_step, -90.0), -90, 90)
        return cls(_pairs(lon), _pairs(lat), (lon[:-1] + lon[1:]) / 2, (lat[:-1] + lat[1:]) / 2)

    def cells(self, middle: float, reach: tuple[float, float]) -> Cells:
        """The columns between the longitudes ``reach`` (those of the map, near ``middle``), and all rows.

        A column stands where the map is, whole turns away if need be, and twice where both its ends are met.
        Raises `RasterError` where there is none, and where columns or rows overlap.
        """
        low, high = np.sort(self.lon_bounds, axis=1).T
        found = [
            (float(west + turn), float(east + turn), col)
            for turn in (-720.0, -360.0, 0.0, 360.0, 720.0)
            for col, (west, east) in enumerate(zip(low, high, strict=True))
            if west + turn < reach[1] and east + turn > reach[0]
        ]
        x_edges, cols = _edges(sorted(found))
        below, above = np.sort(self.lat_bounds, axis=1).T
        rows = [(float(south), float(north), row) for row, (south, north) in enumerate(zip(below, above, strict=True))]
        y_edges, order = _edges(sorted(rows))
        return Cells(x_edges, area_from_equator(np.clip(y_edges, -90, 90)), cols, order, middle)


def _steps(low: float, high: float, step: float, origin: float) -> Floats:
    first = math.floor((low - origin) / step + _SNAP)
    last = max(first + 1, math.ceil((high - origin) / step - _SNAP))
    return np.round(origin + step * np.arange(first, last + 1), 12)


def _pairs(edges: Floats) -> Floats:
    return np.column_stack([edges[:-1], edges[1:]])


def _edges(found: list[tuple[float, float, int]]) -> tuple[Floats, NDArray[np.int64]]:
    """Borders of cells that follow each other, with a cell of no column where there is a gap."""
    if not found:
        raise RasterError("The map and the grid do not meet.", hint="Give a grid that covers the map.")
    edges, which = [found[0][0]], list[int]()
    for low, high, index in found:
        slack = (high - low) * 1e-4  # coordinates in single precision
        if low < edges[-1] - slack:
            cure = "Give a grid with bounds that follow each other."
            raise RasterError("Cells of the grid overlap.", hint=cure)
        if low > edges[-1] + slack:
            edges.append(low)
            which.append(-1)
        edges.append(high)
        which.append(index)
    return np.array(edges), np.array(which, np.int64)


def border(height: int, width: int, row: int, col: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the corners around a block of cells, one after the other."""
    down, right = np.arange(height), np.arange(width)
    rows = np.concatenate([np.zeros(width, int), down, np.full(width, height), height - down])
    cols = np.concatenate([right, np.full(height, width), width - right, np.zeros(height, int)])
    return rows + row, cols + col


def quarters(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    """A block in four."""
    middle, centre = (height + 1) // 2, (width + 1) // 2
    for rows in (slice(0, middle), slice(middle, height)):
        for cols in (slice(0, centre), slice(centre, width)):
            if rows.stop > rows.start and cols.stop > cols.start:
                yield rows, cols
