# SPDX-License-Identifier: AGPL-3.0-or-later
"""The layers of sen2val as Shapefiles, field for field, with right counts and dates.

One polygon per tile, the cell of the Sentinel-2 grid, in WGS 84. All fields are text, dates dd/mm/yyyy, ``0`` where
there is none. A field is as wide as sen2val's, or as its longest text where that is longer (as ``md_link`` always was):
a DOI does not fit into 10 characters. A ``.cpg`` says that texts are UTF-8.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import shapefile
import shapely

from terracite.errors import ArchiveError
from terracite.raster.series import Series
from terracite.timeseries.archive import Scan
from terracite.timeseries.outlines import check_has_images, tile_outlines
from terracite.timeseries.tiles import is_land, tile_outline

Row = dict[str, str]
Pair = tuple[str, str]  #: tile, index

NONE = "0"  #: no image, no date
INDICES = ("NDVI", "NDWIGAO", "MNDWI")  #: the layers of tiles have fields for these alone

_TILE = {"Name": 254, "land": 5}
_TOTAL = (
    "Pays Zones NDVI MD_NDVI DOI_NDVI NDVI_F NDVI_L NDWIGAO MD_NDWIGAO DOI_NDWIGA NDWIGAO_F NDWIGAO_L "
    "MNDWI MD_MNDWI DOI_MNDWI MNDWI_F MNDWI_L"
)
_ONE_TILE = "NDVI NDVI_F NDVI_L NDWIGAO NDWIGAO_F NDWIGAO_L MNDWI MD_MNDWI DOI_MNDWI MNDWI_F MNDWI_L"

#: kind of layer -> its fields in order, and how many characters each has at least
LAYERS: dict[str, dict[str, int]] = {
    "total": _TILE | dict.fromkeys(_TOTAL.split(), 10),
    "index": _TILE | {"Indice": 15, "F_record": 15, "L_record": 15, "md_link": 10, "DOI": 15},
    "tile": _TILE | dict.fromkeys(_ONE_TILE.split(), 10),
}
_WIDEST = 254  #: characters of a text field of dBASE
_SUFFIXES = (".cpg", ".prj", ".dbf", ".shx", ".shp")
_PRJ = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the layers say of the archive."""

    series: Mapping[Pair, Series]
    outlines: Mapping[str, shapely.Geometry]  #: by tile, longitude latitude
    catalogue_url: str
    dois: Mapping[str, str]
    last: dt.datetime

    def link(self, identifier: str) -> str:
        return f"{self.catalogue_url.rstrip('/')}/{identifier}" if self.catalogue_url else ""


def record_id(tile: str, index: str) -> str:
    """The identifier of the record of a tile and index, as sen2val gives it.

    >>> record_id("40KCB", "NDVI")
    'data_40KCB_NDVI_SEN2CHAIN'
    """
    return f"data_{tile}_{index}_SEN2CHAIN"


def collection_id(index: str) -> str:
    """The identifier of the record of an index over all tiles, as sen2val gives it: "S2_NDVI"."""
    return f"S2_{index}"


def write_sen2val_layers(
    scan: Scan,
    folder: Path,
    *,
    catalogue_url: str = "",
    dois: Mapping[str, str] = {},
    tiles: Iterable[str] = (),
) -> tuple[Path, ...]:
    """``niv1_tuiles_total``; ``niv1_indice_<index>`` and ``niv2_indices_<index>`` per index; ``<TILE>`` per tile.

    ``catalogue_url``: what goes before a record's identifier in links, such as
    ``https://HOST/geonetwork/srv/eng/catalog.search#/metadata/``; ``dois``: by record identifier (`record_id`,
    `collection_id`); ``tiles``: tiles to list even when they have no image. The layers of level 1 have every tile,
    those of level 2 only tiles with images. Returns the ``.shp`` files; each layer appears when it is whole.

    Raises `ArchiveError` when there is no image, when ``tiles`` has a name that is no tile, or a text is too long.
    """
    check_has_images(scan)
    series = {(one.tile, one.index): one for one in scan.series}
    last = max(one.end for one in scan.series)
    facts = _Facts(series, _outlines(scan, tiles), catalogue_url, dois, last)
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_write(folder / f"{name}.shp", LAYERS[kind], rows, facts) for name, kind, rows in _layers(facts))


def _layers(facts: _Facts) -> Iterator[tuple[str, str, list[Row]]]:
    """Name, kind and rows of each layer."""
    tiles, indices = sorted(facts.outlines), sorted({index for _, index in facts.series})
    totals = [_tile_row(tile, facts) for tile in tiles]
    yield "niv1_tuiles_total", "total", totals
    for index in indices:
        yield f"niv1_indice_{index.lower()}", "index", [_index_row(tile, index, facts) for tile in tiles]
        there = [tile for tile in tiles if (tile, index) in facts.series]
        yield f"niv2_indices_{index.lower()}", "index", [_index_row(tile, index, facts) for tile in there]
    for row in totals:
        yield re.sub(r"[^\w.-]", "_", row["Name"]), "tile", [row]


def _tile_row(tile: str, facts: _Facts) -> Row:
    row = _name(tile) | {"Pays": "", "Zones": ""}
    for index in INDICES:
        one = facts.series.get((tile, index))
        row |= {
            index: str(len(one.images)) if one else NONE,
            f"MD_{index}": facts.link(collection_id(index)) if one else "",
            f"DOI_{index}"[:10]: facts.dois.get(collection_id(index), "") if one else "",
            f"{index}_F": _day(one.start) if one else NONE,
            f"{index}_L": _day(one.end) if one else NONE,
        }
    return row


def _index_row(tile: str, index: str, facts: _Facts) -> Row:
    one, identifier = facts.series.get((tile, index)), record_id(tile, index)
    return _name(tile) | {
        "Indice": index.lower(),
        "F_record": _day(one.start) if one else NONE,
        "L_record": _day(one.end) if one else NONE,
        "md_link": facts.link(identifier) if one else "",
        "DOI": facts.dois.get(identifier, ""),
    }


def _name(tile: str) -> Row:
    land = is_land(tile)
    return {"Name": tile, "land": "" if land is None else str(land)}


def _day(moment: dt.datetime) -> str:
    return f"{moment:%d/%m/%Y}"


def _outlines(scan: Scan, tiles: Iterable[str]) -> dict[str, shapely.Geometry]:
    """The cell of each tile that has images or is asked for."""
    found: dict[str, shapely.Geometry] = dict(tile_outlines(scan))
    for tile in set(tiles) - set(found):
        outline = tile_outline(tile)
        if outline is None:
            raise ArchiveError(f"'{tile}' is not a Sentinel-2 tile.", hint="Give names such as 40KCB, without the T.")
        found[tile] = outline
    return found


def _write(path: Path, fields: Mapping[str, int], rows: list[Row], facts: _Facts) -> Path:
    """All files of one layer, under another name first; the ``.shp`` takes its own last."""
    widths = {name: max(width, *(len(row[name].encode()) for row in rows)) for name, width in fields.items()}
    for name in (name for name, width in widths.items() if width > _WIDEST):
        raise ArchiveError(
            f"A text of the field '{name}' of '{path.name}' is longer than {_WIDEST} characters.",
            hint="Shorten the address of the catalogue.",
        )
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=path.parent) as staging:
        part = Path(staging) / path.name
        with closing(shapefile.Writer(str(part), shapeType=shapefile.POLYGON, encoding="utf-8")) as writer:
            for name, width in widths.items():
                writer.field(name, "C", size=width)
            for row in rows:
                writer.poly(_rings(facts.outlines[row["Name"]]))
                writer.record(*(row[name] for name in widths))
        _date(part.with_suffix(".dbf"), facts.last)
        part.with_suffix(".prj").write_text(_PRJ, encoding="ascii")
        part.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
        for suffix in _SUFFIXES:
            part.with_suffix(suffix).replace(path.with_suffix(suffix))
    return path


def _rings(outline: shapely.Geometry) -> list[list[tuple[float, float]]]:
    """The outer ring of each part, clockwise as Shapefiles want them."""
    parts = [shapely.geometry.polygon.orient(part, -1.0) for part in shapely.get_parts(outline)]
    return [[(x, y) for x, y, *_ in part.exterior.coords] for part in parts]


def _date(table: Path, day: dt.datetime) -> None:
    """The date inside the table is that of the last image, so that the same archive gives the same file."""
    with table.open("r+b") as file:
        file.seek(1)
        file.write(bytes([day.year - 1900, day.month, day.day]))
