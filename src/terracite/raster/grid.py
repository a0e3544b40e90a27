# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grid: an immutable value that says where every cell of an image lies.

Rows go down (y), columns go right (x); shapes are always (y, x). Coordinates are those of the grid's own
reference system, x (east or longitude) first, unless a name says ``lonlat``: degrees on WGS 84, longitude first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyproj
import rasterio
from numpy.typing import ArrayLike, NDArray
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.windows import Window

from terracite.errors import RasterError

LONLAT = "OGC:CRS84"
_AREA_TOLERANCE = 0.01  #: a projection that stretches areas by more than this gives no areas


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells: first row and column, and how many of each."""

    row: int
    col: int
    height: int
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.height, self.width

    @property
    def slices(self) -> tuple[slice, slice]:
        """What cuts this block out of an array (y, x) of the whole grid."""
        return slice(self.row, self.row + self.height), slice(self.col, self.col + self.width)

    def window(self) -> Window:
        """The same rectangle as rasterio wants it."""
        return Window(self.col, self.row, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Grid:
    """A regular grid of cells in one reference system."""

    crs: str  #: "EPSG:32740" when the system has a code, else its WKT
    transform: tuple[float, float, float, float, float, float]  #: affine: x = a col + b row + c, y = d col + e row + f
    width: int
    height: int

    @classmethod
    def of(cls, path: str | Path) -> Self:
        """The grid of an image file.

        Raises `RasterError` when the file cannot be opened or does not say where it lies.
        """
        try:
            with rasterio.open(path) as image:
                return cls.of_dataset(image)
        except RasterioError as error:
            raise RasterError(
                f"'{path}' cannot be opened as an image: {str(error).rstrip('.')}.", hint="Copy or produce it again."
            ) from error

    @classmethod
    def of_dataset(cls, image: Any) -> Self:
        """The grid of an image that rasterio has opened."""
        if not image.crs:
            raise RasterError(
                f"'{image.name}' has no coordinate reference system.",
                hint="Assign one, for example with: rio edit-info --crs EPSG:32740 FILE.",
            )
        crs = _code_or_wkt(image.crs.to_wkt())
        transform = tuple(float(value) for value in tuple(image.transform)[:6])
        return cls(crs, transform, image.width, image.height)  # type: ignore[arg-type]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.height, self.width

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees rather than lengths."""
        return crs_of(self.crs).is_geographic

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) of the outer cell edges, in the grid's own coordinates."""
        xs, ys = self._edges(np.array([0.0, self.width]), np.array([0.0, self.height]))
        return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())

    @property
    def cell_size_m(self) -> float:
        """The side of a square as large as one cell, in metres; for degrees, measured at the grid's centre."""
        a, b, _, d, e, _ = self.transform
        if not self.is_geographic:
            return math.sqrt(abs(a * e - b * d)) * _metres_per_unit(self.crs)
        return math.sqrt(float(self._geodesic_areas(np.array([self.height // 2]))[0]))

    def xs(self) -> NDArray[np.float64]:
        """X of the cell centres of the first row, shape (width,)."""
        a, b, c, *_ = self.transform
        return a * (np.arange(self.width, dtype=np.float64) + 0.5) + (b * 0.5 + c)

    def ys(self) -> NDArray[np.float64]:
        """Y of the cell centres of the first column, shape (height,)."""
        *_, d, e, f = self.transform
        return e * (np.arange(self.height, dtype=np.float64) + 0.5) + (d * 0.5 + f)

    def corner(self, col: float, row: float) -> tuple[float, float]:
        """The (x, y) of the upper left corner of a cell; fractions of a cell are allowed."""
        a, b, c, d, e, f = self.transform
        return a * col + b * row + c, d * col + e * row + f

    def cells(
        self, x: ArrayLike, y: ArrayLike, *, crs: str | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The (rows, columns) of the cells that hold the points; both are -1 for a point outside.

        ``x`` and ``y``: same shape, in the grid's own system, or in ``crs`` ("EPSG:4326": longitude, latitude).
        """
        east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if crs is not None:
            east, north = transformer(crs, self.crs).transform(east, north)
        a, b, c, d, e, f = self.transform
        determinant = a * e - b * d
        with np.errstate(invalid="ignore"):
            cols = np.floor((e * (east - c) - b * (north - f)) / determinant)
            rows = np.floor((a * (north - f) - d * (east - c)) / determinant)
            inside = (cols >= 0) & (cols < self.width) & (rows >= 0) & (rows < self.height)
        return np.where(inside, rows, -1).astype(np.int64), np.where(inside, cols, -1).astype(np.int64)

    def blocks(self, size: int = 512) -> Iterator[Block]:
        """Rectangles of at most ``size`` cells a side that cover the grid once, row by row."""
        for row in range(0, self.height, size):
            for col in range(0, self.width, size):
                yield Block(row, col, min(size, self.height - row), min(size, self.width - col))

    def crop(self, block: Block) -> Grid:
        """The grid of one block."""
        a, b, c, d, e, f = self.transform
        left, top = a * block.col + b * block.row + c, d * block.col + e * block.row + f
        return Grid(self.crs, (a, b, left, d, e, top), block.width, block.height)

    def matches(self, other: Grid) -> bool:
        """Whether both have the same cells, to a hundredth of a cell."""
        if self.shape != other.shape or not same_crs(self.crs, other.crs):
            return False
        corners = [(0, 0), (self.width, 0), (0, self.height)]
        size = math.hypot(self.transform[0], self.transform[3])
        return all(math.dist(self.corner(*at), other.corner(*at)) < size / 100 for at in corners)

    def lonlat_box(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) in degrees; ``west > east`` when it crosses the antimeridian."""
        left, bottom, right, top = self.bounds
        if self.is_geographic:
            west, east = _wrapped(left, right)
            return west, max(bottom, -90.0), east, min(top, 90.0)
        found = transformer(self.crs, LONLAT).transform_bounds(left, bottom, right, top, densify_pts=21)
        west, south, east, north = found if all(map(math.isfinite, found)) else self._box_of_lattice()
        return west, south, east, north

    def crs_label(self) -> str:
        """The code of the reference system ("EPSG:32740"), or its name."""
        return crs_label(self.crs)

    def wkt(self) -> str:
        """The reference system as WKT 2 (2019)."""
        return str(crs_of(self.crs).to_wkt())

    def cell_area_m2(self) -> float:
        """The area of one cell in square metres.

        Raises `RasterError` for degrees, and for a projection that distorts areas by more than 1 % here (Web
        Mercator): use `row_areas_m2`, or put the image on an equal-area or UTM grid.
        """
        if self.is_geographic or abs(self._areal_scale() - 1) > _AREA_TOLERANCE:
            raise RasterError(
                f"The cells of a grid in {self.crs_label()} are not of equal area.",
                hint="Put the image on an equal-area or UTM grid before counting areas.",
            )
        return self.cell_size_m**2

    def row_areas_m2(self) -> NDArray[np.float64]:
        """The area of one cell of each row in square metres, shape (height,); exact on the ellipsoid for degrees."""
        if self.is_geographic:
            return self._geodesic_areas(np.arange(self.height))
        return np.full(self.height, self.cell_area_m2())

    def _edges(
        self, cols: NDArray[np.float64], rows: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        a, b, c, d, e, f = self.transform
        col, row = np.meshgrid(cols, rows)
        return a * col + b * row + c, d * col + e * row + f

    def _box_of_lattice(self) -> tuple[float, float, float, float]:
        """The box of the cells that lie on Earth, for global projections whose corners do not."""
        xs, ys = self._edges(np.linspace(0, self.width, 65), np.linspace(0, self.height, 65))
        lon, lat = transformer(self.crs, LONLAT).transform(xs, ys)
        on_earth = np.isfinite(lon) & np.isfinite(lat)
        if not on_earth.any():
            raise RasterError(
                f"No cell of this grid in {self.crs_label()} lies on Earth.",
                hint="Its reference system or its origin is wrong.",
            )
        lon, lat = lon[on_earth], lat[on_earth]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def _areal_scale(self) -> float:
        west, south, east, north = self.lonlat_box()
        middle = (west + east) / 2 if west <= east else ((west + east + 360) / 2 + 180) % 360 - 180
        return float(pyproj.Proj(crs_of(self.crs)).get_factors(middle, (south + north) / 2).areal_scale)

    def _geodesic_areas(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        geod = crs_of(self.crs).get_geod() or pyproj.Geod(ellps="WGS84")
        width = abs(self.transform[0])
        areas = np.empty(len(rows))
        for position, row in enumerate(rows):
            (_, upper), (_, lower) = self.corner(0, float(row)), self.corner(0, float(row) + 1)
            area, _ = geod.polygon_area_perimeter([0, width, width, 0], [upper, upper, lower, lower])
            areas[position] = abs(area)
        return areas


def same_crs(first: str, second: str) -> bool:
    """Whether two reference systems mean the same, whatever their spelling."""
    return first == second or crs_of(first).equals(crs_of(second), ignore_axis_order=True)


@lru_cache(maxsize=64)
def crs_label(text: str) -> str:
    """The code of a reference system, else its name, else the name of its projection."""
    crs = crs_of(text)
    if authority := crs.to_authority():
        return ":".join(authority)
    if crs.name.lower() not in {"unnamed", "unknown", "undefined"}:
        return crs.name
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else "unnamed"
    return method.replace("_", " ")


@lru_cache(maxsize=64)
def _code_or_wkt(wkt: str) -> str:
    """ "EPSG:32740", or the WKT itself; remembered, for the search takes 70 ms when there is no code."""
    authority = CRS.from_wkt(wkt).to_authority()
    code = ":".join(authority) if authority else ""
    try:
        pyproj.CRS.from_user_input(code)
    except pyproj.exceptions.CRSError:  # no code, or one of a database newer than this one
        return wkt
    return code


@lru_cache(maxsize=64)
def crs_of(text: str) -> pyproj.CRS:
    """The reference system of a code or WKT; raises `RasterError` when it is neither."""
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise RasterError(
            f"'{text[:80]}' is not a coordinate reference system.",
            hint="Give a code such as EPSG:32740, or WKT.",
        ) from error


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> pyproj.Transformer:
    """From one reference system to another, x (or longitude) first."""
    return pyproj.Transformer.from_crs(crs_of(source), crs_of(target), always_xy=True)


def _metres_per_unit(crs: str) -> float:
    axes = crs_of(crs).axis_info
    return float(axes[0].unit_conversion_factor) if axes else 1.0


def _wrapped(left: float, right: float) -> tuple[float, float]:
    """Longitudes brought to [-180, 180]; a grid that goes round the Earth keeps both ends."""
    if right - left >= 360 - 1e-9:
        return -180.0, 180.0
    if left >= -180 - 1e-9 and right <= 180 + 1e-9:
        return max(left, -180.0), min(right, 180.0)
    west, east = (left + 180) % 360 - 180, (right + 180) % 360 - 180
    return west, 180.0 if east == -180 else east
