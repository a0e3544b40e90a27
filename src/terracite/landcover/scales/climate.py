# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells of a climate model, from a file that is on them or from a step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.landcover.scales.cells import LonLat
from terracite.raster.grid import Grid

Floats = NDArray[np.float64]
_CURE = "Give a NetCDF file with longitude and latitude in one dimension each, a raster in degrees, or --lonlat STEP."
_AXES = {  #: standard name -> units, names
    "longitude": (("degrees_east", "degree_east"), ("lon", "longitude")),
    "latitude": (("degrees_north", "degree_north"), ("lat", "latitude")),
}


def read_grid(path: Path) -> LonLat:
    """The cells of a NetCDF file (its bounds where it has some, else half-way between), or of a raster in degrees.

    Longitudes may run from -180 or from 0, latitudes up or down. Raises `RasterError` for any other kind of grid.
    """
    if path.suffix.lower() in {".nc", ".nc4", ".cdf", ".netcdf"}:
        return _of_netcdf(path)
    grid = Grid.of(path)
    a, b, c, d, e, f = grid.transform
    if not grid.is_geographic or b or d:
        raise RasterError(f"'{path.name}' is no grid of longitude and latitude.", hint=_CURE)
    lon, lat = c + a * np.arange(grid.width + 1), f + e * np.arange(grid.height + 1)
    return LonLat(_both(lon), _both(lat), grid.xs(), grid.ys())


def _of_netcdf(path: Path) -> LonLat:
    import netCDF4

    try:
        with netCDF4.Dataset(path) as file:
            lon, lon_bounds = _axis(file, "longitude", path)
            lat, lat_bounds = _axis(file, "latitude", path)
    except OSError as error:
        raise RasterError(f"'{path.name}' cannot be opened as NetCDF: {error}.", hint=_CURE) from error
    return LonLat(lon_bounds, np.clip(lat_bounds, -90, 90), lon, lat)


def _axis(file: Any, standard: str, path: Path) -> tuple[Floats, Floats]:
    """(values, bounds (n, 2)) of the coordinate."""
    units, names = _AXES[standard]
    found = [
        variable
        for name, variable in file.variables.items()
        if getattr(variable, "standard_name", "") == standard
        or str(getattr(variable, "units", "")) in units
        or name.lower() in names
    ]
    flat = [variable for variable in found if variable.ndim == 1 and variable.size > 1]
    if not flat:
        what = "has a curvilinear grid" if found else f"has no {standard}"
        raise RasterError(f"'{path.name}' {what}.", hint=_CURE)
    values = np.asarray(flat[0][:], np.float64)
    steps = np.diff(values)
    if not (np.isfinite(values).all() and (np.all(steps > 0) or np.all(steps < 0))):
        raise RasterError(f"The {standard} of '{path.name}' neither rises nor falls.", hint=_CURE)
    bounds = file.variables.get(getattr(flat[0], "bounds", ""))
    if bounds is not None and bounds.shape == (values.size, 2):
        return values, np.asarray(bounds[:], np.float64)
    return values, _both(_half_way(values))


def _half_way(values: Floats) -> Floats:
    """Borders half-way between values; the outer ones as far beyond."""
    inner = (values[:-1] + values[1:]) / 2
    return np.concatenate([[2 * values[0] - inner[0]], inner, [2 * values[-1] - inner[-1]]])


def _both(edges: NDArray[Any]) -> Floats:
    return np.column_stack([edges[:-1], edges[1:]]).astype(np.float64)
