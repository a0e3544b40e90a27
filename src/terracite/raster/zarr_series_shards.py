# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shards of a Zarr v3 array, written chunk by chunk: memory is that of a chunk, not of a shard of two gigabytes.

A shard is a file of packed chunks in any order; an index of (offset, length) ends it, with its CRC-32C (codec
``sharding_indexed`` of the Zarr v3 specification, https://zarr-specs.readthedocs.io). zarr-python must hold a whole
shard to write it; so the chunks are put here, and everything else is left to zarr-python.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import google_crc32c
import numcodecs
import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError

DATES = 16  #: of a shard: a year of 73 dates is five files of each variable, none above two gigabytes
LEVEL = 2  #: of zstd: files are as large as NetCDF, and written in the same time
_NONE = 2**64 - 1  #: offset and length of a chunk that is not there: it holds nothing but the fill value
_CRC_BYTES = 4
ENTRY_BYTES = 16  #: of the index, for each chunk


@dataclass(frozen=True, slots=True)
class Cut:
    """How an array (time, y, x) is cut: one date a chunk, `DATES` dates a shard."""

    shape: tuple[int, int, int]
    chunk: tuple[int, int]  #: (y, x)
    kind: str
    fill: int | float

    @property
    def grid(self) -> tuple[int, int]:
        """Chunks of one date, (y, x)."""
        rows, cols = (-(-cells // length) for cells, length in zip(self.shape[1:], self.chunk, strict=True))
        return rows, cols

    @property
    def shard(self) -> tuple[int, int, int]:
        """The cells of a shard."""
        return DATES, self.grid[0] * self.chunk[0], self.grid[1] * self.chunk[1]

    @property
    def bytes(self) -> int:
        """Of one chunk, unpacked."""
        return self.chunk[0] * self.chunk[1] * np.dtype(self.kind).itemsize

    def shard_path(self, folder: Path, date: int) -> Path:
        """The file of the shard that holds a date; ``folder``: of the array."""
        return folder / "c" / str(date // DATES) / "0" / "0"


class Packer:
    """Packs chunks: Blosc (zstd, shuffled bytes, one block), then their CRC-32C; from any thread."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        shuffle = numcodecs.Blosc.SHUFFLE if np.dtype(cut.kind).itemsize > 1 else numcodecs.Blosc.NOSHUFFLE
        # one block a chunk: a tenth smaller than Blosc's own blocks, and as fast; a chunk is read whole anyway
        self._blosc = numcodecs.Blosc("zstd", LEVEL, shuffle, cut.bytes)
        self._uniform: dict[Any, bytes] = {}

    def pack(self, values: NDArray[Any]) -> bytes | None:
        """``values`` (y, x) as one chunk, filled up at the edge of the grid; None for nothing but the fill value."""
        cut = self._cut
        if values.shape != cut.chunk:
            whole = np.full(cut.chunk, cut.fill, cut.kind)
            whole[: values.shape[0], : values.shape[1]] = values
            values = whole
        first = values[0, 0].item()
        if values[-1, -1] != first or not (values == first).all():
            return self._packed(values)
        if first == cut.fill:
            return None
        if first not in self._uniform:  # clear sky, overcast: the same chunk again and again
            self._uniform[first] = self._packed(values)
        return self._uniform[first]

    def _packed(self, values: NDArray[Any]) -> bytes:
        return with_crc(bytes(self._blosc.encode(np.ascontiguousarray(values, self._cut.kind))))


def with_crc(content: bytes) -> bytes:
    """``content`` and its CRC-32C, as the codec ``crc32c`` has it."""
    return content + int(google_crc32c.value(content)).to_bytes(_CRC_BYTES, "little")


def is_whole(content: bytes) -> bool:
    """Whether ``content`` ends with its own CRC-32C."""
    return len(content) > _CRC_BYTES and with_crc(content[:-_CRC_BYTES]) == content


class ArrayWriter:
    """Fills the shards of one array, date by date; use it with ``with``."""

    def __init__(self, folder: Path, cut: Cut) -> None:
        self.cut, self._folder = cut, folder
        self._number = -1
        self._file: IO[bytes] | None = None
        self._index = _empty_index(cut)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def put(self, date: int, row: int, col: int, chunk: bytes | None) -> None:
        """One chunk of a date, by its place among the chunks; dates never go back to an earlier shard."""
        if date // DATES != self._number:
            self._next(date)
        if chunk is not None and self._file is not None:
            self._index[date % DATES, row, col] = self._file.tell(), len(chunk)
            self._file.write(chunk)

    def finish(self) -> None:
        """End the shard with its index; a shard without a chunk is a file too, so that a lost one is noticed."""
        if self._file is not None:
            with self._file as file:
                file.write(with_crc(self._index.tobytes()))
            self._file = None

    def _next(self, date: int) -> None:
        self.finish()
        self._number, self._index = date // DATES, _empty_index(self.cut)
        path = self.cut.shard_path(self._folder, date)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")


class ArrayReader:
    """The packed chunks of an array, as they lie in its shards."""

    def __init__(self, folder: Path, cut: Cut) -> None:
        self._folder, self._cut = folder, cut
        self._indices: dict[Path, NDArray[np.uint64]] = {}

    def chunk(self, date: int, row: int, col: int) -> bytes | None:
        """One chunk, its checksum compared; None for nothing but the fill value. `RasterError` when damaged."""
        path = self._cut.shard_path(self._folder, date)
        offset, length = (int(number) for number in self._index(path)[date % DATES, row, col])
        if offset == length == _NONE:
            return None
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(length)
        if not is_whole(content):
            raise _damaged(path)
        return content

    def _index(self, path: Path) -> NDArray[np.uint64]:
        if path not in self._indices:
            shape = (DATES, *self._cut.grid, 2)
            size = 8 * int(np.prod(shape)) + _CRC_BYTES
            with path.open("rb") as file:
                file.seek(-size, 2)
                content = file.read(size)
            if not is_whole(content):
                raise _damaged(path)
            self._indices[path] = np.frombuffer(content[:-_CRC_BYTES], "<u8").reshape(shape)
        return self._indices[path]


def _empty_index(cut: Cut) -> NDArray[np.uint64]:
    return np.full((DATES, *cut.grid, 2), _NONE, "<u8")


def _damaged(path: Path) -> RasterError:
    return RasterError(f"The shard '{path}' is damaged.", hint="Make the series again, or copy it again.")
