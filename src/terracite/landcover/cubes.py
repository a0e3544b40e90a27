# SPDX-License-Identifier: AGPL-3.0-or-later
"""Layers read from time-series crates: the map's lineage then cites those crates by DOI or uuid."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.crate.read import Crate, open_crate
from terracite.errors import CrateError, Problem, RasterError, Severity
from terracite.landcover.layers import Layer, Origin, Source
from terracite.landcover.recipe import PeriodPart
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_read import open_series
from terracite.raster.warp import warped

_RECORD = "record.json"


@dataclass(frozen=True, slots=True)
class CubeFile:
    """One series file of a crate; ``first`` and ``last`` bound the dates that are used (positions, last excluded)."""

    path: Path
    origin: Origin
    grid: Grid
    times: tuple[dt.datetime, ...]
    platforms: tuple[str, ...]
    first: int
    last: int

    @property
    def days(self) -> list[int]:
        return [time.date().toordinal() for time in self.times[self.first : self.last]]


@dataclass(frozen=True, slots=True)
class CubeLayer:
    """A layer whose dates are in one NetCDF file or several (one a year)."""

    index: str
    files: tuple[CubeFile, ...]  #: by time

    @property
    def still(self) -> bool:
        return False

    @property
    def days(self) -> NDArray[np.float64]:
        return np.array([day for file in self.files for day in file.days], np.float64)

    @property
    def grid(self) -> Grid:
        return self.files[0].grid

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(file.origin for file in self.files)

    @property
    def platforms(self) -> tuple[str, ...]:
        return tuple(sorted({name for file in self.files for name in file.platforms}))

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(Source(file.origin.title, file.origin.identifier, is_dataset=True) for file in self.files)

    def during(self, period: PeriodPart) -> CubeLayer:
        start, end = period.start or dt.date.min, period.end or dt.date.max
        files = []
        for file in self.files:
            inside = [number for number, time in enumerate(file.times) if start <= time.date() <= end]
            if inside:
                files.append(replace(file, first=inside[0], last=inside[-1] + 1))
        return replace(self, files=tuple(files))

    def checked(self) -> tuple[Layer, list[Problem]]:
        good, problems = [], []
        for file in self.files:
            try:
                with open_series(file.path) as cube:
                    cube.read(Block(0, 0, 1, 1), slice(file.first, file.first + 1))
                good.append(file)
            except RasterError as error:
                problems.append(Problem(file.origin.name, error.message, error.hint, Severity.WARNING))
        return replace(self, files=tuple(good)), problems

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        parts = [_read(file, block, grid) for file in self.files]
        return np.concatenate(parts) if parts else np.empty((0, *block.shape), np.float32)


def _read(file: CubeFile, block: Block, grid: Grid) -> NDArray[np.float32]:
    """The clear values of one file, (time, y, x); on another grid than its own, they are interpolated."""
    dates = slice(file.first, file.last)
    with open_series(file.path) as cube:
        if file.grid.matches(grid):
            return cube.read_physical(block, dates)
        values = warped(lambda part: cube.read_physical(part, dates), file.grid, grid, block)
    return np.array(np.broadcast_to(values, (file.last - file.first, *block.shape)))


def has_crates(folder: Path) -> bool:
    """Whether the folder is a crate or holds crates with a series file."""
    return any(True for _ in _crate_folders(folder))


def find(folder: Path) -> list[tuple[str, Layer]]:
    """Every (tile, layer) of the crates in ``folder``; crates without series are passed over."""
    files: defaultdict[tuple[str, str], list[CubeFile]] = defaultdict(list)
    for place in _crate_folders(folder):
        crate = open_crate(place)
        for path in sorted(place.glob("*.nc")):
            tile, index, file = _described(path, crate, folder)
            files[tile, index].append(file)
    return [
        (tile, CubeLayer(index, tuple(sorted(found, key=lambda file: file.times[0]))))
        for (tile, index), found in sorted(files.items())
    ]


def _crate_folders(folder: Path) -> Iterator[Path]:
    for place in (folder, *sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")):
        if (place / _RECORD).is_file() and any(place.glob("*.nc")):
            yield place


def _described(path: Path, crate: Crate, root: Path) -> tuple[str, str, CubeFile]:
    """(tile, index, file) of one series file, named ``<INDEX>_<TILE>_<YEAR>.nc`` by `terracite timeseries`."""
    with open_series(path) as cube:
        index, grid, times = cube.index, cube.grid, cube.times
    if not times:
        raise CrateError(f"'{path.name}' in '{crate.name}' has no date.", hint="Make that crate again.")
    parts = path.stem.split("_")
    record = crate.record
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    origin = Origin(
        identifier=f"https://doi.org/{record.doi}" if record.doi else f"urn:uuid:{record.uuid}",
        path=path,
        name=name,
        title=record.title.best("en"),
    )
    # the record knows better than file names who collected the images: nobody, when they are simulated
    platforms = tuple(sorted(platform.name for platform in record.platforms))
    file = CubeFile(path, origin, grid, times, platforms, 0, len(times))
    return parts[1] if len(parts) >= 3 else "", index, file
