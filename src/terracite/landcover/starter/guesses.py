# SPDX-License-Identifier: AGPL-3.0-or-later
"""Guesses about a reference file, each with its reason: which column is the class, and what kind of file it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terracite.errors import Problem
from terracite.landcover.recipe import ReferencePart
from terracite.landcover.reference import Features, LabelledSeries, read_features, read_series

#: words of a class column, best first; "" stands for a column that is named otherwise
_CLASS_WORDS = (
    "class", "classe", "landcover", "land_cover", "lulc", "lc", "label", "libelle", "code", "codecg", "occupation",
    "crop", "culture", "code_cultu", "habitat", "type", "category", "categorie", "nature", "usage", "name", "nom",
)  # fmt: skip
_OTHER_WORDS = (
    "area",
    "surface",
    "length",
    "perimeter",
    "date",
    "year",
    "annee",
    "comment",
    "source",
    "geom",
    "lon",
    "lat",
    "x",
    "y",
)
_IDENTIFIERS = ("fid", "id", "gid", "objectid", "uuid", "sample_id", "id_parcel")
_SERIES = {  #: key of [reference] -> words of its column
    "id_column": ("sample_id", "id", "plot_id", "point_id"),
    "date_column": ("date", "index", "time", "day"),
    "x_column": ("longitude", "lon", "x"),
    "y_column": ("latitude", "lat", "y"),
}
_MOST_CLASSES = 100
_SHOWN = 4  #: other columns that a comment names


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be the class."""

    name: str
    values: int  #: different ones
    rank: int  #: in the list of words; greater = less likely
    reason: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What the reference is taken for."""

    part: ReferencePart
    known: Features | LabelledSeries
    column: Column
    others: tuple[Column, ...]
    keys: dict[str, str] = field(default_factory=dict)  #: further keys of [reference]


def guess(path: Path, indices: Sequence[str], problems: list[Problem]) -> Guess | None:
    """What the file is: polygons, points, or labelled series of the ``indices``. Mistakes go to ``problems``."""
    table, layer = _table(path, problems)
    if table is None:
        return None
    keys = _series_keys(table, indices)
    columns = class_column(table, leave=keys.values())
    if not columns:
        named = ", ".join(str(name) for name in table.columns if name != "geometry")
        cure = "Give one with a column of classes: 2 to 100 different values, met several times."
        problems.append(Problem("REFERENCE", f"no column looks like a class among: {named}.", cure))
        return None
    part = ReferencePart(
        file=path.absolute(), kind="series" if keys else "features", layer=layer, class_column=columns[0].name, **keys
    )
    known = _known(part, indices, problems)
    if known is None:
        return None
    extra = ({"kind": "series"} if keys else {}) | keys | ({"layer": layer} if layer else {})
    return Guess(part, known, columns[0], tuple(columns[1 : _SHOWN + 1]), extra)


def class_column(table: Any, leave: Any = ()) -> list[Column]:
    """The columns of a table (a DataFrame) that may be the class, the likeliest first."""
    found = []
    for name in table.columns:
        if name == "geometry" or name in set(leave) or str(name).lower() in _IDENTIFIERS:
            continue
        values = table[name].dropna()
        count = values.nunique()
        if not (2 <= count <= _MOST_CLASSES and count < len(values)) or _is_measure(values):
            continue
        rank, why = _rank(str(name))
        found.append(Column(str(name), count, rank, f"{why}{count} different values in {len(values)} rows"))
    return sorted(found, key=lambda column: (column.rank, column.values))


def _rank(name: str) -> tuple[int, str]:
    """How likely a name is that of the class: the word itself, a word that it holds, or any other name."""
    lowered = name.lower()
    if lowered in _CLASS_WORDS:
        return _CLASS_WORDS.index(lowered), "it is called so, with "
    for place, word in enumerate(_CLASS_WORDS):
        if len(word) > 3 and word in lowered:
            return len(_CLASS_WORDS) + place, f"its name holds '{word}', with "
    unlikely = any(lowered == word or (len(word) > 3 and word in lowered) for word in _OTHER_WORDS)
    return (3 if unlikely else 2) * len(_CLASS_WORDS), ""


def _is_measure(values: Any) -> bool:
    """Whether a column holds fractions or moments, which no class is."""
    if values.dtype.kind == "M":
        return True
    return bool(values.dtype.kind == "f" and (values % 1 != 0).any())


def _series_keys(table: Any, indices: Sequence[str]) -> dict[str, str]:
    """The columns of labelled series, by key of the recipe; none when the table holds no series of the indices."""
    if "geometry" in table.columns or not any(index in table.columns for index in indices):
        return {}
    lowered = {str(name).lower(): str(name) for name in table.columns}
    keys = {key: next((lowered[word] for word in words if word in lowered), "") for key, words in _SERIES.items()}
    return keys if all(keys.values()) else {}


def _known(part: ReferencePart, indices: Sequence[str], problems: list[Problem]) -> Features | LabelledSeries | None:
    if part.kind == "series":
        return read_series(part, indices, "REFERENCE", problems)
    return read_features(part, "REFERENCE", problems)


def _table(path: Path, problems: list[Problem]) -> tuple[Any, str]:
    """The content of the file without reading what its columns mean, and the layer taken of several."""
    import pandas as pd
    import pyarrow.lib
    import pyogrio
    import pyogrio.errors

    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(path), ""
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pd.read_parquet(path), ""
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind]
        if not layers:
            problems.append(Problem("REFERENCE", f"'{path.name}' holds no shapes.", "Give polygons or points."))
            return None, ""
        return pyogrio.read_dataframe(path, layer=layers[0], read_geometry=False), layers[0] if len(layers) > 1 else ""
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        ValueError,
        pyarrow.lib.ArrowInvalid,
    ) as error:
        cure = "Give GeoPackage, GeoJSON, Shapefile, GeoParquet or CSV."
        problems.append(Problem("REFERENCE", f"'{path.name}' cannot be read: {error}.", cure))
        return None, ""
