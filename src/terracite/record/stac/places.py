# SPDX-License-Identifier: AGPL-3.0-or-later
"""Extents as GeoJSON geometries and boxes, lon lat, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from terracite.record.model import Box, Extent

Node = dict[str, Any]
Ring = tuple[tuple[float, float], ...]


def bounding_box(extent: Extent) -> list[float]:
    """``bbox``: four numbers, or six with both heights (GeoJSON's order: west, south, lowest, east, north, highest)."""
    box = extent.box
    if extent.lowest_m is None or extent.highest_m is None:
        return [box.west, box.south, box.east, box.north]
    return [box.west, box.south, extent.lowest_m, box.east, box.north, extent.highest_m]


def bounds(boxes: Sequence[Box]) -> tuple[float, float, float, float]:
    """West, south, east and north of the smallest box around all; west > east when that crosses the antimeridian."""
    if any(box.west > box.east for box in boxes):
        west, east = _around(boxes)
    else:
        west, east = min(box.west for box in boxes), max(box.east for box in boxes)
    return west, min(box.south for box in boxes), east, max(box.north for box in boxes)


def _around(boxes: Sequence[Box]) -> tuple[float, float]:
    """The shortest arc of longitudes that begins at the west of some box and holds every box; the Earth at worst."""
    arcs = []
    for first in boxes:
        ends = [((box.west - first.west) % 360 + (box.east - box.west) % 360, box.east) for box in boxes]
        arcs.append((max(ends), first.west))
    (length, east), west = min(arcs)
    has_whole = any(box.west == -180 and box.east == 180 for box in boxes)
    return (-180.0, 180.0) if length >= 360 or has_whole else (west, east)


def geometry(extent: Extent) -> Node:
    """The polygon of the extent, else its box: a point when it has no size, two polygons across the antimeridian."""
    rings = [closed(ring) for ring in extent.polygon if len(ring) >= 3]
    if rings and len(rings) == len(extent.polygon):
        return {"type": "Polygon", "coordinates": rings}
    return box_geometry(extent.box)


def box_geometry(box: Box) -> Node:
    if box.west == box.east and box.south == box.north:
        return {"type": "Point", "coordinates": [box.west, box.south]}
    polygons = [[_ring(part)] for part in box.parts()]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _ring(box: Box) -> list[list[float]]:
    """Counterclockwise from the south-west, as RFC 7946 asks of outer rings."""
    west, south, east, north = box.west, box.south, box.east, box.north
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def closed(ring: Ring) -> list[list[float]]:
    points = [list(point) for point in ring]
    return points if points[0] == points[-1] and len(points) > 3 else [*points, points[0]]
