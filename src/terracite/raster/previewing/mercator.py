# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiles of web maps (EPSG:3857, 256 cells a side, row 0 in the north). Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass

TILE = 256
LIMIT = 85.0511287798066  #: degrees north and south that such a map ends at
HALF = 20037508.342789244  #: metres from its middle to its edge
DEEPEST = 22

Box = tuple[float, float, float, float]  #: west, south, east, north in degrees; west > east: antimeridian


@dataclass(frozen=True, slots=True)
class Tiles:
    """A rectangle of tiles of one zoom, last ones included."""

    zoom: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def count(self) -> int:
        """How many tiles."""
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)


def cell_m(zoom: int) -> float:
    """Side of a cell in metres of the projection (at the equator: on the ground)."""
    return 2 * HALF / float(TILE * 2**zoom)


def position(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Column and row in tiles of that zoom, with fractions; latitudes beyond the map are put on its edge."""
    side = 2**zoom
    bounded = math.radians(max(-LIMIT, min(LIMIT, lat)))
    row = (1 - math.asinh(math.tan(bounded)) / math.pi) / 2 * side
    return (lon + 180) / 360 * side, row


def lonlat(column: float, row: float, zoom: int) -> tuple[float, float]:
    """The opposite of `position`."""
    side = 2**zoom
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))
    return column / side * 360 - 180, lat


def tiles_of(box: Box, zoom: int) -> list[Tiles]:
    """The tiles that show a box: one rectangle, or two on both sides of the antimeridian."""
    west, south, east, north = box
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    last = 2**zoom - 1
    found = []
    for left, right in parts:
        (x0, y0), (x1, y1) = position(left, north, zoom), position(right, south, zoom)
        columns = _inside(x0, 0, last), _inside(math.ceil(x1) - 1, _inside(x0, 0, last), last)
        rows = _inside(y0, 0, last), _inside(math.ceil(y1) - 1, _inside(y0, 0, last), last)
        found.append(Tiles(zoom, columns[0], rows[0], columns[1], rows[1]))
    return found


def finest_zoom(box: Box, ground_m: float, most_cells: float) -> int:
    """The zoom that shows cells of ``ground_m`` metres whole, or the finest that has at most ``most_cells``.

    Cells of the map may be up to a quarter wider than those of the file before the next zoom is taken.
    """
    middle = max(-LIMIT, min(LIMIT, (box[1] + box[3]) / 2))
    wanted = math.log2(cell_m(0) * math.cos(math.radians(middle)) / max(ground_m, 1e-6))
    zoom = max(0, min(DEEPEST, math.ceil(wanted - 0.3)))
    while zoom and sum(part.count for part in tiles_of(box, zoom)) * TILE * TILE > max(most_cells, 4 * TILE * TILE):
        zoom -= 1
    return zoom


def coarsest_zoom(box: Box, finest: int) -> int:
    """The zoom at which a box fills about one tile, the first to be shown."""
    for zoom in range(finest, 0, -1):
        if all(part.right - part.left <= 1 and part.bottom - part.top <= 1 for part in tiles_of(box, zoom)):
            return max(0, zoom - 1)
    return 0


def _inside(value: float, least: int, most: int) -> int:
    return max(least, min(most, math.floor(value)))
