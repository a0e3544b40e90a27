# SPDX-License-Identifier: AGPL-3.0-or-later
"""A user's function: tried out before anything is read, kept with the map."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from landcover.conftest import CELL, CRS, HEIGHT, LEFT, TOP, WIDTH, Scene
from terracite.errors import Problem, RecipeError
from terracite.landcover.checks import prepare
from terracite.landcover.features.channels import Channel
from terracite.landcover.features.user import UserFunction, load
from terracite.landcover.run import run

CHANNELS = (Channel("NDVI"), Channel("DEM", still=True))
DAYS = np.arange(738156.0, 738256.0, 10)
SPAN = """
import numpy as np

def span(channels, days):
    ndvi = channels["NDVI"]
    return np.stack([ndvi.max(axis=0) - ndvi.min(axis=0), channels["DEM"] * days.size]), ["span", "high"]
"""


def _loaded(folder: Path, text: str, name: str = "span") -> tuple[UserFunction | None, list[Problem]]:
    (folder / "own.py").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    return load(folder / f"own.py:{name}", CHANNELS, DAYS, problems), problems


def test_a_function_makes_features_with_names_wherever_it_is_sent(tmp_path: Path) -> None:
    found, problems = _loaded(tmp_path, SPAN)
    assert problems == []
    assert found is not None
    assert found.features == ("span", "high")
    (tmp_path / "own.py").unlink()  # another machine has no such file
    block = {"NDVI": np.arange(20, dtype=np.float32).reshape(10, 1, 2), "DEM": np.ones((1, 2), np.float32)}
    assert pickle.loads(pickle.dumps(found))(block, DAYS).tolist() == [[[18, 18]], [[10, 10]]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 1", "'span' of 'own.py' returns int, not two things. Return (feature, y, x) values"),
        ("return channels['NDVI'].mean(axis=0), ['a']", "returns values of shape (8, 8), not (1, 8, 8) for 1 names"),
        ("return channels['NDVI'][:2], ['a']", "returns values of shape (2, 8, 8), not (1, 8, 8) for 1 names"),
        ("return channels['NDVI'][:2], ['a', 'a']", "gives two features one name"),
        ("raise SystemExit(3)", "'own.py', line 3: SystemExit: 3. Correct the function."),
        ("return channels['NDVI'][:1] / 0, ['a']", "makes 'a' of values without gaps, and it is not finite"),
        ("return channels['NDVI'][:1].astype(str), ['a']", "returns values of type <U"),
        ("return np.random.random((1, 8, 8)), ['a']", "makes other values of the same block the second time"),
        (
            "return channels['NDVI'][:1] - channels['NDVI'][:1].mean(), ['a']",
            "makes other values of half a block. Compute each cell on its own: blocks are cut anywhere.",
        ),
        ("return channels['NDVY'], ['a']", "'own.py', line 3: KeyError: 'NDVY'. Correct the function."),
        ("return (", "'own.py', line 3: SyntaxError: '(' was never closed"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_is_wrong_is_said_before_anything_is_read(tmp_path: Path, body: str, said: str) -> None:
    found, problems = _loaded(tmp_path, f"import numpy as np\ndef span(channels, days):\n    {body}\n")
    assert found is None
    [problem] = problems
    assert said in str(problem)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("own.py", "does not say which function. Write it as function = "),
        ("other.py:span", "there is no file 'other.py'"),
        ("own.py:spam", "has no function 'spam'. Did you mean 'span'?"),
        ("own.py:alone", "'alone' of 'own.py' does not take two values. Write def alone(channels, days): ..."),
    ],
)
def test_a_function_that_is_not_there_is_named(tmp_path: Path, where: str, said: str) -> None:
    (tmp_path / "own.py").write_text(f"{SPAN}\ndef alone(channels):\n    pass\n", encoding="utf-8")
    problems: list[Problem] = []
    assert load(tmp_path / where, CHANNELS, DAYS, problems) is None
    assert said in str(problems[0])


HEIGHTS = """
[[images]]
product = "still"
folder = "DEM.tif"
"""
STILL = """
static = ["DEM sd", "slope"]
terrain = ["slope"]
texture = ["sd"]
"""
FEATURES = """
[features]
bands = ["NDVI"]
indices = [{ name = "gap", formula = "NDVI - EVI" }]
statistics = ["mean", "p90"]
function = "own.py:span"

[period]
fill = "whittaker"
"""
OWN = SPAN.replace('channels["DEM"] * days.size', 'channels["EVI"][0]')


def _write_heights(path: Path) -> None:
    """Four cells along one of the map: the sea is flat."""
    values = np.random.default_rng(1).uniform(100, 110, (4 * HEIGHT, 4 * WIDTH)).astype(np.float32)
    values[:, : 4 * 40] = 0
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "height": 4 * HEIGHT, "width": 4 * WIDTH, "crs": CRS}
    with rasterio.open(path, "w", **profile, transform=from_origin(LEFT, TOP, CELL / 4, CELL / 4)) as image:
        image.write(values, 1)


def test_a_map_is_made_with_them_and_keeps_the_function(scene: Scene, tmp_path: Path) -> None:
    (scene.folder / "own.py").write_text(OWN, encoding="utf-8")
    _write_heights(scene.folder / "DEM.tif")
    recipe = scene.with_recipe("\n[period]\n", HEIGHTS + FEATURES.replace("\n[period]", f"{STILL}\n[period]"))
    scene.with_recipe("trees = 20", "trees = 5")
    scene.with_recipe("runs = 3", "runs = 1")
    made = run(recipe, tmp_path / "map")
    card = json.loads((made.crate.folder / "model.json").read_text())
    names = card["features"]
    assert names[-6:] == ["NDVI mean", "NDVI p90", "gap mean", "gap p90", "span", "high"]
    assert names[-8:-6] == ["DEM sd", "slope"]
    assert [names[0], names[14]] == ["NDVI 2022-01-03", "gap 2022-01-03"]
    assert card["gap_filling"].startswith("Whittaker's curve")
    assert (made.crate.folder / "own.py").read_text() == OWN
    sources = [source.title for source in made.crate.record.lineage.sources]
    assert len(set(sources)) == len(sources)
    assert made.outcome is not None
    overall = made.outcome.scores[0].overall.mean
    assert overall > 0.9
    assert not run(recipe, tmp_path / "map").changed
    assert "own.py" in {item.identifier for item in made.crate.provenance.inputs}


def test_mistakes_are_told_with_their_lines(scene: Scene) -> None:
    recipe = scene.with_recipe("\n[period]\n", FEATURES.replace("NDVI - EVI", "NDVI - EVJ").replace("p90", "p91"))
    with pytest.raises(RecipeError) as caught:
        prepare(recipe)
    said = [str(problem) for problem in caught.value.problems]
    assert [one.split(":")[0] for one in said] == [
        "features.indices.0 (line 9)", "features.statistics.1 (line 10)", "features.function (line 11)",
    ]  # fmt: skip
    assert "Did you mean 'EVI'?" in said[0]
    assert "Did you mean 'p9" in said[1]
