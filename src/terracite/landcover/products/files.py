# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file of a crate, and what the texts in it have to beware of."""

from __future__ import annotations

from dataclasses import dataclass

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


def item(path: str, role: FileRole, media_type: str, kind: str, fr: str, en: str) -> Item:
    """A file with its description in both languages."""
    return Item(path, role, media_type, kind, Text(fr=fr, en=en))


def cog(path: str, label: Text) -> Item:
    """A raster."""
    media_type = "image/tiff; application=geotiff; profile=cloud-optimized"
    return Item(path, FileRole.DATA, media_type, "Cloud-optimised GeoTIFF", label)


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def rounded(value: float, digits: int) -> object:
    """A number for a table; "" where there is none."""
    return round(float(value), digits) if np.isfinite(value) else ""
