# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import asdict, fields, replace
from itertools import pairwise
from pathlib import Path

import geopandas
import pyarrow
import pytest
from pyarrow import parquet

from terracite.errors import ArchiveError
from terracite.timeseries import inventory as room
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory import (
    SeriesSummary,
    as_table,
    human_bytes,
    inventory,
    to_csv,
    to_geoparquet,
    to_json_text,
)
from terracite.timeseries.simulate import SimulatedArchive

ROW = SeriesSummary(
    tile="40KCB",
    index="NDVI",
    dates=3,
    first=dt.datetime(2022, 1, 3, 6, 29, 31, tzinfo=dt.UTC),
    last=dt.datetime(2022, 2, 2, 6, 29, 31, tzinfo=dt.UTC),
    usual_gap_days=10.0,
    longest_gap_days=20.0,
    clear_percent=None,
    orbits=("020", "120"),
    baselines=("0301",),
    platforms=("S2A",),
    years={2022: 3},
    duplicates=1,
    bytes=5_200_000,
)


def test_each_series_is_counted(found: Scan, simulated: SimulatedArchive) -> None:
    rows = inventory(found)
    assert [(row.tile, row.index, row.dates) for row in rows] == [
        ("40KCB", "NDVI", simulated.dates),
        ("40KCB", "NDWIGAO", simulated.dates),
    ]
    assert all(row.years == {2022: simulated.dates} and row.duplicates == 2 for row in rows)
    assert all(row.clear_percent is not None and 40 < row.clear_percent < 95 for row in rows)
    assert rows[0].orbits == ("020", "120")


def test_the_longest_gap_is_the_largest_step_between_dates(found: Scan) -> None:
    times = [image.sensed_at for image in found.series[0].images]
    expected = max((after - before).total_seconds() / 86400 for before, after in pairwise(times))
    assert inventory(found)[0].longest_gap_days == pytest.approx(expected, abs=0.05)


def test_csv_reads_back(found: Scan) -> None:
    rows = inventory(found)
    lines = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert [(line["index"], int(line["dates"]), line["orbits"]) for line in lines] == [
        (row.index, row.dates, " ".join(row.orbits)) for row in rows
    ]


def test_csv_has_the_years() -> None:
    line = next(csv.DictReader(io.StringIO(to_csv([replace(ROW, years={2022: 3, 2023: 50})]))))
    assert line["years"] == "2022:3 2023:50"


def test_a_name_is_never_a_formula() -> None:
    assert "'=cmd" in to_csv([replace(ROW, tile="=cmd|calc")])


def test_json_reads_back() -> None:
    assert json.loads(to_json_text([ROW]))[0]["first"] == "2022-01-03T06:29:31+00:00"


def test_the_table_is_aligned() -> None:
    assert as_table([ROW]) == (
        "tile   index  dates  first       last        gap   clear  orbits   versions  size\n"
        "40KCB  NDVI   3      2022-01-03  2022-02-02  20 d  -      020 120  0301      5.2 MB"
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (5_200_000, "5.2 MB"), (1e14, "100.0 TB")],
)
def test_bytes_for_people(count: int, text: str) -> None:
    assert human_bytes(int(count)) == text


def test_a_single_date_has_no_gap(found: Scan) -> None:
    one = replace(found.series[0], images=found.series[0].images[:1])
    summary = room.inventory(replace(found, series=(one,)))[0]
    assert (summary.dates, summary.usual_gap_days, summary.longest_gap_days) == (1, 0.0, 0.0)


def test_geoparquet_has_the_columns_of_the_summaries_and_where_data_are(found: Scan, tmp_path: Path) -> None:
    table = parquet.read_table(to_geoparquet(found, tmp_path / "inventory.parquet"))
    rows = inventory(found)
    columns = [field.name for field in fields(SeriesSummary)]
    assert table.column_names == [*columns[:-2], "duplicates", "bytes", "geometry", "bbox"]
    for line, row in zip(table.to_pylist(), rows, strict=True):
        assert {name: line[name] for name in columns} == asdict(row) | {
            "orbits": list(row.orbits),
            "baselines": list(row.baselines),
            "platforms": list(row.platforms),
            "years": list(row.years.items()),
        }
    frame = geopandas.read_parquet(tmp_path / "inventory.parquet", bbox=(55.2, -21.3, 55.4, -21.1))
    assert list(frame["index"]) == ["NDVI", "NDWIGAO"]
    assert frame.crs.to_epsg() == 4326
    assert not frame.geometry.is_empty.any()


def test_geoparquet_of_the_same_archive_has_the_same_bytes(found: Scan, tmp_path: Path) -> None:
    one, other = (to_geoparquet(found, tmp_path / name).read_bytes() for name in ("a.parquet", "b.parquet"))
    assert one == other
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]


def test_geoparquet_without_orbits_or_masks_keeps_its_types(found: Scan, tmp_path: Path) -> None:
    """As with images that are not of Sentinel-2."""
    images = tuple(replace(image, orbit="", baseline="", platform="") for image in found.series[0].images)
    facts = {path: replace(one, clear_share=None) for path, one in found.facts.items()}
    bare = replace(found, series=(replace(found.series[0], images=images),), facts=facts)
    table = parquet.read_table(to_geoparquet(bare, tmp_path / "inventory.parquet"))
    assert table.schema.field("orbits").type == pyarrow.list_(pyarrow.string())
    assert table.to_pylist()[0]["orbits"] == []
    assert table.to_pylist()[0]["clear_percent"] is None


def test_geoparquet_of_nothing_is_refused(found: Scan, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no readable image"):
        to_geoparquet(replace(found, series=()), tmp_path / "inventory.parquet")
