# SPDX-License-Identifier: AGPL-3.0-or-later
"""A crate as a zip: its length known beforehand, unpacked only when it is what it says."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from crate.samples import NOON, listing, make_crate
from terracite.crate import archive, layout, receipts
from terracite.crate.receipts import Receipt
from terracite.crate.verify import verify
from terracite.errors import CrateError


def zipped(*entries: tuple[str, bytes]) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, data in entries:
            made.writestr(name, data)
    content.seek(0)
    return content


def test_a_crate_goes_through_a_zip_unchanged_but_for_its_receipts(tmp_path: Path) -> None:
    folder = make_crate(tmp_path / "crate").folder
    receipts.add(folder, Receipt("here", "uuid-1", at=NOON))
    content = b"".join(archive.zip_chunks(folder))
    assert len(content) == archive.zip_bytes(folder)
    assert content == b"".join(archive.zip_chunks(folder))
    unpacked = archive.unpack(io.BytesIO(content), tmp_path / "received")
    assert unpacked == tmp_path / "received" / "crate"
    assert verify(unpacked) == []
    (folder / layout.RECEIPTS).unlink()
    assert listing(unpacked) == listing(folder)


def test_the_length_is_right_beyond_the_limits_of_the_old_zip(tmp_path: Path) -> None:
    """Sizes only: a file of 3 GiB, one behind it, and more than 65,535 files, none of them read."""
    folder = tmp_path / "crate"
    folder.mkdir()
    for name, size in (("a.tif", 3 << 30), ("b.tif", 5)):
        with (folder / name).open("wb") as file:
            file.truncate(size)
    overhead = archive.zip_bytes(folder) - (3 << 30) - 5
    local = 2 * (30 + len("crate/a.tif") + 20 + 24)
    central = 2 * (46 + len("crate/a.tif")) + (4 + 16) + (4 + 8)
    assert overhead == local + central + 56 + 20 + 22


@pytest.mark.parametrize("name", ["../evil", "/abs", "a/../../evil", "a\\b", "a//b"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CrateError, match="not a path inside a crate"):
        archive.unpack(zipped((name, b"x"), ("record.json", b"{}")), tmp_path / "in")
    assert not (tmp_path / "evil").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        entry = zipfile.ZipInfo("crate/record.json")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
    with pytest.raises(CrateError, match="not a plain file"):
        archive.unpack(content, tmp_path / "in")


def test_too_much_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("crate/record.json", b"0" * 10_000_000)
    with pytest.raises(CrateError, match="larger than 1000000 bytes"):
        archive.unpack(bomb, tmp_path / "in", max_bytes=1_000_000)
    assert not (tmp_path / "in").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CrateError, match="same name"):
        archive.unpack(zipped(("record.json", b"{}"), ("record.json", b"[]")), tmp_path / "in")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (io.BytesIO(b"not a zip"), "broken"),
        (io.BytesIO(b""), "broken"),
        (zipped(("a.txt", b"x")), "not a crate"),
        (zipped(), "not a crate"),
        (zipped(("one/record.json", b"{}"), ("two/record.json", b"{}")), "not a crate"),
        (zipped(("a", b"x"), ("a/record.json", b"{}")), "broken"),
    ],
)
def test_anything_else_is_told(tmp_path: Path, content: io.BytesIO, reason: str) -> None:
    with pytest.raises(CrateError, match=reason):
        archive.unpack(content, tmp_path / "in")


def test_a_damaged_zip_is_told(tmp_path: Path) -> None:
    folder = make_crate(tmp_path / "crate").folder
    content = bytearray(b"".join(archive.zip_chunks(folder)))
    content[content.index(b"time series")] ^= 1
    with pytest.raises(CrateError, match="broken"):
        archive.unpack(io.BytesIO(content), tmp_path / "in")
    with pytest.raises(CrateError, match="broken"):
        archive.unpack(io.BytesIO(content[: len(content) // 2]), tmp_path / "in2")


def test_real_broken_zips_are_told_and_nothing_else_happens(shared_data: Path, tmp_path: Path) -> None:
    broken = sorted((shared_data / "deposit-files" / "nasty" / "zip").rglob("*.zip"))
    assert len(broken) >= 30
    for number, path in enumerate(broken):  # none of them is a crate
        with pytest.raises(CrateError):
            archive.unpack(path, tmp_path / str(number), max_bytes=50_000_000)


def test_a_name_that_no_disk_can_keep_is_told(tmp_path: Path) -> None:
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as made:
        made.writestr("a" * 300, b"x")
    with pytest.raises(CrateError, match="broken"):
        archive.unpack(source, tmp_path)
