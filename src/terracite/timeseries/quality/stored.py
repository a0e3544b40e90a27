# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells of a series file as they are stored: chunk by chunk, each unpacked once, by any thread.

HDF5 unpacks under one lock, slower than what packed the chunks. Here it only hands over their bytes, which whoever
counts the cells unpacks. What is examined is what lies in the file; what cannot be unpacked is a damaged file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block
from terracite.raster.netcdf import SeriesFile
from terracite.raster.netcdf_chunks import Codec, pieces

Piece = tuple[Block, NDArray[np.int16], NDArray[np.uint8] | None]  #: place, values, mask (1 = masked, 255 = none)


class Cells:
    """The pieces of the dates of ``series``; several threads may ask at once when `is_shared`."""

    is_shared = False

    def __init__(self, series: SeriesFile) -> None:
        self.series = series

    def pieces(self, number: int) -> Iterator[Piece]:
        """The pieces of one date, chunk by chunk, by rows then columns. `RasterError` for a damaged file."""
        series, dates = self.series, slice(number, number + 1)
        chunk = series.chunk_shape
        for row in range(0, series.grid.height, chunk[0]):
            strip = Block(row, 0, min(chunk[0], series.grid.height - row), series.grid.width)
            values = series.read(strip, dates)[0]
            mask = series.read_mask(strip, dates)[0] if series.has_mask else None
            for piece in pieces(strip.shape, chunk):
                at = Block(row, piece.col, piece.height, piece.width)
                yield at, values[piece.slices], None if mask is None else mask[piece.slices]


class StoredCells(Cells):
    """The same, unpacked here from the bytes of the chunks."""

    is_shared = True

    def __init__(self, series: SeriesFile, file: Any, names: tuple[str, ...]) -> None:
        super().__init__(series)
        self._variables = {name: file[name] for name in names}
        self._codecs = {name: Codec(variable) for name, variable in self._variables.items()}

    def pieces(self, number: int) -> Iterator[Piece]:
        """The pieces of one date, chunk by chunk, by rows then columns. `RasterError` for a damaged file."""
        name = self.series.variable
        for at in pieces(self.series.grid.shape, self._codecs[name].chunk):
            values = self._unpacked(name, number, at)
            mask = self._unpacked(layout.MASK, number, at) if layout.MASK in self._codecs else None
            yield at, values, mask

    def _unpacked(self, name: str, number: int, at: Block) -> Any:
        codec = self._codecs[name]
        packed = self._packed(name, number, at)
        if packed is None:  # never written: every cell is the fill value
            return np.full(at.shape, codec.fill, codec.kind)
        values = codec.unpacked(packed)
        if values is None:
            raise _damaged(self.series)
        return values[: at.height, : at.width]

    def _packed(self, name: str, number: int, at: Block) -> bytes | None:
        dataset = self._variables[name].id
        try:
            if dataset.get_chunk_info_by_coord((number, at.row, at.col)).byte_offset is None:
                return None
            skipped, packed = dataset.read_direct_chunk((number, at.row, at.col))
        except (OSError, RuntimeError) as error:
            raise _damaged(self.series) from error
        if skipped:
            raise _damaged(self.series)
        found: bytes = packed
        return found


def _damaged(series: SeriesFile) -> RasterError:
    return RasterError(
        f"'{series.path}' cannot be read: part of it does not unpack.",
        hint="The file is damaged: make it or copy it again.",
    )


@contextmanager
def cells_of(series: SeriesFile) -> Iterator[Cells]:
    """The cells of ``series`` in the fastest way that its layout allows."""
    if series.path.is_dir():  # a Zarr store or a folder of COGs
        yield Cells(series)
        return
    if not series.path.is_file():  # a folder: another format than NetCDF
        yield Cells(series)
        return
    names = (series.variable, layout.MASK) if series.has_mask else (series.variable,)
    with h5py.File(series.path, "r", locking=False) as file:
        yield StoredCells(series, file, names) if _is_known(file, names) else Cells(series)


def _is_known(file: Any, names: tuple[str, ...]) -> bool:
    """Whether the variables are packed as `write_series` packs them, in the same chunks of one date each."""
    variables = [file[name] for name in names]
    if any(variable.chunks is None or variable.chunks[0] != 1 for variable in variables):
        return False
    if variables[0].dtype != np.int16 or len({variable.chunks for variable in variables}) > 1:
        return False
    try:
        for variable in variables:
            Codec(variable)
    except RasterError:
        return False
    return True
