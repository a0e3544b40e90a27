# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file of a crate, and what the texts in it have to beware of."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from terracite.record.model import FileRole, Text

THUMBNAIL, REPORT, README = "thumbnail.png", "report.html", "README.md"


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the crate."""

    path: str
    role: FileRole
    media_type: str
    format: str
    description: Text
    group: str = ""  #: "landcover/*.tif": files that a list may name together


def item(path: str, role: FileRole, media_type: str, kind: str, fr: str, en: str) -> Item:
    """A file with its description in both languages."""
    return Item(path, role, media_type, kind, Text(fr=fr, en=en))


def cog(path: str, label: Text, group: str = "") -> Item:
    """A raster, or a part of one."""
    media_type = "image/tiff; application=geotiff; profile=cloud-optimized"
    return Item(path, FileRole.DATA, media_type, "Cloud-optimised GeoTIFF", label, group)


def mosaic(path: str, label: Text) -> Item:
    """A raster whose cells are in parts."""
    return Item(path, FileRole.DATA, "application/x-gdal-vrt+xml", "GDAL virtual raster (VRT)", label)


def standing(folder: Path, name: str) -> Path:
    """The file that stands for a raster of a crate: ``NAME.tif``, or ``NAME.vrt`` where it is written in parts."""
    virtual = folder / f"{name}.vrt"
    return virtual if virtual.is_file() else folder / f"{name}.tif"


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a table, its head first; no text in it is taken for a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def rounded(value: float, digits: int) -> object:
    """A number for a table; "" where there is none."""
    return round(float(value), digits) if np.isfinite(value) else ""
