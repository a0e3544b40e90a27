# SPDX-License-Identifier: AGPL-3.0-or-later
"""Images decoded ahead, tile by tile, give what reading them whole gives; so do chunks unpacked by every core."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine, from_origin

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import open_series, write_series
from terracite.raster.netcdf_bands import Bands
from terracite.raster.netcdf_strips import ahead, strips
from terracite.raster.read import read_mask
from terracite.raster.series import SeriesImage

HEIGHT, WIDTH = 150, 131
NORTH_UP = from_origin(321000, 7660000, 10, 10)


@pytest.fixture(autouse=True)
def _many_small_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 19 rows and jobs of 32 cells a side, so that strips cut through tiles."""
    monkeypatch.setattr(layout, "CHUNK", 20)
    monkeypatch.setattr("terracite.raster.netcdf_strips.STRIP_ROWS", 40)
    monkeypatch.setattr("terracite.raster.netcdf_bands.SIDE", 32)


def _tif(path: Path, values: NDArray[Any], transform: Affine = NORTH_UP, **options: Any) -> Path:
    profile = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:32740", transform=transform, **profile, **options) as image:
        image.write(values, 1)
    return path


def _image(path: Path, **changes: Any) -> SeriesImage:
    facts: dict[str, Any] = {
        "path": path,
        "tile": "40KCB",
        "index": "NDVI",
        "sensed_at": dt.datetime(2022, 1, 3, tzinfo=dt.UTC),
        "product": "sen2chain",
        "product_id": "S2A",
        "platform": "S2A",
        "orbit": "120",
        "baseline": "0301",
        "nodata": 16383,
        "scale": 1e-4,
        "offset": 0.0,
        "valid": (-10000, 10000),
        "clear": (0, 4),
    }
    return SeriesImage(**(facts | changes))


def _values() -> NDArray[np.int16]:
    return np.random.default_rng(1).integers(-9000, 9000, (HEIGHT, WIDTH)).astype(np.int16)


LAYOUTS: dict[str, dict[str, Any]] = {
    "tiles": {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate"},
    "large tiles": {"tiled": True, "blockxsize": 64, "blockysize": 48},
    "lines": {"blockysize": 1},
    "one block": {"blockysize": HEIGHT, "compress": "deflate"},
}


@pytest.mark.parametrize("options", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_strips_together_are_the_image(tmp_path: Path, options: dict[str, Any]) -> None:
    path = _tif(tmp_path / "a.tif", _values(), **options)
    found = list(strips(_image(path), Grid.of(path)))
    assert [strip.block.row for strip in found] == [0, 38, 76, 114]
    np.testing.assert_array_equal(np.concatenate([strip.values for strip in found]), _values())


MASK_GRIDS = {
    "half the resolution": from_origin(321000, 7660000, 20, 20),
    "five times coarser, smaller and beside": from_origin(321130, 7659800, 50, 50),
    "finer": from_origin(320990, 7660010, 4, 4),
    "upside down": Affine(20, 0, 321000, 0, 20, 7660000 - 10 * HEIGHT),
    "turned by a little": Affine(20, 1, 321000, 1, -20, 7660000),
}


@pytest.mark.parametrize("transform", MASK_GRIDS.values(), ids=MASK_GRIDS.keys())
def test_masks_of_any_grid_are_those_that_reading_gives(tmp_path: Path, transform: Affine) -> None:
    given = np.random.default_rng(2).integers(0, 6, (75, 66)).astype(np.uint8)
    mask = _tif(tmp_path / "m.tif", given, transform, tiled=True, blockxsize=16, blockysize=16)
    image = _image(_tif(tmp_path / "a.tif", _values()), mask_path=mask)
    grid = Grid.of(image.path)
    found = [strip.mask for strip in strips(image, grid) if strip.mask is not None]
    np.testing.assert_array_equal(np.concatenate(found), read_mask(image, None, grid))


def test_cells_lost_by_a_masked_image_are_its_mask(tmp_path: Path) -> None:
    lost = np.random.default_rng(3).random((HEIGHT, WIDTH)) < 0.3
    masked = _tif(tmp_path / "b.tif", np.where(lost, 16383, _values()).astype(np.int16), tiled=True, blockxsize=32)
    image = _image(_tif(tmp_path / "a.tif", _values()), masked_path=masked)
    found = [strip.mask for strip in strips(image, Grid.of(image.path)) if strip.mask is not None]
    np.testing.assert_array_equal(np.concatenate(found), lost)


def test_a_damaged_tile_is_told_with_the_name_of_its_file(tmp_path: Path) -> None:
    path = _tif(tmp_path / "a.tif", _values(), tiled=True, blockxsize=16, blockysize=16, compress="deflate")
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(RasterError, match=r"a\.tif"):
        list(strips(_image(path), Grid("EPSG:32740", tuple(NORTH_UP)[:6], WIDTH, HEIGHT)))


def test_a_reader_that_stops_early_leaves_nothing_open(tmp_path: Path) -> None:
    path = _tif(tmp_path / "a.tif", _values())
    source = strips(_image(path), Grid.of(path))
    assert next(source).block == Block(0, 0, 38, WIDTH)
    source.close()  # type: ignore[attr-defined] # it is a generator


def test_rows_are_let_go_once_taken_and_come_in_any_order(tmp_path: Path) -> None:
    path = _tif(tmp_path / "a.tif", _values(), tiled=True, blockxsize=16, blockysize=16)
    with ThreadPoolExecutor(3) as pool:
        bands = Bands(path, pool)
        assert (bands.count, bands.jobs) == (5, 5)
        spans = [(100, 150), (30, 101), (30, 40), (0, 33)]
        assert [bands.ask(*span) for span in spans] == [4, 3, 1, 1]
        for top, bottom in spans:
            np.testing.assert_array_equal(np.concatenate(bands.taken(top, bottom)), _values()[top:bottom])
        assert not bands._bands
    bands.close()


def test_an_item_is_handed_on_once_another_reaches_far_enough() -> None:
    asked = []

    def items() -> Any:
        for name, band, reach in (("a", 0, 1), ("b", 0, 1), ("c", 1, 2), ("d", 1, 2), ("e", 2, 3)):
            asked.append(name)
            yield name, band, reach

    assert [(name, "".join(asked)) for name in ahead(items())] == [
        ("a", "abc"),
        ("b", "abc"),
        ("c", "abcde"),
        ("d", "abcde"),
        ("e", "abcde"),
    ]


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
def test_large_blocks_are_unpacked_by_every_core_to_what_netcdf_reads(tmp_path: Path, compression: str) -> None:
    mask = _tif(tmp_path / "m.tif", np.eye(75, 66, dtype=np.uint8), MASK_GRIDS["half the resolution"])
    path = _tif(tmp_path / "a.tif", _values())
    later = dt.datetime(2022, 1, 8, tzinfo=dt.UTC)
    images = [_image(path, mask_path=mask), _image(path, sensed_at=later)]
    write_series(tmp_path / "s.nc", images, compression=compression)
    with open_series(tmp_path / "s.nc") as series, netCDF4.Dataset(tmp_path / "s.nc") as file:
        file.set_auto_maskandscale(False)
        assert series.chunk_shape == (19, 19)
        for block in (None, Block(0, 0, HEIGHT, WIDTH), Block(7, 31, 100, 99), Block(140, 120, 10, 11)):
            rows, cols = block.slices if block else (slice(None), slice(None))
            for dates in (slice(None), slice(1, 2), slice(None, None, -1)):
                np.testing.assert_array_equal(series.read(block, dates), file["ndvi"][dates, rows, cols])
                np.testing.assert_array_equal(series.read_mask(block, dates), file["cloud_mask"][dates, rows, cols])


def test_a_large_block_with_a_damaged_chunk_is_told(tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", [_image(_tif(tmp_path / "a.tif", _values()))])
    with h5py.File(tmp_path / "s.nc") as file:
        place = file["ndvi"].id.get_chunk_info_by_coord((0, 38, 57))
    content = bytearray((tmp_path / "s.nc").read_bytes())
    content[place.byte_offset + place.size - 3] ^= 0x55
    (tmp_path / "s.nc").write_bytes(content)
    with open_series(tmp_path / "s.nc") as series:
        assert series.read(Block(0, 0, 38, WIDTH)).shape == (1, 38, WIDTH)
        with pytest.raises(RasterError, match="a chunk of 'ndvi' is damaged"):
            series.read()


def test_large_blocks_of_files_that_others_wrote_are_read_too(tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", [_image(_tif(tmp_path / "a.tif", _values()))])
    with netCDF4.Dataset(tmp_path / "s.nc") as ours, netCDF4.Dataset(tmp_path / "o.nc", "w") as file:
        for name, dimension in ours.dimensions.items():
            file.createDimension(name, len(dimension))
        for name, variable in ours.variables.items():
            facts = {key: variable.getncattr(key) for key in variable.ncattrs() if key != "_FillValue"}
            made = file.createVariable(name, variable.dtype, variable.dimensions, fletcher32=variable.ndim == 3)
            made.setncatts(facts)
            made.set_auto_maskandscale(False)
            variable.set_auto_maskandscale(False)
            made[...] = variable[...]
    with open_series(tmp_path / "o.nc") as series:
        np.testing.assert_array_equal(series.read()[0], _values())
