# SPDX-License-Identifier: AGPL-3.0-or-later
"""A channel of a sensor: one picture a day, or several that are put together."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ArchiveError, Problem, RasterError, Severity
from terracite.landcover.layers import Layer, Origin, Source
from terracite.landcover.recipe import PeriodPart
from terracite.landcover.sensors.pictures import Picture, read_picture
from terracite.raster.grid import Block, Grid
from terracite.raster.read import address, check_opened, grid_of, opened


@dataclass(frozen=True, slots=True)
class Day:
    """What was seen on one day. ``over``: the channel is the ratio of the pictures to these."""

    day: int  #: ordinal of the UTC date; 0 where nothing changes in time
    pictures: tuple[Picture, ...]
    over: tuple[Picture, ...] = ()

    @property
    def all_pictures(self) -> tuple[Picture, ...]:
        """Those of numerator and denominator."""
        return *self.pictures, *self.over


@dataclass(frozen=True, slots=True)
class SensorLayer:
    """A channel whose days are pictures; several of one day are averaged where more than one is clear."""

    index: str
    root: Path
    dates: tuple[Day, ...]  #: in order of time; one where ``still``
    source: Source
    names: tuple[tuple[str, str], ...] = ()  #: code of a platform -> its name
    still: bool = False
    in_decibels: bool = False
    has_tiles: bool = True  #: whether its pictures have one extent; else they cover the map together

    @property
    def days(self) -> NDArray[np.float64]:
        return np.array([] if self.still else [date.day for date in self.dates], np.float64)

    @property
    def grid(self) -> Grid:
        """The grid that most pictures have, as far as their headers can be read."""
        return self.grids[0]

    @property
    def grids(self) -> tuple[Grid, ...]:
        """Every extent that the channel covers, that of most pictures first; one only where it has tiles."""
        found = Counter(grid for grid in grids_of(self._pictures()) if grid is not None)
        if not found:
            raise ArchiveError(
                f"None of the {len(self.dates)} images of {self.index} can be read.",
                hint=f"Check the files in '{self.root}'.",
            )
        ordered = [grid for grid, _ in found.most_common()]
        return tuple(ordered[:1]) if self.has_tiles else tuple(ordered)

    @property
    def origins(self) -> tuple[Origin, ...]:
        found: dict[Path, Origin] = {}
        for picture in self._pictures():
            for path in (*picture.files, *([picture.metadata] if picture.metadata else [])):
                found.setdefault(path, Origin(picture.product_id, path, relative(path, self.root)))
        return tuple(found.values())

    @property
    def platforms(self) -> tuple[str, ...]:
        names = dict(self.names)
        return tuple(sorted({names.get(one.platform, one.platform) for one in self._pictures() if one.platform}))

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.source,)

    def during(self, period: PeriodPart) -> SensorLayer:
        if self.still:
            return self
        first = (period.start or dt.date.min).toordinal()
        last = (period.end or dt.date.max).toordinal()
        return replace(self, dates=tuple(date for date in self.dates if first <= date.day <= last))

    def checked(self) -> tuple[Layer, list[Problem]]:
        pictures = list(self._pictures())
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda picture: _problem(picture, self.root), pictures))
        bad = {picture for picture, problem in zip(pictures, found, strict=True) if problem}
        kept = [
            replace(date, pictures=_without(date.pictures, bad), over=_without(date.over, bad)) for date in self.dates
        ]
        ratio = any(date.over for date in self.dates)
        whole = tuple(date for date in kept if date.pictures and (date.over or not ratio))
        problems = {problem.where: problem for problem in found if problem}
        return replace(self, dates=whole), list(problems.values())

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        values = np.empty((len(self.dates), *block.shape), np.float32)

        def one(position: int) -> None:
            values[position] = self._of_day(self.dates[position], block, grid)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(one, range(len(values))))
        return values

    def _of_day(self, date: Day, block: Block, grid: Grid) -> NDArray[np.float32]:
        values = _together(date.pictures, block, grid)
        if date.over:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = values / _together(date.over, block, grid)
        return decibels(values) if self.in_decibels else values

    def image_grids(self) -> list[tuple[Path, Grid | None]]:
        """Every image with its grid; None where its header cannot be read, or does not say where it lies."""
        pictures = list(self._pictures())
        return list(zip([picture.path for picture in pictures], grids_of(pictures), strict=True))

    def _pictures(self) -> Iterable[Picture]:
        return (picture for date in self.dates for picture in date.all_pictures)


def decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ten times the logarithm of a power or of a ratio of powers; NaN where it is not above 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values: NDArray[np.float32] = np.float32(10) * np.log10(power)
    values[~np.isfinite(values)] = np.nan
    return values


def grids_of(pictures: Iterable[Picture]) -> list[Grid | None]:
    """The grid of each picture; None where its header cannot be read."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda picture: grid_of(picture.path, picture.inner), pictures))


def relative(path: Path, root: Path) -> str:
    """A path as the folder of the recipe sees it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _together(pictures: Sequence[Picture], block: Block, grid: Grid) -> NDArray[np.float32]:
    """The mean of the pictures that are clear, (y, x)."""
    first = read_picture(pictures[0], block, grid)
    if len(pictures) == 1:
        return first
    total, count = np.nan_to_num(first), np.isfinite(first).astype(np.float32)
    for picture in pictures[1:]:
        values = read_picture(picture, block, grid)
        total += np.nan_to_num(values)
        count += np.isfinite(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: NDArray[np.float32] = total / count
    return mean


def _problem(picture: Picture, root: Path) -> Problem | None:
    for path in picture.files:
        inner, band = (picture.inner, picture.band) if path == picture.path else ("", 1)
        if cure := _cure(path, inner, band):
            return Problem(relative(path, root), "cannot be read.", cure, Severity.WARNING)
    return None


def _cure(path: Path, inner: str, band: int) -> str:
    """The cure of what is wrong with a file; "" where nothing is."""
    try:
        status = path.stat()
    except OSError:
        return "Check the path."
    return _told(path, inner, band, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2**16)
def _told(path: Path, inner: str, band: int, _modified: int, _size: int) -> str:
    try:
        with opened(address(path, inner)) as image:
            Grid.of_dataset(image)
            if band > image.count:
                return f"It has {image.count} bands, and should have {band} at least: produce it again."
            check_opened(image)
    except RasterError as error:
        return error.hint or "Copy or produce it again."
    return ""


def _without(pictures: tuple[Picture, ...], bad: set[Picture]) -> tuple[Picture, ...]:
    return tuple(picture for picture in pictures if picture not in bad)
