# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the readers of one format find, called without their child process."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import zarr

from terracite.raster.inspect import Facts
from terracite.raster.inspect_child import answer
from terracite.raster.inspect_kinds import kind_of


def look(path: Path) -> Facts:
    found = answer(path, kind_of(path).name)
    assert "error" not in found, found
    return Facts.from_dict(found)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


QML = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.34"><pipe><rasterrenderer type="paletted"><colorPalette>
<paletteEntry value="1" label="Forest" color="#009c00" alpha="255"/>
<paletteEntry value="2" label="Water" color="#0000FF" alpha="255"/></colorPalette></rasterrenderer></pipe></qgis>"""
SLD = """<?xml version="1.0"?><StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.0.0"><ColorMap>
<ColorMapEntry color="#009c00" quantity="1" label="Forest"/><ColorMapEntry color="#0000ff" quantity="2" label="Water"/>
</ColorMap></StyledLayerDescriptor>"""
RAT = """<PAMDataset><PAMRasterBand band="1"><GDALRasterAttributeTable>
<FieldDefn index="0"><Name>Value</Name><Type>0</Type><Usage>5</Usage></FieldDefn>
<FieldDefn index="1"><Name>Class</Name><Type>2</Type><Usage>2</Usage></FieldDefn>
<FieldDefn index="2"><Name>R</Name><Type>0</Type><Usage>6</Usage></FieldDefn>
<FieldDefn index="3"><Name>G</Name><Type>0</Type><Usage>7</Usage></FieldDefn>
<FieldDefn index="4"><Name>B</Name><Type>0</Type><Usage>8</Usage></FieldDefn>
<Row index="0"><F>1</F><F>Forest</F><F>0</F><F>156</F><F>0</F></Row>
<Row index="1"><F>2</F><F>Water</F><F>0</F><F>0</F><F>255</F></Row></GDALRasterAttributeTable>
</PAMRasterBand></PAMDataset>"""


@pytest.mark.parametrize(("name", "text"), [("map.qml", QML), ("map.sld", SLD), ("map.tif.aux.xml", RAT)])
def test_classes_from_what_lies_beside_a_raster(tmp_path: Path, name: str, text: str) -> None:
    found = look(write(tmp_path / name, text)).classes
    assert [(item.code, item.label, item.colour) for item in found] == [
        (1, "Forest", "#009c00"),
        (2, "Water", "#0000ff"),
    ]


def test_a_ramp_of_numbers_has_no_classes(tmp_path: Path) -> None:
    ramp = QML.replace('label="Forest"', 'label="100"').replace('label="Water"', 'label="200,5"')
    assert look(write(tmp_path / "dem.qml", ramp)).classes == ()


def las_header(**more: int) -> bytes:
    header = bytearray(375)
    header[:4], header[24:26] = b"LASF", bytes([1, 2])
    struct.pack_into("<HHH", header, 90, more.get("day", 60), more.get("year", 2021), 227)
    wkt = b"\x01\x00\x01\x00\x00\x00\x01\x00\x00\x0c\x00\x00\x01\x00" + struct.pack("<H", 2975)
    record = b"\0\0" + b"LASF_Projection".ljust(16, b"\0") + struct.pack("<HH", 34735, len(wkt)) + b"\0" * 32 + wkt
    struct.pack_into("<II", header, 96, 227 + len(record), 1)
    header[104] = 3
    struct.pack_into("<HI", header, 105, 34, 1000)
    struct.pack_into("<6d", header, 179, 341000, 340000, 7651000, 7650000, 20, 10)
    return bytes(header[:227]) + record


def test_a_point_cloud_tells_where_from_its_header(tmp_path: Path) -> None:
    facts = look(write(tmp_path / "reef.las", las_header()))
    assert (facts.format, facts.crs, facts.rows, facts.created) == ("LAS 1.2", "EPSG:2975", 1000, "2021-03-01")
    assert facts.box == pytest.approx((55.458, -21.248, 55.468, -21.239), abs=0.01)
    assert [item.name for item in facts.variables][-3:] == ["red", "green", "blue"]
    assert look(write(tmp_path / "old.las", las_header(day=0, year=0))).created is None


def mseed_record(second: int) -> bytes:
    head = bytearray(512)
    head[:20] = b"000001D GEOF 00BHZFR"
    struct.pack_into(">HHBBBBHHhh", head, 20, 2021, 34, 5, 6, second, 0, 0, 100, 20, 1)
    struct.pack_into(">HH", head, 44, 64, 48)
    struct.pack_into(">HHBBB", head, 48, 1000, 0, 11, 1, 9)
    return bytes(head)


def test_seismograms_tell_when(tmp_path: Path) -> None:
    facts = look(write(tmp_path / "quake.mseed", mseed_record(7) + mseed_record(2)))
    assert (facts.start, facts.end) == ("2021-02-03T05:06:02+00:00", "2021-02-03T05:06:11.950000+00:00")
    assert [(item.name, item.label) for item in facts.variables] == [("FR.GEOF.00.BHZ", "20 samples per second")]


QUAKE = """<?xml version='1.0'?><quakeml xmlns="http://quakeml.org/xmlns/quakeml/1.2"><eventParameters><event>
<origin publicID="a"><time><value>2021-02-03T05:06:07Z</value></time><longitude><value>55.7</value></longitude>
<latitude><value>-21.2</value></latitude></origin></event></eventParameters></quakeml>"""


def test_events_tell_where_and_when(tmp_path: Path) -> None:
    facts = look(write(tmp_path / "events.xml", QUAKE))
    assert (facts.format, facts.box, facts.start) == (
        "QuakeML",
        (55.7, -21.2, 55.7, -21.2),
        "2021-02-03T05:06:07+00:00",
    )


def test_the_text_form_of_netcdf(tmp_path: Path) -> None:
    facts = look(
        write(
            tmp_path / "buoy.cdl",
            'netcdf buoy {\nvariables:\n\tdouble t(obs) ; // a comment\n\t\tt:units = "K" ;\n'
            '\t\tt:standard_name = "air_temperature" ;\n\n// global attributes:\n\t\t:title = "Air; at \\"sea\\"" ;\n'
            "\t\t:geospatial_lat_min = -22.f ;\n\t\t:geospatial_lat_max = -21. ;\n\t\t:geospatial_lon_min = 55. ;\n"
            '\t\t:geospatial_lon_max = 56. ;\n\t\t:time_coverage_start = "20210203T050607Z" ;\ndata:\n t = 1 ;\n}\n',
        )
    )
    assert (facts.box, facts.start) == ((55, -22, 56, -21), "2021-02-03T05:06:07+00:00")
    assert facts.attributes["title"] == 'Air; at "sea"'
    assert [(item.name, item.standard_name, item.unit) for item in facts.variables] == [("t", "air_temperature", "K")]


def test_a_store_of_zarr_zipped_or_not(tmp_path: Path) -> None:
    group = zarr.open_group(tmp_path / "rain.zarr", mode="w", zarr_format=2)
    group.attrs["title"] = "Rain of the island"
    for name, values, unit in (
        ("lat", np.arange(4) - 21.5, "degrees_north"),
        ("lon", np.arange(5) + 55.0, "degrees_east"),
    ):
        array = group.create_array(name, shape=values.shape, dtype="f8")
        array[:], array.attrs["units"], array.attrs["_ARRAY_DIMENSIONS"] = values, unit, [name]
    rain = group.create_array("rain", shape=(4, 5), dtype="f4")
    rain.attrs["_ARRAY_DIMENSIONS"], rain.attrs["units"] = ["lat", "lon"], "mm"
    zarr.consolidate_metadata(tmp_path / "rain.zarr", zarr_format=2)
    with zipfile.ZipFile(tmp_path / "rain.zarr.zip", "w") as archive:
        for file in (tmp_path / "rain.zarr").rglob("*"):
            archive.write(file, file.relative_to(tmp_path))

    beside, packed = look(tmp_path / "rain.zarr" / ".zmetadata"), look(tmp_path / "rain.zarr.zip")

    for facts in (beside, packed):
        assert facts.box == pytest.approx((54.5, -22, 59.5, -18))
        assert facts.attributes["title"] == "Rain of the island"
        assert [(item.name, item.unit) for item in facts.variables] == [("rain", "mm")]
    assert (beside.format, packed.format) == ("Zarr", "Zarr (zip)")


def test_a_darwin_core_archive_tells_where_and_when(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "birds.zip", "w") as archive:
        archive.writestr("EML.xml", "<eml:eml xmlns:eml='eml://ecoinformatics.org/eml-2.1.1'><dataset/></eml:eml>")
        archive.writestr(
            "occurrence.csv",
            "scientificName,decimalLatitude,decimalLongitude,eventDate,lastInterpreted\n"
            "Circus maillardi,-21.1,55.5,2020-05-06,2024-01-01\nCircus maillardi,-21.3,55.6,2019-05-06,2024-01-01\n"
            "Circus maillardi,0,0,1970-01-01,2024-01-01\n",
        )
    facts = look(tmp_path / "birds.zip")
    assert (facts.format, facts.rows) == ("Darwin Core archive", 3)
    assert (facts.box, facts.start, facts.end) == ((55.5, -21.3, 55.6, -21.1), "2019-05-06", "2020-05-06")
    assert [document.kind for document in facts.documents] == ["eml"]


def test_a_table_whose_axes_are_swapped_lies_nowhere(tmp_path: Path) -> None:
    facts = look(write(tmp_path / "swapped.csv", "latitude,longitude\n140.1,-35.2\n141.0,-35.9\n"))
    assert facts.box is None
    assert "are the two swapped?" in facts.warnings[0]


def test_cells_that_a_spreadsheet_would_run_are_counted(tmp_path: Path) -> None:
    facts = look(write(tmp_path / "sums.csv", "a,b\n=1+2,-5\n@cmd,+x()\n-,-1.5e3\n"))
    assert facts.warnings == ("3 cells begin with '=', '@', '+' or '-' like a formula: write the values instead.",)
