# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slope, aspect and texture: right, and the same however the map is cut into blocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from terracite.errors import Problem
from terracite.landcover.features import extended, of_block, plan
from terracite.landcover.features.derived import DerivedLayer
from terracite.landcover.recipe import FeaturesPart, PeriodPart
from terracite.raster.grid import Block, Grid

GRID = Grid("EPSG:32740", (10.0, 0.0, 300_000.0, 0.0, -10.0, 7_700_000.0), 60, 40)
FINE = Grid("EPSG:32740", (2.5, 0.0, 300_000.0, 0.0, -2.5, 7_700_000.0), 240, 160)


@dataclass(frozen=True)
class Image:
    """A layer that holds an array (time, y, x) of its own grid."""

    index: str
    values: np.ndarray
    grid: Grid = GRID
    days: np.ndarray = field(default_factory=lambda: np.empty(0))
    platforms: tuple[str, ...] = ()

    @property
    def still(self) -> bool:
        return self.days.size == 0

    def during(self, _: PeriodPart) -> Image:
        return self

    def read(self, block: Block, grid: Grid) -> np.ndarray:
        assert grid.matches(self.grid)
        rows, cols = block.slices
        return self.values[:, rows, cols].copy()


def _plane(north: float, east: float) -> Any:
    """Heights that rise so much per metre to the north and to the east."""
    y, x = np.meshgrid(GRID.ys(), GRID.xs(), indexing="ij")
    return Image("DEM", (north * (y - 7_600_000) + east * (x - 300_000)).astype(np.float32)[None])


def _read(layer: Any, what: str, block: Block = Block(5, 7, 12, 20), grid: Grid = GRID) -> np.ndarray:  # noqa: B008
    return DerivedLayer(layer, what, what).read(block, grid)[0]


@pytest.mark.parametrize(("north", "east"), [(0.5, 0.0), (-0.25, 0.0), (0.0, 1.0), (0.3, -0.4)])
def test_a_plane_has_its_slope_and_water_runs_down(north: float, east: float) -> None:
    steep = float(np.hypot(north, east))
    np.testing.assert_allclose(_read(_plane(north, east), "slope"), np.degrees(np.arctan(steep)), atol=0.1)
    np.testing.assert_allclose(_read(_plane(north, east), "aspect north"), -north / steep, atol=0.02)
    np.testing.assert_allclose(_read(_plane(north, east), "aspect east"), -east / steep, atol=0.02)


def test_flat_ground_has_no_direction_and_unknown_heights_no_slope() -> None:
    values = np.full((1, 40, 60), 12.0, np.float32)
    values[0, 6, 9] = np.nan
    for what in ("slope", "aspect north"):
        found = _read(Image("DEM", values), what)
        assert np.isnan(found[1, 2])
        assert np.nansum(np.abs(found)) == 0
        assert np.isnan(found).sum() == 1


@pytest.mark.parametrize("size", [7, 16, 60])
def test_blocks_do_not_change_a_slope(size: int) -> None:
    heights = Image("DEM", np.random.default_rng(1).uniform(0, 50, (1, 40, 60)).astype(np.float32))
    whole = _read(heights, "slope", Block(0, 0, 40, 60))
    parts = np.empty_like(whole)
    for block in GRID.blocks(size):
        parts[block.slices] = _read(heights, "slope", block)
    assert np.array_equal(whole, parts)


@pytest.mark.parametrize(("what", "reduce"), [("mean", np.mean), ("sd", np.std), ("min", np.min), ("max", np.max)])
def test_the_texture_is_of_the_finer_cells_within_a_cell(what: str, reduce: Any) -> None:
    rng = np.random.default_rng(2)

    @dataclass(frozen=True)
    class Finer(Image):
        def read(self, block: Block, grid: Grid) -> np.ndarray:
            assert grid.matches(FINE)
            return super().read(block, FINE)

    image = Finer("PAN", rng.uniform(0, 1, (1, 160, 240)).astype(np.float32), FINE)
    found = _read(image, what)
    cells = image.values[0].reshape(40, 4, 60, 4).swapaxes(1, 2).reshape(40, 60, 16)
    np.testing.assert_allclose(found, reduce(cells[5:17, 7:27], axis=-1), rtol=1e-5)
    image.values[0, :4, :4] = np.nan
    image.values[0, 4:6, :4] = np.nan
    found = _read(image, what, Block(0, 0, 2, 2))
    assert np.isnan(found[0, 0])
    np.testing.assert_allclose(found[1, 0], reduce(image.values[0, 6:8, :4]), rtol=1e-5)


def test_they_stand_after_the_dates() -> None:
    start = dt.date(2022, 1, 1).toordinal()
    ndvi = Image("NDVI", np.random.default_rng(1).random((4, 40, 60), np.float32), days=start + np.arange(4) * 10.0)
    part = FeaturesPart(terrain=("slope", "aspect"), static=("slope", "aspect east"))
    layers: Any = extended([ndvi, _plane(0.0, 1.0)], part, [])  # type: ignore[list-item]
    wanted = plan(layers, PeriodPart(), part)
    assert wanted.names[4:] == ("slope", "aspect east")
    found = of_block(layers, wanted, Block(3, 3, 8, 8), GRID)
    np.testing.assert_allclose(found.values[4], 45, atol=0.1)


def test_what_is_not_there_is_named() -> None:
    problems: list[Problem] = []
    start = dt.date(2022, 1, 1).toordinal()
    ndvi: Any = Image("NDVI", np.zeros((1, 40, 60), np.float32), days=np.array([start + 0.0]))
    part = FeaturesPart(terrain=("slope",), dem="DM", texture=("sd",))
    assert extended([ndvi, _plane(0, 0)], part, problems)[2:] == []
    assert [str(one) for one in problems] == [
        "features.dem: there is no image 'DM' without dates. Did you mean 'DEM'?",
        "features.texture: no image without dates is twice as fine as the map (10 m). "
        "Add a finer one to [[images]], or leave texture out.",
    ]
