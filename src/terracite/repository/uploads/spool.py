# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of an unfinished upload: a file that only grows, whose size is the offset, with one writer at a time.

Beside ``<name>.part`` stand ``<name>.lock``, which the writer locks (the system unlocks it when the process dies,
however it dies), and, once a piece came with a checksum, ``<name>.from``: the offset up to which all is proven; what is
after counts for nothing when its process is killed. Several processes of one machine may share the folder; so may
several machines, where the file system shares locks (NFS 4).
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from terracite.crate.disk import sync
from terracite.repository.uploads.errors import UploadBusyError, UploadGoneError

STALLED_AFTER_S = 30.0  #: a writer that got nothing for so long makes way for another one


@dataclass(frozen=True, slots=True)
class Spool:
    """Where one upload waits; ``stalled_after_s``: when a silent writer makes way."""

    folder: Path
    name: str
    stalled_after_s: float = STALLED_AFTER_S

    @property
    def part(self) -> Path:
        return self.folder / f"{self.name}.part"

    @property
    def lock(self) -> Path:
        return self.folder / f"{self.name}.lock"

    @property
    def mark(self) -> Path:
        return self.folder / f"{self.name}.from"

    def create(self) -> None:
        """An empty one, on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.part.touch(exist_ok=False)
        sync(self.folder)

    def offset(self) -> int:
        """How many bytes are on the disk for good: a promise to the client. `UploadGoneError` without a file."""
        with self._opened(os.O_RDONLY) as descriptor:
            proven = _marked(self.mark)
            os.fsync(descriptor)
            size = os.fstat(descriptor).st_size
            return size if proven is None else min(proven, size)

    def size(self) -> int:
        """The size of the file, -1 without one: quick, and no promise."""
        try:
            return self.part.stat().st_size
        except FileNotFoundError:
            return -1

    def wrote_at(self) -> float | None:
        """When bytes were last added, in seconds since 1970; None without a file."""
        try:
            return self.part.stat().st_mtime
        except FileNotFoundError:
            return None

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """The one who may add bytes. Raises `UploadBusyError` while another does, `UploadGoneError` without a file.

        A piece that was never proven, because its process was killed, is cut off first.
        """
        with self._opened(os.O_WRONLY | os.O_APPEND) as part:
            lock = self._locked(part)
            try:
                writer = Writer(self, part, lock)
                proven = _marked(self.mark)
                if proven is not None and proven < writer.offset:
                    writer.cut(proven)
                yield writer
            finally:
                os.close(lock)

    def remove(self) -> None:
        """Forget it; who is writing meets `UploadGoneError` at the next bytes."""
        with suppress(UploadGoneError), self._opened(os.O_RDONLY) as part, _alone(part):
            self._unlink()
        self._unlink()

    def _unlink(self) -> None:
        for path in (self.lock, self.mark, self.part):
            path.unlink(missing_ok=True)

    @contextmanager
    def _opened(self, flags: int) -> Iterator[int]:
        try:
            descriptor = os.open(self.part, flags)
        except FileNotFoundError as error:
            raise UploadGoneError from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _locked(self, part: int) -> int:
        """The descriptor of the lock file, locked and still the one of that name."""
        for _ in range(3):
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_still(self.lock, descriptor):
                    os.utime(descriptor)
                    return descriptor
                os.close(descriptor)
            except BlockingIOError:
                os.close(descriptor)
                if not self._is_stalled(part):
                    raise UploadBusyError from None
                with _alone(part):
                    self.lock.unlink(missing_ok=True)  # the silent writer sees at its next bytes that it lost it
        raise UploadBusyError

    def _is_stalled(self, part: int) -> bool:
        with suppress(FileNotFoundError):
            last = max(os.fstat(part).st_mtime, self.lock.stat().st_mtime)
            return time.time() - last > self.stalled_after_s
        return False


class Writer:
    """Adds bytes to a spool."""

    def __init__(self, spool: Spool, part: int, lock: int) -> None:
        self._spool, self._part, self._lock = spool, part, lock
        self.offset = os.fstat(part).st_size

    def append(self, chunk: bytes) -> None:
        """Add bytes at the end; those that fit are kept when the disk is full."""
        with _alone(self._part):
            if not _is_still(self._spool.lock, self._lock):
                raise UploadGoneError
            left = memoryview(chunk)
            while left:
                written = os.write(self._part, left)
                self.offset += written
                left = left[written:]

    def cut(self, offset: int) -> None:
        """Go back to ``offset``."""
        os.ftruncate(self._part, offset)
        self.offset = offset

    def doubt(self) -> None:
        """What follows counts only once `prove` is called."""
        if _marked(self._spool.mark) is None:
            self._mark()
            sync(self._spool.folder)

    def trust(self) -> None:
        """What follows counts as it comes."""
        if _marked(self._spool.mark) is not None:
            self._spool.mark.unlink()
            sync(self._spool.folder)  # or a loss of power could bring the mark back, and take bytes away

    def prove(self) -> None:
        """What was written is on the disk, and counts."""
        os.fsync(self._part)
        if self._spool.mark.exists():
            self._mark()

    def _mark(self) -> None:
        """Write the offset in its place: one sector, whole or not at all."""
        descriptor = os.open(self._spool.mark, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, f"{self.offset:020d}".encode(), 0)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _alone(descriptor: int) -> Iterator[None]:
    """The moment between asking who may write and writing."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False


def _marked(path: Path) -> int | None:
    """The offset that a mark holds; one that was cut short by a loss of power proves nothing: 0."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    return int(text) if text.isdigit() else 0
