# SPDX-License-Identifier: AGPL-3.0-or-later
"""The zips themselves: sizes known before, zip64 where it is needed; and whether an image is whole."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from terracite.timeseries.packing import zip_format
from terracite.timeseries.packing.soundness import defect
from terracite.timeseries.packing.writing import _line
from terracite.timeseries.packing.zip_format import Entry, chunks, total_size

from .station import put_image

MOMENT = dt.datetime(2022, 1, 3, 6, 35, 10, tzinfo=dt.UTC)


def _zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    entries = [(Entry(name, len(content), MOMENT, zlib.crc32(content)), [content]) for name, content in files]
    made = b"".join(chunks(entries))
    assert len(made) == total_size(entry for entry, _ in entries)
    return made


@pytest.mark.parametrize("names", [(), ("a",), ("a", "été/b.jp2", "c d")])
@pytest.mark.parametrize("limit", [0xFFFFFFFF, 1000, 70, 10])
def test_what_is_read_is_what_was_written_with_zip64_or_without(
    names: Sequence[str], limit: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zip_format, "LONG", limit)
    files = [(name, bytes(range(40)) * (number + 1)) for number, name in enumerate(names)]
    path = tmp_path / "all.zip"
    path.write_bytes(_zipped(files))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [(entry.filename, archive.read(entry)) for entry in archive.infolist()] == files
        assert all(entry.date_time == (2022, 1, 3, 6, 35, 10) for entry in archive.infolist())
        assert all(entry.external_attr >> 16 == 0o100644 for entry in archive.infolist())
    for reader in (["unzip", "-tq"], ["7z", "t", "-bd"], ["bsdtar", "-tf"]):
        if names and shutil.which(reader[0]):
            done = subprocess.run([*reader, path], capture_output=True)
            assert done.returncode == 0, done.stdout


def test_more_files_than_a_plain_zip_can_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_format, "MANY", 100)
    made = _zipped([(f"{number:05}", b"") for number in range(101)])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert len(archive.infolist()) == 101


def test_years_that_a_zip_cannot_hold_are_the_nearest_it_can() -> None:
    for year, told in ((1972, 1980), (2200, 2107)):
        content = b"".join(chunks([(Entry("a", 0, dt.datetime(year, 5, 6, tzinfo=dt.UTC)), [])]))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.infolist()[0].date_time[:3] == (told, 5, 6)


def test_a_name_with_a_line_break_is_escaped_as_sha256sum_does(tmp_path: Path) -> None:
    name = "a\\b\nc"
    (tmp_path / name).write_bytes(b"content")
    done = subprocess.run(["sha256sum", "--", name], cwd=tmp_path, capture_output=True, check=True)
    assert _line("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73", name) == done.stdout


def test_an_image_is_whole_or_not(tmp_path: Path) -> None:
    image = put_image(tmp_path, "20220103T063511", np.arange(4096).reshape(64, 64), suffix="jp2")
    content = image.read_bytes()
    assert defect(image) is None
    for size in (1, 11, 12, 60, len(content) // 2, len(content) - 1):
        image.write_bytes(content[:size])
        assert defect(image) == (
            "It is no JPEG 2000 file, or only the beginning of one.",
            "Copy it again, or get the product processed again.",
        ), size
    image.write_bytes(b"")
    assert defect(image) == ("It is empty.", "Copy it again, or get the product processed again.")
    image.unlink()
    assert defect(image) == ("It vanished.", "Run the command again.")
    image.mkdir()
    assert defect(image) == ("It cannot be read: Is a directory.", "Change its permissions, or copy it again.")


def test_a_codestream_without_boxes_or_lengths_is_whole_when_it_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "a.jp2"
    path.write_bytes(b"\xff\x4f\xff\x51 image \xff\xd9")
    assert defect(path) is None
    path.write_bytes(b"\xff\x4f\xff\x51 image ")
    assert defect(path) is not None
    signature = b"\0\0\0\x0cjP  \r\n\x87\n"
    path.write_bytes(signature + b"\0\0\0\0jp2c\xff\x4f image \xff\xd9")  # up to the end of the file
    assert defect(path) is None
    path.write_bytes(signature + b"\0\0\0\x01jp2c" + (20).to_bytes(8, "big") + b"data")
    assert defect(path) is None
    path.write_bytes(signature + b"\0\0\0\x03jp2c")
    assert defect(path) is not None
    path.with_suffix(".tif").write_bytes(b"II")  # only JPEG 2000 is looked into
    assert defect(path.with_suffix(".tif")) is None
