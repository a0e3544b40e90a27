# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where: the extremes and the bounds of ``geospatial_*``."""

from __future__ import annotations

import re
from itertools import pairwise

from terracite.record.cf.attributes import Attributes
from terracite.record.model import Box, Extent, Resolution, Text
from terracite.record.reading import Notes, values

Point = tuple[float, float]
Ring = tuple[Point, ...]

_BOX = Text(fr="une emprise", en="a box")
_WKT = Text(fr="un polygone en WKT", en="a WKT polygon")
_POLYGON = re.compile(r"\(\s*(\((?:[^()]*\)\s*,\s*\()*[^()]*\))\s*\)")
_METRES = {"m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "km": 1000.0, "kilometers": 1000.0}
_LENGTH = re.compile(r"([\d.]+(?:[eE][+-]?\d+)?)\s*([a-zA-Z]*)$")


def extents(own: Attributes, notes: Notes) -> tuple[Extent, ...]:
    """One extent from the extremes; several when the bounds are several polygons."""
    whole = _extremes(own, notes)
    polygons = _polygons(own, whole, notes)
    heights = _heights(own)
    if not polygons:
        return (Extent(box=whole, **heights),) if whole else ()
    boxes = _boxes(polygons)
    if len(boxes) == 1 and (whole or boxes[0]):
        box = whole or boxes[0]
        rings = polygons[0] if len(polygons) == 1 and not _is_box(polygons[0], box) else ()
        made = notes.part(Extent, "$.attributes.geospatial_bounds", box=box, polygon=rings, **heights)
        return (made,) if made else ()
    return tuple(Extent(box=box, **heights) for box in boxes)


def _extremes(own: Attributes, notes: Notes) -> Box | None:
    names = ("geospatial_lon_min", "geospatial_lat_min", "geospatial_lon_max", "geospatial_lat_max")
    older = ("westernmost_longitude", "southernmost_latitude", "easternmost_longitude", "northernmost_latitude")
    for pair in zip(names, older, strict=True):
        if not own.has(*pair):
            return None
    west, south, east, north = (own.number(*pair) for pair in zip(names, older, strict=True))
    said = f"{west} {south} {east} {north} {own.text('geospatial_lat_units')}".strip()
    found = None
    if west is not None and south is not None and east is not None and north is not None and _in_degrees(own):
        found = values.box(west, south, east, north)
    if found is None:
        notes.say("$.attributes.geospatial_lat_min", "unreadable", said, expected=_BOX)
        return None
    box, repaired = found
    if repaired:
        notes.say("$.attributes.geospatial_lat_min", "swapped", said, read=box)
    return box


def _in_degrees(own: Attributes) -> bool:
    """Unless the units say metres, radians..."""
    said = [own.text(f"geospatial_{axis}_units").casefold() for axis in ("lat", "lon")]
    return all(not unit or "deg" in unit or "°" in unit for unit in said)


def _polygons(own: Attributes, whole: Box | None, notes: Notes) -> list[tuple[Ring, ...]]:
    """The polygons of the bounds as rings of lon lat; "lat lon" is the rule, but many write "lon lat"."""
    text = own.text("geospatial_bounds")
    if not text:
        return []
    found = [tuple(_ring(ring) for ring in re.findall(r"\(([^()]*)\)", rings)) for rings in _POLYGON.findall(text)]
    found = [rings for rings in found if rings and all(rings)]
    if not found:
        notes.say("$.attributes.geospatial_bounds", "unreadable", text, expected=_WKT)
        return []
    if _lon_first(found, whole):
        notes.say("$.attributes.geospatial_bounds", "swapped", text, read="lon lat")
        return found
    return [tuple(tuple((lon, lat) for lat, lon in ring) for ring in rings) for rings in found]


def _ring(text: str) -> Ring:
    """The first two numbers of each point; nothing when one is no number."""
    points = []
    for point in text.split(","):
        numbers = [values.number(word) for word in point.split()[:2]]
        if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
            return ()
        points.append((numbers[0], numbers[1]))
    return tuple(points) if len(points) >= 3 else ()


def _lon_first(polygons: list[tuple[Ring, ...]], whole: Box | None) -> bool:
    """Whether the first number of points can only be a longitude, or is by the extremes."""
    points = [point for rings in polygons for ring in rings for point in ring]
    if any(abs(first) > 90 for first, _ in points):
        return True
    if whole is None or any(abs(second) > 90 for _, second in points):
        return False
    low, high = min(first for first, _ in points), max(first for first, _ in points)
    as_lon, as_lat = abs(low - whole.west) + abs(high - whole.east), abs(low - whole.south) + abs(high - whole.north)
    return as_lon < as_lat


def _boxes(polygons: list[tuple[Ring, ...]]) -> list[Box]:
    """A box each; two that meet at the antimeridian are one."""
    boxes: list[Box] = []
    for rings in polygons:
        lons, lats = [lon for lon, _ in rings[0]], [lat for _, lat in rings[0]]
        found = values.box(min(lons), min(lats), max(lons), max(lats))
        if found is None:
            continue
        box, last = found[0], boxes[-1] if boxes else None
        if last and _meet(last, box):
            boxes[-1] = last.model_copy(update={"east": box.east})
        else:
            boxes.append(box)
    return boxes


def _meet(west: Box, east: Box) -> bool:
    same = (west.south, west.north) == (east.south, east.north)
    return same and west.east == 180 and east.west == -180 and west.west > east.east


def _is_box(rings: tuple[Ring, ...], box: Box) -> bool:
    """Whether the polygon has no corner but those of the box, and no slanted side."""
    corners = {(lon, lat) for lon in (box.west, box.east) for lat in (box.south, box.north)}
    straight = all(first[0] == second[0] or first[1] == second[1] for first, second in pairwise(rings[0]))
    return len(rings) == 1 and straight and {(lon, lat) for lon, lat in rings[0]} <= corners


def _heights(own: Attributes) -> dict[str, float | None]:
    """In metres upwards; depths are turned, other units left."""
    unit = own.text("geospatial_vertical_units").casefold()
    factor = _METRES.get(unit or "m")
    low, high = own.first("geospatial_vertical_min"), own.first("geospatial_vertical_max")
    if factor is None or not (low or high):
        return {}
    own.skip("geospatial_vertical_resolution") if own.text("geospatial_vertical_resolution") == "0" else None
    ends = [node.number() if node else None for node in (low, high)]
    lowest, highest = (None if end is None else end * factor for end in ends)
    if own.text("geospatial_vertical_positive").casefold() == "down":
        lowest, highest = (None if end is None else -end for end in (highest, lowest))
    return {"lowest_m": lowest, "highest_m": highest}


def resolutions(own: Attributes) -> tuple[Resolution, ...]:
    """A cell size in metres or kilometres; one in degrees is left as it is."""
    found: dict[float, None] = {}
    for axis in ("lat", "lon"):
        node = own.first(f"geospatial_{axis}_resolution")
        parts = _LENGTH.match(str(node.value).strip()) if node else None
        factor = _METRES.get(parts[2].casefold()) if parts else None
        if node and parts and factor and (size := values.number(parts[1])):
            node.skip()
            found[size * factor] = None
    return tuple(Resolution(distance_m=size) for size in found)
