# SPDX-License-Identifier: AGPL-3.0-or-later
"""A model of somewhere else, adapted: whether it suits, what is made of it, and that it never does harm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landcover.conftest import CELL, CRS, LEFT, TOP, Scene
from terracite.errors import ModelError, RecipeError
from terracite.landcover.checks import prepare
from terracite.landcover.classifiers import model as files
from terracite.landcover.classifiers.adapted import Adapted, Dates
from terracite.landcover.classifiers.contract import Layout, Model, Settings, predict
from terracite.landcover.classifiers.registry import train
from terracite.landcover.features import plan, read_series
from terracite.landcover.run import run
from terracite.landcover.samples import Samples
from terracite.landcover.specialise import adapt, open_start, said, unsuited
from terracite.landcover.specialise.choice import WAYS, folds_by_class

DAYS = [f"2021-{month:02d}-15" for month in range(1, 13)]
NAMES = [f"NDVI {day}" for day in DAYS]
CROPS = ("wheat", "maize", "meadow")


def _series(count: int, seed: int, noise: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    """Seasons of three crops."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    peak = np.array([4, 8, 6])[labels]
    width = np.array([2.0, 2.0, 12.0])[labels]
    season = np.exp(-((np.arange(12) - peak[:, None]) ** 2) / width[:, None])
    return (season + rng.normal(0, noise, season.shape)).astype(np.float32), labels


def _forest(samples: Samples) -> Model:
    return train(
        "random_forest", samples.values, samples.labels, groups=samples.groups, settings=Settings(trees=15, min_leaf=1)
    )


def _base(folder: Path, names: list[str] = NAMES, unit: str = "1") -> Path:
    folder.mkdir(exist_ok=True)
    values, labels = _series(300, 1)
    classes = tuple({"code": code, "fr": "", "en": name} for code, name in enumerate(CROPS, 1))
    card = files.Card("random_forest", {}, tuple(names), unit, "linear", classes, {}, {}, {})
    files.save(folder, train("random_forest", values, labels, settings=Settings(trees=15)), card)
    return folder


def _few(per_class: int, seed: int, cells: int = 1) -> Samples:
    values, labels = _series(3 * per_class * cells, seed)
    groups = np.arange(len(labels)) // (3 * cells) * 3 + labels
    return Samples(values, labels, groups, np.zeros((len(labels), 2)))


def _names(*called: str) -> list[frozenset[str]]:
    return [frozenset({name}) for name in called]


def test_few_samples_and_a_model_of_the_same_classes_do_better_than_few_samples(tmp_path: Path) -> None:
    start = open_start(_base(tmp_path), NAMES)
    values, labels = _series(900, 9)
    known = _few(4, 5)
    model, trial = adapt(known, start, _names(*CROPS), _forest, "random_forest")
    right = float((predict(model, values.T)[0] == labels).mean())
    alone = float((predict(_forest(known), values.T)[0] == labels).mean())
    assert right > alone + 0.03
    assert trial.chosen != "new"
    assert trial.accuracy[trial.chosen] >= trial.accuracy["new"]
    assert said(trial).startswith(f"model to start from: '{trial.chosen}', ")


def test_other_classes_are_learnt_and_a_model_that_says_nothing_is_not_used(tmp_path: Path) -> None:
    start = open_start(_base(tmp_path), NAMES)
    known = _few(8, 5)
    crops = replace(known, labels=np.where(known.labels == 2, 0, 1))  # meadow, and any crop
    model, trial = adapt(crops, start, _names("grass", "crop"), _forest, "random_forest")
    values, labels = _series(600, 9)
    assert float((predict(model, values.T)[0] == (labels != 2)).mean()) > 0.9
    assert trial.accuracy[trial.chosen] >= trial.accuracy["new"]
    silent = replace(
        start, dates=Dates(*(np.zeros_like(part) for part in (start.dates.first, start.dates.second, start.dates.part)))
    )
    model, trial = adapt(_few(20, 5), silent, _names(*CROPS), _forest, "random_forest")
    assert trial.accuracy[trial.chosen] >= trial.accuracy["new"] > trial.accuracy["base"]


def test_with_one_polygon_a_class_nothing_can_be_tried_and_the_start_is_not_used(tmp_path: Path) -> None:
    known = _few(1, 5, cells=4)
    model, trial = adapt(known, open_start(_base(tmp_path), NAMES), _names(*CROPS), _forest, "random_forest")
    assert (trial.chosen, trial.accuracy) == ("new", {})
    assert "for want of" in said(trial)
    assert not isinstance(model, Adapted)


@pytest.mark.parametrize("way", [name for name in WAYS if name != "new"])
def test_an_adapted_model_keeps_the_contract_of_every_model(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = open_start(_base(tmp_path / "base"), NAMES)
    monkeypatch.setattr("terracite.landcover.specialise.choice.WAYS", {"new": WAYS["new"], way: WAYS[way]})
    monkeypatch.setattr(
        "terracite.landcover.specialise.choice._tried", lambda known, seed: type(_TRIAL)(way, {"new": 0, way: 1})
    )
    model, _ = adapt(_few(6, 5), start, _names(*CROPS), _forest, "random_forest")
    assert isinstance(model, Adapted)
    values = _series(200, 3)[0].T
    shares = model.predict_proba(values)
    assert (shares.shape, shares.dtype, model.classes.tolist()) == ((200, 3), np.float32, [0, 1, 2])
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(model.predict_proba(values[:, 40:60]), shares[40:60], atol=1e-6)
    assert (model.importance.shape, model.importance.sum()) == ((12,), pytest.approx(1))
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        card = files.Card("random_forest", {}, tuple(NAMES), "1", "linear", (), {}, {}, {})
        contents.append([path.read_bytes() for path in files.save(tmp_path / name, model, card)])
    assert contents[0] == contents[1]
    again, card_read = files.load(tmp_path / "one")
    assert (card_read["form"], card_read["classifier"]) == ("adapted", "random_forest")
    np.testing.assert_array_equal(again.predict_proba(values), shares)
    arrays = dict(model.arrays())
    arrays["meaning"] = arrays["meaning"][:-1]
    np.savez(tmp_path / "one" / "model.npz", **arrays)
    with pytest.raises(ModelError, match="damaged: its two models do not fit together"):
        files.load(tmp_path / "one")


_TRIAL = adapt.__globals__["Trial"]("new", {})


def test_dates_are_of_any_year_and_between_those_that_are_there(tmp_path: Path) -> None:
    folder = _base(tmp_path)
    for given in ([name.replace("2021", "2024") for name in NAMES], NAMES):
        start = open_start(folder, [given[0].replace("NDVI", "EVI"), *given])
        assert start.dates.first[0] == 1
        values = np.arange(13, dtype=np.float32)[:, None] * np.ones((1, 2), np.float32)
        np.testing.assert_allclose(start.dates.of(values)[:, 0], np.arange(1, 13), atol=0.05)
    finer = [f"NDVI 2023-{month:02d}-{day:02d}" for month in range(1, 13) for day in (5, 25)]
    start = open_start(folder, finer)
    values = np.arange(24, dtype=np.float32)[:, None]
    np.testing.assert_allclose(start.dates.of(values)[:, 0], np.arange(12) * 2 + 0.5, atol=0.03)
    assert unsuited(folder, finer, "1", "linear", "model.start") == []


def test_everything_that_does_not_suit_is_told_at_once(tmp_path: Path) -> None:
    folder = _base(tmp_path, [*NAMES[:-1], "DEM"], unit="0.0001")
    given = [*(name for name in NAMES if "-0" in name), "NDWI 2021-01-15"]
    told = [str(problem) for problem in unsuited(folder, given, "1", "composite", "model.start")]
    assert told == [
        "model.start: the model needs DEM, which these images do not give. Choose among: NDVI, NDWI.",
        "model.start: the model needs dates that the period does not reach: 15 November, 15 October of the year. "
        "Widen [period].",
        "model.start: the model was trained on values in '0.0001', and these are in '1'. Prepare the images as for "
        "its training.",
        "model.start: the model saw gaps filled otherwise: linear. Fill them alike in [period], or expect less of it.",
    ]
    assert [str(problem) for problem in unsuited(tmp_path / "none", given, "1", "linear", "model.start")] == [
        f"model.start: There is no model in '{tmp_path / 'none'}'. Give the folder of a map's crate, or one with "
        "model.npz and model.json."
    ]


def test_polygons_are_whole_in_a_fold_and_lone_ones_are_never_tested() -> None:
    labels = np.repeat([0, 0, 0, 1, 1, 2], 4)
    groups = np.repeat(np.arange(6), 4)
    folds = folds_by_class(Samples(np.zeros((24, 1), np.float32), labels, groups, np.zeros((24, 2))), 1)
    assert all(np.unique(folds[groups == group]).size == 1 for group in range(6))
    assert (folds[labels == 2] == -1).all()
    assert np.unique(folds[labels == 0]).size == 3


def test_a_map_starts_from_the_crate_of_another_and_says_what_it_made_of_it(scene: Scene, tmp_path: Path) -> None:
    run(scene.recipe, tmp_path / "first")
    scene.with_recipe(
        '[classifier]\nname = "random_forest"', '[model]\nstart = "../first"\n[classifier]\nname = "random_forest"'
    )
    (tmp_path / "scene" / ".." / "first").resolve(strict=True)
    scene.with_recipe("per_class = 150", "per_class = 12\nper_polygon = 4")
    found = run(scene.recipe, tmp_path / "second")
    card = json.loads(next((tmp_path / "second").rglob("model.json")).read_text())
    assert found.outcome is not None
    assert card["start"]["chosen"] in WAYS
    assert card["start"]["accuracy"][card["start"]["chosen"]] >= card["start"]["accuracy"]["new"]
    inputs = json.loads((tmp_path / "second" / "ro-crate-metadata.json").read_text())
    assert "model.npz" in json.dumps(inputs)
    with pytest.raises(RecipeError) as raised:
        prepare(scene.with_recipe('indices = ["NDVI", "EVI"]', 'indices = ["NDVI"]'))
    assert [problem.what for problem in raised.value.problems] == [
        "the model needs EVI, which these images do not give."
    ]


def test_a_map_that_exists_is_known_to_the_model(scene: Scene) -> None:
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": 60, "width": 80, "crs": CRS, "nodata": 255}
    transform = rasterio.transform.from_origin(LEFT, TOP, 2 * CELL, 2 * CELL)
    old = scene.truth[::2, ::2].copy()
    old[:5] = 255
    with rasterio.open(scene.folder / "old.tif", "w", transform=transform, **profile) as image:
        image.write(old, 1)
    prepared = prepare(scene.with_recipe("[classifier]", '[model]\nmap = "old.tif"\n[classifier]'))
    wanted = plan(prepared.layers, prepared.recipe.period, prepared.recipe.features)
    assert wanted.names[-3:] == ("old class 1", "old class 2", "old class 3")
    assert wanted.layout == Layout(2, len(wanted.days))
    block = next(iter(prepared.grid.blocks(64)))
    series = read_series(prepared.layers, block, prepared.grid)
    expected = np.kron(old, np.ones((2, 2), np.uint8))[:64, :64]
    for code in (1, 2, 3):
        np.testing.assert_array_equal(series[f"old class {code}"][0][0], (expected == code).astype(np.float32))
    with pytest.raises(RecipeError) as raised:
        prepare(scene.with_recipe('map = "old.tif"', 'map = "new.tif"'))
    assert [problem.where for problem in raised.value.problems] == ["model.map (line 39)"]
