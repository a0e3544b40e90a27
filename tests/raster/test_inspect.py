# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is read from deposited files, and what broken ones do: nothing but an error with a cure."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import netCDF4
import numpy as np
import pytest
import rasterio
import shapely
from numpy.typing import NDArray

from terracite.errors import InspectionError
from terracite.raster.inspect import ClassFact, Facts, VariableFact, inspect

from .conftest import WriteImage


def names(facts: Facts) -> list[str]:
    return [item.name for item in facts.variables]


# images


def test_a_geotiff(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    facts = inspect(write_image("ndvi.tif", np.stack([ramp, ramp]), nodata=16383))
    assert (facts.format, facts.media_type) == ("GeoTIFF", "image/tiff; application=geotiff")
    assert (facts.crs, facts.resolution_m, facts.representation) == ("EPSG:32740", 10.0, "grid")
    assert facts.box == pytest.approx((55.07850, -20.79444, 55.08625, -20.78894), abs=1e-5)
    assert (facts.rows, facts.columns, facts.bands) == (60, 80, 2)
    assert names(facts) == ["band 1", "band 2"]
    assert facts.crs_wkt.startswith("PROJCRS[")
    assert (facts.start, facts.warnings) == (None, ())


def test_what_a_geotiff_says_of_itself(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    path = write_image("map.tif", ramp)
    with rasterio.open(path, "r+") as image:
        image.set_band_description(1, "NDVI")
        image.set_band_unit(1, "1")
        image.update_tags(
            TIFFTAG_IMAGEDESCRIPTION="Vegetation of the west", TIFFTAG_COPYRIGHT="CC-BY-4.0", TIFFTAG_ARTIST="Alice",
            time_coverage_start="2022-01-03", time_coverage_end="2022-12-29",
        )  # fmt: skip
    facts = inspect(path)
    assert facts.variables == (VariableFact("NDVI", "NDVI", unit="1"),)
    assert facts.attributes == {
        "summary": "Vegetation of the west",
        "licence": "CC-BY-4.0",
        "creator_name": "Alice",
        "data_type": "int16",
    }
    assert (facts.start, facts.end) == ("2022-01-03", "2022-12-29")


def test_classes_come_from_the_colour_table(write_image: WriteImage) -> None:
    path = write_image("classes.tif", np.repeat(np.array([[0, 1, 2, 9]], np.uint8), 4, axis=0), nodata=0)
    with rasterio.open(path, "r+") as image:
        image.write_colormap(1, {1: (255, 0, 0, 255), 2: (0, 156, 0, 255), 9: (0, 0, 0, 255)})
    assert inspect(path).classes == (
        ClassFact(1, colour="#ff0000"),
        ClassFact(2, colour="#009c00"),
        ClassFact(9, colour="#000000"),
    )


def test_classes_with_names_where_terracite_wrote_them(write_image: WriteImage) -> None:
    path = write_image("classes.tif", np.ones((4, 4), np.uint8), nodata=0)
    with rasterio.open(path, "r+") as image:
        image.update_tags(CLASSES=json.dumps([{"code": 1, "label": "Forest", "colour": "#009c00"}]))
    assert inspect(path).classes == (ClassFact(1, "Forest", "#009c00"),)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_an_image_that_lies_nowhere_says_so(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    facts = inspect(write_image("photo.tif", ramp, crs=None, transform=rasterio.Affine.identity()))
    assert (facts.format, facts.box, facts.crs) == ("TIFF", None, "")
    assert facts.warnings == ("The image does not say where it lies: it has no coordinate reference system.",)


def test_an_image_of_nothing_but_nodata(write_image: WriteImage) -> None:
    facts = inspect(write_image("empty.tif", np.full((8, 8), -1, np.int16), nodata=-1))
    assert facts.warnings == ("Every cell that was looked at is nodata.",)


# NetCDF


def write_series(path: Path, *, calendar: str = "standard", longitudes: str = "east") -> Path:
    with netCDF4.Dataset(path, "w") as data:
        data.title, data.summary, data.license = "Rain", "Monthly rain", "CC-BY-4.0"
        data.creator_name, data.creator_email = "Alice", "alice@example.org"
        for name, size in (("time", 3), ("lat", 10), ("lon", 20)):
            data.createDimension(name, size)
        moments = data.createVariable("time", "f8", ("time",))
        moments.units, moments.calendar, moments[:] = "days since 2001-01-01", calendar, [0, 30, 59]
        lat, lon = data.createVariable("lat", "f4", ("lat",)), data.createVariable("lon", "f4", ("lon",))
        lat.units, lon.units = "degrees_north", "degrees_east"
        lat[:] = np.arange(10) + 0.5
        lon[:] = (np.arange(20) + 0.5) + (350 if longitudes == "around zero" else 100)
        rain = data.createVariable("rain", "f4", ("time", "lat", "lon"))
        rain.long_name, rain.standard_name, rain.units = "Rain", "rainfall_amount", "kg m-2"
        rain[:] = 1.0
    return path


def test_a_netcdf_series(tmp_path: Path) -> None:
    facts = inspect(write_series(tmp_path / "rain.nc"))
    assert (facts.format, facts.crs, facts.representation) == ("NetCDF", "EPSG:4326", "grid")
    assert facts.box == pytest.approx((100, 0, 120, 10))
    assert facts.resolution_m == pytest.approx(111_000, rel=0.01)
    assert (facts.start, facts.end) == ("2001-01-01T00:00:00+00:00", "2001-03-01T00:00:00+00:00")
    assert facts.variables == (VariableFact("rain", "Rain", "rainfall_amount", "kg m-2"),)
    assert facts.attributes == {
        "title": "Rain",
        "summary": "Monthly rain",
        "licence": "CC-BY-4.0",
        "creator_name": "Alice",  # and not the address
        "data_model": "NETCDF4",
    }
    assert (facts.rows, facts.columns) == (10, 20)


def test_longitudes_beyond_360_come_back(tmp_path: Path) -> None:
    assert inspect(write_series(tmp_path / "rain.nc", longitudes="around zero")).box == pytest.approx((-10, 0, 10, 10))


def test_the_last_day_of_a_calendar_that_has_30_days_in_february(tmp_path: Path) -> None:
    facts = inspect(write_series(tmp_path / "rain.nc", calendar="360_day"))
    assert (facts.start, facts.end) == ("2001-01-01T00:00:00+00:00", "2001-02-28T00:00:00+00:00")


def test_times_that_are_no_dates_are_told(tmp_path: Path) -> None:
    path = write_series(tmp_path / "rain.nc")
    with netCDF4.Dataset(path, "a") as data:
        data["time"].units = "fortnights since the flood"
    facts = inspect(path)
    assert (facts.start, facts.end, len(facts.warnings)) == (None, None, 1)
    assert facts.warnings[0].startswith("The times of 'time' are not dates")


# features and tables


def shapes(**more: Any) -> geopandas.GeoDataFrame:
    geometry = [shapely.box(300000 + 100 * n, 7700000, 300050 + 100 * n, 7700050) for n in range(3)]
    return geopandas.GeoDataFrame({"class": ["a", "b", "b"], **more}, geometry=geometry, crs="EPSG:32740")


def test_a_geopackage_with_two_layers(tmp_path: Path) -> None:
    path = tmp_path / "fields.gpkg"
    shapes().to_file(path, layer="fields", engine="pyogrio")
    shapes().to_crs(4326).to_file(path, layer="again", engine="pyogrio")
    facts = inspect(path)
    assert (facts.format, facts.crs, facts.representation, facts.rows) == ("GeoPackage", "EPSG:32740", "vector", 6)
    assert facts.box == pytest.approx(tuple(shapes().to_crs(4326).total_bounds), abs=1e-5)
    assert names(facts) == ["fields.class", "again.class"]
    assert facts.warnings == ("The layers have different reference systems: EPSG:32740, EPSG:4326.",)


def test_a_zipped_shapefile_and_a_lone_one(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    shapes().to_file(folder / "fields.shp", engine="pyogrio")
    with zipfile.ZipFile(tmp_path / "fields (été).zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"data/{part.name}")
        archive.writestr("README.txt", "Fields of the summer.")
    facts = inspect(tmp_path / "fields (été).zip")
    assert (facts.format, facts.crs, facts.rows, names(facts)) == ("Shapefile (zip)", "EPSG:32740", 3, ["class"])
    assert facts.warnings == ()
    (folder / "fields.shx").unlink()
    assert inspect(folder / "fields.shp").warnings == (
        "A Shapefile is several files (.shp .shx .dbf .prj): deposit them together, as one zip.",
    )


def test_geojson_and_geoparquet(tmp_path: Path) -> None:
    shapes().to_crs(4326).to_file(tmp_path / "fields.geojson", engine="pyogrio")
    shapes().to_crs(4326).to_parquet(tmp_path / "fields.parquet")
    read, packed = inspect(tmp_path / "fields.geojson"), inspect(tmp_path / "fields.parquet")
    assert (read.format, packed.format) == ("GeoJSON", "GeoParquet")
    assert read.box == pytest.approx(packed.box, abs=1e-6)
    assert (read.rows, packed.rows, packed.representation) == (3, 3, "vector")


def test_a_table_of_points_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "buoy.csv"
    path.write_text("id;longitude;latitude;date;depth (m)\n1;55.2;-21.3;2022-01-03;2\n2;55.9;-20.9;2021-12-31;4\n")
    facts = inspect(path)
    assert (facts.format, facts.box, facts.crs) == ("CSV", (55.2, -21.3, 55.9, -20.9), "EPSG:4326")
    assert (facts.start, facts.end, facts.rows, facts.columns) == ("2021-12-31", "2022-01-03", 2, 5)
    assert facts.variables[-1] == VariableFact("depth", unit="m")
    assert [one.name for one in facts.variables if one.is_word] == ["date"]
    assert facts.attributes == {"encoding": "utf-8", "delimiter": ";"}


def test_a_table_with_faults(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("espèce,hauteur\nfougère,1\ntamarin\n".encode("cp1252"))
    facts = inspect(path)
    assert names(facts) == ["espèce", "hauteur"]
    assert facts.warnings == (
        "The table is not UTF-8 (it was read as cp1252): save it as UTF-8.",
        "1 rows do not have 2 cells like the header.",
    )


# kinds without facts, and what is not taken


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("README.md", b"# Read me", "Markdown"),
        ("notes.txt", "Données de l'été".encode(), "Text"),
        ("style.qml", b"<?xml version='1.0'?><qgis>\n</qgis>", "QGIS style"),
        ("paper.pdf", b"%PDF-1.7 ...", "PDF"),
        ("tool.exe", b"MZ\x90\0\x03", "Program"),
        ("tool", b"\x7fELF\x02\x01", "Program"),
        ("run.py", b"import os", "Script"),
        ("run", b"#!/bin/sh\n", "Script"),
    ],
)
def test_other_kinds_are_named(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    facts = inspect(path)
    assert (facts.format, facts.box, facts.variables) == (kind, None, ())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", r"'empty\.csv' is empty"),
        ("map.tif", b"not a tiff", r"'map\.tif' is not TIFF, although its name says so"),
        ("map.tif", b"II*\0\x08\0\0\0\xff\xff\xff\xff", r"'map\.tif' cannot be read as TIFF"),
        ("data.nc", b"CDF\x01\0\0\0\0garbage", r"'data\.nc' cannot be read as NetCDF"),
        ("data.nc", b"\x89HDF\r\n\x1a\n" + b"\0" * 500, r"'data\.nc' cannot be read as NetCDF"),
        ("data.gpkg", b"SQLite format 3\0" + b"\0" * 200, r"'data\.gpkg' cannot be read as GeoPackage"),
        ("data.zip", b"PK\x03\x04" + b"\0" * 50, r"'data\.zip' cannot be read as ZIP"),
        ("data.parquet", b"PAR1" + b"\0" * 50, r"'data\.parquet' cannot be read as Parquet"),
        ("what.bin", bytes(range(256)), r"The kind of 'what\.bin' is not known"),
        # a virtual image would read whatever file or address it names
        ("map.tif", b"<VRTDataset rasterXSize='9'/>", r"'map\.tif' is not TIFF"),
    ],
)
def test_broken_files_give_an_error_with_a_cure(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InspectionError, match=message) as caught:
        inspect(path)
    assert caught.value.hint


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://127.0.0.1/a.tif", "http://127.0.0.1/a.tif", "missing.tif", "a\0b", "."]
)
def test_only_files_of_this_machine(path: str) -> None:
    with pytest.raises(InspectionError, match=r"There is no file|is not a file"):
        inspect(path)


def test_archives_that_are_traps(tmp_path: Path) -> None:
    traps = {
        "bomb.zip": ({"zeros.bin": b"\0" * (120 * 2**20)}, "would unpack to 120 MiB"),
        "out.zip": ({"../../etc/passwd": b"x"}, "paths that lead out of it"),
        "drive.zip": ({"C:\\windows\\system.ini": b"x"}, "paths that lead out of it"),
    }
    for name, (members, message) in traps.items():
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        with pytest.raises(InspectionError, match=message):
            inspect(tmp_path / name)


def test_a_damaged_member_is_found(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.txt", "precious")
    path = tmp_path / "damaged.zip"
    path.write_bytes(buffer.getvalue().replace(b"precious", b"precioux"))
    with pytest.raises(InspectionError, match=r"'data\.txt' inside 'damaged\.zip' cannot be unpacked"):
        inspect(path)


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("date,longitude,latitude\n" + "2022-01-01,55.1,-21.1\n" * 1_500_000)
    started = time.monotonic()
    with pytest.raises(InspectionError, match="takes too long"):
        inspect(path, timeout_s=0.5)
    assert time.monotonic() - started < 20


def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("a,b\n" + "x" * 150_000_000)
    with pytest.raises(InspectionError, match=r"memory|stopped the reader|cannot be read"):
        inspect(path, memory_mb=450)


def test_the_child_knows_no_secret_and_has_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from terracite.raster.inspect import child_environment

    monkeypatch.setenv("TERRACITE_SECRET_KEY", "hidden")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    assert "hidden" not in child_environment().values()


def test_facts_survive_json(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    facts = inspect(write_image("ndvi.tif", ramp))
    assert Facts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts


# real files

RASTERS = {
    "raster/RGB.byte.tif": ("GeoTIFF", "EPSG:32618", 300.04, 3),
    "raster/goes.tif": ("COG", "Geostationary Satellite (Sweep X)", 20055.0, 3),
    "raster/rioxarray_cog.tif": ("GeoTIFF", "Albers", 300.0, 1),
    "continental/L7_ETMs.tif": ("GeoTIFF", "EPSG:31985", 28.5, 6),
}


@pytest.mark.parametrize("name", RASTERS)
def test_real_images(shared_data: Path, name: str) -> None:
    facts = inspect(shared_data / "deposit-files" / name)
    assert (facts.format, facts.crs, facts.resolution_m, facts.bands) == RASTERS[name]
    assert facts.box is not None


SERIES = {
    "atmosphere/bcsd_obs_1999.nc": ((-85.0, 33.0, -74.875, 37.125), "1999-01-31", "1999-12-31", ["pr", "tas"]),
    "atmosphere/tmmx_20190121.nc": (
        (-124.787, 25.0458, -67.0375, 49.4208), "2019-01-21", "2019-01-21", ["air_temperature"],
    ),
    "atmosphere/eraint_uvz.nc": ((-180.0, -90.0, 180.0, 90.0), None, None, ["z", "u", "v"]),
    "ocean/tos_O1_2001-2002.nc": ((-180.0, -80.0, 180.0, 90.0), "2001-01-16", "2002-12-16", ["tos"]),
    "raster/PLANET_SCOPE_3D.nc": (
        (-51.3175, -17.3231, -51.3172, -17.3229), "2016-12-19", "2016-12-29", ["blue", "green"],
    ),
    "raster/sentinel_2_L1C_geographic.nc": (
        (-54.7511, -10.251, -54.75, -10.25), "2016-03-23", "2016-03-23", ["red", "nir"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SERIES)
def test_real_netcdf(shared_data: Path, name: str) -> None:
    box, start, end, variables = SERIES[name]
    facts = inspect(shared_data / "deposit-files" / name)
    assert facts.box == pytest.approx(box, abs=1e-3)
    assert ((facts.start or "")[:10] or None, (facts.end or "")[:10] or None) == (start, end)
    assert names(facts) == variables


def test_real_features_and_tables(shared_data: Path) -> None:
    files = shared_data / "deposit-files"
    found = [inspect(files / name) for name in ("vector/import-gpkg-test.gpkg", "tabular/samples_sinop_crop.csv")]
    assert [(facts.format, facts.crs, facts.rows, facts.columns) for facts in found] == [
        ("GeoPackage", "EPSG:2154", 193, 9),
        ("CSV", "EPSG:4326", 18, 6),
    ]
    zipped = inspect(files / "vector" / "Observatoires-OSU-Reunion-Dynalit-DEAL-profils-plage.zip")
    assert (zipped.format, zipped.rows, zipped.box) == (
        "Shapefile (zip)", 42, pytest.approx((55.2169, -21.3685, 55.5471, -21.0254), abs=1e-4),
    )  # fmt: skip


def test_every_nasty_file_gives_facts_or_an_error_with_a_cure_in_bounded_time(shared_data: Path) -> None:
    nasty = sorted(path for path in (shared_data / "deposit-files" / "nasty").rglob("*") if path.is_file())
    refused: dict[str, InspectionError] = {}
    for path in nasty:
        started = time.monotonic()
        try:
            facts = inspect(path, timeout_s=20)
            assert Facts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts
        except InspectionError as error:
            refused[path.name] = error
        assert time.monotonic() - started < 60
    assert all(error.hint for error in refused.values())
    assert not [str(error) for error in refused.values() if str(shared_data) in str(error)]  # tells nothing of the disk
    assert len(nasty) == 36
    assert {"corrupt.tif", "bogus.zip", "broken.zip", "testbzip2broken.zip", "encrypt-aes256.zip"} <= set(refused)
    assert not set(refused) & {"all-nodata.tif", "test-utf8.zip", "zip64.zip", "unicode.nc"}


def test_a_killed_child_does_no_harm(write_image: WriteImage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address space too small even to start Python's libraries: the child dies, the parent tells."""
    path = write_image("ndvi.tif", np.ones((4, 4), np.uint8))
    with pytest.raises(InspectionError) as caught:
        inspect(path, memory_mb=60)
    assert caught.value.hint
