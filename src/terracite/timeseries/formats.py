# SPDX-License-Identifier: AGPL-3.0-or-later
"""The formats in which a series can be written: how each is called, what files it has, how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from terracite.raster.grid import Grid
from terracite.raster.netcdf import WrittenSeries, write_series
from terracite.raster.netcdf_layout import Quantity
from terracite.raster.series import SeriesImage
from terracite.record.model import FileRole, Text

FormatName = Literal["netcdf", "zarr", "cog"]
Progress = Callable[[int, int], None]

_GEOTIFF = "image/tiff; application=geotiff; profile=cloud-optimized"
_ZARR_FIXED_FILES = 27  #: metadata and coordinates of a store of Sentinel-2 images with masks


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a series."""

    name: FormatName
    suffix: str  #: of its file or folder
    label: str  #: as a record names it
    one: Text  #: "one NetCDF file"
    several: Text  #: "NetCDF files"
    software: tuple[str, ...]  #: packages that write it
    opening: str  #: code that opens ``{name}``, whose index is ``{variable}``
    advice: Text  #: what a person who opens it should know


FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format(
            "netcdf",
            ".nc",
            "NetCDF-4 (CF-1.11, ACDD-1.3)",
            Text(fr="un fichier NetCDF (CF-1.11)", en="one NetCDF file (CF-1.11)"),
            Text(fr="fichiers", en="files"),
            ("netCDF4", "h5py", "isal", "deflate"),
            'import xarray as xr\nseries = xr.open_dataset("{name}")["{variable}"]',
            Text(
                fr="Se lit aussi dans QGIS, R (terra, stars), GDAL, Panoply.",
                en="Opens in QGIS, R (terra, stars), GDAL and Panoply too.",
            ),
        ),
        Format(
            "zarr",
            ".zarr",
            "Zarr v3 (sharded, consolidated; CF-1.11, ACDD-1.3)",
            Text(fr="un entrepôt Zarr v3 (CF-1.11)", en="one Zarr v3 store (CF-1.11)"),
            Text(fr="entrepôts Zarr", en="Zarr stores"),
            ("zarr", "numcodecs", "google-crc32c"),
            'import xarray as xr\nseries = xr.open_zarr("{name}", consolidated=True)["{variable}"]',
            Text(
                fr="L'entrepôt est un dossier : gardez tous ses fichiers ensemble, ou donnez son adresse dans un "
                "stockage objet. Il faut zarr-python 3, ou GDAL 3.13 ou plus récent : les précédents ne lisent pas "
                "les fragments (shards).",
                en="The store is a folder: keep all its files together, or give its address in an object store. It "
                "needs zarr-python 3, or GDAL 3.13 or later: older ones do not read shards.",
            ),
        ),
        Format(
            "cog",
            "",
            "Cloud-optimised GeoTIFF (COG)",
            Text(
                fr="un dossier de GeoTIFF optimisés pour le nuage (COG)",
                en="one folder of cloud-optimised GeoTIFFs (COG)",
            ),
            Text(fr="dossiers de COG", en="folders of COGs"),
            (),
            'import rasterio\nwith rasterio.open("{name}/{first}") as image:\n    values = image.read(1, masked=True)',
            Text(
                fr="Une image par date, son masque à côté ; collection.json (STAC) les liste toutes. Se lit dans QGIS, "
                "GDAL et R ; l'échelle est dans chaque fichier.",
                en="One image a date, its mask beside it; collection.json (STAC) lists them all. Opens in QGIS, GDAL "
                "and R; the scale is in each file.",
            ),
        ),
    )
}


def write(
    name: FormatName,
    path: Path,
    images: Sequence[SeriesImage],
    *,
    quantity: Quantity | None = None,
    attributes: Mapping[str, str | float] | None = None,
    grid: Grid | None = None,
    compression: str = "zlib",
    progress: Progress | None = None,
    previous: Path | None = None,
) -> WrittenSeries:
    """Write ``images`` to ``path`` in the format ``name``, as `netcdf.write_series` does in its own.

    ``compression`` is that of NetCDF and COG; a Zarr store is always packed by Blosc with zstd.
    """
    common: dict[str, Any] = {
        "quantity": quantity,
        "attributes": attributes,
        "grid": grid,
        "progress": progress,
        "previous": previous,
    }
    if name == "zarr":
        from terracite.raster.zarr_series import write_zarr  # a third of a second to load

        return write_zarr(path, images, **common)
    if name == "cog":
        from terracite.raster.cog_series import write_cogs

        return write_cogs(path, images, compression=compression, **common)
    return write_series(path, images, compression=compression, **common)


def load(name: FormatName) -> None:
    """Have the libraries of a format at hand, so that the first series is not slower than the others."""
    if name == "zarr":
        import terracite.raster.zarr_series  # noqa: F401


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """One file of a written series, and how a record describes it."""

    path: Path
    role: FileRole
    media_type: str
    format: str


def files_of(path: Path, name: FormatName) -> Iterator[SeriesPart]:
    """Every file of the series at ``path``, in the order of their names."""
    label = FORMATS[name].label
    if name == "netcdf":
        yield SeriesPart(path, FileRole.DATA, "application/x-netcdf", label)
        return
    for file in sorted(found for found in path.rglob("*") if found.is_file()):
        if name == "zarr":
            kind = "application/json" if file.suffix == ".json" else "application/octet-stream"
            yield SeriesPart(file, FileRole.DATA, kind, label)
        elif file.suffix == ".json":
            kind = "application/json" if file.stem == "collection" else "application/geo+json"
            yield SeriesPart(file, FileRole.DOCUMENTATION, kind, "STAC 1.1.0")
        else:
            yield SeriesPart(file, FileRole.DATA, _GEOTIFF, label)


def pixel_bytes(path: Path, name: FormatName) -> int:
    """Of a written series of one date: the bytes that each further date takes too, but for its identity."""
    if name == "netcdf":
        import h5py

        with h5py.File(path) as file:
            return sum(item.id.get_storage_size() for item in file.values() if item.ndim == 3)
    if name == "cog":
        return sum(part.path.stat().st_size for part in files_of(path, name))
    from terracite.raster.zarr_series_layout import bytes_per_date

    return bytes_per_date(path)


def file_count(name: FormatName, dates: int, masks: int) -> int:
    """How many files a series of so many dates, of which so many have a mask, is expected to have."""
    if name == "netcdf":
        return 1
    if name == "cog":
        return 2 * dates + masks + 1  # image, STAC Item and mask of each date, and the Collection
    from terracite.raster.zarr_series_shards import DATES

    return _ZARR_FIXED_FILES + -(-dates // DATES) * (2 if masks else 1)
