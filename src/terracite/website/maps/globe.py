# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small globe turned so that one place faces the reader (orthographic projection, Snyder 1987, p. 149)."""

from __future__ import annotations

import math
from collections.abc import Iterable

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
    rings = "".join(_ring(points, lon, tilt) for points in _land_rings())
    down = RADIUS * math.sin(math.radians(lat - tilt))
    return (
        f'<circle class="sea" cx="{MIDDLE}" cy="{MIDDLE}" r="{RADIUS}"/><path class="land" d="{rings}"/>'
        f'<circle class="rim" cx="{MIDDLE}" cy="{MIDDLE}" r="{RADIUS}"/>'
        f'<circle class="dot" cx="{MIDDLE}" cy="{MIDDLE - down:.1f}" r="3.2"/>'
    )


def _land_rings() -> Iterable[NDArray[np.float64]]:
    for shape in land().shapes:
        if shape.area >= SMALLEST_LAND:
            for part in shapely.get_parts(shapely.simplify(shape, DETAIL_DEGREES)):
                if part.geom_type == "Polygon":
                    yield np.asarray(shapely.segmentize(part.exterior, 8.0).coords)


def _ring(points: NDArray[np.float64], lon: float, lat: float) -> str:
    """One ring; points behind the horizon slide onto it, so that the visible part stays closed."""
    turn, north = np.radians(points[:, 0] - lon), np.radians(points[:, 1])
    tilt = math.radians(lat)
    x = np.cos(north) * np.sin(turn)
    y = math.cos(tilt) * np.sin(north) - math.sin(tilt) * np.cos(north) * np.cos(turn)
    facing = math.sin(tilt) * np.sin(north) + math.cos(tilt) * np.cos(north) * np.cos(turn)
    hidden = facing < 0
    if hidden.all():
        return ""
    length = np.hypot(x, y)
    stretch = np.where(hidden, 1 / np.maximum(length, 1e-9), 1.0)
    screen = zip(MIDDLE + RADIUS * x * stretch, MIDDLE - RADIUS * y * stretch, strict=True)
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in screen) + "z"
