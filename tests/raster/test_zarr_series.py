# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from raster.dated_images import as_images, dated_image, three_dates
from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster import zarr_series, zarr_series_shards
from terracite.raster.grid import Block
from terracite.raster.netcdf import UnreadableImageError, open_series, write_series
from terracite.raster.series import SeriesImage
from terracite.raster.series_open import open_any
from terracite.raster.zarr_series import restore, write_zarr
from terracite.raster.zarr_series_read import open_zarr


@pytest.fixture
def images(tmp_path: Path) -> list[SeriesImage]:
    return three_dates(tmp_path)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_store_holds_what_the_netcdf_file_holds(images: list[SeriesImage], tmp_path: Path) -> None:
    facts = {"title": "Une série", "geospatial_lat_min": -21.5}
    nc = write_series(tmp_path / "s.nc", images, attributes=facts)
    made = write_zarr(tmp_path / "s.zarr", images, attributes=facts)
    assert (made.counts, made.grid, made.path) == (nc.counts, nc.grid, tmp_path / "s.zarr")
    with open_series(tmp_path / "s.nc") as one, open_any(tmp_path / "s.zarr") as two:
        np.testing.assert_array_equal(one.read(), two.read())
        np.testing.assert_array_equal(one.read_mask(), two.read_mask())
        np.testing.assert_array_equal(one.read_physical(), two.read_physical())
        block = Block(1, 2, 3, 4)
        np.testing.assert_array_equal(one.read(block, slice(1, 3)), two.read(block, slice(1, 3)))
        names = ("grid", "times", "index", "variable", "scale", "offset", "chunk_shape", "attributes", "valid")
        assert [getattr(one, name) for name in names] == [getattr(two, name) for name in names]
        for name in layout.PER_DATE:
            assert one.per_date(name) == two.per_date(name)
        assert two.read().dtype == np.int16


def test_xarray_decodes_the_store_as_it_does_the_file(images: list[SeriesImage], tmp_path: Path) -> None:
    mixed = [images[0], replace(images[1], mask_path=None, mask=""), images[2]]
    write_series(tmp_path / "s.nc", mixed)
    write_zarr(tmp_path / "s.zarr", mixed)
    with (
        xarray.open_dataset(tmp_path / "s.nc", decode_coords="all") as one,
        xarray.open_zarr(tmp_path / "s.zarr", consolidated=True, decode_coords="all", chunks=None) as two,
    ):
        assert set(one.variables) == set(two.variables)
        for name in one.variables:
            told, own = one[name], two[name]
            assert told.dims == own.dims
            assert _plain(told.attrs) == _plain(own.attrs)
            np.testing.assert_array_equal(_texts(told.values), _texts(own.values))
        assert one.attrs == two.attrs


def _plain(attributes: dict[Any, Any]) -> dict[str, Any]:
    return {name: np.asarray(value).tolist() for name, value in attributes.items()}


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    return np.array([v.decode() for v in values.tolist()]) if values.dtype.kind == "S" else np.asarray(values)


def test_the_store_is_sharded_consolidated_and_made_of_codecs_of_the_specification(
    images: list[SeriesImage], tmp_path: Path
) -> None:
    write_zarr(tmp_path / "s.zarr", images)
    told = json.loads((tmp_path / "s.zarr/zarr.json").read_text())
    index = told["consolidated_metadata"]["metadata"]["ndvi"]
    assert told["zarr_format"] == index["zarr_format"] == 3
    assert index["dimension_names"] == ["time", "y", "x"]
    assert (index["data_type"], index["fill_value"]) == ("int16", -32768)
    [sharding] = index["codecs"]
    assert sharding["name"] == "sharding_indexed"
    assert [codec["name"] for codec in sharding["configuration"]["codecs"]] == ["bytes", "blosc", "crc32c"]
    assert index["chunk_grid"]["configuration"]["chunk_shape"][0] == zarr_series_shards.DATES


def test_a_year_is_some_forty_files(images: list[SeriesImage], tmp_path: Path) -> None:
    year = [
        replace(images[number % 3], sensed_at=images[0].sensed_at + dt.timedelta(days=5 * number))
        for number in range(73)
    ]
    write_zarr(tmp_path / "s.zarr", year)
    names = _files(tmp_path / "s.zarr").keys()
    assert [sum(name.startswith(f"{one}/c/") for name in names) for one in ("ndvi", "cloud_mask")] == [5, 5]
    assert len(names) < 45
    with open_zarr(tmp_path / "s.zarr") as series:
        np.testing.assert_array_equal(series.read(dates=slice(70, 73)), series.read(dates=slice(1, 4)))


@settings(max_examples=3, deadline=None)
@given(
    values=arrays(np.int16, (2, 5, 7), elements=st.sampled_from([-32768, -20000, -1, 0, 9999, 16383, 32767])),
    mask=arrays(np.uint8, (2, 5, 7), elements=st.integers(0, 1)),
)
def test_any_number_comes_back_as_from_netcdf(
    tmp_path_factory: pytest.TempPathFactory, values: NDArray[np.int16], mask: NDArray[np.uint8]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    found = as_images(folder, values, mask)
    nc, own = write_series(folder / "s.nc", found), write_zarr(folder / "s.zarr", found)
    assert nc.counts == own.counts
    with open_series(folder / "s.nc") as one, open_zarr(folder / "s.zarr") as two:
        np.testing.assert_array_equal(one.read(), two.read())
        np.testing.assert_array_equal(one.read_mask(), two.read_mask())


def test_appending_dates_gives_the_bytes_of_a_fresh_build(images: list[SeriesImage], tmp_path: Path) -> None:
    path = tmp_path / "s.zarr"
    write_zarr(path, [images[0], images[2]])
    written = write_zarr(path, images, attributes={"title": "Une série"}, previous=path)
    fresh = write_zarr(tmp_path / "f.zarr", images, attributes={"title": "Une série"})
    assert (written.copied, fresh.copied) == (2, 0)
    assert written.counts == fresh.counts
    assert _files(path) == _files(tmp_path / "f.zarr")
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []


def test_dates_taken_away_or_left_without_mask_give_a_fresh_build(images: list[SeriesImage], tmp_path: Path) -> None:
    bare = replace(images[1], mask_path=None, mask="")
    write_zarr(tmp_path / "old.zarr", [images[0], bare, images[2]])
    for number, chosen in enumerate(([bare, images[2]], [images[0], bare], images)):
        write_zarr(tmp_path / f"a{number}", chosen, previous=tmp_path / "old.zarr")
        write_zarr(tmp_path / f"f{number}", chosen)
        assert _files(tmp_path / f"a{number}") == _files(tmp_path / f"f{number}")


@pytest.mark.parametrize("place", ["chunk", "index", "shard"])
def test_a_damaged_date_is_made_again_not_copied_and_never_read(
    images: list[SeriesImage], tmp_path: Path, place: str
) -> None:
    old = tmp_path / "old.zarr"
    write_zarr(old, images)
    shard = old / "ndvi/c/0/0/0"
    content = bytearray(shard.read_bytes())
    content[30 if place == "chunk" else -10] ^= 0x55
    if place == "shard":
        shard.unlink()
    else:
        shard.write_bytes(content)
    with pytest.raises(RasterError), open_zarr(old) as series:
        series.read()
    write_zarr(tmp_path / "new.zarr", images, previous=old)
    write_zarr(tmp_path / "fresh.zarr", images)
    assert _files(tmp_path / "new.zarr") == _files(tmp_path / "fresh.zarr")


@pytest.mark.parametrize("old", ["none", "text", "grid", "index", "group"])
def test_an_earlier_store_that_does_not_fit_is_no_hindrance(
    images: list[SeriesImage], tmp_path: Path, old: str
) -> None:
    path = tmp_path / "old.zarr"
    if old == "text":
        path.write_text("hello")
    elif old == "grid":
        write_zarr(path, as_images(tmp_path / "g", np.ones((1, 6, 9), np.int16)))
    elif old == "index":
        write_zarr(path, [replace(image, index="EVI") for image in images])
    elif old == "group":
        zarr.open_group(path, mode="w", zarr_format=3)
    assert write_zarr(tmp_path / "new.zarr", images, previous=path).copied == 0


def test_a_date_whose_source_changed_is_made_again(images: list[SeriesImage], tmp_path: Path) -> None:
    write_zarr(tmp_path / "s.zarr", images)
    dated_image(images[1].path, np.full((6, 8), 7, np.int16))
    assert write_zarr(tmp_path / "s.zarr", images, previous=tmp_path / "s.zarr").copied == 2
    with open_zarr(tmp_path / "s.zarr") as series:
        assert (series.read(dates=slice(1, 2)) == 7).all()


def test_a_failure_leaves_the_old_store_and_nothing_beside_it(images: list[SeriesImage], tmp_path: Path) -> None:
    path = tmp_path / "out" / "s.zarr"
    path.parent.mkdir()
    write_zarr(path, images)
    before = _files(path)
    images[2].path.write_bytes(b"gone")
    with pytest.raises(UnreadableImageError) as caught:
        write_zarr(path, images)
    assert caught.value.image is images[2]
    assert _files(path) == before
    assert list(path.parent.iterdir()) == [path]


def test_times_out_of_order_and_another_grid_are_refused(images: list[SeriesImage], tmp_path: Path) -> None:
    with pytest.raises(RasterError, match="not later"):
        write_zarr(tmp_path / "s", images[::-1])
    with pytest.raises(RasterError, match="without images"):
        write_zarr(tmp_path / "s", [])
    other = as_images(tmp_path / "g", np.ones((1, 6, 9), np.int16))[0]
    with pytest.raises(UnreadableImageError, match="not on the grid"):
        write_zarr(tmp_path / "s", [images[0], replace(other, sensed_at=images[1].sensed_at)])


def test_what_is_no_store_is_told(tmp_path: Path, images: list[SeriesImage]) -> None:
    for name in ("nothing", "text"):
        (tmp_path / "text").write_text("hello")
        with pytest.raises(RasterError, match="cannot be opened"):
            open_zarr(tmp_path / name)
    zarr.open_group(tmp_path / "empty", mode="w", zarr_format=3)
    with pytest.raises(RasterError, match="holds no image series"):
        open_zarr(tmp_path / "empty")


def test_a_kill_between_the_two_renamings_is_mended(images: list[SeriesImage], tmp_path: Path) -> None:
    path = tmp_path / "s.zarr"
    write_zarr(path, images)
    before = _files(path)
    path.rename(tmp_path / ".s.zarr.old")
    restore(path)
    assert _files(path) == before
    shutil.copytree(path, tmp_path / ".s.zarr.old")
    restore(path)
    assert not (tmp_path / ".s.zarr.old").exists()


def test_a_kill_in_the_middle_leaves_the_old_store_and_the_next_run_finishes(
    images: list[SeriesImage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.zarr"
    write_zarr(path, images[:1])
    before = _files(path)
    _killed(
        "import pickle, sys, time; from pathlib import Path\n"
        "from terracite.raster import zarr_series\n"
        "images = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
        "real = zarr_series.digest\n"
        "def slow(image):\n"
        "    if image.sensed_at == images[-1].sensed_at: time.sleep(240)\n"
        "    return real(image)\n"
        "zarr_series.digest = slow\n"
        "zarr_series.write_zarr(Path(sys.argv[2]), images)\n",
        images,
        path,
        lambda: (tmp_path / ".s.zarr.partial/ndvi/zarr.json").exists(),
    )
    assert _files(path) == before
    assert write_zarr(path, images, previous=path).copied == 1
    write_zarr(tmp_path / "fresh.zarr", images)
    assert _files(path) == _files(tmp_path / "fresh.zarr")


def _killed(code: str, images: list[SeriesImage], path: Path, ready: Callable[[], bool]) -> None:
    import pickle

    pickled = path.with_name("images.pickle")
    pickled.write_bytes(pickle.dumps(images))
    with subprocess.Popen([sys.executable, "-c", code, str(pickled), str(path)]) as process:
        deadline = time.monotonic() + 120
        while not ready() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)


def test_memory_does_not_grow_with_what_a_shard_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks go to the disk strip by strip: at no time does the writer hold more than a few strips."""
    values = np.arange(3 * 1200 * 40, dtype=np.int16).reshape(3, 1200, 40)
    found = as_images(tmp_path, values)
    held: list[int] = []
    real = zarr_series._Writer._read

    def read(self: Any, date: Any, waiting: Any, pool: Any) -> None:
        real(self, date, waiting, pool)
        held.append(len(waiting))

    monkeypatch.setattr(zarr_series._Writer, "_read", read)
    write_zarr(tmp_path / "s.zarr", found, workers=1)
    assert max(held) <= 2
    with open_zarr(tmp_path / "s.zarr") as series:
        np.testing.assert_array_equal(series.read(), np.where(values == 16383, -32768, values))
