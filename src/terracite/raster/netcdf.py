# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of dated images as one CF NetCDF file: written date by date, read back by blocks.

The numbers are those of the images (DN, int16), bit for bit; only nodata changes, to -32768. The cloud mask goes
beside them, so that a reader can mask again, or otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_read import SeriesFile, open_series
from terracite.raster.read import nodata_in, opened, read_mask
from terracite.raster.series import SeriesImage

__all__ = ["DateCount", "SeriesFile", "UnreadableImageError", "WrittenSeries", "open_series", "write_series"]

STRIP_ROWS = 600  #: rows decoded at once, at most
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


@dataclass(frozen=True, slots=True)
class _Strip:
    row: int
    values: NDArray[np.int16]
    mask: NDArray[np.uint8] | None
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
    workers: int = 1,
    progress: Progress | None = None,
) -> WrittenSeries:
    """Write ``images`` (by strictly increasing sensing time, all on one grid) to ``path``, CF-1.11.

    ``quantity``: how the index is called (default: from `netcdf_layout.quantity`); ``attributes``: global ones, ACDD;
    ``compression``: "zlib", which every netCDF library reads, or "zstd"; ``workers``: dates decoded ahead of the one
    being written (GDAL already decodes the tiles of one image on every core: more of them cost memory, and pay only
    for untiled images). Memory does not grow with the dates.
    The file appears under its name only when whole. Raises `UnreadableImageError` for an image that cannot be
    decoded or lies on another grid, `RasterError` for anything else.
    """
    _check_times(images)
    grid = grid or _grid_of(images[0])
    part = path.with_name(f".{path.name}.partial")
    what = quantity or layout.quantity(images[0].index)
    try:
        with netCDF4.Dataset(part, "w", format="NETCDF4") as file:
            layout.define(file, images, grid, what, attributes or {}, compression)
            counts = _write_dates(file, images, grid, what.name, workers, progress)
            layout.write_cloud_cover(file, [count.cloud_percent for count in counts])
        descriptor = os.open(part, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        part.replace(path)
    except RuntimeError as error:  # how the netCDF library says that it could not write
        raise RasterError(
            f"'{path.name}' could not be written: {error}.", hint="Free some space and run again."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return WrittenSeries(path, grid, tuple(counts))


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


def _write_dates(
    file: Any, images: Sequence[SeriesImage], grid: Grid, name: str, workers: int, progress: Progress | None
) -> list[DateCount]:
    """Decode some dates at a time in threads, and write them in order, strip by strip."""
    counts = []
    stop = Event()
    with ThreadPoolExecutor(workers) as pool:
        queues: dict[int, Queue[_Strip | Exception | None]] = {}

        def start(number: int) -> None:
            if number < len(images):
                queues[number] = Queue(maxsize=1)
                pool.submit(_decode, images[number], grid, queues[number], stop)

        for number in range(workers):
            start(number)
        try:
            for number in range(len(images)):
                counts.append(_write_date(file, number, queues[number], grid, name))
                del queues[number]
                start(number + workers)
                if progress:
                    progress(number + 1, len(images))
        finally:
            stop.set()
            for queue in queues.values():
                while not queue.empty():
                    queue.get()
    return counts


def _write_date(file: Any, number: int, queue: Queue[_Strip | Exception | None], grid: Grid, name: str) -> DateCount:
    missing, masked = 0, None
    while (strip := queue.get()) is not None:
        if isinstance(strip, Exception):
            raise strip
        rows = slice(strip.row, strip.row + strip.values.shape[0])
        file[name][number, rows, :] = strip.values
        missing += strip.missing
        if strip.mask is not None and layout.MASK in file.variables:
            file[layout.MASK][number, rows, :] = strip.mask
            masked = (masked or 0) + strip.masked
    return DateCount(missing, masked, grid.width * grid.height)


def _decode(image: SeriesImage, grid: Grid, queue: Queue[_Strip | Exception | None], stop: Event) -> None:
    """Put the strips of one image into ``queue``, then None; or the error that ended it."""
    last: _Strip | Exception | None = None
    try:
        for strip in _strips(image, grid):
            if stop.is_set():
                return
            queue.put(strip)
    except RasterError as error:
        last = UnreadableImageError(error.message, image=image, hint=error.hint)
    except Exception as error:  # noqa: BLE001 - handed over to the writing thread, which raises it
        last = error
    if not stop.is_set():
        queue.put(last)


def _strips(image: SeriesImage, grid: Grid) -> Iterator[_Strip]:
    with opened(image.path) as source:
        own = Grid.of_dataset(source)
        if not own.matches(grid):
            raise RasterError(
                f"The image '{image.path}' is not on the grid of its series.",
                hint="Images of one tile and index must have the same cells; take it out or resample it.",
            )
        nodata = nodata_in(source, image.nodata)
        for block in _row_blocks(grid):
            values, missing = to_packed(source.read(1, window=block.window()), nodata, image.valid)
            has_mask = image.mask_path is not None or image.masked_path is not None
            mask = read_mask(image, block, grid) if has_mask else None
            masked = 0 if mask is None else int(np.count_nonzero((mask == 1) & ~missing))
            yield _Strip(block.row, values, mask, int(np.count_nonzero(missing)), masked)


def _row_blocks(grid: Grid) -> Iterator[Block]:
    """Whole-width strips, each a whole number of chunks high."""
    chunk = layout.chunk_length(grid.height)
    rows = chunk * max(1, STRIP_ROWS // chunk)
    for row in range(0, grid.height, rows):
        yield Block(row, 0, min(rows, grid.height - row), grid.width)


def to_packed(
    values: NDArray[Any], nodata: float | None, valid: tuple[int, int]
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """DN as int16 with nodata as -32768, and which cells are missing: nodata or outside ``valid``.

    Numbers that int16 cannot hold are missing too; those outside ``valid`` are kept as they are.
    """
    lost = np.zeros(values.shape, bool) if nodata is None else values == nodata
    if not np.can_cast(values.dtype, np.int16):
        lost |= ~((values >= -32767) & (values <= 32767))  # this way round, NaN is lost too
    packed = np.where(lost, np.int16(layout.FILL), values).astype(np.int16)
    return packed, (packed < valid[0]) | (packed > valid[1]) | lost
