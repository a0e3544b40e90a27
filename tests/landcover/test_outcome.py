# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judging a map: by the design of the sample, errors and all; refused when the sample is too small."""

from __future__ import annotations

from dataclasses import replace

import geopandas
import numpy as np
import pytest

from landcover.conftest import Scene, facts_of
from terracite.landcover.checks import prepare
from terracite.landcover.outcome import judge
from terracite.raster.grid import Grid


def test_a_perfect_map_is_judged_perfect_and_counted_right(landscape: Scene) -> None:
    prepared = prepare(landscape.recipe)
    facts = facts_of(prepared, landscape.truth)
    assert facts.cells.tolist() == np.bincount(landscape.truth.ravel(), minlength=4)[1:].tolist()
    assert facts.areas_ha is not None
    # true areas: the plane of UTM is off by up to 1 in 1,000
    assert facts.areas_ha.tolist() == pytest.approx(
        (facts.cells * 0.01).tolist(), rel=1e-3
    )  # UTM says up to 1 in 1,000 too little here
    assert facts.confidence.tolist() == [80.0, 80.0, 80.0]
    assert facts.clear_range == (7, 7)
    judged = judge(prepared, facts)
    assert judged is not None
    assert judged.accuracy is not None
    assert (judged.points, judged.unmapped_points) == (120, 0)
    assert float(judged.accuracy.overall.value) == 1.0
    assert judged.accuracy.areas.value.sum() == pytest.approx(192.0)
    assert judged.accuracy.method == "stratified"


def test_a_hole_in_the_map_counts_as_an_error(landscape: Scene) -> None:
    prepared = prepare(landscape.recipe)
    holed = landscape.truth.copy()
    holed[:30] = 0
    facts = facts_of(prepared, holed)
    judged = judge(prepared, facts)
    assert facts.unmapped_cells == 30 * 160
    assert judged is not None
    assert judged.accuracy is not None
    assert judged.unmapped_points == int((facts.sample_codes == 0).sum()) > 10
    assert float(judged.accuracy.overall.value) < 0.9
    assert judged.accuracy.users.value.tolist() == [1.0, 1.0, 1.0]
    assert judged.accuracy.areas.value.sum() == pytest.approx(192.0)  # the ground is still all there
    assert judged.accuracy.counts.shape == (3, 3)


def test_a_sample_stratified_by_the_map_uses_the_mapped_areas(scene: Scene) -> None:
    scene.with_recipe('strata_file = "strata.csv"', 'design = "map"')
    prepared = prepare(scene.recipe)
    judged = judge(prepared, facts_of(prepared, scene.truth))
    assert judged is not None
    assert judged.accuracy is not None
    assert judged.accuracy.method == "stratified by map class"
    assert judged.accuracy.total_area == pytest.approx(192.0, rel=1e-3)


def test_a_simple_random_sample_stands_for_the_whole_map(scene: Scene) -> None:
    scene.with_recipe('strata_file = "strata.csv"', 'design = "random"')
    prepared = prepare(scene.recipe)
    holed = scene.truth.copy()
    holed[:30] = 0
    judged = judge(prepared, facts_of(prepared, holed))
    assert judged is not None
    assert judged.accuracy is not None
    assert judged.accuracy.method == "simple random"
    assert judged.accuracy.total_area == pytest.approx(192.0, rel=1e-3)


def test_too_few_points_are_refused_with_the_reason(scene: Scene) -> None:
    frame = geopandas.read_file(scene.folder / "points.gpkg")
    west = frame[frame["stratum"] == "west"].iloc[:1]
    east = frame[frame["stratum"] == "east"]
    import pandas as pd

    pd.concat([west, east]).to_file(scene.folder / "points.gpkg")
    prepared = prepare(scene.recipe)
    judged = judge(prepared, facts_of(prepared, scene.truth))
    assert judged is not None
    assert judged.accuracy is None
    assert [problem.where for problem in judged.refusal] == ["stratum 'west'"]


def test_areas_are_those_of_the_ellipsoid_on_any_grid(landscape: Scene) -> None:
    prepared = prepare(landscape.recipe)
    mercator = Grid("EPSG:3857", (10.0, 0.0, 6_150_000.0, 0.0, -10.0, -2_390_000.0), 160, 120)
    areas = facts_of(replace(prepared, grid=mercator, sample=None), landscape.truth).areas_ha
    assert areas is not None
    assert areas.sum() == pytest.approx(192 * np.cos(np.radians(21.0)) ** 2, rel=0.01)  # it is stretched there
    degrees = Grid("EPSG:4326", (1e-4, 0.0, 55.2, 0.0, -1e-4, -21.0), 160, 120)
    areas = facts_of(replace(prepared, grid=degrees, sample=None), landscape.truth).areas_ha
    assert areas is not None
    assert areas.sum() == pytest.approx(120 * 160 * 1.15e-2, rel=0.01)  # a cell is 11.06 m x 10.39 m there
