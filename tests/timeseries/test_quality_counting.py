# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counts of a certificate against counts made by hand on images whose every number is known."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.netcdf import open_series, write_series
from terracite.timeseries.archive import scan
from terracite.timeseries.options import Options
from terracite.timeseries.quality import (
    Certificate,
    DateQuality,
    Level,
    checks,
    examine,
    examine_files,
    examine_unit,
)
from terracite.timeseries.quality.checks import to_look_at
from terracite.timeseries.quality.counting import suspected_clipped
from terracite.timeseries.quality.stored import Cells, cells_of
from terracite.timeseries.quality.subject import is_lossy
from terracite.timeseries.yearly import YearSeries, yearly
from timeseries.station import NODATA, put_image, put_mask

SIDE = 60


def field(value: int = 4000) -> NDArray[np.int16]:
    rng = np.random.default_rng(5)
    return (value + rng.integers(-300, 300, (SIDE, SIDE))).astype(np.int16)


def only(root: Path) -> YearSeries:
    (one,) = yearly(scan(root), Options())
    return one


def certified(root: Path, **told: int) -> Certificate:
    one = only(root)
    write_series(root.parent / one.file_name, one.images, grid=one.grid)
    return examine(root.parent / one.file_name, one, **told)


def test_every_cell_is_counted_once(tmp_path: Path) -> None:
    values, mask = field(), np.zeros((SIDE // 2, SIDE // 2), np.uint8)
    values[:10] = NODATA
    values[10, :7] = 10_400  # above 1: negative reflectances do that
    values[11, :5] = -16_384
    values[12, :3] = 16_000  # nodata, moved by lossy compression
    mask[10:15] = 1  # rows 20 to 29 of the image
    put_image(tmp_path / "a", "20210304T063511", values)
    put_mask(tmp_path / "a", "20210304T063511", mask)
    (date,) = certified(tmp_path / "a").dates
    assert (date.cells, date.nodata, date.outside, date.near_nodata) == (3600, 600, 12, 3)
    assert (date.saturated_low, date.saturated_high, date.clipped) == (5, 0, None)
    assert (date.masked, date.clear) == (600, 3600 - 600 - 15 - 600)
    assert date.nodata + date.outside + date.near_nodata + date.masked + date.clear == date.cells


def test_the_spread_is_that_of_the_clear_values(tmp_path: Path) -> None:
    values, mask = field(), np.zeros((SIDE // 2, SIDE // 2), np.uint8)
    mask[:, :15] = 1
    put_image(tmp_path / "a", "20210304T063511", values)
    put_mask(tmp_path / "a", "20210304T063511", mask)
    spread = certified(tmp_path / "a").dates[0].spread
    clear = values[:, 30:].astype(float) * 1e-4
    assert spread is not None
    expected = np.quantile(clear, [0, 0.05, 0.5, 0.95, 1], method="inverted_cdf")
    got = [spread.least, spread.low, spread.median, spread.high, spread.greatest]
    np.testing.assert_allclose(got, expected, atol=1e-9)
    np.testing.assert_allclose([spread.mean, spread.deviation], [clear.mean(), clear.std()], atol=1e-9)


def test_an_image_that_declares_another_nodata_is_found(tmp_path: Path) -> None:
    """Its sidecar says 0: the true values that are 0 are lost, and the nodata of the type is left among the numbers."""
    values = field()
    values[:10], values[30, :4] = NODATA, 0
    put_image(tmp_path / "a", "20210304T063511", values, nodata=0)
    found = certified(tmp_path / "a")
    date = found.dates[0]
    assert (date.nodata, date.near_nodata, date.undeclared, date.outside) == (4, 600, 600, 0)
    check = next(check for check in checks(found, "en") if check.name == "range")
    assert check.level is Level.LOOK
    assert "Repair their .aux.xml files." in check.text
    assert to_look_at(found, "fr")[0][1] == "absence mal déclarée"


def test_a_date_without_a_mask_says_so(tmp_path: Path) -> None:
    put_image(tmp_path / "a", "20210304T063511", field())
    put_image(tmp_path / "a", "20210309T063511", field(5000))
    put_mask(tmp_path / "a", "20210309T063511", np.ones((SIDE // 2, SIDE // 2), np.uint8))
    bare, cloudy = certified(tmp_path / "a").dates
    assert (bare.masked, bare.clear, bare.is_usable) == (None, 3600, True)
    assert (cloudy.masked, cloudy.clear, cloudy.spread, cloudy.is_usable) == (3600, 0, None, False)


def test_an_empty_date_has_no_spread_and_no_step(tmp_path: Path) -> None:
    put_image(tmp_path / "a", "20210304T063511", np.full((SIDE, SIDE), NODATA, np.int16))
    (date,) = certified(tmp_path / "a").dates
    assert (date.data, date.spread, date.dn_step, date.digest) == (0, None, 0, "")


def test_values_clipped_to_nodata_are_told_from_the_edge_of_a_swath() -> None:
    values = np.full((200, 200), 3000, np.int16)
    values[:, :80] = -32768  # beyond the swath
    values[50:56, 120:126] = 15_000
    values[51:55, 121:125] = -32768  # so bright that the coding has no number for it
    assert suspected_clipped(values, 16_382) == 16
    values[100:110, 150:160] = -32768  # a hole among ordinary values
    assert suspected_clipped(values, 16_382) == 16
    assert suspected_clipped(np.full((5, 5), -32768, np.int16), 16_382) == 0


def test_only_indices_without_limits_can_be_clipped(tmp_path: Path) -> None:
    values = field(15_000)
    values[20:24, 20:24] = NODATA
    for index in ("NDVI", "IRECI"):
        put_image(tmp_path / index / "tree", "20210304T063511", values, index=index)
    assert certified(tmp_path / "IRECI" / "tree").total("clipped") == 16
    assert certified(tmp_path / "NDVI" / "tree").dates[0].clipped is None


def test_a_file_copied_under_another_date_is_found(tmp_path: Path) -> None:
    for day in ("20210304", "20210309"):
        put_image(tmp_path / "a", f"{day}T063511", field())
    put_image(tmp_path / "a", "20210314T063511", field(4001))
    put_image(tmp_path / "a", "20210314T064511", field(4002))
    found = certified(tmp_path / "a")
    assert [tuple(date.sensed_at.day for date in pair) for pair in found.repeats] == [(4, 9)]
    assert [tuple(date.sensed_at.minute for date in pair) for pair in found.same_pass] == [(35, 45)]


def test_gaps_and_empty_months(tmp_path: Path) -> None:
    for day in ("0104", "0109", "0114", "0508"):
        put_image(tmp_path / "a", f"2021{day}T063511", field(int(day)))
    spacing = certified(tmp_path / "a").spacing
    assert (spacing.usual_days, spacing.empty_months) == (5.0, ("2021-02", "2021-03", "2021-04"))
    assert spacing.longest is not None
    assert (spacing.longest.start.month, spacing.longest.end.month, spacing.longest.days) == (1, 5, 114.0)


def test_the_file_alone_gives_the_same_counts(tmp_path: Path) -> None:
    for number, day in enumerate(("0104", "0109", "0114")):
        put_image(tmp_path / "a", f"2021{day}T063511", field(4000 + number))
        put_mask(tmp_path / "a", f"2021{day}T063511", np.eye(SIDE // 2, dtype=np.uint8))
    full = certified(tmp_path / "a", left_out=3)
    alone = examine_files([tmp_path / "NDVI_40KCB_2021.nc"])
    assert alone.dates == full.dates
    assert (alone.product, alone.tiles, alone.step) == (full.product, full.tiles, full.step)
    assert (alone.left_out, alone.encoding.is_lossy) == (None, None)
    assert (full.left_out, full.encoding.is_lossy) == (3, False)


def test_several_years_make_one_certificate(tmp_path: Path) -> None:
    for year in (2020, 2021):
        put_image(tmp_path / "a", f"{year}0304T063511", field(year))
    parts = []
    for one in yearly(scan(tmp_path / "a"), Options()):
        write_series(tmp_path / one.file_name, one.images, grid=one.grid)
        parts.append((tmp_path / one.file_name, one))
    found = examine_unit(parts)
    assert (found.years, len(found.dates), found.spacing.usual_days) == ((2020, 2021), 2, 365.0)
    assert examine_files([path for path, _ in reversed(parts)]).dates == found.dates
    with pytest.raises(RasterError, match="does not hold the dates"):
        examine(parts[0][0], parts[1][1])


def test_indices_are_not_mixed(tmp_path: Path) -> None:
    paths = []
    for index in ("NDVI", "NBR"):
        put_image(tmp_path / index / "a", "20210304T063511", field(), index=index)
        one = only(tmp_path / index / "a")
        write_series(tmp_path / one.file_name, one.images, grid=one.grid)
        paths.append(tmp_path / one.file_name)
    with pytest.raises(RasterError, match="one index"):
        examine_files(paths)
    with pytest.raises(RasterError, match="no series"):
        examine_files([])


def test_lossy_encoding_is_told_by_gdal() -> None:
    assert is_lossy("JP2OpenJPEG", {"COMPRESSION_REVERSIBILITY": "LOSSY"}) is True
    assert is_lossy("JP2OpenJPEG", {"COMPRESSION_REVERSIBILITY": "LOSSLESS"}) is False
    assert is_lossy("JP2OpenJPEG", {"COMPRESSION_REVERSIBILITY": "LOSSLESS (possibly)"}) is None
    assert is_lossy("JP2OpenJPEG", {}) is None
    assert is_lossy("GTiff", {"COMPRESSION": "DEFLATE"}) is False
    assert is_lossy("GTiff", {"COMPRESSION": "JPEG"}) is True
    assert is_lossy("GTiff", {"COMPRESSION": "LERC_ZSTD", "MAX_Z_ERROR": "0.01"}) is True
    assert is_lossy("GTiff", {}) is False


def test_the_coarseness_of_the_values_is_measured(tmp_path: Path) -> None:
    put_image(tmp_path / "a", "20210304T063511", (field() // 64 * 64).astype(np.int16))
    put_image(tmp_path / "a", "20210309T063511", (field() // 96 * 96).astype(np.int16))
    found = certified(tmp_path / "a")
    assert [date.dn_step for date in found.dates] == [64, 96]
    assert found.value_step == pytest.approx(0.0032)


def test_memory_does_not_grow_with_the_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = dt.datetime(2021, 1, 1, 6, 35, 11)  # noqa: DTZ001 - only a name
    for number in range(12):
        put_image(tmp_path / "a", f"{start + dt.timedelta(days=5 * number):%Y%m%dT%H%M%S}", field(4000 + number))
    one = only(tmp_path / "a")
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # as many dates at a time as cores
    peaks = []
    for count in (2, 12):
        part = YearSeries(one.product, one.tile, one.index, one.year, one.images[:count], one.facts, one.versions)
        path = tmp_path / f"{count}.nc"
        write_series(path, part.images, grid=one.grid)
        examine(path, part)
        tracemalloc.start()
        examine(path, part)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_a_date_is_what_its_name_says(tmp_path: Path) -> None:
    put_image(tmp_path / "a", "20210304T063511", field())
    (date,) = certified(tmp_path / "a").dates
    assert isinstance(date, DateQuality)
    assert (date.tile, date.platform, date.orbit, date.baseline) == ("40KCB", "Sentinel-2A", "134", "0300")


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
def test_chunks_unpacked_here_hold_what_the_library_reads(tmp_path: Path, compression: str) -> None:
    """400 x 390 cells are two chunks by two, three of them at an edge; one date has a mask, the other none."""
    values = np.arange(400 * 390, dtype=np.int64).reshape(400, 390) * 7 % 32_000 - 16_000
    put_image(tmp_path / "a", "20210304T063511", values)
    put_image(tmp_path / "a", "20210309T063511", values // 2)
    put_mask(tmp_path / "a", "20210304T063511", (np.arange(200 * 195).reshape(200, 195) % 3 == 0).astype(np.uint8))
    path = tmp_path / "one.nc"
    write_series(path, only(tmp_path / "a").images, compression=compression)
    with open_series(path) as series, cells_of(series) as stored:
        assert stored.is_shared
        for number in range(2):
            pairs = list(zip(stored.pieces(number), Cells(series).pieces(number), strict=True))
            assert len(pairs) == 4
            for (place, found, mask), (same_place, wanted, wanted_mask) in pairs:
                assert place == same_place
                np.testing.assert_array_equal(found, wanted)
                np.testing.assert_array_equal(mask, wanted_mask)


def test_a_series_file_of_another_program_is_read_by_the_library(tmp_path: Path) -> None:
    put_image(tmp_path / "a", "20210304T063511", field())
    path, other = tmp_path / "one.nc", tmp_path / "other.nc"
    write_series(path, only(tmp_path / "a").images)
    with netCDF4.Dataset(path) as source, netCDF4.Dataset(other, "w") as copy:
        copy.setncatts({name: source.getncattr(name) for name in source.ncattrs()})
        for name, dimension in source.dimensions.items():
            copy.createDimension(name, len(dimension))
        for name, variable in source.variables.items():
            facts = {key: variable.getncattr(key) for key in variable.ncattrs()}
            fill = facts.pop("_FillValue", None)
            made = copy.createVariable(name, variable.dtype, variable.dimensions, fill_value=fill, contiguous=True)
            made.set_auto_maskandscale(False)
            variable.set_auto_maskandscale(False)
            made.setncatts(facts)
            made[...] = variable[...]
    (one,), (two,) = examine_files([path]).dates, examine_files([other]).dates
    assert replace(one, digest="") == replace(two, digest="")
