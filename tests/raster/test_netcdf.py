# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import io
import pickle
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from rasterio.transform import from_origin

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster import netcdf_strips
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import UnreadableImageError, open_series, write_series
from terracite.raster.netcdf_chunks import Codec
from terracite.raster.netcdf_strips import to_packed
from terracite.raster.series import SeriesImage

START = dt.datetime(2022, 1, 3, 6, 29, 31, tzinfo=dt.UTC)


def _tif(path: Path, values: NDArray[Any], *, nodata: float | None = 16383, cell: float = 10.0, crs: str = "") -> Path:
    height, width = values.shape
    profile = {
        "height": height,
        "width": width,
        "count": 1,
        "dtype": values.dtype,
        "crs": crs or "EPSG:32740",
    }
    origin = (55.0, -21.0) if crs == "EPSG:4326" else (321000.0, 7660000.0)
    with rasterio.open(
        path, "w", driver="GTiff", nodata=nodata, transform=from_origin(*origin, cell, cell), **profile
    ) as image:
        image.write(values, 1)
    return path


def _image(path: Path, number: int = 0, *, mask: Path | None = None, **changes: Any) -> SeriesImage:
    facts: dict[str, Any] = {
        "path": path,
        "tile": "40KCB",
        "index": "NDVI",
        "sensed_at": START + dt.timedelta(days=5 * number),
        "product": "sen2chain",
        "product_id": f"S2A_MSIL2A_2022010{number}",
        "platform": "S2A",
        "orbit": "120",
        "baseline": "0301",
        "nodata": 16383,
        "scale": 1e-4,
        "offset": 0.0,
        "valid": (-10000, 10000),
        "mask": "CM001" if mask else "",
        "mask_path": mask,
        "clear": (0,),
    }
    return SeriesImage(**(facts | changes))


@pytest.fixture
def images(tmp_path: Path) -> list[SeriesImage]:
    """Three dates of 6 x 8 cells with a cloud mask at half the resolution; a corner of nodata on the first."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(3):
        values = rng.integers(-10000, 10000, (6, 8)).astype(np.int16)
        if number == 0:
            values[:2, :2] = 16383
        mask = np.zeros((3, 4), np.uint8)
        mask[number, :2] = 1
        mask_path = _tif(tmp_path / f"mask{number}.tif", mask, nodata=None, cell=20.0)
        found.append(_image(_tif(tmp_path / f"{number}.tif", values), number, mask=mask_path))
    return found


def _dn(image: SeriesImage) -> NDArray[Any]:
    with rasterio.open(image.path) as source:
        values: NDArray[Any] = source.read(1)
    return values


def test_values_are_the_source_numbers_bit_for_bit_nodata_aside(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images)
    with open_series(tmp_path / "s.nc") as series:
        stack = series.read()
    for values, image in zip(stack, images, strict=True):
        source = _dn(image)
        np.testing.assert_array_equal(values, np.where(source == 16383, -32768, source))


def test_the_mask_goes_beside_the_values_on_their_grid(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images)
    with open_series(tmp_path / "s.nc") as series:
        mask = series.read_mask()
    expected = np.zeros((3, 6, 8), np.uint8)
    for number in range(3):
        expected[number, 2 * number : 2 * number + 2, :4] = 1
    np.testing.assert_array_equal(mask, expected)


def test_physical_values_lose_cloud_and_nodata(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images)
    with open_series(tmp_path / "s.nc") as series:
        masked, raw = series.read_physical(), series.read_physical(masked=False)
    assert np.isnan(masked[0, :2, :4]).all()
    assert np.isnan(raw[0, :2, :2]).all()
    assert np.isnan(raw).sum() == 4
    np.testing.assert_allclose(raw[1], _dn(images[1]) * 1e-4, rtol=1e-6)


def test_counts_tell_missing_and_masked_cells(images: list[SeriesImage], tmp_path: Path) -> None:
    counts = write_series(tmp_path / "s.nc", images).counts
    assert [(count.missing, count.masked, count.total) for count in counts] == [
        (4, 4, 48),
        (0, 8, 48),
        (0, 8, 48),
    ]
    assert counts[0].clear_share == pytest.approx(40 / 48)
    assert counts[0].cloud_percent == pytest.approx(100 * 4 / 44)


def test_the_series_knows_its_grid_times_and_products(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images)
    with open_series(tmp_path / "s.nc") as series:
        assert series.grid == Grid.of(images[0].path)
        assert series.times == tuple(image.sensed_at for image in images)
        assert (series.index, series.variable, series.scale, series.offset) == ("NDVI", "ndvi", 1e-4, 0.0)
        assert series.per_date("product_id") == [image.product_id for image in images]
        assert series.per_date("platform") == ["Sentinel-2A"] * 3
        assert series.per_date("orbit") == [120] * 3
        assert series.per_date("no_such_thing") == []


def test_blocks_and_dates_are_cut_out(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images)
    block = Block(1, 2, 3, 4)
    with open_series(tmp_path / "s.nc") as series:
        np.testing.assert_array_equal(series.read(block, slice(1, 3)), series.read()[1:3, 1:4, 2:6])
        np.testing.assert_array_equal(series.read_mask(block), series.read_mask()[:, 1:4, 2:6])


def test_the_file_says_what_cf_asks(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images, attributes={"title": "Une série"})
    with netCDF4.Dataset(tmp_path / "s.nc") as file:
        assert (file.Conventions, file.title) == ("CF-1.11, ACDD-1.3", "Une série")
        ndvi, time = file["ndvi"], file["time"]
        assert (ndvi.dtype, ndvi._FillValue, ndvi.scale_factor, ndvi.units) == (np.int16, -32768, 1e-4, "1")
        assert ndvi.standard_name == "normalized_difference_vegetation_index"
        assert list(ndvi.valid_range) == [-10000, 10000]
        assert (ndvi.grid_mapping, ndvi.ancillary_variables) == ("crs", "cloud_mask")
        assert set(ndvi.coordinates.split()) <= set(file.variables)
        assert not hasattr(time, "_FillValue")
        assert (time.units, time.calendar) == ("seconds since 2015-01-01 00:00:00", "standard")
        assert file["crs"].grid_mapping_name == "transverse_mercator"
        assert file["crs"].GeoTransform == "321000.0 10.0 0.0 7660000.0 0.0 -10.0"
        assert (file["x"].dtype, file["x"][0], file["y"][0]) == (np.float64, 321005.0, 7659995.0)


def test_gdal_places_it(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", images)
    with rasterio.open(f"netcdf:{tmp_path / 's.nc'}:ndvi") as read, rasterio.open(images[0].path) as source:
        assert (read.crs, read.transform, read.count) == (source.crs, source.transform, 3)
        assert (read.nodata, read.scales[0]) == (-32768, 1e-4)


def test_xarray_reads_it(images: list[SeriesImage], tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    write_series(tmp_path / "s.nc", images)
    with xarray.open_dataset(tmp_path / "s.nc") as data, open_series(tmp_path / "s.nc") as series:
        np.testing.assert_allclose(data["ndvi"], series.read_physical(masked=False), atol=1e-6)
        assert data["time"].dt.strftime("%H:%M:%S").values[0] == "06:29:31"


def test_an_index_without_a_cf_name_gets_none(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", [_image(image.path, number, index="EVI") for number, image in enumerate(images)])
    with netCDF4.Dataset(tmp_path / "s.nc") as file:
        assert not hasattr(file["evi"], "standard_name")
        assert "cloud_mask" not in file.variables


def test_a_series_without_masks_says_that_clouds_are_not_known(images: list[SeriesImage], tmp_path: Path) -> None:
    bare = [_image(image.path, number) for number, image in enumerate(images)]
    counts = write_series(tmp_path / "s.nc", bare).counts
    assert all(count.masked is None and np.isnan(count.cloud_percent) for count in counts)
    with open_series(tmp_path / "s.nc") as series:
        assert not series.has_mask
        assert (series.read_mask(Block(0, 0, 2, 2), slice(1)) == 255).all()
        assert np.isnan(series.read_physical()).sum() == 4


def test_a_date_without_mask_in_a_series_with_masks_is_not_called_clear(
    images: list[SeriesImage], tmp_path: Path
) -> None:
    mixed = [images[0], _image(images[1].path, 1), images[2]]
    write_series(tmp_path / "s.nc", mixed)
    with open_series(tmp_path / "s.nc") as series:
        assert (series.read_mask()[1] == 255).all()
        assert series.per_date("cloud_cover")[1] == -1


def test_degrees_get_latitude_and_longitude(tmp_path: Path) -> None:
    path = _tif(tmp_path / "a.tif", np.ones((4, 5), np.int16), cell=0.1, crs="EPSG:4326")
    write_series(tmp_path / "s.nc", [_image(path)])
    with netCDF4.Dataset(tmp_path / "s.nc") as file:
        assert file["ndvi"].dimensions == ("time", "lat", "lon")
        assert (file["lat"].standard_name, file["lat"].units) == ("latitude", "degrees_north")
        assert file["crs"].grid_mapping_name == "latitude_longitude"
    with open_series(tmp_path / "s.nc") as series:
        assert series.grid == Grid.of(path)


def test_the_same_images_give_the_same_bytes(images: list[SeriesImage], tmp_path: Path) -> None:
    for name in ("a.nc", "b.nc"):
        write_series(tmp_path / name, images, workers=2)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


def test_zstd_reads_back_too(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "a.nc", images)
    write_series(tmp_path / "b.nc", images, compression="zstd")
    with open_series(tmp_path / "a.nc") as one, open_series(tmp_path / "b.nc") as two:
        np.testing.assert_array_equal(one.read(), two.read())


def _bytes_of(path: Path, images: list[SeriesImage], **more: Any) -> bytes:
    write_series(path, images, attributes={"title": "Une série"}, **more)
    return path.read_bytes()


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
def test_appending_dates_gives_the_bytes_of_a_fresh_build(
    images: list[SeriesImage], tmp_path: Path, compression: str
) -> None:
    path = tmp_path / "s.nc"
    write_series(path, [images[0], images[2]], compression=compression)
    written = write_series(path, images, attributes={"title": "Une série"}, compression=compression, previous=path)
    fresh = write_series(tmp_path / "f.nc", images, attributes={"title": "Une série"}, compression=compression)
    assert (written.copied, fresh.copied) == (2, 0)
    assert written.counts == fresh.counts
    assert path.read_bytes() == (tmp_path / "f.nc").read_bytes()


def test_dates_taken_away_or_left_without_mask_give_a_fresh_build(images: list[SeriesImage], tmp_path: Path) -> None:
    bare = _image(images[1].path, 1)
    write_series(tmp_path / "old.nc", [images[0], bare, images[2]])
    for number, chosen in enumerate(([bare, images[2]], [images[0], bare], images)):
        appended = _bytes_of(tmp_path / f"a{number}.nc", chosen, previous=tmp_path / "old.nc")
        assert appended == _bytes_of(tmp_path / f"f{number}.nc", chosen)


def test_copied_dates_are_not_decoded(
    images: list[SeriesImage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_series(tmp_path / "old.nc", images[:2])
    decoded = []
    real = netcdf_strips.Strips
    monkeypatch.setattr(
        "terracite.raster.netcdf.Strips", lambda image, *others: decoded.append(image) or real(image, *others)
    )
    write_series(tmp_path / "new.nc", images, previous=tmp_path / "old.nc")
    assert decoded == [images[2]]


@pytest.mark.parametrize("what", ["image", "mask", "nodata", "sidecar"])
def test_a_date_whose_source_changed_is_made_again(images: list[SeriesImage], tmp_path: Path, what: str) -> None:
    write_series(tmp_path / "old.nc", images)
    mask_path = images[1].mask_path
    assert mask_path is not None
    if what == "image":
        _tif(images[1].path, np.full((6, 8), 7, np.int16))
    elif what == "mask":
        _tif(mask_path, np.ones((3, 4), np.uint8), nodata=None, cell=20.0)
    elif what == "nodata":
        images[1] = replace(images[1], nodata=3)
    else:
        Path(f"{images[1].path}.aux.xml").write_text(
            '<PAMDataset><PAMRasterBand band="1"><NoDataValue>5</NoDataValue></PAMRasterBand></PAMDataset>'
        )
    written = write_series(tmp_path / "new.nc", images, previous=tmp_path / "old.nc")
    assert written.copied == 2
    assert (tmp_path / "new.nc").read_bytes() == _bytes_like(tmp_path, images)


def _bytes_like(folder: Path, images: list[SeriesImage]) -> bytes:
    write_series(folder / "fresh.nc", images)
    return (folder / "fresh.nc").read_bytes()


def test_a_damaged_date_is_made_again_not_copied(images: list[SeriesImage], tmp_path: Path) -> None:
    old = tmp_path / "old.nc"
    write_series(old, images)
    with h5py.File(old) as file:
        place = file["ndvi"].id.get_chunk_info_by_coord((1, 0, 0))
    content = bytearray(old.read_bytes())
    content[place.byte_offset + place.size // 2] ^= 0x55
    old.write_bytes(content)
    assert write_series(tmp_path / "new.nc", images, previous=old).copied == 2
    assert (tmp_path / "new.nc").read_bytes() == _bytes_like(tmp_path, images)


@pytest.mark.parametrize("old", ["none", "text", "grid", "compression", "index", "netcdf"])
def test_an_earlier_file_that_does_not_fit_is_no_hindrance(images: list[SeriesImage], tmp_path: Path, old: str) -> None:
    path = tmp_path / "old.nc"
    if old == "text":
        path.write_text("hello")
    elif old == "grid":
        write_series(path, [_image(_tif(tmp_path / "g.tif", np.ones((6, 9), np.int16)))])
    elif old == "compression":
        write_series(path, images, compression="zstd")
    elif old == "index":
        write_series(path, [replace(image, index="EVI") for image in images])
    elif old == "netcdf":
        netCDF4.Dataset(path, "w").close()
    written = write_series(tmp_path / "new.nc", images, previous=path)
    assert written.copied == 0
    assert (tmp_path / "new.nc").read_bytes() == _bytes_like(tmp_path, images)


def test_each_date_carries_what_was_counted(images: list[SeriesImage], tmp_path: Path) -> None:
    write_series(tmp_path / "s.nc", [images[0], _image(images[1].path, 1)])
    with open_series(tmp_path / "s.nc") as series:
        assert series.per_date("missing_cells") == [4, 0]
        assert series.per_date("masked_cells") == [4, -1]
        assert series.per_date("source_digest") == [
            netcdf_strips.digest(images[0]),
            netcdf_strips.digest(_image(images[1].path, 1)),
        ]


def test_h5netcdf_reads_it(images: list[SeriesImage], tmp_path: Path) -> None:
    h5netcdf = pytest.importorskip("h5netcdf")
    write_series(tmp_path / "s.nc", images)
    with h5netcdf.File(tmp_path / "s.nc") as file, open_series(tmp_path / "s.nc") as series:
        np.testing.assert_array_equal(file["ndvi"][:], series.read())
        np.testing.assert_array_equal(file["cloud_mask"][:], series.read_mask())


@pytest.mark.parametrize(("zone", "west"), [("EPSG:32701", 300000.0), ("EPSG:32760", 600000.0)])
def test_tiles_at_the_antimeridian_keep_their_grid(tmp_path: Path, zone: str, west: float) -> None:
    path = tmp_path / "a.tif"
    profile = {"height": 5, "width": 5, "count": 1, "dtype": "int16", "crs": zone, "nodata": 16383}
    with rasterio.open(path, "w", driver="GTiff", transform=from_origin(west, 8100040, 20000, 20000), **profile) as new:
        new.write(np.arange(25, dtype=np.int16).reshape(5, 5), 1)
    write_series(tmp_path / "s.nc", [_image(path)])
    with open_series(tmp_path / "s.nc") as series:
        assert series.grid == Grid.of(path)
        np.testing.assert_array_equal(series.read()[0], _dn(_image(path)))


def test_five_hundred_dates_are_written_and_appended_to(images: list[SeriesImage], tmp_path: Path) -> None:
    many = [
        replace(images[number % 3], sensed_at=START + dt.timedelta(days=number), product_id=f"P{number}")
        for number in range(500)
    ]
    write_series(tmp_path / "s.nc", many[:499])
    assert write_series(tmp_path / "s.nc", many, previous=tmp_path / "s.nc").copied == 500  # the same three images
    assert (tmp_path / "s.nc").read_bytes() == _bytes_like(tmp_path, many)


_WRITE_BIG = """
import pickle, resource, signal, sys
from pathlib import Path
from terracite.raster.netcdf import write_series
path, images, how = Path(sys.argv[1]), pickle.loads(Path(sys.argv[2]).read_bytes()), sys.argv[3]
if how == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
def progress(done, total):
    if how == "killed" and done == 2:
        import os
        os.kill(os.getpid(), signal.SIGKILL)
try:
    write_series(path, images, progress=progress, previous=path)
except Exception as error:
    print(type(error).__name__, error.hint)
"""


@pytest.mark.parametrize(("how", "told"), [("full", "RasterError Free some space"), ("killed", "")])
def test_a_full_disk_or_a_crash_leaves_the_old_file(tmp_path: Path, how: str, told: str) -> None:
    rng = np.random.default_rng(1)
    images = [
        _image(_tif(tmp_path / f"{number}.tif", rng.integers(-9000, 9000, (300, 300)).astype(np.int16)), number)
        for number in range(3)
    ]
    write_series(tmp_path / "s.nc", images[:1])
    before = (tmp_path / "s.nc").read_bytes()
    (tmp_path / "images.pickle").write_bytes(pickle.dumps(images))
    command = [sys.executable, "-B", "-c", _WRITE_BIG, tmp_path / "s.nc", tmp_path / "images.pickle", how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.stdout.startswith(told)
    assert done.returncode == (-9 if how == "killed" else 0)
    assert (tmp_path / "s.nc").read_bytes() == before
    assert write_series(tmp_path / "s.nc", images, previous=tmp_path / "s.nc").copied == 1
    assert (tmp_path / "s.nc").read_bytes() == _bytes_like(tmp_path, images)
    assert not list(tmp_path.glob(".*partial"))


@settings(max_examples=25)
@given(arrays(st.sampled_from([np.int16, np.uint8]), st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_chunks_unpack_to_what_was_packed(values: NDArray[Any]) -> None:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        made = file.create_dataset("v", (1, 9, 9), values.dtype, chunks=(1, 9, 9), shuffle=True, compression="gzip")
        codec = Codec(made)
        packed = codec.pack(values)
        made.id.write_direct_chunk((0, 0, 0), packed)
        np.testing.assert_array_equal(made[0, : values.shape[0], : values.shape[1]], values)
    assert codec.is_whole(packed)
    assert not codec.is_whole(packed[:-5])


@pytest.mark.parametrize("kind", ["i2", "u1", "f4"])
@pytest.mark.parametrize("what", ["noise", "smooth", "half of each", "one number"])
def test_chunks_of_any_texture_unpack_and_are_hardly_larger_than_with_zlib_4(what: str, kind: str) -> None:
    size = 300
    noise = np.random.default_rng(1).integers(-30000, 30000, (size, size))
    smooth = np.add.outer(np.arange(size) // 9, np.arange(size) // 7)
    textures = {"noise": noise, "smooth": smooth, "one number": np.full((size, size), 7)}
    textures["half of each"] = np.where(np.arange(size)[:, None] < size // 2, noise, smooth)
    values = textures[what].astype(kind)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        made = file.create_dataset("v", (1, size, size), kind, chunks=(1, size, size), shuffle=True, compression="gzip")
        codec = Codec(made)
        packed = codec.pack(values)
        made.id.write_direct_chunk((0, 0, 0), packed)
        np.testing.assert_array_equal(made[0], values)
        np.testing.assert_array_equal(codec.unpacked(packed), values)
    shuffled = values.view(np.uint8).reshape(-1, values.itemsize).T.tobytes()
    assert len(packed) <= 1.05 * len(zlib.compress(shuffled, 4)) + len(shuffled) / 50


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_an_unreadable_image_is_named_and_the_old_file_stays(
    images: list[SeriesImage], tmp_path: Path, broken: int
) -> None:
    target = tmp_path / "s.nc"
    target.write_bytes(b"the old file")
    images[broken].path.write_bytes(b"not an image")
    with pytest.raises(UnreadableImageError) as caught:
        write_series(target, images)
    assert caught.value.image == images[broken]
    assert "produce it again" in caught.value.hint
    assert target.read_bytes() == b"the old file"
    assert not list(tmp_path.glob(".*partial"))


def test_an_image_on_another_grid_is_named(images: list[SeriesImage], tmp_path: Path) -> None:
    odd = _image(_tif(tmp_path / "odd.tif", np.ones((5, 8), np.int16)), 3)
    with pytest.raises(UnreadableImageError, match="not on the grid of its series") as caught:
        write_series(tmp_path / "s.nc", [*images, odd])
    assert caught.value.image == odd


def test_two_images_at_the_same_time_are_refused(images: list[SeriesImage], tmp_path: Path) -> None:
    with pytest.raises(RasterError, match="one image per sensing time"):
        write_series(tmp_path / "s.nc", [images[0], images[0]])
    with pytest.raises(RasterError, match="without images"):
        write_series(tmp_path / "s.nc", [])


@pytest.mark.parametrize("content", [b"", b"hello", b"CDF\x01\0\0\0\0"])
def test_what_is_no_series_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.nc"
    path.write_bytes(content)
    with pytest.raises(RasterError):
        open_series(path)


def test_progress_is_told_date_by_date(images: list[SeriesImage], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_series(tmp_path / "s.nc", images, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_large_grids_are_written_in_strips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "CHUNK", 7)
    monkeypatch.setattr("terracite.raster.netcdf_strips.STRIP_ROWS", 10)
    values = np.arange(23 * 19, dtype=np.int16).reshape(23, 19)
    mask_path = _tif(tmp_path / "m.tif", (values % 2).astype(np.uint8), nodata=None)
    image = _image(_tif(tmp_path / "a.tif", values), mask=mask_path)
    counts = write_series(tmp_path / "s.nc", [image]).counts
    with open_series(tmp_path / "s.nc") as series:
        assert series.chunk_shape == (6, 7)
        np.testing.assert_array_equal(series.read()[0], values)
        np.testing.assert_array_equal(series.read_mask()[0], values % 2)
    assert counts[0].masked == (values % 2).sum()


@pytest.mark.parametrize(("cells", "chunk"), [(10980, 366), (5490, 366), (384, 192), (366, 366), (368, 184), (1, 1)])
def test_chunks_cut_an_axis_in_equal_parts(cells: int, chunk: int) -> None:
    assert layout.chunk_length(cells) == chunk


@given(st.integers(1, 30000))
def test_chunks_are_never_larger_than_asked_nor_mostly_empty(cells: int) -> None:
    chunk = layout.chunk_length(cells)
    assert 0 < chunk <= layout.CHUNK
    assert -(-cells // chunk) * chunk - cells < -(-cells // chunk)


@settings(max_examples=25)
@given(st.lists(st.integers(-70000, 70000), min_size=1, max_size=20), st.integers(-32767, 32767))
def test_packing_keeps_every_number_that_fits(numbers: list[int], nodata: int) -> None:
    values = np.array(numbers, np.int32)
    packed, missing = to_packed(values, nodata, (-10000, 10000))
    for number, stored, lost in zip(numbers, packed.tolist(), missing.tolist(), strict=True):
        fits = -32767 <= number <= 32767 and number != nodata
        assert stored == (number if fits else layout.FILL)
        assert lost == (not fits or abs(number) > 10000)


def test_nan_is_missing() -> None:
    packed, missing = to_packed(np.array([[np.nan, 5.0]], np.float32), None, (-10, 10))
    assert packed.tolist() == [[layout.FILL, 5]]
    assert missing.tolist() == [[True, False]]


def test_real_modis_composites(shared_data: Path, tmp_path: Path) -> None:
    paths = sorted((shared_data / "sits-sinop-raster").glob("*.jp2"))[:3]
    images = [
        _image(path, number, index="EVI", product="sits", platform="TERRA", orbit="", baseline="", nodata=None)
        for number, path in enumerate(paths)
    ]
    write_series(tmp_path / "s.nc", images)
    with open_series(tmp_path / "s.nc") as series, netCDF4.Dataset(tmp_path / "s.nc") as file:
        assert file["crs"].grid_mapping_name == "sinusoidal"
        assert series.grid.matches(Grid.of(paths[0]))
        for values, image in zip(series.read(), images, strict=True):
            source = _dn(image).astype(int)  # unsigned; a few small negative values were wrapped to 65 thousand
            np.testing.assert_array_equal(values, np.where(source > 32767, -32768, source))
