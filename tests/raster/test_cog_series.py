# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from raster.dated_images import as_images, dated_image, three_dates
from terracite.errors import RasterError
from terracite.raster import cog_series
from terracite.raster import netcdf_layout as layout
from terracite.raster.cog_series import write_cogs
from terracite.raster.grid import Block
from terracite.raster.netcdf import UnreadableImageError, open_series, write_series
from terracite.raster.series import SeriesImage
from terracite.raster.series_open import open_any

NAMES = [
    "NDVI_40KCB_20220103T062931.tif",
    "NDVI_40KCB_20220103T062931_mask.tif",
    "NDVI_40KCB_20220108T062931.tif",
    "NDVI_40KCB_20220108T062931_mask.tif",
    "NDVI_40KCB_20220113T062931.tif",
    "NDVI_40KCB_20220113T062931_mask.tif",
]


@pytest.fixture
def images(tmp_path: Path) -> list[SeriesImage]:
    return three_dates(tmp_path)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_folder_holds_what_the_netcdf_file_holds(images: list[SeriesImage], tmp_path: Path) -> None:
    mixed = [images[0], replace(images[1], mask_path=None, mask=""), images[2]]
    nc = write_series(tmp_path / "s.nc", mixed)
    made = write_cogs(tmp_path / "s", mixed)
    assert (made.counts, made.grid, made.path) == (nc.counts, nc.grid, tmp_path / "s")
    with open_series(tmp_path / "s.nc") as one, open_any(tmp_path / "s") as two:
        np.testing.assert_array_equal(one.read(), two.read())
        np.testing.assert_array_equal(one.read_mask(), two.read_mask())
        np.testing.assert_array_equal(one.read_physical(), two.read_physical())
        block = Block(1, 2, 3, 4)
        np.testing.assert_array_equal(one.read(block, slice(1, 3)), two.read(block, slice(1, 3)))
        np.testing.assert_array_equal(one.read_mask(block, slice(1, 3)), two.read_mask(block, slice(1, 3)))
        for name in ("grid", "times", "index", "variable", "scale", "offset", "valid", "has_mask"):
            assert getattr(one, name) == getattr(two, name)
        for name in layout.PER_DATE:
            assert one.per_date(name) == two.per_date(name)


def test_each_file_says_what_it_is(images: list[SeriesImage], tmp_path: Path) -> None:
    write_cogs(tmp_path / "s", images, attributes={"license": "CC-BY-4.0", "creator_name": "Alice Payet"})
    assert [path.name for path in sorted((tmp_path / "s").iterdir())] == NAMES
    with rasterio.open(tmp_path / "s" / NAMES[0]) as image:
        tags = image.tags()
        assert (image.dtypes, image.nodata, image.scales, image.offsets) == (("int16",), -32768, (1e-4,), (0.0,))
        assert (image.descriptions, image.block_shapes) == (("ndvi",), [(512, 512)])
        assert image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert image.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "DEFLATE"
    assert (tags["TIFFTAG_DATETIME"], tags["time"]) == ("2022:01:03 06:29:31", "2022-01-03T06:29:31Z")
    assert (tags["TIFFTAG_COPYRIGHT"], tags["TIFFTAG_ARTIST"]) == ("CC-BY-4.0", "Alice Payet")
    assert (tags["product_id"], tags["platform"], tags["cloud_mask"]) == (images[0].product_id, "Sentinel-2A", NAMES[1])
    assert (tags["missing_cells"], tags["masked_cells"]) == ("4", "4")
    with rasterio.open(tmp_path / "s" / NAMES[1]) as mask:
        assert (mask.dtypes, mask.nodata, mask.descriptions) == (("uint8",), None, ("cloud_mask",))
        assert mask.tags()["flag_meanings"] == "clear masked"


def test_overviews_are_numbers_of_the_image_and_those_of_the_mask_fit_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(-9000, 9000, (1, 1030, 1030)).astype(np.int16)
    mask = (values > 0).astype(np.uint8)
    write_cogs(tmp_path / "s", as_images(tmp_path, values, mask))
    with rasterio.open(tmp_path / "s" / NAMES[0]) as image, rasterio.open(tmp_path / "s" / NAMES[1]) as clouds:
        assert image.overviews(1) == clouds.overviews(1) == [2, 4]
        small = image.read(1, out_shape=(515, 515))
        np.testing.assert_array_equal(clouds.read(1, out_shape=(515, 515)), small > 0)


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
    nc, own = write_series(folder / "s.nc", found), write_cogs(folder / "s", found, compression="zstd")
    assert nc.counts == own.counts == write_cogs(folder / "s", found).counts
    with open_series(folder / "s.nc") as one, open_any(folder / "s") as two:
        np.testing.assert_array_equal(one.read(), two.read())
        np.testing.assert_array_equal(one.read_mask(), two.read_mask())


def test_a_new_date_is_a_new_file_and_nothing_else(images: list[SeriesImage], tmp_path: Path) -> None:
    write_cogs(tmp_path / "s", [images[0], images[2]])
    before = {path.name: path.stat() for path in (tmp_path / "s").iterdir()}
    written = write_cogs(tmp_path / "s", images)
    fresh = write_cogs(tmp_path / "f", images)
    assert (written.copied, fresh.copied, written.counts) == (2, 0, fresh.counts)
    after = {path.name: path.stat() for path in (tmp_path / "s").iterdir()}
    assert {name: (s.st_ino, s.st_mtime_ns) for name, s in before.items()}.items() <= {
        name: (s.st_ino, s.st_mtime_ns) for name, s in after.items()
    }.items()
    assert _files(tmp_path / "s") == _files(tmp_path / "f")


@pytest.mark.parametrize("can_link", [True, False])
def test_dates_of_an_earlier_folder_are_taken_over(
    images: list[SeriesImage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    def refused(*_: Any) -> None:
        raise OSError("another disk")

    write_cogs(tmp_path / "old", images[:2])
    if not can_link:
        monkeypatch.setattr(os, "link", refused)
    assert write_cogs(tmp_path / "new", images, previous=tmp_path / "old").copied == 2
    assert (tmp_path / "old" / NAMES[0]).samefile(tmp_path / "new" / NAMES[0]) is can_link
    assert sorted(_files(tmp_path / "new")) == NAMES


@pytest.mark.parametrize("what", ["image", "mask", "no mask", "source", "signature"])
def test_a_date_that_is_damaged_or_changed_is_made_again(images: list[SeriesImage], tmp_path: Path, what: str) -> None:
    folder, signed = tmp_path / "s", {"creator_name": "Alice"}
    write_cogs(folder, images, attributes=signed)
    victim = folder / (NAMES[2] if what == "image" else NAMES[3])
    if what in {"image", "mask"}:
        victim.write_bytes(victim.read_bytes()[:-40])
    elif what == "no mask":
        victim.unlink()
        with pytest.raises(RasterError, match="lacks its mask"):
            open_any(folder)
    elif what == "source":
        dated_image(images[1].path, np.full((6, 8), 7, np.int16))
    else:
        signed = {"creator_name": "Bob"}
    assert write_cogs(folder, images, attributes=signed).copied == (0 if what == "signature" else 2)
    write_cogs(tmp_path / "f", images, attributes=signed)
    assert _files(folder) == _files(tmp_path / "f")


def test_dates_no_longer_wanted_go_and_other_files_stay(images: list[SeriesImage], tmp_path: Path) -> None:
    write_cogs(tmp_path / "s", images)
    for name in ("NDWI_40KCB_20220103T062931.tif", "notes.txt", ".NDVI_40KCB_20220103T062931.tif.draft.tif"):
        (tmp_path / "s" / name).write_text("mine")
    write_cogs(tmp_path / "s", [images[1]])
    assert sorted(_files(tmp_path / "s")) == [*NAMES[2:4], "NDWI_40KCB_20220103T062931.tif", "notes.txt"]


def test_a_stop_in_the_middle_leaves_whole_files_and_the_next_run_goes_on(
    images: list[SeriesImage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = cog_series.write_cog, []

    def stopping(path: Path, *arguments: Any, **more: Any) -> Path:
        calls.append(path)
        if len(calls) == 4:  # the mask of the second date
            raise KeyboardInterrupt
        return real(path, *arguments, **more)

    monkeypatch.setattr(cog_series, "write_cog", stopping)
    with pytest.raises(KeyboardInterrupt):
        write_cogs(tmp_path / "s", images)
    assert sorted(_files(tmp_path / "s")) == NAMES[:3]
    assert write_cogs(tmp_path / "s", images).copied == 1
    monkeypatch.setattr(cog_series, "write_cog", real)
    write_cogs(tmp_path / "f", images)
    assert _files(tmp_path / "s") == _files(tmp_path / "f")


def test_only_the_image_is_blamed_for_what_is_wrong_with_it(
    images: list[SeriesImage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images[2].path.write_bytes(b"gone")
    with pytest.raises(UnreadableImageError) as caught:
        write_cogs(tmp_path / "s", images)
    assert caught.value.image is images[2]
    assert sorted(_files(tmp_path / "s")) == NAMES[:4]

    def full(*_: Any, **__: Any) -> None:
        raise RasterError("No space left.", hint="Free some.")

    monkeypatch.setattr(cog_series, "write_cog", full)
    with pytest.raises(RasterError, match="No space") as refused:
        write_cogs(tmp_path / "t", images[:1])
    assert not isinstance(refused.value, UnreadableImageError)


def test_what_is_no_folder_of_cogs_is_told(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    with pytest.raises(RasterError, match="holds no image series"):
        open_any(tmp_path / "s")
    (tmp_path / "s" / "a.tif").write_text("hello")
    with pytest.raises(RasterError, match="holds no image series"):
        open_any(tmp_path / "s")
