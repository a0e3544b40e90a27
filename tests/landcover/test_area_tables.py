# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas as mapped and as estimated, side by side: tables, spreadsheet, chart, shapes, text, the command."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import numpy as np
import pyarrow.parquet
import pyogrio
import pytest
import rasterio
import shapely

from landcover.conftest import Scene
from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.errors import ProblemsError, RecipeError
from terracite.landcover.area_tables import AreaTable, Asked, area_table, as_text, write_files
from terracite.landcover.checks import prepare
from terracite.landcover.classmap import open_map
from terracite.landcover.fusion import fuse
from terracite.landcover.judging import Judged, judge_map
from terracite.landcover.recipe import SamplePart
from terracite.landcover.run import run as run_recipe

SIDE, CELL, LEFT, TOP, CRS = 120, 50.0, 4_000_000.0, 3_000_000.0, "EPSG:3035"
NAMES = ["Étang", "=1+1", "Bois", "Trop petit"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map of three classes, four units that tile it, 300 random points of which one in ten is mapped wrong."""
    folder, rng = tmp_path_factory.mktemp("areas"), np.random.default_rng(11)
    codes = np.kron(rng.integers(1, 4, (SIDE // 10, SIDE // 10)), np.ones((10, 10))).astype(np.uint8)
    codes[:4, :4] = 0
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": SIDE, "width": SIDE, "crs": CRS}
    with rasterio.open(
        folder / "map.tif", "w", transform=rasterio.Affine(CELL, 0, LEFT, 0, -CELL, TOP), **profile
    ) as f:
        f.write(codes, 1)
    (folder / "classes.csv").write_text(
        "code,fr,en,colour\n1,Eau,Water,#0000ff\n2,Bois,Wood,#00ff00\n3,Pré,Meadow,#aaff00\n"
    )
    end, middle = LEFT + SIDE * CELL, LEFT + 3025.0
    shapes = [
        shapely.box(LEFT, TOP - 6000, middle, TOP), shapely.box(middle, TOP - 3000, end, TOP),
        shapely.box(middle, TOP - 5700, end, TOP - 3000), shapely.box(middle, TOP - 6000, end, TOP - 5700),
    ]  # fmt: skip
    geopandas.GeoDataFrame({"nom": NAMES}, geometry=shapes, crs=CRS).to_file(folder / "units.gpkg")
    rows, cols = 4 + np.stack(np.divmod(rng.choice((SIDE - 4) ** 2, 300, replace=False), SIDE - 4))
    true = np.where(rng.random(300) < 0.1, 1 + codes[rows, cols] % 3, codes[rows, cols])
    points = shapely.points(LEFT + (cols + 0.5) * CELL, TOP - (rows + 0.5) * CELL)
    west = np.where(cols < 60, "west", "east")
    values = {"class": true.astype(int), "stratum": west, "cluster": np.arange(300) // 2, "inclusion": 1.0 + cols % 3}
    frame = geopandas.GeoDataFrame(values, geometry=points, crs=CRS)
    frame.to_file(folder / "points.gpkg")
    (folder / "strata.csv").write_text("stratum,area_ha\nwest,1800\neast,1800\n")
    halves = [shapely.box(LEFT, TOP - 6000, LEFT + 3000, TOP), shapely.box(LEFT + 3000, TOP - 6000, end, TOP)]
    geopandas.GeoDataFrame({"name": ["west", "east"]}, geometry=halves, crs=CRS).to_file(folder / "strata.gpkg")
    return folder


def part_of(folder: Path, design: str, points: object = "points.gpkg") -> SamplePart:
    strata = folder / "strata.csv" if design == "strata" else None
    return SamplePart.model_validate({"file": folder / str(points), "design": design, "strata_file": strata})


def judged_by(folder: Path, design: str) -> Judged:
    return judge_map(
        open_map(folder / "map.tif", folder / "classes.csv"), part_of(folder, design), folder / "units.gpkg"
    )


def made(folder: Path, design: str = "random", **more: object) -> AreaTable:
    part = part_of(folder, design, more.pop("points", "points.gpkg")) if design else None
    asked = Asked(units=folder / "units.gpkg", sample=part, **more)  # type: ignore[arg-type]
    return area_table(open_map(folder / "map.tif", folder / "classes.csv"), asked)


def test_mapped_and_adjusted_areas_stand_side_by_side_with_their_method(folder: Path) -> None:
    table = made(folder)
    assert [place.name for place in table.units] == NAMES
    assert [place.method for place in table.places] == ["direct", "direct", "direct", "direct", "refused"]
    for place in table.units[:3]:
        assert place.areas is not None
        assert place.areas.value.sum() == pytest.approx(place.area_ha, rel=0.02)
    refused = table.units[3]
    assert refused.estimate is not None
    assert refused.estimate.missing > 10
    assert np.isnan(table.interval(refused, 0)).all()
    total = sum(place.area_ha for place in table.units)
    assert (total, table.whole.area_ha) == (pytest.approx(3600), pytest.approx(3600))
    assert table.whole.unmapped_ha == pytest.approx(4.0)


def test_every_design_gives_the_areas_that_the_command_accuracy_gives(folder: Path) -> None:
    for design in ("map", "strata", "cluster", "two-stage"):
        table, judged = made(folder, design), judged_by(folder, design)
        for place, unit in zip(table.units, judged.units, strict=True):
            assert place.estimate is not None
            assert (place.method, place.estimate.missing) == (unit.estimate.method, unit.estimate.missing)
            if place.areas is not None:
                np.testing.assert_allclose(place.areas.value, unit.estimate.areas.value)  # type: ignore[union-attr]
        assert (table.whole.method, judged.accuracy is None) == ("direct", False)
        np.testing.assert_allclose(table.whole.areas.half_width, judged.accuracy.areas.half_width)  # type: ignore[union-attr]


def test_shapes_of_the_strata_tell_how_much_of_each_lies_in_a_unit(folder: Path) -> None:
    shaped = made(folder, "strata", strata=folder / "strata.gpkg", strata_column="name")
    assert [place.method for place in shaped.units] == ["direct", "direct", "direct", "refused"]
    for place, bare in zip(shaped.units[:3], made(folder, "strata").units, strict=False):
        assert place.areas is not None
        np.testing.assert_allclose(place.areas.value, bare.areas.value, rtol=0.1)  # type: ignore[union-attr]


def test_points_that_chance_did_not_draw_are_refused(folder: Path) -> None:
    chosen = made(folder, "none")
    assert {place.method for place in chosen.places} == {"refused"}
    assert {place.estimate.points for place in chosen.places if place.estimate} >= {300}


def test_points_on_cells_without_class_are_left_out_where_classes_are_the_strata(folder: Path) -> None:
    more = geopandas.read_file(folder / "points.gpkg")
    more.loc[:2, "geometry"] = shapely.points(LEFT + 75.0, TOP - np.array([25.0, 75.0, 125.0]))
    more.to_file(folder / "holes.gpkg")
    for design in ("map", "random"):
        table = made(folder, design, points="holes.gpkg")
        assert table.whole.areas is not None
        total = 3596 if design == "map" else 3600
        assert table.whole.areas.value.sum() == pytest.approx(total, abs=15)


def test_mistakes_of_units_and_sample_are_told_together(folder: Path) -> None:
    part = SamplePart(file=folder / "points.gpkg", design="random", class_column="klass")
    with pytest.raises(ProblemsError) as error:
        area_table(open_map(folder / "map.tif"), Asked(folder / "units.gpkg", "name", part))
    assert "has no column 'name'" in str(error.value)
    assert "has no column 'klass'. Did you mean 'class'?" in str(error.value)


def test_the_files_say_the_same_and_no_name_is_taken_for_a_formula(folder: Path, tmp_path: Path) -> None:
    table = made(folder)
    names = [one.path for one in write_files(tmp_path, table)]
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    with (tmp_path / "areas_by_unit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 * 3
    assert {row["unit"] for row in rows} == {"", "Étang", "'=1+1", "Bois", "Trop petit"}
    assert rows[-1]["adjusted_ha"] == ""
    parquet = pyarrow.parquet.read_table(tmp_path / "areas_by_unit.parquet").to_pylist()
    assert [row["mapped_ha"] for row in parquet] == [float(row["mapped_ha"]) for row in rows]
    sheet = pyogrio.read_dataframe(tmp_path / "areas.fr.ods", layer="Surfaces")  # GDAL's own reader
    assert sheet["Unité"][3] == "Étang"
    assert sheet["Unité"][6] == "=1+1"
    np.testing.assert_allclose(
        sheet["Estimé (ha)"].to_numpy(float)[:12], [float(row["adjusted_ha"]) for row in rows[:12]]
    )
    content = ElementTree.fromstring(zipfile.ZipFile(tmp_path / "areas.ods").read("content.xml"))
    assert not [cell for cell in content.iter() if any("formula" in name for name in cell.attrib)]
    shapes = pyogrio.read_dataframe(tmp_path / "areas_by_unit.gpkg")
    assert shapes["unit"].tolist() == NAMES
    assert shapes["mapped_ha_2"].tolist() == [row["mapped_ha"] for row in parquet[3:] if row["code"] == 2]


def test_the_chart_is_a_drawing_without_scripts_in_which_shapes_tell_estimates(folder: Path, tmp_path: Path) -> None:
    list(write_files(tmp_path, made(folder)))
    space = "{http://www.w3.org/2000/svg}"
    drawing = ElementTree.parse(tmp_path / "areas.fr.svg").getroot()
    circles = drawing.findall(f"{space}circle")
    assert len(circles) == 3 + 3 * 3  # one unit of four is refused: its bars are hatched
    assert len([bar for bar in drawing.iter(f"{space}rect") if bar.get("fill") == "url(#hatch)"]) == 3
    assert "Étang" in {text.text for text in drawing.iter(f"{space}text")}


def test_the_same_areas_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        list(write_files(tmp_path / name, made(folder)))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_without_a_sample_it_is_said_that_errors_are_not_known(folder: Path) -> None:
    table = made(folder, "")
    assert "errors are of unknown size" in as_text(table, "en")
    assert "leur erreur n'est pas connue" in as_text(table, "fr")
    assert "refus" not in as_text(table, "fr")


def test_a_sample_that_bears_no_estimate_is_told_in_the_tables_of_a_run(folder: Path, tmp_path: Path) -> None:
    frame = geopandas.read_file(folder / "points.gpkg")
    frame.loc[0, "stratum"] = "north"
    frame.to_file(tmp_path / "points.gpkg")
    (tmp_path / "strata.csv").write_text("stratum,area_ha\nwest,1700\neast,1700\nnorth,200\n")
    part = SamplePart(file=tmp_path / "points.gpkg", strata_file=tmp_path / "strata.csv")
    found, asked = open_map(folder / "map.tif", folder / "classes.csv"), Asked(folder / "units.gpkg", sample=part)
    with pytest.raises(ProblemsError, match="stratum 'north': has 1 sample points"):
        area_table(found, asked)
    table = area_table(found, asked, insist=False)
    assert "stratum 'north'" in str(table.refusal[0])
    assert "pour une surface de 200. Tirez au moins deux points" in as_text(table, "fr")
    (tmp_path / "files").mkdir()
    list(write_files(tmp_path / "files", table))
    with (tmp_path / "files" / "areas_by_unit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["method"], row["points"], row["adjusted_ha"]) for row in rows} == {("refused", "", "")}
    assert float(rows[0]["mapped_ha"]) > 1000


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = 0
    try:
        main(["landcover", "areas", *map(str, words)])
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_prints_a_table_and_writes_a_crate(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [folder / "map.tif", "--nomenclature", folder / "classes.csv", "--units", folder / "units.gpkg"]
    given += ["--sample", folder / "points.gpkg", "--design", "random", "--output", tmp_path / "crate"]
    code, out, err = run(capsys, *given, "--language", "fr", "--unit", "km2")
    assert code == 0, err
    assert "Toute la carte : 36,0 km²" in out
    assert "Trop petit : 0,9 km², refusée" in out
    again = json.loads(run(capsys, *given, "--json", "--unit", "km2")[1])
    assert again["changed"] is False
    assert again["places"][4]["classes"][0]["adjusted"] is None
    assert (tmp_path / "crate" / "ro-crate-metadata.json").is_file()


def test_no_map_is_lost_to_what_is_made_from_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crate, codes = tmp_path / "crate", str(folder / "map.tif")
    main(["landcover", "fractions", codes, "--cell", "500", "--output", str(crate)])
    for output, why in ((crate, "another command made: terracite landcover fractions"), (tmp_path, "other files")):
        code, _, err = run(capsys, codes, "--output", output)
        assert (code, why in err) == (1, True), err
    assert (crate / "areas.csv").is_file()
    assert "which it is made from" in run(capsys, crate / "fractions_500.tif", "--output", crate)[2]


def test_the_command_tells_mistakes_in_french(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [folder / "map.tif", "--units", folder / "units.gpkg", "--unit-name", "nam", "--language", "fr"]
    code, _, err = run(capsys, *words)
    assert code == 1
    assert "n'a pas de colonne « nam ». Vouliez-vous dire « nom » ?" in err


def test_a_map_of_nothing_has_no_areas(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with rasterio.open(folder / "map.tif") as image:
        profile = image.profile
    with rasterio.open(tmp_path / "none.tif", "w", **profile) as file:
        file.write(np.zeros((SIDE, SIDE), np.uint8), 1)
    assert "'none.tif' maps nothing" in run(capsys, tmp_path / "none.tif", "--output", tmp_path / "areas")[2]


def test_the_command_says_what_the_strata_lack(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [folder / "map.tif", "--nomenclature", folder / "classes.csv", "--sample", folder / "points.gpkg"]
    assert "Nothing says how the sample 'points.gpkg' was drawn" in run(capsys, *given)[2]
    assert "Add --strata FILE" in run(capsys, *given, "--design", "strata")[2]
    assert "Rien ne dit comment l'échantillon" in run(capsys, *given, "--language", "fr")[2]
    chosen = run(capsys, *given, "--design", "none")[1]
    assert "supports no estimate" in chosen
    assert "To publish" not in chosen
    facts = json.loads(run(capsys, *given, "--strata", folder / "strata.csv", "--json")[1])
    assert facts["places"][0]["method"] == "direct"


def test_a_recipe_with_units_writes_their_areas_beside_the_map(scene: Scene) -> None:
    left, middle, right, bottom, top = 300_000, 300_700, 301_600, 7_698_800, 7_700_000
    halves = [shapely.box(left, bottom, middle, top), shapely.box(middle, bottom, right, top)]
    frame = geopandas.GeoDataFrame({"nom": ["Ouest", "Est"]}, geometry=halves, crs="EPSG:32740")
    frame.to_file(scene.folder / "communes.gpkg")
    frame.assign(stratum=["west", "east"]).to_file(scene.folder / "strates.gpkg")
    text = '[areas]\nunits = "communes.gpkg"\nname = "nam"\n\n[output]'
    recipe = scene.with_recipe("[output]", text)
    with pytest.raises(RecipeError, match=r"areas.name \(line \d+\): 'communes.gpkg' has no column 'nam'.*'nom'"):
        prepare(recipe)
    scene.with_recipe('name = "nam"', 'name = "nom"\nstrata = "strates.gpkg"\nstrata_name = "stratum"')
    scene.with_recipe("runs = 3", "runs = 1")
    assert prepare(recipe).units == 2
    done = run_recipe(recipe, scene.folder / "map")
    crate, found = done.crate, done.outcome
    assert found is not None
    assert found.areas is not None
    report = (crate.folder / "report.html").read_text()
    assert f"<b>{found.areas.units[1].areas.value[0]:,.1f}</b>" in report  # type: ignore[union-attr]
    assert "Surfaces par unité" in report
    rows = pyarrow.parquet.read_table(crate.folder / "areas_by_unit.parquet").to_pylist()
    assert [row["unit"] for row in rows[::3]] == ["", "Ouest", "Est"]
    assert {row["method"] for row in rows} == {"direct"}
    assert sum(row["mapped_ha"] for row in rows[3:]) == pytest.approx(sum(row["mapped_ha"] for row in rows[:3]))
    assert "communes.gpkg" in (crate.folder / "ro-crate-metadata.json").read_text()
    every_command_says_the_same_hectares(scene, crate.folder)


def every_command_says_the_same_hectares(scene: Scene, crate: Path) -> None:
    """On a UTM map, where the plane would say 4e-4 more."""
    with (crate / "areas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = [float(row["mapped_ha"]) for row in rows]
    found, part = open_map(crate), SamplePart(file=scene.folder / "points.gpkg", design="map")
    judged, table = judge_map(found, part), area_table(found, Asked(sample=part))
    assert sum(said) == pytest.approx(192 * 0.9998, rel=3e-4)
    assert abs(sum(said) - 192) > 0.02
    np.testing.assert_allclose(table.whole.mapped_ha, said, rtol=1e-6)
    np.testing.assert_allclose(judged.placed.mapped_ha, said, rtol=1e-6)  # type: ignore[arg-type]
    fused = open_crate(fuse([crate, crate], scene.folder / "fused").path).record
    assert [one.area_ha for one in fused.classes] == [round(area, 2) for area in table.whole.mapped_ha.tolist()]
    csv_file = scene.folder / "strata.csv"
    strata = area_table(found, Asked(sample=part.model_copy(update={"design": "strata", "strata_file": csv_file})))
    ends = strata.whole.areas
    assert ends is not None
    for column, values in (("", ends.value), ("_low", ends.low), ("_high", ends.high)):
        np.testing.assert_allclose([float(row[f"estimated_ha{column}"]) for row in rows], values, rtol=1e-6, atol=1e-4)
