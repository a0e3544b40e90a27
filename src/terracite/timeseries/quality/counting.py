# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting one date of a series file, strip by strip: a date's quality is in the histogram of its numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import SeriesFile
from terracite.raster.netcdf_layout import FILL
from terracite.timeseries.quality.certificate import DateQuality, Spread
from terracite.timeseries.quality.subject import Numbers, Subject

Histogram = NDArray[np.int64]  #: shape (65536,): cells by DN, from -32768 up

_dn = np.arange(-32768, 32768)
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

    def add(self, values: NDArray[np.int16], mask: NDArray[np.uint8] | None, numbers: Numbers) -> None:
        """Count a strip: ``values`` int16 (y, x), -32768 = nodata; ``mask`` uint8 (y, x), 1 = masked, 255 = none."""
        self.all += histogram(values)
        if mask is not None:
            self.masked += histogram(values[mask == 1])
            self.has_mask = self.has_mask or bool((mask < 255).any())
        if numbers.can_clip and numbers.limits is not None:
            self.clipped += suspected_clipped(values, numbers.limits[1])
        self.digest.update(np.ascontiguousarray(values).data)


def histogram(values: NDArray[np.int16]) -> Histogram:
    """Cells by DN."""
    counted: Histogram = np.bincount(values.ravel().astype(np.int32) + 32768, minlength=65536)
    return counted


def count_date(series: SeriesFile, number: int, subject: Subject) -> DateQuality:
    """The quality of date ``number`` of ``series``; memory is that of one strip. `RasterError` for a damaged file."""
    tally, dates = Tally(), slice(number, number + 1)
    for block in strips(series.grid, series.chunk_shape[0]):
        mask = series.read_mask(block, dates)[0] if series.has_mask else None
        tally.add(series.read(block, dates)[0], mask, subject.numbers)
    return _judged(tally, series, number, subject)


def strips(grid: Grid, chunk_rows: int) -> Iterator[Block]:
    """Whole-width blocks of whole chunks."""
    rows = chunk_rows * max(1, _CELLS // max(1, chunk_rows * grid.width))
    for row in range(0, grid.height, rows):
        yield Block(row, 0, min(rows, grid.height - row), grid.width)


def _judged(tally: Tally, series: SeriesFile, number: int, subject: Subject) -> DateQuality:
    numbers = subject.numbers
    low, high = numbers.valid
    holds = tally.all.copy()
    holds[0] = 0  # FILL
    inside = (_dn >= low) & (_dn <= high)
    near = np.zeros(65536, bool) if numbers.nodata is None else abs(_dn - numbers.nodata) <= _NEAR
    clear = np.where(inside, holds - tally.masked, 0)
    clear[0] = 0
    least, most = numbers.limits or (FILL, FILL)
    return DateQuality(
        tile=subject.tile,
        sensed_at=series.times[number],
        product_id=subject.product_ids[number],
        platform=subject.platforms[number],
        orbit=subject.orbits[number],
        baseline=subject.baselines[number],
        cells=int(tally.all.sum()),
        nodata=int(tally.all[0]),
        outside=int(holds[~inside & ~near].sum()),
        near_nodata=int(holds[~inside & near].sum()),
        undeclared=0 if numbers.nodata is None else int(holds[numbers.nodata - FILL]),
        saturated_low=int(holds[least - FILL]),
        saturated_high=int(holds[most - FILL]),
        clipped=tally.clipped if numbers.can_clip else None,
        masked=int(tally.masked[inside].sum() - tally.masked[0] * inside[0]) if tally.has_mask else None,
        clear=int(clear.sum()),
        spread=spread_of(clear, series.scale, series.offset),
        dn_step=int(np.gcd.reduce(_dn[holds > 0])) if holds.any() else 0,
        digest=tally.digest.hexdigest() if holds.any() else "",
    )


def spread_of(counts: Histogram, scale: float, offset: float) -> Spread | None:
    """The spread of the cells of a histogram, in physical values; None without a cell."""
    total = int(counts.sum())
    if not total:
        return None
    running = np.cumsum(counts)

    def at(share: float) -> float:
        return float(_dn[np.searchsorted(running, max(1.0, share * total))] * scale + offset)

    mean = float((_dn * counts).sum() / total)
    variance = float((((_dn - mean) ** 2) * counts).sum() / total)
    present = np.flatnonzero(counts)
    ends = [float(_dn[position] * scale + offset) for position in (present[0], present[-1])]
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
    if not lost.any() or lost.all():
        return 0
    around = np.ones((3, 3), bool)
    patches, count = ndimage.label(lost, around)
    beside = ndimage.maximum_filter(values, footprint=around)  # nodata is the least number there is
    rim = lost & (beside > FILL)
    sums = np.bincount(patches[rim], beside[rim].astype(np.float64), minlength=count + 1)
    sizes = np.bincount(patches[rim], minlength=count + 1)
    is_high = (sizes > 0) & (sums > sizes * (top / 2))
    is_high[0] = False
    cells = np.bincount(patches.ravel(), minlength=count + 1)
    return int(cells[is_high].sum())
