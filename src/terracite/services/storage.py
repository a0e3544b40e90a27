# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping bytes under keys: in a folder, in S3-compatible object storage, or in memory for tests.

Keys are relative paths with forward slashes. A key holds an object whole or not at all: a write that fails,
or is killed, leaves what was there before.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, cast
from unicodedata import category
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from terracite.config import Settings
from terracite.crate.disk import sync
from terracite.errors import StorageError
from terracite.services.storage_errors import Troubles

if TYPE_CHECKING:
    from obstore.store import RetryConfig

CHUNK_BYTES = 1 << 20
_PIECE_BYTES = 8 << 20  #: a request to a distant store ends in seconds, however slow the reader of the whole is
_PART_BYTES, _MOST_PARTS = 5 << 20, 9_000  #: of one object sent to a distant store; S3 takes 10,000 parts
#: a distant store that does not answer is given up after some seconds: people and the worker try again later
_RETRIES: RetryConfig = {
    "max_retries": 5,
    "retry_timeout": dt.timedelta(seconds=15),
    "backoff": {"init_backoff": dt.timedelta(milliseconds=200), "max_backoff": dt.timedelta(seconds=2), "base": 2},
}
_UNUSABLE = re.compile(r"#\d+$|[A-Za-z][:|]$")  # obstore's unfinished files; what it takes for a drive of Windows


class Storage(Protocol):
    """What every store does. Whatever goes wrong is a `StorageError` that names the key."""

    def put_file(self, key: str, path: Path) -> int:
        """Keep a copy of the file ``path`` under ``key``, replacing what was there; returns its size in bytes."""
        ...

    def take_file(self, key: str, path: Path) -> int:
        """The same where the caller gives the file away, and writes to it no more: it is moved if it can be."""
        ...

    def put_bytes(self, key: str, content: bytes) -> int:
        """Keep ``content`` under ``key``, replacing what was there; returns its size."""
        ...

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> int:
        """Keep what ``chunks`` yields; nothing is kept when it raises, and its exception comes through."""
        ...

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start``, ``length`` of them or all that follow, in pieces; fewer at the end."""
        ...

    def read_bytes(self, key: str) -> bytes:
        """The whole object at once: for small ones."""
        ...

    def size(self, key: str) -> int:
        """How many bytes the object has."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is an object under ``key``."""
        ...

    def modified(self, key: str) -> dt.datetime:
        """When the object was last written, UTC."""
        ...

    def move(self, key: str, target: str) -> None:
        """Give the object another key, replacing what was there; killed in between, it has both."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens when there is none."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """The keys below the folder ``prefix``, in no special order."""
        ...

    def path(self, key: str) -> Path | None:
        """Where the object is a file of this machine, or None; for reading only."""
        ...


_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def _told(what: str) -> Callable[[Callable[_Given, _Answer]], Callable[_Given, _Answer]]:
    """Turn the errors of the store into a `StorageError` that says ``what`` failed and names the key."""

    def decorate(function: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
        @wraps(function)
        def call(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
            troubles, key = cast("ObjectStorage", args[0]).troubles, str(args[1])
            troubles.check(what, key)
            try:
                return function(*args, **kwargs)
            except StorageError:
                raise
            except (BaseError, OSError) as error:
                raise troubles.told(what, key, error) from error

        return call

    return decorate


class ObjectStorage:
    """A `Storage` on any store of obstore; ``folder`` is set when it is one of this machine."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self.troubles = Troubles(is_distant=folder is None)

    @_told("kept")
    def put_file(self, key: str, path: Path) -> int:
        with path.open("rb") as file:
            return self._put(key, iter(lambda: file.read(CHUNK_BYTES), b""), path.stat().st_size)

    @_told("kept")
    def take_file(self, key: str, path: Path) -> int:
        target = self.path(key)
        if target is None or not _linked(path, target):
            return self.put_file(key, path)
        for item in (target, target.parent):
            sync(item)
        return target.stat().st_size

    def put_bytes(self, key: str, content: bytes) -> int:
        return self._put(key, [content])

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> int:
        return self._put(key, chunks)

    @_told("read")
    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        if self._folder is None and start >= 0 and length and length <= _PIECE_BYTES:
            return self._small_range(key, start, length)
        left = self.size(key) - start
        length = left if length is None else min(length, left)
        if start < 0 or length <= 0:
            return iter(())
        if self._folder is None:
            return self._pieces(key, start, start + length)
        found = obstore.get(self._store, key, options={"range": (start, start + length)})
        return (bytes(chunk) for chunk in found.stream(min_chunk_size=CHUNK_BYTES))

    def _small_range(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """In one request: a store cuts off what lies behind the end, and refuses what begins there."""
        try:
            return iter((bytes(obstore.get_range(self._store, checked_key(key), start=start, length=length)),))
        except (BaseError, ValueError):
            if start < self.size(key):
                raise
            return iter(())

    def _pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        for place in range(start, end, _PIECE_BYTES):
            yield self._piece(key, place, min(end, place + _PIECE_BYTES))

    @_told("read")
    def _piece(self, key: str, start: int, end: int) -> bytes:
        return bytes(obstore.get_range(self._store, key, start=start, end=end))

    @_told("read")
    def read_bytes(self, key: str) -> bytes:
        return bytes(obstore.get(self._store, checked_key(key)).bytes())

    @_told("read")
    def size(self, key: str) -> int:
        return int(obstore.head(self._store, checked_key(key))["size"])

    @_told("looked up")
    def exists(self, key: str) -> bool:
        try:
            obstore.head(self._store, checked_key(key))
        except FileNotFoundError:
            return False
        return True

    @_told("looked up")
    def modified(self, key: str) -> dt.datetime:
        moment: dt.datetime = obstore.head(self._store, checked_key(key))["last_modified"]
        return moment.astimezone(dt.UTC)

    @_told("moved")
    def move(self, key: str, target: str) -> None:
        source, place = self.path(key), self.path(target)
        if source is not None and place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            source.replace(place)
            os.utime(place)
            return
        obstore.copy(self._store, checked_key(key), checked_key(target))
        obstore.delete(self._store, key)

    @_told("deleted")
    def delete(self, key: str) -> None:
        try:
            obstore.delete(self._store, checked_key(key))
        except FileNotFoundError:
            return

    def list(self, prefix: str = "") -> Iterator[str]:
        found = iter(obstore.list(self._store, prefix=checked_key(prefix) if prefix else None))
        pages = iter(lambda: self._next_page(prefix, found), [])
        return (key for page in pages for key in page)

    @_told("listed")
    def _next_page(self, prefix: str, found: Iterator[Any]) -> Sequence[str]:  # noqa: ARG002  named in the error
        """The keys of the next page that holds some; none at the end."""
        return next((keys for page in found if (keys := [item["path"] for item in page])), [])

    def path(self, key: str) -> Path | None:
        inside = checked_key(key)
        return self._folder / inside if self._folder else None

    def _put(self, key: str, chunks: Iterable[bytes], size: int = 0) -> int:
        counted = _Counted(chunks)
        try:
            self._keep(key, counted, max(_PART_BYTES, -(-size // _MOST_PARTS)))
        except StorageError:
            if counted.error is not None:  # the source failed, not the store
                raise counted.error from None
            raise
        return counted.bytes

    @_told("kept")
    def _keep(self, key: str, chunks: Iterator[bytes], part_bytes: int) -> None:
        obstore.put(self._store, checked_key(key), chunks, chunk_size=part_bytes, max_concurrency=4)
        self._sync(key)

    def _sync(self, key: str) -> None:
        """The folder store leaves it to the system when bytes reach the disk; an archive wants them there now."""
        path = self.path(key)
        if path is None:
            return
        for item in (path, path.parent):
            sync(item)


class _Counted:
    """Passes chunks on, counting bytes and remembering what the source raised (obstore would reword it)."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.bytes = 0
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            raise
        except BaseException as error:
            self.error = error
            raise
        self.bytes += len(chunk)
        return chunk


def _linked(source: Path, target: Path) -> bool:
    """Give ``source`` the second name ``target``, replacing what is there at once; False where disks differ."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{uuid4().hex}.tmp")
    try:
        os.link(source, beside)
    except OSError:
        return False
    beside.replace(target)
    beside.unlink(missing_ok=True)  # the two may have been one file already: then nothing was replaced
    return True


def folder_storage(folder: Path) -> ObjectStorage:
    """A store in ``folder``, made when it is not there."""
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Troubles(is_distant=False).told("opened", str(folder), error) from error
    return ObjectStorage(LocalStore(folder, automatic_cleanup=True), folder)


def open_storage(address: str) -> ObjectStorage:
    """A store by address: a folder, ``memory:///``, or ``s3://bucket/prefix`` (keys and endpoint from ``AWS_*``)."""
    if address.startswith("memory:"):
        return ObjectStorage(MemoryStore())
    if "://" not in address:
        return folder_storage(Path(address))
    try:
        return ObjectStorage(from_url(address, retry_config=_RETRIES))
    except (BaseError, ValueError) as error:
        raise Troubles(is_distant=False).told("opened", address, error) from error


def storage_for(settings: Settings) -> ObjectStorage:
    """Where the instance keeps the bytes of its deposits."""
    return _by_address(settings.files_url) if settings.files_url else folder_storage(settings.files_dir)


@cache
def _by_address(address: str) -> ObjectStorage:
    """Connections to a distant store are kept open."""
    return open_storage(address)


def checked_key(key: str) -> str:
    """``key`` itself when it can name an object in any store; otherwise a `StorageError`."""
    parts = key.split("/")
    if "\\" in key or any(part in {"", ".", ".."} or len(part.encode()) > 255 for part in parts):
        raise StorageError(f"'{key}' cannot name a stored object.", hint="Use a relative path with '/', without '..'.")
    if any(category(character) == "Cc" for character in key) or _UNUSABLE.search(key):
        raise StorageError(f"{key!r} cannot name a stored object.", hint="Rename it.")
    return key
