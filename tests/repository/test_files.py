# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a draft: received whole or not at all, kept once, looked into."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rasterio.transform import from_origin

from terracite.errors import DepositError, MoveError, StorageError
from terracite.record.model import DataFile, Text
from terracite.repository import deposits, files, incoming, moderation
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.services.storage import Storage, storage_for

from .conftest import People

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)


@pytest.fixture
def empty(cast: People, deposit) -> DatasetVersion:
    return deposits.create_dataset(deposit, cast.alice)


def add(version: DatasetVersion, cast: People, path: str, content: bytes, **more: str) -> StoredFile:
    return files.add_file(version, cast.alice, path, io.BytesIO(content), **more)


def geotiff(folder: Path, name: str, west: float, north: float) -> bytes:
    path = folder / name
    transform = from_origin(west, north, 10, 10)
    profile = {"driver": "GTiff", "width": 64, "height": 64, "count": 1, "dtype": "uint8", "crs": "EPSG:32740"}
    with rasterio.open(path, "w", transform=transform, **profile) as image:
        image.write(np.ones((1, 64, 64), dtype="uint8"))
    return path.read_bytes()


def store() -> Storage:
    return storage_for(django_settings.TERRACITE)


def objects() -> list[str]:
    return list(store().list("objects"))


def waiting_uploads() -> list[Path]:
    return [path for path in incoming.folder().iterdir() if path.is_file()]


def test_a_file_is_hashed_and_kept_under_its_hash(empty, cast):
    stored = add(empty, cast, "data/table.csv", b"a,b\n1,2\n")

    digest = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (stored.path, stored.bytes, stored.sha256, stored.state) == ("data/table.csv", 8, digest, "incoming")
    assert [store().read_bytes(key) for key in objects()] == [b"a,b\n1,2\n"]
    assert waiting_uploads() == []


def test_the_same_content_is_kept_once(empty, cast):
    add(empty, cast, "one.txt", b"same")
    add(empty, cast, "two.txt", b"same")

    assert len(objects()) == 1
    assert empty.files.count() == 2


def test_the_same_path_again_replaces_and_the_same_content_changes_nothing(empty, cast):
    first = files.inspect_file(add(empty, cast, "a.txt", b"old"))
    again = add(empty, cast, "a.txt", b"old")
    assert (again.pk, again.state) == (first.pk, "ok")

    replaced = add(empty, cast, "a.txt", b"new")

    assert (replaced.pk, replaced.state, replaced.facts) == (first.pk, "incoming", {})
    assert empty.files.get().sha256 == hashlib.sha256(b"new").hexdigest()


def test_bytes_damaged_on_their_way_are_not_kept(empty, cast):
    announced = hashlib.sha256(b"whole").hexdigest()

    with pytest.raises(DepositError, match="damaged on its way"):
        add(empty, cast, "a.txt", b"who", expected_sha256=announced)

    assert (empty.files.count(), objects(), waiting_uploads()) == (0, [], [])
    add(empty, cast, "a.txt", b"whole", expected_sha256=announced.upper())


def test_an_upload_that_breaks_off_leaves_nothing(empty, cast):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.add_file(empty, cast.alice, "a.txt", Broken())

    assert (empty.files.count(), objects(), waiting_uploads()) == (0, [], [])


def test_a_full_disk_is_told_with_its_cure(empty, cast):
    class Full(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match=r"'a.txt' could not be kept: the disk is full. Free some space"):
        files.add_file(empty, cast.alice, "a.txt", Full())


def test_a_disk_that_is_full_only_when_a_file_is_closed_is_told_too(empty, cast, monkeypatch):
    real = tempfile.NamedTemporaryFile

    @contextmanager
    def file_of(**named: Any) -> Iterator[Any]:
        with real(**named) as file:
            yield file
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", file_of)
    with pytest.raises(StorageError, match=r"the disk is full. Free some space and send it again"):
        files.add_file(empty, cast.alice, "a.txt", io.BytesIO(b"words"))
    assert waiting_uploads() == []


def test_a_file_over_the_ceiling_is_refused(empty, cast, settings):
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, max_file_bytes=10)

    add(empty, cast, "fits.txt", b"x" * 10)
    with pytest.raises(DepositError, match="larger than 10 bytes"):
        add(empty, cast, "large.txt", b"x" * 11)


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../up.txt", "a/../../b", "a//b", "a/", ".", "C:/x", "C:\\x", "a\\b", "a\0b", "a\nb",
     "a/ /b", "x" * 256, "/".join(["abcdefgh"] * 60), "right\u202eleft.txt"],
)  # fmt: skip
def test_a_path_that_is_not_plain_is_refused(path, empty, cast):
    with pytest.raises(DepositError):
        add(empty, cast, path, b"x")
    assert empty.files.count() == 0


@given(st.text(max_size=40))
def test_a_path_that_is_taken_is_one_that_the_record_takes(path):
    try:
        name = files.clean_path(path)
    except DepositError:
        return
    try:
        DataFile(path=name, bytes=0, sha256="0" * 64)
    except ValidationError as error:  # pragma: no cover
        pytest.fail(str(error))
    assert files.clean_path(name) == name


def test_accents_are_written_one_way(empty, cast):
    stored = add(empty, cast, "e\u0301te\u0301.txt", b"x")

    assert stored.path == "\u00e9t\u00e9.txt"


def test_a_file_is_not_a_folder_too(empty, cast):
    add(empty, cast, "maps", b"x")
    with pytest.raises(DepositError, match="same name for a folder"):
        add(empty, cast, "maps/one.tif", b"x")

    add(empty, cast, "tables/one.csv", b"x")
    with pytest.raises(DepositError, match="same name for a folder"):
        add(empty, cast, "tables", b"x")


@pytest.mark.parametrize("who", ["bob", "chloe", "dora", "admin"])
def test_nobody_else_adds_describes_or_removes(who, empty, cast):
    add(empty, cast, "a.txt", b"x")
    person = getattr(cast, who)

    for attempt in (
        lambda: files.add_file(empty, person, "b.txt", io.BytesIO(b"x")),
        lambda: files.describe_file(empty, person, "a.txt", role="data"),
        lambda: files.remove_file(empty, person, "a.txt"),
    ):
        with pytest.raises(MoveError):
            attempt()
    assert [file.path for file in empty.files.all()] == ["a.txt"]


def test_files_of_a_submitted_dataset_are_frozen(draft, cast):
    moderation.submit(draft, cast.alice, terms_accepted=True)

    with pytest.raises(MoveError):
        add(draft, cast, "late.txt", b"x")
    with pytest.raises(MoveError):
        files.remove_file(draft, cast.alice, "cover.txt")
    assert draft.files.count() == 2


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("README", "documentation"), ("docs/readme.md", "documentation"), ("LISEZMOI.txt", "documentation"),
        ("report.pdf", "documentation"), ("map.qml", "legend"), ("thumbnail.png", "thumbnail"),
        ("record.json", "metadata"), ("map.tif", "data"), ("table.csv", "data"), ("photo.png", "data"),
    ],
)  # fmt: skip
def test_a_role_is_guessed_from_the_name(path, role):
    assert files.guess_role(path) == role


def test_a_file_is_described(empty, cast):
    add(empty, cast, "a.txt", b"x")

    files.describe_file(empty, cast.alice, "a.txt", role="documentation", description=Text(fr="Un", en="One"))

    (file,) = deposits.record_of(empty).files
    assert (file.role, file.description) == ("documentation", Text(fr="Un", en="One"))


def test_facts_fill_empty_fields_marked_with_their_file(empty, cast, tmp_path):
    stored = add(empty, cast, "map.tif", geotiff(tmp_path, "map.tif", 320_000, 7_660_000))

    looked = files.inspect_file(stored)

    empty.refresh_from_db()
    record = deposits.record_of(empty)
    assert (looked.state, looked.problem) == ("ok", "")
    assert record.reference_systems[0].code == "EPSG:32740"
    assert record.resolutions[0].distance_m == 10
    assert record.representation == "grid"
    assert record.extents[0].box.west == pytest.approx(55.26, abs=0.02)
    assert record.files[0].media_type.startswith("image/tiff")
    extracted = {field: origin.detail for field, origin in record.origins.items() if origin.kind == "extracted"}
    assert {field: extracted.get(field) for field in ("extents", "reference_systems", "resolutions")} == {
        "extents": "map.tif",
        "reference_systems": "map.tif",
        "resolutions": "map.tif",
    }
    assert empty.edit == 1
    assert empty.west == record.extents[0].box.west


def test_what_was_typed_stays_when_a_file_says_something_else(empty, cast, tmp_path):
    typed = {"extents": [{"box": {"west": 0, "south": 0, "east": 1, "north": 1}}], "resolutions": [{"distance_m": 30}]}
    deposits.save(empty, cast.alice, typed)

    files.inspect_file(add(empty, cast, "map.tif", geotiff(tmp_path, "map.tif", 320_000, 7_660_000)))

    empty.refresh_from_db()
    record = deposits.record_of(empty)
    assert (record.extents[0].box.east, record.resolutions[0].distance_m) == (1, 30)
    assert record.reference_systems[0].code == "EPSG:32740"


def test_two_files_widen_one_extent_and_a_removed_one_leaves_it(empty, cast, tmp_path):
    files.inspect_file(add(empty, cast, "west.tif", geotiff(tmp_path, "west.tif", 320_000, 7_660_000)))
    empty.refresh_from_db()
    alone = deposits.record_of(empty).extents[0].box

    files.inspect_file(add(empty, cast, "east.tif", geotiff(tmp_path, "east.tif", 340_000, 7_660_000)))
    empty.refresh_from_db()
    together = deposits.record_of(empty)
    assert len(together.extents) == 1
    assert together.extents[0].box.east > alone.east
    assert together.origins["extents"].detail == "west.tif, east.tif"

    files.remove_file(empty, cast.alice, "east.tif")
    empty.refresh_from_db()
    assert deposits.record_of(empty).extents[0].box == alone
    assert deposits.record_of(empty).origins["extents"].detail == "west.tif"

    files.remove_file(empty, cast.alice, "west.tif")
    empty.refresh_from_db()
    assert deposits.record_of(empty).extents == ()


@pytest.mark.parametrize("name", ["harmless.csv", "tool", "map.tif"])
def test_a_program_is_put_aside_whatever_its_name(name, empty, cast):
    looked = files.inspect_file(add(empty, cast, name, ELF))

    assert looked.state == "quarantined"
    assert "is a program" in looked.problem
    blocking = [finding for finding in deposits.findings(empty) if finding.rule == "file_put_aside"]
    assert [finding.level for finding in blocking] == ["blocker"]


def test_a_windows_program_is_put_aside(empty, cast):
    program = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(100)

    assert files.inspect_file(add(empty, cast, "setup.dat", program)).state == "quarantined"


def test_a_damaged_file_is_kept_with_its_problem(empty, cast, tmp_path):
    content = geotiff(tmp_path, "map.tif", 320_000, 7_660_000)

    looked = files.inspect_file(add(empty, cast, "map.tif", content[:200]))

    assert looked.state == "ok"
    assert "map.tif" in looked.problem
    assert [finding.rule for finding in deposits.findings(empty) if finding.rule == "file_not_read"] == [
        "file_not_read"
    ]


def test_a_file_replaced_while_it_was_looked_into_keeps_its_new_state(empty, cast):
    old = add(empty, cast, "a.txt", b"old")
    add(empty, cast, "a.txt", b"new")

    files.inspect_file(old)

    assert empty.files.get().state == "incoming"


def test_a_file_whose_bytes_are_gone_is_put_aside(empty, cast):
    stored = add(empty, cast, "a.txt", b"x")
    store().delete(objects()[0])

    looked = files.inspect_file(stored)

    assert looked.state == "quarantined"
    assert "Send the file again" in looked.problem


def test_uploads_left_by_killed_processes_are_cleared_after_a_day(instance):
    left = incoming.folder() / "upload-left"
    left.write_bytes(b"half")
    unpacked = incoming.folder() / "crate-left"
    unpacked.mkdir()
    (unpacked / "record.json").write_bytes(b"{}")

    assert incoming.clear_stale(left.stat().st_mtime + 3600) == 0
    assert incoming.clear_stale(left.stat().st_mtime + 25 * 3600) == 2
    assert not left.exists()
    assert not unpacked.exists()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(content=st.binary(max_size=3_000_000))
def test_any_bytes_come_back_as_they_were(content, instance):
    with incoming.received(io.BytesIO(content), "x") as upload:
        assert upload.path.read_bytes() == content
        assert (upload.bytes, upload.sha256) == (len(content), hashlib.sha256(content).hexdigest())
