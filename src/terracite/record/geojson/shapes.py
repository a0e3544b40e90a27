# SPDX-License-Identifier: AGPL-3.0-or-later
"""Extents as geometries of RFC 7946: lon lat, right-hand rule, cut at the antimeridian."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from terracite.record.geojson.antimeridian import Polygon, Ring, cut, unwrapped
from terracite.record.model import Box, Extent

Node = dict[str, Any]
SLACK = 1e-5  #: degrees, about a metre


def geometry(extent: Extent) -> Node:
    """The polygon of the extent; its box where it has none that encloses anything inside the box."""
    parts = _parts(extent)
    if not parts:
        return box_geometry(extent.box)
    coordinates = [[[list(point) for point in ring] for ring in part] for part in parts]
    if len(coordinates) == 1:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}


def bounding_box(box: Box) -> list[float]:
    """West, south, east, north; west > east across the antimeridian (RFC 7946, 5.2)."""
    return [box.west, box.south, box.east, box.north]


def box_geometry(box: Box) -> Node:
    """A polygon, or two across the antimeridian; a line or a point where the box has no width or height."""
    parts = box.parts()
    wide = [part for part in parts if part.west != part.east]
    shapes = [_shape(part) for part in (wide or parts[:1])]
    if len(shapes) == 1:
        return shapes[0]
    return {"type": f"Multi{shapes[0]['type']}", "coordinates": [shape["coordinates"] for shape in shapes]}


def _shape(box: Box) -> Node:
    west, south, east, north = bounding_box(box)
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _parts(extent: Extent) -> list[Polygon]:
    """The polygon as one part or more; none when its outer ring encloses nothing, or leaves the box."""
    box = extent.box
    middle = box.west + _width(box) / 2
    rings = [_closed(ring) for ring in extent.polygon]
    if box.west > box.east:
        rings = [unwrapped(ring, middle) for ring in rings]
    if not rings or _area(rings[0]) == 0 or not _is_inside(rings[0], box):
        return []
    holes = [ring for ring in rings[1:] if _area(ring) != 0]
    turned = [_turned(ring, counterclockwise=number == 0) for number, ring in enumerate([rings[0], *holes])]
    return cut(turned) if box.west > box.east else [tuple(turned)]


def _width(box: Box) -> float:
    """Degrees of longitude."""
    return box.east - box.west if box.west <= box.east else box.east - box.west + 360


def _closed(ring: Ring) -> Ring:
    return ring if ring and ring[0] == ring[-1] else (*ring, *ring[:1])


def _turned(ring: Ring, *, counterclockwise: bool) -> Ring:
    return ring if (_area(ring) > 0) == counterclockwise else ring[::-1]


def _area(ring: Ring) -> float:
    """Twice the area, in square degrees; positive when the ring turns counterclockwise."""
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise(ring))


def _is_inside(ring: Ring, box: Box) -> bool:
    """Whether the ring stays in the box, which is what a ``bbox`` promises; boxes are often rounded."""
    west, east = box.west - SLACK, box.west + _width(box) + SLACK
    return all(west <= lon <= east and box.south - SLACK <= lat <= box.north + SLACK for lon, lat in ring)
