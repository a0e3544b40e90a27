# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps judged with samples: by each design, per unit, against another map, between two dates; and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click
import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import box

from terracite.cli import main
from terracite.cli.landcover import landcover
from terracite.cli.landcover.options import DESIGNS
from terracite.errors import ConfigError, ProblemsError
from terracite.landcover.classmap import ClassMap, open_map
from terracite.landcover.judging import files as judged_files
from terracite.landcover.judging import judge_map, measure_change, place_sample
from terracite.landcover.judging.under import histogram, read_under
from terracite.landcover.recipe import SamplePart

SIDE, CELL = 200, 10.0
WHOLE_HA = 399.9285  # on the ellipsoid; 400 on the plane of UTM
NAMES = "code,fr,en,colour\n1,Eau,Water,#2b6ca3\n2,Champ,Field,#c7d64f\n3,Forêt,Forest,#2f7d4f\n"


def _write_map(path: Path, codes: np.ndarray, crs: str = "EPSG:32740") -> None:
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": SIDE, "width": SIDE, "crs": crs, "nodata": 0,
               "transform": rasterio.transform.from_origin(300_000, 7_700_000, CELL, CELL)}  # fmt: skip
    with rasterio.open(path, "w", **profile) as image:
        image.write(codes.astype(np.uint8), 1)


def _write_points(path: Path, rows: np.ndarray, cols: np.ndarray, **columns: object) -> Path:
    shapes = geopandas.points_from_xy(300_000 + (cols + 0.5) * CELL, 7_700_000 - (rows + 0.5) * CELL)
    geopandas.GeoDataFrame(dict(columns), geometry=shapes, crs="EPSG:32740").to_file(path)
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A country of 400 ha: two maps, the truth at two dates, points by design, two units."""
    folder = tmp_path_factory.mktemp("judging")
    rng = np.random.default_rng(3)
    truth = np.repeat(np.repeat(rng.integers(1, 4, (20, 20)), 10, axis=0), 10, axis=1)
    later = np.where(rng.random(truth.shape) < 0.1, 3, truth)
    old = np.where(rng.random(truth.shape) < 0.15, rng.integers(1, 4, truth.shape), truth)
    new = np.where((old != truth) & (rng.random(truth.shape) < 0.6), truth, old)
    _write_map(folder / "old.tif", old)
    _write_map(folder / "new.tif", new)
    _write_map(folder / "later.tif", later)
    (folder / "classes.csv").write_text(NAMES, encoding="utf-8")
    (folder / "strata.csv").write_text("stratum,area_ha\nnorth,200\nsouth,200\n")
    rows, cols = np.divmod(rng.choice(SIDE**2, 400, replace=False), SIDE)
    _write_points(
        folder / "points.gpkg", rows, cols, **{
            "class": truth[rows, cols], "later": later[rows, cols], "cluster": np.arange(400) // 5, "inclusion": 0.5,
            "stratum": np.where(rows < SIDE // 2, "north", "south"), "name": truth[rows, cols].astype(str),
        },
    )  # fmt: skip
    east = 300_000 + SIDE * CELL
    halves = [box(300_000, 7_698_000, 301_800, 7_700_000), box(301_800, 7_698_000, east, 7_700_000)]
    geopandas.GeoDataFrame({"nom": ["Grande", "Petite"]}, geometry=halves, crs="EPSG:32740").to_file(folder / "u.gpkg")
    return folder


def _map(place: Path, name: str = "old.tif") -> ClassMap:
    return open_map(place / name, place / "classes.csv")


def _part(place: Path, design: str, **more: object) -> SamplePart:
    return SamplePart(file=more.pop("file", place / "points.gpkg"), design=design, **more)  # type: ignore[arg-type]


def _run(*words: object) -> None:
    main(["landcover", *map(str, words)])


@pytest.mark.parametrize("design", ["map", "random", "strata", "cluster", "two-stage"])
def test_each_design_gives_the_whole_area(place: Path, design: str) -> None:
    strata = place / "strata.csv" if design == "strata" else None
    found = judge_map(_map(place), _part(place, design, strata_file=strata))
    assert found.accuracy is not None
    assert found.accuracy.areas.value.sum() == pytest.approx(400.0 if design == "strata" else WHOLE_HA, rel=1e-5)
    assert found.placed.mapped_ha is not None
    assert found.placed.mapped_ha.sum() == pytest.approx(WHOLE_HA, rel=1e-5)
    truth = 1 - 0.15 * 2 / 3
    assert float(found.accuracy.overall.low) < truth < float(found.accuracy.overall.high)
    assert found.notes == ()


def test_clusters_within_strata(place: Path) -> None:
    with pytest.raises(ProblemsError, match="clusters have points in more than one stratum"):
        judge_map(_map(place), _part(place, "cluster", strata_file=place / "strata.csv"))


def test_points_that_chance_did_not_draw_give_a_score(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / "none"
    _run("accuracy", place / "old.tif", place / "points.gpkg", "--design", "none", "-o", out)
    said = capsys.readouterr().out
    assert "not drawn by chance" in said
    assert "Model score, not the accuracy of the map" in said
    facts = json.loads((out / "judgement.json").read_text())
    assert 0.8 < facts["model_score_not_accuracy"] < 1
    assert "overall" not in facts
    assert sorted(path.name for path in out.iterdir()) == ["judgement.json", "matrix.csv"]


def test_a_sample_without_design_is_asked_about(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["landcover", "accuracy", str(place / "old.tif"), str(place / "points.gpkg")])
    assert end.value.code not in (0, None)
    assert "Nothing says how the sample 'points.gpkg' was drawn" in capsys.readouterr().err
    given = ["--design", "random", "--strata", str(place / "strata.csv"), "--language", "fr"]
    with pytest.raises(SystemExit):
        main(["landcover", "accuracy", str(place / "old.tif"), str(place / "points.gpkg"), *given])
    assert "Des strates sont données pour l'échantillon « points.gpkg »" in capsys.readouterr().err


def test_the_command_writes_what_it_prints(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / "judged"
    words = ("accuracy", place / "old.tif", place / "points.gpkg", "--strata", place / "strata.csv", "--nomenclature",
             place / "classes.csv", "--units", place / "u.gpkg", "--unit-name", "nom", "-o", out)  # fmt: skip
    _run(*words, "--language", "fr")
    said = capsys.readouterr().out
    assert "Exactitude globale : " in said
    assert "Forêt" in said
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert sorted(first) == ["accuracy.csv", "areas.csv", "judgement.json", "matrix.csv", "units.csv"]
    _run(*words, "--json")
    facts = json.loads(capsys.readouterr().out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    assert facts == json.loads(first["judgement.json"])
    assert facts["overall"]["published_half_width"] == pytest.approx(
        1.96 * facts["overall"]["standard_error"], abs=2e-6
    )
    rows = list(csv.DictReader(first["areas.csv"].decode().splitlines()))
    assert sum(float(row["estimated_ha"]) for row in rows) == pytest.approx(400.0)
    assert "kappa" not in first["judgement.json"].decode() + first["accuracy.csv"].decode()
    (out / "letter.txt").write_text("mine")
    with pytest.raises(ConfigError, match="holds other files: letter"):
        judged_files.write(out, {}, {})


def test_units_are_judged_directly_or_by_a_model_or_refused(place: Path) -> None:
    few = _few_points(place)
    for design, part in (("map", _part(place, "map", file=few)), ("random", _part(place, "random", file=few))):
        found = judge_map(_map(place), part, place / "u.gpkg", "nom")
        large, small = found.units
        assert (large.name, large.estimate.method) == ("Grande", "direct"), design
        assert small.estimate.method in ("refused", "model-assisted")
        assert small.estimate.missing > 0
        assert large.estimate.areas is not None
        assert large.estimate.areas.value.sum() == pytest.approx(360.0, rel=2e-3)
        assert large.area_ha == pytest.approx(360.0, rel=2e-3)


def _few_points(place: Path) -> Path:
    frame = geopandas.read_file(place / "points.gpkg")
    frame.iloc[:120].to_file(place / "few.gpkg")
    return place / "few.gpkg"


def test_two_maps_on_one_sample(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / "compared"
    _run("compare", place / "old.tif", place / "new.tif", place / "points.gpkg", "--design", "random", "-o", out)
    assert "The second map is better" in capsys.readouterr().out
    facts = json.loads((out / "judgement.json").read_text())
    assert facts["difference"]["low"] > 0
    gap = facts["second"]["overall"]["value"] - facts["first"]["overall"]["value"]
    assert facts["difference"]["value"] == pytest.approx(gap, abs=2e-6)
    _run("compare", place / "old.tif", place / "old.tif", place / "points.gpkg", "--design", "map", "--language", "fr")
    assert "ne les départage pas" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["landcover", "compare", str(place / "old.tif"), str(place / "new.tif"), str(place / "points.gpkg"),
              "--design", "none"])  # fmt: skip
    assert "say nothing of which map is better" in capsys.readouterr().err


def test_change_with_and_without_maps(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("change", place / "points.gpkg", "--from", "class", "--to", "later")
    _run(*words, "--design", "random", "--area", "400", "-o", place / "changed", "--json")
    facts = json.loads(capsys.readouterr().out)
    truth = 400 * 0.1 * 2 / 3
    assert facts["changed_ha"]["low"] < truth < facts["changed_ha"]["high"]
    assert {row["to"] for row in facts["transitions"] if row["from"] != row["to"]} == {3}
    assert facts["classes"][2]["net"]["value"] == pytest.approx(facts["changed_ha"]["value"])
    maps = ("--maps", place / "old.tif", place / "later.tif", "--nomenclature", place / "classes.csv")
    _run(*words, "--design", "random", *maps, "-o", place / "changed")
    assert "→ Forest" in capsys.readouterr().out
    rows = list(csv.DictReader((place / "changed" / "transitions.csv").read_text().splitlines()))
    assert sum(float(row["mapped_ha"]) for row in rows) == pytest.approx(WHOLE_HA, rel=1e-5)
    with pytest.raises(ProblemsError, match="the sample stands for no known area"):
        measure_change(_part(place, "random"), ("class", "later"))


def test_transitions_of_two_maps_as_strata(place: Path) -> None:
    before = _map(place)
    found = measure_change(_part(place, "map"), ("class", "later"), (before, before))
    assert found.found.total_area == pytest.approx(WHOLE_HA, rel=1e-5)
    by_map = measure_change(_part(place, "map"), ("class", "later"), (before, _map(place, "later.tif")))
    anywhere = measure_change(_part(place, "random"), ("class", "later"), (before, _map(place, "later.tif")))
    assert float(by_map.found.changed.error) < 0.9 * float(anywhere.found.changed.error)
    first = geopandas.read_file(place / "points.gpkg").iloc[:20]
    first.to_file(place / "first.gpkg")
    part = _part(place, "map", file=place / "first.gpkg")
    with pytest.raises(ProblemsError, match="stratum '"):
        measure_change(part, ("class", "later"), (before, _map(place, "later.tif")))


def test_points_off_the_map_are_counted_and_said(place: Path, tmp_path: Path) -> None:
    holed = np.ones((SIDE, SIDE))
    holed[:20] = 0
    holed[20:60] = 2
    _write_map(tmp_path / "holed.tif", holed)
    rows = np.array([*range(0, SIDE, 2), -5, -6])
    points = _write_points(tmp_path / "p.gpkg", rows, np.full(102, 7), **{"class": np.where(rows < 60, 2, 1)})
    found = open_map(tmp_path / "holed.tif", place / "classes.csv")
    anywhere = judge_map(found, SamplePart(file=points, design="random"))
    assert (anywhere.placed.outside, anywhere.placed.unmapped, anywhere.placed.mapped.size) == (2, 10, 100)
    assert [note.cure.split(":")[0] for note in anywhere.notes[:2]] == [
        "They are left out", "They count as errors of the map",
    ]  # fmt: skip
    assert anywhere.accuracy is not None
    assert float(anywhere.accuracy.overall.value) == pytest.approx(0.9)
    assert anywhere.accuracy.total_area == pytest.approx(WHOLE_HA, rel=1e-5)
    assert "class 3 'Forest'" not in str(anywhere.notes)  # not on the map: nothing to know of it
    by_map = judge_map(found, SamplePart(file=points, design="map"))
    assert by_map.placed.used == 90
    assert by_map.accuracy is not None
    assert by_map.accuracy.total_area == pytest.approx(0.9 * WHOLE_HA, rel=1e-5)
    assert float(by_map.accuracy.overall.value) == 1.0


def test_every_mistake_of_a_sample_is_told(place: Path, tmp_path: Path) -> None:
    points = _write_points(tmp_path / "p.gpkg", np.arange(40), np.arange(40), **{
        "class": ["1"] * 38 + ["swamp", "4"], "stratum": ["north"] * 39 + ["sout"]})  # fmt: skip
    (tmp_path / "strata.csv").write_text("stratum,area_ha\nnorth,100\nnorth,100\nsouth,-5\n")
    with pytest.raises(ProblemsError) as refusal:
        place_sample(_map(place), SamplePart(file=points, strata_file=tmp_path / "strata.csv"))
    told = str(refusal.value)
    assert "lists the stratum 'north' twice. Strata must not overlap" in told
    assert "gives the stratum 'south' -5 ha" in told
    assert "no area for the stratum 'sout'. Did you mean 'south'?" in told
    with pytest.raises(ProblemsError) as refusal:
        place_sample(_map(place), SamplePart(file=points, design="random"))
    assert [problem.what.split("'")[3] for problem in refusal.value.problems] == ["4", "swamp"]


def test_samples_that_cannot_be_used(place: Path, tmp_path: Path) -> None:
    empty = _write_points(tmp_path / "empty.gpkg", np.empty(0), np.empty(0), **{"class": np.empty(0, int)})
    with pytest.raises(ProblemsError, match="holds no points"):
        place_sample(_map(place), SamplePart(file=empty, design="random"))
    torn = _write_points(tmp_path / "torn.gpkg", np.array([1, 1, 3]), np.array([1, 1, 3]), **{"class": [1, 2, 1]})
    with pytest.raises(ProblemsError, match="two classes, first rows 1 and 2"):
        place_sample(_map(place), SamplePart(file=torn, design="random"))
    twice = _write_points(tmp_path / "twice.gpkg", np.array([1, 1, 3]), np.array([1, 1, 3]), **{"class": [1, 1, 1]})
    assert "count as drawn twice" in str(place_sample(_map(place), SamplePart(file=twice, design="random")).notes)
    with pytest.raises(ProblemsError, match="map class '1 Water'"):
        judge_map(_map(place), SamplePart(file=twice, design="map"))
    away = _write_points(tmp_path / "away.gpkg", np.array([90_000, 1]), np.array([90_000, 90_000]), **{"class": [1, 1]})
    with pytest.raises(ProblemsError, match="none of the 2 shapes"):
        place_sample(_map(place), SamplePart(file=away, design="random"))
    one = _write_points(tmp_path / "one.gpkg", np.array([1]), np.array([1]), **{"class": [1]})
    with pytest.raises(ProblemsError, match="stratum 'all'"):
        judge_map(_map(place), SamplePart(file=one, design="random"))


def test_codes_that_the_nomenclature_does_not_know(place: Path, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("code,fr,en\n1,Eau,Water\n2,Champ,Field\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as refusal:
        place_sample(open_map(place / "old.tif", tmp_path / "two.csv"), _part(place, "random"))
    assert sorted(problem.where for problem in refusal.value.problems) == ["map", "sample"]
    assert "cells of the code 3, which the nomenclature does not know" in str(refusal.value)


def test_a_bare_raster_names_its_classes_by_codes(place: Path) -> None:
    placed = place_sample(open_map(place / "old.tif"), _part(place, "random"))
    assert placed.nomenclature.codes == (1, 2, 3)


def test_a_class_that_the_sample_did_not_meet_is_said(place: Path, tmp_path: Path) -> None:
    frame = geopandas.read_file(place / "points.gpkg")
    with rasterio.open(place / "old.tif") as image:
        codes = np.array([value[0] for value in image.sample(zip(frame.geometry.x, frame.geometry.y, strict=True))])
    frame[(codes != 1) & (frame["class"] != 1)].to_file(tmp_path / "no_water.gpkg")
    found = judge_map(_map(place), SamplePart(file=tmp_path / "no_water.gpkg", design="random"))
    assert [note.what for note in found.notes] == ["class 1 'Water' is absent: no point has it."]
    assert found.accuracy is not None
    assert np.isnan(found.accuracy.users.value[0])
    with pytest.raises(ProblemsError, match="map class '1 Water': has 0 sample points"):
        judge_map(_map(place), SamplePart(file=tmp_path / "no_water.gpkg", design="map"))


def test_areas_are_those_of_the_ellipsoid_where_the_plane_stretches_them(place: Path, tmp_path: Path) -> None:
    _write_map(tmp_path / "mercator.tif", np.ones((SIDE, SIDE)), "EPSG:3857")
    shapes = geopandas.points_from_xy(300_000 + np.arange(5) * 10, 7_700_000 - np.arange(5) * 10 - 5)
    geopandas.GeoDataFrame({"class": [1] * 5}, geometry=shapes, crs="EPSG:3857").to_file(tmp_path / "p.gpkg")
    found = judge_map(open_map(tmp_path / "mercator.tif"), SamplePart(file=tmp_path / "p.gpkg", design="random"))
    assert found.accuracy is not None
    plane, latitude = SIDE * SIDE / 100, 56.74
    assert found.accuracy.total_area == pytest.approx(plane * np.cos(np.radians(latitude)) ** 2, rel=0.02)


def test_cells_are_counted_by_row_where_rows_differ(tmp_path: Path) -> None:
    codes = np.random.default_rng(0).integers(0, 4, (SIDE, SIDE)).astype(np.uint8)
    degrees = {"crs": "EPSG:4326", "transform": rasterio.transform.from_origin(5, 45, 0.01, 0.01)}
    size = {"height": SIDE, "width": SIDE, "count": 1, "dtype": "uint8"}
    with rasterio.open(tmp_path / "degrees.tif", "w", driver="GTiff", **size, **degrees) as image:
        image.write(codes, 1)
    found = open_map(tmp_path / "degrees.tif")
    under = read_under(found, np.array([0, 199, -1]), np.array([0, 199, -1]))
    assert under.codes.tolist() == [codes[0, 0], codes[199, 199], -1]
    assert under.present.tolist() == np.unique(codes).tolist()
    rows = found.grid.row_areas_m2()  # polygons on the ellipsoid, computed otherwise
    assert under.areas_ha is not None
    assert under.areas_ha[2] == pytest.approx(((codes == 2) * rows[:, None]).sum() / 10_000, rel=1e-6)
    assert histogram(codes).tolist() == np.bincount(codes.ravel(), minlength=256).tolist()
    assert histogram(codes[:1, :3]).sum() == 3


def test_every_command_that_takes_a_sample_asks_alike_how_it_was_drawn() -> None:
    def options(command: str) -> dict[str, str | None]:
        found = landcover.commands[command].params
        return {one.opts[0]: one.help for one in found if isinstance(one, click.Option) and one.opts[0] in asked}

    asked = ("--layer", "--stratum-column", "--strata", "--cluster-column", "--inclusion-column")
    for command in ("accuracy", "compare", "change", "areas", "generalise", "years"):
        assert options(command) == options("accuracy"), command
        assert len(options(command)) == len(asked)
        design = next(one for one in landcover.commands[command].params if one.name == "design")
        assert tuple(design.type.choices) == DESIGNS  # type: ignore[attr-defined]
