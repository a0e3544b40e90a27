# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stored zips, written from front to back: sizes and checksums stand before the bytes, and zip64 where it is needed.

Every reader that knows zip can read them, also one that reads a stream, because nothing is told afterwards (PKWARE's
APPNOTE 6.3, sections 4.3 and 4.5.3).
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONG = 0xFFFFFFFF  #: sizes and places from here on need zip64
MANY = 0xFFFF  #: so do that many entries
_SEE_BELOW, _MANY_BELOW = 0xFFFFFFFF, 0xFFFF  # what stands where the true number is in a zip64 field
_UNIX = 3 << 8
_FILE = 0o100644 << 16
_UTF8 = 1 << 11
_PLAIN, _ZIP64 = 20, 45  # versions that a reader needs


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a zip."""

    name: str  #: path with slashes
    size: int
    moment: dt.datetime  #: of the file, as it is told; zips know 1980 to 2107, every second second
    crc: int = 0


def chunks(entries: Iterable[tuple[Entry, Iterable[bytes]]]) -> Iterator[bytes]:
    """The zip piece by piece; each entry and its bytes, as many as it says, are asked for in their turn."""
    placed: list[tuple[Entry, int]] = []
    offset = 0
    for entry, pieces in entries:
        head = _head(entry)
        yield head
        yield from pieces
        placed.append((entry, offset))
        offset += len(head) + entry.size
    yield _directory(placed, offset)


def total_size(entries: Iterable[Entry]) -> int:
    """How many bytes `chunks` gives; nothing is read."""
    placed: list[tuple[Entry, int]] = []
    offset = 0
    for entry in entries:
        placed.append((entry, offset))
        offset += len(_head(entry)) + entry.size
    return offset + len(_directory(placed, offset))


def _head(entry: Entry) -> bytes:
    name = _encoded(entry.name)
    long = entry.size >= LONG
    size = _SEE_BELOW if long else entry.size
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if long else b""
    version = _ZIP64 if long else _PLAIN
    fields = (version, _flags(entry.name), 0, *_dos(entry.moment), entry.crc, size, size, len(name), len(extra))
    return struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + extra


def _directory(placed: list[tuple[Entry, int]], offset: int) -> bytes:
    """The list of all entries and the end of the zip."""
    listed = b"".join(_listed(entry, at) for entry, at in placed)
    count, size = len(placed), len(listed)
    if count >= MANY or size >= LONG or offset >= LONG:
        record = (44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, offset)
        end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", *record)
        end += struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
        return listed + end + _end(_MANY_BELOW, _SEE_BELOW, _SEE_BELOW)
    return listed + _end(count, size, offset)


def _end(count: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, offset, 0)


def _listed(entry: Entry, offset: int) -> bytes:
    name = _encoded(entry.name)
    sizes = (entry.size, entry.size) if entry.size >= LONG else ()
    long = (*sizes, *((offset,) if offset >= LONG else ()))
    extra = struct.pack(f"<HH{len(long)}Q", 1, 8 * len(long), *long) if long else b""
    version = _ZIP64 if long else _PLAIN
    size = _SEE_BELOW if sizes else entry.size
    place = _SEE_BELOW if offset >= LONG else offset
    fields = (_UNIX | _ZIP64, version, _flags(entry.name), 0, *_dos(entry.moment), entry.crc, size, size)
    rest = (len(name), len(extra), 0, 0, 0, _FILE, place)
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields, *rest) + name + extra


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _flags(name: str) -> int:
    try:
        return 0 if name.isascii() or not name.encode("utf-8") else _UTF8
    except UnicodeEncodeError:
        return 0  # a name that is not UTF-8 on the disk either: its bytes as they are


def _dos(moment: dt.datetime) -> tuple[int, int]:
    """Time and date as zips hold them."""
    year = min(max(moment.year - 1980, 0), 127)
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, year << 9 | moment.month << 5 | moment.day
