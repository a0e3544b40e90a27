# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small cubes as NetCDF files."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
import pyproj
from numpy.typing import NDArray


def write_cube(path: Path, values: NDArray[np.float64], *, lonlat: tuple[float, float] | None = None) -> Path:
    """``values`` (time, y, x), one a day from 2023-01-01, in UTM over La Réunion, or from a corner in degrees."""
    steps, rows, columns = values.shape
    with netCDF4.Dataset(path, "w") as data:
        for name, size in (("time", steps), ("y", rows), ("x", columns)):
            data.createDimension(name, size)
        time = data.createVariable("time", "i4", ("time",))
        time.units, time[:] = "days since 2023-01-01", np.arange(steps)
        x, y = data.createVariable("x", "f8", ("x",)), data.createVariable("y", "f8", ("y",))
        cube = data.createVariable(
            "NDVI", "i2", ("time", "y", "x"), fill_value=-32768, chunksizes=(min(4, steps), rows, columns)
        )
        cube.long_name, cube.units, cube.scale_factor = "vegetation index", "1", np.float32(0.0001)
        if lonlat:
            x.units, y.units = "degrees_east", "degrees_north"
            x[:], y[:] = lonlat[0] + np.arange(columns), lonlat[1] - np.arange(rows)
        else:
            mapping = data.createVariable("crs", "i1")
            mapping.crs_wkt, cube.grid_mapping = pyproj.CRS.from_epsg(32740).to_wkt(), "crs"
            x.standard_name, y.standard_name = "projection_x_coordinate", "projection_y_coordinate"
            x[:], y[:] = 320_600 + 1200 * np.arange(columns), 7_679_400 - 1200 * np.arange(rows)
        cube[:] = np.ma.array(np.nan_to_num(values), mask=np.isnan(values))
    return path
