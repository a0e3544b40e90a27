# SPDX-License-Identifier: AGPL-3.0-or-later
"""Levels of classes: parents first, then the children of each; with any classifier, kept like any model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landcover.conftest import Scene
from terracite.errors import ModelError, RecipeError
from terracite.landcover.checks import prepare
from terracite.landcover.classes import from_parts, parents_of
from terracite.landcover.classifiers import model as files
from terracite.landcover.classifiers.contract import Layout, Model, Settings, predict
from terracite.landcover.classifiers.hierarchy import Hierarchy, hierarchical
from terracite.landcover.classifiers.registry import train
from terracite.landcover.features import plan
from terracite.landcover.recipe import ClassPart
from terracite.landcover.samples import Samples
from terracite.landcover.teaching import Teaching

PARENTS = {2: 10, 5: 10, 7: 20, 9: 20, 11: 30}


def _known(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.choice(list(PARENTS), count)
    parent = np.array([PARENTS[label] for label in labels])
    values = np.column_stack([parent / 10, np.isin(labels, (5, 9)), np.zeros(count)]) + rng.normal(0, 0.2, (count, 3))
    return values.astype(np.float32), labels


def _model(name: str = "random_forest", parents: dict[int, int] = PARENTS) -> Model:
    values, labels = _known(200, 1)
    settings = Settings(trees=8, min_leaf=2)
    return hierarchical(name, labels, parents, lambda rows, own: train(name, values[rows], own, settings=settings))


@pytest.mark.parametrize("name", ["random_forest", "kernel"])
def test_it_keeps_the_contract_of_every_model(name: str, tmp_path: Path) -> None:
    model = _model(name)
    assert isinstance(model, Hierarchy)
    values, labels = _known(300, 2)
    shares = model.predict_proba(values.T)
    assert (shares.shape, shares.dtype, model.classes.tolist()) == ((300, 5), np.float32, list(PARENTS))
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert (predict(model, values.T)[0] == labels).mean() > 0.93
    parents = np.stack([shares[:, [0, 1]].sum(axis=1), shares[:, [2, 3]].sum(axis=1), shares[:, 4]], axis=1)
    np.testing.assert_allclose(parents, model.top.predict_proba(values.T), atol=1e-6)
    assert model.importance.sum() == pytest.approx(1)
    card = files.Card(name, {}, ("a", "b", "c"), "1", "linear", (), {}, {}, {})
    files.save(tmp_path, model, card)
    again, read = files.load(tmp_path)
    assert read["form"] == "hierarchical"
    np.testing.assert_array_equal(again.predict_proba(values.T), shares)
    arrays = dict(model.arrays())
    for broken in (
        {key: array for key, array in arrays.items() if not key.startswith("below 20")},
        {**arrays, "parents": arrays["parents"][::-1]},
    ):
        np.savez(tmp_path / "model.npz", **broken)
        with pytest.raises(ModelError, match="damaged"):
            files.load(tmp_path)


@pytest.mark.parametrize("parents", [dict.fromkeys(PARENTS, 1), {label: label for label in PARENTS}])
def test_with_one_level_only_it_is_the_classifier_itself(parents: dict[int, int]) -> None:
    assert not isinstance(_model(parents=parents), Hierarchy)


def test_a_map_of_parents_follows_from_a_map_of_classes() -> None:
    classes = from_parts("", [ClassPart(code=1, parent=100), ClassPart(code=2, parent=100), ClassPart(code=23)])
    assert parents_of(np.array([[0, 1], [2, 23]], np.uint8), classes).tolist() == [[0, 100], [100, 23]]


def test_a_recipe_asks_for_levels_and_needs_parents(scene: Scene) -> None:
    scene.with_recipe("[classifier]\n", "[classifier]\nhierarchical = true\n")
    with pytest.raises(RecipeError, match="1 mistake") as raised:
        prepare(scene.recipe)
    assert [str(problem) for problem in raised.value.problems] == [
        "classifier.hierarchical (line 39): needs classes that have parents. Give each class of the nomenclature the "
        "code of its parent: parent = 110."
    ]
    for code in (2, 3):
        scene.with_recipe(f"code = {code}\n", f"code = {code}\nparent = 100\n")
    prepared = prepare(scene.recipe)
    teach = Teaching.of(prepared, plan(prepared.layers, prepared.recipe.period))
    assert teach.parents == {0: -1, 1: 100, 2: 100}
    values, labels = _known(90, 3)
    three = np.where(labels > 7, 2, np.where(labels > 2, 1, 0))
    teach.layout = Layout()
    model = teach(Samples(values, three, np.arange(90), np.zeros((90, 2))))
    assert isinstance(model, Hierarchy)
    assert model.parents.tolist() == [-1, 100, 100]
