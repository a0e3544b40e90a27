# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of dated images as one CF NetCDF file: written date by date, read back by blocks.

The numbers are those of the images (DN, int16), bit for bit; only nodata changes, to -32768. Where that cannot be,
because the offset depends on the baseline or the images are of floating-point numbers, `packing` says how they become
those of the file, and the file says so. The cloud mask goes beside them, so that a reader can mask again, or otherwise.

A pool of threads, one per core, decodes the tiles of the images ahead (`netcdf_strips`) and packs what comes into
chunks (`netcdf_chunks`); the calling thread writes these in order. Dates of an earlier file are copied, still packed
(`netcdf_previous`).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np

from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_chunks import Codec, pieces
from terracite.raster.netcdf_previous import Previous, opened_previous
from terracite.raster.netcdf_read import SeriesFile, open_series
from terracite.raster.netcdf_strips import Strip, Strips, ahead, digest, row_blocks, to_packed
from terracite.raster.series import SeriesImage
from terracite.raster.series_writing import (
    DateCount,
    Tally,
    UnreadableImageError,
    blamed,
    check_times,
    facts,
    grid_of,
    keep,
    told,
)

__all__ = ["DateCount", "SeriesFile", "UnreadableImageError", "WrittenSeries", "open_series", "write_series"]

Progress = Callable[[int, int], None]
_Asked = tuple["_Rows", int, int]  #: see `netcdf_strips.ahead`


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
    tally: Tally = field(default_factory=Tally)
    known: int | None = None  #: its number in the earlier file
    strips: Strips | None = None  #: open while it is being read

    def variables(self, name: str) -> list[str]:
        """Those that hold something of this date: the index, and its mask if it has one."""
        return [name, layout.MASK] if self.image.mask_path or self.image.masked_path else [name]

    def close(self) -> None:
        """Let go of its files."""
        if self.strips is not None:
            self.strips.close()
            self.strips = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of a date, being decoded or to be copied."""

    date: _Date
    block: Block
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Packed:
    """The chunks of some rows, by variable, and what their cells hold."""

    chunks: Mapping[str, Sequence[bytes]]
    tally: Tally


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
    ``compression``: "zlib", which every netCDF library reads, or "zstd"; ``workers``: threads that decode and
    compress (default: one per core); ``previous``: an earlier file of this series, perhaps ``path`` itself: dates that
    it made from the same files are copied without being decoded, and the result is that of a fresh build, byte for
    byte; a file of another layout, or none, is no hindrance. Memory does not grow with the dates.

    The file appears under its name only when whole. Raises `UnreadableImageError` for an image that cannot be
    decoded or lies on another grid, `RasterError` for anything else.
    """
    check_times(images)
    grid = grid or grid_of(images[0])
    part = path.with_name(f".{path.name}.partial")
    what = quantity or layout.quantity(images[0].index)
    try:
        with told(path):
            with netCDF4.Dataset(part, "w", format="NETCDF4") as file:
                layout.define(file, images, grid, what, attributes or {}, compression)
            with (
                h5py.File(part, "r+", locking=False) as file,
                opened_previous(previous, file, what.name, grid) as old,
            ):
                dates = _Writer(file, grid, what.name, workers or os.cpu_count() or 1).write(images, old, progress)
            counts = tuple(date.tally.count(grid) for date in dates)
            with netCDF4.Dataset(part, "a") as file:
                _write_facts(file, dates, counts)
            keep(part)
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return WrittenSeries(path, grid, counts, sum(date.known is not None for date in dates))


class _Writer:
    """Fills a file that `layout.define` has laid out."""

    def __init__(self, file: Any, grid: Grid, name: str, workers: int) -> None:
        self._file, self._grid, self._name, self._workers = file, grid, name, workers
        self._variables = {key: file[key] for key in (name, layout.MASK) if key in file}
        self._codecs = {key: Codec(variable) for key, variable in self._variables.items()}

    def write(self, images: Sequence[SeriesImage], old: Previous | None, progress: Progress | None) -> list[_Date]:
        """Every date, in order: threads decode and pack, this one writes."""
        dates: list[_Date] = []
        begun: list[_Date] = []
        pool = ThreadPoolExecutor(self._workers)
        try:
            for rows, packed in self._ready(self._rows(images, old, begun, pool), pool):
                self._put(rows, self._result(rows, packed) if packed else _copied(rows, old))
                if rows.is_last:
                    rows.date.close()
                    dates.append(rows.date)
                    if progress:
                        progress(len(dates), len(images))
        finally:
            pool.shutdown(cancel_futures=True)
            for date in begun:
                date.close()
        return dates

    def _rows(
        self, images: Sequence[SeriesImage], old: Previous | None, begun: list[_Date], pool: Executor
    ) -> Iterator[_Asked]:
        """What is to be written, date by date; rows that are to be read are being decoded when they come."""
        blocks = list(row_blocks(self._grid))
        above = 0  # bands of tiles of the dates before
        for number, image in enumerate(images):
            with blamed(image):
                date = _Date(number, image, digest(image))
                if old is None or not self._is_known(date, old, blocks, pool):
                    date.strips = Strips(image, self._grid, pool)
                    begun.append(date)
            strips = date.strips
            for block in blocks:
                band = above + (strips.ask(block) if strips else 0)
                reach = band + (strips.reserve(self._workers) if strips else 0)
                yield _Rows(date, block, block is blocks[-1]), band, reach
            above += strips.depth if strips else 0

    def _is_known(self, date: _Date, old: Previous, blocks: Sequence[Block], pool: Executor) -> bool:
        """Whether the earlier file has the date, undamaged; takes over what was counted then."""
        number = old.find(date.digest)
        if number is None or not old.is_whole(number, date.variables(self._name), blocks, pool):
            return False
        date.known, date.tally = number, Tally(*old.counts(number), *old.losses(number))
        return True

    def _ready(self, source: Iterator[_Asked], pool: Executor) -> Iterator[tuple[_Rows, Future[_Packed] | None]]:
        """Rows in their order; while one waits here to be written, the next ones are packed, and others decoded."""
        waiting: deque[tuple[_Rows, Future[_Packed] | None]] = deque()
        for rows in ahead(source):
            waiting.append((rows, self._packing(rows, pool)))
            if len(waiting) > self._workers:
                yield waiting.popleft()
        yield from waiting

    def _packing(self, rows: _Rows, pool: Executor) -> Future[_Packed] | None:
        """The job that packs rows, once they are decoded; None for those to be copied."""
        if rows.date.strips is None:
            return None
        with blamed(rows.date.image):
            return pool.submit(self._pack, rows.date.strips.taken(rows.block))

    def _result(self, rows: _Rows, packed: Future[_Packed]) -> _Packed:
        with blamed(rows.date.image):
            return packed.result()

    def _pack(self, made: Callable[[], Strip]) -> _Packed:
        strip = made()
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
        tally = Tally()
        tally.add(strip, missing, masked)
        return _Packed(chunks, tally)

    def _put(self, rows: _Rows, packed: _Packed) -> None:
        for name, chunks in packed.chunks.items():
            corners = pieces(rows.block.shape, self._codecs[name].chunk)
            for corner, chunk in zip(corners, chunks, strict=True):
                at = (rows.date.number, rows.block.row + corner.row, corner.col)
                self._variables[name].id.write_direct_chunk(at, chunk)
        rows.date.tally.include(packed.tally)


def _write_facts(file: Any, dates: Sequence[_Date], counts: Sequence[DateCount]) -> None:
    """What is known of each date once its images were read (`layout.KNOWN_LATER`)."""
    for name, values in facts(counts, [date.digest for date in dates]).items():
        if name in file.variables:
            texts = values.dtype == object
            file[name][:] = netCDF4.stringtochar(values.astype(f"S{layout.DIGEST_LENGTH}")) if texts else values


def _copied(rows: _Rows, old: Previous | None) -> _Packed:
    """The chunks of the earlier file; what they hold was counted when the date was recognised."""
    date = rows.date
    if old is None or date.known is None:
        return _Packed({}, Tally())
    names = date.variables(old.name)
    return _Packed({name: list(old.chunks(date.known, name, rows.block)) for name in names}, Tally())
