# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from tables: CSV and Parquet. Runs in the child process of `inspect`."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any

from terracite.errors import InspectionError
from terracite.raster.grid import crs_label, crs_of
from terracite.raster.inspect import Facts, Point, VariableFact
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting.placing import hull_of

_SNIFF_BYTES = 64 * 1024
_MOST_COLUMNS = 2000
_FIRST_ROWS = 100  #: that tell words from numbers
_DELIMITERS = ",;\t|"
_LONGITUDES = frozenset({"lon", "long", "longitude", "decimallongitude", "x_wgs84", "lng"})
_LATITUDES = frozenset({"lat", "latitude", "decimallatitude", "y_wgs84"})
_TIMES = re.compile(r"(^|_)(date|time|datetime|timestamp|eventdate)($|_)")
_BOOKKEEPING = re.compile(r"modif|updat|creat|version|upload|interpret|import|export|birth|insert|identif|saisie|maj")
_FORMULA = re.compile(r"[=@]|[+-](?![\d.,]|$|\s|inf|nan)", re.IGNORECASE)
_MOST_POINTS = 50_000  #: a hull is drawn around fewer
_UNIT = re.compile(r"^(?P<name>.*\S)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*$")


def facts(path: Path, kind: Kind) -> Facts:
    """What a table holds."""
    return _parquet(path, kind) if kind.name == "parquet" else _csv(path, kind)


@dataclass(slots=True)
class _Seen:
    """What the rows of a table show as they pass."""

    rows: int = 0
    uneven: int = 0
    placed: int = 0
    misplaced: int = 0  #: rows whose longitude or latitude is none
    formulas: int = 0  #: cells that a spreadsheet would run
    points: dict[Point, None] = field(default_factory=dict)
    box: list[float] = field(default_factory=list)
    start: str = ""
    end: str = ""
    words: frozenset[int] = frozenset()  #: positions of columns that hold words or days


def _csv(path: Path, kind: Kind) -> Facts:
    encoding, notes = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        delimiter = _delimiter(stream)
        rows = csv.reader(stream, delimiter=delimiter)
        header = _header(rows, path)
        notes += _header_notes(header)
        if any(_number(name) is not None for name in header):
            seen = _Seen(rows=1 + sum(1 for row in rows if row))
            header = [f"column {number}" for number in range(1, len(header) + 1)]
        else:
            seen = _look(rows, header)
    if seen.uneven:
        notes.append(f"{seen.uneven} rows do not have {len(header)} cells like the header.")
    found = Facts(
        format="TSV" if delimiter == "\t" else kind.format,
        media_type="text/tab-separated-values" if delimiter == "\t" else kind.media_type,
        representation="textTable",
        variables=tuple(_variable(name, is_word=at in seen.words) for at, name in enumerate(header)),
        attributes={"encoding": encoding.removesuffix("-sig"), "delimiter": delimiter},
        rows=seen.rows,
        columns=len(header),
        warnings=tuple(notes),
    )
    return placed(found, seen)


def placed(found: Facts, seen: _Seen) -> Facts:
    """With where and when the rows are, and what is wrong with them."""
    notes, attributes = list(found.warnings), found.attributes
    if seen.formulas:
        attributes = attributes | {"formulas": str(seen.formulas)}
        notes.append(f"{seen.formulas} cells begin with '=', '@', '+' or '-' like a formula: write the values instead.")
    if seen.misplaced:
        notes.append(f"{seen.misplaced} rows have no possible longitude and latitude: are the two swapped?")
    is_sound = bool(seen.box) and seen.misplaced * 100 <= seen.placed
    return replace(
        found,
        box=(seen.box[0], seen.box[1], seen.box[2], seen.box[3]) if is_sound else None,
        footprint=hull_of(list(seen.points)) if is_sound and len(seen.points) < _MOST_POINTS else (),
        crs="EPSG:4326" if is_sound else "",
        start=seen.start or None,
        end=seen.end or None,
        attributes=attributes,
        warnings=tuple(notes),
    )


def looked_at(lines: Iterable[str], delimiter: str, header: list[str], *, skipped: int = 0) -> _Seen:
    """What the rows of a table show, after ``skipped`` lines."""
    rows = csv.reader(lines, delimiter=delimiter)
    for _ in range(skipped):
        next(rows, None)
    return _look(rows, header)


def _encoding(path: Path) -> tuple[str, list[str]]:
    """UTF-8 (with or without its mark) or UTF-16; else cp1252, with a warning."""
    with path.open("rb") as stream:
        head = stream.read(4)
        if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return "utf-16", ["The table is UTF-16: save it as UTF-8."]
        stream.seek(0)
        try:
            for _ in TextIOWrapper(stream, "utf-8"):
                pass
        except UnicodeDecodeError:
            return "cp1252", ["The table is not UTF-8 (it was read as cp1252): save it as UTF-8."]
    return "utf-8-sig", []


def _delimiter(stream: Any) -> str:
    """The mark that cuts the first lines most evenly."""
    lines = stream.read(_SNIFF_BYTES).splitlines()[:20]
    stream.seek(0)
    lines = lines[:-1] if len(lines) > 1 else lines
    counts = {mark: [line.count(mark) for line in lines] for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: (min(counts[mark], default=0), counts[mark][0] if lines else 0))
    return best if lines and counts[best][0] else ","


def _header(rows: Iterator[list[str]], path: Path) -> list[str]:
    try:
        header = [cell.strip() for cell in next(rows)]
    except (StopIteration, csv.Error) as error:
        raise InspectionError(f"'{path.name}' is not a table.", hint="The first line must name the columns.") from error
    if len(header) > _MOST_COLUMNS:
        raise InspectionError(
            f"'{path.name}' has {len(header)} columns.",
            hint=f"Tables of up to {_MOST_COLUMNS} columns are read.",
        )
    return header


def _header_notes(header: list[str]) -> list[str]:
    notes = []
    if any(_number(name) is not None for name in header):
        notes.append("The first line holds values: name the columns in it.")
    elif any(not name for name in header):
        notes.append("A column has no name.")
    elif len(set(header)) < len(header):
        notes.append("Two columns have the same name.")
    return notes


def _look(rows: Iterable[list[str]], header: list[str]) -> _Seen:
    names = [_variable(name).name.lower().replace(" ", "_") for name in header]
    place = _pair(names)
    times = [position for position, name in enumerate(names) if is_time(name)]
    rows = iter(rows)
    first = list(islice(rows, _FIRST_ROWS))
    seen = _Seen(words=_words(first, len(header)))
    for row in chain(first, rows):
        if not row:
            continue
        seen.rows += 1
        seen.uneven += len(row) != len(header)
        if len(row) < len(header):
            continue
        seen.formulas += sum(_FORMULA.match(cell) is not None for cell in row)
        if place:
            _widen(seen, _number(row[place[0]]), _number(row[place[1]]))
        for position in times:
            _lengthen(seen, row[position].strip())
    return seen


def _words(rows: list[list[str]], width: int) -> frozenset[int]:
    """Positions of the columns whose cells are never numbers."""
    cells = [[row[at].strip().replace(",", ".") for row in rows if at < len(row)] for at in range(width)]
    filled = [[cell for cell in column if cell] for column in cells]
    return frozenset(at for at, column in enumerate(filled) if column and all(_number(cell) is None for cell in column))


def is_time(name: str) -> bool:
    """Whether a column of that name says when something was seen, not when a row was written."""
    return bool(_TIMES.search(name)) and not _BOOKKEEPING.search(name)


def _pair(names: list[str]) -> tuple[int, int] | None:
    """Positions of longitude and latitude."""
    lon = next((at for at, name in enumerate(names) if name in _LONGITUDES), None)
    lat = next((at for at, name in enumerate(names) if name in _LATITUDES), None)
    return None if lon is None or lat is None else (lon, lat)


def _widen(seen: _Seen, lon: float | None, lat: float | None) -> None:
    if lon is None or lat is None or math.isnan(lon + lat):
        return
    if (lon, lat) == (0, 0):  # a place that was never written down
        return
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        seen.misplaced += 1
        return
    seen.placed += 1
    if len(seen.points) < _MOST_POINTS:
        seen.points[lon, lat] = None
    box = seen.box or [lon, lat, lon, lat]
    seen.box = [min(box[0], lon), min(box[1], lat), max(box[2], lon), max(box[3], lat)]


def _lengthen(seen: _Seen, text: str) -> None:
    value = moment_of(text)
    if value:
        seen.start = min(seen.start or value, value)
        seen.end = max(seen.end or value, value)


def moment_of(text: str) -> str:
    """A day or a UTC time in ISO 8601; "" for what is neither, and for days that only mean "nothing" (1900, 1970)."""
    text = text.replace("/", "-") if re.match(r"\d{4}/\d{2}/\d{2}", text) else text
    if not text[:4].isdigit() or len(text) < 8:
        return ""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return ""
    moment = moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    day = moment.date().isoformat()
    if day in {"1970-01-01", "1900-01-01", "1899-12-30"} or moment > dt.datetime.now(dt.UTC):
        return ""
    return day if len(text) <= 10 or moment.time() == dt.time() else moment.isoformat()


def _variable(name: str, *, is_word: bool = False) -> VariableFact:
    """A column; "depth (m)" and "depth [m]" give the unit too."""
    if match := _UNIT.match(name):
        return VariableFact(name=match["name"], unit=match["unit"].strip())
    return VariableFact(name=name, is_word=is_word)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _parquet(path: Path, kind: Kind) -> Facts:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=False) as table:
        metadata, schema = table.metadata, table.schema_arrow
    found = Facts(
        format=kind.format,
        media_type=kind.media_type,
        representation="textTable",
        variables=tuple(VariableFact(name=name) for name in schema.names[:_MOST_COLUMNS]),
        rows=metadata.num_rows,
        columns=len(schema.names),
    )
    geo = (schema.metadata or {}).get(b"geo")
    return _geoparquet(found, json.loads(geo)) if geo else found


def _geoparquet(found: Facts, geo: dict[str, Any]) -> Facts:
    """With the box and system of the primary column (GeoParquet 1.x); no system means longitude and latitude."""
    column = geo["columns"][geo["primary_column"]]
    system = column.get("crs", "OGC:CRS84")
    crs = crs_of(json.dumps(system) if isinstance(system, dict) else str(system))
    bounds = column.get("bbox")
    place = replace(
        found,
        format="GeoParquet",
        representation="vector",
        crs=crs_label(crs.to_wkt()),
        crs_wkt=str(crs.to_wkt()),
    )
    if not bounds or not crs.is_geographic:
        return place
    west, south, east, north = bounds if len(bounds) == 4 else (*bounds[:2], *bounds[3:5])
    return replace(place, box=(float(west), float(south), float(east), float(north)))
