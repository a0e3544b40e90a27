# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much each region counts in each cell: wholly inside it, less and less across its border.

With d the distance to the border of a region (positive inside) and B the width of the blend, a region counts
min(1, max(0, 1/2 + d / B)), and what lies in no region counts as one more region; the weights of a cell are divided by
their sum. On a straight border between two regions each counts a half, and B / 2 away from it one alone counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize

from terracite.landcover.strata import OUTSIDE, Strata
from terracite.raster.grid import LONLAT, Block, Grid, crs_of, transformer

_TILE = 256  #: cells; regions are drawn in tiles that do not depend on the blocks of the map
_DEGREE_M = 111_320.0  #: length of a degree of latitude, and of longitude at the equator


@dataclass(frozen=True, slots=True)
class Borders:
    """The regions of a map on its grid; it can be sent to any process."""

    grid: Grid
    shapes: tuple[Any, ...]  #: polygons in the system of the grid; where they overlap the first one counts
    positions: NDArray[np.int64]  #: (polygons,): of each polygon's region
    regions: int
    blend_m: float
    metres: tuple[float, float]  #: length of a unit of the grid's system in x and y

    def weights(self, block: Block, apart: NDArray[np.bool_]) -> dict[int, NDArray[np.float32]]:
        """The weight (y, x) of each region that counts in a block, their sum 1; `OUTSIDE` is what lies in none.

        ``apart``: (regions,), which of them count on their own; the others are part of the outside. Each cell's
        weights depend on nothing but the polygons, however the map is cut into blocks.
        """
        sampling = self._cell()
        reach = math.ceil(self.blend_m / 2 / min(sampling) + 0.5) + 1 if self.blend_m else 0
        around = Block(block.row - reach, block.col - reach, block.height + 2 * reach, block.width + 2 * reach)
        labels = self._drawn(around)
        labels[~np.append(apart, False)[labels]] = OUTSIDE  # OUTSIDE itself picks the last one
        inner = slice(reach, reach + block.height), slice(reach, reach + block.width)
        found = {int(label): self._raw(labels == label, sampling)[inner] for label in np.unique(labels)}
        total = np.sum(list(found.values()), axis=0)
        return {label: (raw / total).astype(np.float32) for label, raw in found.items() if raw.any()}

    def weights_at(self, lonlat: NDArray[np.float64], apart: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The weights of points, (points, regions + 1), the last one being the outside; ``lonlat``: degrees."""
        distances = self.distances(lonlat)
        inside = distances >= 0
        first = inside.argmax(axis=1)
        distances[inside & (np.arange(self.regions) != first[:, None])] = 0  # where they overlap, one counts
        distances[:, ~apart] = -np.inf
        every = np.column_stack([distances, -self._signed(self._union(apart), self._points(lonlat))])
        raw = np.clip(0.5 + every / self.blend_m, 0, 1) if self.blend_m else (every >= 0).astype(np.float64)
        raw[raw.sum(axis=1) == 0, -1] = 1  # exactly on a sharp border
        return np.asarray(raw / raw.sum(axis=1, keepdims=True), np.float64)

    def distances(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres from each point to the border of each region, positive inside, (points, regions)."""
        points = self._points(lonlat)
        alone = np.eye(self.regions, dtype=bool)
        return np.column_stack([self._signed(self._union(region), points) for region in alone])

    def _points(self, lonlat: NDArray[np.float64]) -> NDArray[np.object_]:
        places = np.column_stack(transformer(LONLAT, self.grid.crs).transform(lonlat[:, 0], lonlat[:, 1]))
        return np.asarray(shapely.points(places * np.array(self.metres)))

    def _union(self, chosen: NDArray[np.bool_]) -> Any:
        """Some regions as one shape in metres, without the slivers between them."""
        scale, sliver = np.array(self.metres), min(self._cell()) / 2
        own = [shape for shape, at in zip(self.shapes, self.positions, strict=True) if chosen[at]]
        whole = shapely.transform(shapely.union_all(own), lambda xy: xy * scale)
        return shapely.buffer(shapely.buffer(whole, sliver), -sliver) if chosen.sum() > 1 else whole

    def _signed(self, shape: Any, points: NDArray[np.object_]) -> NDArray[np.float64]:
        """Distance to the border of a shape, positive inside; without a shape all is far away from it."""
        if shapely.is_empty(shape):
            return np.full(len(points), -np.inf)
        shapely.prepare(shape)
        sign = np.where(shapely.intersects(shape, points), 1.0, -1.0)
        return np.asarray(sign * shapely.distance(shapely.boundary(shape), points), np.float64)

    def _cell(self) -> tuple[float, float]:
        """Height and width of a cell in metres."""
        a, b, _, d, e, _ = self.grid.transform
        x, y = self.metres
        return math.hypot(b * x, e * y), math.hypot(a * x, d * y)

    def _raw(self, mask: NDArray[np.bool_], sampling: tuple[float, float]) -> NDArray[np.float64]:
        if mask.all() or not self.blend_m:
            return mask.astype(np.float64)
        from scipy.ndimage import distance_transform_edt  # takes a quarter of a second to load

        half = sum(sampling) / 4  # the border lies half a cell from the middle of the cells beside it
        inside = distance_transform_edt(mask, sampling=sampling) - half
        outside = distance_transform_edt(~mask, sampling=sampling) - half
        return np.asarray(np.clip(0.5 + np.where(mask, inside, -outside) / self.blend_m, 0, 1), np.float64)

    def _drawn(self, block: Block) -> NDArray[np.int64]:
        """The region that the middle of each cell lies in, or `OUTSIDE`; cells beyond the grid have theirs, too."""
        labels = np.empty(block.shape, np.int64)
        for tile in _tiles(block):
            top, left = max(tile.row, block.row), max(tile.col, block.col)
            bottom = min(tile.row + tile.height, block.row + block.height)
            right = min(tile.col + tile.width, block.col + block.width)
            part = self._tile(tile)[top - tile.row : bottom - tile.row, left - tile.col : right - tile.col]
            labels[top - block.row : bottom - block.row, left - block.col : right - block.col] = part
        return labels

    def _tile(self, tile: Block) -> NDArray[np.int64]:
        target = self.grid.crop(tile)
        box = shapely.box(*target.bounds)
        near = [number for number, shape in enumerate(self.shapes) if shapely.intersects(shape, box)]
        if not near:
            return np.full(tile.shape, OUTSIDE, np.int64)
        burnt: NDArray[np.int32] = rasterize(
            ((self.shapes[number], int(self.positions[number]) + 1) for number in reversed(near)),
            out_shape=tile.shape, transform=Affine(*target.transform), dtype="int32",
        )  # fmt: skip
        return burnt.astype(np.int64) - 1


def borders_of(strata: Strata, grid: Grid, blend_m: float) -> Borders:
    """The regions of a recipe on the grid of its map."""
    frame = strata.frame.to_crs(grid.wkt())
    shapes = tuple(shapely.make_valid(shape) for shape in frame.geometry)
    return Borders(grid, shapes, strata.positions, len(strata.names), blend_m, _metres(grid))


def _metres(grid: Grid) -> tuple[float, float]:
    if grid.is_geographic:
        _, south, _, north = grid.bounds
        return _DEGREE_M * math.cos(math.radians((south + north) / 2)), _DEGREE_M
    unit = float(crs_of(grid.crs).axis_info[0].unit_conversion_factor) if crs_of(grid.crs).axis_info else 1.0
    return unit, unit


def _tiles(block: Block) -> Iterator[Block]:
    for row in range(block.row // _TILE * _TILE, block.row + block.height, _TILE):
        for col in range(block.col // _TILE * _TILE, block.col + block.width, _TILE):
            yield Block(row, col, _TILE, _TILE)
