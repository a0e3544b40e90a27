# SPDX-License-Identifier: AGPL-3.0-or-later
"""The box and the convex hull of points in degrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from terracite.raster.inspect import Point

Box = tuple[float, float, float, float]
_MOST_CORNERS = 100


def box_of(points: Sequence[Point]) -> Box:
    """(west, south, east, north)."""
    lon, lat = zip(*points, strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def hull_of(points: Sequence[Point] | Any) -> tuple[Point, ...]:
    """The closed ring around points; nothing where they lie on one line or go round the Earth."""
    hull: Any = shapely.convex_hull(shapely.multipoints(np.asarray(points, np.float64)))
    return ring_of(hull)


def ring_of(shape: Any) -> tuple[Point, ...]:
    """The outer ring of one polygon in degrees, with few corners; nothing for any other shape."""
    if shape.geom_type != "Polygon" or shape.is_empty:
        return ()
    west, south, east, north = shape.bounds
    if east - west > 180 or not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        return ()
    tolerance = max(east - west, north - south) / 500
    while len(shape.exterior.coords) > _MOST_CORNERS and tolerance < 10:
        shape = shape.simplify(tolerance)
        tolerance *= 2
    return tuple((round(float(lon), 6), round(float(lat), 6)) for lon, lat, *_ in shape.exterior.coords)
