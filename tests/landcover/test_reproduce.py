# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map made again: identical, or it is said what is not; and what need not be made again is not."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner

from landcover.conftest import Scene
from landcover.test_run import _Notes
from terracite.cli import cli
from terracite.crate.read import open_crate
from terracite.errors import CrateError, RecipeError
from terracite.landcover.reproduce import reproduce
from terracite.landcover.run import run

RASTERS = ("landcover.tif", "confidence.tif", "clear_dates.tif")


@pytest.fixture(scope="module")
def made_once(landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crate made some days ago; not to be changed."""
    folder = shutil.copytree(landscape.folder, tmp_path_factory.mktemp("made") / "scene")
    moment = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
    command = ("terracite", "landcover", "run", "recipe.toml")
    return run(folder / "recipe.toml", folder / "map", command=command, moment=moment).crate.folder


@pytest.fixture
def made(made_once: Path, scene: Scene) -> Path:
    """A copy of that crate, beside what it was made from."""
    return Path(shutil.copytree(made_once, scene.folder / "map"))


def test_a_crate_made_again_is_the_same_in_every_file(made: Path, scene: Scene) -> None:
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    found = CliRunner().invoke(cli, ["reproduce", str(made), "--inputs", str(scene.folder)])
    assert found.exit_code == 0, found.output
    lines = found.output.splitlines()
    assert lines[-1] == "identical"
    assert {"identical  landcover.tif", "identical  report.html", "identical  record.json"} <= set(lines)
    assert not [line for line in lines if line.startswith(("different", "missing", "added"))]
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


def test_inputs_that_changed_or_are_gone_are_named_before_anything_runs(made: Path, scene: Scene) -> None:
    gone, changed, *_ = sorted(scene.images.glob("*_NDVI.tif"))
    gone.unlink()
    changed.write_bytes(changed.read_bytes() + b"\0")
    with pytest.raises(RecipeError) as told:
        reproduce(made, scene.folder)
    assert [str(problem) for problem in told.value.problems] == [
        f"{gone.name} is missing.".replace(" is", ": is"),
        f"{changed.name}: has changed since.",
    ]
    with pytest.raises(RecipeError, match="The inputs of 'map' are not in") as told:
        reproduce(made, scene.images)
    assert "--inputs" in told.value.hint


def test_what_differs_is_said_and_ends_in_an_error(made: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from terracite.landcover import wording

    monkeypatch.setattr(wording, "day", lambda day, language: "another day")
    found = CliRunner().invoke(cli, ["reproduce", str(made), "--inputs", str(scene.folder)])
    assert found.exit_code == 1
    assert "different  report.html" in found.output
    assert "identical  landcover.tif" in found.output
    assert found.output.splitlines()[-1].startswith("not identical: ")


def test_only_a_whole_map_can_be_made_again(made: Path, scene: Scene) -> None:
    (made / "areas.csv").write_text("changed")
    with pytest.raises(CrateError, match="'map' is damaged"):
        reproduce(made, scene.folder)


def test_a_changed_record_maps_nothing_again(made: Path, scene: Scene) -> None:
    before = {name: (made / name).read_bytes() for name in (*RASTERS, "model.npz", "confusion.csv", "areas.csv")}
    scene.with_recipe('family_name = "Hoarau"', 'family_name = "Payet"')
    said: list[str] = []
    again = run(scene.recipe, made, _Notes(said))
    assert again.changed
    assert "model: that of 'map'" in said
    assert "map: 6 blocks, 6 of them of 'map'" in said
    assert again.crate.record.creators[0].family_name == "Payet"
    assert {name: (made / name).read_bytes() for name in before} == before
    assert [path.name for path in scene.folder.iterdir() if path.name.startswith(".")] == []


def test_a_probability_sample_added_later_trains_and_maps_nothing_again(scene: Scene) -> None:
    part = '[validation.sample]\nfile = "points.gpkg"\nstrata_file = "strata.csv"\n'
    scene.with_recipe(part, "")
    run(scene.recipe, scene.folder / "map")
    scene.with_recipe("[output]", part + "[output]")
    said: list[str] = []
    again = run(scene.recipe, scene.folder / "map", _Notes(said))
    assert again.outcome is not None
    assert again.outcome.accuracy is not None
    assert "model: that of 'map'" in said
    assert "map: 6 blocks, 6 of them of 'map'" in said
    whole = run(scene.recipe, scene.folder / "whole").crate.folder
    for name in (*RASTERS, "model.npz", "model.json", "confusion.csv", "areas.csv"):
        assert (whole / name).read_bytes() == (again.crate.folder / name).read_bytes(), name


def test_one_more_image_makes_all_of_it_again(made: Path, scene: Scene) -> None:
    one = sorted(scene.images.glob("*_NDVI.tif"))[3]
    one.write_bytes(one.read_bytes() + b"\0")
    said: list[str] = []
    again = run(scene.recipe, made, _Notes(said))
    assert not any("of 'map'" in line for line in said)
    assert again.changed
    assert open_crate(made).provenance.started > dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_another_tile_is_mapped_alone(scene: Scene) -> None:
    """The tile lies to the east, with no reference on it: the model is the same, and so are the blocks out of reach."""
    scene.with_recipe("[period]", "[period]\nstart = 2022-01-01\nend = 2022-12-31")
    scene.with_recipe('[validation.sample]\nfile = "points.gpkg"\nstrata_file = "strata.csv"\n', "")
    first = run(scene.recipe, scene.folder / "map")
    before = _values(first.crate.folder)
    for path in sorted(scene.images.iterdir()):
        with rasterio.open(path) as image:
            profile, values = image.profile, image.read()
        profile["transform"] = profile["transform"] @ rasterio.Affine.translation(200, 0)
        with rasterio.open(path.with_name(path.name.replace("022024", "023024")), "w", **profile) as other:
            other.write(values)
    said: list[str] = []
    again = run(scene.recipe, first.crate.folder, _Notes(said))
    assert "map: 12 blocks, 4 of them of 'map'" in said, said
    whole = run(scene.recipe, scene.folder / "whole").crate.folder
    for name in (*RASTERS, "model.npz"):
        assert (whole / name).read_bytes() == (again.crate.folder / name).read_bytes(), name
    assert np.array_equal(_values(whole)[:, :64], before[:, :64])


def _values(crate: Path) -> np.ndarray:
    with rasterio.open(crate / "landcover.tif") as image:
        found: np.ndarray = image.read(1)
    return found
