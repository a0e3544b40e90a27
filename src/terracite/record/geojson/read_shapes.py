# SPDX-License-Identifier: AGPL-3.0-or-later
"""Geometries of others as boxes, polygons and heights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from terracite.record.geojson.shapes import box_geometry
from terracite.record.model import Box, Extent, Text
from terracite.record.reading import JsonNode, Notes
from terracite.record.reading import values as reading

GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_POSITION = Text(fr="une position : longitude, latitude, en degrés", en="a position: longitude, latitude, in degrees")
_GEOMETRY = Text(fr="une géométrie de GeoJSON", en="a geometry of GeoJSON")
_BBOX = Text(fr="une emprise : ouest, sud, est, nord", en="a box: west, south, east, north")

_NUMBERS = frozenset({int, float})

Bounds = tuple[float, float, float, float]
Ring = tuple[tuple[float, float], ...]


@dataclass(slots=True)
class Shape:
    """What a geometry gave: the bounds of each of its parts, the polygon when it is one, all heights."""

    bounds: list[Bounds] = field(default_factory=list)
    polygon: tuple[Ring, ...] = ()
    heights: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def shape_of(node: JsonNode | None, notes: Notes) -> Shape:
    """The shape of a geometry; empty for none. Everything inside is marked as read, or told in a remark."""
    shape = Shape()
    if node is None:
        return shape
    skip_shape(node)
    for part in _simple(node.value):
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str) or kind not in _DEPTH:
            notes.say(node.where, "unreadable", kind or part, expected=_GEOMETRY)
        else:
            shape.kinds.append(kind)
            _add(shape, part.get("coordinates"), kind, node, notes)
    return shape


def skip_shape(node: JsonNode) -> None:
    """Marks a geometry as read; what others wrote beside its coordinates stays unread."""
    if not isinstance(node.value, dict):
        node.skip()
    for key in ("type", "coordinates", "geometries", "bbox"):
        if part := node.first(key):
            part.skip()


def _simple(geometry: Any) -> Iterator[Any]:
    """The geometries of a collection, however deep; without recursion, for nesting can be deep."""
    waiting = [geometry]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and value.get("type") == "GeometryCollection":
            inner = value.get("geometries")
            waiting.extend(reversed(inner if isinstance(inner, list) else []))
        else:
            yield value


def _add(shape: Shape, coordinates: Any, kind: str, node: JsonNode, notes: Notes) -> None:
    try:
        parts = _parts(coordinates, kind)
    except (TypeError, ValueError, OverflowError):
        notes.say(node.where, "unreadable", coordinates, expected=_POSITION)
        return
    for rings in parts:
        points = [point for ring in rings for point in ring]
        if points:
            outer = rings[0] or points
            shape.bounds.append(_bounds(outer))
            shape.heights += [point[2] for point in points if len(point) > 2]
    if kind in {"Polygon", "MultiPolygon"} and len(shape.kinds) == len(parts) == 1:
        shape.polygon = tuple(tuple((point[0], point[1]) for point in ring) for ring in parts[0])


def _parts(coordinates: Any, kind: str) -> list[list[list[tuple[float, ...]]]]:
    """Parts of rings of positions, whatever the kind; of a line or a point the ring is its points."""
    depth = _DEPTH[kind]
    if kind == "MultiPoint":
        return [[[_position(item)]] for item in _listed(coordinates)]
    if kind == "MultiLineString":
        return [[_positions(item)] for item in _listed(coordinates)]
    if depth == 3:
        return [[_positions(ring) for ring in _listed(part)] for part in _listed(coordinates)]
    if depth == 2:
        return [[_positions(ring) for ring in _listed(coordinates)]]
    return [[_positions(coordinates) if depth else [_position(coordinates)]]]


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _positions(value: Any) -> list[tuple[float, ...]]:
    return [_position(item) for item in _listed(value)]


def _position(value: Any) -> tuple[float, ...]:
    """Two or three finite numbers; more are allowed by the standard, and mean nothing."""
    numbers = tuple([float(item) for item in _listed(value)[:3] if type(item) in _NUMBERS])
    if len(numbers) < 2 or not all(map(math.isfinite, numbers)):
        raise ValueError("not a position")
    return numbers


def _bounds(points: Sequence[tuple[float, ...]]) -> Bounds:
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), min(lats), max(lons), max(lats)


def bbox_of(node: JsonNode | None, notes: Notes) -> tuple[Bounds, list[float]] | None:
    """The numbers of a ``bbox`` and its heights; None and a remark for anything else than four or six numbers."""
    if node is None:
        return None
    node.skip()
    try:
        numbers = [float(item) for item in _listed(node.value)]
    except (TypeError, ValueError, OverflowError):
        numbers = []
    if len(numbers) not in {4, 6} or not all(map(math.isfinite, numbers)):
        notes.say(node.where, "unreadable", node.value, expected=_BBOX)
        return None
    half = len(numbers) // 2
    west, south, east, north = *numbers[:2], *numbers[half : half + 2]
    return (west, south, east, north), numbers[2::3] if half == 3 else []


def around(bounds: Iterable[Bounds]) -> Bounds | None:
    """The bounds of all parts; parts that touch the antimeridian from both sides are joined across it."""
    every = list(bounds)
    if not every:
        return None
    west, south, east, north = (pick(item[at] for item in every) for at, pick in enumerate((min, min, max, max)))
    eastern, western = [item for item in every if item[0] >= 0], [item for item in every if item[2] <= 0]
    if west == -180 and east == 180 and len(eastern) + len(western) == len(every) and eastern and western:
        return min(item[0] for item in eastern), south, max(item[2] for item in western), north
    return west, south, east, north


def box_of(bounds: Bounds, where: str, notes: Notes) -> Box | None:
    """The box, or None and a remark where the numbers lie nowhere on the Earth."""
    west, south, east, north = bounds
    if east - west >= 360:
        west, east = -180.0, 180.0
    found = reading.box(west, south, east, north)
    shown = " ".join(f"{value:g}" for value in bounds)
    if found is None:
        notes.say(where, "unreadable", shown, expected=_BBOX)
        return None
    box, repaired = found
    if repaired and (south, north) != (box.south, box.north):
        notes.say(where, "swapped", shown, read=f"{box.west:g} {box.south:g} {box.east:g} {box.north:g}")
    return box


def kept_polygon(shape: Shape, box: Box) -> tuple[Ring, ...]:
    """The polygon, when it says more than the box."""
    return () if not _is_on_earth(shape) or _is_rectangle(shape, box) else shape.polygon


def _is_on_earth(shape: Shape) -> bool:
    points = (point for ring in shape.polygon for point in ring)
    return bool(shape.polygon) and all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points)


def _is_rectangle(shape: Shape, box: Box) -> bool:
    corners = {(lon, lat) for lon in (box.west, box.east) for lat in (box.south, box.north)}
    return len(shape.polygon) == 1 and len(shape.polygon[0]) == 5 and set(shape.polygon[0]) == corners


def tell_what_was_simplified(shape: Shape, extent: Extent, node: JsonNode, notes: Notes) -> None:
    """A remark where a geometry is more than the box, which is what the extent keeps of it."""
    if not shape.bounds or extent.polygon or shape.kinds == ["Point"]:
        return
    box = extent.box
    if not _is_rectangle(shape, box) and node.value != box_geometry(box):
        kinds = ", ".join(dict.fromkeys(shape.kinds))
        notes.say(node.where, "repaired", kinds, read=f"{box.west:g} {box.south:g} {box.east:g} {box.north:g}")
