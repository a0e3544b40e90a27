# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small globe turned so that one place faces the reader (orthographic projection, Snyder 1987, p. 149)."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray

from terracite.website.maps.land import land

RADIUS, MIDDLE = 34.0, 37.0
SMALLEST_LAND = 12.0  #: square degrees; smaller islands would be dust at this size
DETAIL_DEGREES = 1.2


def globe(lon: float, lat: float) -> str:
    """SVG shapes in a 74 by 74 frame: the sea, the land and a dot in the middle, where the place is."""
    tilt = max(min(lat, 60.0), -60.0)
    down = RADIUS * math.sin(math.radians(lat - tilt))
    return (
        f'<circle class="sea" cx="{MIDDLE}" cy="{MIDDLE}" r="{RADIUS}"/><path class="land" d="{_land(lon, tilt)}"/>'
        f'<circle class="rim" cx="{MIDDLE}" cy="{MIDDLE}" r="{RADIUS}"/>'
        f'<circle class="dot" cx="{MIDDLE}" cy="{MIDDLE - down:.1f}" r="3.2"/>'
    )


@cache
def _rings() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The points (lon, lat) of the rings of all land, one ring after the other, and where each ring begins."""
    rings = [
        np.asarray(shapely.segmentize(part.exterior, 8.0).coords)
        for shape in land().shapes
        if shape.area >= SMALLEST_LAND
        for part in shapely.get_parts(shapely.simplify(shape, DETAIL_DEGREES))
        if part.geom_type == "Polygon"
    ]
    return np.radians(np.concatenate(rings)), np.cumsum([0, *map(len, rings[:-1])])


def _land(lon: float, lat: float) -> str:
    """The path of the land; points behind the horizon slide onto it, so that what is seen of a ring stays closed."""
    points, starts = _rings()
    turn, north, tilt = points[:, 0] - math.radians(lon), points[:, 1], math.radians(lat)
    x = np.cos(north) * np.sin(turn)
    y = math.cos(tilt) * np.sin(north) - math.sin(tilt) * np.cos(north) * np.cos(turn)
    facing = math.sin(tilt) * np.sin(north) + math.cos(tilt) * np.cos(north) * np.cos(turn)
    hidden = facing < 0
    stretch = np.where(hidden, 1 / np.maximum(np.hypot(x, y), 1e-9), 1.0)
    on_screen = np.column_stack((MIDDLE + RADIUS * x * stretch, MIDDLE - RADIUS * y * stretch)).round(1).tolist()
    words = [f"{a} {b}" for a, b in on_screen]
    ends = [*starts[1:].tolist(), len(words)]
    seen = np.logical_or.reduceat(~hidden, starts)
    spans = zip(starts.tolist(), ends, seen.tolist(), strict=True)
    return "".join("M" + "L".join(words[start:end]) + "z" for start, end, is_seen in spans if is_seen)
