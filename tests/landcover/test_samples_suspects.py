# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reference data that look mislabelled: found, named, listed in files, left out only on demand."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import numpy as np
import pytest

from landcover.conftest import Scene
from terracite.landcover.checks import prepare
from terracite.landcover.classifiers.contract import Settings
from terracite.landcover.classifiers.registry import train
from terracite.landcover.run import run
from terracite.landcover.samples import Heard, Samples, Suspect, Suspicions, cleaned, fold_splits, suspect_files
from terracite.landcover.samples.suspects import find, said, to_leave_out


def _known(swapped: np.ndarray, polygons: int = 60, cells: int = 4) -> Samples:
    """Three classes told by two features, some of the polygons with the label of the next class."""
    rng = np.random.default_rng(2)
    truth = np.arange(polygons) % 3
    given = np.where(np.isin(np.arange(polygons), swapped), (truth + 1) % 3, truth)
    own = np.repeat(truth, cells)
    values = np.column_stack([own == 1, own == 2]) + rng.normal(0, 0.2, (polygons * cells, 2))
    groups = np.repeat(np.arange(polygons), cells)
    return Samples(values.astype(np.float32), np.repeat(given, cells), groups, np.zeros((groups.size, 2)))


def _heard(samples: Samples) -> Heard:
    heard = Heard.nothing(len(samples), 3)
    for training, test in fold_splits(samples.groups, 4, 1):
        model = train(
            "random_forest", samples.values[training], samples.labels[training], settings=Settings(trees=20, min_leaf=2)
        )
        heard.add(test, model.classes, model.predict_proba(np.ascontiguousarray(samples.values[test].T)))
    return heard


def test_swapped_polygons_are_found_with_the_class_that_they_are_of() -> None:
    swapped = np.array([3, 10, 20, 41])
    samples = _known(swapped)
    found = find(samples, _heard(samples))
    assert sorted(one.group for one in found.suspects) == swapped.tolist()
    assert all(one.likely == one.group % 3 and one.given == (one.group + 1) % 3 for one in found.suspects)
    assert all(one.samples == 4 and 0.4 <= one.sure <= 1 and one.neighbours > 0.6 for one in found.suspects)
    assert [one.sure for one in found.suspects] == sorted((one.sure for one in found.suspects), reverse=True)
    assert (found.judged, found.groups) == (60, 60)
    assert said(found) == "reference: 4 of 60 look mislabelled (suspects.csv)"


def test_nothing_is_left_out_unless_asked_and_never_much_of_a_class() -> None:
    samples = _known(np.array([3, 10, 20, 41]))
    heard = _heard(samples)
    assert cleaned(samples, heard, "report")[0] is samples
    used, found = cleaned(samples, heard, "leave_out")
    assert len(used) == len(samples) - 4 * 4
    assert {one.group for one in found.left_out} == {3, 10, 20, 41}
    many = [Suspect(group, int(samples.labels[group * 4]), 0, 0.9 - group / 100, 1, 4) for group in range(60)]
    left = to_leave_out(Suspicions(tuple(many), 60, 60), samples)
    counts = np.bincount([int(samples.labels[group * 4]) for group in range(60)])
    assert np.bincount([one.given for one in left]).tolist() == [int(count * 0.25) for count in counts]
    assert {one.group for one in left} <= set(range(20))  # the surest


def test_what_no_run_tested_is_not_judged() -> None:
    samples = _known(np.array([3]))
    heard = _heard(samples)
    heard.times[samples.groups < 5], heard.shares[samples.groups < 5] = 0, 0
    found = find(samples, heard)
    assert (found.suspects, found.judged, found.groups) == ((), 55, 60)
    assert said(found) == "reference: 0 of 55 look mislabelled (suspects.csv); 5 were never tested on"
    assert said(find(samples, Heard.nothing(len(samples), 3))) == ""


def test_suspects_are_kept_with_the_map_as_a_table_and_as_shapes(scene: Scene, tmp_path: Path) -> None:
    known = geopandas.read_file(scene.folder / "polygons.gpkg")
    known.loc[2, "class"] = "forest"  # it is water
    known.to_file(scene.folder / "polygons.gpkg")
    scene.with_recipe("per_class = 150", "per_class = 400\nclean = 'leave_out'")
    found = run(scene.recipe, tmp_path / "map")
    rows = list(csv.DictReader((tmp_path / "map" / "suspects.csv").open()))
    assert [(row["feature"], row["given"], row["likely_code"], row["samples"], row["left_out"]) for row in rows] == [
        ("3", "Forest", "1", "64", "1")
    ]
    assert float(rows[0]["sure"]) > 0.9
    shapes = geopandas.read_file(tmp_path / "map" / "suspects.gpkg")
    assert shapes.geometry.iloc[0].equals(known.geometry.iloc[2])
    report = (tmp_path / "map" / "report.html").read_text()
    assert "1 of the 14 reference data that were tested look mislabelled" in report
    assert found.outcome is not None
    card = found.outcome.card
    assert (card["suspects"]["suspected"], card["suspects"]["left_out"]) == (1, 1)
    assert card["training_groups"] == {"1": 4, "2": 5, "3": 5}


@pytest.mark.parametrize("suspects", [(), (Suspect(2, 0, 1, 0.7, 0.5, 64),)])
def test_the_same_suspects_give_the_same_files(scene: Scene, suspects: tuple[Suspect, ...]) -> None:
    prepared, contents = prepare(scene.recipe), []
    for _ in range(2):
        suspect_files.write(scene.folder, prepared, Suspicions(suspects, 15, 15))
        paths = [scene.folder / name for name in (suspect_files.TABLE, suspect_files.SHAPES)]
        contents.append([path.read_bytes() if path.exists() else None for path in paths])
    assert contents[0] == contents[1]
    assert (contents[0][0] is None) == (not suspects)
