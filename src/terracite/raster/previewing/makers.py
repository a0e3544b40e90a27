# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which maker shows which file. Loads none of the makers: they open files of strangers, in a child process only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Maker:
    """A module of this package with ``make(path, folder) -> Made``, and what its process may use."""

    kind: str  #: a `PreviewKind`
    module: str
    suffixes: tuple[str, ...]  #: in lower case
    formats: tuple[str, ...] = ()  #: beginnings of what inspection called the file, where the suffix says too little
    memory_mb: int = 2048
    timeout_s: int = 120
    output_mb: int = 64  #: all its files together
    needs: tuple[str, ...] = ()  #: suffixes of files of the same name without which there is nothing to show
    takes: tuple[str, ...] = ()  #: suffixes of those that are laid beside it too, where they are


_TEXTS = (
    ".md", ".markdown", ".txt", ".rst", ".text", ".log", ".cdl", ".xml", ".json", ".yaml", ".yml", ".toml", ".cff",
    ".bib", ".qml", ".sld", ".prj", ".py", ".r", ".sql", ".sh", ".m", ".jl", ".svg", ".html", ".htm", ".js", ".cpg",
)  # fmt: skip
_IMAGES = (".tif", ".tiff", ".jp2", ".j2k", ".img", ".asc", ".bil", ".hgt", ".dem", ".grd", ".rst", ".sdat")

#: the first one that fits is taken
MAKERS: tuple[Maker, ...] = (
    Maker("raster", "raster", _IMAGES, memory_mb=3072, timeout_s=1800, output_mb=3072),
    Maker("cube", "cube", (".nc", ".nc4", ".cdf"), memory_mb=3072, timeout_s=1800, output_mb=3072),
    Maker("cube", "cube", (".zip",), formats=("Zarr",), memory_mb=3072, timeout_s=1800, output_mb=3072),
    Maker("vector", "vector", (".gpkg", ".geojson", ".fgb", ".kml", ".kmz", ".gml", ".gpx", ".geoparquet")),
    Maker("vector", "vector", (".shp",), needs=(".shx", ".dbf"), takes=(".prj", ".cpg")),
    Maker("vector", "vector", (".json",), formats=("GeoJSON",)),
    Maker("vector", "vector", (".parquet",), formats=("GeoParquet",)),
    Maker("vector", "vector", (".zip",), formats=("Shapefile",)),
    Maker("table", "table", (".csv", ".tsv", ".parquet", ".xlsx", ".ods")),
    Maker("image", "image", (".png", ".jpg", ".jpeg", ".webp", ".gif"), memory_mb=3072),
    Maker("document", "document", (".pdf",), timeout_s=30),
    Maker("text", "text", _TEXTS, memory_mb=1024, timeout_s=30),
    Maker("text", "text", ("",), formats=("Text", "Markdown"), memory_mb=1024, timeout_s=30),  # README
)


def maker_for(suffix: str, file_format: str = "") -> Maker | None:
    """The maker of files whose name ends in ``suffix`` and that inspection calls ``file_format``; None: not shown."""
    for maker in MAKERS:
        fits = not maker.formats or file_format.startswith(maker.formats)
        if suffix in maker.suffixes and fits:
            return maker
    return None


def makers_of(kind: str) -> tuple[Maker, ...]:
    """All makers of one kind."""
    return tuple(maker for maker in MAKERS if maker.kind == kind)
