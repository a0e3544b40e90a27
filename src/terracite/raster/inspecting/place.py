# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the variables of a NetCDF file lie, by the CF conventions. Runs in the child process of `inspect`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Grid, crs_label

_MOST_CELLS = 50_000_000
_EAST_UNITS = {"degrees_east", "degree_east", "degree_e", "degrees_e", "degreese", "degreee"}
_NORTH_UNITS = {"degrees_north", "degree_north", "degree_n", "degrees_n", "degreesn", "degreen"}
_METRES = {"", "m", "metre", "metres", "meter", "meters"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where data lie; `warnings` say why something is missing."""

    box: tuple[float, float, float, float] | None = None
    crs: str = ""
    wkt: str = ""
    resolution_m: float | None = None
    rows: int | None = None
    columns: int | None = None
    warnings: tuple[str, ...] = ()


def place(variables: dict[str, Any]) -> Place:
    """From longitude and latitude where the file has them, else from projected coordinates and their grid mapping."""
    across, up = _first(variables, _is_east), _first(variables, _is_north)
    if across is not None and up is not None and across.size and up.size:
        return _geographic(across, up, _mapping(variables))
    across, up = _first(variables, _is_x), _first(variables, _is_y)
    crs = _mapping(variables)
    if across is None or up is None or across.size < 2 or up.size < 2:
        return Place(warnings=("The file has no coordinates that say where it lies.",))
    if crs is None:
        return Place(
            rows=up.size,
            columns=across.size,
            warnings=("The file has x and y but no grid mapping that names their reference system.",),
        )
    return _projected(across, up, crs)


def _geographic(across: Any, up: Any, crs: pyproj.CRS | None) -> Place:
    label, wkt = _label(crs) if crs is not None and crs.is_geographic else ("EPSG:4326", "")
    lon, lat = _values(across), _values(up)
    if not lon.size or not lat.size or np.abs(lat).max() > 90.0001:
        return Place(warnings=("The latitudes or longitudes of the file are not degrees.",))
    if across.ndim == 1 and up.ndim == 1:
        rows, columns = up.size, across.size
        if grid := _regular("EPSG:4326", lon, lat):
            return Place(grid.lonlat_box(), label, wkt, _rounded(grid.cell_size_m), rows, columns)
    else:
        rows, columns = (across.shape[0], across.shape[1]) if across.ndim == 2 else (None, None)
    return Place(_box_of_points(lon, lat), label, wkt, None, rows, columns)


def _projected(across: Any, up: Any, crs: pyproj.CRS) -> Place:
    label, wkt = _label(crs)
    size = {"rows": up.size, "columns": across.size}
    grid = _regular(wkt, _values(across), _values(up))
    units = {_text(item, "units").lower() for item in (across, up)}
    if grid is None or not units <= _METRES or "geostationary" in crs.to_cf().get("grid_mapping_name", ""):
        return Place(None, label, wkt, warnings=("The extent cannot be worked out from x and y.",), **size)
    try:
        return Place(grid.lonlat_box(), label, wkt, _rounded(grid.cell_size_m), **size)
    except RasterError as error:
        return Place(None, label, wkt, warnings=(str(error),), **size)


def _regular(crs: str, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> Grid | None:
    """The grid of evenly spaced cell centres; None when they are not even."""
    if xs.size < 2 or ys.size < 2:
        return None
    dx, dy = (xs[-1] - xs[0]) / (xs.size - 1), (ys[-1] - ys[0]) / (ys.size - 1)
    if dx == 0 or dy == 0:
        return None
    even = np.allclose(np.diff(xs), dx, rtol=0.02) and np.allclose(np.diff(ys), dy, rtol=0.02)
    transform = (float(dx), 0.0, float(xs[0] - dx / 2), 0.0, float(dy), float(ys[0] - dy / 2))
    return Grid(crs, transform, xs.size, ys.size) if even else None


def _box_of_points(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The box of points; longitudes that run beyond 180 are counted on across the antimeridian."""
    west, east = float(lon.min()), float(lon.max())
    if west < -180 or east > 180:
        west, east = (west + 180) % 360 - 180, (east + 180) % 360 - 180
    return west, float(lat.min()), east, float(lat.max())


def _mapping(variables: dict[str, Any]) -> pyproj.CRS | None:
    """The reference system of the first grid mapping that can be understood."""
    for variable in variables.values():
        attributes = {name: _text(variable, name) for name in variable.ncattrs()}
        wkt = attributes.get("crs_wkt") or attributes.get("spatial_ref")
        if not wkt and "grid_mapping_name" not in attributes:
            continue
        try:
            if wkt:
                return pyproj.CRS.from_wkt(wkt)
            return pyproj.CRS.from_cf({name: variable.getncattr(name) for name in variable.ncattrs()})
        except (pyproj.exceptions.CRSError, KeyError, ValueError, TypeError):
            continue
    return None


def _label(crs: pyproj.CRS) -> tuple[str, str]:
    wkt = str(crs.to_wkt())
    return crs_label(wkt), wkt


def _first(variables: dict[str, Any], wanted: Any) -> Any | None:
    """The first variable that fits and is made of numbers, one-dimensional ones first."""
    fitting = [item for item in variables.values() if wanted(item) and np.dtype(item.dtype).kind in "fiu"]
    return min(fitting, key=lambda item: (item.ndim != 1, item.ndim), default=None)


def _is_east(item: Any) -> bool:
    return _fits(item, _EAST_UNITS, "longitude", {"lon", "longitude"})


def _is_north(item: Any) -> bool:
    return _fits(item, _NORTH_UNITS, "latitude", {"lat", "latitude"})


def _fits(item: Any, units: set[str], standard_name: str, names: set[str]) -> bool:
    if item.ndim > 2 or "bnds" in item.name or "bounds" in item.name:
        return False
    said = _text(item, "standard_name")
    named = item.name.lower() in names and said in {"", standard_name}
    return said == standard_name or _text(item, "units").lower() in units or named


def _is_x(item: Any) -> bool:
    return item.ndim == 1 and (_text(item, "standard_name") == "projection_x_coordinate" or item.name.lower() == "x")


def _is_y(item: Any) -> bool:
    return item.ndim == 1 and (_text(item, "standard_name") == "projection_y_coordinate" or item.name.lower() == "y")


def _values(item: Any) -> NDArray[np.float64]:
    """The finite values of a coordinate, scaled as the file says."""
    if item.size > _MOST_CELLS:
        raise RasterError(f"The coordinate '{item.name}' is too large.", hint="Describe the place by hand.")
    raw = np.ma.masked_invalid(np.ma.asarray(item[:], np.float64)).compressed()
    scaled = raw * float(getattr(item, "scale_factor", 1)) + float(getattr(item, "add_offset", 0))
    return np.asarray(scaled, np.float64)


def _text(item: Any, name: str) -> str:
    try:
        return str(item.getncattr(name)).strip()
    except (AttributeError, UnicodeDecodeError, ValueError, RuntimeError):
        return ""


def _rounded(length_m: float) -> float:
    return float(f"{length_m:.6g}")
