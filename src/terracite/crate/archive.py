# SPDX-License-Identifier: AGPL-3.0-or-later
"""A crate as one zip file: written as a stream, unpacked with suspicion.

Files are stored, not compressed (rasters already are), with zip64 fields everywhere, so that the size of the zip
is known before a byte is read: web servers want it first.
"""

from __future__ import annotations

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from terracite.crate import layout
from terracite.errors import CrateError

CHUNK_BYTES = 1 << 20
MAX_FILES = 100_000
# What zipfile and its decoders raise over broken zips; OSError also for names that no disk can keep.
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, EOFError,
           OSError, ValueError, IndexError)  # fmt: skip
_OUR_FAULT = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO, errno.EMFILE}
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same zip every time


def zip_chunks(folder: Path) -> Iterator[bytes]:
    """The crate in ``folder`` as the bytes of a zip file, without its receipts; the same bytes every time."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for path in _paths(folder):
            with (
                (folder / path).open("rb") as source,
                archive.open(_entry(folder, path), "w", force_zip64=True) as target,
            ):
                while chunk := source.read(CHUNK_BYTES):
                    target.write(chunk)
                    yield from sink.take()
    yield from sink.take()


def zip_bytes(folder: Path) -> int:
    """How many bytes `zip_chunks` will give; no file is read, their sizes are enough."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for path in _paths(folder):
            entry = _entry(folder, path)
            size = (folder / path).stat().st_size
            with archive.open(entry, "w", force_zip64=True):
                sink.skip(size)
            entry.file_size = entry.compress_size = size
    return sink.tell()


def unpack(source: Path | IO[bytes], folder: Path, max_bytes: int = 0) -> Path:
    """Unpack a zipped crate into ``folder`` and return the crate's own folder in it.

    ``max_bytes``: ceiling of the unpacked size, 0 = none. Raises `CrateError` for anything that is not a plain
    zip of files inside one crate: links, encryption, paths that leave the folder, lies about sizes.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries, max_bytes)
            for entry in entries:
                _unpack_entry(archive, entry, folder / entry.filename)
    except CrateError:
        raise
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno in _OUR_FAULT:
            raise
        raise CrateError(f"The zip file is broken: {error}.", hint="Make it or send it again.") from error
    return _root(folder)


def _check_entries(entries: list[zipfile.ZipInfo], max_bytes: int) -> None:
    if len(entries) > MAX_FILES:
        raise CrateError(f"The zip file holds {len(entries)} files.", hint=f"A crate has {MAX_FILES} at most.")
    if max_bytes and sum(entry.file_size for entry in entries) > max_bytes:
        raise CrateError(f"The crate is larger than {max_bytes} bytes.", hint="Split it, or ask for more room.")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise CrateError("The zip file holds two files of the same name.", hint="Make it again.")
    for entry in entries:
        layout.checked_path(entry.filename)
        if entry.flag_bits & 0x1:
            raise CrateError(f"'{entry.filename}' is encrypted.", hint="Zip the crate without a password.")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            raise CrateError(f"'{entry.filename}' is not a plain file.", hint="Zip the files themselves, not links.")


def _unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Copy one file out, no more bytes than the zip said; the checksum of the zip is compared on the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise CrateError(f"'{entry.filename}' is larger than the zip says.", hint="Make the zip again.")
            file.write(chunk)


def _root(folder: Path) -> Path:
    """The folder that holds the record: ``folder`` itself, or the only folder in it."""
    if (folder / layout.RECORD).is_file():
        return folder
    inside = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    if len(inside) == 1 and (inside[0] / layout.RECORD).is_file():
        return inside[0]
    raise CrateError(f"The zip file is not a crate: it has no {layout.RECORD}.", hint="Zip the crate's folder.")


def _paths(folder: Path) -> list[str]:
    return sorted(path for path in layout.files_in(folder) if path != layout.RECEIPTS)


def _entry(folder: Path, path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{folder.name}/{path}", _MOMENT)
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


class _Sink:
    """Where zipfile writes: knows where it stands, keeps the bytes until they are taken, cannot go back."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._offset = 0

    def write(self, content: bytes) -> int:
        self._pending += content
        self._offset += len(content)
        return len(content)

    def skip(self, count: int) -> None:
        """Behave as if ``count`` bytes had been written."""
        self._offset += count

    def take(self) -> Iterator[bytes]:
        """What was written since the last time."""
        if self._pending:
            yield bytes(self._pending)
            self._pending.clear()

    def tell(self) -> int:
        return self._offset

    def flush(self) -> None:
        """Nothing to flush."""

    def close(self) -> None:
        """Nothing to close."""
