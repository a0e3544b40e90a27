# SPDX-License-Identifier: AGPL-3.0-or-later
"""A channel that lies on several tiles: every cell of the map is read from one of them, its owner.

The owner of a cell is the tile that it lies deepest in, by the distance to the tile's nearest edge; of tiles that are
as deep, the first by name. It depends on the extents of the tiles alone: not on dates, clouds, blocks or order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.layers import Layer, Origin, Source
from terracite.landcover.recipe import PeriodPart
from terracite.raster.grid import Block, Grid, same_crs, transformer
from terracite.raster.warp import depth_m

NOBODY = -1  #: owner of a cell that no tile reaches


@dataclass(frozen=True, slots=True)
class TiledLayer:
    """One channel over several tiles, whose dates are those of all of them together."""

    index: str
    tiles: tuple[str, ...]  #: by name
    parts: tuple[Layer, ...]  #: of each tile
    extents: tuple[Grid, ...]  #: of each tile

    @property
    def still(self) -> bool:
        return self.parts[0].still

    @property
    def days(self) -> NDArray[np.float64]:
        return np.unique(np.concatenate([part.days for part in self.parts]))

    @property
    def grid(self) -> Grid:
        return self.extents[0]

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The extent of each tile."""
        return self.extents

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(origin for part in self.parts for origin in part.origins)

    @property
    def platforms(self) -> tuple[str, ...]:
        return tuple(sorted({name for part in self.parts for name in part.platforms}))

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(source for part in self.parts for source in part.sources))

    def during(self, period: PeriodPart) -> TiledLayer:
        return replace(self, parts=tuple(part.during(period) for part in self.parts))

    def checked(self) -> tuple[Layer, list[Problem]]:
        found = [part.checked() for part in self.parts]
        problems = [problem for _, each in found for problem in each]
        return replace(self, parts=tuple(part for part, _ in found)), problems

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        days, owned = self.days, owners(self.extents, grid, block)
        values = np.full((1 if self.still else days.size, *block.shape), np.nan, np.float32)
        for number in np.unique(owned[owned != NOBODY]).tolist():
            part, mine = self.parts[number], owned == number
            positions = [0] if self.still else np.searchsorted(days, part.days).tolist()
            for position, seen in zip(positions, part.read(block, grid), strict=True):
                values[position][mine] = seen[mine]
        return values


def tiled(index: str, parts: Sequence[tuple[str, Layer]]) -> Layer:
    """The layer of one tile as it is; several ones together. ``parts``: (tile, layer)."""
    if len(parts) == 1:
        return parts[0][1]
    ordered = sorted(parts, key=lambda part: part[0])
    layers = tuple(layer for _, layer in ordered)
    return TiledLayer(index, tuple(tile for tile, _ in ordered), layers, tuple(layer.grid for layer in layers))


def grids_of(layer: Layer) -> tuple[Grid, ...]:
    """Every extent that a layer covers, that of its first tile first."""
    found: tuple[Grid, ...] = getattr(layer, "grids", None) or (layer.grid,)
    return found


@lru_cache(maxsize=16)
def owners(extents: tuple[Grid, ...], grid: Grid, block: Block) -> NDArray[np.int32]:
    """Which extent each cell (y, x) of ``block`` of ``grid`` belongs to; `NOBODY` where there is none."""
    owned = np.full(block.shape, NOBODY, np.int32)
    deepest = np.zeros(block.shape)
    around = grid.crop(block).bounds
    for number, extent in enumerate(extents):
        if not _touch(around, bounds_in(extent, grid.crs)):
            continue
        depth = np.round(depth_m(extent, grid, block), 3)
        deeper = depth > deepest
        owned[deeper], deepest[deeper] = number, depth[deeper]
    owned.setflags(write=False)
    return owned


@lru_cache(maxsize=1024)
def bounds_in(grid: Grid, crs: str) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) of a grid in another reference system, a little too large there."""
    if same_crs(grid.crs, crs):
        return grid.bounds
    left, bottom, right, top = transformer(grid.crs, crs).transform_bounds(*grid.bounds, densify_pts=41)
    more = max(right - left, top - bottom) / 1000
    return left - more, bottom - more, right + more, top + more


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
