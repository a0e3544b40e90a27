# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a cell costs in bytes and seconds, measured on some images by writing them as a run would."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from terracite.errors import ArchiveError, RasterError
from terracite.raster.series import SeriesImage
from terracite.timeseries import formats
from terracite.timeseries.yearly import YearSeries

IMAGES = 6  #: written at least, where there are as many; one of each index in any case
_DATE_BYTES = {"netcdf": 300, "zarr": 200, "cog": 3200}  # of a date, beside its pixels: product, platform; STAC Item

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measure:
    """One image, written alone."""

    index: str
    cells: int
    bytes: int  #: of its pixels and mask, compressed
    beside: int  #: bytes of everything else of the file: axes, attributes
    seconds: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured; every figure of a plan comes from here."""

    measures: tuple[Measure, ...]

    def bytes_of(self, one: YearSeries) -> int:
        """The file of a series, as large as it is expected to be."""
        cells = one.grid.width * one.grid.height * len(one.images)
        beside = fmean(item.beside for item in self.measures) + _DATE_BYTES[one.format] * len(one.images)
        return round(cells * self.bytes_per_cell(one.index) + beside)

    def bytes_per_cell(self, index: str) -> float:
        """The mean over the images of this index, of all indices when none of it was measured."""
        own = [item for item in self.measures if item.index == index] or self.measures
        return fmean(item.bytes / item.cells for item in own)

    def seconds_per_cell(self) -> float:
        """The mean over all images."""
        return fmean(item.seconds / item.cells for item in self.measures)

    def relative_error(self) -> float:
        """Of the mean of bytes per cell, about two thirds of the time; 0.5 for a single image, which tells nothing."""
        shares = [item.bytes / item.cells / self.bytes_per_cell(item.index) for item in self.measures]
        if len(shares) < 2:
            return 0.5
        return stdev(shares) / sqrt(len(shares))


def measure(series: Sequence[YearSeries], compression: str, progress: Progress | None = None) -> Sample:
    """Write a few images of every index to a temporary folder, and look at what they cost.

    Images are taken at even distances through the tiles and the years, so that dry and rainy seasons count alike. One
    that cannot be read is passed over: a run leaves it out too. Raises `ArchiveError` when none can be.
    """
    chosen = list(_chosen(series))
    found = []
    for name in {one.format for one in series}:
        formats.load(name)
    with tempfile.TemporaryDirectory(prefix="terracite-plan-") as folder:
        for number, (one, image) in enumerate(chosen, start=1):
            try:
                found.append(_measured(one, image, Path(folder) / f"sample-{number}", compression))
            except RasterError:
                continue
            finally:
                if progress:
                    progress(number, len(chosen))
    if not found:
        raise ArchiveError(
            "None of the images of the sample can be read, so nothing can be estimated.",
            hint="See what `terracite timeseries inventory` says of them.",
        )
    return Sample(tuple(found))


def _chosen(series: Sequence[YearSeries]) -> list[tuple[YearSeries, SeriesImage]]:
    by_index: defaultdict[str, list[tuple[YearSeries, SeriesImage]]] = defaultdict(list)
    for one in series:
        by_index[one.index] += [(one, image) for image in one.images]
    each = max(1, -(-IMAGES // len(by_index)))
    return [pair for images in by_index.values() for pair in _spread(images, each)]


def _spread(images: Sequence[tuple[YearSeries, SeriesImage]], count: int) -> list[tuple[YearSeries, SeriesImage]]:
    """``count`` of them, at the middles of as many equal parts."""
    count = min(count, len(images))
    return [images[(2 * part + 1) * len(images) // (2 * count)] for part in range(count)]


def _measured(one: YearSeries, image: SeriesImage, path: Path, compression: str) -> Measure:
    started = time.perf_counter()
    formats.write(one.format, path, (image,), grid=one.grid, compression=compression)
    seconds = time.perf_counter() - started
    pixels = formats.pixel_bytes(path, one.format)
    beside = sum(part.path.stat().st_size for part in formats.files_of(path, one.format)) - pixels
    return Measure(one.index, one.grid.width * one.grid.height, pixels, max(0, beside), seconds)
