# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of areas as files: CSV (long and wide), Parquet, OpenDocument, SVG, GeoPackage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from terracite.landcover.area_tables import chart, spreadsheet
from terracite.landcover.area_tables.table import METHODS, SHOWN, AreaTable, Place
from terracite.landcover.area_tables.text import remarks, say
from terracite.landcover.products.files import Item, item, write_csv
from terracite.landcover.zonal import Units
from terracite.record.model import FileRole, Language

LONG, WIDE, PARQUET = "areas_by_unit.csv", "areas_wide.csv", "areas_by_unit.parquet"
SHAPES = "areas_by_unit.gpkg"
_THEN = "2000-01-01T00:00:00Z"  #: the same figures give the same bytes
_DIGITS = 4
_COLUMNS = ("place", "unit", "code", "fr", "en", "mapped", "adjusted", "low", "high", "method", "points", "missing")
Value = str | int | float | None


def write_files(folder: Path, table: AreaTable) -> Iterator[Item]:
    """Write every file into ``folder``; where there are units, their shapes with the figures as attributes too."""
    rows = list(_long(table))
    write_csv(folder / LONG, [_heads(table), *rows])
    fr = "Surfaces par unité et par classe : comptées sur la carte, et estimées avec leur intervalle à 95 %."
    en = "Areas per unit and class: counted on the map, and adjusted with their 95 % interval."
    yield item(LONG, FileRole.DATA, "text/csv", "CSV", fr, en)
    heads, wide = _wide(table)
    write_csv(folder / WIDE, [heads, *wide])
    fr, en = "Les mêmes, une ligne par unité.", "The same, one row a unit."
    yield item(WIDE, FileRole.DATA, "text/csv", "CSV", fr, en)
    _parquet(folder / PARQUET, _heads(table), rows)
    fr, en = "Les mêmes, une ligne par unité et par classe.", "The same, one row per unit and class."
    yield item(PARQUET, FileRole.DATA, "application/vnd.apache.parquet", "Parquet", fr, en)
    languages: tuple[tuple[Language, str], ...] = (("en", ""), ("fr", ".fr"))
    for language, suffix in languages:
        name = f"areas{suffix}.ods"
        spreadsheet.write(folder / name, _sheets(table, language))
        fr, en = f"Classeur des surfaces ({language}).", f"Spreadsheet of the areas ({language})."
        yield item(name, FileRole.DATA, "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument", fr, en)
        name = f"areas{suffix}.svg"
        (folder / name).write_text(chart.svg(table, language), encoding="utf-8")
        fr, en = f"Graphique des surfaces ({language}).", f"Chart of the areas ({language})."
        yield item(name, FileRole.DOCUMENTATION, "image/svg+xml", "SVG", fr, en)
    if table.drawn is not None and len(table.drawn):
        _shapes(folder / SHAPES, heads, wide[1:], table.drawn)
        fr, en = "Les unités, avec leurs surfaces comme attributs.", "The units, with their areas as attributes."
        yield item(SHAPES, FileRole.DATA, "application/geopackage+sqlite3", "GeoPackage", fr, en)


def _heads(table: AreaTable) -> list[str]:
    figures = {"mapped", "adjusted", "low", "high"}
    return [f"{name}_{table.unit}" if name in figures else name for name in _COLUMNS]


def _long(table: AreaTable) -> Iterator[list[Value]]:
    for place, position, one in table.rows():
        value, low, high = table.interval(place, position)
        yield [
            "unit" if place.name else "map", place.name, one.code, one.label.fr, one.label.en,
            _rounded(table.in_unit(place.mapped_ha[position])), _rounded(value), _rounded(low), _rounded(high),
            place.method, *_points(place),
        ]  # fmt: skip


def _wide(table: AreaTable) -> tuple[list[str], list[list[Value]]]:
    """One row for the map, then one a unit."""
    unit = table.unit
    heads = ["unit", f"area_{unit}", f"not_mapped_{unit}", "share_on_map", "method", "points", "missing"]
    for one in table.classes:
        own = [f"mapped_{unit}_{one.code}"]
        own += [f"{name}_{unit}_{one.code}" for name in ("adjusted", "low", "high")] if table.sampled else []
        heads += own
    rows = []
    for place in table.places:
        row: list[Value] = [place.name, _rounded(table.in_unit(place.area_ha))]
        row += [_rounded(table.in_unit(place.unmapped_ha)), _rounded(place.share_on_map), place.method, *_points(place)]
        for position in range(len(table.classes)):
            row.append(_rounded(table.in_unit(place.mapped_ha[position])))
            row += [_rounded(part) for part in table.interval(place, position)] if table.sampled else []
        rows.append(row)
    return heads, rows


def _points(place: Place) -> list[Value]:
    """Points and missing ones; nothing where there is no sample, or none that can be used at all."""
    known = place.estimate if place.estimate and (place.estimate.points or place.estimate.missing) else None
    return [known.points, known.missing] if known else [None, None]


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), _DIGITS)


def _parquet(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    import pyarrow
    import pyarrow.parquet

    kinds = {"code": pyarrow.int16(), "points": pyarrow.int64(), "missing": pyarrow.int64()}
    words = {"place", "unit", "fr", "en", "method"}
    columns = zip(*rows, strict=True)
    arrays = [
        pyarrow.array(column, kinds.get(name, pyarrow.string() if name in words else pyarrow.float64()))
        for name, column in zip(heads, columns, strict=True)
    ]
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=list(heads)), path, compression="zstd")


def _sheets(table: AreaTable, language: Language) -> dict[str, list[list[Value]]]:
    """The sheets of the spreadsheet: areas with headings that people read, and how to read them."""
    fr, shown = language == "fr", SHOWN[table.unit]
    heads: list[Value] = (
        ["Unité", "Code", "Classe", f"Sur la carte ({shown})", f"Estimé ({shown})", f"De ({shown})", f"À ({shown})",
         "Méthode", "Points", "Points manquants"]
        if fr
        else ["Unit", "Code", "Class", f"Mapped ({shown})", f"Adjusted ({shown})", f"From ({shown})", f"To ({shown})",
              "Method", "Points", "Points missing"]
    )  # fmt: skip
    rows = [heads]
    for place, position, one in table.rows():
        figures = [_rounded(part) for part in table.interval(place, position)]
        mapped = _rounded(table.in_unit(place.mapped_ha[position]))
        name, method = place.name or say("whole", language), METHODS[place.method].best(language)
        rows.append([name, one.code, one.label.best(language), mapped, *figures, method, *_points(place)])
    notes: list[list[Value]] = [["À lire" if fr else "Read this"]]
    notes += [[line] for line in remarks(table, language)]
    reasons = {place.estimate.reason.best(language): None for place in table.places if place.estimate}
    notes += [[reason] for reason in reasons if reason]
    return {("Surfaces" if fr else "Areas"): rows, ("Notes"): notes}


def _shapes(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Value]], units: Units) -> None:
    import pyogrio
    import shapely

    words = {"unit", "method"}
    columns = [
        np.array(column, dtype=object)
        if name in words
        else np.array([np.nan if one is None else one for one in column], float)
        for name, column in zip(heads, zip(*rows, strict=True), strict=True)
    ]
    kinds = "MultiPolygon"
    shapes = [shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in units.drawn]
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _THEN})
    try:
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes, dtype=object)), columns, list(heads),
            geometry_type=kinds, crs=units.crs, driver="GPKG", layer="areas",
        )  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
