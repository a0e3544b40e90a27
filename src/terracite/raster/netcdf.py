# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of dated images as one CF NetCDF file: written date by date, read back by blocks.

The numbers are those of the images (DN, int16), bit for bit; only nodata changes, to -32768. Where that cannot be,
because the offset depends on the baseline or the images are of floating-point numbers, `packing` says how they become
those of the file, and the file says so. The cloud mask goes beside them, so that a reader can mask again, or otherwise.

`netcdf_strips` decodes the images ahead, on every core; threads pack what comes into chunks (`netcdf_chunks`); the
calling thread writes these in order. Dates of an earlier file are copied, still packed (`netcdf_previous`).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_chunks import Codec, pieces
from terracite.raster.netcdf_previous import Previous, opened_previous
from terracite.raster.netcdf_read import SeriesFile, open_series
from terracite.raster.netcdf_strips import Strip, digest, row_blocks, strips, to_packed
from terracite.raster.series import SeriesImage

__all__ = ["DateCount", "SeriesFile", "UnreadableImageError", "WrittenSeries", "open_series", "write_series"]

Progress = Callable[[int, int], None]


class UnreadableImageError(RasterError):
    """One image of the series cannot be decoded; ``image`` says which, so that the others can go on without it."""

    def __init__(self, message: str, *, image: SeriesImage, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.image = image


@dataclass(frozen=True, slots=True)
class DateCount:
    """What one date holds, in cells of the grid."""

    missing: int  #: nodata, or outside the valid range
    masked: int | None  #: cloud, among the others; None when the date has no mask of its own
    total: int
    lost: int = 0  #: among the missing: values that the numbers of the file cannot hold (see `packing`)
    error: float = 0.0  #: largest difference from the values of the image, physical

    @property
    def clear_share(self) -> float:
        """Cells that can be used, 0-1."""
        return (self.total - self.missing - (self.masked or 0)) / self.total

    @property
    def cloud_percent(self) -> float:
        """Masked cells among those that were seen, 0-100; NaN when that is not known."""
        seen = self.total - self.missing
        return 100 * self.masked / seen if seen and self.masked is not None else float("nan")


@dataclass(frozen=True, slots=True)
class WrittenSeries:
    """What `write_series` wrote."""

    path: Path
    grid: Grid
    counts: tuple[DateCount, ...]  #: one per image, in their order
    copied: int = 0  #: dates taken over from the earlier file


@dataclass(slots=True)
class _Date:
    """One date on its way into the file."""

    number: int
    image: SeriesImage
    digest: str
    known: int | None = None  #: its number in the earlier file
    missing: int = 0
    masked: int | None = None
    lost: int = 0
    error: float = 0.0

    def variables(self, name: str) -> list[str]:
        """Those that hold something of this date: the index, and its mask if it has one."""
        return [name, layout.MASK] if self.image.mask_path or self.image.masked_path else [name]

    def count(self, total: int) -> DateCount:
        """What was counted, among ``total`` cells."""
        return DateCount(self.missing, self.masked, total, self.lost, self.error)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of a date: read (``strip``), or to be copied."""

    date: _Date
    block: Block
    strip: Strip | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Packed:
    """The chunks of some rows, by variable, and what their cells hold."""

    chunks: Mapping[str, Sequence[bytes]]
    missing: int
    masked: int


def write_series(
    path: Path,
    images: Sequence[SeriesImage],
    *,
    quantity: layout.Quantity | None = None,
    attributes: Mapping[str, str | float] | None = None,
    grid: Grid | None = None,
    compression: str = "zlib",
    workers: int | None = None,
    progress: Progress | None = None,
    previous: Path | None = None,
) -> WrittenSeries:
    """Write ``images`` (by strictly increasing sensing time, all on one grid) to ``path``, CF-1.11.

    ``quantity``: how the index is called (default: from `netcdf_layout.quantity`); ``attributes``: global ones, ACDD;
    ``compression``: "zlib", which every netCDF library reads, or "zstd"; ``workers``: threads that compress (default:
    one per core); ``previous``: an earlier file of this series, perhaps ``path`` itself: dates that it made from the
    same files are copied without being decoded, and the result is that of a fresh build, byte for byte; a file of
    another layout, or none, is no hindrance. Memory does not grow with the dates.

    The file appears under its name only when whole. Raises `UnreadableImageError` for an image that cannot be
    decoded or lies on another grid, `RasterError` for anything else.
    """
    _check_times(images)
    grid = grid or _grid_of(images[0])
    part = path.with_name(f".{path.name}.partial")
    what = quantity or layout.quantity(images[0].index)
    try:
        with _told(path):
            with netCDF4.Dataset(part, "w", format="NETCDF4") as file:
                layout.define(file, images, grid, what, attributes or {}, compression)
            with (
                h5py.File(part, "r+", locking=False) as file,
                opened_previous(previous, file, what.name, grid) as old,
            ):
                dates = _Writer(file, grid, what.name, workers or os.cpu_count() or 1).write(images, old, progress)
            counts = tuple(date.count(grid.width * grid.height) for date in dates)
            with netCDF4.Dataset(part, "a") as file:
                _write_facts(file, dates, counts)
            _make_durable(part)
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return WrittenSeries(path, grid, counts, sum(date.known is not None for date in dates))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the libraries say when they cannot write, as a `RasterError` with a cure."""
    try:
        yield
    except RasterError:  # of an image: it is an OSError too
        raise
    except PermissionError as error:
        raise RasterError(
            f"'{path.name}' could not be written: permission denied.",
            hint=f"Allow writing in '{path.parent}', or choose another folder.",
        ) from error
    except (RuntimeError, OSError) as error:
        raise RasterError(
            f"'{path.name}' could not be written: {error}.", hint="Free some space and run again."
        ) from error


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _grid_of(image: SeriesImage) -> Grid:
    try:
        return Grid.of(image.path)
    except RasterError as error:
        raise UnreadableImageError(error.message, image=image, hint=error.hint) from error


def _check_times(images: Sequence[SeriesImage]) -> None:
    if not images:
        raise RasterError("A series without images cannot be written.", hint="Check the selection of dates.")
    for before, after in pairwise(images):
        if before.sensed_at >= after.sensed_at:
            raise RasterError(
                f"'{after.path.name}' is not later than '{before.path.name}'.",
                hint="A series needs one image per sensing time, in order.",
            )


class _Writer:
    """Fills a file that `layout.define` has laid out."""

    def __init__(self, file: Any, grid: Grid, name: str, workers: int) -> None:
        self._file, self._grid, self._name, self._workers = file, grid, name, workers
        self._variables = {key: file[key] for key in (name, layout.MASK) if key in file}
        self._codecs = {key: Codec(variable) for key, variable in self._variables.items()}

    def write(self, images: Sequence[SeriesImage], old: Previous | None, progress: Progress | None) -> list[_Date]:
        """Every date, in order; one thread reads ahead, others pack, this one writes."""
        dates: list[_Date] = []
        with ThreadPoolExecutor(self._workers) as pool:
            for rows, packed in self._ready(self._rows(images, old, pool), pool):
                self._put(rows, packed.result() if packed else _copied(rows, old))
                if rows.is_last:
                    dates.append(rows.date)
                    if progress:
                        progress(len(dates), len(images))
        return dates

    def _rows(self, images: Sequence[SeriesImage], old: Previous | None, pool: Executor) -> Iterator[_Rows]:
        """What is to be written, date by date: run in the reading thread."""
        blocks = list(row_blocks(self._grid))
        for number, image in enumerate(images):
            try:
                date = _Date(number, image, digest(image))
                if old is not None and self._is_known(date, old, blocks, pool):
                    yield from (_Rows(date, block, None, block is blocks[-1]) for block in blocks)
                    continue
                for block, strip in zip(blocks, strips(image, self._grid), strict=True):
                    yield _Rows(date, block, strip, block is blocks[-1])
            except RasterError as error:
                raise UnreadableImageError(error.message, image=image, hint=error.hint) from error

    def _is_known(self, date: _Date, old: Previous, blocks: Sequence[Block], pool: Executor) -> bool:
        """Whether the earlier file has the date, undamaged; takes over what was counted then."""
        number = old.find(date.digest)
        if number is None or not old.is_whole(number, date.variables(self._name), blocks, pool):
            return False
        date.known = number
        date.missing, date.masked = old.counts(number)
        date.lost, date.error = old.losses(number)
        return True

    def _ready(self, source: Iterator[_Rows], pool: Executor) -> Iterator[tuple[_Rows, Future[_Packed] | None]]:
        """Rows in their order; while one waits here to be written, the next ones are read and packed."""
        waiting: deque[tuple[_Rows, Future[_Packed] | None]] = deque()
        for rows in _ahead(source):
            waiting.append((rows, pool.submit(self._pack, rows.strip) if rows.strip else None))
            if len(waiting) > self._workers:
                yield waiting.popleft()
        yield from waiting

    def _pack(self, strip: Strip) -> _Packed:
        missing = masked = 0
        chunks: dict[str, list[bytes]] = {self._name: []}
        index, cloud = self._codecs[self._name], self._codecs.get(layout.MASK)
        for block in pieces(strip.values.shape, index.chunk):
            values, lost = to_packed(strip.values[block.slices], strip.nodata, strip.valid)
            chunks[self._name].append(index.pack(values))
            lost_here = int(np.count_nonzero(lost))
            missing += lost_here
            if strip.mask is not None and cloud is not None:
                mask = strip.mask[block.slices]
                chunks.setdefault(layout.MASK, []).append(cloud.pack(mask))
                masked += int(np.count_nonzero((mask == 1) & ~lost if lost_here else mask == 1))
        return _Packed(chunks, missing, masked)

    def _put(self, rows: _Rows, packed: _Packed) -> None:
        for name, chunks in packed.chunks.items():
            corners = pieces(rows.block.shape, self._codecs[name].chunk)
            for corner, chunk in zip(corners, chunks, strict=True):
                at = (rows.date.number, rows.block.row + corner.row, corner.col)
                self._variables[name].id.write_direct_chunk(at, chunk)
        rows.date.missing += packed.missing
        if rows.strip is not None:
            rows.date.lost += rows.strip.lost
            rows.date.error = max(rows.date.error, rows.strip.error)
        if layout.MASK in packed.chunks:
            rows.date.masked = (rows.date.masked or 0) + packed.masked


def _write_facts(file: Any, dates: Sequence[_Date], counts: Sequence[DateCount]) -> None:
    """What is known of each date once its images were read (`layout.KNOWN_LATER`)."""
    percents = np.array([count.cloud_percent for count in counts], np.float32)
    digests = np.array([date.digest for date in dates], f"S{layout.DIGEST_LENGTH}")
    facts = {
        "missing_cells": [count.missing for count in counts],
        "masked_cells": [-1 if count.masked is None else count.masked for count in counts],
        "cloud_cover": np.where(np.isnan(percents), np.float32(-1), percents),
        "source_digest": netCDF4.stringtochar(digests),
        layout.LOST: [count.lost for count in counts],
        layout.ERROR: np.array([count.error for count in counts], np.float32),
    }
    for name, values in facts.items():
        if name in file.variables:
            file[name][:] = values


def _copied(rows: _Rows, old: Previous | None) -> _Packed:
    """The chunks of the earlier file; what they hold was counted when the date was recognised."""
    date = rows.date
    if old is None or date.known is None:
        return _Packed({}, 0, 0)
    names = date.variables(old.name)
    return _Packed({name: list(old.chunks(date.known, name, rows.block)) for name in names}, 0, 0)


def _ahead(source: Iterator[_Rows]) -> Iterator[_Rows]:
    """The same rows, each next one fetched by a thread while one is being used."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, source, None)
        try:
            while (rows := coming.result()) is not None:
                coming = reader.submit(next, source, None)
                yield rows
        finally:
            if isinstance(source, Generator):
                reader.submit(source.close).result()  # in the thread that opened the files
