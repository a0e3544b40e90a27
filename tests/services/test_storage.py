# SPDX-License-Identifier: AGPL-3.0-or-later
"""One contract for every store: a folder, memory, and S3 when one is at hand."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from terracite.config import Settings
from terracite.errors import StorageError
from terracite.services.storage import Storage, checked_key, folder_storage, open_storage, storage_for

LARGE = os.urandom(7 << 20)


class StorageContract:
    """What any store does; subclasses give an empty one in the fixture ``storage``."""

    @pytest.mark.parametrize("content", [b"", b"x", b"R\xc3\xa9union\n" * 1000])
    def test_bytes_come_back(self, storage: Storage, content: bytes) -> None:
        assert storage.put_bytes("a/b.bin", content) == len(content)
        assert storage.read_bytes("a/b.bin") == content
        assert b"".join(storage.open_range("a/b.bin")) == content
        assert (storage.size("a/b.bin"), storage.exists("a/b.bin")) == (len(content), True)

    def test_large_files_and_streams_come_back(self, storage: Storage, tmp_path: Path) -> None:
        (tmp_path / "large").write_bytes(LARGE)
        assert storage.put_file("from/file", tmp_path / "large") == len(LARGE)
        chunks = (LARGE[start : start + 999_983] for start in range(0, len(LARGE), 999_983))
        assert storage.put_stream("from/stream", chunks) == len(LARGE)
        for key in ("from/file", "from/stream"):
            assert b"".join(storage.open_range(key)) == LARGE

    def test_a_file_that_is_given_away_is_kept(self, storage: Storage, tmp_path: Path) -> None:
        storage.put_bytes("a/b", b"old")
        for _ in range(2):  # the second time it may be the same file already
            (tmp_path / "given").write_bytes(LARGE)
            assert storage.take_file("a/b", tmp_path / "given") == len(LARGE)
        (tmp_path / "given").unlink()
        assert storage.read_bytes("a/b") == LARGE
        assert list(storage.list()) == ["a/b"]

    def test_writing_again_replaces(self, storage: Storage) -> None:
        storage.put_bytes("a", b"old and longer")
        storage.put_bytes("a", b"new")
        assert storage.read_bytes("a") == b"new"

    @pytest.mark.parametrize(
        ("start", "length", "expected"),
        [
            (0, 4, b"0123"),
            (3, 4, b"3456"),
            (8, 100, b"89"),
            (9, None, b"9"),
            (10, 1, b""),
            (99, None, b""),
            (2, 0, b""),
        ],
    )
    def test_ranges_stop_at_the_end(self, storage: Storage, start: int, length: int | None, expected: bytes) -> None:
        storage.put_bytes("digits", b"0123456789")
        assert b"".join(storage.open_range("digits", start, length)) == expected

    def test_ranges_of_a_large_object(self, storage: Storage) -> None:
        storage.put_bytes("large", LARGE)
        assert b"".join(storage.open_range("large", 1_000_003, 5_000_000)) == LARGE[1_000_003:6_000_003]

    def test_what_is_not_there_is_told_at_once(self, storage: Storage) -> None:
        for call in (storage.read_bytes, storage.size, storage.open_range):
            with pytest.raises(StorageError, match=r"'no/such' could not be read: it is not there\. Check its name"):
                call("no/such")
        assert not storage.exists("no/such")

    def test_deleting_can_be_repeated(self, storage: Storage) -> None:
        storage.put_bytes("a/b", b"x")
        storage.delete("a/b")
        storage.delete("a/b")
        assert not storage.exists("a/b")
        assert list(storage.list()) == []

    def test_an_object_moves_whole(self, storage: Storage) -> None:
        storage.put_bytes("a/one", b"first")
        storage.put_bytes("b/two", b"second")

        storage.move("a/one", "b/two")

        assert (storage.exists("a/one"), storage.read_bytes("b/two")) == (False, b"first")
        with pytest.raises(StorageError, match="not there"):
            storage.move("a/one", "b/two")

    def test_it_says_when_an_object_was_written(self, storage: Storage) -> None:
        storage.put_bytes("a/one", b"first")
        age = dt.datetime.now(dt.UTC) - storage.modified("a/one")
        assert -dt.timedelta(seconds=2) < age < dt.timedelta(minutes=1)

    def test_listing_goes_by_folders(self, storage: Storage) -> None:
        keys = {"a/1", "a/b/2", "ab/3", "é à/4 5.txt", "100%/#x"}
        for key in keys:
            storage.put_bytes(key, b"x")
        assert set(storage.list()) == keys
        assert set(storage.list("a")) == {"a/1", "a/b/2"}
        assert list(storage.list("none")) == []

    def test_a_stream_that_fails_keeps_what_was_there(self, storage: Storage) -> None:
        storage.put_bytes("kept", b"old")

        def cut() -> Iterator[bytes]:
            yield LARGE
            raise ConnectionResetError("the browser went away")

        for key in ("kept", "new"):
            with pytest.raises(ConnectionResetError, match="went away"):
                storage.put_stream(key, cut())
        assert storage.read_bytes("kept") == b"old"
        assert list(storage.list()) == ["kept"]

    def test_errors_of_a_stream_come_through_unchanged(self, storage: Storage) -> None:
        def refused() -> Iterator[bytes]:
            yield b"x"
            raise StorageError("Too large.", hint="Send less.")

        with pytest.raises(StorageError, match=r"^Too large\. Send less\.$"):
            storage.put_stream("new", refused())

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/a",
            "a/",
            "../a",
            "a/../b",
            "a//b",
            "./a",
            "a\\b",
            "a\x00b",
            "a\nb",
            "a\x7fb",
            "a/x#1",
            "a/b:",
            "b|",
            "k" * 256,
        ],
    )
    def test_keys_that_could_leave_the_store_are_refused(self, storage: Storage, key: str) -> None:
        for call in (storage.exists, storage.delete, storage.path, storage.size):
            with pytest.raises(StorageError, match="cannot name a stored object"):
                call(key)
        with pytest.raises(StorageError, match="cannot name a stored object"):
            storage.put_bytes(key, b"x")


class TestMemory(StorageContract):
    @pytest.fixture
    def storage(self) -> Storage:
        return open_storage("memory:///")

    def test_it_has_no_paths(self, storage: Storage) -> None:
        assert storage.path("a") is None


@pytest.mark.skipif("TERRACITE_TEST_S3" not in os.environ, reason="TERRACITE_TEST_S3 (s3://bucket) is not set")
class TestS3(StorageContract):
    @pytest.fixture
    def storage(self) -> Storage:
        return open_storage(f"{os.environ['TERRACITE_TEST_S3']}/{uuid.uuid4()}")


class TestFolder(StorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return folder_storage(tmp_path / "store")

    def test_objects_are_plain_files(self, storage: Storage, tmp_path: Path) -> None:
        storage.put_bytes("é à/100%#x.txt", b"x")
        assert storage.path("é à/100%#x.txt") == tmp_path / "store" / "é à" / "100%#x.txt"
        assert (tmp_path / "store" / "é à" / "100%#x.txt").read_bytes() == b"x"

    def test_emptied_folders_go(self, storage: Storage, tmp_path: Path) -> None:
        storage.put_bytes("a/b/c", b"x")
        storage.delete("a/b/c")
        assert list((tmp_path / "store").iterdir()) == []

    def test_a_file_where_a_folder_should_be_is_told(self, storage: Storage, tmp_path: Path) -> None:
        storage.put_bytes("a", b"x")
        with pytest.raises(StorageError, match="'a/b' could not be kept"):
            storage.put_bytes("a/b", b"x")
        with pytest.raises(StorageError, match="could not be opened"):
            folder_storage(tmp_path / "store" / "a" / "b")

    @given(st.text(st.characters(codec="utf-8"), max_size=12))
    @example("\x7f")
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_key_is_kept_under_itself_or_refused(self, storage: Storage, key: str) -> None:
        try:
            checked_key(key)
        except StorageError:
            return
        storage.put_bytes(key, key.encode())
        path = storage.path(key)
        assert path is not None
        assert path.read_bytes() == key.encode()
        assert list(storage.list()) == [key]
        storage.delete(key)


FILL = """
import resource, signal, sys
from terracite.errors import StorageError
from terracite.services.storage import folder_storage
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    folder_storage(__import__("pathlib").Path(sys.argv[1])).put_stream("map.tif", [b"x" * 90_000] * 3)
except StorageError as error:
    print(error)
"""

WRITE_FOR_EVER = """
import pathlib, sys
from terracite.services.storage import folder_storage
store = folder_storage(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        store.put_stream("map.tif", [letter * 1_000_000] * 5)
"""


def test_a_full_disk_is_told_and_keeps_what_was_there(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk."""
    store = folder_storage(tmp_path)
    store.put_bytes("map.tif", b"old")
    done = subprocess.run([sys.executable, "-B", "-c", FILL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "'map.tif' could not be kept: the disk is full. "
        "Free some space and do the same again: what was stored before is untouched.\n"
    )
    assert store.read_bytes("map.tif") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["map.tif"]


def test_a_really_full_disk(tmp_path: Path) -> None:
    """The same on a file system of 1 MB, where this machine lets us mount one."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small file system needs rights that this machine does not give")
    try:
        store = folder_storage(tmp_path)
        store.put_bytes("small", b"old")
        with pytest.raises(StorageError, match="'large' could not be kept: the disk is full"):
            store.put_stream("large", [LARGE])
        assert list(store.list()) == ["small"]
        assert [path.name for path in tmp_path.iterdir()] == ["small"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_killed_writer_leaves_a_whole_object(tmp_path: Path) -> None:
    store = folder_storage(tmp_path)
    store.put_bytes("map.tif", b"")
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            for _ in range(20):
                content = store.read_bytes("map.tif")
                assert content in {b"", b"a" * 5_000_000, b"b" * 5_000_000}
            child.send_signal(signal.SIGKILL)
        assert store.read_bytes("map.tif") in {b"", b"a" * 5_000_000, b"b" * 5_000_000}
        assert list(store.list()) == ["map.tif"]


def test_the_settings_choose_the_store(tmp_path: Path) -> None:
    storage_for(Settings(data_dir=tmp_path)).put_bytes("a", b"x")
    assert (tmp_path / "files" / "a").read_bytes() == b"x"


def test_an_address_that_names_no_store_is_told() -> None:
    with pytest.raises(StorageError, match="could not be opened"):
        open_storage("gopher://hole")
