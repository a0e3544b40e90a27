# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real values as tiles in one file: written by the makers, read by the web process, by range from any store.

``tiles.pack`` holds compressed blocks of 256 x 256 cells one after the other, ``index.npy`` where each begins. A block
is the values (band, y, x), then one bit per cell that says whether it has data, left out when all have. Only files that
Terracite wrote are ever read, so nothing of a stranger is parsed here.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numcodecs import blosc
from numpy.typing import NDArray

from terracite.raster.previewing.mercator import TILE

PACK, INDEX = "tiles.pack", "index.npy"
SERIES_PACK, SERIES_INDEX = "series.pack", "series.npy"
SERIES_SIDE = 32  #: cells: blocks of a series hold every step of that many cells each way
MOST_PLANES = 2**15
_ENTRY = np.dtype([("key", "<u8"), ("offset", "<u8"), ("length", "<u4")])
_LEVEL = 1  #: of zstd: what is read once is written once

Values = NDArray[Any]  #: (band, y, x)
Mask = NDArray[np.bool_]  #: (y, x); true where there are data


class PackWriter:
    """Writes blocks in any order; the index when it is closed."""

    def __init__(self, folder: Path, pack: str = PACK, index: str = INDEX) -> None:
        self._index_path = folder / index
        self._file = (folder / pack).open("wb+")
        self._entries: list[tuple[int, int, int]] = []
        self._end = 0

    def add(self, plane: int, zoom: int, x: int, y: int, values: Values, mask: Mask) -> None:
        """Keep one block, unless it is empty."""
        if not mask.any():
            return
        content = encoded(values, mask)
        self._file.seek(self._end)
        self._file.write(content)
        self._entries.append((key(plane, zoom, x, y), self._end, len(content)))
        self._end += len(content)

    def reader(self) -> Pack:
        """What was written so far, to be read again."""
        return Pack(self._index(), self._read)

    def _read(self, offset: int, length: int) -> bytes:
        self._file.flush()
        self._file.seek(offset)
        return self._file.read(length)

    def _index(self) -> NDArray[Any]:
        return np.sort(np.array(self._entries, _ENTRY), order="key")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None:
            np.save(self._index_path, self._index())


class Pack:
    """Blocks by plane and place; ``read(offset, length)`` gives bytes of the pack. Safe across threads if that is."""

    def __init__(self, index: NDArray[Any], read: Callable[[int, int], bytes]) -> None:
        self._keys = np.ascontiguousarray(index["key"])
        self._offsets = np.ascontiguousarray(index["offset"])
        self._lengths = np.ascontiguousarray(index["length"])
        self._read = read

    @classmethod
    def of(cls, index: bytes, read: Callable[[int, int], bytes]) -> Self:
        """From the content of ``index.npy``."""
        return cls(np.load(BytesIO(index), allow_pickle=False), read)

    def block(self, plane: int, zoom: int, x: int, y: int, dtype: str, bands: int = 1) -> tuple[Values, Mask] | None:
        """Values and mask of a tile, None when it is empty."""
        found = self.content(plane, zoom, x, y)
        return None if found is None else decoded(found, dtype, bands)

    def content(self, plane: int, zoom: int, x: int, y: int) -> bytes | None:
        """The bytes of a block, None when it is empty."""
        wanted = np.uint64(key(plane, zoom, x, y))
        at = int(np.searchsorted(self._keys, wanted))
        if at == self._keys.size or self._keys[at] != wanted:
            return None
        return self._read(int(self._offsets[at]), int(self._lengths[at]))


def key(plane: int, zoom: int, x: int, y: int) -> int:
    """The number of a block: sorted by plane, zoom, column, row."""
    return plane << 49 | zoom << 44 | x << 22 | y


def encoded(values: Values, mask: Mask) -> bytes:
    """A block as bytes."""
    tail = b"" if mask.all() else np.packbits(mask).tobytes()
    content = np.ascontiguousarray(values).tobytes() + tail
    return bytes(blosc.compress(content, b"zstd", _LEVEL, blosc.SHUFFLE, 0, values.dtype.itemsize))


def decoded(content: bytes, dtype: str, bands: int, side: int = TILE) -> tuple[Values, Mask]:
    """The opposite of `encoded`."""
    raw = blosc.decompress(content)
    kind = np.dtype(dtype)
    cells = bands * side * side
    values = np.frombuffer(raw, kind, cells).reshape(bands, side, side)
    tail = np.frombuffer(raw, np.uint8, offset=cells * kind.itemsize)
    mask = np.unpackbits(tail).view(np.bool_).reshape(side, side) if tail.size else np.ones((side, side), np.bool_)
    return values, mask
