# SPDX-License-Identifier: AGPL-3.0-or-later
"""NetCDF files as records: `terracite record check x.nc`, `convert`; the real files of the shared data."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest

from record.examples import PAGE, full_record
from terracite.cli import main
from terracite.errors import RasterError
from terracite.raster.netcdf_header import header
from terracite.record.cf import from_attributes, write_acdd
from terracite.record.formats import FORMATS
from terracite.record.model import Box, DateKind, Period, Record, Representation


def _written(path: Path, record: Record) -> Path:
    """A NetCDF file with the attributes of a record."""
    document = json.loads(write_acdd(record, PAGE))
    with netCDF4.Dataset(path, "w") as data:
        data.setncatts(document["attributes"])
        for name, attributes in document["variables"].items():
            variable = data.createVariable(name, "i4")
            for key, value in attributes.items():
                variable.setncattr(key, np.array(value, "i4") if isinstance(value, list) else value)
    return path


def _run(*arguments: str | Path) -> int:
    try:
        main(["record", *map(str, arguments)])
    except SystemExit as error:
        return int(error.code or 0)
    return 0


def test_a_file_says_the_same_as_its_document(tmp_path: Path) -> None:
    reading = from_attributes(*header(_written(tmp_path / "a.nc", full_record())))
    expected = FORMATS["acdd"].read(write_acdd(full_record(), PAGE))
    assert reading == expected
    assert reading.remarks == ()
    assert reading.leftovers == ()


def test_a_file_is_checked_and_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, notice = _written(tmp_path / "a.nc", full_record()), tmp_path / "a.xml"
    _run("check", file, "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["format"] == "acdd"
    assert _run("convert", file, "--to", "iso19115-3", "--output", notice) == 0
    again = FORMATS["iso19115-3"].read(notice.read_bytes()).record
    assert (again.title, again.creators) == (full_record().title, full_record().without_emails().creators)


def test_two_files_without_a_name_are_two_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = set()
    for value in (1, 2):
        path = tmp_path / f"{value}.nc"
        with netCDF4.Dataset(path, "w") as data:
            data.createVariable("t", "i4")[...] = value
        _run("convert", path, "--to", "json")
        found.add(json.loads(capsys.readouterr().out)["uuid"])
    assert len(found) == 2


def test_attributes_are_texts_numbers_and_lists(tmp_path: Path) -> None:
    with netCDF4.Dataset(tmp_path / "a.nc", "w") as data:
        data.setncatts({"title": "Été", "one": np.int16(3), "many": np.array([1.5, 2.5])})
        data.setncattr_string("words", ["a", "b"])
        data.createDimension("x", 2)
        data.createDimension("n", 2)
        data.createVariable("x", "f4", ("x",)).bounds = "edges"
        data.createVariable("edges", "f4", ("x", "n"))
        data.createGroup("inner").createVariable("v", "i2", ("x",)).flag_values = np.array([1, 2], "i2")
    attributes, variables = header(tmp_path / "a.nc")
    assert attributes == {"title": "Été", "one": 3.0, "many": [1.5, 2.5], "words": ["a", "b"]}
    assert variables == {"inner/v": {"flag_values": [1, 2]}}


def test_text_in_latin_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as data:
        data.title = "DonnXes"
    path.write_bytes(path.read_bytes().replace(b"DonnXes", "Données".encode("latin-1")))
    assert header(path)[0] == {"title": "Données"}


@pytest.mark.parametrize("content", [b"CDF\x01", b"\x89HDF\r\n\x1a\n" + b"\0" * 90, b"CDF\x02" + b"\xff" * 200])
def test_a_broken_file_is_refused_with_a_cure(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.nc"
    path.write_bytes(content)
    with pytest.raises(RasterError) as raised:
        header(path)
    assert raised.value.hint


def _real(shared_data: Path) -> dict[str, Any]:
    paths = sorted(path for path in shared_data.rglob("*.nc") if path.is_file())
    return {path.stem: from_attributes(*header(path)) for path in paths}


def test_every_real_file_is_read(shared_data: Path) -> None:
    readings = _real(shared_data)
    assert len(readings) >= 16
    titles = {name: reading.record.title.en for name, reading in readings.items() if reading.record.title}
    assert titles == {
        "bcsd_obs_1999": "Monthly Gridded Meteorological Observations",
        "test_stageiv_xyt_borked": "United States Stage IV Quantitative Precipitation Archive",
        "reduced": "Daily-OI-V2, final, Data (Ship, Buoy, AVHRR, GSFC-ice)",
        "tos_O1_2001-2002": "IPSL  model output prepared for IPCC Fourth Assessment SRES A2 experiment",
        "sentinel_2_L1C_geographic": "Sentinel-2",
    }
    remarks = {name: [item.kind for item in reading.remarks] for name, reading in readings.items() if reading.remarks}
    assert remarks == {
        "test_stageiv_xyt_borked": ["unreadable", "unreadable"],  # a date "ongoing", degrees said to be km
        "tmmx_20190121": ["unreadable", "swapped"],  # a date in words, bounds in lon lat
    }


def test_a_real_file_gives_its_facts(shared_data: Path) -> None:
    record = _real(shared_data)["bcsd_obs_1999"].record
    assert [item.label.en for item in record.keywords][:2] == ["Atmospheric Temperature", "Air Temperature Atmosphere"]
    assert record.extents[0].box == Box(west=-84.9375, south=33.0625, east=-74.9375, north=37.0625)
    assert record.periods == (Period(start=dt.date(1950, 1, 15), end=dt.datetime(1999, 12, 15, tzinfo=dt.UTC)),)
    assert record.date(DateKind.ISSUED) == dt.date(2015, 11, 1)
    assert record.representation is Representation.GRID
    assert (record.time_resolution, record.licence) == ("P1M", "Freely available")
    assert [(item.name, item.unit) for item in record.variables] == [("pr", "mm/m"), ("tas", "C")]
    assert [step.command.split()[0] for step in record.lineage.steps] == ["ncks", "cdo"]
    assert record.publisher is not None
    assert record.publisher.name == "Center for Integrated Data Analytics"
