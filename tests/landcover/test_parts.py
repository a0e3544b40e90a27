# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map written in parts with a VRT is the map written as one file, and everything takes it as such."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import rasterio

from landcover.conftest import Scene
from landcover.test_run import _Notes
from terracite.crate.verify import verify
from terracite.errors import RecipeError
from terracite.landcover.block_map import BlockMap
from terracite.landcover.fusion.options import Options
from terracite.landcover.fusion.sources import sources_of
from terracite.landcover.products import rasters, standing
from terracite.landcover.products.rasters import side_of
from terracite.landcover.recipe import OutputPart, load
from terracite.landcover.reference import files_of
from terracite.landcover.reproduce import reproduce
from terracite.landcover.run import RunResult, run
from terracite.raster.grid import Block, Grid
from terracite.record.model import FileRole, Text

RASTERS = ("landcover", "confidence", "clear_dates", "probabilities", "alternative_2", "alternative_shares")


@pytest.fixture(scope="module")
def scene_in_parts(landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The landscape with nothing to see in its north-east, and a recipe for one file a raster."""
    folder = tmp_path_factory.mktemp("parts") / "scene"
    shutil.copytree(landscape.folder, folder)
    for number, path in enumerate(sorted((folder / "images").iterdir())):
        if number % 4 != 1:  # of EVI, and of every other date
            path.unlink()
            continue
        with rasterio.open(path, "r+") as image:
            values = image.read(1)
            values[:64, 128:] = -9999
            image.write(values, 1)
    scene = Scene(folder, landscape.truth)
    scene.with_recipe('[validation.sample]\nfile = "points.gpkg"\nstrata_file = "strata.csv"\n', "")
    scene.with_recipe('["NDVI", "EVI"]', '["NDVI"]')
    scene.with_recipe("trees = 20", "trees = 5")
    scene.with_recipe("runs = 3", "runs = 1")
    scene.with_recipe("block = 64", "block = 64\nprobabilities = true\nalternatives = 2")
    return scene


@pytest.fixture(scope="module")
def whole(scene_in_parts: Scene) -> RunResult:
    return run(scene_in_parts.recipe, scene_in_parts.folder / "whole")


@pytest.fixture(scope="module")
def parts(scene_in_parts: Scene, whole: RunResult) -> RunResult:
    """The same map in parts of one block, and made from the blocks of the one that stood there."""
    crate = scene_in_parts.folder / "parts"
    shutil.copytree(whole.crate.folder, crate)
    scene_in_parts.with_recipe("block = 64", "block = 64\ntiles_of = 64")
    said: list[str] = []
    made = run(scene_in_parts.recipe, crate, _Notes(said), moment=dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC))
    assert {"model: that of 'parts'", "map: 6 blocks, 6 of them of 'parts'"} <= set(said)
    return made


def _shown(path: Path) -> tuple[object, ...]:
    with rasterio.open(path) as image:
        table = image.colormap(1) if path.stem in {"landcover", "alternative_2"} else None
        tags = {key: value for key, value in image.tags().items() if key.startswith(("CLASS", "NOMENCLATURE"))}
        return (
            image.read().tobytes(),
            image.dtypes,
            image.nodatavals,
            image.descriptions,
            table,
            tags,
            Grid.of_dataset(image),
        )


@pytest.mark.parametrize("name", RASTERS)
def test_the_parts_show_as_the_single_file(name: str, whole: RunResult, parts: RunResult) -> None:
    one, many = standing(whole.crate.folder, name), standing(parts.crate.folder, name)
    assert (one.suffix, many.suffix) == (".tif", ".vrt")
    assert _shown(many) == _shown(one)


def test_parts_that_hold_nothing_are_not_written(parts: RunResult) -> None:
    names = sorted(path.name for path in (parts.crate.folder / "landcover").iterdir())
    assert names == [
        f"landcover_R{row:04d}_C{col:04d}.tif" for row in (0, 1) for col in (0, 1, 2) if (row, col) != (0, 2)
    ]
    with rasterio.open(parts.crate.folder / "landcover" / names[-1]) as image:
        assert (image.shape, image.bounds.left, image.colormap(1)[3]) == ((56, 32), 300_000 + 1280, (47, 125, 79, 255))


def test_every_part_is_described_and_the_crate_is_whole(parts: RunResult) -> None:
    assert verify(parts.crate.folder) == []
    files = {file.path: file for file in parts.crate.record.files}
    assert files["landcover.vrt"].role is FileRole.DATA
    assert files["landcover/landcover_R0001_C0002.tif"].media_type.startswith("image/tiff")
    assert files["landcover/landcover_R0001_C0002.tif"].description.fr == "Une partie de landcover.vrt."
    readme = (parts.crate.folder / "README.md").read_text()
    assert readme.count("`landcover/*.tif`") == 2
    assert "R0001" not in readme


def test_the_tables_pictures_and_styles_are_those_of_the_single_file(whole: RunResult, parts: RunResult) -> None:
    for name in ("areas.csv", "confusion.csv", "thumbnail.png", "report.html", "landcover.qml", "alternative_2.qml"):
        if name != "report.html":
            assert (parts.crate.folder / name).read_bytes() == (whole.crate.folder / name).read_bytes(), name
    pictures = [text.split('"')[0] for text in (parts.crate.folder / "report.html").read_text().split('<img src="')[1:]]
    assert len(pictures) == 2
    assert all(picture in (whole.crate.folder / "report.html").read_text() for picture in pictures)


def test_it_opens_from_any_folder(parts: RunResult, whole: RunResult, tmp_path: Path) -> None:
    code = "import sys, rasterio; print(int(rasterio.open(sys.argv[1]).read(1).astype(int).sum()))"
    moved = tmp_path / "moved"
    parts.crate.folder.rename(moved)
    try:
        command = [sys.executable, "-c", code, "moved/landcover.vrt"]
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        with rasterio.open(whole.crate.folder / "landcover.tif") as image:
            assert int(found.stdout) == int(image.read(1).astype(int).sum())
    finally:
        moved.rename(parts.crate.folder)


def test_blocks_of_a_map_in_parts_are_taken_up_again(parts: RunResult, whole: RunResult, scene_in_parts: Scene) -> None:
    """From a map in parts to one file: the same bytes as the one that was never in parts."""
    crate = scene_in_parts.folder / "back"
    shutil.copytree(parts.crate.folder, crate)
    recipe = scene_in_parts.folder / "back.toml"
    recipe.write_text(scene_in_parts.recipe.read_text().replace("tiles_of = 64", "tiles_of = 0\nname = 'recipe'"))
    said: list[str] = []
    run(recipe, crate, _Notes(said))
    assert "map: 6 blocks, 6 of them of 'back'" in said
    for name in RASTERS:
        assert (crate / f"{name}.tif").read_bytes() == (whole.crate.folder / f"{name}.tif").read_bytes(), name
    assert not (crate / "landcover.vrt").exists()


def test_a_map_in_parts_is_made_again_the_same(parts: RunResult, scene_in_parts: Scene) -> None:
    found = reproduce(parts.crate.folder, scene_in_parts.folder)
    assert found.is_identical
    assert "landcover/landcover_R0001_C0002.tif" in found.same


def test_a_map_in_parts_is_fused_and_hashed_with_its_parts(parts: RunResult, whole: RunResult) -> None:
    first, _ = sources_of((parts.crate.folder, whole.crate.folder), Options())
    assert (first.path.name, first.confidence and first.confidence.name) == ("landcover.vrt", "confidence.vrt")
    assert [path.name for path in files_of(first.path)][:2] == ["landcover.vrt", "landcover_R0000_C0000.tif"]
    assert len(files_of(first.path)) == 6


class _Lent:
    """Blocks that are kept elsewhere; ``most`` is how many of them were in memory at once."""

    def __init__(self) -> None:
        self.living = self.most = 0

    def block(self, at: Block) -> BlockMap:
        values = np.full(at.shape, 1 + (at.row + at.col) // 64 % 3, np.uint8)
        self.living += 1
        self.most = max(self.most, self.living)
        weakref.finalize(values, self._returned)
        return BlockMap(values, values, values.astype(np.uint16), {})

    def _returned(self) -> None:
        self.living -= 1


@pytest.mark.parametrize("side", [0, 256])
def test_no_part_is_held_in_memory(side: int, tmp_path: Path) -> None:
    grid, lent = Grid("EPSG:32740", (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), 512, 512), _Lent()
    recipe = SimpleNamespace(output=OutputPart(block=64, tiles_of=side))
    found: Any = SimpleNamespace(prepared=SimpleNamespace(grid=grid, recipe=recipe))
    write = rasters._Writer(tmp_path, lent, found)  # type: ignore[arg-type]
    made = list(write(rasters._Raster("map", Text(), ("class",)), lambda one: one.classes))
    assert len(made) == (5 if side else 1)
    assert lent.most <= 3


def test_a_side_off_the_lines_of_the_blocks_is_named(scene: Scene) -> None:
    scene.with_recipe("block = 64", "block = 64\ntiles_of = 100")
    line = scene.recipe.read_text().split("\n").index("tiles_of = 100") + 1
    with pytest.raises(RecipeError) as told:
        load(scene.recipe)
    assert [str(problem) for problem in told.value.problems] == [
        f"output.tiles_of (line {line}): has to be a multiple of block, 64: 128 is one (it is 100). Correct its value."
    ]


@pytest.mark.parametrize(
    ("side", "output", "expected"),
    [(40_000, {}, 0), (40_001, {}, 20_480), (40_001, {"block": 1000}, 20_000), (90_000, {"tiles_of": 0}, 0)],
)
def test_long_maps_are_in_parts_by_themselves(side: int, output: dict[str, int], expected: int) -> None:
    grid = Grid("EPSG:32740", (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), 100, side)
    assert side_of(OutputPart(**output), grid) == expected
