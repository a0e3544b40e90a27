# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes on their way in: streamed to a temporary file beside the store, counted and hashed."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

from terracite.errors import DepositError, Problem, StorageError
from terracite.repository import quotas

CHUNK_BYTES = 1 << 20
STALE_AFTER_S = 24 * 3600
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Readable(Protocol):
    """What an upload is: an open file, or a request's body."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """Received bytes in a temporary file; ``is_given``: nobody else needs it, so that the store may move it."""

    path: Path
    bytes: int
    sha256: str
    is_given: bool = False


def folder() -> Path:
    """Where uploads wait, on the same disk as the store."""
    place: Path = settings.TERRACITE.data_dir / "incoming"
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def received(stream: Readable, name: str, expected_sha256: str = "") -> Iterator[Upload]:
    """The bytes of ``stream`` in a temporary file, which goes away with the block.

    Raises `DepositError` when there are too many or they are not the expected ones, `StorageError` on a full disk.
    """
    try:  # around the whole: closing a file writes too, and fails as well
        with tempfile.NamedTemporaryFile(dir=folder(), prefix="upload-") as file:
            size, sha256 = _copy(stream, file, name)
            file.flush()
            if expected_sha256 and sha256 != expected_sha256.lower():
                problem = Problem(name, "its SHA-256 is not the announced one.", "Send it again.")
                raise DepositError("This file was damaged on its way.", [problem])
            yield Upload(Path(file.name), size, sha256)
    except OSError as error:
        if error.errno in _NO_SPACE:
            cure = "Free some space and send it again: nothing else was lost."
            raise StorageError(f"'{name}' could not be kept: the disk is full.", hint=cure) from error
        raise


def clear_stale(now: float | None = None) -> int:
    """Remove what killed processes left behind more than a day ago; returns how many files and folders."""
    oldest = (time.time() if now is None else now) - STALE_AFTER_S
    stale = [path for path in folder().iterdir() if path.stat().st_mtime < oldest]
    for path in stale:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)


def _copy(stream: Readable, file: IO[bytes], name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        quotas.check_file(name, size)
        digest.update(chunk)
        file.write(chunk)
    return size, digest.hexdigest()
