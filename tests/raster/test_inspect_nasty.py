# SPDX-License-Identifier: AGPL-3.0-or-later
"""Traps: each is told in words, in bounded time and memory. Readers run here; the limits are tested in test_inspect."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest

from terracite.errors import InspectionError
from terracite.raster.inspect import inspect
from terracite.raster.inspect_child import answer
from terracite.raster.inspect_kinds import kind_of


def told(path: Path) -> str:
    """What is said of a file: an error, or its warnings."""
    try:
        found = answer(path, kind_of(path).name)
    except InspectionError as error:
        return str(error)
    return f"{found['error']} {found['hint']}" if "error" in found else str(found["warnings"])


def huge_tiff(side: int) -> bytes:
    """A header that declares side x side pixels, and nothing else."""
    tags = {256: side, 257: side, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: side, 279: 100}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + b"\0\0\0\0"


def test_an_image_of_a_billion_by_a_billion_pixels(tmp_path: Path) -> None:
    path = tmp_path / "huge.tif"
    path.write_bytes(huge_tiff(10**9))
    assert "'huge.tif' cannot be read as TIFF" in told(path)


def test_documents_nested_without_end_say_nothing(tmp_path: Path) -> None:
    for name, content in (
        ("deep.json", "[" * 500_000),
        ("deep.geojson", '{"type":"FeatureCollection","features":' + "[" * 500_000),
        ("deep.xml", "<?xml version='1.0'?>" + "<a>" * 100_000),
    ):
        (tmp_path / name).write_text(content)
        assert told(tmp_path / name)


def test_an_archive_that_declares_less_than_it_holds(tmp_path: Path) -> None:
    """Its directory says a few bytes; nothing is unpacked beyond what the directory says."""
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.bin", b"\0" * 50_000_000)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    path.write_bytes(content)
    assert "cannot be unpacked" in told(path)


def test_members_that_share_their_bytes(tmp_path: Path) -> None:
    """Overlapping entries (as in Fifield's bomb) unpack to more than the archive can hold."""
    path = tmp_path / "overlap.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 30_000_000)
        item = archive.infolist()[0]
        for name in "bcdefgh":
            twin = zipfile.ZipInfo(name)
            twin.header_offset, twin.file_size, twin.compress_size, twin.CRC, twin.compress_type = (
                item.header_offset, item.file_size, item.compress_size, item.CRC, item.compress_type,
            )  # fmt: skip
            archive.filelist.append(twin)
    assert "would unpack to" in told(path)


def test_a_table_of_one_endless_line(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n")
        stream.truncate(10**9)  # zeros, none of them on the disk
    with pytest.raises(InspectionError) as caught:
        inspect(path, timeout_s=20, memory_mb=700)
    assert caught.value.hint


def test_every_nasty_file_is_told_in_words(shared_data: Path) -> None:
    """In this process, where a crash of a library would end the test; the limits of the child come on top."""
    folder = shared_data / "deposit-files" / "nasty"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    for path in files:
        said = told(path)
        assert json.dumps(said)
        assert "Traceback" not in said
