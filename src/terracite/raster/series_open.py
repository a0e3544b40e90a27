# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a series, and finding those of a crate, whatever their format: a NetCDF file, a Zarr store, COGs."""

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


def series_in(place: Path) -> list[Path]:
    """The series at ``place``: itself, or those in the folder of a crate, by name."""
    if not place.is_dir():
        return [place]
    if _is_series(place):
        return [place]
    return sorted([*place.glob("*.nc"), *(path for path in place.glob("[!.]*") if path.is_dir() and _is_series(path))])


def _is_series(folder: Path) -> bool:
    """Whether a folder is a Zarr store or holds COGs with their Collection."""
    return (folder / "zarr.json").is_file() or ((folder / "collection.json").is_file() and any(folder.glob("*.tif")))
