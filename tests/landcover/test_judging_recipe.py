# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recipe's sample of any design flows into the judgement, the report and the record."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest

from landcover.conftest import Scene, facts_of
from terracite.errors import ProblemsError
from terracite.landcover.checks import prepare
from terracite.landcover.outcome import Judgement, judge


def _with_columns(scene: Scene, **columns: object) -> None:
    frame = geopandas.read_file(scene.folder / "points.gpkg")
    frame.assign(**columns).to_file(scene.folder / "points.gpkg")


def _judged(scene: Scene) -> Judgement:
    prepared = prepare(scene.recipe)
    wrong = scene.truth.copy()
    wrong[:, :10] = 2
    judged = judge(prepared, facts_of(prepared, wrong))
    assert judged is not None
    return judged


def test_points_drawn_in_clusters_make_wider_intervals(scene: Scene) -> None:
    frame = geopandas.read_file(scene.folder / "points.gpkg")
    _with_columns(scene, cluster=frame["stratum"] + (frame.geometry.x // 200).astype(str))
    scene.with_recipe('strata_file = "strata.csv"', 'strata_file = "strata.csv"\ndesign = "cluster"')
    judged = _judged(scene)
    assert judged.accuracy is not None
    assert judged.accuracy.method == "cluster"
    assert judged.accuracy.areas.value.sum() == pytest.approx(192.0)
    scene.with_recipe('design = "cluster"', "")
    by_points = _judged(scene).accuracy
    assert by_points is not None
    assert float(judged.accuracy.overall.value) == pytest.approx(float(by_points.overall.value))
    assert float(judged.accuracy.overall.error) > 1.3 * float(by_points.overall.error)


def test_two_stages_weigh_each_point_by_its_chance(scene: Scene) -> None:
    rank = np.arange(120)
    _with_columns(scene, cluster=rank // 4, inclusion=np.where(rank % 8 < 4, 0.5, 1.0))
    scene.with_recipe('strata_file = "strata.csv"', 'design = "two-stage"')
    judged = _judged(scene)
    assert judged.accuracy is not None
    assert judged.accuracy.method == "two-stage"
    assert judged.accuracy.total_area == pytest.approx(192.0, rel=1e-3)  # 192 ha on the plane of the images


def test_two_stages_need_the_chance_of_each_point(scene: Scene) -> None:
    _with_columns(scene, cluster=np.arange(120) // 4)
    scene.with_recipe('strata_file = "strata.csv"', 'design = "two-stage"')
    with pytest.raises(ProblemsError, match="no column 'inclusion'"):
        prepare(scene.recipe)


def test_points_not_drawn_by_chance_give_a_score_and_no_accuracy(scene: Scene) -> None:
    scene.with_recipe('strata_file = "strata.csv"', 'design = "none"')
    judged = _judged(scene)
    assert judged.accuracy is None
    assert judged.refusal == ()
    assert judged.agreement is not None
    assert 0.8 < judged.agreement.overall < 1
