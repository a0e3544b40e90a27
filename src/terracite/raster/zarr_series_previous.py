# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates that an earlier store of the same series already holds: their chunks are copied as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import product
from pathlib import Path

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Grid
from terracite.raster.netcdf_read import SeriesFile
from terracite.raster.series_writing import Tally
from terracite.raster.zarr_series_layout import packing_of
from terracite.raster.zarr_series_read import open_zarr
from terracite.raster.zarr_series_shards import ArrayReader, Cut


class Previous:
    """An earlier store; `find` says where it holds a date."""

    def __init__(self, series: SeriesFile, cuts: Mapping[str, Cut]) -> None:
        self._arrays = {
            name: ArrayReader(series.path / name, replace(cut, shape=(len(series.times), *cut.shape[1:])))
            for name, cut in cuts.items()
        }
        self._grids = {name: cut.grid for name, cut in cuts.items()}
        self._digests = series.per_date("source_digest")
        self._missing = series.per_date("missing_cells")
        self._masked = series.per_date("masked_cells")
        self._lost, self._errors = series.per_date(layout.LOST), series.per_date(layout.ERROR)

    def find(self, digest: str, names: Sequence[str], pool: Executor) -> int | None:
        """The number of the date made from just these files, undamaged in the variables ``names``; else None."""
        if digest not in self._digests or not set(names) <= self._arrays.keys():
            return None
        number: int = self._digests.index(digest)
        rows = [(name, row) for name in names for row in range(self._grids[name][0])]
        return number if all(pool.map(lambda at: self._is_whole(number, *at), rows)) else None

    def tally(self, number: int) -> Tally:
        """What was counted then."""
        masked = self._masked[number] if self._masked else -1
        return Tally(
            missing=self._missing[number],
            masked=None if masked < 0 else masked,
            lost=self._lost[number] if self._lost else 0,
            error=self._errors[number] if self._errors else 0.0,
        )

    def chunk(self, name: str, number: int, row: int, col: int) -> bytes | None:
        """One packed chunk of a date."""
        return self._arrays[name].chunk(number, row, col)

    def _is_whole(self, number: int, name: str, row: int) -> bool:
        try:
            for at in product((row,), range(self._grids[name][1])):
                self._arrays[name].chunk(number, *at)
        except (OSError, RasterError):
            return False
        return True


def opened_previous(path: Path | None, new: Path, cuts: Mapping[str, Cut], name: str, grid: Grid) -> Previous | None:
    """The earlier store at ``path``; None when it is not there, or not laid out as the one in the folder ``new``."""
    if path is None:
        return None
    try:
        with open_zarr(path) as series:
            if not series.grid.matches(grid) or not series.per_date("source_digest"):
                return None
            same = {key: cut for key, cut in cuts.items() if packing_of(path / key) == packing_of(new / key)}
            return Previous(series, same) if name in same else None
    except (RasterError, OSError):
        return None
