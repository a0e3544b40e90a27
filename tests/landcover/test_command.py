# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command: results on standard output, mistakes with their cure, a first recipe written for a person."""

from __future__ import annotations

import json

import pytest

from landcover.conftest import Scene
from terracite.cli import main


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = 0
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_run_prints_the_result_as_json(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    output = scene.folder / "map"
    code, out, err = _run(capsys, "landcover", "run", scene.recipe, "--output", output, "--json")
    assert code == 0
    facts = json.loads(out)
    assert (facts["crate"], facts["changed"]) == (str(output), True)
    assert [item["code"] for item in facts["classes"]] == [1, 2, 3]
    assert facts["quality"][0]["name"] == "Overall accuracy of the map"
    assert "model score by polygon" in err
    code, out, err = _run(capsys, "landcover", "run", scene.recipe, "--output", output, "--json")
    assert (code, json.loads(out)["changed"]) == (0, False)
    assert "nothing to do" in err


def test_a_dry_run_makes_nothing(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "landcover", "run", scene.recipe, "-o", scene.folder / "map", "--dry-run", "--json")
    assert (code, json.loads(out)["blocks"]) == (0, 6)
    assert not (scene.folder / "map").exists()


def test_check_tells_every_mistake_and_fails(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.with_recipe("trees = 20", "tree = 20")
    scene.with_recipe('"EVI"]', '"EVY"]')
    code, out, err = _run(capsys, "landcover", "check", scene.recipe)
    assert (code, out) == (1, "")
    assert "has 2 mistakes" in err
    assert "Did you mean 'trees'?" in err
    assert "Did you mean 'EVI'?" in err


def test_init_writes_a_recipe_that_works(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = scene.folder / "first.toml"
    arguments = ("landcover", "init", scene.images, scene.folder / "polygons.gpkg", "--output", recipe)
    assert _run(capsys, *arguments)[0] == 0
    code, out, _ = _run(capsys, "landcover", "check", recipe, "--json")
    facts = json.loads(out)
    assert code == 0
    assert facts["images"] == {"EVI": 12, "NDVI": 12}
    assert [item["en"] for item in facts["classes"]] == ["field", "forest", "water"]
    code, _, err = _run(capsys, *arguments)
    assert (code, "already there" in err) == (1, True)


def test_init_without_a_class_column_says_what_there_is(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    import geopandas

    frame = geopandas.read_file(scene.folder / "polygons.gpkg").drop(columns="class")
    frame.assign(plot=range(15)).to_file(scene.folder / "other.gpkg")
    named = ("--images", scene.images, "--reference", scene.folder / "other.gpkg")
    code, _, err = _run(capsys, "landcover", "init", *named, "-o", scene.folder / "r")
    assert code == 1
    assert "no column looks like a class among: plot" in err
    code, _, err = _run(capsys, "landcover", "init", scene.images)
    assert (code, "--reference FILE" in err) == (2, True)


def test_check_tells_what_looks_wrong_and_goes_on(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    next(scene.images.glob("*2022-02-20*_EVI.tif")).unlink()
    code, _, err = _run(capsys, "landcover", "check", scene.recipe)
    assert code == 0
    assert "! images (line 2): EVI has no image on 2022-02-20, where others have." in err
