# SPDX-License-Identifier: AGPL-3.0-or-later
"""Polygons of maps: GEOS judges their topology, GDAL's own polygons are the witness, files are read back."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import rasterio
import rasterio.features
import shapely
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.transform import from_origin

from landcover.test_shapes import noise, written
from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.landcover.classmap import open_map
from terracite.landcover.shapes import Regular, regular_strips
from terracite.landcover.shapes.attributes import short_names
from terracite.landcover.shapes.polygons import Shape, polygons
from terracite.landcover.shapes.tracing import Strip

PLACE = Affine(1, 0, 0, 0, -1, 0)


def traced(codes: NDArray, rows: int, tolerance: float = 0) -> tuple[NDArray, NDArray, NDArray]:
    """(polygons, their codes, their sums) with the class, an area of 1 a cell, and the class itself as a layer."""
    height, width = codes.shape
    strips = (
        Strip(part, part, part[None].astype(np.uint16), np.ones(len(part), np.int64), 9, top)
        for top in range(0, height, rows)
        for part in [codes[top : top + rows]]
    )
    shapes, found, sums = [], [np.zeros(0, np.uint8)], [np.zeros((0, 12), np.int64)]
    for batch in polygons(strips, width, height, Shape(tuple(PLACE)[:6], tolerance)):
        starts = [0, *batch.ends[:-1]]
        shapes += [batch.wkb[a:b].tobytes() for a, b in zip(starts, batch.ends, strict=True)]
        found.append(batch.codes)
        sums.append(batch.sums)
    return shapely.from_wkb(np.array(shapes, object)), np.concatenate(found), np.concatenate(sums)


def witness(codes: NDArray) -> list[tuple[int, tuple[float, ...], float, int]]:
    given = rasterio.features.shapes(codes, mask=codes > 0, connectivity=4, transform=PLACE)
    return told([shapely.geometry.shape(shape) for shape, _ in given], [int(code) for *_, code in
                rasterio.features.shapes(codes, mask=codes > 0, connectivity=4, transform=PLACE)])  # fmt: skip


def told(shapes: NDArray, codes: NDArray) -> list[tuple[int, tuple[float, ...], float, int]]:
    """What two ways of drawing one object have in common, but for vertices on straight lines."""
    return sorted(
        (int(code), shape.bounds, shape.area, shape.length, shapely.get_num_interior_rings(shape))
        for code, shape in zip(codes, shapes, strict=True)
    )  # type: ignore[return-value]


def spiral(side: int) -> NDArray:
    found, at, step = np.ones((side, side), np.uint8), [0, 0], (0, 1)
    for _ in range(side * side):
        found[tuple(at)] = 2
        ahead = [at[0] + step[0], at[1] + step[1]]
        beyond = [at[0] + 2 * step[0], at[1] + 2 * step[1]]
        inside = all(0 <= place < side for place in ahead)
        if not inside or (all(0 <= place < side for place in beyond) and found[tuple(beyond)] == 2):
            step = (step[1], -step[0])
            ahead = [at[0] + step[0], at[1] + step[1]]
            if not all(0 <= place < side for place in ahead) or found[tuple(ahead)] == 2:
                break
        at = ahead
    return found


def rings(side: int) -> NDArray:
    away = np.minimum(np.arange(side), np.arange(side)[::-1])
    return (np.minimum.outer(away, away) % 3).astype(np.uint8)


rng = np.random.default_rng(7)
CASES = {
    "checkerboard": (np.indices((9, 8)).sum(axis=0) % 2 + 1).astype(np.uint8),
    "checkerboard with holes": (np.indices((7, 9)).sum(axis=0) % 2).astype(np.uint8),
    "spiral": spiral(17),
    "rings in rings": rings(15),
    "one class": np.ones((6, 5), np.uint8),
    "nothing": np.zeros((4, 4), np.uint8),
    "one row": rng.integers(0, 3, (1, 30)).astype(np.uint8),
    "one column": rng.integers(0, 3, (30, 1)).astype(np.uint8),
    "one cell": np.full((1, 1), 7, np.uint8),
    "cells": noise(rng, 24, 19, 3, holes=True),
    "two classes": noise(rng, 25, 25, 2, holes=False),
    "fields": noise(rng, 40, 36, 4, grain=3, holes=True),
    "corners": np.kron(noise(rng, 13, 11, 2, holes=False), np.array([[1, 0], [0, 1]], np.uint8)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("tolerance", [0.0, 3.0])
def test_polygons_cover_the_map_once(name: str, tolerance: float) -> None:
    codes = CASES[name]
    ways = [traced(codes, rows, tolerance) for rows in (1, 7)]
    shapes, found, sums = ways[0]
    assert all(np.array_equal(shapely.to_wkb(shapes), shapely.to_wkb(other)) for other, *_ in ways)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes) or not len(shapes)
    cells = sums[:, :9].sum(axis=1)
    assert cells.sum() == (codes > 0).sum() == pytest.approx(shapely.area(shapes).sum())
    footprint = shapely.union_all([shape for shape, _ in _whole(codes)]) if codes.any() else shapely.Polygon()
    assert shapely.union_all(shapes).symmetric_difference(footprint).area == pytest.approx(0)
    if tolerance == 0:
        assert told(shapes, found) == witness(codes)
        assert np.array_equal(cells, shapely.area(shapes))
        assert np.array_equal(sums[:, 9:], np.stack([cells, cells * found, cells * found.astype(int) ** 2], axis=1))


def _whole(codes: NDArray) -> list[tuple[shapely.Polygon, int]]:
    mapped = (codes > 0).astype(np.uint8)
    return [
        (shapely.geometry.shape(shape), 1)
        for shape, _ in rasterio.features.shapes(mapped, mask=mapped > 0, transform=PLACE)
    ]


def test_simplified_borders_have_fewer_vertices_and_keep_their_place() -> None:
    across, down = np.indices((60, 60))
    codes = np.where(2 * across + down < 90, 1, 2).astype(np.uint8)
    plain, simple = traced(codes, 16)[0], traced(codes, 16, 1.5)[0]
    assert shapely.get_num_coordinates(plain).sum() > 70
    assert shapely.get_num_coordinates(simple).sum() < 14
    assert shapely.hausdorff_distance(plain[0].boundary, simple[0].boundary) <= 1.5


def test_no_polygon_is_under_the_minimum(tmp_path: Path) -> None:
    path = written(tmp_path / "map.tif", noise(np.random.default_rng(2), 70, 61, 3, holes=False))
    known = open_map(path)
    codes = np.concatenate([after for *_, after in regular_strips(known, Regular(3, 20))])
    assert shapely.area(traced(codes, 9)[0]).min() >= 20


def test_short_names() -> None:
    assert short_names(["Zones indus. et comm.", "12", "Forêts de feuillus", "Forêts de feu"]) == [
        "ZonesIndus", "C12", "ForetsDeFe", "ForetsDeF2",
    ]  # fmt: skip


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    """A map of fields with single cells of another class, in UTM, cells of 10 m."""
    codes = np.kron(np.array([[1, 2], [3, 1]], np.uint8), np.ones((20, 20), np.uint8))
    codes[5, 5], codes[30, 30], codes[0, 39] = 3, 2, 0
    return written(tmp_path / "map.tif", codes)


def test_every_format_is_read_back(crate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "shapes"
    command = ["landcover", "vectorise", str(crate), "--minimum", "0.1ha", "--format", "gpkg,shp,fgb,pmtiles,parquet"]
    main([*command, "--output", str(output), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["polygons"] == 4
    assert facts["changed"]
    assert verify(output) == []
    table = geopandas.read_file(output / "landcover.gpkg").set_index("id")
    assert table["Classe"].tolist() == [1, 2, 3, 1]
    assert table["Nom_en"].tolist() == ["Forest", "Water", "Maize", "Forest"]
    assert table["Area"].tolist() == [4.0, 3.99, 4.0, 4.0]
    assert table["Forest"].tolist() == [99.75, 0, 0, 99.75]
    assert table["Maize"].tolist() == [0.25, 0, 100, 0]
    for name in ("landcover.fgb", "landcover.zip", "landcover.parquet"):
        read = geopandas.read_parquet if name.endswith("parquet") else geopandas.read_file
        other = read(output / name).set_index("id").sort_index()
        assert other["Nom_fr"].tolist() == table["Nom_fr"].tolist()
        assert other.crs == table.crs
        assert shapely.equals(other.geometry.to_numpy(), table.geometry.to_numpy()).all()
    with zipfile.ZipFile(output / "landcover.zip") as archive:
        assert {Path(one).suffix for one in archive.namelist()} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    assert pyogrio.read_info(output / "landcover.pmtiles")["crs"] == "EPSG:3857"
    record = open_crate(output).record
    assert record.representation == "vector"
    assert "no gap, no overlap" in record.abstract.best("en")
    before = (output / "landcover.gpkg").read_bytes()
    main([*command, "--output", str(tmp_path / "again"), "--json"])
    assert (tmp_path / "again" / "landcover.gpkg").read_bytes() == before


def test_confidence_and_dates_are_those_of_the_cells(tmp_path: Path) -> None:
    from terracite.landcover.shapes.attributes import Columns
    from terracite.landcover.shapes.polygons import Polygons

    known = open_map(written(tmp_path / "map.tif", np.ones((2, 2), np.uint8)))
    classes = known.nomenclature.classes[:1]
    wkb = np.frombuffer(shapely.to_wkb(shapely.box(0, 0, 1, 1)), np.uint8)
    sums = np.array([[4, 4, 300, 22_600, 20, 100]])  # confidence 70, 70, 80, 80; always 5 dates
    some = Polygons(np.array([1], np.uint8), sums, wkb, np.array([len(wkb)]))
    row = Columns("oso", classes, ("confidence", "clear_dates"), 0.01).batch(some, 1).to_pylist()[0]
    assert (row["Confidence"], row["ConfStd"], row["Validmean"], row["Validstd"]) == (75, 5, 5, 0)
    assert (row["Area"], row["Forest"]) == (0.04, 100)


def test_polygons_of_units_are_cut_at_their_borders(crate: Path, tmp_path: Path) -> None:
    west, middle, east, south, north = 300_000, 300_105, 300_400, 7_699_600, 7_700_000
    shapes = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    units = geopandas.GeoDataFrame({"nom": ["Saint-Léu", "Le Port"]}, geometry=shapes, crs="EPSG:32740")
    units.to_file(tmp_path / "units.gpkg")
    output = tmp_path / "shapes"
    command = ["landcover", "vectorise", str(crate), "--units", str(tmp_path / "units.gpkg"), "--unit-name", "nom"]
    main([*command, "--format", "fgb", "--attributes", "plain", "--output", str(output)])
    assert sorted(path.name for path in (output / "units").iterdir()) == ["le-port.fgb", "saint-leu.fgb"]
    parts = [geopandas.read_file(path) for path in sorted((output / "units").iterdir())]
    assert sum(part["area_ha"].sum() for part in parts) == pytest.approx(15.99)
    assert parts[1]["area_ha"].sum() == pytest.approx(10.5 * 0.4)
    assert all(np.allclose(part.area / 10_000, part["area_ha"]) for part in parts)
    assert verify(output) == []


def test_areas_in_degrees_are_those_on_the_ellipsoid(tmp_path: Path) -> None:
    degrees = {"crs": "EPSG:4326", "transform": from_origin(55, -21, 0.01, 0.01)}
    path = written(tmp_path / "map.tif", np.array([[1, 1], [2, 2]], np.uint8), **degrees)
    main(["landcover", "vectorise", str(path), "--output", str(tmp_path / "shapes"), "--simplify", "500"])
    table = geopandas.read_file(tmp_path / "shapes" / "landcover.gpkg")
    expected = open_map(path).grid.row_areas_m2() * 2 / 10_000
    assert table["Area"].to_numpy() == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "kml,gpgk"], "Did you mean 'gpkg'?"),
        (["--unit-name", "nom"], "Give their file with --units."),
        (["--simplify", "-3"], "-3 is below 0"),
        (["--keep", "Rock"], "has no class 'Rock'"),
    ],
)
def test_mistakes_are_told(options: list[str], said: str, crate: Path, tmp_path: Path, capsys) -> None:
    with pytest.raises(SystemExit):
        main(["landcover", "vectorise", str(crate), "--output", str(tmp_path / "shapes"), *options])
    assert said in capsys.readouterr().err
    assert not (tmp_path / "shapes").exists()


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("vectorise", "--format kml,gpgk", ["Les polygones ne peuvent pas", "« kml » n'est pas un format. Choisissez",
                                            "« gpgk » n'est pas un format. Vouliez-vous dire « gpkg » ?"]),
        ("vectorise", "--format , --simplify -3 --unit-name nom",
         ["aucun format n'est donné. Choisissez", "-3 est sous 0. Donnez des mètres", "il n'y a pas d'unités. Donnez"]),
        ("vectorise", "--keep Rock,Watr", ["n'a pas de classe « Rock ». Choisissez", "« Watr ». Vouliez-vous dire"]),
        ("regularise", "--majority 4 --minimum 12acres",
         ["ne peut pas être régularisée", "de 4 cellules n'est pas possible. Donnez un nombre impair",
          "« 12acres » n'est pas une taille. Écrivez"]),
        ("regularise", "--minimum 99ha", ["99ha est plus que toute la carte, qui a 1600 cellules. Donnez-en"]),
        ("regularise", "", ["La carte resterait", "aucun des deux n'est donné. Donnez --majority"]),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_french(command: str, options: str, said: list[str], crate: Path, tmp_path: Path,
                                     capsys) -> None:  # fmt: skip
    output = str(tmp_path / "out")
    with pytest.raises(SystemExit):
        main(["landcover", command, str(crate), "--output", output, "--language", "fr", *options.split()])
    told = " ".join(capsys.readouterr().err.split())
    assert [words for words in said if words not in told] == [], told


def test_what_holds_no_map_is_refused(crate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = written(tmp_path / "empty.tif", np.zeros((3, 3), np.uint8))
    wide = written(tmp_path / "wide.tif", np.full((3, 3), 700, np.uint16))
    unnamed = written(tmp_path / "unnamed.tif", np.full((3, 3), 9, np.uint8))
    far = geopandas.GeoDataFrame({"nom": ["Là-bas"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32740")
    far.to_file(tmp_path / "far.gpkg")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for given, options, said in (
        (empty, [], "no polygon"),
        (wide, [], "no map of classes"),
        (unnamed, [], "code 9"),
        (crate, ["--units", str(tmp_path / "far.gpkg"), "--unit-name", "nom"], "units"),
        (crate, ["--output", str(tmp_path / "full")], "other files"),
    ):
        with pytest.raises(SystemExit):
            main(["landcover", "vectorise", str(given), "--output", str(tmp_path / "shapes"), *options])
        assert said in capsys.readouterr().err
