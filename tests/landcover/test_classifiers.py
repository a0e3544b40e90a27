# SPDX-License-Identifier: AGPL-3.0-or-later
"""One contract for every classifier: what it takes, gives, refuses, and how its file is kept."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from terracite.errors import ModelError
from terracite.landcover.classifiers import model as files
from terracite.landcover.classifiers.contract import Layout, Model, Settings, balanced, folds_of, predict, training
from terracite.landcover.classifiers.registry import REGISTRY, train

CHANNELS, DATES, STILL = 2, 9, 2
FEATURES = CHANNELS * DATES + STILL
LAYOUT = Layout(CHANNELS, DATES)
SETTINGS = Settings(trees=6, depth=8, min_leaf=2, seed=4, epochs=10)
ALL = pytest.mark.parametrize("name", list(REGISTRY))


def _series(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Three crops whose season peaks on other dates; two columns that say nothing."""
    rng = np.random.default_rng(seed)
    labels = rng.choice([3, 7, 20], count)
    peak = np.select([labels == 3, labels == 7], [2, 4], 6)
    season = np.exp(-((np.arange(DATES) - peak[:, None]) ** 2) / 4)
    series = np.hstack([season, season * 0.5]) + rng.normal(0, 0.12, (count, CHANNELS * DATES))
    return np.hstack([series, rng.normal(0, 1, (count, STILL))]).astype(np.float32), labels


@cache
def _trained(name: str) -> Model:
    values, labels = _series(120, 1)
    return train(name, values, labels, layout=LAYOUT, settings=SETTINGS)


def _card(name: str, features: int = FEATURES) -> files.Card:
    names = tuple(f"NDVI {number}" for number in range(features))
    return files.Card(name, {}, names, "1", "linear", (), {}, {}, {})


@ALL
def test_it_learns_and_its_shares_sum_to_one(name: str) -> None:
    values, labels = _series(300, 2)
    shares = _trained(name).predict_proba(values.T)
    assert (shares.shape, shares.dtype) == ((300, 3), np.float32)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert _trained(name).classes.tolist() == [3, 7, 20]
    found, share = predict(_trained(name), values.T)
    assert (found == labels).mean() > 0.9
    np.testing.assert_array_equal(share, shares.max(axis=1))


@ALL
def test_the_same_seed_gives_the_same_file_and_another_one_need_not(name: str, tmp_path: Path) -> None:
    values, labels = _series(120, 1)
    again = train(name, values, labels, layout=LAYOUT, settings=SETTINGS)
    contents = []
    for number, one in enumerate((_trained(name), again)):
        (tmp_path / str(number)).mkdir()
        contents.append([path.read_bytes() for path in files.save(tmp_path / str(number), one, _card(name))])
    assert contents[0] == contents[1]


@ALL
def test_samples_that_are_the_same_many_times_over_are_learnt_too(name: str) -> None:
    values, labels = _series(40, 5)
    nearly = values + np.float32(1e-6)
    many = np.repeat(np.vstack([values, nearly]), 6, axis=0)
    found = train(name, many, np.repeat(np.hstack([labels, labels]), 6), layout=LAYOUT, settings=SETTINGS)
    shares = found.predict_proba(values.T)
    assert np.isfinite(shares).all()
    assert (found.classes[shares.argmax(axis=1)] == labels).mean() > 0.9


@ALL
def test_its_file_is_read_back_whole(name: str, tmp_path: Path) -> None:
    files.save(tmp_path, _trained(name), _card(name))
    found, card = files.load(tmp_path)
    values = _series(50, 3)[0].T
    np.testing.assert_array_equal(found.predict_proba(values), _trained(name).predict_proba(values))
    np.testing.assert_allclose(found.importance, _trained(name).importance)
    assert card["classifier"] == name


@ALL
def test_the_features_that_say_something_count(name: str) -> None:
    importance = _trained(name).importance
    assert importance.shape == (FEATURES,)
    assert importance.sum() == pytest.approx(1)
    assert (importance >= 0).all()
    assert importance[-STILL:].sum() < 0.5 * STILL / FEATURES * 2


@ALL
def test_cells_are_alike_however_many_are_asked_at_once(name: str) -> None:
    values = _series(5000, 5)[0].T
    whole = _trained(name).predict_proba(values)
    part = _trained(name).predict_proba(np.ascontiguousarray(values[:, 4090:4110]))
    np.testing.assert_allclose(part, whole[4090:4110], atol=1e-5)
    assert _trained(name).predict_proba(values[:, :0]).shape == (0, 3)


@ALL
def test_weights_count(name: str) -> None:
    rng = np.random.default_rng(8)
    values = rng.integers(0, 2, (120, 2)).astype(np.float32)  # nothing tells the classes apart
    labels = np.arange(120) % 2
    heavy = np.where(labels == 1, 20.0, 1.0)
    model = train(name, values, labels, weights=heavy, settings=Settings(trees=6, depth=3, min_leaf=10))
    assert model.predict_proba(values.T)[:, 1].mean() > 0.75


@ALL
def test_two_classes_and_a_class_of_one_sample_are_enough(name: str) -> None:
    values, labels = _series(60, 6)
    labels = np.where(np.arange(60) == 0, 99, np.where(labels == 20, 7, labels))
    model = train(name, values, labels, layout=LAYOUT, settings=SETTINGS)
    assert model.classes.tolist() == [3, 7, 99]
    pair = train(name, values, np.where(labels == 99, 7, labels), layout=LAYOUT, settings=SETTINGS)
    assert pair.predict_proba(values.T).shape == (60, 2)


@ALL
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("gap", "1 of 120 samples have no value somewhere, first in feature 3. Fill the gaps"),
        ("one class", "of 1 class; a classifier needs two. Add reference data of another class"),
        ("weights", "not positive numbers. Leave samples without weight out"),
        ("rows", "do not fit together. Give one row"),
        ("layout", "5 channels on 9 dates are more than 20 features. Give the features channel by channel"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_with_its_cure(name: str, change: str, message: str) -> None:
    values, labels = _series(120, 1)
    weights, layout = np.ones(120), LAYOUT
    if change == "gap":
        values[7, 2] = np.nan
    elif change == "one class":
        labels[:] = 3
    elif change == "weights":
        weights[3] = 0
    elif change == "rows":
        labels = labels[1:]
    else:
        layout = Layout(5, DATES)
    with pytest.raises(ModelError, match=message):
        train(name, values, labels, weights=weights, layout=layout, settings=SETTINGS)


@ALL
@pytest.mark.parametrize("key", ["shorter", "missing"])
def test_a_damaged_file_is_refused(name: str, key: str, tmp_path: Path) -> None:
    arrays = dict(_trained(name).arrays())
    largest = max(arrays, key=lambda item: arrays[item].nbytes)
    if key == "missing":
        del arrays[largest]
    else:
        arrays[largest] = arrays[largest][:-3]
    files.save(tmp_path, _trained(name), _card(name))
    np.savez(tmp_path / "model.npz", **arrays)
    with pytest.raises(ModelError, match="damaged"):
        files.load(tmp_path)


def test_an_unknown_classifier_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ModelError, match=r"no classifier 'randm_forest'\. Did you mean 'random_forest'\?"):
        train("randm_forest", [[0.0], [1.0]], [1, 2])


def test_a_file_that_is_missing_cut_short_newer_or_of_another_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no usable model"):
        files.load(tmp_path)
    files.save(tmp_path, _trained("extra_trees"), _card("extra_trees", features=3))
    with pytest.raises(ModelError, match="20 features; its card names others"):
        files.load(tmp_path)
    card = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(card | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        files.load(tmp_path)
    (tmp_path / "model.npz").write_bytes((tmp_path / "model.npz").read_bytes()[:100])
    with pytest.raises(ModelError, match="no usable model"):
        files.load(tmp_path)


def test_a_pickle_inside_the_file_is_not_run(tmp_path: Path) -> None:
    files.save(tmp_path, _trained("extra_trees"), _card("extra_trees"))
    np.savez(tmp_path / "model.npz", nodes=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError, match="no usable model"):
        files.load(tmp_path)


def test_a_model_of_other_bands_dates_or_scaling_is_refused() -> None:
    card = {"features": ["NDVI 1", "NDVI 2"], "unit": "1", "gap_filling": "linear"}
    files.check_suits(card, ["NDVI 1", "NDVI 2"], "1", "linear")
    for features, unit, filling, message in (
        (["NDVI 1"], "1", "linear", "needs NDVI 2, which these images do not give"),
        (["NDVI 2", "NDVI 1"], "1", "linear", "in another order"),
        (["NDVI 1", "NDVI 2"], "0.0001", "linear", "another unit: '1', not '0.0001'"),
        (["NDVI 1", "NDVI 2"], "1", "none", "another gap filling"),
    ):
        with pytest.raises(ModelError, match=message):
            files.check_suits(card, features, unit, filling)


def test_balanced_weights_make_classes_count_alike() -> None:
    labels = np.array([1, 1, 1, 2])
    weights = balanced(labels)
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights.mean() == pytest.approx(1)
    assert balanced(labels, 0).tolist() == [1, 1, 1, 1]


@ALL
def test_cells_of_polygons_are_learnt_from_too(name: str) -> None:
    values, labels = _series(120, 1)
    polygons = np.repeat(np.arange(40), 3)
    labels = labels[polygons * 3]
    alike = np.repeat(values[::3], 3, axis=0)
    model = train(name, alike, labels, groups=polygons, layout=LAYOUT, settings=SETTINGS)
    found, _ = predict(model, values[::3].T)
    assert (found == labels[::3]).mean() > 0.85
    with pytest.raises(ModelError, match=r"7 groups for 120 samples\. Give the polygon of each sample"):
        train(name, values, labels, groups=np.arange(7), layout=LAYOUT)


def test_large_polygons_weigh_less_and_are_never_split() -> None:
    groups = np.repeat([5, 6, 7, 8], [16, 4, 4, 4])
    data = training(np.zeros((28, 1)), np.arange(28) % 2, groups=groups)
    assert data.grouped
    weights = data.evened().weights
    assert weights[20] / weights[0] == pytest.approx(2)
    folds = folds_of(groups, 2, np.random.default_rng(1))
    assert sorted(np.bincount(folds).tolist()) == [12, 16]
    assert all(np.unique(folds[groups == group]).size == 1 for group in (5, 6, 7, 8))
