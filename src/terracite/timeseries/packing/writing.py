# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing one zip, whole or not at all, and telling whether the one that is there is still right.

In each zip the last file lists the SHA-256 of all the others; beside it stands a file with that of the zip itself. Both
are in the notation of ``sha256sum``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from terracite.crate.disk import sync, write_atomically
from terracite.errors import ArchiveError
from terracite.timeseries.memory import Memory, stamp_of
from terracite.timeseries.packing.choosing import Member, Pack
from terracite.timeseries.packing.zip_format import Entry, chunks, total_size

_PIECE = 2**20  #: bytes read at a time
_HEX = 64  #: digits of a SHA-256


class ChangedSourceError(ArchiveError):
    """A file of the archive changed or vanished while it was packed."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What was computed of a file."""

    sha256: str
    crc: int


def sums_name(pack: Pack) -> str:
    """The file in the zip that lists the checksums."""
    return f"{pack.stem}.sha256"


def beside(path: Path) -> Path:
    """The file with the checksum of a zip."""
    return path.with_name(f"{path.name}.sha256")


def size_of(pack: Pack) -> int:
    """Bytes of the zip, exactly; nothing is read."""
    sums = sum(len(_line("0" * _HEX, member.name)) for member in pack.members)
    entries = [Entry(member.name, member.size, member.moment) for member in pack.members]
    return total_size([*entries, Entry(sums_name(pack), sums, _year(pack))])


def is_up_to_date(pack: Pack, path: Path, memory: Memory, *, may_read: bool = True) -> bool:
    """Whether the zip ``path`` holds just the files of ``pack``, as they are now, and is intact.

    Files that are known to ``memory`` are not read again; with ``may_read`` off, none is, and the answer is no when
    something would have to be. Raises `ChangedSourceError`.
    """
    if not path.is_file() or path.stat().st_size != size_of(pack):
        return False
    known = [_known(member, memory) for member in pack.members]
    if not may_read and (None in known or memory.get(path, "sha256") is None):
        return False
    if _stated(path) != memory.sha256(path):
        return False
    digests = (digest or digest_of(member, memory) for digest, member in zip(known, pack.members, strict=True))
    listed = [_line(digest.sha256, member.name) for digest, member in zip(digests, pack.members, strict=True)]
    return b"".join(listed) == _listed_in(path, sums_name(pack))


def write(pack: Pack, path: Path, memory: Memory) -> str:
    """Write the zip ``path`` and the file beside it; returns the SHA-256 of the zip.

    What was there stays until the new one is whole. Raises `ChangedSourceError`, and `OSError` when the disk refuses.
    """
    part = path.with_name(f".partial-{path.name}")
    whole = hashlib.sha256()
    try:
        with part.open("wb", buffering=0) as target:
            for piece in chunks(_entries(pack, memory)):
                _put(target.fileno(), piece)
                whole.update(piece)
            os.fsync(target.fileno())
        beside(path).unlink(missing_ok=True)  # never one that speaks of another zip
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    write_atomically(beside(path), _line(whole.hexdigest(), path.name))
    sync(path.parent)
    memory.remember(path, "sha256", stamp_of(path), whole.hexdigest())
    return whole.hexdigest()


def digest_of(member: Member, memory: Memory) -> Digest:
    """The checksums of a file, from the memory when it has not changed since; raises `ChangedSourceError`."""
    if known := _known(member, memory):
        return known
    sha256, crc = hashlib.sha256(), 0
    for piece in _pieces(member):
        sha256.update(piece)
        crc = zlib.crc32(piece, crc)
    memory.remember(member.path, "packed", member.stamp, [sha256.hexdigest(), crc])
    return Digest(sha256.hexdigest(), crc)


def _known(member: Member, memory: Memory) -> Digest | None:
    known = memory.recall(member.path, "packed", member.stamp)
    return None if known is None else Digest(*known)


def _entries(pack: Pack, memory: Memory) -> Iterator[tuple[Entry, Iterable[bytes]]]:
    """Each file is read twice, one time after the other: its checksum stands before its bytes."""
    lines = []
    for member in pack.members:
        digest = digest_of(member, memory)
        lines.append(_line(digest.sha256, member.name))
        yield Entry(member.name, member.size, member.moment, digest.crc), _checked(member, digest)
    sums = b"".join(lines)
    yield Entry(sums_name(pack), len(sums), _year(pack), zlib.crc32(sums)), [sums]


def _checked(member: Member, digest: Digest) -> Iterator[bytes]:
    crc = 0
    for piece in _pieces(member):
        crc = zlib.crc32(piece, crc)
        yield piece
    if crc != digest.crc:
        raise _changed(member)


def _pieces(member: Member) -> Iterator[bytes]:
    """The bytes of a file, as many as it had when it was listed; raises `ChangedSourceError` when it has others now."""
    try:
        with member.path.open("rb", buffering=0) as file:
            left = member.size
            while left and (piece := file.read(min(_PIECE, left))):
                left -= len(piece)
                yield piece
            if left or stamp_of(member.path) != member.stamp:
                raise _changed(member)
    except OSError as error:
        raise ChangedSourceError(
            f"'{member.path}' cannot be read any more: {error.strerror}.", hint="Run the command again."
        ) from error


def _changed(member: Member) -> ChangedSourceError:
    return ChangedSourceError(
        f"'{member.path}' changed while it was packed.",
        hint="Run the command again; beside a Sen2Chain at work, with --settle 60.",
    )


def _put(descriptor: int, piece: bytes) -> None:
    """All of it: a disk that is nearly full takes a part without a word."""
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]


def _stated(path: Path) -> str:
    """What the file beside a zip says; "" when it does not."""
    try:
        return beside(path).read_bytes()[:_HEX].decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _listed_in(path: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile):
        return b""


def _line(sha256: str, name: str) -> bytes:
    """One line as ``sha256sum`` writes it: a name with a backslash or a line break is escaped, and the line says so."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "\\" if escaped != name else ""
    return f"{mark}{sha256}  {escaped}\n".encode("utf-8", "surrogateescape")


def _year(pack: Pack) -> dt.datetime:
    return dt.datetime(max(pack.year, 1980), 1, 1, tzinfo=dt.UTC)
