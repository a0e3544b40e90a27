# SPDX-License-Identifier: AGPL-3.0-or-later
"""Large blocks of a series file, read by every core: HDF5 alone unpacks one chunk after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Block
from terracite.raster.netcdf_chunks import Codec

_LEAST = 8  #: chunks that a read must fill; for fewer, HDF5's cache of chunks serves better


class Unpacker:
    """The chunked variables of the file at ``path``, opened when a large block is first wanted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Any = None
        self._codecs: dict[str, Codec | None] = {}

    def read(self, name: str, dates: range, block: Block) -> NDArray[Any] | None:
        """The numbers of a variable, shape (dates, rows, columns); None where this way gains nothing, or is not known.

        Raises `RasterError` for a chunk that does not unpack.
        """
        codec = self._codec(name)
        if codec is None or len(dates) * block.height * block.width < _LEAST * codec.chunk[0] * codec.chunk[1]:
            return None
        _, height, width = self._file[name].shape
        if block.row + block.height > height or block.col + block.width > width:
            return None
        values = np.empty((len(dates), *block.shape), codec.kind)
        variable = self._file[name].id
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [
                pool.submit(_fill, variable, codec, date, block, row, into)
                for date, into in zip(dates, values, strict=True)
                for row in _starts(block.row, block.height, codec.chunk[0])
            ]
            if not all(job.result() for job in jobs):
                raise RasterError(
                    f"'{self._path}' cannot be read: a chunk of '{name}' is damaged.",
                    hint="The file is damaged: make it or copy it again.",
                )
        return values

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _codec(self, name: str) -> Codec | None:
        if name not in self._codecs:
            self._codecs[name] = self._found(name)
        return self._codecs[name]

    def _found(self, name: str) -> Codec | None:
        """None for a file or a variable that is stored in another way than `Codec` knows."""
        try:
            self._file = self._file or h5py.File(self._path, "r", locking=False)
            variable = self._file[name]
            is_known = variable.chunks is not None and variable.chunks[0] == 1 and variable.dtype.isnative
            return Codec(variable) if is_known else None
        except (RasterError, OSError, KeyError):
            return None


def _starts(first: int, length: int, step: int) -> Iterator[int]:
    """Where the chunks begin that a stretch of cells touches."""
    return iter(range(first // step * step, first + length, step))


def _fill(variable: Any, codec: Codec, date: int, block: Block, row: int, into: NDArray[Any]) -> bool:
    """Put a row of chunks where it belongs in ``into``, the cells of ``block``; whether all of them unpack."""
    height, width = codec.chunk
    top, bottom = max(row, block.row), min(row + height, block.row + block.height)
    for col in _starts(block.col, block.width, width):
        left, right = max(col, block.col), min(col + width, block.col + block.width)
        target = into[top - block.row : bottom - block.row, left - block.col : right - block.col]
        place = variable.get_chunk_info_by_coord((date, row, col))
        if place.byte_offset is None:  # never written: the date has no mask
            target[...] = codec.fill
            continue
        skipped, packed = variable.read_direct_chunk((date, row, col))
        values = None if skipped else codec.unpacked(packed)
        if values is None:
            return False
        target[...] = values[top - row : bottom - row, left - col : right - col]
    return True
