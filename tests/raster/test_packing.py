# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from terracite.errors import ArchiveError, RasterError
from terracite.raster.netcdf import open_series, write_series
from terracite.raster.packing import FILL, packed, rounding, shifting, takes_floats
from terracite.raster.products import named
from terracite.raster.products.known import register
from terracite.raster.products_file import load, of_pattern
from terracite.raster.read import read_physical
from terracite.raster.series import SeriesImage, valid_dn
from terracite.timeseries.archive import scan
from terracite.timeseries.facts import ImageFacts
from terracite.timeseries.options import Options
from terracite.timeseries.quality import examine, examine_files
from terracite.timeseries.quality.as_json import to_dict
from terracite.timeseries.yearly import yearly

START = dt.datetime(2022, 1, 4, 6, 35, 1, tzinfo=dt.UTC)
PATTERN = "{tile}_{date}_{index}.tif"


def _safe(write_image: Any, dates: dict[str, str], values: NDArray[Any]) -> None:
    """Bands of SAFE products: day -> baseline."""
    for day, baseline in dates.items():
        name = f"S2A_MSIL2A_{day}T063501_N{baseline}_R134_T40KCB_{day}T081122"
        inside = f"tree/{name}.SAFE/GRANULE/x/IMG_DATA/R10m/T40KCB_{day}T063501_B04_10m.tif"
        write_image(inside, values)


def _image(path: Path = Path("x.tif"), **changes: Any) -> SeriesImage:
    facts: dict[str, Any] = {
        **{"path": path, "tile": "40KCB", "index": "B04", "sensed_at": START, "product": "safe-l2a"},
        **{"product_id": "x", "platform": "S2A", "orbit": "134", "baseline": "0301", "nodata": 0},
        **{"scale": 1e-4, "offset": 0.0, "valid": (1, 65535)},
    }
    return SeriesImage(**(facts | changes))


def test_dates_of_every_baseline_are_kept_on_one_scale(tmp_path: Path, write_image: Any) -> None:
    values = np.arange(32 * 32, dtype=np.uint16).reshape(32, 32) * 20
    values[5] = 40000
    _safe(write_image, {"20211230": "0301", "20220104": "0301", "20220203": "0400", "20220208": "0400"}, values)
    found = scan(tmp_path / "tree")
    assert found.problems == ()
    _, one = yearly(found, Options())
    written = write_series(tmp_path / "one.nc", one.images)
    assert [count.lost for count in written.counts] == [32, 32, 32]
    assert [count.missing for count in written.counts] == [33, 33, 33]
    with netCDF4.Dataset(written.path) as file:
        band = file["b04"]
        assert (band.scale_factor, band.add_offset, list(band.valid_range)) == (1e-4, 0.0, [-999, 32767])
        assert "exactly those of the images" in band.comment
        assert file["lost_cells"][:].tolist() == [32, 32, 32]
        band.set_auto_maskandscale(False)
        stored = band[:].astype(np.int32)
    kept = (values > 0) & (values <= 32767)
    assert (stored[0] == np.where(kept, values.astype(np.int32), FILL)).all()
    assert (stored[1:] == np.where(kept, values.astype(np.int32) - 1000, FILL)).all()
    with open_series(written.path) as series:
        for image, physical in zip(one.images, series.read_physical(), strict=True):
            np.testing.assert_allclose(physical[kept], read_physical(image)[kept], atol=1e-7)
        assert series.losses == (96, None)


def test_a_later_date_of_another_baseline_gives_a_fresh_build(tmp_path: Path, write_image: Any) -> None:
    _safe(write_image, {"20220104": "0301", "20220203": "0400"}, np.full((16, 16), 40000, np.uint16))
    (one,) = scan(tmp_path / "tree").series
    write_series(tmp_path / "old.nc", one.images[:1])
    again = write_series(tmp_path / "both.nc", one.images, previous=tmp_path / "old.nc")
    write_series(tmp_path / "fresh.nc", one.images)
    assert (again.copied, [count.lost for count in again.counts]) == (1, [256, 256])
    assert (tmp_path / "both.nc").read_bytes() == (tmp_path / "fresh.nc").read_bytes()


@settings(max_examples=25, deadline=None)
@given(arrays(np.uint16, (3, 4)), st.sampled_from([0.0, -0.1]))
def test_a_shift_is_exact(values: NDArray[np.uint16], offset: float) -> None:
    how = shifting(named("safe-l2a"), "B04")
    assert how is not None
    made = packed(values, 0.0, _image(offset=offset), how)
    shift = -1000 if offset else 0
    expected = values.astype(int) + shift
    fits = (values > 0) & (expected <= 32767)
    assert (made.values == np.where(fits, expected, FILL)).all()
    assert made.lost == int(((values > 0) & ~fits).sum())
    assert made.values.dtype == np.int16


def test_types_of_one_offset_are_not_touched() -> None:
    assert shifting(named("sen2chain"), "NDVI") is None
    assert shifting(named("theia-l2a"), "B04") is None


def _float_tree(write_image: Any, kind: type = np.float32, nodata: float | None = float("nan")) -> NDArray[Any]:
    values = np.linspace(-1, 1, 24 * 24).astype(kind).reshape(24, 24)
    values[0, :3] = np.nan if nodata is None else nodata
    values[1, :2] = (1.4, 5.0)  # beyond the range of the index; beyond int16
    for day in ("0104", "0203"):
        write_image(f"tree/A_2022{day}_NDVI.tif", values, nodata=nodata)
    return values


@pytest.mark.parametrize("nodata", [float("nan"), -9999.0, None])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_floating_point_images_are_rounded_and_the_losses_told(
    tmp_path: Path, write_image: Any, kind: type, nodata: float | None
) -> None:
    values = _float_tree(write_image, kind, nodata)
    found = scan(tmp_path / "tree", of_pattern(PATTERN))
    assert found.problems == ()
    (one,) = yearly(found, Options())
    assert one.facts[one.images[0].path].data_share == pytest.approx(1 - 3 / 576)
    written = write_series(tmp_path / "one.nc", one.images)
    (count, _) = written.counts
    assert (count.lost, count.missing) == (1, 5)
    assert 4e-5 < count.error <= 5e-5
    with netCDF4.Dataset(written.path) as file:
        band = file["ndvi"]
        assert (band.dtype, band.scale_factor, list(band.valid_range)) == (np.int16, 1e-4, [-10000, 10000])
        assert "rounded to multiples of 0.0001" in band.comment
        assert file["rounding_error"][:].tolist() == pytest.approx([count.error] * 2)
    with open_series(written.path) as series:
        physical = series.read_physical()[0]
    inside = abs(values) <= 1
    assert (np.isnan(physical) == ~inside).all()
    assert abs(physical[inside] - values[inside]).max() <= 5.01e-5


def test_floating_point_values_can_be_kept(tmp_path: Path, write_image: Any) -> None:
    values = _float_tree(write_image)
    kind = register(replace(of_pattern(PATTERN), name="decimals", packing="none"))
    (one,) = yearly(scan(tmp_path / "tree", kind), Options())
    written = write_series(tmp_path / "one.nc", one.images)
    assert [(count.lost, count.error) for count in written.counts] == [(0, 0.0)] * 2
    with netCDF4.Dataset(written.path) as file:
        band = file["ndvi"]
        band.set_auto_maskandscale(False)
        assert (band.dtype, hasattr(band, "scale_factor"), float(band._FillValue)) == (np.float32, False, FILL)
        assert (band[0] == np.where(np.isnan(values), np.float32(FILL), values)).all()
    with open_series(written.path) as series:
        inside = abs(values) <= 1
        assert (series.read_physical()[0][inside] == values[inside]).all()
        assert (series.scale, series.valid) == (1e-4, (-10000, 10000))
        assert (series.read()[0][inside] == np.rint(values[inside].astype(float) * 1e4)).all()
    certificate = examine(written.path, one)
    assert certificate.dates[0].outside == 1  # 5.0 is beyond what a certificate counts
    assert certificate.encoding.rounding == 0.0


def test_the_certificate_says_what_was_done_to_the_numbers(tmp_path: Path, write_image: Any) -> None:
    _float_tree(write_image)
    (one,) = yearly(scan(tmp_path / "tree", of_pattern(PATTERN)), Options())
    path = write_series(tmp_path / "one.nc", one.images).path
    for certificate in (examine(path, one), examine_files([path])):
        (told,) = [check["text"] for check in to_dict(certificate)["checks"] if check["check"] == "encoding"]
        assert "differs from them by 4.8e-05 at most" in told["en"]
        assert "s'en écarte de 4,8e-05 au plus" in told["fr"]
        assert "Values too large for the file, missing: 2." in told["en"]
        assert "bit for bit" not in told["en"]


def test_whole_and_floating_point_images_are_not_mixed(tmp_path: Path, write_image: Any) -> None:
    _float_tree(write_image)
    odd = write_image("tree/A_20220301_NDVI.tif", np.full((24, 24), 5000, np.int16))
    found = scan(tmp_path / "tree", of_pattern(PATTERN))
    assert [problem.where for problem in found.problems] == [str(odd)]
    assert found.problems[0].what.startswith("It has floating-point numbers and the other images")


def test_floating_point_images_of_a_type_of_whole_numbers_are_refused(tmp_path: Path, write_image: Any) -> None:
    write_image("tree/A_20220104_NDVI.tif", np.full((24, 24), 0.5, np.float32))
    kind = register(replace(of_pattern(PATTERN), name="whole", scale=1e-4))
    found = scan(tmp_path / "tree", kind)
    assert not takes_floats(kind)
    assert takes_floats(replace(kind, packing=0.001))
    (problem,) = found.problems
    assert "packing = 0.0001 or 'none'" in problem.cure
    with pytest.raises(RasterError, match="float32"):
        write_series(tmp_path / "one.nc", [_image(tmp_path / "tree/A_20220104_NDVI.tif")])


def test_the_step_is_a_setting_of_a_product_file(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text("[station]\npacking = 0.001\n[[station.files]]\npath = '{tile}_{date}_{index}.tif'\n")
    assert rounding(load(path), "EVI").scale == 0.001
    path.write_text(path.read_text().replace("0.001", "'all'"))
    with pytest.raises(ArchiveError, match="packing is 'all'"):
        load(path)


def test_the_range_of_an_index_is_not_that_of_numbers_without_a_scale() -> None:
    assert valid_dn("NDVI", of_pattern(PATTERN))[1] > 10000
    assert valid_dn("NDVI", named("sen2chain")) == (-10000, 10000)


def test_the_memory_knows_floating_point_images(tmp_path: Path, write_image: Any) -> None:
    _float_tree(write_image)
    kind = of_pattern(PATTERN)
    first, again = (scan(tmp_path / "tree", kind, state=tmp_path / "s.sqlite") for _ in range(2))
    assert (first.opened, again.opened) == (2, 0)
    assert first.series == again.series
    facts = next(iter(again.facts.values()))
    assert ImageFacts.from_json(facts.to_json()).dtype == "float32"


def test_the_file_of_a_mixed_year_is_read_by_gdal(tmp_path: Path, write_image: Any) -> None:
    _safe(write_image, {"20220104": "0301", "20220203": "0400"}, np.full((16, 16), 2000, np.uint16))
    (one,) = scan(tmp_path / "tree").series
    write_series(tmp_path / "one.nc", one.images)
    with rasterio.open(f"netcdf:{tmp_path / 'one.nc'}:b04") as file:
        assert file.read()[:, 0, 0].tolist() == [2000, 1000]
        assert (file.scales, file.nodata) == ((1e-4, 1e-4), FILL)
