# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates that an earlier file of the same series already holds: their chunks are copied as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_chunks import Codec, pieces
from terracite.raster.netcdf_read import open_series


class Previous:
    """An earlier file, open; `find` says where it holds a date."""

    def __init__(self, file: Any, name: str, digests: Sequence[str]) -> None:
        self.name = name  #: of the index
        self.variables = {key: file[key] for key in (name, layout.MASK) if key in file}
        self.codecs = {key: Codec(variable) for key, variable in self.variables.items()}
        self._digests = digests
        self._missing = file["missing_cells"][:]
        self._losses = {key: file[key][:] for key in (layout.LOST, layout.ERROR) if key in file}
        self._masked = file["masked_cells"][:] if "masked_cells" in file else None

    def find(self, digest: str) -> int | None:
        """The number of the date made from just these files, read just this way; None when there is none."""
        return self._digests.index(digest) if digest in self._digests else None

    def counts(self, number: int) -> tuple[int, int | None]:
        """Missing and masked cells, as counted then; None where the date has no mask."""
        masked = -1 if self._masked is None else int(self._masked[number])
        return int(self._missing[number]), None if masked < 0 else masked

    def losses(self, number: int) -> tuple[int, float]:
        """Values that did not fit, and the largest rounding error, as found then."""
        lost, error = (self._losses.get(key) for key in (layout.LOST, layout.ERROR))
        return 0 if lost is None else int(lost[number]), 0.0 if error is None else float(error[number])

    def is_whole(self, number: int, names: Sequence[str], blocks: Sequence[Block], pool: Executor) -> bool:
        """Whether every chunk of a date is there and unpacks; a damaged one is to be made again, not copied."""
        return all(pool.map(lambda block: all(self._checked(number, name, block) for name in names), blocks))

    def chunks(self, number: int, name: str, block: Block) -> Iterator[bytes]:
        """The packed chunks of the rows of ``block``, in their order."""
        for row, col in self._corners(name, block):
            yield self.variables[name].id.read_direct_chunk((number, row, col))[1]

    def _checked(self, number: int, name: str, block: Block) -> bool:
        try:
            for row, col in self._corners(name, block):
                skipped, packed = self.variables[name].id.read_direct_chunk((number, row, col))
                if skipped or not self.codecs[name].is_whole(packed):
                    return False
        except (OSError, RuntimeError):  # how HDF5 says that a chunk was never written, or cannot be read
            return False
        return True

    def _corners(self, name: str, block: Block) -> Iterator[tuple[int, int]]:
        for piece in pieces(block.shape, self.codecs[name].chunk):
            yield block.row + piece.row, piece.col


@contextmanager
def opened_previous(path: Path | None, file: Any, name: str, grid: Grid) -> Iterator[Previous | None]:
    """The earlier file at ``path``; None when it is not there, or not laid out as the new ``file`` (h5py) is."""
    digests = [] if path is None else _digests(path, grid)
    if path is None or not digests:
        yield None
        return
    with h5py.File(path, "r", locking=False) as old:
        yield Previous(old, name, digests) if _same_layout(old, file, name) else None


def _digests(path: Path, grid: Grid) -> list[str]:
    """What each date of the file at ``path`` was made from; empty when it lies on another grid or is no series."""
    try:
        with open_series(path) as series:
            digests: list[str] = series.per_date("source_digest")
            return digests if series.grid.matches(grid) else []
    except (RasterError, OSError, RuntimeError, LookupError, AttributeError):
        return []


def _same_layout(old: Any, new: Any, name: str) -> bool:
    """Whether chunks of the one can stand in the other as they are."""
    if not {name, "missing_cells"} <= set(old):
        return False
    pairs = [(old[key], new[key]) for key in (name, layout.MASK) if key in old and key in new]
    return all(_packing(one) == _packing(two) for one, two in pairs)


def _packing(variable: Any) -> tuple[object, ...]:
    made = variable.id.get_create_plist()
    filters = [made.get_filter(number)[:3] for number in range(made.get_nfilters())]
    return filters, variable.shape[1:], variable.chunks, variable.dtype, variable.fillvalue
