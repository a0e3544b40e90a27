# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from itertools import pairwise

import pytest

from terracite.timeseries import inventory as room
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory import (
    SeriesSummary,
    as_table,
    human_bytes,
    inventory,
    to_csv,
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
