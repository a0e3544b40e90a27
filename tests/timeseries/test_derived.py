# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files and the crate that `terracite timeseries derive` makes."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import rasterio
import xarray
from click.testing import CliRunner

from full_disk import files_up_to
from terracite.cli import cli
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ConfigError, RasterError
from terracite.raster.grid import Block
from terracite.raster.netcdf import open_series
from terracite.record.model import Agent
from terracite.timeseries.derived import Choices, Smoothing, derive, making, source
from terracite.timeseries.derived.numbers import packed, unpacked
from terracite.timeseries.derived.source import open_source
from terracite.timeseries.options import Options
from terracite.timeseries.run import run
from terracite.timeseries.simulate import make_archive

EVERYTHING = Choices(composites=("month", "year"), smoothed=True, phenology=True)
NAME = "NDVI_40KCB_2022-2023"
FILES = [
    f"{NAME}_month_median.nc",
    f"{NAME}_phenology.nc",
    f"{NAME}_smoothed.nc",
    f"{NAME}_year_median.nc",
]


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The crates of two years of one tile and index."""
    folder = tmp_path_factory.mktemp("series")
    archive = make_archive(folder / "archive", size=64, years=(2022, 2023), seed=5)
    alice = Agent(family_name="Payet", given_name="Alice")
    done = run(archive.root, folder / "crates", Options(creators=(alice,), indices=("NDVI",)))
    return [path for path in done.crates if "NDVI" in path.name]


@pytest.fixture(scope="module")
def crate(years: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, changed = derive(years[::-1], tmp_path_factory.mktemp("derived"), EVERYTHING)
    assert changed
    return folder


def test_the_crate_is_intact_described_and_not_made_twice(crate: Path, years: list[Path]) -> None:
    assert crate.name == f"{NAME}-month-year-smoothed-phenology"
    assert verify(crate) == []
    assert sorted(path.name for path in crate.glob("*.nc")) == FILES
    opened = open_crate(crate)
    sources = [open_crate(path).record for path in years]
    assert [item.identifier for item in opened.provenance.inputs] == [f"urn:uuid:{one.uuid}" for one in sources]
    assert opened.provenance.parameters["smoothing"]["noise"] == "low"  # "auto" was settled for NDVI
    record = opened.record
    assert record.title.en.startswith("Monthly composites, yearly composites, smoothed series and phenology: ")
    assert "2022-2023" in record.title.fr
    assert record.uuid not in {one.uuid for one in sources}
    assert record.creators == sources[0].creators
    assert {variable.name for variable in record.variables} >= {"ndvi", "clear_count", "season_start", "season_gap"}
    assert all(0 < quality.value <= 100 for quality in record.quality)
    assert len(record.quality) == 4
    assert all(file.description.fr and file.description.en for file in record.files)
    assert derive(years, crate.parent, EVERYTHING) == (crate, False)


def test_composites_and_counts_are_those_of_the_clear_dates(crate: Path, years: list[Path]) -> None:
    stacks = [xarray.open_dataset(next(year.glob("*.nc")), mask_and_scale=False) for year in years]
    dn = np.concatenate([np.where(one.cloud_mask == 1, -32768, one.ndvi) for one in stacks])
    low, high = stacks[0].ndvi.valid_range
    clear = (dn >= low) & (dn <= high)
    months = np.concatenate([12 * (one.time.dt.year - 2022) + one.time.dt.month - 1 for one in stacks])
    with netCDF4.Dataset(crate / FILES[0]) as file:
        file.set_auto_maskandscale(False)
        made, counts, images = file["ndvi"][:], file["clear_count"][:], file["date_count"][:]
        assert file["ndvi"].cell_methods == "time: median area: mean"
    assert made.shape == (24, 64, 64)
    for month in range(24):
        here = months == month
        assert images[month] == here.sum()
        np.testing.assert_array_equal(counts[month], clear[here].sum(axis=0))
        values = np.where(clear[here], dn[here], np.nan)
        seen = counts[month] > 0
        expected = np.rint(np.nanmedian(values[:, seen], axis=0)) if seen.any() else []
        np.testing.assert_array_equal(made[month][seen], expected)
        assert (made[month][~seen] == -32768).all()


def test_the_smoothed_series_has_even_dates_and_stays_near_what_was_seen(crate: Path, years: list[Path]) -> None:
    with xarray.open_dataset(crate / FILES[2]) as file:
        times = file.time.values.astype("datetime64[D]")
        assert str(times[0]) == "2022-01-01"
        assert set(np.diff(times).astype(int)) == {10}
        assert "2023-12-20" <= str(times[-1]) <= "2023-12-31"
        curve, clear = file.ndvi.values, file.clear_count.values
        assert np.isnan(curve[:, clear < 3]).all()
        assert np.isfinite(curve[:, clear > 20]).all()
        assert file.longest_gap.max() < 366
    with open_series(next(years[0].glob("*.nc"))) as series:
        seen, days = series.read_physical(), [time.date() for time in series.times]
    nearest = [int(np.abs(times - np.datetime64(day)).argmin()) for day in days]
    difference = np.abs(curve[nearest] - seen)
    assert np.nanmedian(difference) < 0.05


def test_seasons_lie_in_their_year_in_order(crate: Path) -> None:
    with xarray.open_dataset(crate / FILES[1]) as file:
        assert file.season_year.values.tolist() == [2022, 2022, 2023, 2023]
        start, peak, end = (file[f"season_{name}"].values for name in ("start", "peak", "end"))
        there = ~np.isnat(peak)
        assert there.any()
        assert (start[there] < peak[there]).all()
        assert (peak[there] < end[there]).all()
        year = peak.astype("datetime64[Y]").astype(int) + 1970
        rows = np.broadcast_to(file.season_year.values[:, None, None], year.shape)
        assert (np.abs(year - rows)[there] <= 1).all()  # a peak is moved by less than a node
        assert (file.season_top.values[there] > file.season_base.values[there]).all()
        assert (there.sum(axis=0) <= file.season_count.values).all()


def test_gdal_places_the_files_where_the_series_is(crate: Path, years: list[Path]) -> None:
    series = next(years[0].glob("*.nc"))
    with (
        rasterio.open(f"netcdf:{series}:ndvi") as first,
        rasterio.open(f"netcdf:{crate / FILES[1]}:season_start") as two,
    ):
        assert (two.crs, two.transform, two.shape) == (first.crs, first.transform, first.shape)


def test_small_blocks_and_strips_give_the_same_files(
    crate: Path, years: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "STACK_BYTES", 2 * 150 * 64 * 7)
    monkeypatch.setattr(making, "_STRIP_BYTES", 4 * 300 * 64 * 2)
    series = open_source(years)
    assert len(list(series.blocks())) > 5
    made = making.make(series, EVERYTHING.for_index("NDVI"), tmp_path, lambda product: {"title": product.kind})
    for one in made:
        with netCDF4.Dataset(one.path) as mine, netCDF4.Dataset(crate / one.path.name) as whole:
            for name, variable in mine.variables.items():
                np.testing.assert_array_equal(variable[:], whole[name][:], err_msg=name)


def test_blocks_cover_the_grid_once_whatever_the_number_of_dates(years: list[Path]) -> None:
    series = open_source(years)
    grid = replace(series.grid, width=10980, height=10980)
    for dates in (1, 70, 500, 5000):
        large = replace(series, grid=grid, chunks=(549, 549), times=series.times[:1] * dates)
        blocks = list(large.blocks())
        assert max(2 * dates * block.height * block.width for block in blocks) <= source.STACK_BYTES
        assert sum(block.height * block.width for block in blocks) == 10980**2
    assert len(list(replace(series, grid=grid, chunks=(549, 549)).blocks())) == 400


def test_a_masked_or_impossible_value_is_not_read(years: list[Path]) -> None:
    series = open_source(years[:1])
    block = Block(0, 0, 64, 64)
    with open_series(series.paths[0]) as file:
        expected = np.isfinite(file.read_physical(block))
    np.testing.assert_array_equal(series.read(block) != -32768, expected)


def test_packing_rounds_to_the_nearest_number_within_the_valid_ones() -> None:
    values = np.array([[[1.4, 1.6, 2.5, np.nan, np.inf, 20000.0, -20000.0]]], np.float32)
    numbers = packed(values, (-10000, 10000))
    assert numbers.tolist() == [[[1, 2, 2, -32768, -32768, 10000, -10000]]]
    np.testing.assert_array_equal(unpacked(numbers), [[[1, 2, 2, np.nan, np.nan, 10000, -10000]]])


def test_what_cannot_be_derived_is_said_with_its_cure(years: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Nothing is asked for\. Add --composite month"):
        Choices()
    with pytest.raises(RasterError, match=r"overlap in time\. Give each year once\."):
        derive([years[0], years[0]], tmp_path, EVERYTHING)
    with pytest.raises(RasterError, match="holds 0 NetCDF files"):
        derive([tmp_path], tmp_path, EVERYTHING)
    other = tmp_path / "NDVI_40KCB_2023.nc"
    shutil.copy(next(years[1].glob("*.nc")), other)
    with netCDF4.Dataset(other, "a") as file:
        file["crs"].GeoTransform = "0 10 0 0 0 -10"
    with pytest.raises(RasterError, match=r"not on the same grid\. Derive one tile at a time\."):
        derive([years[0], other], tmp_path, EVERYTHING)
    with netCDF4.Dataset(other, "a") as file:
        file.renameVariable("ndvi", "evi")
    with pytest.raises(RasterError, match="different indices: NDVI and EVI"):
        derive([years[0], other], tmp_path, EVERYTHING)
    broken = tmp_path / "broken.nc"
    broken.write_bytes(next(years[0].glob("*.nc")).read_bytes()[:5000])
    with pytest.raises(RasterError, match="cannot be opened as NetCDF"):
        derive([broken], tmp_path, EVERYTHING)
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, broken.name]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("time", r"broken.nc' is no series file: time not found\. Give a file that 'terracite timeseries run' made"),
        ("x", "is no series file: x not found"),
        ("crs", "is no series file: crs not found"),
        ("time.units", "is no series file: NetCDF: Attribute not found"),
        ("ndvi.grid_mapping", "is no series file: NetCDF: Attribute not found"),
    ],
)
def test_a_file_that_lacks_something_is_said_with_its_cure(
    years: list[Path], tmp_path: Path, missing: str, said: str
) -> None:
    broken = tmp_path / "broken.nc"
    shutil.copy(next(years[0].glob("*.nc")), broken)
    name, _, attribute = missing.partition(".")
    with netCDF4.Dataset(broken, "a") as file:
        file[name].delncattr(attribute) if attribute else file.renameVariable(name, "other")
    with pytest.raises(RasterError, match=said):
        derive([broken], tmp_path, EVERYTHING)


def test_a_damaged_chunk_leaves_the_old_crate_and_is_said(years: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "NDVI_40KCB_2022.nc"
    shutil.copy(next(years[0].glob("*.nc")), broken)
    yearly = Choices(composites=("year",))
    folder, _ = derive([broken], tmp_path, yearly)
    content = bytearray(broken.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = bytes(20_000)
    broken.write_bytes(content)
    with pytest.raises(RasterError, match=r"cannot be read: .*\. The file is damaged: make it or copy it again\."):
        derive([broken], tmp_path, yearly)
    assert verify(folder) == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".partial") == [folder.name, broken.name]


def test_the_output_never_lies_in_a_crate_that_is_read(years: list[Path]) -> None:
    before = sorted(years[0].iterdir())
    for given in (years[0], next(years[0].glob("*.nc"))):
        with pytest.raises(RasterError, match=r"lies in the crate .*Choose a folder elsewhere with --output\."):
            derive([given], years[0] / "derived", EVERYTHING)
    assert sorted(years[0].iterdir()) == before


def test_a_disk_that_refuses_is_said_with_its_cure(years: list[Path], tmp_path: Path) -> None:
    told = r"could not be written into .*: .*\. Free some space, or give another"
    with files_up_to(30_000), pytest.raises(RasterError, match=told):
        derive(years, tmp_path, EVERYTHING)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(".")]


def test_a_series_outside_a_crate_is_described_from_its_attributes(years: list[Path], tmp_path: Path) -> None:
    lone = tmp_path / "NDVI_40KCB_2022.nc"
    shutil.copy(next(years[0].glob("*.nc")), lone)
    choices = Choices(phenology=True, smoothing=Smoothing("savgol", noise="none"))
    folder, _ = derive([lone], tmp_path, choices, creators=[Agent(family_name="Bob")])
    record = open_crate(folder).record
    assert [agent.family_name for agent in record.creators] == ["Bob"]
    assert "Savitzky-Golay" in record.lineage.steps[0].description.en
    assert record.extents
    assert not record.thumbnail
    assert [path.name for path in folder.glob("*.nc")] == ["NDVI_40KCB_2022_phenology.nc"]


def test_the_command_names_the_crate_and_leaves_what_is_up_to_date(years: list[Path], tmp_path: Path) -> None:
    arguments = ["timeseries", "derive", str(years[0]), "--output", str(tmp_path), "--composite", "year", "--json"]
    first, second = (CliRunner().invoke(cli, arguments) for _ in range(2))
    assert first.exit_code == 0, first.output
    said = [json.loads(done.stdout) for done in (first, second)]
    assert [one["written"] for one in said] == [True, False]
    assert said[0]["files"] == ["NDVI_40KCB_2022_year_median.nc"]
    assert Path(said[0]["crate"]).name == "NDVI_40KCB_2022-year"


def test_help_shows_an_example() -> None:
    assert "Example: terracite timeseries derive" in CliRunner().invoke(cli, ["timeseries", "derive", "--help"]).output
