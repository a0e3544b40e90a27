# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mosaic as GDAL's virtual raster (VRT): a small file that shows many files of one reference system as one image.

Nothing is copied or warped: every cell of a piece is a cell of the mosaic. Paths are relative to the VRT, so that the
folder may be moved, and opened from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import rasterio
from numpy.typing import DTypeLike
from rasterio.crs import CRS
from rasterio.errors import RasterioError

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid
from terracite.raster.write import TILE, rgba

_KINDS = {"uint8": "Byte", "uint16": "UInt16", "int16": "Int16", "float32": "Float32"}  #: as GDAL calls them


@dataclass(frozen=True, slots=True)
class Piece:
    """A COG of `write_cog` that shows as a part of a mosaic."""

    path: str  #: relative to the VRT, with "/"
    at: Block  #: the cells that it fills on the grid of the mosaic, all of its own


def write_vrt(
    path: Path,
    pieces: Iterable[Piece],
    grid: Grid,
    *,
    dtype: DTypeLike,
    nodata: float,
    colours: Mapping[int, str] | None = None,
    descriptions: Sequence[str] = ("",),
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write the mosaic of ``pieces`` on ``grid`` to ``path``, whole or not at all, and return ``path``.

    Where pieces overlap, the first one that holds something owns the cell; cells of none are ``nodata``. ``colours``
    and ``tags`` as in `write_cog`; ``descriptions``: one per band.
    """
    root = Xml.Element("VRTDataset", rasterXSize=str(grid.width), rasterYSize=str(grid.height))
    _text(root, "SRS", CRS.from_user_input(grid.crs).to_wkt())
    a, b, c, d, e, f = grid.transform
    _text(root, "GeoTransform", ", ".join(repr(float(number)) for number in (c, a, b, f, d, e)))
    if tags:
        held = Xml.SubElement(root, "Metadata")
        for key, value in tags.items():
            Xml.SubElement(held, "MDI", key=key).text = value
    kind, listed = _KINDS[np.dtype(dtype).name], tuple(pieces)
    for number, description in enumerate(descriptions, start=1):
        band = Xml.SubElement(root, "VRTRasterBand", dataType=kind, band=str(number))
        _text(band, "Description", description)
        _text(band, "NoDataValue", f"{nodata:g}")
        if colours:
            _colour_table(band, colours, nodata)
        for piece in reversed(listed):  # GDAL paints them in order: the last one is on top
            _source(band, piece, number, kind, nodata)
    Xml.indent(root)
    part = path.with_name(f".{path.name}.partial")
    part.write_bytes(Xml.tostring(root, encoding="utf-8") + b"\n")
    part.replace(path)
    return path


def files_of(path: Path) -> tuple[Path, ...]:
    """The file itself, and, of a VRT, those that it shows. Raises `RasterError` where it cannot be opened."""
    if path.suffix.lower() != ".vrt" or not path.is_file():
        return (path,)
    try:
        with rasterio.open(path) as image:
            return (path, *sorted(Path(name) for name in image.files if Path(name) != path))
    except RasterioError as error:
        raise RasterError(f"'{path.name}' cannot be read: {error}.", hint="Copy or produce it again.") from error


def _source(band: Xml.Element, piece: Piece, number: int, kind: str, nodata: float) -> None:
    source = Xml.SubElement(band, "ComplexSource")  # a simple one would cover what others hold with its nodata
    Xml.SubElement(source, "SourceFilename", relativeToVRT="1").text = piece.path
    _text(source, "SourceBand", str(number))
    height, width = piece.at.shape
    Xml.SubElement(
        source, "SourceProperties", RasterXSize=str(width), RasterYSize=str(height), DataType=kind,
        BlockXSize=str(TILE), BlockYSize=str(TILE),
    )  # fmt: skip
    for name, row, col in (("SrcRect", 0, 0), ("DstRect", piece.at.row, piece.at.col)):
        Xml.SubElement(source, name, xOff=str(col), yOff=str(row), xSize=str(width), ySize=str(height))
    _text(source, "NODATA", f"{nodata:g}")


def _colour_table(band: Xml.Element, colours: Mapping[int, str], nodata: float) -> None:
    _text(band, "ColorInterp", "Palette")
    table = Xml.SubElement(band, "ColorTable")
    for value in range(256):
        numbers = rgba(colours[value]) if value in colours else (0, 0, 0, 0 if value == nodata else 255)
        Xml.SubElement(table, "Entry", {f"c{place}": str(part) for place, part in enumerate(numbers, start=1)})


def _text(parent: Xml.Element, name: str, content: str) -> None:
    Xml.SubElement(parent, name).text = content
