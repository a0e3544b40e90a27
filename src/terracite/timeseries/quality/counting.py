# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting one date of a series file, chunk by chunk: a date's quality is in the histogram of its numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import SeriesFile
from terracite.raster.netcdf_layout import FILL
from terracite.timeseries.quality.certificate import DateQuality, Spread
from terracite.timeseries.quality.stored import Cells
from terracite.timeseries.quality.subject import Subject

Histogram = NDArray[np.int64]  #: shape (65536,): cells by DN, from -32768 up

_NEAR = 1024  #: DN: how far lossy compression was seen to move nodata beside the edge of a swath
_CELLS = 6_000_000  #: of a strip, at most


@dataclass(slots=True)
class Tally:
    """What is counted of one date, cell by cell."""

    all: Histogram = field(default_factory=lambda: np.zeros(65536, np.int64))
    masked: Histogram = field(default_factory=lambda: np.zeros(65536, np.int64))
    has_mask: bool = False
    clipped: int = 0
    digest: Any = field(default_factory=lambda: hashlib.blake2b(digest_size=16))

    def add(self, values: NDArray[np.int16], mask: NDArray[np.uint8] | None) -> None:
        """Count a piece: ``values`` int16 (y, x), -32768 = nodata; ``mask`` uint8 (y, x), 1 = masked, 255 = none."""
        values = np.ascontiguousarray(values)
        counted = histogram(values)
        self.all += counted
        if mask is not None:
            self._add_masked(values, mask == 1, counted)
            self.has_mask = self.has_mask or bool((mask < 255).any())
        self.digest.update(isal_zlib.crc32(values).to_bytes(4, "big"))

    def _add_masked(self, values: NDArray[np.int16], is_masked: NDArray[np.bool_], counted: Histogram) -> None:
        cells = int(np.count_nonzero(is_masked))
        if cells == is_masked.size:
            self.masked += counted
        elif cells:
            self.masked += histogram(values[is_masked])

    def identity(self) -> str:
        """What two dates share when they have the same numbers in every cell, and else not."""
        present = np.flatnonzero(self.all)
        self.digest.update(np.array([present, self.all[present]], "<i8").tobytes())
        return str(self.digest.hexdigest())


def histogram(values: NDArray[np.int16]) -> Histogram:
    """Cells by DN."""
    counted = np.bincount(values.view(np.uint16).ravel(), minlength=65536)  # as unsigned: 0 to 32767, -32768 to -1
    return np.roll(counted, 32768)


def count_date(cells: Cells, number: int, subject: Subject) -> DateQuality:
    """The quality of date ``number``; memory is that of a few chunks, of one strip where values may be clipped.

    Raises `RasterError` for a damaged file.
    """
    tally, numbers = Tally(), subject.numbers
    top = numbers.limits[1] if numbers.can_clip and numbers.limits is not None else None
    strip = None if top is None else _Strip(cells.series, top)
    for block, values, mask in cells.pieces(number):
        tally.add(values, mask)
        if strip is not None:
            tally.clipped += strip.add(block, values)
    return _judged(tally, cells.series, number, subject)


class _Strip:
    """Puts pieces together to whole-width blocks, where patches of nodata are seen whole, or nearly."""

    def __init__(self, series: SeriesFile, top: int) -> None:
        self._grid, self._top = series.grid, top
        self._blocks = strips(series.grid, series.chunk_shape[0])
        self._block = next(self._blocks)
        self._values = np.empty(self._block.shape, np.int16)

    def add(self, at: Block, values: NDArray[np.int16]) -> int:
        """Cells of a strip that are probably clipped, once it is complete; 0 before."""
        row = at.row - self._block.row
        self._values[row : row + at.height, at.col : at.col + at.width] = values
        end = at.row + at.height
        if end < self._block.row + self._block.height or at.col + at.width < self._grid.width:
            return 0
        found = suspected_clipped(self._values, self._top)
        if end < self._grid.height:
            self._block = next(self._blocks)
            self._values = np.empty(self._block.shape, np.int16)
        return found


def strips(grid: Grid, chunk_rows: int) -> Iterator[Block]:
    """Whole-width blocks of whole chunks."""
    rows = chunk_rows * max(1, _CELLS // max(1, chunk_rows * grid.width))
    for row in range(0, grid.height, rows):
        yield Block(row, 0, min(rows, grid.height - row), grid.width)


def _judged(tally: Tally, series: SeriesFile, number: int, subject: Subject) -> DateQuality:
    """From the numbers that occur, which are few in a small image."""
    numbers = subject.numbers
    low, high = numbers.valid
    nodata = int(tally.all[0])
    places = np.flatnonzero(tally.all[1:]) + 1  # without FILL
    dn, holds, masked = places + FILL, tally.all[places], tally.masked[places]
    inside = (dn >= low) & (dn <= high)
    near = np.zeros(dn.shape, bool) if numbers.nodata is None else abs(dn - numbers.nodata) <= _NEAR
    clear = np.where(inside, holds - masked, 0)

    def at(value: int | None) -> int:
        return 0 if value is None else int(holds[dn == value].sum())

    least, most = numbers.limits or (None, None)
    return DateQuality(
        tile=subject.tile,
        sensed_at=series.times[number],
        product_id=subject.product_ids[number],
        platform=subject.platforms[number],
        orbit=subject.orbits[number],
        baseline=subject.baselines[number],
        cells=int(tally.all.sum()),
        nodata=nodata,
        outside=int(holds[~inside & ~near].sum()),
        near_nodata=int(holds[~inside & near].sum()),
        undeclared=at(numbers.nodata),
        saturated_low=at(least),
        saturated_high=at(most),
        clipped=tally.clipped if numbers.can_clip else None,
        masked=int(masked[inside].sum()) if tally.has_mask else None,
        clear=int(clear.sum()),
        spread=spread_of(dn, clear, series.scale, series.offset),
        dn_step=int(np.gcd.reduce(dn)) if dn.size else 0,
        digest=tally.identity() if dn.size else "",
    )


def spread_of(dn: NDArray[np.int64], counts: Histogram, scale: float, offset: float) -> Spread | None:
    """The spread of ``counts`` cells with these numbers (ascending), in physical values; None without a cell."""
    total = int(counts.sum())
    if not total:
        return None
    running = np.cumsum(counts)

    def at(share: float) -> float:
        return float(dn[np.searchsorted(running, max(1.0, share * total))] * scale + offset)

    mean = float((dn * counts).sum() / total)
    variance = float((((dn - mean) ** 2) * counts).sum() / total)
    present = np.flatnonzero(counts)
    ends = [float(dn[position] * scale + offset) for position in (present[0], present[-1])]
    return Spread(
        least=ends[0],
        low=at(0.05),
        median=at(0.5),
        high=at(0.95),
        greatest=ends[1],
        mean=mean * scale + offset,
        deviation=variance**0.5 * scale,
    )


def suspected_clipped(values: NDArray[np.int16], top: int) -> int:
    """Nodata cells that are probably values above ``top``: their patch has high values all around it.

    A patch of nodata (cells that touch, diagonally too) is suspected when the values that touch it are, on average,
    above half of ``top``; the edge of a swath or of a product has ordinary values beside it.
    """
    from scipy import ndimage  # takes a quarter of a second to load

    lost = values == FILL
    if not lost.any() or 2 * int(values.max()) <= top:  # no patch can have such values around it
        return 0
    around = np.ones((3, 3), bool)
    patches, count = ndimage.label(lost, around)
    beside = ndimage.maximum_filter(values, size=3)  # nodata is the least number there is
    rim = lost & (beside > FILL)
    sums = np.bincount(patches[rim], beside[rim].astype(np.float64), minlength=count + 1)
    sizes = np.bincount(patches[rim], minlength=count + 1)
    is_high = (sizes > 0) & (sums > sizes * (top / 2))
    is_high[0] = False
    cells = np.bincount(patches.ravel(), minlength=count + 1)
    return int(cells[is_high].sum())
