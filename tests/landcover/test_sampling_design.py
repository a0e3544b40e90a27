# SPDX-License-Identifier: AGPL-3.0-or-later
"""Points are drawn with the probabilities that are told, whatever the grid and the blocks."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import box

from terracite.cli import main
from terracite.errors import ConfigError, ProblemsError, RasterError
from terracite.landcover.classmap import ClassMap, open_map
from terracite.landcover.recipe import SamplePart
from terracite.landcover.sampling import Plan, Sample, Wanted, allocate, drawn, files, plan
from terracite.landcover.sampling import sample as samples
from terracite.landcover.sampling.drawing import draw, draw_groups, lattice
from terracite.landcover.sampling.frame import Frame

METRES = {"crs": "EPSG:32740", "transform": from_origin(300_000, 7_700_000, 10, 10)}
DEGREES = {"crs": "EPSG:4326", "transform": from_origin(179.5, 80, 0.02, 0.5)}


def map_of(path: Path, codes: np.ndarray, names: dict[int, str] | None = None, **place: object) -> ClassMap:
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "nodata": 0, "height": codes.shape[0]}
    with rasterio.open(path, "w", width=codes.shape[1], **profile, **(place or METRES)) as image:
        image.write(codes, 1)
        image.update_tags(**{f"CLASS_{code}": name for code, name in (names or {1: "water", 2: "wood"}).items()})
    return open_map(path)


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    rng = np.random.default_rng(3)
    found = np.where(rng.random((60, 90)) < 0.3, 2, 1).astype(np.uint8)
    found[10:20, 30:60] = 0
    found[50, 80:85] = 3
    return found


@pytest.fixture(scope="module")
def metres(codes: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> ClassMap:
    return map_of(tmp_path_factory.mktemp("metres") / "map.tif", codes)


@pytest.fixture(scope="module")
def degrees(codes: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> ClassMap:
    return map_of(tmp_path_factory.mktemp("degrees") / "map.tif", codes, **DEGREES)


def cells_of(found: Sample) -> set[tuple[int, int]]:
    return set(zip(found.rows.tolist(), found.cols.tolist(), strict=True))


def told(frequency: np.ndarray, probability: np.ndarray, draws: int) -> None:
    """Frequencies are those that are told, within a few standard errors."""
    z = (frequency - probability) / np.sqrt(probability * (1 - probability) / draws + 1e-12)
    assert np.abs(z).max() < 5
    assert (z**2).mean() < 2


def test_cells_of_unequal_area_are_drawn_in_proportion_to_it() -> None:
    cells, areas = np.array([3, 5, 0, 8, 2, 4]), np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5])
    counts, draws = np.zeros((6, 8)), 800
    for seed in range(draws):
        found = draw(cells, areas, 7, np.random.default_rng(seed))
        assert len(set(zip(found.rows.tolist(), found.places.tolist(), strict=True))) == 7
        np.add.at(counts, (found.rows, found.places), 1)
    probability = 7 * areas / (cells @ areas)
    np.testing.assert_allclose(found.inclusion, probability[found.rows])
    there = np.arange(8) < cells[:, None]
    assert not counts[~there].any()
    told(counts[there] / draws, np.broadcast_to(probability[:, None], there.shape)[there], draws)


def test_cells_that_are_certain_are_always_drawn() -> None:
    found = draw(np.array([2, 2]), np.array([1.0, 0.1]), 3, np.random.default_rng(0))
    assert sorted(found.rows) == [0, 0, 1]
    assert sorted(found.inclusion) == [0.5, 1.0, 1.0]


def test_a_lattice_has_every_cell_in_proportion_to_its_area() -> None:
    areas, draws = np.array([100.0, 90, 80, 60, 30]), 1000
    counts = np.zeros((5, 9))
    for seed in range(draws):
        np.add.at(counts, lattice(areas, 9, 10.0, 25.0, np.random.default_rng(seed)), 1)
    told((counts / draws).ravel(), np.repeat(areas / 25.0**2, 9), draws)


def test_groups_are_drawn_in_proportion_to_their_area() -> None:
    areas, draws = np.array([5.0, 1, 1, 2, 30, 4, 3]), 800
    picks = [draw_groups(areas, 3, np.random.default_rng(seed)) for seed in range(draws)]
    shares = picks[0][1]
    assert shares[4] == 1
    np.testing.assert_allclose(np.delete(shares, 4), 2 * np.delete(areas, 4) / 16)
    frequency = np.bincount(np.concatenate([chosen for chosen, _ in picks]), minlength=7) / draws
    told(np.delete(frequency, 4), np.delete(shares, 4), draws)


@pytest.mark.parametrize("where", ["metres", "degrees"])
@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(points=120, least=3),
        Wanted(method="random", points=50),
        Wanted(method="systematic", points=60),
        Wanted(method="two-stage", points=60, per_cluster=6),
    ],
    ids=lambda wanted: wanted.method,
)
def test_blocks_do_not_matter_and_the_seed_does(
    where: str, wanted: Wanted, codes: np.ndarray, request: pytest.FixtureRequest
) -> None:
    found = plan(request.getfixturevalue(where), wanted)
    one = drawn(found)
    assert len(cells_of(one)) == len(one)
    np.testing.assert_array_equal(one.codes, codes[one.rows, one.cols])
    assert one.codes.min() > 0
    small = Frame(found.frame.map, None, 29)
    other = drawn(replace(found, frame=small, counted=small.count()))
    for name in ("rows", "cols", "codes", "strata", "inclusion"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert cells_of(drawn(replace(found, wanted=replace(wanted, seed=2)))) != cells_of(one)


@pytest.mark.parametrize("where", ["metres", "degrees"])
def test_every_hectare_is_as_likely_in_every_design(where: str, request: pytest.FixtureRequest) -> None:
    """Inclusion is the same share of the area of a cell all over a stratum, and clusters make no difference."""
    for wanted in (
        Wanted(method="random", points=50),
        Wanted(method="systematic", points=60),
        Wanted(method="two-stage", points=60, per_cluster=6),
    ):
        found = plan(request.getfixturevalue(where), wanted)
        one = drawn(found)
        density = one.inclusion / found.counted.row_areas_m2[one.rows] * 10_000 * found.area_ha
        np.testing.assert_allclose(density, found.points, rtol=1e-6)


def test_a_stratum_with_few_cells_gives_them_all_and_the_others_the_rest(metres: ClassMap) -> None:
    found = plan(metres, Wanted(points=200))
    assert [(one.name, one.points) for one in found.strata][-1] == ("3", 5)
    assert found.points == 200
    one = drawn(found)
    assert cells_of(one) >= {(50, col) for col in range(80, 85)}
    assert set(one.inclusion[one.codes == 3]) == {1.0}


def test_allocation_of_a_published_design(shared_data: Path) -> None:
    case = json.loads((shared_data / "olofsson-oracle" / "rondonia2022_sits_olofsson.json").read_text())
    design = case["sampling_design"]
    shares = [design["prop"][name] for name in case["sampling_design_classes_order"]]
    for least in (100, 120):
        assert np.abs(allocate(1892, shares, least=least) - design[f"alloc_{least}"]).max() <= 1
    assert np.abs(allocate(1892, np.ones(9)) - design["equal"]).max() <= 1


def test_allocations_by_hand(metres: ClassMap) -> None:
    def points(**more: object) -> list[int]:
        return [one.points for one in plan(metres, Wanted(points=100, least=2, **more)).strata]

    assert points(allocation="equal") == [47, 48, 5]
    water, wood = (one.cells for one in plan(metres, Wanted(points=100)).strata[:2])
    share = water * 0.3 / (water * 0.3 + wood * 0.5)  # standard deviations of .9 and .5
    assert points(expected={"": 0.9, "wood": 0.5}, allocation="neyman") == [
        round(98 * share),
        98 - round(98 * share),
        2,
    ]
    assert sum(points(allocation="root")) == 100
    with pytest.raises(ConfigError, match="100 points cannot give 60 to each of 3 strata"):
        plan(metres, Wanted(points=100, least=60))


def test_sizes_for_a_wanted_precision(metres: ClassMap) -> None:
    found = plan(metres, Wanted(error=0.03, expected={"": 0.9}))
    assert found.points == 100
    assert found.hours == 2.5
    assert found.error == pytest.approx(0.03, rel=0.25)  # rare strata have more than their share
    one = plan(metres, Wanted(points=2, class_error=0.1))
    assert [stratum.points for stratum in one.strata] == [16, 16, 5]
    alone = plan(metres, Wanted(method="random", points=100))
    assert alone.error == pytest.approx(0.04)


def test_polygons_as_strata_and_as_units(metres: ClassMap, tmp_path: Path) -> None:
    left, top = 300_000, 7_700_000
    shapes = [box(left, top - 600, left + 300, top), box(left + 300, top - 600, left + 600, top)]
    frame = geopandas.GeoDataFrame({"name": ["=west", "east"]}, geometry=shapes, crs="EPSG:32740")
    frame.to_file(tmp_path / "zones.gpkg")
    strata = plan(metres, Wanted(points=90, zones=tmp_path / "zones.gpkg", least=10))
    assert [one.name for one in strata.strata] == ["'=west", "east", "outside"]
    assert sum(one.cells for one in strata.strata) == 60 * 90 - 300
    units = plan(metres, Wanted(points=20, zones=tmp_path / "zones.gpkg", units=True, by_class=True, least=2))
    assert [one.name for one in units.strata] == [
        "'=west / 1 water", "'=west / 2 wood", "east / 1 water", "east / 2 wood",
    ]  # fmt: skip
    assert units.points == 40
    assert units.outside_ha == pytest.approx(60 * 30 / 100, rel=1e-3)
    one = drawn(strata)
    assert {("'=west", "east", "outside")[zone] for zone in one.strata[one.cols < 30]} == {"'=west"}
    assert (one.strata[one.cols >= 60] == 2).all()


def test_overlapping_polygons_are_told_together(metres: ClassMap, tmp_path: Path) -> None:
    shapes = [box(0, 0, 2, 2), box(1, 0, 3, 2), box(2.5, 0, 4, 2), box(4, 0, 5, 2)]
    geopandas.GeoDataFrame({"name": list("abcd")}, geometry=shapes, crs="EPSG:32740").to_file(tmp_path / "zones.gpkg")
    with pytest.raises(ProblemsError) as told_all:
        plan(metres, Wanted(zones=tmp_path / "zones.gpkg"))
    assert [problem.what for problem in told_all.value.problems] == ["'a' and 'b' overlap.", "'b' and 'c' overlap."]


def test_contradictions_are_told_together(metres: ClassMap) -> None:
    with pytest.raises(ProblemsError) as told_all:
        plan(metres, Wanted(points=10, error=0.7, expected={"": 3}, clusters=4, per_cluster=1))
    assert [problem.where for problem in told_all.value.problems] == [
        "--points", "--error", "--expected", "--clusters", "--per-cluster",
    ]  # fmt: skip
    with pytest.raises(ProblemsError, match="no class 'watr' on the map"):
        plan(metres, Wanted(points=10, expected={"watr": 0.9}))


def test_maps_that_cannot_be_sampled(tmp_path: Path, metres: ClassMap) -> None:
    with pytest.raises(RasterError, match="no mapped cell"):
        plan(map_of(tmp_path / "empty.tif", np.zeros((4, 4), np.uint8)), Wanted(points=2))
    with pytest.raises(ConfigError, match="too many for a regular grid"):
        plan(metres, Wanted(method="systematic", points=4000))
    with pytest.raises(ConfigError, match="clusters, not 500"):
        drawn(plan(metres, Wanted(method="two-stage", clusters=500, per_cluster=2, cluster_size_m=100)))


def written(map_: ClassMap, folder: Path, wanted: Wanted) -> tuple[Plan, Sample]:
    found = plan(map_, wanted)
    one = drawn(found)
    assert files.write(folder, found, one)
    return found, one


def test_the_lines_of_the_recipe_name_the_design(metres: ClassMap) -> None:
    for method, design in (("random", "random"), ("systematic", "random"), ("two-stage", "two-stage")):
        lines = files.recipe_lines(Path("sample"), plan(metres, Wanted(method=method, points=20)))
        part = tomllib.loads(lines)["validation"]["sample"]
        assert part == {"file": "sample/interpreted.gpkg", "design": design}
        SamplePart.model_validate(part)


def test_files_of_a_sample(codes: np.ndarray, tmp_path: Path) -> None:
    map_ = map_of(tmp_path / "map.tif", codes, {1: "=1+1", 2: "wood"}, **DEGREES)
    found, one = written(map_, tmp_path / "sample", Wanted(points=40, least=2))
    frame = pyogrio.read_dataframe(tmp_path / "sample" / "points.gpkg")
    assert list(frame.columns) == ["id", "stratum", "map_class", "class", "inclusion", "geometry"]
    assert frame["class"].isna().all()
    rows, cols = map_.grid.cells(frame.geometry.x, frame.geometry.y)
    np.testing.assert_array_equal(codes[rows, cols], one.codes)
    with (tmp_path / "sample" / "strata.csv").open(newline="") as file:
        areas = {row["stratum"]: float(row["area_ha"]) for row in csv.DictReader(file)}
    assert set(areas) == set(frame["stratum"]) == {"1 '=1+1", "2 wood", "3"}
    assert frame["map_class"].iloc[0] in {"'=1+1", "wood"}
    assert sum(areas.values()) == pytest.approx(found.area_ha)
    with (tmp_path / "sample" / "points.csv").open(newline="") as file:
        places = list(csv.DictReader(file))
    assert list(places[0]) == ["id", "lon", "lat"]  # nothing that the map says
    lon = np.array([float(row["lon"]) for row in places])
    assert np.abs(lon).max() <= 180
    assert (lon < 0).any()  # beyond the antimeridian
    earth = pyogrio.read_dataframe(tmp_path / "sample" / "points.kml")
    assert len(earth) == 40
    assert "wood" not in (tmp_path / "sample" / "points.kml").read_text()


def test_a_sample_is_written_once(metres: ClassMap, tmp_path: Path) -> None:
    found, one = written(metres, tmp_path / "a", Wanted(points=30, least=2))
    written(metres, tmp_path / "b", Wanted(points=30, least=2))
    assert all((tmp_path / "b" / file.name).read_bytes() == file.read_bytes() for file in (tmp_path / "a").iterdir())
    assert not files.write(tmp_path / "a", found, one)
    again = plan(metres, Wanted(points=30, least=2, seed=9))
    with pytest.raises(ConfigError, match="holds another sample"):
        files.write(tmp_path / "a", again, samples.drawn(again))
    with pytest.raises(ConfigError, match="holds other files"):
        files.write(tmp_path, found, one)


def test_the_command_plans_and_draws(metres: ClassMap, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = ["landcover", "sample", "design", str(metres.path), "--output", str(tmp_path / "sample"), "--points", "60"]
    main([*order, "--dry-run", "--language", "fr"])
    assert "Plan d'un échantillon de 60 points" in capsys.readouterr().out
    assert not (tmp_path / "sample").exists()
    main([*order, "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["drawn"] == facts["points"] == 60
    assert 'design = "strata"' in facts["recipe"]
    main([*order[:-2], "--method", "systematic", "--points", "50", "--dry-run"])
    assert "regular grid of" in capsys.readouterr().out
