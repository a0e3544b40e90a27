# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is mapped, on which grid: that of the first images with all their tiles, or what ``[area]`` says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from terracite.errors import Problem, RasterError
from terracite.landcover.layer_over import LayerOver
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import AreaPart
from terracite.landcover.tiles import bounds_in, grids_of
from terracite.raster.grid import LONLAT, Block, Grid, crs_of, transformer

Box = tuple[float, float, float, float]  #: left, bottom, right, top
_ROUNDING = 1e-6  #: of a cell


@dataclass(frozen=True, slots=True)
class Area:
    """The grid of the map, and the polygons that it is cut to."""

    grid: Grid
    shape: bytes = b""  #: WKB in the reference system of the grid; b"" = the whole grid

    def cut(self, layer: Layer) -> Layer:
        """The layer without what lies outside the polygons."""
        return InsideLayer(layer, self.shape) if self.shape else layer


@dataclass(frozen=True, slots=True)
class InsideLayer(LayerOver):
    """A layer that has no values outside some polygons, and reads nothing for blocks that lie wholly outside."""

    shape: bytes  #: WKB in the reference system of the map

    @property
    def index(self) -> str:
        return self.layer.index

    @property
    def still(self) -> bool:
        return self.layer.still

    @property
    def days(self) -> NDArray[np.float64]:
        return self.layer.days

    def checked(self) -> tuple[Layer, list[Problem]]:
        layer, problems = self.layer.checked()
        return replace(self, layer=layer), problems

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        inside = _inside(self.shape, grid, block)
        if not inside.any():
            return np.full((1 if self.still else self.days.size, *block.shape), np.nan, np.float32)
        values = self.layer.read(block, grid)
        values[:, ~inside] = np.nan
        return values


def area_of(part: AreaPart, layers: Sequence[Layer], problems: list[Problem]) -> Area | None:
    """The area of a map of ``layers``, those of the first images; mistakes go to ``problems``.

    Where the recipe does not say, the grid is that of the finest of the layers, over all of its tiles.
    """
    dated = [layer for layer in layers if not layer.still] or list(layers)
    grids = grids_of(min(dated, key=lambda layer: layer.grid.cell_size_m))
    first = grids[0]
    lattice = _lattice(part, first, problems)
    shape = _shape(part, lattice, problems) if lattice else None
    if lattice is None or (shape is None and part.file):
        return None
    bounds = [bounds_in(grid, lattice.crs) for grid in grids]
    box: Box = (
        min(one[0] for one in bounds), min(one[1] for one in bounds),
        max(one[2] for one in bounds), max(one[3] for one in bounds),
    )  # fmt: skip
    if part.bbox:
        west, south, east, north = part.bbox
        wanted = transformer(LONLAT, lattice.crs).transform_bounds(west, south, east, north, densify_pts=41)
        box = _shared(box, wanted)
    if shape is not None:
        box = _shared(box, shape.bounds)
    if box[0] >= box[2] or box[1] >= box[3]:
        what = "does not touch the images."
        problems.append(Problem("area", what, "Check that it is of the same place, and its reference system."))
        return None
    if len(grids) == 1 and part == AreaPart():
        return Area(first)
    return Area(_snapped(lattice, box), shape.wkb if shape is not None else b"")


def _lattice(part: AreaPart, first: Grid, problems: list[Problem]) -> Grid | None:
    """A grid with the cells of the map; its extent means nothing."""
    upright = not (first.transform[1] or first.transform[3])
    if not part.crs and not part.cell_size_m and upright:
        return first
    try:
        crs = part.crs or first.crs
        if crs_of(crs).is_geographic:
            what = "a map whose cells have a size in metres cannot be in degrees."
            problems.append(Problem("area.crs", what, 'Give a projected system, such as crs = "EPSG:2154".'))
            return None
    except RasterError as error:
        problems.append(Problem("area.crs", error.message, error.hint))
        return None
    # cells that begin at whole multiples of their size, so that maps of neighbouring areas fit together
    size = part.cell_size_m or round(first.cell_size_m, 6)
    return Grid(crs, (size, 0.0, 0.0, 0.0, -size, 0.0), 1, 1)


def _snapped(lattice: Grid, box: Box) -> Grid:
    """The cells of the lattice that cover the box."""
    a, _, c, _, e, f = lattice.transform
    cols = sorted(((box[0] - c) / a, (box[2] - c) / a))
    rows = sorted(((box[1] - f) / e, (box[3] - f) / e))
    left, right = math.floor(cols[0] + _ROUNDING), math.ceil(cols[1] - _ROUNDING)
    top, bottom = math.floor(rows[0] + _ROUNDING), math.ceil(rows[1] - _ROUNDING)
    return Grid(lattice.crs, (a, 0.0, c + left * a, 0.0, e, f + top * e), right - left, bottom - top)


def _shared(one: Box, other: Sequence[float]) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _shape(part: AreaPart, lattice: Grid, problems: list[Problem]) -> Any:
    """The polygons together, in the reference system of the map; None without a file, or a sound one."""
    if part.file is None:
        return None
    import geopandas
    import pyogrio.errors

    try:
        frame = geopandas.read_file(part.file, **({"layer": part.layer} if part.layer else {}))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        problems.append(Problem("area.file", f"'{part.file.name}' cannot be read: {error}.", "Check the path."))
        return None
    if frame.crs is None:
        what = f"'{part.file.name}' has no coordinate reference system."
        problems.append(Problem("area.file", what, "Assign one, for example with QGIS: Layer, Set CRS."))
        return None
    shapes = frame.geometry[frame.geom_type.isin(["Polygon", "MultiPolygon"])].to_crs(crs_of(lattice.crs))
    if shapes.empty:
        problems.append(Problem("area.file", f"'{part.file.name}' holds no polygons.", "Give polygons."))
        return None
    return shapely.union_all(shapely.make_valid(shapes.array))


@lru_cache(maxsize=8)
def _inside(shape: bytes, grid: Grid, block: Block) -> NDArray[np.bool_]:
    """Which cells (y, x) of ``block`` have their centre in the polygons."""
    import rasterio
    from rasterio.features import geometry_mask

    here = grid.crop(block)
    found = shapely.intersection(_polygons(shape), shapely.box(*here.bounds))
    areas = [one for one in shapely.get_parts(found) if one.area > 0]
    if not areas:
        return np.zeros(block.shape, bool)
    transform = rasterio.Affine(*here.transform)
    return np.asarray(geometry_mask(areas, here.shape, transform, invert=True), bool)


@lru_cache(maxsize=4)
def _polygons(shape: bytes) -> Any:
    return shapely.from_wkb(shape)
