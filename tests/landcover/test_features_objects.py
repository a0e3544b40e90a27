# SPDX-License-Identifier: AGPL-3.0-or-later
"""Image objects: along the edges of the image, and the same however the map is cut into blocks."""

from __future__ import annotations

import datetime as dt
import pickle
import tracemalloc
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terracite.errors import RecipeError
from terracite.landcover.engine.keys import BlockKeys
from terracite.landcover.features import FeaturePlan, objects, of_block, of_objects, plan
from terracite.landcover.features.segments import describe, segment
from terracite.landcover.recipe import FeaturesPart, PeriodPart, read
from terracite.landcover.samples.cells import Cells
from terracite.landcover.samples.extraction import from_cells
from terracite.raster.grid import Block, Grid

GRID = Grid("EPSG:32740", (10.0, 0.0, 300_000.0, 0.0, -10.0, 7_700_000.0), 90, 70)
DAYS = dt.date(2022, 1, 1).toordinal() + np.arange(4) * 10.0


@dataclass(frozen=True, eq=False)
class Image:
    """A layer of its own array (time, y, x); it notes what is read."""

    index: str
    values: np.ndarray
    days: np.ndarray = field(default_factory=lambda: DAYS)
    platforms: tuple[str, ...] = ()
    asked: list[Block] = field(default_factory=list)

    @property
    def still(self) -> bool:
        return self.days.size == 0

    def read(self, block: Block, grid: Grid) -> np.ndarray:
        self.asked.append(block)
        rows, cols = block.slices
        return self.values[:, rows, cols].copy()


def _fields(seed: int = 1, shape: tuple[int, int] = (70, 90)) -> np.ndarray:
    """Square fields with noise, on four dates."""
    rng = np.random.default_rng(seed)
    fields = np.kron(rng.uniform(0.1, 0.9, (8, 10)), np.ones((9, 9)))[: shape[0], : shape[1]]
    return (fields + rng.normal(0, 0.03, (4, *shape))).astype(np.float32)


@pytest.fixture
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "SIDE", 32)


def _layers() -> list[Any]:
    holes = _fields(2)
    holes[:, 20:24, 30:36] = np.nan
    return [Image("NDVI", _fields()), Image("B8", holes), Image("DEM", _fields(3)[:1], days=np.empty(0))]


def _plan(layers: list[Any], **table: Any) -> FeaturePlan:
    return plan(layers, PeriodPart(), FeaturesPart.model_validate(table))


@pytest.mark.usefixtures("_small_windows")
@pytest.mark.parametrize("of", ["NDVI", ["NDVI", "b08"]])
def test_blocks_and_their_order_do_not_change_a_value(of: Any) -> None:
    layers, table = _layers(), {"objects": {"size": 40, "of": of, "statistics": ["mean", "sd"]}}
    wanted = _plan(layers, **table)
    whole = of_block(layers, wanted, Block(0, 0, 70, 90), GRID)
    assert np.isnan(whole.values[-1]).any() == (of != "NDVI")
    for size, step in ((13, -1), (32, 1), (50, -1)):
        again, parts = pickle.loads(pickle.dumps(wanted)), np.empty_like(whole.values)
        for block in list(GRID.blocks(size))[::step]:
            parts[:, block.slices[0], block.slices[1]] = of_block(layers, again, block, GRID).values
        assert np.array_equal(parts, whole.values, equal_nan=True)


@pytest.mark.usefixtures("_small_windows")
def test_samples_are_described_as_the_map_is() -> None:
    layers = _layers()
    wanted = _plan(layers, bands=["NDVI"], static=[], objects={"size": 30})
    rng = np.random.default_rng(4)
    rows, cols = rng.integers(0, 70, 25), rng.integers(0, 90, 25)
    cells = Cells(rows, cols, np.zeros(25, np.int64), np.arange(25))
    found = from_cells(cells, layers, wanted, GRID, 64).values
    whole = of_block(layers, wanted, Block(0, 0, 70, 90), GRID)
    assert np.array_equal(found, whole.values[:, rows, cols].T)


def test_objects_end_where_the_image_does() -> None:
    values = np.full((3, 40, 60), 0.2, np.float32)
    values[:, :, 23:] = 0.8
    values[:, 5:9, 2:6] = np.nan
    noisy = values + np.random.default_rng(1).normal(0, 0.02, values.shape).astype(np.float32)
    labels = segment(noisy, (0, 0, 0), 50, 2, 0.1)
    assert set(labels[:, :23].ravel()) & set(labels[:, 23:].ravel()) <= {0}
    assert np.array_equal(labels == 0, np.isnan(values[0]))
    assert 30 < labels.max() < 70
    table = describe(values, labels, ("mean", "sd"))
    assert np.isnan(table[0]).all()
    np.testing.assert_allclose(table[labels[0, 0], :3], 0.2, atol=1e-6)
    np.testing.assert_allclose(table[1:, 3:], 0, atol=1e-6)


def test_an_object_is_described_by_the_cells_that_have_a_value() -> None:
    labels = np.array([[1, 1, 1, 0], [2, 2, 0, 0]], np.int32)
    values = np.array([[[1.0, 3.0, np.nan, 9.0], [np.nan, np.nan, 4.0, 4.0]]], np.float32)
    assert np.array_equal(
        describe(values, labels, ("sd", "mean")), [[np.nan, np.nan], [1, 2], [np.nan, np.nan]], equal_nan=True
    )


@pytest.mark.parametrize("shape", [(1, 256), (3, 7), (256, 2), (40, 1)])
def test_windows_at_the_edge_may_be_slivers(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(1).random((5, *shape), np.float32)
    assert segment(values, (0, 0, 1, 1, 1), 10, 3, 0.1).min() == 1
    assert segment(np.zeros((1, *shape), np.float32), (0,), 10, 3, 0.1).min() == 1


def test_names_say_what_is_said_of_objects() -> None:
    layers = _layers()
    table = {
        "bands": ["NDVI"],
        "static": ["DEM"],
        "objects": {"channels": ["NDVI", "DEM"], "statistics": ["mean", "sd"]},
    }
    names = _plan(layers, **table).names
    assert names[4:7] == ("DEM", "NDVI 2022-01-01 object mean", "NDVI 2022-01-11 object mean")
    assert names[-1] == "DEM object sd"
    assert len(names) == 5 + 2 * 5
    few = _plan(layers, bands=["B8"], static=[], dates=False, statistics=["p90"], objects={"of": "NDVI"})
    assert few.names == ("B8 p90", "B8 p90 object mean")
    assert [channel.name for channel in few.images] == ["NDVI", "B8"]


@pytest.mark.usefixtures("_small_windows")
def test_a_window_is_read_once_and_no_more_than_one_at_once() -> None:
    layers = _layers()
    wanted = _plan(layers, bands=["NDVI"], static=[], objects={"size": 40})
    for block in GRID.blocks(32):
        of_objects(layers, wanted, block, GRID)
    of_objects(layers, wanted, Block(3, 3, 50, 60), GRID)
    assert [block.shape for block in layers[0].asked][:3] == [(32, 32), (32, 32), (32, 26)]
    assert len(layers[0].asked) == 9
    assert layers[1].asked == []


@pytest.mark.usefixtures("_small_windows")
def test_memory_is_that_of_some_windows_however_large_the_image_is(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, eq=False)
    class Wide(Image):
        def read(self, block: Block, grid: Grid) -> np.ndarray:
            return np.random.default_rng(block.col).random((40, *block.shape), np.float32)

    monkeypatch.setattr(objects, "_HELD_BYTES", 10 * 32 * 32 * 4)
    grid = Grid(GRID.crs, GRID.transform, 100_000, 32)
    layers: list[Any] = [Wide("NDVI", np.empty(0), days=DAYS[0] + np.arange(40))]
    wanted = _plan(layers, objects={"size": 300})
    of_objects(layers, wanted, Block(0, 0, 8, 8), grid)
    tracemalloc.start()
    for col in range(32, 120 * 32, 32):
        of_objects(layers, wanted, Block(0, col, 8, 8), grid)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 3 * 10 * 32 * 32 * 4
    assert peak - held < 30 * 40 * 32 * 32 * 4


def test_a_block_depends_on_the_images_of_its_windows() -> None:
    boxes = (
        ((300_000.0, 7_699_000.0, 301_000.0, 7_700_000.0), "west"),
        ((304_000.0, 7_699_000.0, 305_000.0, 7_700_000.0), "east"),
    )
    grid = Grid(GRID.crs, GRID.transform, 500, 64)
    assert BlockKeys("", grid, boxes).read_by(Block(0, 0, 64, 64)) == {"west"}
    assert BlockKeys("", grid, boxes, reach=512).read_by(Block(0, 0, 64, 64)) == {"west", "east"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"of": "NDVY"}, "features.objects.of.0: there is no band or index 'NDVY'. Did you mean 'NDVI'? Or add it"),
        (
            {"channels": ["B8", "B88"]},
            "features.objects.channels.1: there is no band or index 'B88'. Did you mean 'B8'?",
        ),
        ({"channels": []}, "features.objects: there is nothing to say of an object. Name channels, or add statistics"),
    ],
)
def test_mistakes_are_named_with_their_cure(table: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        _plan(_layers(), objects=table)
    [problem] = [str(one) for one in caught.value.problems]
    assert problem.startswith(said)


def test_a_missing_library_is_named_with_its_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "find_spec", lambda _: None)
    with pytest.raises(RecipeError) as caught:
        _plan(_layers(), objects={})
    [problem] = [str(one) for one in caught.value.problems]
    assert problem.endswith("Install it with: pip install 'terracite[objects]'.")


def test_a_misspelt_key_of_a_recipe_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('[features]\nobjects = { siz = 50, of = "NDVI", statistics = ["means"] }\n')
    draft = read(path)
    found = sorted(str(one) for one in draft.located() if one.where.startswith("features"))
    assert found == [
        "features.objects.siz (line 2): is not a key of this table. Did you mean 'size'?",
        "features.objects.statistics.0 (line 2): cannot be 'means'. Did you mean 'mean'?",
    ]
    assert draft.sections["features"].objects.of == ("NDVI",)
