# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map that exists, as layers that do not change in time: one a class, 1 where the map has it and 0 elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, RasterError
from terracite.landcover.layers import Origin, Source
from terracite.landcover.recipe import PeriodPart
from terracite.raster.grid import Block, Grid
from terracite.raster.read import opened
from terracite.raster.warp import nearest

if TYPE_CHECKING:
    from terracite.landcover.layers import Layer

_MOST = 64  #: classes of a map; more are hardly classes
_STRIP = 1024  #: rows read at once


@dataclass(frozen=True, slots=True)
class ClassLayer:
    """Where a map has one class."""

    path: Path
    code: int
    still: bool = True

    @property
    def index(self) -> str:
        return f"{self.path.stem} class {self.code}"

    @property
    def days(self) -> NDArray[np.float64]:
        return np.empty(0, np.float64)

    @property
    def grid(self) -> Grid:
        return Grid.of(self.path)

    @property
    def grids(self) -> tuple[Grid, ...]:
        return (self.grid,)

    @property
    def origins(self) -> tuple[Origin, ...]:
        return (Origin(self.path.name, self.path, self.path.name, self.path.stem),)

    @property
    def platforms(self) -> tuple[str, ...]:
        return ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return (Source(f"map {self.path.name}", "", is_dataset=False),)

    def during(self, period: PeriodPart) -> Layer:  # noqa: ARG002
        """Itself: a map has no date."""
        return self

    def checked(self) -> tuple[Layer, list[Problem]]:
        """Itself: a map that cannot be read is an error, found when the recipe is checked."""
        return self, []

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        """(1, y, x): 1 where the nearest cell of the map has the class, 0 elsewhere, outside the map too."""

        def stored(part: Block) -> NDArray[np.int64]:
            with opened(self.path) as image:
                window = ((part.row, part.row + part.height), (part.col, part.col + part.width))
                return np.asarray(image.read(1, window=window), np.int64)

        found = nearest(stored, self.grid, grid, block, fill=-1)
        return np.asarray(found == self.code, np.float32)[None]


def class_layers(path: Path, where: str, problems: list[Problem]) -> tuple[ClassLayer, ...]:
    """A layer a class of the map in ``path``; 0 and its nodata value are no class. Mistakes go to ``problems``."""
    if not path.is_file():
        problems.append(Problem(where, f"there is no file '{path}'.", "Check the path."))
        return ()
    try:
        Grid.of(path)
        codes = _codes(path)
    except RasterError as error:
        problems.append(Problem(where, error.message, error.hint))
        return ()
    if not 2 <= len(codes) <= _MOST:
        what = f"'{path.name}' has {len(codes)} values, which is no map of classes."
        problems.append(Problem(where, what, f"Give a raster of whole numbers with 2 to {_MOST} classes."))
        return ()
    return tuple(ClassLayer(path, code) for code in codes)


def _codes(path: Path) -> list[int]:
    """The values of a map, in order; no more than it takes to see that they are too many."""
    found: set[int] = set()
    with opened(path) as image:
        if not np.issubdtype(np.dtype(image.dtypes[0]), np.integer):
            return []
        for row in range(0, image.height, _STRIP):
            rows = (row, min(row + _STRIP, image.height))
            found |= {int(code) for code in np.unique(image.read(1, window=(rows, (0, image.width))))}
            if len(found) > _MOST + 2:
                break
        return sorted(found - {0, image.nodata})
