# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suspects as a table and as shapes, to look at in a spreadsheet and on a map."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from terracite.landcover.reference import Features, LabelledSeries
from terracite.landcover.samples.suspects import Suspect, Suspicions

if TYPE_CHECKING:
    from terracite.landcover.checks import Prepared

TABLE, SHAPES = "suspects.csv", "suspects.gpkg"
COLUMNS = (
    "feature", "group", "given_code", "given", "likely_code", "likely", "sure", "neighbours", "samples", "left_out",
)  # fmt: skip
_THEN = "2000-01-01T00:00:00.000Z"  #: written as the time of change, so that the same suspects give the same bytes


def write(folder: Path, prepared: Prepared, found: Suspicions) -> None:
    """``suspects.csv`` and ``suspects.gpkg`` in ``folder``; neither where there is no suspect."""
    for name in (TABLE, SHAPES):
        (folder / name).unlink(missing_ok=True)
    if not found.suspects:
        return
    rows = [_row(prepared, suspect, suspect in found.left_out) for suspect in found.suspects]
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    _write_shapes(folder / SHAPES, prepared, found, rows)


def _row(prepared: Prepared, suspect: Suspect, left_out: bool) -> dict[str, Any]:
    given, likely = (prepared.nomenclature.classes[position] for position in (suspect.given, suspect.likely))
    feature, group = _names(prepared, suspect)
    return {
        "feature": feature,
        "group": _safe(group),
        "given_code": given.code,
        "given": _safe(given.label.best("en")),
        "likely_code": likely.code,
        "likely": _safe(likely.label.best("en")),
        "sure": round(suspect.sure, 3),
        "neighbours": round(suspect.neighbours, 3),
        "samples": suspect.samples,
        "left_out": int(left_out),
    }


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _names(prepared: Prepared, suspect: Suspect) -> tuple[int, str]:
    """The number in the file of the first feature of a suspect, and what its group is called."""
    known = prepared.known
    if isinstance(known, LabelledSeries):
        return suspect.group + 1, known.ids[suspect.group]
    own = _members(prepared, known, suspect)
    column = prepared.recipe.reference.group_column
    return int(known.rows[own[0]]), str(known.frame[column].iloc[own[0]]) if column else ""


def _members(prepared: Prepared, known: Features, suspect: Suspect) -> Any:
    return np.flatnonzero((known.groups == suspect.group) & (prepared.labels == suspect.given))


def _write_shapes(path: Path, prepared: Prepared, found: Suspicions, rows: list[dict[str, Any]]) -> None:
    import geopandas
    import pyogrio

    crs = "OGC:CRS84" if isinstance(prepared.known, LabelledSeries) else prepared.known.frame.crs
    frame = geopandas.GeoDataFrame(rows, geometry=list(_shapes(prepared, found)), crs=crs)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _THEN})
    try:
        pyogrio.write_dataframe(frame, path, driver="GPKG", layer="suspects")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _shapes(prepared: Prepared, found: Suspicions) -> Iterator[Any]:
    from shapely.geometry import Point

    known = prepared.known
    for suspect in found.suspects:
        if isinstance(known, LabelledSeries):
            yield Point(known.lonlat[suspect.group])
        else:
            own = known.frame.geometry.iloc[_members(prepared, known, suspect)]
            yield own.iloc[0] if len(own) == 1 else own.union_all()
