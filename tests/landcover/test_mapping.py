# SPDX-License-Identifier: AGPL-3.0-or-later
"""From shares to the map: smoothing, further rasters; a block never depends on how the map is cut."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landcover.conftest import Scene
from terracite.landcover.block_map import BlockMap
from terracite.landcover.checks import prepare
from terracite.landcover.classes import from_values
from terracite.landcover.classifiers.registry import train
from terracite.landcover.features import plan
from terracite.landcover.mapping import extras_of, smooth
from terracite.landcover.mapping.extras import compute, entropy
from terracite.landcover.predict import Choice, Mapper, choose
from terracite.landcover.recipe import OutputPart, SmoothPart
from terracite.landcover.run import run

ALL = OutputPart(probabilities=True, alternatives=2, certainty=("margin", "entropy"))


def _shares(classes: int, height: int, width: int, seed: int = 1) -> np.ndarray:
    votes = np.random.default_rng(seed).dirichlet(np.full(classes, 0.4), (height, width)).astype(np.float32)
    return np.ascontiguousarray(np.moveaxis(np.round(votes, 2) / np.round(votes, 2).sum(axis=2, keepdims=True), 2, 0))


def _by_the_book(shares: np.ndarray, usable: np.ndarray, part: SmoothPart) -> np.ndarray:
    """The formula of Simoes et al. 2024, cell by cell."""
    reach, result = part.window // 2, np.zeros(shares.shape)
    kept = np.clip(shares.astype(np.float64), 1e-4, 1 - 1e-4)
    odds = np.log(kept / (1 - kept))
    for c, y, x in np.ndindex(*shares.shape):
        if usable[y, x]:
            window = (slice(max(y - reach, 0), y + reach + 1), slice(max(x - reach, 0), x + reach + 1))
            heard = np.sort(odds[c][window][usable[window]])[::-1]
            heard = heard[: int(np.ceil(part.neighbours * heard.size))]
            mean, variance = heard.mean(), heard.var(ddof=1) if heard.size > 1 else 0.0
            value = (variance * odds[c, y, x] + part.weight * mean) / (variance + part.weight)
            result[c, y, x] = 1 / (1 + np.exp(-value))
    return result / np.where(usable, result.sum(axis=0), 1)


@pytest.mark.parametrize("part", [SmoothPart(), SmoothPart(window=3, weight=4, neighbours=1)])
def test_smoothing_is_the_published_formula(part: SmoothPart) -> None:
    shares, usable = _shares(3, 14, 11), np.ones((14, 11), bool)
    usable[4:6, 2:9] = False
    found = smooth(np.where(usable, shares, 0).astype(np.float32), usable, part)
    np.testing.assert_allclose(found, _by_the_book(shares, usable, part), atol=2e-6)
    assert not found[:, ~usable].any()


def test_smoothing_removes_specks_and_keeps_borders() -> None:
    shares = np.empty((2, 20, 20), np.float32)
    shares[0] = 0.9
    shares[0, :, 10:] = 0.1
    shares[0, 5, 4] = 0.3  # a speck
    shares[1] = 1 - shares[0]
    best = smooth(shares, np.ones((20, 20), bool), SmoothPart()).argmax(axis=0)
    assert (best == (np.arange(20) >= 10)).all()


def test_without_weight_nothing_changes() -> None:
    shares = _shares(4, 9, 9)
    found = smooth(shares, np.ones((9, 9), bool), SmoothPart(weight=0))
    np.testing.assert_array_equal(found.argmax(axis=0), shares.argmax(axis=0))


def test_further_rasters_say_what_was_nearly_chosen() -> None:
    nomenclature, usable = from_values(["3", "7", "9"]), np.array([[True, True, False]])
    shares = np.array([[[0.2, 1.0, 0.0]], [[0.5, 0.0, 0.0]], [[0.3, 0.0, 0.0]]], np.float32)
    wanted = extras_of(ALL, nomenclature)
    found = compute(shares, usable, np.array(nomenclature.codes, np.uint8), wanted)
    assert {name: values[:, 0].tolist() for name, values in found.items()} == {
        "probabilities": [[20, 100, 255], [50, 0, 255], [30, 0, 255]],
        "alternative_2": [[9, 0, 0]],
        "alternative_shares": [[30, 0, 255]],
        "margin": [[20, 100, 255]],
        "entropy": [[94, 0, 255]],
    }
    assert [len(extra.bands) for extra in wanted] == [3, 1, 1, 1, 1]
    assert entropy(np.full((4, 1, 1), 0.25, np.float32)) == pytest.approx(1)
    assert choose(shares, usable, np.ones((1, 3), np.uint16), nomenclature.codes).classes.tolist() == [[7, 3, 0]]
    assert len(extras_of(OutputPart(alternatives=9), nomenclature)) == 3  # there is no fourth class


@pytest.fixture(scope="module")
def mapper(landscape: Scene) -> Mapper:
    """Everything that listens to neighbours, with a model trained on noise around the truth."""
    prepared = prepare(landscape.recipe)
    layers = tuple(layer.during(prepared.recipe.period) for layer in prepared.layers)
    wanted, rng = plan(layers, prepared.recipe.period), np.random.default_rng(2)
    labels = rng.integers(0, 3, 90)
    values = rng.normal(labels[:, None] * 0.4 - 0.2, 0.3, (90, len(wanted.names)))
    model = train("random_forest", values, labels)
    choice = Choice(SmoothPart(), extras_of(ALL, prepared.nomenclature))
    return Mapper(layers, wanted, prepared.grid, model, prepared.nomenclature.codes, choice)


def whole(mapper: Mapper, size: int) -> dict[str, np.ndarray]:
    """The map in blocks of ``size``, put together; the last block first."""
    grid, found = mapper.grid, dict[str, np.ndarray]()
    for block in reversed(list(grid.blocks(size))):
        for name, values in _rasters(mapper.classify(mapper.read(block))).items():
            image = found.setdefault(name, np.zeros((*values.shape[:-2], *grid.shape), values.dtype))
            image[(..., *block.slices)] = values
    return found


def _rasters(found: BlockMap) -> dict[str, np.ndarray]:
    return {"classes": found.classes, "confidence": found.confidence, "clear": found.clear, **found.further}


def test_the_map_is_the_same_however_it_is_cut(mapper: Mapper) -> None:
    found = whole(mapper, 512)
    assert set(found) == {
        "classes", "confidence", "clear",
        "probabilities", "alternative_2", "alternative_shares", "margin", "entropy",
    }  # fmt: skip
    other = whole(pickle.loads(pickle.dumps(mapper)), 50)
    for name, values in found.items():
        np.testing.assert_array_equal(other[name], values, err_msg=name)
    plain = whole(replace(mapper, choice=Choice()), 512)
    assert (plain["classes"] != found["classes"]).any()


def test_a_crate_holds_what_was_asked_for(scene: Scene) -> None:
    scene.with_recipe(
        "block = 64",
        'block = 64\nprobabilities = true\nalternatives = 2\ncertainty = ["margin"]\nsmooth = { window = 5 }',
    )
    made = run(scene.recipe, scene.folder / "map").crate
    folder: Path = made.folder
    with rasterio.open(folder / "probabilities.tif") as image:
        assert image.descriptions == ("1 Water, %", "2 Field, %", "3 Forest, %")
        assert (image.nodata, image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"]) == (255, "COG")
        shares = image.read()
    with rasterio.open(folder / "landcover.tif") as image:
        classes = image.read(1)
    assert (np.abs(shares.sum(axis=0, dtype=int) - 100) <= 2).all()
    assert (np.take_along_axis(shares, classes[None] - 1, axis=0)[0] == shares.max(axis=0)).all()
    with rasterio.open(folder / "alternative_2.tif") as image:
        assert (image.colormap(1)[3], image.tags()["CLASS_2"]) == ((47, 125, 79, 255), "Field")
        assert not (image.read(1) == classes).any()
    assert (folder / "alternative_2.fr.qml").read_text().count("paletteEntry") == 3
    files = {file.path: file.description.en for file in made.record.files}
    assert (
        files["margin.tif"] == "Lead of the class over the second one, in points of %: small, the choice is doubtful."
    )
    assert "`alternative_shares.tif`" in (folder / "README.md").read_text()
    assert {"probabilities", "alternative_2", "margin"} <= {variable.name for variable in made.record.variables}
    assert "Bayesian smoothing" in made.record.lineage.steps[3].description.en
    assert (np.asarray(classes) == scene.truth).mean() > 0.97  # 0.93 without smoothing
