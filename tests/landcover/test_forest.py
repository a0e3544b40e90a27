# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forests as arrays: the labels of scikit-learn, files without code, and nothing that leads the walk astray."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from terracite.errors import RasterError
from terracite.landcover.classifiers import model
from terracite.landcover.classifiers.forest import Forest, flatten, train
from terracite.landcover.recipe import ClassifierPart
from terracite.landcover.samples import Samples


def _samples(classes: int = 4, features: int = 11, count: int = 900) -> Samples:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, classes, count)
    values = (rng.normal(0, 1, (classes, features))[labels] + rng.normal(0, 1.2, (count, features))).astype(np.float32)
    return Samples(values, labels, np.arange(count), np.zeros((count, 2)))


def _card() -> model.Card:
    return model.Card("random_forest", {"trees": 3}, ("NDVI 2022-01-01",), "1", "linear", (), {}, {}, {})


@pytest.mark.parametrize("kind", ["RandomForestClassifier", "ExtraTreesClassifier"])
@pytest.mark.parametrize("leaf", [1, 5])
def test_the_walk_gives_the_votes_of_scikit_learn(kind: str, leaf: int) -> None:
    from sklearn import ensemble

    samples = _samples()
    known = getattr(ensemble, kind)(25, max_depth=12, min_samples_leaf=leaf, random_state=1)
    known.fit(samples.values, samples.labels)
    values = np.concatenate([samples.values, np.random.default_rng(3).normal(0, 2, (3000, 11)).astype(np.float32)])
    forest = flatten(known)
    np.testing.assert_allclose(forest.votes(values.T), known.predict_proba(values), atol=1e-6)
    labels, share = forest.predict(values.T)
    assert np.array_equal(labels, known.predict(values))
    np.testing.assert_allclose(share, known.predict_proba(values).max(axis=1), atol=1e-6)


def test_values_right_on_a_threshold_go_the_same_way() -> None:
    from sklearn.ensemble import ExtraTreesClassifier

    samples = _samples(classes=2, features=2)
    known = ExtraTreesClassifier(10, random_state=0).fit(samples.values, samples.labels)
    cuts = np.concatenate([tree.tree_.threshold[tree.tree_.feature >= 0] for tree in known.estimators_])
    around = cuts.astype(np.float32)
    values = np.stack([np.nextafter(around, np.float32(side)) for side in (-9, 9)] + [around], axis=1).reshape(-1)
    grid = np.stack([values, values], axis=1)
    assert np.array_equal(flatten(known).predict(grid.T)[0], known.predict(grid))


def test_labels_need_not_start_at_zero_nor_be_all_there() -> None:
    samples = _samples(classes=2)
    shifted = Samples(samples.values, samples.labels * 3 + 1, samples.groups, samples.lonlat)
    forest = train(shifted, ClassifierPart(trees=5))
    assert forest.classes.tolist() == [1, 4]
    assert set(forest.predict(samples.values.T)[0]) == {1, 4}


def test_a_forest_of_stumps_and_no_cell_at_all() -> None:
    forest = train(_samples(), ClassifierPart(trees=2, depth=1))
    assert forest.depths.tolist() == [1, 1]
    assert forest.predict(np.empty((11, 0), np.float32))[0].shape == (0,)


def test_training_twice_gives_the_same_file(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        model.save(tmp_path / name, train(_samples(), ClassifierPart(trees=8)), _card())
        contents.append([(tmp_path / name / file).read_bytes() for file in ("model.npz", "model.json")])
    assert contents[0] == contents[1]


def test_a_saved_model_is_read_back_whole(tmp_path: Path) -> None:
    forest = train(_samples(), ClassifierPart(trees=8))
    model.save(tmp_path, forest, _card())
    found, card = model.load(tmp_path)
    for name in ("nodes", "roots", "depths", "leaves", "shares", "classes"):
        assert np.array_equal(getattr(found, name), getattr(forest, name)), name
    assert card["features"] == ["NDVI 2022-01-01"]


def test_a_model_that_would_lead_out_of_bounds_is_refused(tmp_path: Path) -> None:
    forest = train(_samples(), ClassifierPart(trees=2))
    nodes = forest.nodes.copy()
    nodes["left"][0] = 10_000_000
    broken = Forest(nodes, forest.roots, forest.depths, forest.leaves, forest.shares, forest.classes)
    model.save(tmp_path, broken, _card())
    with pytest.raises(RasterError, match="damaged"):
        model.load(tmp_path)


def test_a_model_that_is_missing_cut_short_or_newer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RasterError, match="no usable model"):
        model.load(tmp_path)
    model.save(tmp_path, train(_samples(), ClassifierPart(trees=2)), _card())
    card = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(card | {"format": 99}))
    with pytest.raises(RasterError, match="format 99"):
        model.load(tmp_path)
    (tmp_path / "model.npz").write_bytes((tmp_path / "model.npz").read_bytes()[:100])
    with pytest.raises(RasterError, match="no usable model"):
        model.load(tmp_path)


def test_a_pickle_inside_the_file_is_not_run(tmp_path: Path) -> None:
    model.save(tmp_path, train(_samples(), ClassifierPart(trees=2)), _card())
    np.savez(tmp_path / "model.npz", nodes=np.array([{"a": 1}], dtype=object))
    with pytest.raises(RasterError, match="no usable model"):
        model.load(tmp_path)
