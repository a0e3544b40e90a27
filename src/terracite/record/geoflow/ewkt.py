# SPDX-License-Identifier: AGPL-3.0-or-later
"""Extents as EWKT, longitude first, and the extents in the EWKT or WKT of others.

A box is a rectangle that starts at its south-western corner and goes north first, as PostGIS draws envelopes; a
polygon of the record keeps its own order. A point or a line stays one. Across the antimeridian there are two parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from terracite.record.model import Box, Extent
from terracite.record.reading.values import box as repaired_box

Ring = tuple[tuple[float, float], ...]
Shape = tuple[Ring, ...]  #: rings of a polygon, the outer one first; one ring for points and lines

_TOKEN = re.compile(r"[A-Za-z]+|[(),]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|;|=")
_MOST_POINTS = 200_000
_MULTIPLE = {"MULTIPOLYGON": "POLYGON", "MULTILINESTRING": "LINESTRING", "MULTIPOINT": "POINT"}


@dataclass(frozen=True, slots=True)
class Geometry:
    """One member of a geometry collection: its type without MULTI, and its shapes."""

    kind: str
    shapes: tuple[Shape, ...]


def write(extents: Sequence[Extent]) -> str:
    """ "SRID=4326;POLYGON((...))", a collection for several extents; "" for none."""
    members = [_member(extent) for extent in extents]
    if not members:
        return ""
    return f"SRID=4326;{members[0]}" if len(members) == 1 else f"SRID=4326;GEOMETRYCOLLECTION({','.join(members)})"


def _member(extent: Extent) -> str:
    rings = [ring for ring in extent.polygon if len(ring) >= 3]
    if rings and extent.box.west <= extent.box.east:
        return f"POLYGON({','.join(f'({_points(_closed(ring))})' for ring in rings)})"
    return _box(extent.box)


def _box(box: Box) -> str:
    parts = box.parts()
    if box.west == box.east and box.south == box.north:
        return f"POINT({_points(((box.west, box.south),))})"
    if len(parts) == 1 and (box.west == box.east or box.south == box.north):
        return f"LINESTRING({_points(((box.west, box.south), (box.east, box.north)))})"
    bodies = [f"(({_points(_envelope(part))}))" for part in parts]
    return f"POLYGON{bodies[0]}" if len(bodies) == 1 else f"MULTIPOLYGON({','.join(bodies)})"


def _envelope(box: Box) -> Ring:
    corner = (box.west, box.south)
    return (corner, (box.west, box.north), (box.east, box.north), (box.east, box.south), corner)


def _points(points: Ring) -> str:
    return ",".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    short = f"{value:.15g}"
    return short if float(short) == value else repr(value)


def _closed(ring: Ring) -> Ring:
    return ring if ring[0] == ring[-1] else (*ring, ring[0])


def read(text: str) -> tuple[int | None, list[Geometry]]:
    """The SRID and the members of an (E)WKT text; no members where it cannot be read."""
    srid = re.match(r"\s*SRID\s*=\s*(\d+)\s*;", text, re.IGNORECASE)
    body = text[srid.end() :] if srid else text
    tokens = _TOKEN.findall(body)
    number = int(srid[1][:9]) if srid else None
    if len(tokens) > 8 * _MOST_POINTS:
        return number, []
    try:
        geometry, _ = _geometry(tokens, 0, 0)
    except (ValueError, IndexError):
        return number, []
    return number, geometry


def _geometry(tokens: list[str], place: int, depth: int) -> tuple[list[Geometry], int]:
    kind = tokens[place].upper()
    place += 1
    if tokens[place].upper() in {"Z", "M", "ZM"}:
        place += 1
    if kind == "GEOMETRYCOLLECTION":
        return _collection(tokens, place, depth)
    nested, place = _nested(tokens, place)
    kind, multiple = _MULTIPLE.get(kind, kind), kind in _MULTIPLE
    if kind not in {"POLYGON", "LINESTRING", "POINT"}:
        raise ValueError(kind)
    return [Geometry(kind, tuple(_shape(kind, part) for part in (nested if multiple else [nested])))], place


def _collection(tokens: list[str], place: int, depth: int) -> tuple[list[Geometry], int]:
    if depth > 8:
        raise ValueError("nested too deeply")
    found: list[Geometry] = []
    while tokens[place] in {"(", ","}:
        members, place = _geometry(tokens, place + 1, depth + 1)
        found += members
    return found, place + 1


def _nested(tokens: list[str], place: int) -> tuple[list[object], int]:
    """The lists between parentheses; a point is a tuple of its numbers."""
    stack: list[list[object]] = []
    numbers: list[float] = []
    while True:
        token = tokens[place]
        place += 1
        if token == "(":
            stack.append([])
        elif token in {",", ")"}:
            if numbers:
                stack[-1].append((numbers[0], numbers[1]))
                numbers = []
            if token == ")" and len(stack) == 1:
                return stack[0], place
            if token == ")":
                stack[-2].append(stack.pop())
        else:
            numbers.append(float(token))


def _shape(kind: str, nested: object) -> Shape:
    if isinstance(nested, tuple):
        return ((nested,),)  # a point of MULTIPOINT(1 2, 3 4)
    if not isinstance(nested, list):
        raise ValueError(nested)
    rings = nested if kind == "POLYGON" else [nested]
    return tuple(_ring(ring) for ring in rings)


def _ring(nested: object) -> Ring:
    if not isinstance(nested, list) or not nested or not all(isinstance(point, tuple) for point in nested):
        raise ValueError(nested)
    return tuple(nested)


def extents_of(geometry: Geometry) -> list[tuple[Extent, bool]]:
    """The extents of a member, each with whether it had to be repaired; shapes on both sides of 180° are one."""
    boxes = [found for shape in geometry.shapes if (found := _bounds(shape[0]))]
    if len(boxes) == 2 and (joined := _across(boxes[0][0], boxes[1][0])):
        return [(Extent(box=joined), boxes[0][1] or boxes[1][1])]
    if geometry.kind != "POLYGON":
        return [(Extent(box=box), repaired) for box, repaired in boxes]
    return [
        (Extent(box=found[0], polygon=() if _is_envelope(shape, found[0]) else _open(shape)), found[1])
        for shape in geometry.shapes
        if (found := _bounds(shape[0]))
    ]


def _bounds(ring: Ring) -> tuple[Box, bool] | None:
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return repaired_box(min(xs), min(ys), max(xs), max(ys))


def _across(first: Box, second: Box) -> Box | None:
    if first.east == 180 and second.west == -180 and (first.south, first.north) == (second.south, second.north):
        return first.model_copy(update={"east": second.east})
    return None


def _is_envelope(shape: Shape, box: Box) -> bool:
    return len(shape) == 1 and shape[0] == _envelope(box)


def _open(shape: Shape) -> Shape:
    """The rings without the point that closes them, and none where an axis would have to be swapped."""
    if any(abs(x) > 180 or abs(y) > 90 for ring in shape for x, y in ring):
        return ()
    return tuple(ring[:-1] if len(ring) > 3 and ring[0] == ring[-1] else ring for ring in shape)
