# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of dated images as one Zarr v3 store: the numbers and attributes of the NetCDF file, for object storage.

One date is a chunk of 366 x 366 cells, and sixteen dates share a file (a shard): a cell's series and a date are read in
few requests, and a year is some forty files. The consolidated metadata tell everything in one of them.
"""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from terracite.raster import netcdf_layout as layout
from terracite.raster import zarr_series_layout as store
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import WrittenSeries
from terracite.raster.netcdf_chunks import pieces
from terracite.raster.netcdf_strips import Strip, digest, row_blocks, strips, to_packed
from terracite.raster.series import SeriesImage
from terracite.raster.series_writing import Tally, blamed, check_times, facts, grid_of, keep, told
from terracite.raster.zarr_series_previous import Previous, opened_previous
from terracite.raster.zarr_series_shards import ArrayWriter, Cut, Packer

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Date:
    """One date on its way into the store."""

    number: int
    image: SeriesImage
    digest: str
    is_copied: bool = False
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class _Packed:
    """The chunks of a strip, by variable, from the left and the top, and how many of its cells are missing, masked."""

    chunks: Mapping[str, Sequence[bytes | None]]
    missing: int
    masked: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A strip that is being packed."""

    date: _Date
    strip: Strip
    packed: Future[_Packed]


def write_zarr(
    folder: Path,
    images: Sequence[SeriesImage],
    *,
    quantity: layout.Quantity | None = None,
    attributes: Mapping[str, str | float] | None = None,
    grid: Grid | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    previous: Path | None = None,
) -> WrittenSeries:
    """Write ``images`` (by strictly increasing sensing time, all on one grid) to the Zarr v3 store ``folder``.

    Parameters are those of `netcdf.write_series`; ``previous`` is an earlier store of this series, perhaps ``folder``
    itself: dates that it made from the same files are copied without being decoded, and the result is that of a fresh
    build, byte for byte. Memory does not grow with the dates, nor with what a shard holds.

    The store appears under its name only when whole; where there was one, the old one is called ``.<name>.old`` for the
    instant between two renamings, and `restore` finds it there. Raises `UnreadableImageError` for an image that cannot
    be decoded or lies on another grid, `RasterError` for anything else.
    """
    check_times(images)
    grid = grid or grid_of(images[0])
    restore(folder)
    part = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(part, ignore_errors=True)
    what = quantity or layout.quantity(images[0].index)
    described = layout.variables(images, grid, what)
    cuts = {one.name: store.cut_of(one, len(images), grid.shape) for one in described if one.is_gridded}
    try:
        with told(folder):
            store.define(part, described, cuts, attributes or {})
            old = opened_previous(previous, part, cuts, what.name, grid)
            dates = _Writer(part, cuts, grid, what.name, workers or os.cpu_count() or 1).write(images, old, progress)
            counts = tuple(date.tally.count(grid) for date in dates)
            store.fill_in(part, facts(counts, [date.digest for date in dates]))
            store.consolidate(part)
            _put_in_place(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return WrittenSeries(folder, grid, counts, sum(date.is_copied for date in dates))


def restore(folder: Path) -> None:
    """Bring back the old store if the machine stopped while a new one was taking its place."""
    old = _aside(folder)
    if old.is_dir() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _put_in_place(part: Path, folder: Path) -> None:
    for path in sorted(part.rglob("*")):
        keep(path)
    if folder.exists():
        folder.rename(_aside(folder))
    part.rename(folder)
    keep(folder.parent)
    shutil.rmtree(_aside(folder), ignore_errors=True)


class _Writer:
    """Fills the arrays of a store that `zarr_series_layout.define` has laid out."""

    def __init__(self, folder: Path, cuts: Mapping[str, Cut], grid: Grid, name: str, workers: int) -> None:
        self._folder, self._cuts, self._grid, self._name, self._workers = folder, cuts, grid, name, workers
        self._packers = {name: Packer(cut) for name, cut in cuts.items()}
        self._arrays: dict[str, ArrayWriter] = {}
        self._blocks = list(row_blocks(grid))
        self._done: Callable[[], None] = lambda: None

    def write(self, images: Sequence[SeriesImage], old: Previous | None, progress: Progress | None) -> list[_Date]:
        """Every date, in order: this thread decodes (on every core) and writes, the others pack."""
        dates = []
        with ExitStack() as stack, ThreadPoolExecutor(self._workers) as pool:
            self._arrays = {
                name: stack.enter_context(ArrayWriter(self._folder / name, cut)) for name, cut in self._cuts.items()
            }
            waiting: deque[_Waiting] = deque()
            for number, image in enumerate(images):
                with blamed(image):
                    date = _Date(number, image, digest(image))
                    source = old.find(date.digest, self._variables(image), pool) if old else None
                    if old is not None and source is not None:
                        self._put_all(waiting)
                        self._copy(date, old, source)
                    else:
                        self._read(date, waiting, pool)
                dates.append(date)
                if progress:
                    progress(len(dates), len(images))
            self._put_all(waiting)
        return dates

    def _variables(self, image: SeriesImage) -> list[str]:
        return [self._name, layout.MASK] if image.mask_path or image.masked_path else [self._name]

    def _read(self, date: _Date, waiting: deque[_Waiting], pool: ThreadPoolExecutor) -> None:
        for strip in strips(date.image, self._grid):
            waiting.append(_Waiting(date, strip, pool.submit(self._pack, strip)))
            while len(waiting) > self._workers + 1:
                self._put(waiting.popleft())

    def _put_all(self, waiting: deque[_Waiting]) -> None:
        while waiting:
            self._put(waiting.popleft())

    def _pack(self, strip: Strip) -> _Packed:
        missing = masked = 0
        chunks: dict[str, list[bytes | None]] = {self._name: []}
        for block in pieces(strip.values.shape, self._cuts[self._name].chunk):
            values, lost = to_packed(strip.values[block.slices], strip.nodata, strip.valid)
            chunks[self._name].append(self._packers[self._name].pack(values))
            missing += int(np.count_nonzero(lost))
            if strip.mask is not None:
                mask = strip.mask[block.slices]
                chunks.setdefault(layout.MASK, []).append(self._packers[layout.MASK].pack(mask))
                masked += int(np.count_nonzero((mask == 1) & ~lost))
        return _Packed(chunks, missing, masked)

    def _put(self, waiting: _Waiting) -> None:
        packed = waiting.packed.result()
        for name in self._cuts:
            chunks = packed.chunks.get(name, [None] * sum(1 for _ in self._places(waiting.strip.block)))
            for (row, col), chunk in zip(self._places(waiting.strip.block), chunks, strict=True):
                self._arrays[name].put(waiting.date.number, row, col, chunk)
        waiting.date.tally.add(waiting.strip, packed.missing, packed.masked)

    def _copy(self, date: _Date, old: Previous, source: int) -> None:
        """The chunks of the earlier store, in the order of a fresh build."""
        date.is_copied, date.tally = True, old.tally(source)
        own = self._variables(date.image)
        for block in self._blocks:
            for name in self._cuts:
                for row, col in self._places(block):
                    chunk = old.chunk(name, source, row, col) if name in own else None
                    self._arrays[name].put(date.number, row, col, chunk)

    def _places(self, block: Block) -> Iterator[tuple[int, int]]:
        """Where the chunks of some rows are among those of the date."""
        rows, cols = self._cuts[self._name].chunk
        for piece in pieces(block.shape, (rows, cols)):
            yield (block.row + piece.row) // rows, piece.col // cols
