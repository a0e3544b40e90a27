# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a series, whatever its format: a NetCDF file, a Zarr store, a folder of COGs."""

from __future__ import annotations

from pathlib import Path

from terracite.raster.netcdf_read import SeriesFile, open_series


def open_any(path: Path) -> SeriesFile:
    """The series at ``path``, to be used with ``with``; `RasterError` when it is none."""
    path = Path(path)
    if not path.is_dir():
        return open_series(path)
    from terracite.raster.zarr_series_read import is_zarr, open_zarr  # a third of a second to load

    if is_zarr(path):
        return open_zarr(path)
    from terracite.raster.cog_series_read import open_cogs

    return open_cogs(path)
