# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what is known on the ground: polygons, points, labelled series, and the probability sample.

Every reader adds what is wrong to ``problems`` and returns None when nothing can be done with the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, Severity
from terracite.landcover import sample_checks
from terracite.landcover.recipe import ReferencePart, SamplePart, nearest
from terracite.raster import vrt

if TYPE_CHECKING:
    import pandas as pd

_TABLES = frozenset({".csv", ".parquet", ".pq"})
_GEOPARQUET = frozenset({".parquet", ".pq", ".geoparquet"})
_KINDS = {"polygons": {"Polygon", "MultiPolygon"}, "points": {"Point", "MultiPoint"}}
_POINT_COLUMNS = (("longitude", "latitude"), ("lon", "lat"))
CSV_CURE = "Save it as CSV in UTF-8, with commas between columns and points in decimals."


@dataclass(frozen=True, slots=True)
class Features:
    """Polygons or points with a class; ``frame`` is a GeoDataFrame."""

    frame: Any
    classes: tuple[object, ...]  #: class of each feature, as written
    groups: NDArray[np.int64]  #: features of one group are never split between training and test
    kind: str  #: "polygons" or "points"
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  #: of each in the file, from 1

    def __post_init__(self) -> None:
        if self.rows.size != len(self.classes):
            object.__setattr__(self, "rows", np.arange(1, len(self.classes) + 1))


@dataclass(frozen=True, slots=True)
class LabelledSeries:
    """Series with a class, as measured at points: to train without reading an image."""

    classes: tuple[object, ...]  #: (samples,)
    days: NDArray[np.float64]  #: (time,) ordinals of dates, in order
    values: dict[str, NDArray[np.float32]]  #: index -> (time, samples), NaN = missing
    lonlat: NDArray[np.float64]  #: (samples, 2) degrees
    ids: tuple[str, ...] = ()  #: what the file calls each


@dataclass(frozen=True, slots=True)
class PointSample:
    """A probability sample of points with their interpreted class."""

    frame: Any
    classes: tuple[object, ...]
    strata: tuple[str, ...]  #: stratum of each point; "all" throughout where there are none
    areas_ha: dict[str, float] | None  #: area of each stratum; None = to be taken from the map
    clusters: tuple[str, ...] | None = None  #: what each point was drawn with; None = drawn one by one
    inclusion: NDArray[np.float64] | None = None  #: chance of each point, up to a factor; None = the same in a stratum


def read_features(part: ReferencePart, where: str, problems: list[Problem], *, least: int = 2) -> Features | None:
    """Polygons or points of any file that pyogrio reads, or points of a CSV with longitude and latitude.

    Fewer than ``least`` of them are a mistake.
    """
    frame = _open(part.file, part.layer, where, problems)
    if frame is None:
        return None
    columns = [name for name in (part.class_column, part.group_column) if name]
    if not _has_columns(frame, columns, where, part.file, problems):
        return None
    kinds = set(frame.geometry.geom_type.dropna())
    kind = next((name for name, own in _KINDS.items() if kinds and kinds <= own), "")
    if not kind:
        what = f"'{part.file.name}' holds {', '.join(sorted(kinds)) or 'no shape'}."
        problems.append(Problem(f"{where}.file", what, "Use polygons only, or points only."))
        return None
    frame = _complete(frame, part, where, problems)
    if len(frame) < least:
        what = f"'{part.file.name}' has {len(frame)} feature with a class."
        problems.append(Problem(f"{where}.file", what, "At least two are needed, better fifty."))
        return None
    if found := _no_classes(frame[part.class_column]):
        what = f"'{part.class_column}' of '{part.file.name}' holds {found}, which are no classes."
        problems.append(
            Problem(f"{where}.{'column' if where == 'strata' else 'class_column'}", what, "Name another column.")
        )
        return None
    rows = frame.index.to_numpy(np.int64) + 1
    frame = frame.reset_index(drop=True)
    keys = frame[part.group_column] if part.group_column else np.arange(len(frame))
    groups = np.unique(np.asarray(keys).astype(str), return_inverse=True)[1] if part.group_column else keys
    return Features(frame, tuple(frame[part.class_column]), np.asarray(groups, np.int64), kind, rows)


def _no_classes(values: Any) -> str:
    """What a column holds that cannot be classes, with the first of them; "" where it may be."""
    if values.dtype.kind in "Mm" or all(isinstance(value, dt.date) for value in values):
        return f"dates ({values.iloc[0]:%Y-%m-%d})" if values.dtype.kind != "m" else "durations"
    if values.dtype.kind == "f" and (values % 1 != 0).any():
        return f"numbers with decimals ({values[values % 1 != 0].iloc[0]:g})"
    return ""


def _complete(frame: Any, part: ReferencePart, where: str, problems: list[Problem]) -> Any:
    """The features that have a class and a shape; how many others there are is a warning."""
    frame = frame.reset_index(drop=True)
    classed = frame[part.class_column].notna() & (frame[part.class_column].astype(str).str.strip() != "")
    shaped = frame.geometry.notna() & ~frame.geometry.is_empty
    for kept, lack, cure in ((classed, "class", "Give them one"), (shaped | ~classed, "shape", "Draw them")):
        if missing := int((~kept).sum()):
            first = int(np.flatnonzero(~kept)[0]) + 1
            what = f"{missing} of {len(frame)} features of '{part.file.name}' have no {lack}, first number {first}."
            problems.append(Problem(f"{where}.file", what, f"{cure}; they are left out.", Severity.WARNING))
    return frame[classed & shaped]


def files_of(path: Path) -> tuple[Path, ...]:
    """Every file that a reference is made of: those beside a Shapefile, in a geodatabase, behind a VRT."""
    if path.is_dir():
        return tuple(sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".lock"))
    if path.suffix.lower() == ".shp":
        names = {suffix: path.with_suffix(suffix) for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg")}
        upper = {suffix: path.with_suffix(suffix.upper()) for suffix in names}
        return tuple(file for key in names for file in (names[key], upper[key]) if file.is_file())
    return vrt.files_of(path)


def read_series(
    part: ReferencePart, indices: Sequence[str], where: str, problems: list[Problem]
) -> LabelledSeries | None:
    """A table with one row per sample and date, and one column per index in physical values."""
    table = _table(part.file, f"{where}.file", problems)
    if table is None:
        return None
    columns = [part.id_column, part.class_column, part.date_column, part.x_column, part.y_column, *indices]
    if not _has_columns(table, columns, where, part.file, problems):
        return None
    numbers = _are_numbers(table, indices, f"{where}.file", part.file, problems, gaps=True)
    if not _are_numbers(table, [part.x_column, part.y_column], f"{where}.file", part.file, problems) or not numbers:
        return None
    import pandas as pd

    dates = pd.to_datetime(table[part.date_column], errors="coerce")
    if dates.isna().any():
        row = int(np.flatnonzero(dates.isna())[0])
        what = f"'{part.file.name}', row {row + 1}: {table[part.date_column].iloc[row]!r} is not a date."
        problems.append(Problem(f"{where}.date_column", what, "Write dates as 2023-07-31."))
        return None
    table = table.assign(_day=dates.map(lambda date: date.toordinal()))
    first = table.groupby(part.id_column, sort=True).first()
    values = {
        index: table.pivot_table(index="_day", columns=part.id_column, values=index, dropna=False).sort_index()
        for index in indices
    }
    return LabelledSeries(
        classes=tuple(first[part.class_column]),
        days=np.unique(table["_day"].to_numpy(np.float64)),
        values={index: frame.to_numpy(np.float32) for index, frame in values.items()},
        lonlat=first[[part.x_column, part.y_column]].to_numpy(np.float64),
        ids=tuple(str(name) for name in first.index),
    )


def read_sample(part: SamplePart, where: str, problems: list[Problem]) -> PointSample | None:
    """The points of a probability sample, the stratum of each, and the areas of the strata where they are given."""
    frame = _open(part.file, part.layer, where, problems)
    clustered = part.design in ("cluster", "two-stage")
    stratified = part.design == "strata" or (clustered and part.strata_file is not None)
    wanted = [part.class_column, *[part.stratum_column] * stratified, *[part.cluster_column] * clustered]
    wanted += [part.inclusion_column] * (part.design == "two-stage")
    if frame is None or not _has_columns(frame, wanted, where, part.file, problems):
        return None
    frame = frame.reset_index(drop=True)
    before = len(problems)
    problems += sample_checks.of_points(frame, part, where)
    if any(one.severity is Severity.ERROR for one in problems[before:]):
        return None
    chances = clustered and part.inclusion_column in frame.columns
    if chances and not _are_numbers(frame, [part.inclusion_column], f"{where}.file", part.file, problems):
        return None
    strata = tuple(_word(value) for value in frame[part.stratum_column]) if stratified else ("all",) * len(frame)
    areas = _strata_areas(part, sorted(set(strata)), where, problems) if stratified else None
    if stratified and areas is None:
        return None
    return PointSample(
        frame,
        tuple(frame[part.class_column]),
        strata,
        areas,
        tuple(_word(value) for value in frame[part.cluster_column]) if clustered else None,
        frame[part.inclusion_column].to_numpy(np.float64) if chances else None,
    )


def _strata_areas(
    part: SamplePart, used: Sequence[str], where: str, problems: list[Problem]
) -> dict[str, float] | None:
    if part.strata_file is None:
        cure = 'Add strata_file = "strata.csv" (columns stratum, area_ha), or design = "map" or "random".'
        problems.append(Problem(f"{where}.strata_file", "is missing: the strata need their areas.", cure))
        return None
    table = _table(part.strata_file, f"{where}.strata_file", problems)
    if table is None or not _has_columns(table, ["stratum", "area_ha"], where, part.strata_file, problems):
        return None
    if not _are_numbers(table, ["area_ha"], f"{where}.strata_file", part.strata_file, problems):
        return None
    listed = [(_word(name), float(area)) for name, area in zip(table["stratum"], table["area_ha"], strict=True)]
    before = len(problems)
    problems += sample_checks.of_strata(listed, used, part.strata_file, where)
    return dict(listed) if len(problems) == before else None


def _open(path: Path, layer: str, where: str, problems: list[Problem]) -> Any:
    """A GeoDataFrame, or None."""
    if not path.exists():
        problems.append(Problem(f"{where}.file", f"there is no file '{path}'.", "Check the path."))
        return None
    if path.suffix.lower() == ".csv":
        return _points_of_table(path, where, problems)
    import geopandas
    import pyogrio.errors

    try:
        parquet = path.suffix.lower() in _GEOPARQUET
        layers = [""] if parquet else [str(name) for name, _ in pyogrio.list_layers(path)]
        if layer and layer not in layers:
            problems.append(Problem(f"{where}.layer", f"there is no layer '{layer}'.", nearest(layer, layers)))
            return None
        frame = geopandas.read_parquet(path) if parquet else geopandas.read_file(path, layer=layer or layers[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, IndexError) as error:
        reason = str(error).split("; It might help")[0].rstrip(".")  # of drivers of GDAL, for who writes programs
        what = f"'{path.name}' cannot be read: {reason}."
        problems.append(Problem(f"{where}.file", what, "Give GeoPackage, GeoJSON, Shapefile, GeoParquet or CSV."))
        return None
    if not isinstance(frame, geopandas.GeoDataFrame):
        problems.append(Problem(f"{where}.file", f"'{path.name}' holds no shapes.", "Give polygons or points."))
        return None
    if frame.crs is None:
        problems.append(Problem(f"{where}.file", f"'{path.name}' has no reference system.", "Assign one in QGIS."))
        return None
    return frame


def _points_of_table(path: Path, where: str, problems: list[Problem]) -> Any:
    import geopandas

    table = _table(path, f"{where}.file", problems)
    if table is None:
        return None
    for x, y in _POINT_COLUMNS:
        if {x, y} <= set(table.columns):
            if not _are_numbers(table, [x, y], f"{where}.file", path, problems):
                return None
            return geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table[x], table[y]), crs="EPSG:4326")
    what = f"'{path.name}' has no columns 'longitude' and 'latitude' (degrees); it has: {', '.join(table.columns)}."
    problems.append(Problem(f"{where}.file", what, "Add them, or give a GeoPackage."))
    return None


def _table(path: Path, where: str, problems: list[Problem]) -> pd.DataFrame | None:
    import pandas as pd

    if not path.is_file():
        problems.append(Problem(where, f"there is no file '{path}'.", "Check the path."))
        return None
    if path.suffix.lower() not in _TABLES:
        problems.append(Problem(where, f"'{path.name}' is not a table.", "Give a CSV or Parquet file."))
        return None
    try:
        table = pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    except UnicodeDecodeError:
        problems.append(Problem(where, f"'{path.name}' is not written in UTF-8.", CSV_CURE))
        return None
    except (ValueError, OSError) as error:
        problems.append(Problem(where, f"'{path.name}' cannot be read: {error}.", "Check the file."))
        return None
    if len(table.columns) == 1 and ";" in str(table.columns[0]):
        problems.append(Problem(where, f"'{path.name}' has semicolons between its columns.", CSV_CURE))
        return None
    return table


def _has_columns(table: Any, wanted: Sequence[str], where: str, path: Path, problems: list[Problem]) -> bool:
    """Whether every column is there; each missing one is a problem with the nearest name."""
    columns = [str(name) for name in table.columns if name != "geometry"]
    missing = [name for name in wanted if name not in columns]
    what = "'{}' has no column '{}'."
    problems += [Problem(where, what.format(path.name, name), nearest(name, columns)) for name in missing]
    return not missing


def _are_numbers(
    table: pd.DataFrame, columns: Sequence[str], where: str, path: Path, problems: list[Problem], *, gaps: bool = False
) -> bool:
    """Whether the columns hold finite numbers only; the first other cell is a problem. ``gaps``: may be empty."""
    import pandas as pd

    before = len(problems)
    for name in columns:
        numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64, na_value=np.nan)
        bad = np.flatnonzero(~np.isfinite(numbers) & ~(table[name].isna().to_numpy() & gaps))
        if bad.size:
            what = f"'{path.name}', row {bad[0] + 1}: {name} is '{table[name].iloc[bad[0]]}', which is not a number."
            problems.append(Problem(where, what, "Correct it; write decimals with a point."))
    return len(problems) == before


def _word(value: object) -> str:
    return str(value).strip().removesuffix(".0")


def unknown_classes(
    classes: Sequence[object], known: Mapping[str, int], spell: Any, where: str, path: Path
) -> list[Problem]:
    """One problem per class that the nomenclature does not know."""
    strange = sorted({str(value) for value in classes if spell(value) not in known})
    return [
        Problem(
            where,
            f"'{path.name}' has a class '{value}' that is not in the nomenclature.",
            nearest(value, known),
        )
        for value in strange
    ]
