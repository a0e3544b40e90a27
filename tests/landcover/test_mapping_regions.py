# SPDX-License-Identifier: AGPL-3.0-or-later
"""One model per region: weights that add up, no seams, and a region with too few samples named."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import geopandas
import numpy as np
import pytest
from shapely.geometry import box

from landcover.conftest import CRS, LEFT, TOP, Scene
from landcover.test_mapping import whole
from terracite.landcover.checks import prepare
from terracite.landcover.classifiers.registry import train
from terracite.landcover.features import plan
from terracite.landcover.mapping.borders import Borders
from terracite.landcover.mapping.priors import Priors
from terracite.landcover.mapping.regional import Models, Taught, shares_counted
from terracite.landcover.predict import Choice, Mapper
from terracite.landcover.progress import Silent
from terracite.landcover.recipe import SmoothPart
from terracite.landcover.run import run
from terracite.landcover.strata import OUTSIDE
from terracite.raster.grid import Block, Grid

GRID = Grid(CRS, (10.0, 0.0, LEFT, 0.0, -10.0, TOP), 160, 120)
BOTH = np.array([True, True])


def _columns(first: int, last: int) -> object:
    """The columns ``first`` up to ``last`` of the grid, from far above to far below it."""
    return box(LEFT + 10 * first, TOP - 5000, LEFT + 10 * last, TOP + 5000)


@pytest.fixture
def borders() -> Borders:
    """West up to column 60, middle up to 110, nothing in the east; blended over 20 cells."""
    shapes = (_columns(-900, 60), _columns(60, 110))
    return Borders(GRID, shapes, np.array([0, 1]), 2, 200.0, (1.0, 1.0))


def test_weights_add_up_and_change_over_the_blend_only(borders: Borders) -> None:
    found = borders.weights(Block(0, 0, 120, 160), BOTH)
    assert sorted(found) == [OUTSIDE, 0, 1]
    total = np.sum(list(found.values()), axis=0)
    np.testing.assert_allclose(total, 1, atol=1e-6)
    assert (found[0] == found[0][0]).all()  # borders are straight
    np.testing.assert_allclose(found[0][0, 59:61], [0.525, 0.475], atol=1e-6)
    assert (found[0][0, :50] == 1).all()
    assert (found[0][0, 70:] == 0).all()
    assert (np.diff(found[0][0, 50:70]) < 0).all()
    np.testing.assert_allclose(found[OUTSIDE][0, 109:111], [0.475, 0.525], atol=1e-6)


def test_a_region_without_a_model_is_part_of_the_outside(borders: Borders) -> None:
    found = borders.weights(Block(0, 0, 120, 160), np.array([True, False]))
    assert sorted(found) == [OUTSIDE, 0]
    assert (found[OUTSIDE][:, 100:] == 1).all()
    assert borders.weights(Block(0, 120, 9, 9), BOTH).keys() == {OUTSIDE}


def test_points_have_the_weights_of_the_cells_they_lie_in(borders: Borders) -> None:
    import pyproj

    cols = np.array([3, 52, 58, 66, 100, 104, 140])
    to_lonlat = pyproj.Transformer.from_crs(CRS, "OGC:CRS84", always_xy=True)
    lonlat = np.column_stack(to_lonlat.transform(LEFT + 10 * cols + 5, np.full(7, TOP - 305)))
    cells = borders.weights(Block(0, 0, 120, 160), BOTH)
    found = borders.weights_at(lonlat, BOTH)
    for region, column in ((0, 0), (1, 1), (OUTSIDE, 2)):
        np.testing.assert_allclose(found[:, column], cells[region][30, cols], atol=1e-4)
    assert borders.distances(lonlat)[0] == pytest.approx([565, -565], abs=0.1)


def test_sharp_borders_and_overlaps(borders: Borders) -> None:
    sharp = replace(borders, blend_m=0.0, shapes=(_columns(-900, 80), _columns(60, 110)))
    found = sharp.weights(Block(0, 0, 4, 160), BOTH)
    assert found[0][0].tolist() == [1.0] * 80 + [0.0] * 80  # the first one counts
    assert found[1][0].tolist() == [0.0] * 80 + [1.0] * 30 + [0.0] * 50


@pytest.fixture(scope="module")
def mapper(landscape: Scene) -> Mapper:
    prepared = prepare(landscape.recipe)
    layers = tuple(layer.during(prepared.recipe.period) for layer in prepared.layers)
    wanted, rng = plan(layers, prepared.recipe.period), np.random.default_rng(3)
    models = []
    for shift, classes in ((0.0, 3), (0.15, 3), (-0.15, 2)):
        labels = rng.integers(0, classes, 90)
        values = rng.normal(labels[:, None] * 0.4 - 0.2 + shift, 0.3, (90, len(wanted.names)))
        shares = np.bincount(labels, minlength=3) / 90
        models.append(Taught(train("random_forest", values, labels), tuple(shares)))
    shapes = (box(LEFT - 900, TOP - 700, LEFT + 610, TOP + 500), box(LEFT + 610, TOP - 900, LEFT + 1130, TOP))
    borders = Borders(GRID, shapes, np.array([0, 1]), 2, 300.0, (1.0, 1.0))
    every = Models(models[0], (models[1], models[2]), borders)
    choice = Choice(SmoothPart(window=5), (), Priors((0.5, float("nan"), 0.2)), every)
    return Mapper(layers, wanted, GRID, models[0].model, prepared.nomenclature.codes, choice)


def test_blended_priored_smoothed_maps_have_no_seams(mapper: Mapper) -> None:
    found = whole(mapper, 512)
    other = whole(pickle.loads(pickle.dumps(mapper)), 50)
    for name, values in found.items():
        np.testing.assert_array_equal(other[name], values, err_msg=name)
    general = whole(replace(mapper, choice=replace(mapper.choice, models=Models(mapper.choice.models.general))), 512)  # type: ignore[union-attr]
    assert (general["classes"] != found["classes"])[:, :90].mean() > 0.01
    assert (general["confidence"] == found["confidence"])[:, 135:].all()  # beyond blend and smoothing


class _Notes(Silent):
    def __init__(self, said: list[str]) -> None:
        self.said = said

    def step(self, message: str) -> None:
        self.said.append(message)


def test_each_region_has_its_model_and_one_with_too_few_samples_is_named(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    halves = [box(LEFT, TOP - 600, LEFT + 1600, TOP), box(LEFT, TOP - 1200, LEFT + 1600, TOP - 600)]
    corner = box(LEFT + 5000, TOP - 1200, LEFT + 6000, TOP)
    zones = geopandas.GeoDataFrame({"zone": ["north", "south", "far"]}, geometry=[*halves, corner], crs=CRS)
    zones.to_file(scene.folder / "zones.gpkg")
    strata = '[strata]\nfile = "zones.gpkg"\ncolumn = "zone"\nblend_m = 200\n\n[nomenclature]\n'
    scene.with_recipe("[nomenclature]\n", strata)
    scene.with_recipe("runs = 3", "runs = 2")
    from terracite.cli import main

    main(["landcover", "run", str(scene.recipe), "--output", str(scene.folder / "map")])
    told = capsys.readouterr().err
    assert "the region 'far' has 0 samples of 0 classes to learn from" in told
    made = run(scene.recipe, scene.folder / "map").crate
    summary = json.loads((made.folder / "regions.json").read_text())
    assert [(entry["name"], entry["model"]) for entry in summary] == [
        ("far", ""), ("north", "regions/2"), ("south", "regions/3"),
    ]  # fmt: skip
    files = {file.path for file in made.record.files}
    assert {"regions/2/model.npz", "regions/3/model.json", "regions.json"} <= files
    assert "regions/1/model.npz" not in files
    assert "One model per region (3 regions)" in made.record.lineage.steps[3].description.en
    assert "zones.gpkg" in {item.path for item in made.provenance.inputs}
    scene.with_recipe('family_name = "Hoarau"', 'family_name = "Payet"')
    told_again: list[str] = []
    again = run(scene.recipe, scene.folder / "map", _Notes(told_again))  # the models are those of the crate
    assert "model: that of 'map'" in told_again
    assert json.loads((again.crate.folder / "regions.json").read_text()) == summary
    assert shares_counted([30, 10, 0], "sqrt") == pytest.approx([0.634, 0.366, 0], abs=1e-3)
    main(["landcover", "plan", str(scene.recipe)])
    assert "the region 'far' has 0 samples" in capsys.readouterr().out
