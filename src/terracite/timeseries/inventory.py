# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inventory of an archive: per tile and index, how many dates, from when to when, how clear, how heavy."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import geopandas
import pyarrow
from pyarrow import parquet

from terracite.raster.series import Series
from terracite.timeseries.archive import Scan
from terracite.timeseries.outlines import check_has_images, series_outline, whole

_TEXTS = pyarrow.list_(pyarrow.string())
_NESTED = {
    "orbits": _TEXTS,
    "baselines": _TEXTS,
    "platforms": _TEXTS,
    "years": pyarrow.map_(pyarrow.int32(), pyarrow.int32()),
}


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """One series of the archive in one line."""

    tile: str
    index: str
    dates: int
    first: dt.datetime  #: sensing, UTC
    last: dt.datetime
    usual_gap_days: float  #: median time between two dates; 0 for a single date
    longest_gap_days: float
    clear_percent: float | None  #: mean share of the grid that is clear; None without masks
    orbits: tuple[str, ...]
    baselines: tuple[str, ...]
    platforms: tuple[str, ...]
    years: dict[int, int]  #: year of sensing -> number of dates
    duplicates: int  #: images left out because another version is kept
    bytes: int  #: of the images used


def inventory(scan: Scan) -> list[SeriesSummary]:
    """One summary per series of the archive, by tile and index."""
    duplicates = Counter((file.tile, file.index) for file, _ in scan.duplicates if not file.mask)
    return [_summary(one, scan, duplicates[one.tile, one.index]) for one in scan.series]


def _summary(one: Series, scan: Scan, duplicates: int) -> SeriesSummary:
    images = one.images
    gaps = sorted((b.sensed_at - a.sensed_at) / dt.timedelta(days=1) for a, b in pairwise(images))
    clear = [share for image in images if (share := scan.facts[image.path].clear_share) is not None]
    return SeriesSummary(
        tile=one.tile,
        index=one.index,
        dates=len(images),
        first=images[0].sensed_at,
        last=images[-1].sensed_at,
        usual_gap_days=round(gaps[len(gaps) // 2], 1) if gaps else 0.0,
        longest_gap_days=round(gaps[-1], 1) if gaps else 0.0,
        clear_percent=round(100 * sum(clear) / len(clear), 1) if clear else None,
        orbits=_distinct(image.orbit for image in images),
        baselines=_distinct(image.baseline for image in images),
        platforms=_distinct(image.platform for image in images),
        years=dict(sorted(Counter(image.sensed_at.year for image in images).items())),
        duplicates=duplicates,
        bytes=sum(image.bytes for image in images),
    )


def _distinct(values: object) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))  # type: ignore[attr-defined]


def to_json(rows: Sequence[SeriesSummary]) -> list[dict[str, object]]:
    """The inventory as JSON values."""
    return [asdict(row) | {"first": row.first.isoformat(), "last": row.last.isoformat()} for row in rows]


def to_json_text(rows: Sequence[SeriesSummary]) -> str:
    """The inventory as a JSON document."""
    return json.dumps(to_json(rows), ensure_ascii=False, indent=2) + "\n"


def to_csv(rows: Sequence[SeriesSummary]) -> str:
    """The inventory as CSV (UTF-8, comma): one line per series, lists separated by spaces, ISO 8601 times,
    years as "2022:43 2023:50"."""
    columns = list(SeriesSummary.__slots__)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in columns])
    return text.getvalue()


def to_geoparquet(scan: Scan, path: Path) -> Path:
    """The inventory as GeoParquet 1.1: one row per series with where it has data, WGS 84; ``path`` appears when whole.

    Columns are those of `SeriesSummary`; times are timestamps (UTC), orbits, baselines and platforms lists, ``years``
    a map from year to number of dates. Raises `ArchiveError` when there is no readable image.
    """
    check_has_images(scan)
    summaries = inventory(scan)
    rows = [{name: value for name, value in asdict(row).items() if name not in _NESTED} for row in summaries]
    outlines = [series_outline(one, scan) for one in scan.series]
    plain = io.BytesIO()
    frame = geopandas.GeoDataFrame(rows, geometry=outlines, crs="EPSG:4326")
    frame.to_parquet(plain, index=False, schema_version="1.1.0", write_covering_bbox=True)
    with whole(path) as part:
        parquet.write_table(_with_nested(parquet.read_table(plain), summaries), part)
    return path


def _with_nested(table: pyarrow.Table, rows: Sequence[SeriesSummary]) -> pyarrow.Table:
    """The table with its lists and map, whose types pandas would guess, and without what pandas says of itself."""
    for name, kind in _NESTED.items():
        values = [getattr(row, name) for row in rows]
        plain = [list(value.items()) if isinstance(value, dict) else list(value) for value in values]
        at = table.schema.get_field_index("duplicates")
        table = table.add_column(at, pyarrow.field(name, kind), pyarrow.array(plain, kind))
    return table.replace_schema_metadata({b"geo": table.schema.metadata[b"geo"]})


def _cell(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, dict):
        return " ".join(f"{year}:{dates}" for year, dates in value.items())
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"}:
        return f"'{value}"  # a spreadsheet must not take a file name for a formula
    return "" if value is None else value


def as_table(rows: Sequence[SeriesSummary]) -> str:
    """The inventory for a terminal, in columns."""
    head = ("tile", "index", "dates", "first", "last", "gap", "clear", "orbits", "versions", "size")
    body = [
        (
            row.tile,
            row.index,
            str(row.dates),
            f"{row.first:%Y-%m-%d}",
            f"{row.last:%Y-%m-%d}",
            f"{row.longest_gap_days:g} d",
            "-" if row.clear_percent is None else f"{row.clear_percent:.0f} %",
            " ".join(row.orbits) or "-",
            " ".join(row.baselines) or "-",
            human_bytes(row.bytes),
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [head, *body]) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in [head, *body])
    return "\n".join(line.rstrip() for line in lines)


def human_bytes(count: int) -> str:
    """ "5.2 MB" (powers of 1000)."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
