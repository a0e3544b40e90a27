# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filling a file that was laid out, block by block: its chunks are packed by every core, as in series files."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import h5py
from numpy.typing import NDArray

from terracite.raster.grid import Block
from terracite.raster.netcdf_chunks import Codec, pieces


class Filler:
    """Writes blocks into the variables of the NetCDF file ``path``; `close` it at the end."""

    def __init__(self, path: Path, pool: Executor) -> None:
        self._file = h5py.File(path, "r+", locking=False)
        self._pool = pool
        self._codecs: dict[str, Codec] = {}
        self._waiting: deque[tuple[Any, tuple[int, int, int], Future[bytes]]] = deque()

    def put(self, name: str, block: Block, values: NDArray[Any]) -> None:
        """Take one block of a variable, (axis, y, x) or (y, x), which must not change any more."""
        variable = self._file[name]
        if not _is_whole(variable, block):
            rows, cols = block.slices
            variable[..., rows, cols] = values
            return
        if name not in self._codecs:
            self._codecs[name] = Codec(variable)
        codec = self._codecs[name]
        for layer, piece in (
            (layer, piece) for layer in range(len(values)) for piece in pieces(block.shape, codec.chunk)
        ):
            at = (layer, block.row + piece.row, block.col + piece.col)
            self._waiting.append((variable.id, at, self._pool.submit(codec.pack, values[layer][piece.slices])))

    def flush(self) -> None:
        """Write what was taken, in its order."""
        while self._waiting:
            variable, at, packed = self._waiting.popleft()
            variable.write_direct_chunk(at, packed.result())

    def close(self) -> None:
        """Let go of the file; what was not flushed is lost."""
        for _, _, packed in self._waiting:
            packed.cancel()
        self._file.close()


def _is_whole(variable: Any, block: Block) -> bool:
    """Whether a block is made of whole chunks of (axis, y, x), or reaches the edge of the grid."""
    if variable.ndim != 3:
        return False
    _, rows, cols = variable.chunks
    _, height, width = variable.shape
    ends = (block.row + block.height, block.col + block.width)
    return bool(
        block.row % rows == block.col % cols == 0
        and (ends[0] % rows == 0 or ends[0] == height)
        and (ends[1] % cols == 0 or ends[1] == width)
    )
