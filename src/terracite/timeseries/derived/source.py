# SPDX-License-Identifier: AGPL-3.0-or-later
"""One or several series files of one tile and index, read as one series, block by block."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import SeriesFile, open_series
from terracite.raster.netcdf_header import header
from terracite.raster.netcdf_layout import FILL

STACK_BYTES = 144 * 2**20  #: of one block, all its dates and what is made of them
_DATES_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Source:
    """Series files that follow each other in time on one grid. Physical value = DN x ``scale`` + ``offset``."""

    paths: tuple[Path, ...]
    times: tuple[dt.datetime, ...]  #: of all dates, UTC, increasing
    counts: tuple[int, ...]  #: dates of each file
    grid: Grid
    variable: str  #: "ndvi"
    scale: float
    offset: float
    valid: tuple[int, int]  #: DN, both included
    chunks: tuple[int, int]  #: (y, x)
    attributes: dict[str, Any]  #: of the variable

    @property
    def index(self) -> str:
        """The index in upper case, "NDVI"."""
        return self.variable.upper()

    @property
    def years(self) -> range:
        """The years of the calendar, from the first date to the last."""
        return range(self.times[0].year, self.times[-1].year + 1)

    @property
    def name(self) -> str:
        """Of what is made of them: "NDVI_40KCB_2022", or "NDVI_40KCB_2021-2023"."""
        stem = self.paths[0].stem
        return stem if len(self.years) == 1 or len(self.paths) == 1 else f"{stem}-{self.years[-1]}"

    @property
    def days(self) -> NDArray[np.float64]:
        """The day of each date since 1970-01-01, shape (time,)."""
        return np.array([time.date().toordinal() for time in self.times], np.float64) - EPOCH_ORDINAL

    def blocks(self, layers: int = 0) -> Iterator[Block]:
        """Rectangles that cover the grid, whole chunks where they fit into ``STACK_BYTES``.

        ``layers``: int16 values a cell that are made of its dates, and kept until the block is written.
        """
        rows, cols = (min(chunk, cells) for chunk, cells in zip(self.chunks, self.grid.shape, strict=True))
        rows = max(1, min(rows, STACK_BYTES // (2 * (len(self.times) + layers) * cols)))
        for chunk_row in range(0, self.grid.height, min(self.chunks[0], self.grid.height)):
            end = min(chunk_row + self.chunks[0], self.grid.height)
            for col in range(0, self.grid.width, cols):
                for row in range(chunk_row, end, rows):
                    yield Block(row, col, min(rows, end - row), min(cols, self.grid.width - col))

    def read(self, block: Block) -> NDArray[np.int16]:
        """The DN of every date, int16 (time, y, x); -32768 where nodata, out of range or clouded."""
        with self.reading() as read:
            return read(block)

    @contextmanager
    def reading(self) -> Iterator[Callable[[Block], NDArray[np.int16]]]:
        """`read` for many blocks, by one thread: the files stay open."""
        with ExitStack() as opened:
            files = [opened.enter_context(open_series(path)) for path in self.paths]
            yield lambda block: self._stack(files, block)

    def _stack(self, files: Sequence[SeriesFile], block: Block) -> NDArray[np.int16]:
        stack = np.empty((len(self.times), *block.shape), np.int16)
        first = 0
        for series, count in zip(files, self.counts, strict=True):
            for start in range(0, count, _DATES_AT_ONCE):
                dates = slice(start, min(start + _DATES_AT_ONCE, count))
                part = stack[first + dates.start : first + dates.stop]
                part[:] = series.read(block, dates)
                _clear_only(part, series, block, dates, self.valid)
            first += count
        return stack


EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()


def open_source(paths: Sequence[Path]) -> Source:
    """The series in ``paths``, which are files or crates that hold one; in any order.

    Raises `RasterError` for what is no series, for files on different grids or of different indices, and for dates
    that are in two files.
    """
    if not paths:
        raise RasterError("There is no series.", hint="Give one or several series files of one tile and index.")
    parts = sorted((_opened(series_in(path)) for path in paths), key=lambda part: part.times[0])
    first = parts[0]
    for part in parts[1:]:
        _check_alike(first, part)
    for before, after in pairwise(parts):
        if after.times[0] <= before.times[-1]:
            raise RasterError(
                f"'{before.paths[0].name}' and '{after.paths[0].name}' overlap in time.",
                hint="Give each year once.",
            )
    return Source(
        paths=tuple(part.paths[0] for part in parts),
        times=tuple(time for part in parts for time in part.times),
        counts=tuple(len(part.times) for part in parts),
        grid=first.grid,
        variable=first.variable,
        scale=first.scale,
        offset=first.offset,
        valid=first.valid,
        chunks=first.chunks,
        attributes=first.attributes,
    )


def series_in(path: Path) -> Path:
    """The series file itself; that of a crate when ``path`` is a folder."""
    if not path.is_dir():
        return path
    found = sorted(path.glob("*.nc"))
    if len(found) != 1:
        raise RasterError(f"The folder '{path}' holds {len(found)} NetCDF files.", hint="Give the series file itself.")
    return found[0]


def _opened(path: Path) -> Source:
    try:
        return _described(path)
    except (IndexError, KeyError, AttributeError, ValueError) as error:  # what netCDF4 says of what is not there
        what = str(error.args[0] if error.args else error).removesuffix(" in /").removesuffix(".")
        raise RasterError(
            f"'{path}' is no series file: {what}.",
            hint="Give a file that 'terracite timeseries run' made: time, y, x and the grid mapping must be in it.",
        ) from error


def _described(path: Path) -> Source:
    with open_series(path) as series:
        attributes = header(path)[1].get(series.variable, {})
        low, high = series.valid
        if not series.times:
            raise RasterError(f"'{path.name}' holds no date.", hint="Give a series with images in it.")
        return Source(
            paths=(path,),
            times=series.times,
            counts=(len(series.times),),
            grid=series.grid,
            variable=series.variable,
            scale=series.scale,
            offset=series.offset,
            valid=(low, high),
            chunks=series.chunk_shape,
            attributes=attributes,
        )


def _check_alike(first: Source, other: Source) -> None:
    names = f"'{first.paths[0].name}' and '{other.paths[0].name}'"
    if first.variable != other.variable:
        raise RasterError(
            f"{names} hold different indices: {first.index} and {other.index}.", hint="Derive one index at a time."
        )
    if not first.grid.matches(other.grid):
        raise RasterError(f"{names} are not on the same grid.", hint="Derive one tile at a time.")
    if (first.scale, first.offset) != (other.scale, other.offset):
        raise RasterError(f"{names} do not count in the same unit.", hint="Make them again with one version.")


def _clear_only(
    values: NDArray[np.int16], series: SeriesFile, block: Block, dates: slice, valid: tuple[int, int]
) -> None:
    """What is out of range or clouded becomes missing, in place."""
    values[(values < valid[0]) | (values > valid[1])] = FILL
    if series.has_mask:
        values[series.read_mask(block, dates) == 1] = FILL
