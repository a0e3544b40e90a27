# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the cells of a cube lie, by the CF conventions, and which of them each cell of a tile shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Grid
from terracite.raster.previewing.cube_open import Variable
from terracite.raster.previewing.mercator import HALF as EDGE
from terracite.raster.previewing.mercator import LIMIT, TILE, Box, cell_m

_EAST = {"degrees_east", "degree_east", "degree_e", "degrees_e"}
_NORTH = {"degrees_north", "degree_north", "degree_n", "degrees_n"}
_DEGREE_M = 111_320.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """The horizontal axes of a cube. ``crs``: None for longitudes and latitudes; ``box`` None: without a place."""

    x: str
    y: str
    xs: Floats
    ys: Floats
    crs: pyproj.CRS | None = None
    box: Box | None = None
    ground_m: float = 0.0
    why_not: str = ""

    def thinned(self, stride: int) -> Place:
        """With one in ``stride`` cells each way."""
        taken = slice(stride // 2, None, stride)
        xs, ys = self.xs[taken], self.ys[taken]
        return Place(self.x, self.y, xs, ys, self.crs, self.box, self.ground_m * stride, self.why_not)

    def cells_of(self, zoom: int, x: int, y: int) -> NDArray[np.int64]:
        """Number of the cell (row-major) that each cell of a tile shows, -1 where there is none; (256, 256)."""
        columns = np.arange(x * TILE, (x + 1) * TILE)
        rows = np.arange(y * TILE, (y + 1) * TILE)
        if self.box is None:
            across, down = _within(columns, self.xs.size), _within(rows, self.ys.size)
            return _joined(across[None], down[:, None], self.xs.size)
        east = (columns + 0.5) * cell_m(zoom) - EDGE
        north = EDGE - (rows + 0.5) * cell_m(zoom)
        if self.crs is None:
            lons = east / EDGE * 180
            lats = np.degrees(np.arctan(np.sinh(north / EDGE * math.pi)))
            return _joined(_nearest_turned(self.xs, lons)[None], _nearest(self.ys, lats)[:, None], self.xs.size)
        turn = pyproj.Transformer.from_crs("EPSG:3857", self.crs, always_xy=True)
        xs, ys = turn.transform(*np.meshgrid(east, north))
        return _joined(_nearest(self.xs, xs), _nearest(self.ys, ys), self.xs.size)


def place_of(variable: Variable, known: dict[str, Variable]) -> Place | None:
    """Where ``variable`` lies; None when it has fewer than two dimensions that could be horizontal."""
    axes = {dim: known[dim] for dim in variable.dims if dim in known and known[dim].dims == (dim,)}
    east = next((dim for dim, axis in axes.items() if is_east(axis)), "")
    north = next((dim for dim, axis in axes.items() if is_north(axis)), "")
    if east and north:
        return _geographic(axes[east], axes[north])
    x = next((dim for dim in variable.dims if _is(axes.get(dim), dim, "projection_x_coordinate", "x")), "")
    y = next((dim for dim in variable.dims if _is(axes.get(dim), dim, "projection_y_coordinate", "y")), "")
    crs = _mapping(variable, known)
    if x in axes and y in axes and crs is not None:
        return _projected(axes[x], axes[y], crs)
    if len(variable.dims) < 2 or min(variable.shape[-2:]) < 2:
        return None
    down, across = variable.dims[-2:]
    sizes = dict(zip(variable.dims, variable.shape, strict=True))
    said = "The file does not say on a regular grid where its cells lie: they are shown as a picture."
    return Place(across, down, np.arange(sizes[across], dtype=float), np.arange(sizes[down], dtype=float), why_not=said)


def is_east(item: Variable) -> bool:
    return item.text("units").lower() in _EAST or item.text("standard_name") == "longitude"


def is_north(item: Variable) -> bool:
    return item.text("units").lower() in _NORTH or item.text("standard_name") == "latitude"


def _is(item: Variable | None, dim: str, standard_name: str, name: str) -> bool:
    return (item is not None and item.text("standard_name") == standard_name) or dim.lower() == name


def _geographic(across: Variable, up: Variable) -> Place | None:
    xs, ys = _values(across), _values(up)
    if xs.size < 2 or ys.size < 2 or not _is_monotonic(xs) or not _is_monotonic(ys) or np.abs(ys).max() > 91:
        return None
    dx, dy = abs(xs[-1] - xs[0]) / (xs.size - 1), abs(ys[-1] - ys[0]) / (ys.size - 1)
    west, east = float(xs.min() - dx / 2), float(xs.max() + dx / 2)
    south, north = max(-LIMIT, float(ys.min() - dy / 2)), min(LIMIT, float(ys.max() + dy / 2))
    if south >= north:
        said = "The cells lie beyond 85 degrees, where a web map ends: they are shown as a picture."
        return Place(across.name, up.name, xs, ys, why_not=said)
    box = (-180.0, south, 180.0, north) if east - west >= 359.9 else (_turned(west), south, _turned(east), north)
    middle = math.cos(math.radians((south + north) / 2))
    return Place(across.dims[0], up.dims[0], xs, ys, None, box, min(dy, dx * middle) * _DEGREE_M)


def _projected(across: Variable, up: Variable, crs: pyproj.CRS) -> Place | None:
    xs, ys = _values(across), _values(up)
    if xs.size < 2 or ys.size < 2 or not _is_monotonic(xs) or not _is_monotonic(ys):
        return None
    dx, dy = (xs[-1] - xs[0]) / (xs.size - 1), (ys[-1] - ys[0]) / (ys.size - 1)
    grid = Grid(crs.to_wkt(), (dx, 0.0, xs[0] - dx / 2, 0.0, dy, ys[0] - dy / 2), xs.size, ys.size)
    try:
        west, south, east, north = grid.lonlat_box()
    except RasterError as error:
        return Place(across.dims[0], up.dims[0], xs, ys, why_not=f"{error.message} The cells are shown as a picture.")
    if south >= LIMIT or north <= -LIMIT:
        said = "The cells lie beyond 85 degrees, where a web map ends: they are shown as a picture."
        return Place(across.dims[0], up.dims[0], xs, ys, why_not=said)
    box = (west, max(south, -LIMIT), east, min(north, LIMIT))
    return Place(across.dims[0], up.dims[0], xs, ys, crs, box, grid.cell_size_m)


def _mapping(variable: Variable, known: dict[str, Variable]) -> pyproj.CRS | None:
    """The reference system of the grid mapping that the variable names, else of the only one there is."""
    named = known.get(variable.text("grid_mapping").split(":")[0].strip())
    listed = [named] if named else [item for item in known.values() if item.text("grid_mapping_name")]
    for item in listed:
        wkt = item.text("crs_wkt") or item.text("spatial_ref")
        try:
            return pyproj.CRS.from_wkt(wkt) if wkt else pyproj.CRS.from_cf(item.attributes)
        except (pyproj.exceptions.CRSError, KeyError, ValueError, TypeError):
            continue
    return None


def _values(item: Variable) -> Floats:
    values = np.asarray(item.all(), np.float64)
    scale, offset = item.attributes.get("scale_factor", 1.0), item.attributes.get("add_offset", 0.0)
    return np.asarray(values * float(scale) + float(offset), np.float64)


def _is_monotonic(values: Floats) -> bool:
    steps = np.diff(values)
    return bool(np.isfinite(values).all() and (np.all(steps > 0) or np.all(steps < 0)))


def _turned(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def _edges(centres: Floats) -> Floats:
    """Where cells begin and end, ascending."""
    between = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - between[0]], between, [2 * centres[-1] - between[-1]]])


def _nearest(centres: Floats, wanted: Any) -> NDArray[np.int64]:
    """Place of the centre whose cell holds each wanted coordinate; -1 outside."""
    ascending = centres[-1] > centres[0]
    edges = _edges(centres if ascending else centres[::-1])
    found = np.searchsorted(edges, wanted, side="right") - 1
    inside = (found >= 0) & (found < centres.size) & np.isfinite(wanted)
    places = found if ascending else centres.size - 1 - found
    return np.where(inside, places, -1)


def _nearest_turned(centres: Floats, lons: NDArray[Any]) -> NDArray[np.int64]:
    """The same for longitudes, which may be counted a whole turn further."""
    found = _nearest(centres, lons)
    for turn in (360.0, -360.0):
        found = np.where(found < 0, _nearest(centres, lons + turn), found)
    return found


def _within(places: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.where(places < size, places, -1)


def _joined(across: NDArray[np.int64], down: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    return np.where((across >= 0) & (down >= 0), down * width + across, -1)
