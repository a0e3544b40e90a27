# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many files as one zip, written while it is read: stored, zip64, its size known beforehand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same zip every time


@dataclass(frozen=True, slots=True)
class Entry:
    """One file to put in: ``read`` gives its bytes, exactly ``size`` of them."""

    name: str
    size: int
    read: Callable[[], Iterable[bytes]]


def chunks(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The zip, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            with archive.open(_info(entry), "w", force_zip64=True) as target:
                for chunk in entry.read():
                    target.write(chunk)
                    yield sink.take()
    yield sink.take()


def total_size(entries: Iterable[Entry]) -> int:
    """How many bytes `chunks` gives; nothing is read."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            info = _info(entry)
            with archive.open(info, "w", force_zip64=True):
                sink.written += entry.size
            info.file_size = info.compress_size = entry.size
            sink.take()
    return sink.written


def _info(entry: Entry) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry.name, _MOMENT)
    info.external_attr = 0o100644 << 16
    return info


class _Sink(io.RawIOBase):
    """A file that cannot go back: what is written waits until it is taken."""

    def __init__(self) -> None:
        self.written = 0
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self.written

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._waiting += content
        self.written += len(content)
        return len(content)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
