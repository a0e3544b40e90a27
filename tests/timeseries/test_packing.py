# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zips of an archive: what goes in, that others can read them, that they are right or not there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from full_disk import files_up_to
from terracite.cli import cli
from terracite.crate.disk import claim
from terracite.errors import ArchiveError, StorageError
from terracite.raster.series import Series
from terracite.timeseries.archive import scan
from terracite.timeseries.packing import Packed, PackResult, Wanted, pack, writing
from terracite.timeseries.simulate import SimulatedArchive

from .station import product_id, put_image, put_mask

VALUES = np.arange(64, dtype=np.int16).reshape(8, 8)
NAMES = [
    "CLOUDMASKS_40KCB_2022.zip",
    "NDVI_40KCB_2022_masked.zip",
    "NDVI_40KCB_2022_raw.zip",
    "NDWIGAO_40KCB_2022_masked.zip",
    "NDWIGAO_40KCB_2022_raw.zip",
]
READERS = {
    "unzip": ["unzip", "-tq"],
    "7z": ["7z", "t", "-bd"],
    "bsdtar": ["bsdtar", "-xOf"],
}


@pytest.fixture(scope="module")
def packed(simulated: SimulatedArchive, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PackResult]:
    output = tmp_path_factory.mktemp("zips")
    return output, pack(simulated.root, output)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three dates of raw NDVI with their masks; one date was processed twice."""
    root = tmp_path / "library"
    for sensed in ("20210304T063511", "20210314T063511", "20220103T063511"):
        put_image(root, sensed, VALUES, suffix="jp2")
        put_mask(root, sensed, np.zeros((4, 4), np.uint8))
    put_image(root, "20210304T063511", VALUES + 1, suffix="jp2", baseline="0500", made="20240101T000000")
    return root


def _states(result: PackResult) -> dict[str, str]:
    return {one.path.name: one.state for one in result.zips}


def _left(output: Path) -> list[str]:
    return sorted(path.name for path in output.iterdir() if not path.name.startswith(".terracite"))


def _images(one: Series) -> list[tuple[str, str]]:
    return [(image.path.name, image.mask_path.name if image.mask_path else "") for image in one.images]


def test_one_zip_for_each_index_tile_and_year(packed: tuple[Path, PackResult], simulated: SimulatedArchive) -> None:
    output, result = packed
    assert _states(result) == dict.fromkeys(NAMES, "written")
    assert _left(output) == sorted(NAMES + [f"{name}.sha256" for name in NAMES])
    for one in result.zips:
        with zipfile.ZipFile(one.path) as archive:
            assert archive.testzip() is None
            entries = archive.infolist()
            assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
            assert one.size == one.path.stat().st_size
            *names, sums = (entry.filename for entry in entries)
            assert names == sorted(names)
            assert sums == f"{one.path.stem}.sha256"
            listed = [line.split("  ") for line in archive.read(sums).decode().splitlines()]
            assert [name for _, name in listed] == names
            for digest, name in listed:
                original = (simulated.root / name).read_bytes()
                assert archive.read(name) == original
                assert hashlib.sha256(original).hexdigest() == digest


def test_raw_masked_and_masks_are_apart_with_what_lies_beside(packed: tuple[Path, PackResult]) -> None:
    output, result = packed
    for name in NAMES:
        with zipfile.ZipFile(output / name) as archive:
            found = [Path(entry).name for entry in archive.namelist()[:-1]]
        images = [image for image in found if image.endswith(".jp2")]
        pieces = ("_NDVI", "_NDWIGAO") if "CLOUD" not in name else ("T40KCB",)
        assert all(any(piece in image for piece in pieces) for image in images)
        assert all(image.endswith("_CM001.jp2") is not name.endswith("_raw.zip") for image in images)
        assert {image.replace(".jp2", ".xml") for image in images} <= set(found)
        if "CLOUD" not in name:
            assert {f"{image}.aux.xml" for image in images} <= set(found)
        assert not any("_QL" in image for image in found)
    baselines = [(file.baseline, reason) for file, reason in result.duplicates]
    assert len(baselines) == 10
    assert all(baseline == "0400" and "replaced by 0510" in reason for baseline, reason in baselines)
    (broken,) = result.problems
    assert "only the beginning of one. It was left out. Copy it again" in str(broken)


@pytest.mark.parametrize("reader", READERS)
def test_other_programs_read_them(packed: tuple[Path, PackResult], reader: str) -> None:
    if shutil.which(reader) is None:
        pytest.skip(f"{reader} is not on this machine")
    for name in NAMES:
        done = subprocess.run([*READERS[reader], packed[0] / name], capture_output=True)
        assert done.returncode == 0, done.stdout


def test_sha256sum_accepts_both_lists(packed: tuple[Path, PackResult], tmp_path: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not on this machine")
    output, _ = packed
    command = ["sha256sum", "--check", "--strict", "--quiet"]
    subprocess.run([*command, *(f"{name}.sha256" for name in NAMES)], cwd=output, check=True)
    with zipfile.ZipFile(output / NAMES[0]) as archive:
        archive.extractall(tmp_path)
    subprocess.run([*command, f"{Path(NAMES[0]).stem}.sha256"], cwd=tmp_path, check=True)


def test_what_is_unpacked_is_a_library_again(library: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    for one in pack(library, tmp_path / "zips").zips:
        with zipfile.ZipFile(one.path) as archive:
            archive.extractall(unpacked)
    before, again = scan(library), scan(unpacked)
    assert [_images(one) for one in again.series] == [_images(one) for one in before.series]
    assert (len(before.duplicates), len(again.duplicates)) == (1, 0)


def test_the_same_files_give_the_same_bytes_wherever_and_whenever(library: Path, tmp_path: Path) -> None:
    copied = tmp_path / "elsewhere" / "copy"
    shutil.copytree(library, copied, copy_function=shutil.copyfile)
    for path in copied.rglob("*.*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    one, two = pack(library, tmp_path / "one"), pack(copied, tmp_path / "two")
    assert len(one.zips) == 4
    assert [packed.sha256 for packed in one.zips] == [packed.sha256 for packed in two.zips]
    with zipfile.ZipFile(one.zips[2].path) as archive:
        assert {entry.date_time for entry in archive.infolist()[:-1]} == {
            (2021, 3, 4, 6, 35, 10),
            (2021, 3, 14, 6, 35, 10),
        }


def test_a_second_run_reads_only_what_changed(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "zips"
    first = pack(library, output)
    stamps = {one.path: one.path.stat().st_mtime_ns for one in first.zips}
    read: list[str] = []
    pieces = writing._pieces
    monkeypatch.setattr(writing, "_pieces", lambda member: read.append(member.path.name) or pieces(member))
    assert set(_states(pack(library, output)).values()) == {"unchanged"}
    assert read == []
    changed = put_image(library, "20220103T063511", VALUES[::-1], suffix="jp2")
    again = pack(library, output)
    assert _states(again)["NDVI_40KCB_2022_raw.zip"] == "written"
    assert list(_states(again).values()).count("unchanged") == 3
    assert set(read) == {changed.name, f"{changed.name}.aux.xml"}
    assert [one.path.stat().st_mtime_ns == stamps[one.path] for one in again.zips] == [
        one.state == "unchanged" for one in again.zips
    ]
    (output / ".terracite-memory.sqlite").unlink()  # it costs only time
    assert set(_states(pack(library, output)).values()) == {"unchanged"}


def test_a_zip_that_is_not_right_any_more_is_made_again(library: Path, tmp_path: Path) -> None:
    output = tmp_path / "zips"
    sums = {one.path.name: one.sha256 for one in pack(library, output).zips}
    names = sorted(sums)
    (output / names[0]).unlink()
    (output / f"{names[1]}.sha256").unlink()
    content = bytearray((output / names[2]).read_bytes())
    content[len(content) // 2] ^= 1
    (output / names[2]).write_bytes(content)
    again = pack(library, output)
    assert [_states(again)[name] for name in names] == ["written", "written", "written", "unchanged"]
    assert {one.path.name: one.sha256 for one in again.zips} == sums


def test_a_dry_run_tells_the_bytes_and_writes_nothing(library: Path, tmp_path: Path) -> None:
    output = tmp_path / "zips"
    planned = pack(library, output, dry_run=True)
    assert not output.exists()
    assert set(_states(planned).values()) == {"planned"}
    made = pack(library, output)
    assert [one.size for one in made.zips] == [one.size for one in planned.zips]
    assert [one.path.stat().st_size for one in made.zips] == [one.size for one in planned.zips]
    assert set(_states(pack(library, output, dry_run=True)).values()) == {"unchanged"}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(tiles=("T40kcb",), indices=("ndwigao",), kinds=("raw",)), NAMES[4:]),
        (Wanted(indices=("NDVI",)), NAMES[:3]),
        (Wanted(kinds=("masks",)), NAMES[:1]),
        (Wanted(years=(2022,), kinds=("raw", "masked")), NAMES[1:]),
    ],
)
def test_only_what_is_wanted(simulated: SimulatedArchive, tmp_path: Path, wanted: Wanted, names: list[str]) -> None:
    assert list(_states(pack(simulated.root, tmp_path, wanted, dry_run=True))) == names


def test_the_year_is_that_of_sensing_and_the_kept_version_goes_in(library: Path, tmp_path: Path) -> None:
    result = pack(library, tmp_path / "zips", Wanted(kinds=("raw",)))
    with zipfile.ZipFile(result.zips[0].path) as archive:
        images = [Path(name).name for name in archive.namelist() if name.endswith(".jp2")]
    kept = product_id("20210304T063511", baseline="0500", made="20240101T000000")
    assert images == [f"{kept}_NDVI.jp2", f"{product_id('20210314T063511')}_NDVI.jp2"]
    (duplicate,) = result.duplicates
    assert duplicate[0].baseline == "0300"


def test_the_next_version_goes_in_where_the_best_one_cannot_be_read(library: Path, tmp_path: Path) -> None:
    (best,) = library.rglob("*_N0500_*_NDVI.jp2")
    best.write_bytes(best.read_bytes()[:-40])
    result = pack(library, tmp_path / "zips", Wanted(years=(2021,), kinds=("raw",)))
    (problem,) = result.problems
    other = f"{product_id('20210304T063511')}_NDVI.jp2"
    assert problem.where == str(best)
    assert f"'{other}' is packed instead." in problem.what
    with zipfile.ZipFile(result.zips[0].path) as archive:
        assert other in [Path(name).name for name in archive.namelist()]


def test_a_file_that_vanishes_or_changes_meanwhile_is_told_and_the_old_zip_stays(library: Path, tmp_path: Path) -> None:
    output = tmp_path / "zips"
    pack(library, output)
    before = {path.name: path.read_bytes() for path in output.glob("NDVI*")}
    for image in library.rglob("*_NDVI.jp2"):
        image.touch()
    (vanishing,) = (path for path in library.rglob("*_NDVI.jp2") if "_20220103T" in path.name)
    (changing,) = (path for path in library.rglob("*_NDVI.jp2") if "_20210314T" in path.name)

    def meddle(one: Packed) -> None:
        if one.pack.kind == "masks":
            vanishing.unlink(missing_ok=True)
            changing.write_bytes(changing.read_bytes() + b"more")

    result = pack(library, output, told=meddle)
    assert not result.is_whole
    assert [one.state for one in result.zips] == ["unchanged", "unchanged", "failed", "failed"]
    changed, vanished = (str(problem) for problem in result.problems)
    assert f"It was not written: '{changing}' changed while it was packed. Run the command again" in changed
    assert f"It was not written: '{vanishing}' cannot be read any more: No such file or directory." in vanished
    assert {path.name: path.read_bytes() for path in output.glob("NDVI*")} == before
    assert not list(output.glob(".partial*"))


def test_bytes_that_change_without_a_trace_are_found_while_they_are_written(library: Path, tmp_path: Path) -> None:
    output = tmp_path / "zips"
    pack(library, output, Wanted(kinds=("raw",)))
    image = next(path for path in library.rglob("*_NDVI.jp2") if "_20220103T" in path.name)
    was = image.stat()
    content = bytearray(image.read_bytes())
    content[len(content) - 10] ^= 1
    image.write_bytes(content)
    os.utime(image, ns=(was.st_atime_ns, was.st_mtime_ns))
    (output / "NDVI_40KCB_2022_raw.zip").unlink()
    result = pack(library, output, Wanted(kinds=("raw",)))
    assert _states(result)["NDVI_40KCB_2022_raw.zip"] == "failed"
    assert not (output / "NDVI_40KCB_2022_raw.zip").exists()


def test_what_cannot_be_packed_is_said_with_its_cure(library: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"lies inside the archive\. Choose a folder elsewhere"):
        pack(library, library / "zips")
    with pytest.raises(ArchiveError, match=r"There is: 40KCB NDVI 2021, 40KCB NDVI 2022\."):
        pack(library, tmp_path / "zips", Wanted(indices=("EVI",), kinds=("raw",)))
    with pytest.raises(ArchiveError, match="There is no folder"):
        pack(tmp_path / "nowhere", tmp_path / "zips")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArchiveError, match="No image of a known type"):
        pack(tmp_path / "empty", tmp_path / "zips")
    two = tmp_path / "two"
    folder = two / "INDICES" / "NDVI" / "40KCB" / product_id("20200101T000000")
    shutil.copytree(next(library.glob("INDICES/NDVI/40KCB/*_20220103T*")), folder)
    with pytest.raises(
        ArchiveError, match=r"Nothing of what is wanted can be packed\..*Its folder says another product"
    ):
        pack(two, tmp_path / "zips")


def test_a_disk_that_refuses_leaves_nothing_half_and_is_told(library: Path, tmp_path: Path) -> None:
    output = tmp_path / "zips"
    noise = np.random.default_rng(1).integers(0, 9000, (600, 600))
    put_image(library, "20220103T063511", noise, suffix="jp2")
    pack(library, output, Wanted(years=(2021,)))
    with (
        files_up_to(400_000),
        pytest.raises(StorageError, match=r"2022_raw.zip' could not be written: File too large\. This disk"),
    ):
        pack(library, output)
    assert [name for name in _left(output) if name.endswith(".zip")] == [
        *("CLOUDMASKS_40KCB_2021.zip", "CLOUDMASKS_40KCB_2022.zip", "NDVI_40KCB_2021_raw.zip")
    ]
    assert not list(output.glob(".partial*"))
    assert list(_states(pack(library, output)).values()) == ["unchanged", "unchanged", "unchanged", "written"]


def test_a_full_disk_is_told_before_anything_is_written(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**6, 10**6 - 1000, 1000))
    with pytest.raises(StorageError, match=r"No space left on device\. Free some space, or give a folder on another"):
        pack(library, tmp_path / "zips")
    assert _left(tmp_path / "zips") == []


def test_a_folder_that_cannot_be_made_or_is_in_use_is_told(library: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="Name an output folder that you may write to"):
        pack(library, tmp_path / "file" / "zips")
    lock = claim(tmp_path / "zips")
    assert lock is not None
    with pytest.raises(StorageError, match="Another program is packing into"):
        pack(library, tmp_path / "zips")
    os.close(lock)


def test_the_command_lists_the_zips(library: Path, tmp_path: Path) -> None:
    output = tmp_path / "zips"
    arguments = ["timeseries", "pack", str(library), "--output", str(output), "--raw", "--year", "2021"]
    planned, done, again = (CliRunner().invoke(cli, [*arguments, *more]) for more in (["--dry-run"], [], ["--json"]))
    size = (output / "NDVI_40KCB_2021_raw.zip").stat().st_size
    assert planned.stdout == f"NDVI_40KCB_2021_raw.zip: 2 images, {size} bytes ({size / 1000:.1f} kB), planned\n"
    assert done.stdout == f"{output / 'NDVI_40KCB_2021_raw.zip'}\n"
    assert "Processed again" in done.stderr or "was replaced by 0500" in done.stderr
    said = json.loads(again.stdout)
    (one,) = said["zips"]
    assert one["state"] == "unchanged"
    assert (one["kind"], one["tile"], one["index"], one["year"], one["images"]) == ("raw", "40KCB", "NDVI", 2021, 2)
    assert one["sha256"] == hashlib.sha256(Path(one["path"]).read_bytes()).hexdigest()
    assert [len(said[key]) for key in ("duplicates", "problems")] == [1, 0]


def test_the_command_fails_where_a_zip_could_not_be_made(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*_: object) -> str:
        raise writing.ChangedSourceError("'a.jp2' changed while it was packed.", hint="Run the command again.")

    monkeypatch.setattr(writing, "write", changed)
    done = CliRunner().invoke(cli, ["timeseries", "pack", str(library), "--output", str(tmp_path / "zips"), "--masks"])
    assert done.exit_code == 1
    assert "CLOUDMASKS_40KCB_2021.zip: It was not written: 'a.jp2' changed while it was packed." in done.stderr
