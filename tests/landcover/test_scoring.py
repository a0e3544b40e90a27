# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model score: near the samples and far from them, and what it rests on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from terracite.landcover import scoring
from terracite.landcover.classifiers.contract import Layout
from terracite.landcover.importance import LEAST, MOST, Group, Importances, grouped
from terracite.landcover.recipe import ClassifierPart, SamplesPart, ValidationPart
from terracite.landcover.samples import Samples, blocks_of
from terracite.landcover.scoring import ModelScore, gap, model_scores, notes

FOREST = ClassifierPart(name="random_forest", trees=15)


def recipe_of(**validation: object) -> object:
    """As much of a recipe as scores need, of a kind of reference that polygons are told apart in."""
    part = ValidationPart(**validation)  # type: ignore[arg-type]
    runs = {"polygon": part.runs, "block": 3, "random": part.runs}
    wanted = part.scores or ("polygon", "block")
    return SimpleNamespace(
        classifier=FOREST, validation=part, samples=SamplesPart(), scores=wanted, runs_of=runs.__getitem__
    )


def clumped(rng: np.random.Generator) -> Samples:
    """Two classes in eight places, each of which looks a little brighter than the one before."""
    place, group = (axis.ravel() for axis in np.meshgrid(range(8), np.repeat(range(12), 4), indexing="ij"))
    label = group % 2
    seen = place + 0.5 * label + rng.normal(0, 0.03, place.size)
    lonlat = np.column_stack([place + 0.05 + 0.01 * group, np.full(place.size, 0.1)])
    return Samples(seen[:, None].astype(np.float32), label.astype(np.int64), place * 12 + group, lonlat)


def test_a_model_that_does_not_travel_is_told_so() -> None:
    samples, recipe = clumped(np.random.default_rng(2)), recipe_of()
    found = model_scores(samples, recipe, 2, lambda done, total: None)  # type: ignore[arg-type]
    near, far = found
    assert [(one.scheme, len(one.matrices), one.block_degrees) for one in found] == [
        ("polygon", 5, 0.0), ("block", 3, 0.5),
    ]  # fmt: skip
    assert near.overall.mean > 0.9
    assert far.overall.mean < near.overall.mean - scoring.MUCH
    assert gap(found) == (near, far)
    (note,) = notes(found, recipe)  # type: ignore[arg-type]
    assert f"Expect about {far.overall.mean:.2f} where there are no samples nearby" in note.cure


def test_scores_that_agree_make_no_warning() -> None:
    same = np.array([[[9, 1], [1, 9]]] * 3)
    agreed = (ModelScore("polygon", same), ModelScore("block", same, 0.5))
    assert gap(agreed) is None
    assert notes(agreed, recipe_of()) == []  # type: ignore[arg-type]


def test_each_class_has_users_and_producers_accuracies_with_runs_less_one_degrees_of_freedom() -> None:
    score = ModelScore("polygon", np.array([[[8, 2], [0, 10]], [[9, 1], [1, 9]]]))
    assert score.users[0].mean == pytest.approx((0.8 + 0.9) / 2)
    assert score.users[0].half_width == pytest.approx(12.706 * 0.05, abs=1e-3)
    assert score.producers[0].mean == pytest.approx((1 + 0.9) / 2)
    assert score.producers[1].runs == 2


def test_squares_are_halved_until_the_samples_lie_in_five_and_polygons_stay_whole() -> None:
    lon = np.array([0.01, 0.02, 0.11, 0.12, 0.21, 0.31, 0.32, 0.41])
    groups = np.array([0, 0, 1, 1, 2, 3, 3, 4])
    samples = Samples(np.zeros((8, 1), np.float32), np.zeros(8, np.int64), groups, np.column_stack([lon, lon * 0]))
    blocks, side = blocks_of(samples)
    assert side == 0.0625
    assert np.unique(blocks).size == 5
    assert blocks[0] == blocks[1]
    assert blocks_of(samples, 1.0)[1] == 1.0
    nowhere = Samples(samples.values, samples.labels, groups, np.full((8, 2), np.nan))
    assert np.unique(blocks_of(nowhere)[0]).tolist() == [0]


def test_a_scheme_that_cannot_be_is_named_and_chance_is_the_last_resort() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(label, 0.1, (30, 2)) for label in (0, 1)]).astype(np.float32)
    labels = np.repeat([0, 1], 30)
    samples = Samples(values, labels, labels.copy(), np.zeros((60, 2)))  # one polygon a class, all in one place
    found = model_scores(samples, recipe_of(runs=2), 2, lambda done, total: None)  # type: ignore[arg-type]
    assert [one.scheme for one in found] == ["random"]
    told = [problem.what for problem in notes(found, recipe_of())]  # type: ignore[arg-type]
    assert told == [f"the samples cannot be split by {name}: no such score is given." for name in ("polygon", "block")]


def test_a_class_of_one_place_counts_as_an_error_there_and_is_named() -> None:
    rng = np.random.default_rng(4)
    labels = np.repeat([0, 1, 2], [40, 40, 8])
    values = (labels[:, None] + rng.normal(0, 0.05, (88, 2))).astype(np.float32)
    place = np.where(labels == 2, 7.2, rng.integers(0, 8, 88) + 0.2)
    samples = Samples(values, labels, np.arange(88), np.column_stack([place, np.zeros(88)]))
    (by_block,) = model_scores(samples, recipe_of(scores=("block",)), 3, lambda done, total: None)  # type: ignore[arg-type]
    assert by_block.unknown == (2,)
    assert by_block.overall.mean < 1
    assert by_block.overall_of_known.mean == 1


def test_features_are_asked_for_by_band_and_by_date() -> None:
    names = ("NDVI 2022-01-01", "NDVI 2022-02-01", "B8A 2022-01-01", "B8A 2022-02-01", "DEM", "NDVI season 1 start")
    assert grouped(names, ["NDVI", "B8A", "B8"]) == (
        Group("series", "NDVI", (0, 1, 5)), Group("series", "B8A", (2, 3)), Group("series", "DEM", (4,)),
        Group("date", "2022-01-01", (0, 2)), Group("date", "2022-02-01", (1, 3)),
    )  # fmt: skip
    assert Importances(grouped(names, ["NDVI"]), 5).rows == MOST
    many = tuple(Group("series", str(number), (number,)) for number in range(1000))
    assert Importances(many, 5).rows == 0  # not cheap, so not asked
    assert Importances(many[: 30_000 // (5 * LEAST)], 5).rows == LEAST


def test_what_a_model_rests_on_is_what_it_loses_when_shuffled() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, 300)
    values = np.column_stack([labels + rng.normal(0, 0.1, 300), rng.normal(0, 1, 300)]).astype(np.float32)
    samples = Samples(values, labels, np.arange(300), np.zeros((300, 2)))
    groups = (Group("series", "useless", (1,)), Group("series", "telling", (0,)))

    def asked() -> Importances:
        found = Importances(groups, 2)
        recipe = recipe_of(scores=("random",), runs=2)
        model_scores(samples, recipe, 2, lambda done, total: None, Layout(), asked=found)  # type: ignore[arg-type]
        return found

    said = asked().said()
    assert [entry["name"] for entry in said["groups"]] == ["telling", "useless"]
    assert said["groups"][0]["drop"] == pytest.approx(0.5, abs=0.12)
    assert said["groups"][1]["drop"] == pytest.approx(0, abs=0.02)
    assert asked().said() == said  # the same, again


def test_mato_grosso_is_known_by_chance_and_not_from_afar(shared_data: Path) -> None:
    """1,892 points: random folds 0.96 with another forest, squares of half a degree 0.85."""
    import pandas

    path = shared_data / "sits-samples/br_mt_1892_9classes_modis6bands.parquet"
    table = pandas.read_parquet(path).sort_values(["sample_id", "date"])
    count = table.sample_id.nunique()
    values = table[["NDVI", "EVI", "NIR", "MIR"]].to_numpy(np.float32).reshape(count, -1)
    heads = table.drop_duplicates("sample_id")
    labels = np.unique(heads.label, return_inverse=True)[1].astype(np.int64)
    samples = Samples(values, labels, np.arange(count), heads[["longitude", "latitude"]].to_numpy())
    recipe = recipe_of(scores=("random", "block"), runs=3)
    by_chance, by_block = model_scores(samples, recipe, 9, lambda done, total: None)  # type: ignore[arg-type]
    assert by_chance.overall.mean == pytest.approx(0.95, abs=0.02)
    assert by_block.overall.mean == pytest.approx(0.83, abs=0.04)
    assert len(by_block.unknown) == 2  # each was sampled in one place only
    assert by_block.overall_of_known.mean == pytest.approx(0.91, abs=0.03)
    (note,) = notes((by_chance, by_block), recipe)  # type: ignore[arg-type]
    assert "Some classes were sampled in one place only" in note.cure
