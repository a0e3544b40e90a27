# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading numbers, physical values and masks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid
from terracite.raster.products import ProductFile, registry, walk
from terracite.raster.read import check_readable, missing_dn, nodata_of, read_block, read_mask, read_physical
from terracite.raster.series import SeriesImage, series

from .conftest import TRANSFORM, WriteImage

ID = "S2A_MSIL2A_20220103T063511_N0400_R134_T40KCB_20220103T081122"


def image_of(path: Path, **more: Any) -> SeriesImage:
    parsed = registry()["sen2chain"].parse(f"{ID}_NDVI.jp2")
    assert parsed is not None
    (found,) = series([parsed])
    return replace(found.images[0], path=path, **more)


def test_a_block_has_the_numbers_of_the_file(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    path = write_image("ramp.tif", ramp)
    block = Block(10, 20, 15, 25)
    assert np.array_equal(read_block(path), ramp)
    assert np.array_equal(read_block(path, block), ramp[block.slices])
    assert read_block(path).dtype == np.int16
    assert np.array_equal(read_block(path, block, grid=Grid.of(path)), ramp[block.slices])


def test_a_chosen_band(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    path = write_image("two.tif", np.stack([ramp, -ramp]))
    assert np.array_equal(read_block(path, band=2), -ramp)


def test_a_coarser_image_lies_on_the_finer_grid_by_nearest_cell(write_image: WriteImage) -> None:
    coarse = np.arange(30 * 40, dtype=np.uint8).reshape(30, 40)
    path = write_image("mask.tif", coarse, transform=rasterio.Affine(20, 0, 300000, 0, -20, 7700020))
    fine = Grid("EPSG:32740", TRANSFORM, 80, 60)  # type: ignore[arg-type]
    expected = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)
    assert np.array_equal(read_block(path, grid=fine), expected)
    block = Block(7, 33, 21, 40)
    assert np.array_equal(read_block(path, block, grid=fine), expected[block.slices])


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(-40, 70), cols=st.integers(-50, 90))
def test_cells_beyond_the_image_are_filled(rows: int, cols: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    values = np.arange(1, 1 + 30 * 40, dtype=np.int16).reshape(30, 40)
    path = tmp_path_factory.mktemp("shifted") / "image.tif"
    profile = {"driver": "GTiff", "count": 1, "height": 30, "width": 40, "dtype": "int16", "crs": "EPSG:32740"}
    with rasterio.open(path, "w", **profile, transform=rasterio.Affine(*TRANSFORM)) as image:
        image.write(values, 1)
    a, b, c, d, e, f = TRANSFORM
    target = Grid("EPSG:32740", (a, b, c + cols * a, d, e, f + rows * e), 20, 10)
    expected = np.zeros((10, 20), np.int16)
    for row in range(10):
        for col in range(20):
            if 0 <= row + rows < 30 and 0 <= col + cols < 40:
                expected[row, col] = values[row + rows, col + cols]
    assert np.array_equal(read_block(path, grid=target), expected)


def test_another_reference_system_is_warped(write_image: WriteImage) -> None:
    path = write_image("mask.tif", np.full((60, 80), 7, np.uint8), nodata=255)
    west, south, east, north = Grid.of(path).lonlat_box()
    inside = Grid("EPSG:4326", ((east - west) / 8, 0, west, 0, (south - north) / 6, north), 8, 6)
    values = read_block(path, grid=inside)
    assert values.shape == (6, 8)
    assert (values[1:-1, 1:-1] == 7).all()


def test_physical_values_of_a_sen2chain_image(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    ramp[0, :10] = 16383
    ramp[1, 0], ramp[1, 1] = 10001, -10001
    values = read_physical(image_of(write_image("ndvi.tif", ramp)))
    assert values.dtype == np.float32
    assert np.isnan(values).sum() == 12
    assert values[5, 5] == pytest.approx(0.15)


def test_the_sidecar_goes_before_the_default(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    path = write_image(f"{ID}_NDVI.jp2", ramp, nodata=1000)
    assert (path.parent / f"{path.name}.aux.xml").exists()
    assert nodata_of(path, "sen2chain") == 1000
    assert np.isnan(read_physical(image_of(path))[0, 0])


def test_without_its_sidecar_a_sen2chain_image_has_16383(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    path = write_image(f"{ID}_NDVI.jp2", ramp)
    assert nodata_of(path, "sen2chain") == 16383
    assert nodata_of(path, "sits") is None


def test_lossy_compression_moves_nodata_but_not_into_the_valid_range(write_image: WriteImage) -> None:
    """Sen2Chain writes NBITS=15 QUALITY=20; nodata is a few numbers off beside data, yet stays missing."""
    rows, cols = np.mgrid[0:256, 0:256]
    truth = (5000 + 1500 * np.sin(rows / 25) * np.cos(cols / 31)).astype(np.int16)
    truth[rows + cols < 200] = 16383
    path = write_image(f"{ID}_NDVI.jp2", truth, jp2={"NBITS": "15", "QUALITY": "20"})
    stored = read_block(path)
    missing = np.isnan(read_physical(image_of(path)))
    assert (stored[truth == 16383] != 16383).any()
    assert (missing == (truth == 16383)).mean() > 0.98


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-32768, 32767), min_size=1), st.integers(-32768, 32767))
def test_missing_numbers(numbers: list[int], nodata: int) -> None:
    values = np.array(numbers, np.int16)
    expected = [number == nodata or not -10000 <= number <= 10000 for number in numbers]
    assert missing_dn(values, nodata, (-10000, 10000)).tolist() == expected


def test_an_unsigned_image_may_have_a_negative_range(write_image: WriteImage) -> None:
    path = write_image("evi.tif", np.array([[0, 5000, 65535]], np.uint16))
    values = read_physical(image_of(path, valid=(-2000, 10000), nodata=None))
    assert values[0, :2].tolist() == [0.0, 0.5]
    assert np.isnan(values[0, 2])


def test_a_mask_file_of_twenty_metres(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    cloud = np.zeros((30, 40), np.uint8)
    cloud[5, 6] = 1
    mask = write_image("mask.jp2", cloud, transform=rasterio.Affine(20, 0, 300000, 0, -20, 7700020))
    image = image_of(write_image("ndvi.tif", ramp), mask="CM001", mask_path=mask)
    expected = np.zeros((60, 80), np.uint8)
    expected[10:12, 12:14] = 1
    assert np.array_equal(read_mask(image), expected)
    assert np.array_equal(np.isnan(read_physical(image)), expected == 1)
    assert not np.isnan(read_physical(image, masked=False)).any()
    block = Block(11, 13, 3, 3)
    assert np.array_equal(read_mask(image, block), expected[block.slices])


def test_cells_that_the_mask_does_not_reach_are_masked(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    mask = write_image("mask.tif", np.zeros((60, 40), np.uint8))
    found = read_mask(image_of(write_image("ndvi.tif", ramp), mask_path=mask))
    assert (found[:, :40].max(), found[:, 40:].min()) == (0, 1)


def test_the_masked_image_tells_the_mask(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    ramp[0] = 16383  # outside the swath: no cloud there
    masked = ramp.copy()
    masked[:5, :5] = 16383
    image = image_of(write_image("raw.tif", ramp), masked_path=write_image("masked.tif", masked))
    expected = np.zeros(ramp.shape, np.uint8)
    expected[1:5, :5] = 1
    assert np.array_equal(read_mask(image), expected)


def test_without_a_mask_nothing_is_known_and_nothing_is_hidden(
    write_image: WriteImage, ramp: NDArray[np.int16]
) -> None:
    image = image_of(write_image("raw.tif", ramp))
    assert np.unique(read_mask(image, Block(0, 0, 4, 4))).tolist() == [255]
    assert not np.isnan(read_physical(image)).any()


def test_a_missing_file_and_a_damaged_one_are_named_with_a_cure(
    tmp_path: Path, write_image: WriteImage, ramp: NDArray[np.int16]
) -> None:
    with pytest.raises(RasterError, match=r"nowhere\.jp2' cannot be read\. Check the path\."):
        read_block(tmp_path / "nowhere.jp2")
    path = write_image("cut.jp2", np.kron(ramp, np.ones((8, 8), np.int16)))
    check_readable(path)
    check_readable(path, whole=True)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RasterError, match=r"cut\.jp2' cannot be read\. The file is damaged.*copy or produce it again"):
        check_readable(path)


def test_a_jpeg_2000_with_a_hole_of_zeros_is_refused(write_image: WriteImage) -> None:
    noise = np.random.default_rng(1).integers(-9000, 9000, (200, 200), np.int16)
    path = write_image("noise.jp2", noise, QUALITY=100, REVERSIBLE="YES")
    check_readable(path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes(4096) + whole[middle + 4096 :])
    with pytest.raises(RasterError, match=r"noise.jp2' has a hole") as refusal:
        check_readable(path)
    assert "copy or produce it again" in refusal.value.hint


@pytest.mark.parametrize("value", [0, 1])
def test_a_mask_of_one_value_has_no_hole(write_image: WriteImage, value: int) -> None:
    check_readable(write_image("even.jp2", np.full((3000, 3000), value, np.uint8)))


def test_real_physical_values(shared_data: Path) -> None:
    modis = series(known(shared_data / "sits-sinop-raster", "sits"))[0]
    values = read_physical(modis.images[0])
    assert (values.shape, np.isnan(values).any()) == ((144, 254), False)
    assert (float(values.min()), float(values.max())) == pytest.approx((0.0865, 0.7548), abs=1e-6)


def test_real_fields_are_masked_by_their_scene_classes(shared_data: Path) -> None:
    """The 20 m classes start half a cell above the 10 m index: row r of the index lies in row (r + 1) // 2 of them."""
    (fields,) = series(known(shared_data / "sen2rts-s2-ndvi", "sen2r"))
    rows, cols = (np.arange(7) + 1) // 2, np.arange(25) // 2
    for image in fields.images:
        assert image.mask_path is not None
        with rasterio.open(image.path) as index, rasterio.open(image.mask_path) as classes:
            numbers, scene = index.read(1), classes.read(1)[np.ix_(rows, cols)]
        clear = np.isin(scene, [2, 4, 5, 6, 7, 11]) & (numbers != -32768) & (np.abs(numbers) <= 10000)
        expected = np.where(clear, numbers * np.float32(1e-4), np.float32(np.nan))
        assert np.array_equal(read_physical(image), expected, equal_nan=True)


def known(root: Path, product: str) -> list[ProductFile]:
    return [item for item in walk(root, product) if isinstance(item, ProductFile)]
