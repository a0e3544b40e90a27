# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cloud-optimised GeoTIFF: what is written is what is read, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid
from terracite.raster.write import rgba, write_cog

GRID = Grid("EPSG:32740", (10.0, 0.0, 300_000.0, 0.0, -10.0, 7_700_000.0), 1300, 1100)
VALUES = np.random.default_rng(3).integers(1, 6, GRID.shape, dtype=np.uint8)


def _blocks(values: np.ndarray = VALUES, size: int = 500) -> Iterator[tuple[Block, np.ndarray]]:
    for block in GRID.blocks(size):
        yield block, values[..., block.slices[0], block.slices[1]]


def test_values_grid_nodata_colours_and_tags_come_back(tmp_path: Path) -> None:
    colours = {1: "#ff0000", 5: "#0000ff"}
    path = write_cog(
        tmp_path / "map.tif", _blocks(), GRID, dtype="uint8", nodata=0, colours=colours,
        descriptions=("land cover",), tags={"NOMENCLATURE": "demo"},
    )  # fmt: skip
    with rasterio.open(path) as image:
        assert np.array_equal(image.read(1), VALUES)
        assert Grid.of_dataset(image) == GRID
        assert (image.nodata, image.descriptions) == (0, ("land cover",))
        assert image.colormap(1)[1] == (255, 0, 0, 255)
        assert image.colormap(1)[5] == (0, 0, 255, 255)
        assert image.tags()["NOMENCLATURE"] == "demo"
        assert image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert image.overviews(1) == [2, 4]
        assert image.block_shapes == [(512, 512)]


def test_overviews_of_a_map_hold_only_its_classes(tmp_path: Path) -> None:
    classes = np.where(VALUES > 3, 1, 5).astype(np.uint8)
    path = write_cog(tmp_path / "map.tif", _blocks(classes), GRID, dtype="uint8", nodata=0, colours={1: "#ff0000"})
    with rasterio.open(path, overview_level=0) as overview:
        assert set(np.unique(overview.read(1))) == {1, 5}


def test_several_bands_of_floats(tmp_path: Path) -> None:
    values = np.stack([VALUES / 7, VALUES * 2.5]).astype(np.float32)
    path = write_cog(tmp_path / "p.tif", _blocks(values), GRID, dtype="float32", nodata=-1, descriptions=("a", "b"))
    with rasterio.open(path) as image:
        assert np.array_equal(image.read(), values)
        assert image.descriptions == ("a", "b")


def test_the_same_blocks_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    one = write_cog(tmp_path / "one.tif", _blocks(), GRID, dtype="uint8", nodata=0)
    other = write_cog(tmp_path / "other.tif", reversed(list(_blocks(size=256))), GRID, dtype="uint8", nodata=0)
    assert one.read_bytes() == other.read_bytes()


def test_cells_of_no_block_are_nodata(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "m.tif", [(Block(0, 0, 2, 2), VALUES[:2, :2])], GRID, dtype="uint8", nodata=0)
    with rasterio.open(path) as image:
        assert np.count_nonzero(image.read(1)) == 4


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "map.tif"
    path.write_bytes(b"the old one")

    def broken() -> Iterator[tuple[Block, np.ndarray]]:
        yield Block(0, 0, 4, 4), VALUES[:4, :4]
        raise RuntimeError("stopped half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        write_cog(path, broken(), GRID, dtype="uint8", nodata=0)
    assert [item.name for item in tmp_path.iterdir()] == ["map.tif"]
    assert path.read_bytes() == b"the old one"


def test_a_folder_that_refuses_is_named_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / ".map.tif.draft.tif").mkdir()  # GDAL cannot write there
    (tmp_path / ".map.tif.draft.tif" / "x").touch()
    with pytest.raises((RasterError, OSError), match=r"map\.tif"):
        write_cog(tmp_path / "map.tif", _blocks(), GRID, dtype="uint8", nodata=0)
    assert not (tmp_path / "map.tif").exists()


def test_colours() -> None:
    assert rgba("#ff8000") == (255, 128, 0, 255)
    with pytest.raises(ValueError, match="not a colour"):
        rgba("red")
