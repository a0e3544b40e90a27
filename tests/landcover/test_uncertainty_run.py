# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map that says how sure it is: its further rasters, its tables, its record, and what is refused beforehand."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio

from landcover.conftest import Scene
from landcover.test_mapping import whole
from terracite.errors import RecipeError, Severity
from terracite.landcover import run as running
from terracite.landcover.checks import prepare
from terracite.landcover.predict import Mapper
from terracite.landcover.progress import Silent
from terracite.landcover.recipe import OutputPart
from terracite.landcover.run import RunResult, run
from terracite.landcover.samples import Samples
from terracite.landcover.uncertainty.held import HeldOut, checks, joined
from terracite.landcover.uncertainty.layers import bits, held_in
from terracite.landcover.uncertainty.learnt import learn
from terracite.landcover.work import Work

WANTED = "block = 64\nsets = 0.8\ndissimilarity = true\nprobabilities = true\n"


@pytest.fixture(scope="module")
def made(landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """The map of the landscape, with everything that says how sure it is; not to be changed."""
    folder = tmp_path_factory.mktemp("unsure")
    text = landscape.recipe.read_text().replace("block = 64\n", WANTED)
    (folder / "unsure.toml").write_text(text + "\n[output.smooth]\nweight = 5\n")
    return run(folder / "unsure.toml", folder / "map", base=landscape.folder)


@pytest.fixture(scope="module")
def mapper(made: RunResult, landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> Mapper:
    """What made it, taken from the crate."""
    output = tmp_path_factory.mktemp("again") / "map"
    begun = running.begin(made.crate.folder.parent / "unsure.toml", output, Silent(), base=landscape.folder)
    with Work.open(output, begun.key) as work:
        for name in ("model.npz", "model.json", "dissimilarity.npz"):
            (work.folder / name).write_bytes((made.crate.folder / name).read_bytes())
        np.savez(work.folder / "scores.npz")
        return running._mapper(work, begun.prepared, begun.layers, begun.wanted)


def read(folder: Path, name: str) -> np.ndarray:
    with rasterio.open(folder / f"{name}.tif") as image:
        return image.read()


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_sets_hold_the_class_of_the_map_and_are_never_empty(made: RunResult) -> None:
    folder = made.crate.folder
    classes, size = read(folder, "landcover")[0], read(folder, "set_size")[0]
    held = held_in(read(folder, "sets"), 3)
    mapped = classes > 0
    assert np.array_equal(held.sum(axis=0), size)
    assert np.array_equal(size > 0, mapped)
    assert np.take_along_axis(held, classes[None].astype(int) - 1, axis=0)[0][mapped].all()
    with rasterio.open(folder / "sets.tif") as image:
        assert image.tags()["BAND_1_BIT_2"] == "3 Forest"
        assert image.tags()["COVERAGE"] == "0.8"


def test_dissimilarity_is_nil_somewhere_and_counted_where_it_is_much(made: RunResult) -> None:
    index = read(made.crate.folder, "dissimilarity")[0]
    mapped = index != 255
    assert np.array_equal(mapped, read(made.crate.folder, "landcover")[0] > 0)
    assert (index == 0).sum() > 100  # training samples
    outside = (index[mapped] > 100).mean()
    quality = {item.name.en: item.value for item in made.crate.record.quality}
    assert quality["Share of the map outside the area of applicability of the model"] == pytest.approx(
        outside, abs=1e-4
    )


def test_tables_say_what_was_kept(made: RunResult) -> None:
    reliability, coverage = rows(made.crate.folder, "reliability.csv"), rows(made.crate.folder, "coverage.csv")
    assert {row["state"] for row in reliability} == {"before", "after"}
    assert {row["class_code"] for row in reliability} == {"chosen", "1", "2", "3"}
    assert [(row["of"], row["which"]) for row in coverage] == [
        ("all", ""), ("class", "1"), ("class", "2"), ("class", "3"), ("far", ""),
    ]  # fmt: skip
    assert all(float(row["coverage"]) > 0.9 for row in coverage)  # the landscape is easy
    card = json.loads((made.crate.folder / "model.json").read_text())
    assert card["form"] == "calibrated"
    assert (
        card["uncertainty"]["calibration"]["before"]["log_loss"]
        > card["uncertainty"]["calibration"]["after"]["log_loss"]
    )
    assert card["uncertainty"]["sets"]["wanted"] == 0.8


def test_texts_say_probability_and_what_was_not_checked(made: RunResult) -> None:
    files = {file.path: file.description for file in made.crate.record.files}
    assert files["confidence.tif"].en == (
        "Confidence: probability that the class is right, in %, calibrated on reference polygons kept apart, then "
        "changed by smoothing, which was not checked; it holds where the ground is like the reference."
    )
    assert files["probabilities.tif"].fr.startswith("Probabilité (calibrée)")
    assert any("by temperature" in step.description.en for step in made.crate.record.lineage.steps)
    assert {"reliability.csv", "coverage.csv", "dissimilarity.npz"} <= files.keys()


def test_the_map_is_the_same_however_it_is_cut(made: RunResult, mapper: Mapper) -> None:
    found, other = whole(mapper, 512), whole(pickle.loads(pickle.dumps(mapper)), 50)
    for name, values in found.items():
        np.testing.assert_array_equal(other[name], values, err_msg=name)
    for name in ("sets", "set_size", "dissimilarity", "probabilities"):
        np.testing.assert_array_equal(np.squeeze(found[name]), np.squeeze(read(made.crate.folder, name)), err_msg=name)


def test_what_is_asked_changes_what_is_learnt(landscape: Scene, tmp_path: Path) -> None:
    keys = set()
    for number, words in enumerate(
        ("", "sets = 0.8\n", "dissimilarity = true\n", "calibrate = false\n", "tiles_of = 0\n")
    ):
        path = tmp_path / f"{number}.toml"
        path.write_text(landscape.recipe.read_text().replace("block = 64\n", f"block = 64\n{words}"))
        keys.add(running.learn_key(prepare(path, landscape.folder).recipe, ()))
    assert len(keys) == 4  # the last one changes nothing of the model


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("sets = 1.0", "output.sets (line {}): is 1.0. It has to be below 1."),
        ("sets = 0.99", "sets that hold 99 % need 99 polygons to learn from; there are 15. Ask for less"),
        ("calibrat = true", "Did you mean 'calibrate'?"),
    ],
)
def test_what_cannot_be_is_refused_beforehand(scene: Scene, words: str, told: str) -> None:
    scene.with_recipe("block = 64", f"block = 64\n{words}")
    line = scene.recipe.read_text().splitlines().index(words) + 1
    with pytest.raises(RecipeError) as refused:
        prepare(scene.recipe)
    assert told.format(line) in str(refused.value)


def test_few_polygons_are_told_beforehand_and_leave_votes(scene: Scene) -> None:
    polygons = geopandas.read_file(scene.folder / "polygons.gpkg")
    kept = polygons.groupby("class").head(3)
    alone = kept[kept["class"] != kept["class"].iloc[0]]
    geopandas.pd.concat([kept[kept["class"] == kept["class"].iloc[0]].head(1), alone]).to_file(
        scene.folder / "polygons.gpkg"
    )
    scene.with_recipe("block = 64", "block = 64\ncalibrate = true")
    told = [str(note) for note in prepare(scene.recipe).notes if note.severity is Severity.WARNING]
    assert any("needs 10 polygons that can be held back; there are 6." in note for note in told)
    assert any("one of the polygons only are never held back" in note for note in told)
    made = run(scene.recipe, scene.folder / "map")
    files = {file.path: file.description.en for file in made.crate.record.files}
    assert "not a probability" in files["confidence.tif"]
    assert json.loads((made.crate.folder / "model.json").read_text())["form"] == ""


def test_every_polygon_is_checked_once_by_what_did_not_learn_from_it() -> None:
    samples = Samples(np.zeros((40, 1), np.float32), np.arange(40) % 2, np.arange(40) // 2, np.zeros((40, 2)))
    held = HeldOut(2, None)
    for run_ in range(2):
        held.add("polygon", np.arange(40) // 20 == run_, np.array([0, 1]), np.full((20, 2), 0.5, np.float32))
    scheme, parts = held.best(samples, 10)
    pairs = list(checks(joined(parts), 1))
    assert (scheme, len(pairs)) == ("polygon", 5)
    assert all(not np.isin(checked.groups, learnt.groups).any() for learnt, checked in pairs)
    assert sorted(np.concatenate([checked.rows for _, checked in pairs]).tolist()) == list(range(40))


def test_nothing_held_back_leaves_every_class_in_every_set() -> None:
    samples = Samples(np.zeros((4, 1), np.float32), np.arange(4) % 2, np.zeros(4, np.int64), np.zeros((4, 2)))
    found = learn(HeldOut(2, None), samples, OutputPart(sets=0.9), 1)
    assert found.calibrator is None
    assert found.thresholds is not None
    assert found.thresholds.least == (0, 0)
    assert found.coverages == ()


def test_bits_are_read_back_as_sets() -> None:
    held = np.random.default_rng(1).random((11, 4, 5)) < 0.5
    assert bits(held).shape == (2, 4, 5)
    assert np.array_equal(held_in(bits(held), 11), held)


def test_the_probability_sample_says_how_often_sets_hold_the_truth(made: RunResult) -> None:
    quality = {item.name.en: item for item in made.crate.record.quality}
    found = quality["Share of the mapped area whose true class is in the predicted set (80 % wanted)"]
    assert "probability sample (120 points)" in found.note.en
    assert 0.9 < found.low <= found.value <= found.high <= 1


def test_the_report_says_how_far_each_cell_can_be_trusted(made: RunResult) -> None:
    page = (made.crate.folder / "report.html").read_text()
    assert "How far each cell can be trusted" in page
    assert "the map (probability sample of 120 points)" in page
    assert "Confiance : probabilité que la classe soit juste" in page
    assert "share of the votes" not in page
