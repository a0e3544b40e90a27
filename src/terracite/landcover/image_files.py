# SPDX-License-Identifier: AGPL-3.0-or-later
"""Layers read from the image files of a tree."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ArchiveError, Problem, RasterError, Severity
from terracite.landcover.layers import Layer, Origin, Source
from terracite.landcover.recipe import PeriodPart
from terracite.raster.grid import Block, Grid
from terracite.raster.products import named
from terracite.raster.read import check_readable, grid_of, read_physical
from terracite.raster.series import Series, SeriesImage
from terracite.raster.warp import warped


@dataclass(frozen=True, slots=True)
class ImageLayer:
    """A layer whose dates are image files."""

    root: Path
    series: Series
    described: Path | None = None  #: the product file that says what the images are

    @property
    def index(self) -> str:
        return self.series.index

    @property
    def still(self) -> bool:
        return False

    @property
    def days(self) -> NDArray[np.float64]:
        return np.unique(self._days_of_images())

    @property
    def grid(self) -> Grid:
        """The grid that most images have, as far as their headers can be read."""
        grids = [grid for _, grid in self.image_grids() if grid is not None]
        if grids:
            return Counter(grids).most_common(1)[0][0]
        raise ArchiveError(
            f"None of the {len(self.series.images)} images of {self.index} can be read.",
            hint=f"Check the files in '{self.root}'.",
        )

    @property
    def origins(self) -> tuple[Origin, ...]:
        files = [path for image in self.series.images for path in _files_of(image)]
        names = {image.path: image.product_id for image in self.series.images}
        found = [Origin(names.get(path, path.stem), path, _relative(path, self.root)) for path in files]
        if self.described is not None:
            found.append(Origin(named(self.series.product).name, self.described, self.described.name))
        return tuple(found)

    @property
    def platforms(self) -> tuple[str, ...]:
        kind = named(self.series.product)
        return tuple(sorted({kind.platform_name(image.platform) for image in self.series.images if image.platform}))

    @property
    def sources(self) -> tuple[Source, ...]:
        kind = named(self.series.product)
        return (Source(f"{kind.label['en']}: {self.index}", kind.source, is_dataset=False),)

    def during(self, period: PeriodPart) -> ImageLayer:
        start, end = period.start or dt.date.min, period.end or dt.date.max
        return self._with([image for image in self.series.images if start <= image.sensed_at.date() <= end])

    def checked(self) -> tuple[Layer, list[Problem]]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(self._problem, self.series.images))
        good = [image for image, problem in zip(self.series.images, found, strict=True) if problem is None]
        return self._with(good), [problem for problem in found if problem]

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        """Images on another grid are interpolated; several of one day are averaged where more than one is clear."""
        images = self.series.images
        values = np.empty((len(images), *block.shape), np.float32)

        def one(position: int) -> None:
            values[position] = _read(images[position], block, grid)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(one, range(len(values))))
        days = self._days_of_images()
        return values if len(np.unique(days)) == len(days) else _of_days(values, days)

    def image_grids(self) -> list[tuple[Path, Grid | None]]:
        """Every image with its grid; None where its header cannot be read, or does not say where it lies."""
        paths = [image.path for image in self.series.images]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(zip(paths, pool.map(grid_of, paths), strict=True))

    def _days_of_images(self) -> NDArray[np.float64]:
        return np.array([image.sensed_at.date().toordinal() for image in self.series.images], np.float64)

    def _problem(self, image: SeriesImage) -> Problem | None:
        for path in _files_of(image):
            try:
                Grid.of(path)
                check_readable(path)
            except RasterError as error:
                lacks = error.message.removeprefix(f"'{path}' ")
                what = lacks if lacks.startswith("has no ") else "cannot be read."
                return Problem(_relative(path, self.root), what, error.hint, Severity.WARNING)
        return None

    def _with(self, images: Sequence[SeriesImage]) -> ImageLayer:
        return replace(self, series=replace(self.series, images=tuple(images)))


def _read(image: SeriesImage, block: Block, grid: Grid) -> NDArray[np.float32]:
    """The clear values of one image; on another grid than its own, they are interpolated after masking."""
    own = grid_of(image.path)
    if own is None or own.matches(grid):
        return read_physical(image, block, grid)
    return warped(lambda part: read_physical(image, part), own, grid, block)


def _of_days(values: NDArray[np.float32], days: NDArray[np.float64]) -> NDArray[np.float32]:
    """The mean of the clear values of each day, (day, y, x)."""
    every = np.unique(days)
    found = np.full((every.size, *values.shape[1:]), np.nan, np.float32)
    for position, day in enumerate(every):
        same = values[days == day]
        clear = np.isfinite(same).sum(axis=0)
        np.divide(np.nansum(same, axis=0), clear, out=found[position], where=clear > 0)
    return found


def _files_of(image: SeriesImage) -> list[Path]:
    """The files that a date is read from."""
    mask = image.mask_path or image.masked_path
    return [image.path, mask] if mask else [image.path]


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
