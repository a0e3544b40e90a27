# SPDX-License-Identifier: AGPL-3.0-or-later
"""Images on other grids: the same numbers as GDAL's warper without its approximations, and missing cells kept apart."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from rasterio.warp import Resampling, reproject

from terracite.raster import warp
from terracite.raster.grid import Block, Grid
from terracite.raster.warp import depth_m, nearest, warped

OWN = Grid("EPSG:32631", (20.0, 0.0, 500_000.0, 0.0, -20.0, 5_000_000.0), 90, 80)
VALUES = np.cumsum(np.random.default_rng(3).normal(size=OWN.shape), axis=1).astype(np.float32)


def _read(block: Block) -> np.ndarray:
    return VALUES[block.slices]


def _whole(grid: Grid) -> Block:
    return Block(0, 0, *grid.shape)


def _of_gdal(grid: Grid, how: Resampling) -> np.ndarray:
    found = np.full(grid.shape, np.nan, np.float32)
    places = {"src_transform": rasterio.Affine(*OWN.transform), "dst_transform": rasterio.Affine(*grid.transform)}
    reproject(
        VALUES, found, src_crs=OWN.crs, dst_crs=grid.crs, resampling=how, tolerance=0,
        src_nodata=np.nan, dst_nodata=np.nan, **places,
    )  # fmt: skip
    return found


def test_a_coarser_image_is_interpolated_as_gdal_does() -> None:
    finer = Grid(OWN.crs, (10.0, 0.0, 500_000.0, 0.0, -10.0, 5_000_000.0), 180, 160)
    assert np.array_equal(warped(_read, OWN, finer, _whole(finer)), _of_gdal(finer, Resampling.bilinear))


def test_an_image_of_another_zone_is_interpolated_as_gdal_does() -> None:
    """Finer than the image, for GDAL smooths where it takes the image to be finer; its places are off by 0.01 cell."""
    other = Grid("EPSG:32630", (10.0, 0.0, 971_900.0, 0.0, -10.0, 5_017_400.0), 120, 100)
    found, theirs = warped(_read, OWN, other, _whole(other)), _of_gdal(other, Resampling.bilinear)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, theirs, atol=0.02 * np.abs(np.diff(VALUES, axis=0)).max())


def test_a_much_finer_image_is_averaged() -> None:
    coarser = Grid(OWN.crs, (100.0, 0.0, 500_000.0, 0.0, -100.0, 5_000_000.0), 18, 16)
    means = VALUES.reshape(16, 5, 18, 5).mean(axis=(1, 3))
    np.testing.assert_allclose(warped(_read, OWN, coarser, _whole(coarser)), means, rtol=1e-5, atol=1e-5)


def test_memory_is_bounded_by_reading_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    coarser = Grid(OWN.crs, (100.0, 0.0, 500_000.0, 0.0, -100.0, 5_000_000.0), 18, 16)
    at_once = warped(_read, OWN, coarser, _whole(coarser))
    sizes: list[int] = []

    def counted(block: Block) -> np.ndarray:
        sizes.append(block.height * block.width)
        return _read(block)

    monkeypatch.setattr(warp, "_MOST_CELLS", 1500)
    assert np.array_equal(warped(counted, OWN, coarser, _whole(coarser)), at_once)
    assert max(sizes) <= 1500


def test_a_cell_is_the_same_whatever_block_it_is_read_with() -> None:
    other = Grid("EPSG:32630", (13.0, 0.0, 971_900.0, 0.0, -13.0, 5_017_400.0), 90, 80)
    whole = warped(_read, OWN, other, _whole(other))
    for block in (*other.blocks(37), Block(11, 5, 9, 70)):
        assert np.array_equal(warped(_read, OWN, other, block), whole[block.slices], equal_nan=True)


def test_missing_cells_do_not_spread_and_do_not_shrink() -> None:
    own = Grid("EPSG:32631", (20.0, 0.0, 0.0, 0.0, -20.0, 0.0), 3, 1)
    finer = Grid("EPSG:32631", (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), 6, 2)
    values = np.array([[1.0, np.nan, 3.0]], np.float32)
    found = warped(lambda block: values[block.slices], own, finer, _whole(finer))
    assert found.tolist()[0][:2] == [1.0, 1.0]
    assert np.isnan(found[:, 2:4]).all()
    assert found.tolist()[1][4:] == [3.0, 3.0]
    coarser = Grid("EPSG:32631", (40.0, 0.0, 0.0, 0.0, -40.0, 0.0), 2, 1)
    (mean,) = warped(lambda block: values[block.slices], own, coarser, _whole(coarser))
    assert np.isnan(mean).tolist() == [True, True]  # a cell in four is too few


def test_classes_are_those_of_the_nearest_cell_and_nothing_outside() -> None:
    classes = (np.arange(OWN.width * OWN.height) % 7).reshape(OWN.shape).astype(np.uint8)
    shifted = Grid(OWN.crs, (10.0, 0.0, 499_980.0, 0.0, -10.0, 5_000_000.0), 6, 4)
    found = nearest(lambda block: classes[block.slices], OWN, shifted, _whole(shifted), fill=9)
    assert found[0].tolist() == [9, 9, 0, 0, 1, 1]
    far = Grid(OWN.crs, (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), 2, 2)
    assert nearest(lambda block: classes[block.slices], OWN, far, _whole(far), fill=9).tolist() == [[9, 9], [9, 9]]
    assert np.isnan(warped(_read, OWN, far, _whole(far))).all()


def test_depth_is_the_distance_to_the_nearest_edge() -> None:
    depth = depth_m(OWN, OWN, _whole(OWN))
    assert depth[0, 0] == 10.0
    assert depth[40, 3] == 70.0
    outside = Grid(OWN.crs, (20.0, 0.0, 0.0, 0.0, -20.0, 0.0), 2, 2)
    assert (depth_m(OWN, outside, _whole(outside)) < 0).all()
