# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trees as arrays: the labels of scikit-learn, and nothing that leads the walk astray."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier

from terracite.errors import ModelError
from terracite.landcover.classifiers import boosting
from terracite.landcover.classifiers.contract import Settings, predict, training
from terracite.landcover.classifiers.forest import Forest, flatten
from terracite.landcover.classifiers.growing import grow
from terracite.landcover.classifiers.registry import train
from terracite.landcover.classifiers.trees import Tree, pack


def _samples(classes: int = 4, features: int = 11, count: int = 900) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, classes, count)
    values = rng.normal(0, 1, (classes, features))[labels] + rng.normal(0, 1.2, (count, features))
    return values.astype(np.float32), labels


@pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesClassifier])
@pytest.mark.parametrize("leaf", [1, 5])
def test_the_walk_gives_the_votes_of_scikit_learn(kind: type, leaf: int) -> None:
    values, labels = _samples()
    known = kind(25, max_depth=12, min_samples_leaf=leaf, random_state=1).fit(values, labels)
    values = np.concatenate([values, np.random.default_rng(3).normal(0, 2, (3000, 11)).astype(np.float32)])
    forest = flatten(known)
    np.testing.assert_allclose(forest.predict_proba(values.T), known.predict_proba(values), atol=1e-6)
    found, share = forest.predict(values.T)
    assert np.array_equal(found, known.predict(values))
    np.testing.assert_allclose(share, known.predict_proba(values).max(axis=1), atol=1e-6)


@pytest.mark.parametrize("classes", [2, 4])
def test_the_walk_gives_the_shares_of_gradient_boosting(classes: int) -> None:
    values, labels = _samples(classes)
    known = HistGradientBoostingClassifier(max_iter=7, early_stopping=False).fit(values, labels)
    ours = boosting.flatten(known, known.classes_)
    np.testing.assert_allclose(ours.predict_proba(values.T), known.predict_proba(values), atol=1e-6)


def test_values_right_on_a_threshold_go_the_same_way() -> None:
    values, labels = _samples(classes=2, features=2)
    known = ExtraTreesClassifier(10, random_state=0).fit(values, labels)
    cuts = np.concatenate([tree.tree_.threshold[tree.tree_.feature >= 0] for tree in known.estimators_])
    around = cuts.astype(np.float32)
    near = np.stack([np.nextafter(around, np.float32(side)) for side in (-9, 9)] + [around], axis=1).reshape(-1)
    grid = np.stack([near, near], axis=1)
    assert np.array_equal(flatten(known).predict(grid.T)[0], known.predict(grid))


def test_a_forest_of_stumps() -> None:
    forest = train("random_forest", *_samples(), settings=Settings(trees=2, depth=1))
    assert isinstance(forest, Forest)
    assert forest.trees.depths.tolist() == [1, 1]


def test_a_forest_that_could_not_split_has_even_importance() -> None:
    forest = train("random_forest", np.zeros((8, 4)), np.arange(8) % 2, settings=Settings(trees=2))
    assert forest.importance.tolist() == [0.25] * 4
    np.testing.assert_allclose(forest.predict_proba(np.zeros((4, 3), np.float32)).sum(axis=1), 1)


@pytest.mark.parametrize(
    ("name", "row", "column", "value"),
    [
        ("nodes", 0, 1, 0x000F_FFFF),  # a way out of the tree
        ("nodes", 0, 1, 0),  # an inner node without children
        ("nodes", 0, 1, (1 << 32) - 1),  # a feature that is not there
        ("parts", -1, None, 0),  # no last part
        ("parts", 0, None, 7 << 1),  # a class that is not there
        ("roots", 0, None, 10**9),
        ("parts", 0, None, (1 << 32) - 2),  # a share that is not there
        ("depths", 0, None, 1),  # deeper than it says
    ],
)
def test_arrays_that_would_lead_out_of_bounds_are_refused(name: str, row: int, column: int | None, value: int) -> None:
    arrays = {key: array.copy() for key, array in train("random_forest", *_samples(classes=5)).arrays().items()}
    arrays[name][row if column is None else (row, column)] = value
    with pytest.raises(ValueError, match=r"lead nowhere|classes|leaves"):
        Forest.from_arrays(arrays)


def test_a_tree_too_large_for_its_nodes_is_refused() -> None:
    size = 2_000_001
    left = np.full(size, -1)
    left[0:-1:2] = np.arange(1, size, 2)  # a comb: each even node has a leaf and the next even node
    right = np.where(left > 0, left + 1, -1)
    zeros = np.zeros(size, np.int64)
    leaf = np.arange(size) * 3
    tree = Tree(left, right, zeros, np.zeros(size), np.ones(size), leaf)
    with pytest.raises(ModelError, match=r"too large\. Set a smaller depth"):
        pack([tree], 9)


def test_trees_grown_here_are_as_right_and_as_large_as_those_of_scikit_learn() -> None:
    values, labels = _samples(count=3000)
    known = RandomForestClassifier(20, max_depth=12, min_samples_leaf=5, random_state=1).fit(
        values[:1500], labels[:1500]
    )
    ours = train("random_forest", values[:1500], labels[:1500], settings=Settings(trees=20, depth=12))
    found, _ = predict(ours, values[1500:].T)
    assert (found == labels[1500:]).mean() == pytest.approx(known.score(values[1500:], labels[1500:]), abs=0.03)
    assert isinstance(ours, Forest)
    nodes = sum(estimator.tree_.node_count for estimator in known.estimators_)
    assert len(ours.trees.nodes) == pytest.approx(nodes, rel=0.1)
    assert ours.importance == pytest.approx(known.feature_importances_, abs=0.06)


def test_trees_grown_here_keep_to_their_limits_and_do_not_depend_on_the_cores() -> None:
    values, labels = _samples(count=400)
    data = training(values.round(1), labels)  # values that repeat
    for grown in grow(data, Settings(trees=3, depth=4, min_leaf=9)):
        leaves = grown.tree.left < 0
        assert grown.tree.samples[leaves].min() >= 9
        assert grown.shares.shape == (leaves.sum(), 4)
        np.testing.assert_allclose(grown.shares.sum(axis=1), 1)
    one, other = (train("random_forest", values, labels, settings=Settings(trees=9)) for _ in range(2))
    np.testing.assert_array_equal(one.predict_proba(values.T), other.predict_proba(values.T))


def test_a_class_told_by_one_cut_is_found() -> None:
    values = np.linspace(0, 1, 1000, dtype=np.float32)[:, None]
    labels = (values[:, 0] > 0.37).astype(int)
    found, share = predict(train("random_forest", values, labels, settings=Settings(trees=30)), values.T)
    assert (found == labels).mean() > 0.995
    assert share.min() >= 0.5
