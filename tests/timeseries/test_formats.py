# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray

from terracite.cli.quality import series_files
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ConfigError
from terracite.raster.netcdf import open_series
from terracite.raster.series_open import open_any
from terracite.record.model import FileRole
from terracite.timeseries.archive import Scan, scan
from terracite.timeseries.formats import FORMATS, FormatName
from terracite.timeseries.options import Options
from terracite.timeseries.planning import as_text, make_plan, measure, target, targets
from terracite.timeseries.planning.saved import load, save
from terracite.timeseries.run import RunResult, run
from terracite.timeseries.simulate import SimulatedArchive
from terracite.timeseries.yearly import yearly
from timeseries.conftest import OPTIONS

NDVI = replace(OPTIONS, indices=("NDVI",))
Made = Callable[[FormatName], Path]


@pytest.fixture(scope="module")
def made(simulated: SimulatedArchive, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """``made("zarr")``: the folder of the crates of the simulated NDVI in that format."""
    known: dict[str, Path] = {}

    def crates(name: FormatName) -> Path:
        if name not in known:
            known[name] = tmp_path_factory.mktemp(name)
            run(simulated.root, known[name], replace(NDVI, format=name))
        return known[name]

    return crates


@pytest.mark.parametrize("name", ["zarr", "cog"])
def test_the_numbers_are_those_of_the_netcdf_file(made: Made, name: FormatName, crates: tuple[Path, RunResult]) -> None:
    folder = made(name) / "40KCB-NDVI-2022"
    assert verify(folder) == []
    [path] = series_files((folder,))
    assert path.name == f"NDVI_40KCB_2022{FORMATS[name].suffix}"
    with open_series(crates[0] / "40KCB-NDVI-2022/NDVI_40KCB_2022.nc") as one, open_any(path) as two:
        np.testing.assert_array_equal(one.read(), two.read())
        np.testing.assert_array_equal(one.read_mask(), two.read_mask())
        assert one.times == two.times


@pytest.mark.parametrize("name", ["zarr", "cog"])
def test_the_certificate_counts_the_same(made: Made, name: FormatName, crates: tuple[Path, RunResult]) -> None:
    one, two = (
        json.loads((folder / "40KCB-NDVI-2022" / "quality.json").read_text()) for folder in (crates[0], made(name))
    )
    for told in (one, two):
        for date in told["dates"]:
            del date["digest"]
    assert one == two


@pytest.mark.parametrize("name", ["zarr", "cog"])
def test_the_crate_says_its_format_and_how_to_open_it(made: Made, name: FormatName) -> None:
    crate = open_crate(made(name) / "40KCB-NDVI-2022")
    data = [file for file in crate.record.files if file.role == FileRole.DATA]
    assert {file.format for file in data} == {FORMATS[name].label}
    assert all(file.description.fr and file.description.en for file in crate.record.files)
    assert crate.provenance.parameters["format"] == name
    told = crate.record.lineage.steps[-1].description
    assert (FORMATS[name].one.fr in told.fr, FORMATS[name].one.en in told.en) == (True, True)
    readme = (crate.folder / "README.md").read_text(encoding="utf-8")
    assert FORMATS[name].opening.split("{")[0] in readme


def test_the_readme_opens_the_store(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made("zarr") / "40KCB-NDVI-2022"
    monkeypatch.chdir(folder)
    code = (folder / "README.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, xarray.DataArray] = {}
    exec(code.replace("consolidated=True", "consolidated=True, chunks=None"), names)
    assert names["series"].shape == (len(open_any(folder / "NDVI_40KCB_2022.zarr").times), 64, 64)


def test_each_cog_has_its_item_and_the_collection_lists_them(made: Made) -> None:
    folder = made("cog") / "40KCB-NDVI-2022" / "NDVI_40KCB_2022"
    told = json.loads((folder / "collection.json").read_text(encoding="utf-8"))
    items = [json.loads((folder / link["href"]).read_text()) for link in told["links"] if link["rel"] == "item"]
    assert (told["id"], told["license"]) == ("NDVI_40KCB_2022", "CC-BY-4.0")
    assert told["title"] == open_crate(folder.parent).record.title.en
    with open_any(folder) as series:
        assert [item["properties"]["datetime"] for item in items] == [f"{t:%Y-%m-%dT%H:%M:%SZ}" for t in series.times]
        clouds = [item["properties"].get("eo:cloud_cover", -1) for item in items]
        np.testing.assert_allclose(clouds, series.per_date("cloud_cover"), atol=0.006)
    for item in items:
        assert item["collection"] == told["id"]
        assert {link["href"] for link in item["links"]} == {"./collection.json"}
        for asset in item["assets"].values():
            assert (folder / asset["href"]).stat().st_size == asset["file:size"]
            assert asset["type"].endswith("profile=cloud-optimized")
        [band] = item["assets"]["data"]["bands"]
        assert (band["nodata"], band["raster:scale"]) == (-32768, 1e-4)


@pytest.mark.parametrize("name", ["zarr", "cog"])
def test_running_again_writes_nothing_and_another_format_makes_the_crate_again(
    made: Made, name: FormatName, simulated: SimulatedArchive
) -> None:
    assert run(simulated.root, made(name), replace(NDVI, format=name)).written == ()


def test_dates_of_the_old_crate_are_taken_over(archive: Path, tmp_path: Path) -> None:
    options, output = replace(NDVI, format="cog"), tmp_path / "out"
    for folder in sorted(archive.glob("INDICES/NDVI/40KCB/*/"))[4:]:
        shutil.rmtree(folder, ignore_errors=True)
    hidden = scan(archive).series[0].images[0].path.parent
    hidden.rename(tmp_path / "hidden")
    run(archive, output, options)
    series = output / "40KCB-NDVI-2022" / "NDVI_40KCB_2022"
    before = {path.name: path.stat().st_ino for path in series.glob("*.tif")}
    (tmp_path / "hidden").rename(hidden)
    run(archive, output, options)
    after = {path.name: path.stat().st_ino for path in series.glob("*.tif")}
    assert before.items() < after.items()
    assert verify(output / "40KCB-NDVI-2022") == []


@pytest.mark.parametrize("name", ["zarr", "cog"])
def test_the_plan_foresees_bytes_and_files(found: Scan, made: Made, name: FormatName, tmp_path: Path) -> None:
    series = yearly(found, replace(NDVI, format=name))
    plan = make_plan(series, measure(series, "zlib"), tmp_path, target("zenodo"), list(targets().values()))
    folder = made(name) / "40KCB-NDVI-2022"
    files = [path for path in folder.rglob("*") if path.is_file()]
    written = sum(path.stat().st_size for path in files if path.parent != folder)
    assert abs(plan.output_bytes - written) < 0.15 * written
    assert abs(plan.choices[0].largest_files - (len(files) - 3)) <= 2  # less record, metadata, manifest
    assert (plan.proposed == "") is (name == "cog")
    if name == "cog":
        assert "too many files" in as_text(plan, "en")
        assert "trop de fichiers" in as_text(plan, "fr")


def test_a_saved_plan_keeps_the_format_and_refuses_an_unknown_one(found: Scan, tmp_path: Path) -> None:
    options = replace(NDVI, format="zarr")
    series = yearly(found, options)
    plan = make_plan(series, measure(series[:1], "zlib"), tmp_path, target("repository"), list(targets().values()))
    path = tmp_path / "plan.json"
    save(path, plan, [found.root], tmp_path / "out", options)
    assert load(path).options.format == "zarr"
    path.write_text(path.read_text().replace('"format": "zarr"', '"format": "zar"'))
    with pytest.raises(ConfigError, match=r"options\.format"):
        load(path)


def test_the_default_is_netcdf() -> None:
    assert Options().format == "netcdf"
