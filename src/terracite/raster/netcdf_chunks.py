# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chunks as NetCDF-4 stores them, compressed outside the library: by several threads at once, and faster.

HDF5 compresses one chunk after the other under one lock. Here each thread makes whole chunks, which the writer hands
to `h5py`'s ``write_direct_chunk``. What comes out is plain shuffle + zlib (RFC 1950): every reader knows it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import deflate
import numpy as np
from isal import isal_zlib
from isal.igzip_lib import IsalError
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Block

_SHUFFLE, _DEFLATE, _ZSTD = 2, 1, 32015  #: numbers of the HDF5 registry of filters
_KNOWN = {(_SHUFFLE, _DEFLATE), (_ZSTD,)}  #: in the order in which they are applied; netCDF shuffles with zlib only
_ZLIB_HEADER = b"\x78\x01"  #: deflate, window of 32 KiB, "fastest"
_LEVEL = 1  #: of libdeflate: so packed, an image is smaller than with zlib's 4, in a fifth of the time
_WORTH = 0.99  #: a plane that packs to more than this share is stored
_SAMPLED = 8  #: one row in so many tells whether a plane is noise
_STORED = 65535  #: bytes of a stored block, at most
_ZSTD_LEVEL = 3
_Bytes = bytes | bytearray | memoryview


class Codec:
    """How one variable of an HDF5 file packs its chunks; `RasterError` for filters that are not known here."""

    def __init__(self, dataset: Any) -> None:
        made = dataset.id.get_create_plist()
        self.filters = tuple(made.get_filter(number)[0] for number in range(made.get_nfilters()))
        self.chunk: tuple[int, int] = dataset.chunks[1:]  #: (rows, columns) of one date's chunk
        self.kind = np.dtype(dataset.dtype)
        self.fill = dataset.fillvalue
        if self.filters not in _KNOWN:
            raise RasterError(
                f"The filters {self.filters} of the variable '{dataset.name}' are not known.",
                hint="Write the series with compression zlib or zstd.",
            )
        self._uniform: dict[int, bytes] = {}
        self._bytes: int = self.chunk[0] * self.chunk[1] * self.kind.itemsize

    def pack(self, values: NDArray[Any]) -> bytes:
        """``values``, shape (rows, columns), as one chunk; those at the edge of the grid are filled up."""
        if values.shape != self.chunk:
            whole = np.full(self.chunk, self.fill, self.kind)
            whole[: values.shape[0], : values.shape[1]] = values
            values = whole
        first = values[0, 0].item()
        if values[-1, -1] != first or not (values == first).all():
            return self._packed(values.astype(self.kind, copy=False))
        if first not in self._uniform:  # nodata, clear sky, overcast: the same chunk again and again
            self._uniform[first] = self._packed(values.astype(self.kind, copy=False))
        return self._uniform[first]

    def _packed(self, values: NDArray[Any]) -> bytes:
        if self.filters == (_ZSTD,):
            return bytes(_zstd().compress(values.tobytes(), asbytes=True))
        return _deflated(_planes(values))

    def is_whole(self, packed: bytes) -> bool:
        """Whether a chunk read from a file unpacks to its full length, with the right checksum."""
        return self._bytes_of(packed) is not None

    def unpacked(self, packed: bytes) -> NDArray[Any] | None:
        """The values of a chunk read from a file, shape (rows, columns); None for a damaged one."""
        content = self._bytes_of(packed)
        if content is None:
            return None
        if self.filters != (_ZSTD,) and self.kind.itemsize == 2:
            low, high = np.frombuffer(content, np.uint8).reshape(2, -1)
            words = high.astype(np.uint16)
            words <<= 8
            words |= low
            values: NDArray[Any] = words.view(self.kind).reshape(self.chunk)
            return values
        if self.filters != (_ZSTD,):
            planes = np.frombuffer(content, np.uint8).reshape(self.kind.itemsize, -1)
            content = planes.T.tobytes() if self.kind.itemsize > 1 else content
        return np.frombuffer(content, self.kind).reshape(self.chunk)

    def _bytes_of(self, packed: bytes) -> bytes | None:
        try:
            if self.filters == (_ZSTD,):
                content = bytes(_zstd().decompress(packed, self._bytes, asbytes=True))
            else:
                content = isal_zlib.decompress(packed)
        except (IsalError, OSError, ValueError):  # type: ignore[misc] # its stub lacks the class
            return None
        return content if len(content) == self._bytes else None


def pieces(shape: tuple[int, int], chunk: tuple[int, int]) -> Iterator[Block]:
    """A rectangle of ``shape`` cut in chunks, by rows then columns; those at the edge may be smaller."""
    for row in range(0, shape[0], chunk[0]):
        for col in range(0, shape[1], chunk[1]):
            yield Block(row, col, min(chunk[0], shape[0] - row), min(chunk[1], shape[1] - col))


def _zstd() -> Any:
    import pyarrow  # 25 MB, for those who ask for it

    return pyarrow.Codec("zstd", compression_level=_ZSTD_LEVEL)


def _planes(values: NDArray[Any]) -> list[NDArray[np.uint8]]:
    """The bytes of each number, shape (rows, columns) each, the least significant first: what shuffling makes."""
    words = values.view(f"u{values.itemsize}")
    planes = np.empty((values.itemsize, *values.shape), np.uint8)
    for place, plane in enumerate(planes):
        np.right_shift(words, 8 * place, out=plane, casting="unsafe")  # far faster than copying every other byte
    return list(planes)


def _deflated(planes: list[NDArray[np.uint8]]) -> bytes:
    """One zlib stream of the planes of bytes that shuffling makes, the least significant one first.

    The low bytes of an image are noise, where searching for repetitions is lost time: a sample tells, and they are
    stored, which costs a reader nothing. What is not quite noise, ISA-L's fastest level packs as well as any other,
    and the long runs of a mask too. All the gain is in the last plane of numbers, the high bytes: libdeflate does that
    one. A deflate stream may change hands between blocks, after a full flush.
    """
    parts: list[_Bytes] = [_ZLIB_HEADER]
    check = 1
    *low, last = planes
    for plane in low:
        packed = b"" if _is_noise(plane) else _flushed(plane, zlib.Z_FULL_FLUSH)
        parts += [packed] if 0 < len(packed) <= _WORTH * plane.size else _stored(plane)
        check = isal_zlib.adler32(plane, check)
    parts.append(deflate.deflate_compress(last, _LEVEL) if low else _flushed(last, zlib.Z_FINISH))
    return b"".join([*parts, isal_zlib.adler32(last, check).to_bytes(4, "big")])


def _is_noise(plane: NDArray[np.uint8]) -> bool:
    """Whether some rows, from all over the plane, do not pack."""
    sample = np.ascontiguousarray(plane[::_SAMPLED])
    return len(_flushed(sample, zlib.Z_FINISH)) >= sample.size


def _flushed(plane: NDArray[np.uint8], ending: int) -> bytes:
    """Blocks of deflate: marked as the last with ``Z_FINISH``, else whole and ending on a byte."""
    stream = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    packed: bytes = stream.compress(plane) + stream.flush(ending)
    return packed


def _stored(plane: NDArray[np.uint8]) -> list[_Bytes]:
    """Blocks of deflate that are not packed, each after its length and the complement of that (RFC 1951)."""
    content = plane.reshape(-1).data
    parts: list[_Bytes] = []
    for start in range(0, len(content), _STORED):
        block = content[start : start + _STORED]
        parts += [struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF), block]
    return parts
