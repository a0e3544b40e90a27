# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the makers of previews leave behind, of small files, of real ones and of nasty ones."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from PIL import Image

from terracite.errors import InspectionError
from terracite.raster.previewing import delimited, document, image, table, text, vector, zipped
from terracite.raster.previewing.makers import maker_for
from terracite.raster.previewing.process import PreviewError, run

REAL = Path(__file__).parents[2] / "../shared/data/deposit-files"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def points(count: int) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(1)
    places = shapely.points(55.3 + rng.random(count) * 0.2, -21.2 + rng.random(count) * 0.2)
    return gpd.GeoDataFrame({"depth (m)": rng.random(count), "name": "<b>x</b>"}, geometry=places, crs=4326)


# tables


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ";"), ("cp1252", "\t"), ("utf-16", ";")])
def test_a_table_is_read_whatever_its_marks(tmp_path, folder, encoding, delimiter):
    lines = ["jour;hauteur (m);été;vide"] + [f"2023-01-0{day};1,{day};=SUM(A1);NA" for day in range(1, 6)]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(lines).replace(";", delimiter).encode(encoding))

    (found,) = table.make(path, folder).facts["tables"]

    day, height, formula, empty = found["columns"]
    assert (found["rows"], found["rows_are_estimated"], found["decimal"]) == (5, False, ",")
    assert (day["type"], day["low"], day["high"]) == ("date", "2023-01-01", "2023-01-05")
    assert (height["name"], height["unit"], height["type"], height["mean"]) == ("hauteur", "m", "number", 1.3)
    assert sum(height["bins"]) == 5
    assert (formula["name"], formula["type"], formula["common"]) == ("été", "text", [["=SUM(A1)", 5]])
    assert (empty["type"], empty["missing"]) == ("empty", 1.0)
    assert json.loads((folder / "rows.json").read_text())[0][0] == ["2023-01-01", "1,1", "=SUM(A1)", "NA"]


def test_of_a_large_table_blocks_are_read_and_rows_estimated(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(delimited, "WHOLE_BYTES", 10_000)
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1000)
    path = tmp_path / "a.csv"
    path.write_text("n,word\n" + "".join(f"{number},w\n" for number in range(10_000, 60_000)))

    (found,) = table.make(path, folder).facts["tables"]

    assert found["rows_are_estimated"]
    assert found["rows"] == pytest.approx(50_000, rel=0.02)
    assert found["rows_read"] < 4000
    assert found["columns"][0]["low"] == 10_000
    assert found["columns"][0]["high"] == 59_999


def test_values_that_do_not_fit_are_counted_and_uneven_rows_left_out(tmp_path, folder):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,x\n" * 40 + "oops,y\n" + "1,2,3\n")

    (found,) = table.make(path, folder).facts["tables"]

    assert (found["rows"], found["uneven"]) == (41, 1)
    assert (found["columns"][0]["type"], found["columns"][0]["odd"]) == ("integer", 1)


def test_a_sheet_and_a_parquet_are_tables_too(tmp_path, folder):
    import pyogrio

    frame = points(5).drop(columns="geometry")
    pyogrio.write_dataframe(frame, tmp_path / "a.xlsx", layer="Mesures", driver="XLSX")
    pq.write_table(pa.table({"n": pa.array([1, None, 3]), "t": pa.array([["x"], ["y"], None])}), tmp_path / "a.parquet")

    (sheet,) = table.make(tmp_path / "a.xlsx", folder).facts["tables"]
    (rows,) = table.make(tmp_path / "a.parquet", folder).facts["tables"]

    assert (sheet["name"], sheet["rows"], sheet["columns"][0]["unit"]) == ("Mesures", 5, "m")
    assert [(item["type"], item["missing"]) for item in rows["columns"]] == [("integer", 0.3333), ("text", 0.3333)]


def test_an_empty_or_headless_table(tmp_path, folder):
    (tmp_path / "a.csv").write_text("\n\n")
    (tmp_path / "b.csv").write_text("1,2\n3,4\n")

    with pytest.raises(InspectionError, match="not a table"):
        table.make(tmp_path / "a.csv", folder)
    (found,) = table.make(tmp_path / "b.csv", folder).facts["tables"]
    assert ([item["name"] for item in found["columns"]], found["rows"]) == (["column 1", "column 2"], 2)


# features


def test_layers_of_a_geopackage_are_shown_each(tmp_path, folder):
    path = tmp_path / "a.gpkg"
    points(20).to_crs(32740).to_file(path, layer="plots")
    points(3).set_geometry(points(3).to_crs(2975).buffer(500)).to_file(path, layer="zones")

    plots, zones = vector.make(path, folder).facts["layers"]

    assert (plots["geometry"], plots["count"], plots["shown"], plots["crs"]) == ("Point", 20, 20, "EPSG:32740")
    assert plots["columns"][0] == {"name": "depth", "unit": "m", "type": "number"}
    assert plots["box"] == pytest.approx([55.3, -21.2, 55.5, -21.0], abs=0.03)
    assert (zones["geometry"], len(zones["sketch"]["areas"])) == ("Polygon", 3)
    features = json.loads((folder / "layer-0.geojson").read_text())["features"]
    assert features[0]["properties"]["name"] == "<b>x</b>"  # text: whoever shows it escapes it
    assert len(json.loads((folder / "layer-1.rows.json").read_text())) == 3


def test_many_features_are_sampled_and_counted(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(vector, "MOST_BYTES", 20_000)
    path = tmp_path / "a.fgb"
    points(9000).to_file(path, driver="FlatGeobuf")

    (layer,) = vector.make(path, folder).facts["layers"]

    assert (layer["count"], layer["picture"]) == (9000, "layer-0.png")
    assert 0 < layer["shown"] < 300
    assert (folder / "layer-0.geojson").stat().st_size <= 20_000
    with Image.open(folder / "layer-0.png") as picture:
        assert max(picture.size) == 600
        assert picture.getextrema()[3] == (0, 255)


@pytest.mark.parametrize("name", ["a.geojson", "a.kml", "a.geoparquet", "a.zip"])
def test_other_formats_say_the_same(tmp_path, folder, name):
    path = tmp_path / name
    if name == "a.geoparquet":
        points(4).to_parquet(path)
    elif name == "a.zip":
        points(4).to_file(tmp_path / "a.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("a.[sdp]*"):
                archive.write(part, f"in a folder/{part.name}")
    else:
        points(4).to_file(path, driver=None if name == "a.geojson" else "KML")

    (layer,) = vector.make(path, folder).facts["layers"]

    assert (layer["count"], layer["shown"], layer["placed"], layer["crs"]) == (4, 4, True, "EPSG:4326")


def test_features_without_a_reference_system_are_drawn_but_not_placed(tmp_path, folder):
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 5000, 5000)], crs=None)
    frame.to_file(tmp_path / "a.gpkg", layer="a")

    (layer,) = vector.make(tmp_path / "a.gpkg", folder).facts["layers"]

    assert (layer["placed"], layer["features"], layer["sketch"]["width"]) == (False, "", 1000)


def test_empty_layers_and_broken_geometries(tmp_path, folder):
    empty = gpd.GeoDataFrame({"a": []}, geometry=gpd.GeoSeries([], crs=4326))
    empty.to_file(tmp_path / "a.gpkg", layer="empty")
    nothing = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[None, shapely.Point(1e30, 2)], crs=4326)
    nothing.to_file(tmp_path / "a.gpkg", layer="odd")

    first, second = vector.make(tmp_path / "a.gpkg", folder).facts["layers"]

    assert (first["count"], first["box"]) == (0, [])
    assert (second["count"], second["placed"]) == (2, False)


# texts, pictures, documents


def test_markdown_keeps_the_headings_of_the_page(tmp_path, folder):
    path = tmp_path / "README.md"
    path.write_bytes("# Titre\n\n<script>alert(1)</script>\n\n![plan](https://x.org/a.png) été".encode("cp1252"))

    facts = text.make(path, folder).facts
    html = (folder / "text.html").read_text()

    assert (facts["form"], facts["encoding"]) == ("markdown", "cp1252")
    assert "<h3>Titre</h3>" in html
    assert "<script" not in html
    assert "[plan] été" in html
    assert "x.org" not in html


def test_a_long_text_is_cut_and_says_so(tmp_path, folder):
    path = tmp_path / "log.txt"
    path.write_bytes(b"a\x00\x1b[31mline\n" * 50_000)

    facts = text.make(path, folder).facts

    assert (facts["shown_bytes"], facts["bytes"]) == (200_000, path.stat().st_size)
    assert "\x1b" not in (folder / "text.txt").read_text()


def test_a_picture_is_made_again_without_its_notes(tmp_path, folder):
    made = Image.new("RGB", (3000, 1000), "#336699")
    notes = made.getexif()
    notes[0x0112], notes[0x010E] = 6, "secret place"  # on its side
    made.save(tmp_path / "a.jpg", exif=notes)

    facts = image.make(tmp_path / "a.jpg", folder).facts

    assert (facts["width"], facts["height"]) == (1000, 3000)
    with Image.open(folder / "picture.webp") as shown, Image.open(folder / "thumbnail.webp") as small:
        assert (max(shown.size), max(small.size)) == (1280, 320)
        assert shown.height > shown.width
        assert dict(shown.getexif()) == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_kind(tmp_path, folder, mode):
    name = "a.jpg" if mode == "CMYK" else "a.png"
    Image.new(mode, (40, 30)).save(tmp_path / name)

    assert image.make(tmp_path / name, folder).facts["shown_width"] == 40


def test_a_picture_that_is_none(tmp_path, folder):
    (tmp_path / "a.png").write_bytes(b"<svg onload=alert(1)>")

    with pytest.raises(InspectionError, match="not a picture"):
        image.make(tmp_path / "a.png", folder)


def test_pages_of_a_document_are_counted_where_it_is_cheap(tmp_path, folder):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n1 0 obj <</Type /Pages /Kids [2 0 R 3 0 R] /Count 2>> endobj")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.5 compressed")

    assert document.make(tmp_path / "a.pdf", folder).facts == {"pages": 2}
    assert document.make(tmp_path / "b.pdf", folder).facts == {"pages": None}


# nasty


def test_a_bomb_is_refused_before_it_is_opened(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(zipped, "_BOMB_BYTES", 2**20)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(5 * 2**20))

    with pytest.raises(InspectionError, match="would unpack to 5 MiB"):
        table.make(path, folder)


def test_the_child_tells_what_is_wrong(tmp_path, folder):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    maker = maker_for(".gpkg")
    assert maker is not None

    with pytest.raises(PreviewError, match=r"a\.gpkg"):
        run(maker, path, folder)


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_real_and_nasty_files(folder):
    shapefile = vector.make(REAL / "vector/LEM_dataset.shp", folder).facts["layers"][0]
    assert (shapefile["count"], shapefile["placed"]) == (1854, True)
    assert (folder / "layer-0.geojson").stat().st_size <= vector.MOST_BYTES
    plots = vector.make(REAL / "vector/EmprisePIMANT2021.zip", folder).facts["layers"][0]
    assert (plots["count"], plots["crs"]) == (78, "EPSG:2975")
    for path in sorted((REAL / "nasty/zip").glob("*.zip")):  # refused in words, never anything else
        with contextlib.suppress(InspectionError):
            vector.make(path, folder)
