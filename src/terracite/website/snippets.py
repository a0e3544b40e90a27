# SPDX-License-Identifier: AGPL-3.0-or-later
"""A few lines of code that open the data of a page; each is run by the tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from terracite.record.model import DataFile, FileRole, Record
from terracite.record.model import Text as _Text

_OPENS_AS = {
    ".nc": "netcdf", ".tif": "raster", ".tiff": "raster", ".jp2": "raster", ".gpkg": "vector", ".geojson": "vector",
    ".csv": "table", ".parquet": "parquet", ".vrt": "mosaic",
}  # fmt: skip
_PYTHON = {
    "netcdf": ("import xarray as xr", "print(xr.open_dataset({name}))"),
    "raster": ("import rasterio", "print(rasterio.open({name}).profile)"),
    "vector": ("import geopandas as gpd", "print(gpd.read_file({name}))"),
    "table": ("import pandas as pd", "print(pd.read_csv({name}))"),
    "parquet": ("import pandas as pd", "print(pd.read_parquet({name}))"),
}
_R = {
    "netcdf": "library(terra)\nprint(rast({name}))",
    "raster": "library(terra)\nprint(rast({name}))",
    "vector": "library(terra)\nprint(vect({name}))",
    "table": "print(read.csv({name}))",
    "parquet": "library(arrow)\nprint(read_parquet({name}))",
}
_QGIS_MENU = {
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
        return not kind, PurePosixPath(file.path).stem != first, kind in {"table", "parquet"}, -file.bytes

    return min(files, key=rank, default=None)


def for_file(path: str, url: str) -> tuple[Snippet, ...]:
    """Python, R and QGIS for one file; empty for a format that the examples do not know."""
    kind = _kind(path)
    if not kind:
        return ()
    if kind == "mosaic":  # its parts are beside it: opened where it is
        there = json.dumps(f"/vsicurl/{url}")
        return (
            Snippet("Python", f"import rasterio\nprint(rasterio.open({there}).profile)"),
            Snippet("R", f"library(terra)\nprint(rast({there}))"),
            Snippet("QGIS", f"/vsicurl/{url}", _QGIS_MENU["raster"]),
        )
    name = json.dumps(path.rpartition("/")[2], ensure_ascii=False)  # quoted: a name must not become code
    library, opens = _PYTHON[kind]
    python = "\n".join(
        (library, "from urllib.request import urlretrieve", f'urlretrieve("{url}", {name})', opens.format(name=name))
    )
    r = f'download.file("{url}", {name}, mode = "wb")\n{_R[kind].format(name=name)}'
    found = [Snippet("Python", python), Snippet("R", r)]
    if kind in _QGIS_MENU:
        found.append(Snippet("QGIS", f"/vsicurl/{url}", _QGIS_MENU[kind]))
    return tuple(found)


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
    return _OPENS_AS.get(path[path.rfind(".") :].lower(), "") if "." in path else ""
