# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real samples and images: the scores that others published for them, and every example recipe sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from terracite.landcover import samples, scoring
from terracite.landcover.checks import prepare
from terracite.landcover.features import of_block, plan
from terracite.landcover.predict import classify
from terracite.landcover.recipe import load
from terracite.landcover.reference import LabelledSeries
from terracite.raster.grid import Block

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_every_example_is_spelt_right(name: str) -> None:
    assert load(EXAMPLES / name).images


def test_western_bahia(shared_data: Path) -> None:
    """Random folds: 0.923 with another forest; squares of half a degree: 0.905. A block of the map is plausible."""
    recipe = EXAMPLES / "cbers-bahia.toml"
    if not recipe.parent.joinpath("../../shared/data").is_dir():
        pytest.skip("the example's relative path leads nowhere from here")
    prepared = prepare(recipe)
    assert isinstance(prepared.known, LabelledSeries)
    wanted = plan(prepared.layers, prepared.recipe.period)
    assert (len(wanted.names), prepared.grid.shape) == (46, (1000, 1000))
    found = samples.from_series(prepared.known, prepared.labels, wanted)
    assert np.bincount(found.labels).tolist() == [207, 215, 242, 258]
    forests = prepared.recipe.classifier.model_copy(update={"name": "random_forest"})  # the default takes a minute
    recipe_of_forests = replace(prepared.recipe, classifier=forests)
    by_chance, by_block = scoring.model_scores(found, recipe_of_forests, 4, lambda done, total: None)
    assert by_chance.overall.mean == pytest.approx(0.923, abs=0.012)
    assert by_block.overall.mean == pytest.approx(0.905, abs=0.02)
    assert by_block.overall.half_width > by_chance.overall.half_width

    block = Block(250, 820, 100, 150)
    forest = scoring.learn(found, forests)
    mapped = classify(of_block(prepared.layers, wanted, block, prepared.grid), forest, prepared.nomenclature.codes)
    shares = np.bincount(mapped.classes.ravel(), minlength=5) / mapped.classes.size
    assert shares[0] == 0
    assert shares[3] > 0.8  # the eastern plateau is farmed
    assert mapped.clear.max() == 23
