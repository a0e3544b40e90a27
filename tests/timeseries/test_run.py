# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import rasterio

from full_disk import files_up_to
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ArchiveError, ConfigError, ProblemsError
from terracite.raster.netcdf import open_series
from terracite.raster.read import read_block
from terracite.record.model import Agent, FileRole
from terracite.timeseries.archive import Scan, scan
from terracite.timeseries.disk_room import check_room
from terracite.timeseries.options import Options
from terracite.timeseries.run import RunResult, plan, run
from terracite.timeseries.simulate import SimulatedArchive
from terracite.timeseries.units import GRANULARITIES, units
from terracite.timeseries.writing import Clock
from terracite.timeseries.yearly import yearly

OPTIONS = Options(creators=(Agent(family_name="Payet", given_name="Alice"),))


def _times(folder: Path) -> dict[Path, int]:
    return {
        path: path.stat().st_mtime_ns for path in folder.rglob("*") if not path.name.startswith(".terracite-memory")
    }


def test_there_is_one_crate_per_tile_index_and_year_and_one_of_the_inventory(
    crates: tuple[Path, RunResult],
) -> None:
    output, result = crates
    names = ["40KCB-NDVI-2022", "40KCB-NDWIGAO-2022", "inventory-sen2chain"]
    assert [path.name for path in result.crates] == names
    assert sorted(path.name for path in output.iterdir() if not path.name.startswith(".")) == names
    assert result.written == result.crates


def test_every_crate_is_intact_and_its_files_described(crates: tuple[Path, RunResult]) -> None:
    for folder in crates[1].crates:
        assert verify(folder) == []
        record = open_crate(folder).record
        assert all(file.description.fr and file.description.en and file.format for file in record.files)
    series = open_crate(crates[0] / "40KCB-NDVI-2022").record
    assert [(file.path, file.role) for file in series.files] == [
        ("NDVI_40KCB_2022.nc", FileRole.DATA),
        ("README.md", FileRole.DOCUMENTATION),
        ("images.csv", FileRole.DOCUMENTATION),
        ("quality.en.html", FileRole.DOCUMENTATION),
        ("quality.fr.html", FileRole.DOCUMENTATION),
        ("quality.json", FileRole.DOCUMENTATION),
        ("thumbnail.png", FileRole.THUMBNAIL),
    ]
    assert series.thumbnail == "thumbnail.png"


def test_the_file_holds_the_archive_bit_for_bit(crates: tuple[Path, RunResult], simulated: SimulatedArchive) -> None:
    folder = crates[0] / "40KCB-NDWIGAO-2022"
    images = next(one for one in scan(simulated.root).series if one.index == "NDWIGAO").images
    with open_series(folder / "NDWIGAO_40KCB_2022.nc") as series:
        stack = series.read()
        assert series.times == tuple(image.sensed_at for image in images)
    assert len(stack) == len(images) == simulated.dates
    for values, image in zip(stack, images, strict=True):
        source = read_block(image.path)
        np.testing.assert_array_equal(values, np.where(source == 16383, -32768, source))


def test_the_list_of_images_matches_the_provenance(crates: tuple[Path, RunResult]) -> None:
    crate = open_crate(crates[0] / "40KCB-NDVI-2022")
    inputs = {item.path: item.sha256 for item in crate.provenance.inputs}
    with (crate.folder / "images.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(inputs[row["file"]] == row["sha256"] for row in rows)
    assert len(rows) == len({row["sensed_at"] for row in rows})


def test_the_file_carries_the_record(crates: tuple[Path, RunResult]) -> None:
    crate = open_crate(crates[0] / "40KCB-NDVI-2022")
    with netCDF4.Dataset(crate.folder / "NDVI_40KCB_2022.nc") as file:
        assert file.title == crate.record.title.en
        assert (file.id, file.license.split()[0], file.creator_name) == (
            str(crate.record.uuid),
            "CC-BY-4.0",
            "Alice Payet",
        )
        south, west = map(float, file.geospatial_bounds.removeprefix("POLYGON ((").split(",")[0].split())
    assert (south, west) == (crate.record.extents[0].box.south, crate.record.extents[0].box.west)


def test_no_path_of_this_machine_gets_out(crates: tuple[Path, RunResult], simulated: SimulatedArchive) -> None:
    secret = os.fsencode(simulated.root.parent.parent)
    for folder in crates[1].crates:
        for path in folder.rglob("*"):
            assert not path.is_file() or secret not in path.read_bytes(), path


def test_what_was_left_out_is_listed(crates: tuple[Path, RunResult]) -> None:
    with (crates[0] / "inventory-sen2chain" / "left-out.csv").open(encoding="utf-8") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    assert (kinds.count("unreadable"), kinds.count("unknown")) == (1, 2)
    assert kinds.count("duplicate") == 10  # two products: a mask and two indices, raw and masked
    assert len(crates[1].problems) == 1


def test_running_again_writes_nothing(crates: tuple[Path, RunResult], simulated: SimulatedArchive) -> None:
    before = _times(crates[0])
    again = run(simulated.root, crates[0], OPTIONS)
    assert again.written == ()
    assert again.crates == crates[1].crates
    assert _times(crates[0]) == before


def test_the_plan_writes_nothing_and_knows_what_is_done(
    crates: tuple[Path, RunResult], simulated: SimulatedArchive, tmp_path: Path
) -> None:
    todo = plan(simulated.root, tmp_path / "new", OPTIONS)
    assert [(item.name, item.up_to_date) for item in todo] == [
        ("40KCB-NDVI-2022", False),
        ("40KCB-NDWIGAO-2022", False),
    ]
    assert not (tmp_path / "new").exists()
    assert all(item.up_to_date for item in plan(simulated.root, crates[0], OPTIONS))
    true_size = (crates[0] / "40KCB-NDVI-2022" / "NDVI_40KCB_2022.nc").stat().st_size
    assert 0.4 < todo[0].estimated_bytes / true_size < 2.5


def test_another_signature_makes_the_crates_again(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    run(archive, output, OPTIONS)
    assert len(run(archive, output, replace(OPTIONS, licence="etalab-2.0")).written) == 2


def test_a_new_image_changes_only_its_own_year(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    run(archive, output, OPTIONS)
    old = next(path for path in sorted((archive / "INDICES/NDVI/40KCB").iterdir()) if "_2022" in path.name)
    new_name = old.name.replace("_2022", "_2023", 1)
    shutil.copytree(old, old.with_name(new_name))
    for path in old.with_name(new_name).iterdir():
        path.rename(path.with_name(path.name.replace(old.name, new_name)))
    result = run(archive, output, OPTIONS)
    assert [path.name for path in result.written] == ["40KCB-NDVI-2023", "inventory-archive"]


def test_an_image_cut_in_the_middle_is_left_out_and_the_rest_goes_on(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look finds most broken files; this one breaks after it."""
    found = scan(archive)
    victim = found.series[0].images[4].path
    monkeypatch.setattr("terracite.timeseries.run._scan", lambda *a, **k: (victim.write_bytes(b"gone"), found)[1])
    result = run(archive, tmp_path / "out", OPTIONS)
    assert str(victim) in [problem.where for problem in result.problems]
    with open_series(tmp_path / "out/40KCB-NDVI-2022/NDVI_40KCB_2022.nc") as series:
        assert len(series.times) == len(found.series[0].images) - 1


def test_filters_choose_series(simulated: SimulatedArchive, tmp_path: Path) -> None:
    result = run(simulated.root, tmp_path, replace(OPTIONS, indices=("NDVI",)))
    assert [path.name for path in result.crates] == ["40KCB-NDVI-2022", "inventory-sen2chain"]
    with pytest.raises(ArchiveError, match=r"There is: 40KCB NDVI \(2022\), 40KCB NDWIGAO"):
        run(simulated.root, tmp_path, replace(OPTIONS, years=(1999,)))


def test_the_archive_is_never_the_output(simulated: SimulatedArchive) -> None:
    with pytest.raises(ArchiveError, match="never written to"):
        run(simulated.root, simulated.root / "out", OPTIONS)


def test_the_picture_shows_the_clearest_date(crates: tuple[Path, RunResult]) -> None:
    with rasterio.open(crates[0] / "40KCB-NDVI-2022" / "thumbnail.png") as picture:
        assert (picture.count, picture.width, picture.height) == (3, 256, 256)
        colours = picture.read()
    greyed = (colours == np.array([226, 228, 230], np.uint8)[:, None, None]).all(axis=0).mean()
    assert greyed < 0.05


def test_a_killed_run_leaves_no_half_crate_and_the_next_one_finishes(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    code = (
        "import sys; from pathlib import Path; from terracite.timeseries.run import run\n"
        "from terracite.timeseries.options import Options, agent\n"
        "run(Path(sys.argv[1]), Path(sys.argv[2]), Options(creators=(agent('Payet, Alice'),)))"
    )
    command = [sys.executable, "-c", code, str(archive), str(output)]
    for wait in (0.0, 0.15):
        with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as process:
            _until(lambda: bool(list(output.glob(".*.partial"))), process)
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        assert all(verify(path) == [] for path in output.glob("[!.]*"))
    result = run(archive, output, OPTIONS)
    fresh = run(archive, tmp_path / "fresh", OPTIONS)
    assert [path.name for path in result.crates] == [path.name for path in fresh.crates]
    with (
        open_series(output / "40KCB-NDVI-2022/NDVI_40KCB_2022.nc") as one,
        open_series(tmp_path / "fresh/40KCB-NDVI-2022/NDVI_40KCB_2022.nc") as two,
    ):
        np.testing.assert_array_equal(one.read(), two.read())
        np.testing.assert_array_equal(one.read_mask(), two.read_mask())
    assert not list(output.glob(".*.partial"))


def _until(ready: object, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while not ready() and process.poll() is None and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.01)


def test_real_data_become_crates(shared_data: Path, tmp_path: Path) -> None:
    modis = run(shared_data / "sits-sinop-raster", tmp_path / "modis", OPTIONS)
    sen2r = run(shared_data / "sen2rts-s2-ndvi", tmp_path / "sen2r", OPTIONS)
    assert [path.name for path in modis.crates] == [
        "h12v10-EVI-2013",
        "h12v10-EVI-2014",
        "inventory-sits-sinop-raster",
    ]
    assert [path.name for path in sen2r.crates] == ["sampleroi-NDVI-2020", "inventory-sen2rts-s2-ndvi"]
    assert all(verify(path) == [] for path in (*modis.crates, *sen2r.crates))
    listing = json.loads((sen2r.crates[-1] / "inventory.json").read_text())
    assert (listing[0]["dates"], listing[0]["first"][:10], listing[0]["last"][:10]) == (
        60,
        "2020-01-04",
        "2020-10-30",
    )


def test_real_sen2r_clouds_are_those_of_the_scene_classification(shared_data: Path, tmp_path: Path) -> None:
    root = shared_data / "sen2rts-s2-ndvi" / "inst" / "extdata"
    run(root, tmp_path, OPTIONS)
    scl_path = next(root.rglob("S2A2A_20200109_022_sampleroi_SCL_10.tif"))
    with rasterio.open(scl_path) as image:
        assert set(np.unique(image.read(1))) == {8, 9}  # clouds everywhere
    with open_series(tmp_path / "sampleroi-NDVI-2020" / "NDVI_sampleroi_2020.nc") as series:
        position = [moment.strftime("%Y%m%d") for moment in series.times].index("20200109")
        assert (series.read_mask()[position] == 1).all()


def test_all_years_and_indices_of_a_tile_can_be_one_dataset(simulated: SimulatedArchive, tmp_path: Path) -> None:
    result = run(simulated.root, tmp_path / "out", replace(OPTIONS, granularity="tile"))
    assert [path.name for path in result.crates] == ["40KCB", "inventory-sen2chain"]
    assert verify(result.crates[0]) == []
    record = open_crate(result.crates[0]).record
    names = {file.path for file in record.files}
    assert {"NDVI_40KCB_2022.nc", "NDWIGAO_40KCB_2022.nc", "quality-NDVI.fr.html", "quality-NDWIGAO.json"} <= names
    with netCDF4.Dataset(result.crates[0] / "NDVI_40KCB_2022.nc") as file:
        assert file.id == str(record.uuid)
        assert file["ndvi"].shape[0] == simulated.dates
    again = run(simulated.root, tmp_path / "out", replace(OPTIONS, granularity="tile"))
    assert again.written == ()


def test_the_certificate_counts_the_versions_left_out(crates: tuple[Path, RunResult], found: Scan) -> None:
    told = json.loads((crates[0] / "40KCB-NDVI-2022" / "quality.json").read_text(encoding="utf-8"))
    others = [file for file, _ in found.duplicates if file.index == "NDVI" and not file.mask]
    assert told["versions_left_out"] == len(others) > 0


def test_several_archives_are_one_run_and_images_keep_their_folder(
    simulated: SimulatedArchive, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (archive / "INDICES" / "NDWIGAO").mkdir()
    second = tmp_path / "second"
    shutil.copytree(simulated.root / "INDICES" / "NDWIGAO", second / "INDICES" / "NDWIGAO")
    monkeypatch.chdir(tmp_path)
    result = run((Path("archive"), Path("second")), tmp_path / "out", OPTIONS)
    assert [path.name for path in result.crates[:2]] == ["40KCB-NDVI-2022", "40KCB-NDWIGAO-2022"]
    with (result.crates[1] / "images.csv").open(encoding="utf-8") as file:
        assert {row["file"].split("/")[0] for row in csv.DictReader(file)} == {"second"}


def test_images_that_may_still_be_written_wait(archive: Path, tmp_path: Path) -> None:
    newest = max((path for path in archive.rglob("*_NDVI.jp2")), key=lambda path: path.name)
    for path in archive.rglob("*"):
        os.utime(path, (1.6e9, 1.6e9))
    os.utime(newest)
    result = run(archive, tmp_path / "out", replace(OPTIONS, settle_s=600.0))
    assert [Path(note.where).name for note in result.notes if "Scan again" in f"{note}"] == [newest.name]
    with (result.crates[0] / "images.csv").open(encoding="utf-8") as file:
        assert newest.name not in {Path(row["file"]).name for row in csv.DictReader(file)}


def test_the_rest_is_foreseen_from_what_was_really_written(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("terracite.timeseries.writing.time.monotonic", lambda: now[0])
    clock = Clock(100, started=0.0, last=0.0)
    now[0] = 5.0
    assert clock.left_after(10, worked=False) == ""  # was there already: tells nothing
    now[0] = 65.0
    assert clock.left_after(30, worked=True) == ", about 2 min left"  # 60 dates at 2 s
    assert clock.left_after(60, worked=True) == ""


def test_the_inventory_has_its_pages_and_tables(crates: tuple[Path, RunResult]) -> None:
    folder = crates[0] / "inventory-sen2chain"
    assert (folder / "inventory.fr.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with (folder / "geoflow" / "entities.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["Identifier"].split("\n")[0].partition(":")[2].rstrip("_") for row in rows} >= {
        "data_40KCB_NDVI_SEN2CHAIN",
        "data_40KCB_NDVI_2022_SEN2CHAIN",
    }


def test_a_masked_image_stands_in_for_a_broken_one_beside_its_mask(archive: Path, tmp_path: Path) -> None:
    one = scan(archive).series[0]
    masks = {image.sensed_at: image for image in one.images if image.mask_path}
    victim = next(image for image in masks.values() if read_block(image.mask_path).any())  # type: ignore[arg-type]
    victim.path.write_bytes(victim.path.read_bytes()[:900])
    result = run(archive, tmp_path / "out", OPTIONS)
    (problem,) = (problem for problem in result.problems if problem.where == str(victim.path))
    assert f"'{victim.path.stem}_CM001.jp2' is used instead. It is masked already" in problem.what
    assert f"'{victim.mask_path.name}' tells where they are" in problem.what  # type: ignore[union-attr]
    with open_series(tmp_path / "out/40KCB-NDVI-2022/NDVI_40KCB_2022.nc") as series:
        number = series.times.index(victim.sensed_at)
        mask, values = series.read_mask()[number], series.read()[number]
    np.testing.assert_array_equal(mask, np.kron(read_block(victim.mask_path), np.ones((2, 2), np.uint8)))  # type: ignore[arg-type]
    np.testing.assert_array_equal(values, _packed(read_block(victim.path.with_name(f"{victim.path.stem}_CM001.jp2"))))


def _packed(source: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.where(source == 16383, -32768, source)


def test_crates_of_another_cut_are_told_and_not_counted(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    run(archive, output, OPTIONS)
    before = (output / "inventory-archive" / "record.json").read_bytes()
    result = run(archive, output, replace(OPTIONS, granularity="tile-index"))
    assert [path.name for path in result.crates] == ["40KCB-NDVI", "inventory-archive"]
    (note,) = (note for note in result.notes if note.where == str(output / "40KCB-NDVI-2022"))
    assert "another cut: its series are also in 40KCB-NDVI, which this run makes" in note.what
    assert "--granularity tile-index-year" in note.cure
    assert (output / "inventory-archive" / "record.json").read_bytes() == before


@pytest.mark.parametrize(
    "choice", [{"granularity": "tile-indx"}, {"tiles": ("38KQV",), "years": (1999,), "indices": ("EVI",)}]
)
def test_a_choice_that_matches_nothing_leaves_no_trace(
    simulated: SimulatedArchive, tmp_path: Path, choice: dict[str, object]
) -> None:
    options = replace(OPTIONS, **choice)  # type: ignore[arg-type]
    with pytest.raises((ArchiveError, ConfigError)):
        run(simulated.root, tmp_path / "some" / "out", options)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_before_anything_is_written(
    found: Scan, crates: tuple[Path, RunResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = units(yearly(found, OPTIONS), GRANULARITIES["tile-index-year"])
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 200_000}))
    for output in (tmp_path / "to" / "come", crates[0]):  # of what is there, one crate at a time needs room
        with pytest.raises(ArchiveError, match=r"has 200.0 kB free, and this run needs about .* MB.*another output"):
            check_room(wanted, OPTIONS, output)
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**9}))
    check_room(wanted, OPTIONS, tmp_path)


def test_a_target_that_cannot_be_written_is_told(
    simulated: SimulatedArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ArchiveError, match="is not a folder"):
        run(simulated.root, tmp_path / "file" / "out", OPTIONS)
    monkeypatch.setattr("os.access", lambda path, mode: False)  # as on a disk mounted read-only
    with pytest.raises(ArchiveError, match="cannot be written to"):
        run(simulated.root, tmp_path / "to" / "come", OPTIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_finished_stays_when_files_may_not_grow_any_more(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: the year of one date is written, the other one is too large."""
    old = next(path for path in sorted((archive / "INDICES/NDVI/40KCB").iterdir()) if "_2022" in path.name)
    new = shutil.copytree(old, old.with_name(old.name.replace("_2022", "_2021", 1)))
    for path in new.iterdir():
        path.rename(path.with_name(path.name.replace(old.name, new.name)))
    output, limits = tmp_path / "out", ExitStack()

    def told(line: str) -> None:
        if line.startswith("scanned"):
            monkeypatch.setattr("terracite.timeseries.memory.Memory.save", lambda self: None)
            limits.enter_context(files_up_to(110_000))

    with limits, pytest.raises(ProblemsError, match="1 crate of 2 could not be made") as caught:
        run(archive, output, OPTIONS, told=told)
    assert [problem.where for problem in caught.value.problems] == ["40KCB-NDVI-2022"]
    assert "Free some space and run again" in caught.value.problems[0].cure
    assert [path.name for path in sorted(output.glob("[!.]*"))] == ["40KCB-NDVI-2021"]
    assert verify(output / "40KCB-NDVI-2021") == []
    monkeypatch.undo()
    result = run(archive, output, OPTIONS)
    assert [path.name for path in result.written] == ["40KCB-NDVI-2022", "inventory-archive"]


@pytest.fixture
def with_crew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, however little there is to do."""
    monkeypatch.setattr("terracite.timeseries.crew.WORTH_CELLS", 0)
    monkeypatch.setattr("terracite.timeseries.crew._cores", lambda: 2)


@pytest.mark.usefixtures("with_crew")
def test_several_processes_make_the_same_crates_and_one_failure_stops_no_other(
    simulated: SimulatedArchive, crates: tuple[Path, RunResult], tmp_path: Path
) -> None:
    output, told = tmp_path / "out", list[str]()
    output.mkdir()
    (output / ".40KCB-NDVI-2022.partial").write_text("in the way")
    with pytest.raises(ProblemsError, match=r"1 crate of 2 could not be made.*\(2\) are whole") as caught:
        run(simulated.root, output, OPTIONS, told=told.append)
    assert [problem.where for problem in caught.value.problems] == ["40KCB-NDVI-2022"]
    assert {line.split(":")[0] for line in told[1:]} == {"40KCB-NDVI-2022", "40KCB-NDWIGAO-2022", "inventory-sen2chain"}
    made, same = (folder / "40KCB-NDWIGAO-2022" for folder in (output, crates[0]))
    assert verify(made) == []
    for name in ("quality.json", "quality.fr.html", "images.csv", "thumbnail.png", "README.md"):
        assert (made / name).read_bytes() == (same / name).read_bytes()
    with open_series(made / "NDWIGAO_40KCB_2022.nc") as one, open_series(same / "NDWIGAO_40KCB_2022.nc") as two:
        np.testing.assert_array_equal(one.read(), two.read())
    (output / ".40KCB-NDVI-2022.partial").unlink()
    assert [path.name for path in run(simulated.root, output, OPTIONS).written] == ["40KCB-NDVI-2022"]
