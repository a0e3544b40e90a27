# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an image has data: its outline in degrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.features import shapes
from shapely import MultiPolygon, Polygon

from terracite.raster.grid import LONLAT, Grid, transformer
from terracite.raster.products import ProductType, named
from terracite.raster.read import missing_dn, nodata_in, opened

_STRAIGHT_DEGREES = 1e-6  #: a tenth of a metre: points that densifying put on straight lines go again
_SPECK = 1e-3  #: parts smaller than this share of the whole are left out


def data_footprint(
    path: str | Path, max_size: int = 512, *, product: str | ProductType | None = None
) -> Polygon | MultiPolygon:
    """The outline of the cells that hold data, longitude and latitude; holes are filled, specks left out.

    The image is read decimated to ``max_size`` cells a side, so that corners are right to a cell of that size. An
    image without any data gives an empty polygon; one across the antimeridian a part on each side. ``product``
    gives the nodata and the valid numbers of a file that does not declare them.
    """
    kind = named(product) if product else None
    with opened(path) as image:
        grid = Grid.of_dataset(image)
        values = image.read(1, out_shape=decimated(grid.shape, max_size), resampling=Resampling.nearest)
        nodata = nodata_in(image, kind.nodata if kind else None)
    everything = (-(2**62), 2**62)
    present = ~missing_dn(values, nodata, kind.valid if kind else everything)
    if np.issubdtype(values.dtype, np.floating):
        present &= np.isfinite(values)
    return present_footprint(present, grid)


def decimated(shape: tuple[int, int], max_size: int) -> tuple[int, int]:
    """Rows and columns of a look at ``shape`` with at most ``max_size`` cells a side."""
    step = max(1.0, max(shape) / max_size)
    return max(1, round(shape[0] / step)), max(1, round(shape[1] / step))


def present_footprint(present: NDArray[np.bool_], grid: Grid) -> Polygon | MultiPolygon:
    """`data_footprint` of an image that was read: ``present``, perhaps decimated, covers ``grid``."""
    return _to_lonlat(_outline(present, _coarser(grid, present.shape)), grid)


def box_footprint(grid: Grid) -> Polygon | MultiPolygon:
    """The outline of a whole grid, longitude and latitude; two parts when it crosses the antimeridian."""
    corners = [grid.corner(*at) for at in ((0, 0), (grid.width, 0), (grid.width, grid.height), (0, grid.height))]
    return _to_lonlat(Polygon(corners), grid)


def _coarser(grid: Grid, size: tuple[int, ...]) -> Grid:
    a, b, c, d, e, f = grid.transform
    down, across = grid.height / size[0], grid.width / size[1]
    return Grid(grid.crs, (a * across, b * down, c, d * across, e * down, f), size[1], size[0])


def _outline(present: NDArray[np.bool_], grid: Grid) -> Any:
    """The cells that are present as one simplified shape in the grid's coordinates."""
    affine = rasterio.Affine(*grid.transform)
    found = shapes(present.astype(np.uint8), mask=present, connectivity=8, transform=affine)
    parts = [Polygon(geometry["coordinates"][0]).buffer(0) for geometry, _ in found]
    if not parts:
        return Polygon()
    whole = shapely.union_all(parts)
    large = [part for part in shapely.get_parts(whole) if part.area >= _SPECK * whole.area]
    tolerance = float(np.hypot(grid.transform[0], grid.transform[3]))
    return shapely.union_all(large).simplify(tolerance, preserve_topology=True)


def _to_lonlat(outline: Any, grid: Grid) -> Polygon | MultiPolygon:
    if outline.is_empty:
        return Polygon()
    west, _, east, _ = grid.lonlat_box()
    left, bottom, right, top = outline.bounds
    dense = shapely.segmentize(outline, max(right - left, top - bottom, 1e-12) / 20)
    to_degrees = transformer(grid.crs, LONLAT)

    def degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = to_degrees.transform(points[:, 0], points[:, 1])
        return np.column_stack([np.where((west > east) & (lon < 0), lon + 360, lon), lat])

    shape: Polygon | MultiPolygon
    shape = shapely.transform(dense, degrees).simplify(_STRAIGHT_DEGREES, preserve_topology=True)
    return shape if west <= east else _split(shape)


def _split(shape: Any) -> Polygon | MultiPolygon:
    """A shape with longitudes from 0 to 360 as its parts on both sides of the antimeridian."""
    near = shapely.clip_by_rect(shape, -180, -90, 180, 90)
    beyond = shapely.clip_by_rect(shape, 180, -90, 540, 90)
    back = shapely.transform(beyond, lambda points: points - np.array([360.0, 0.0]))
    both: Any = shapely.union_all([near, back])
    return MultiPolygon(both) if isinstance(both, MultiPolygon) else Polygon(both)
