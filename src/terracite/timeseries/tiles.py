# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells of the Sentinel-2 grid: where a tile lies by its name alone, and whether it has land.

A tile is the 100 km square of the Military Grid Reference System of its name, from its upper left corner 109.8 km east
and south, the corner moved outwards to a multiple of 60 m. The test compares all 56,686 tiles with Sen2Chain's grid.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from shapely import MultiPolygon, Polygon

from terracite.raster.grid import LONLAT, transformer
from terracite.record.geojson.antimeridian import cut

SIDE_M = 109_800.0
_NAME = re.compile(r"(?:0[1-9]|[1-5]\d|60)[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V]")
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")  #: of zones 1, 2, 3, and again
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_SQUARE_M = 100_000
_ROUND_M = len(_ROWS) * _SQUARE_M  #: after this many metres row letters come again
_SNAP_M = 60
_SOUTH_M = 10_000_000  #: what the south adds to northings
_METRES_PER_DEGREE = 110_950  #: of latitude, good enough to tell rounds of 2,000 km apart


@dataclass(frozen=True, slots=True)
class Cell:
    """The square of a tile in its UTM zone."""

    crs: str  #: "EPSG:32740"
    left: float  #: m
    top: float  #: m

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """(x, y) clockwise from the upper left, m."""
        right, bottom = self.left + SIDE_M, self.top - SIDE_M
        return (self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)


def cell(tile: str) -> Cell | None:
    """The square of a tile; None when it is not the name of one.

    >>> cell("40KCB")
    Cell(crs='EPSG:32740', left=300000.0, top=7700020.0)
    """
    if not _NAME.fullmatch(tile):
        return None
    zone, band, column, row = int(tile[:2]), tile[2], tile[3], tile[4]
    columns = _COLUMNS[(zone - 1) % 3]
    if column not in columns:
        return None
    is_south = band < "N"
    east = (columns.index(column) + 1) * _SQUARE_M
    top = _northing(row, band, is_even=zone % 2 == 0) + _SQUARE_M
    # from the equator on, outwards in the north, inwards in the south, where northings shrink away from it
    snapped = math.ceil(top / _SNAP_M) * _SNAP_M + (_SOUTH_M if is_south else 0)
    return Cell(f"EPSG:{(32700 if is_south else 32600) + zone}", float(east // _SNAP_M * _SNAP_M), float(snapped))


def _northing(row: str, band: str, *, is_even: bool) -> int:
    """The lower edge of a 100 km square, metres from the equator: the round of letters nearest to the band's middle."""
    first = (_ROWS.index(row) - (5 if is_even else 0)) % len(_ROWS) * _SQUARE_M
    height = 12 if band == "X" else 8
    middle = (-80 + 8 * _BANDS.index(band) + height / 2) * _METRES_PER_DEGREE
    return first + round((middle - first - _SQUARE_M / 2) / _ROUND_M) * _ROUND_M


def tile_outline(tile: str) -> Polygon | MultiPolygon | None:
    """The four corners of a tile, longitude latitude, clockwise; two parts across the antimeridian. None: no such tile.

    >>> [round(value, 3) for value in tile_outline("40KCB").bounds]
    [55.066, -21.789, 56.133, -20.789]
    """
    found = cell(tile)
    if found is None:
        return None
    lon, lat = transformer(found.crs, LONLAT).transform(*np.array([*found.corners, found.corners[0]]).T)
    ring = [(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]
    if max(lon) - min(lon) <= 180:
        return Polygon(ring)
    eastern = [(x % 360, y) for x, y in ring]
    # `cut` wants counterclockwise rings
    parts = [Polygon(part[0][::-1]) for part in cut([tuple(eastern[::-1])])]
    return MultiPolygon(parts)


def is_land(tile: str) -> bool | None:
    """Whether Sen2Chain's grid calls a tile land; None when it is not the name of a tile.

    >>> is_land("40KCB"), is_land("40KBB")
    (True, False)
    """
    return tile[4] in _land_rows().get(tile[:4], "") if cell(tile) else None


@cache
def _land_rows() -> dict[str, str]:
    """Zone, band and column -> the letters of the rows that are land."""
    text = resources.files("terracite.timeseries").joinpath("data/land_tiles.txt").read_text(encoding="utf-8")
    return {line[:4]: line[4:].strip() for line in text.splitlines() if not line.startswith("#")}
