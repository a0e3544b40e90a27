# SPDX-License-Identifier: AGPL-3.0-or-later
"""A few lines of code that open the data of a page; each is run by the tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from terracite.record.model import DataFile, FileRole, Record
from terracite.record.model import Text as _Text

_OPENS_AS = {
    ".nc": "netcdf", ".tif": "raster", ".tiff": "raster", ".jp2": "raster", ".gpkg": "vector", ".geojson": "vector",
    ".fgb": "vector", ".csv": "table", ".parquet": "parquet", ".geoparquet": "geoparquet", ".vrt": "mosaic",
    ".zarr.zip": "zarr", ".las": "points", ".laz": "points", ".mseed": "waves", ".miniseed": "waves",
}  # fmt: skip
#: opened where it is, by its address: nothing is downloaded but what is read
_PYTHON_IN_PLACE = {
    "raster": 'import rasterio\nprint(rasterio.open("/vsicurl/{url}").profile)',
    "mosaic": 'import rasterio\nprint(rasterio.open("/vsicurl/{url}").profile)',
    "vector": 'import geopandas as gpd\nprint(gpd.read_file("/vsicurl/{url}"))',
    "table": 'import pandas as pd\nprint(pd.read_csv("{url}"))',
}
_R_IN_PLACE = {
    "raster": 'library(terra)\nprint(rast("/vsicurl/{url}"))',
    "mosaic": 'library(terra)\nprint(rast("/vsicurl/{url}"))',
    "vector": 'library(terra)\nprint(vect("/vsicurl/{url}"))',
    "table": 'print(read.csv("{url}"))',
}
#: taken first, then opened; what to import, how to open
_PYTHON = {
    "netcdf": ("import xarray as xr", "print(xr.open_dataset({name}))"),
    "zarr": ("import xarray as xr, zarr", 'print(xr.open_zarr(zarr.storage.ZipStore({name}, mode="r")))'),
    "parquet": ("import pandas as pd", "print(pd.read_parquet({name}))"),
    "geoparquet": ("import geopandas as gpd", "print(gpd.read_parquet({name}))"),
    "points": ("import laspy", "print(laspy.read({name}).header)"),
    "waves": ("import obspy", "print(obspy.read({name}))"),
}
_R = {
    "netcdf": "library(ncdf4)\nprint(nc_open({name}))",  # also a series without a grid, which terra refuses
    "zarr": "library(stars)\nprint(read_mdim(paste0('ZARR:\"/vsizip/', {name}, '\"')))",
    "parquet": "library(arrow)\nprint(read_parquet({name}))",
    "geoparquet": "library(sfarrow)\nprint(st_read_parquet({name}))",
    "points": "library(lidR)\nprint(readLAS({name}))",
    "waves": "library(IRISSeismic)\nprint(readMiniseedFile({name}))",
}
_QGIS_MENU = {
    "mosaic": _Text(
        en="Layer > Add Raster Layer, with this source:", fr="Couche > Ajouter une couche raster, source :"
    ),
    "netcdf": _Text(
        en="Layer > Add Raster Layer, with this source:", fr="Couche > Ajouter une couche raster, source :"
    ),
    "raster": _Text(
        en="Layer > Add Raster Layer, with this source:", fr="Couche > Ajouter une couche raster, source :"
    ),
    "vector": _Text(
        en="Layer > Add Vector Layer, with this source:", fr="Couche > Ajouter une couche vecteur, source :"
    ),
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """``note`` says in words what to do with ``code``."""

    tool: str
    code: str
    note: _Text = field(default_factory=_Text)


class Listed(Protocol):
    """A file of a list, as far as the choice needs it."""

    @property
    def path(self) -> str: ...
    @property
    def bytes(self) -> int: ...


File = TypeVar("File", bound=Listed)


def main_file(record: Record) -> DataFile | None:
    """The data file a reader would open first; None when there is none."""
    return first_of(record, [file for file in record.files if file.role is FileRole.DATA])


def first_of(record: Record, files: Iterable[File]) -> File | None:
    """Of these data files the one to open first; None when there is none.

    Formats that the examples know go first; among them the file called as the first variable is
    (``landcover.tif``, or ``landcover.vrt`` where it is in parts); then grids and layers before tables, and large
    files before small ones.
    """
    first = record.variables[0].name if record.variables else ""

    def rank(file: File) -> tuple[bool, bool, bool, int]:
        kind = _kind(file.path)
        name = file.path.rpartition("/")[2].rpartition(".")[0]
        return not kind, name != first, kind in {"table", "parquet"}, -file.bytes

    return min(files, key=rank, default=None)


def for_file(path: str, url: str) -> tuple[Snippet, ...]:
    """Python, R and QGIS for one file; empty for a format that the examples do not know.

    What can be read in place is; the rest is downloaded first.
    """
    kind = _kind(path)
    if not kind:
        return ()
    address = url.translate(_UNQUOTED)
    if kind in _PYTHON_IN_PLACE:
        python, r = _PYTHON_IN_PLACE[kind].format(url=address), _R_IN_PLACE[kind].format(url=address)
    else:
        python, r = _downloaded(kind, path, address)
    found = [Snippet("Python", python), Snippet("R", r)]
    if kind in _QGIS_MENU:
        found.append(Snippet("QGIS", f"/vsicurl/{url}", _QGIS_MENU[kind]))
    return tuple(found)


#: an address is quoted already; what is left could end the text it stands in
_UNQUOTED = str.maketrans({'"': "%22", "\\": "%5C", "{": "%7B", "}": "%7D", "\n": "%0A"})


def _downloaded(kind: str, path: str, url: str) -> tuple[str, str]:
    name = json.dumps(path.rpartition("/")[2], ensure_ascii=False)  # quoted: a name must not become code
    library, opens = _PYTHON[kind]
    take = ("from urllib.request import urlretrieve", f'urlretrieve("{url}", {name})')
    python = "\n".join((library, *take, opens.format(name=name)))
    return python, f'download.file("{url}", {name}, mode = "wb")\n{_R[kind].format(name=name)}'


def this_search(base_url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """The search of a page, in Python, with the standard library alone."""
    url = f"{base_url.rstrip('/')}/api/v1/search"
    if parameters:
        url += "?" + urlencode(parameters)
    return (
        "import json\nfrom urllib.request import urlopen\n"
        f'found = json.load(urlopen("{url}"))\n'
        'for hit in found["hits"]:\n    print(hit["doi"], hit["title"]["en"] or hit["title"]["fr"])'
    )


def _kind(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    if name.endswith(".zarr.zip"):
        return "zarr"
    return _OPENS_AS.get(name[name.rfind(".") :], "") if "." in name else ""
