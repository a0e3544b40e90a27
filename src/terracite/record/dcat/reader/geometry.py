# SPDX-License-Identifier: AGPL-3.0-or-later
"""Geometries in literals: WKT with or without its reference system, GeoJSON, four numbers. Degrees, lon lat."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from terracite.record.model import Box
from terracite.record.reading import values

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PREFIX = re.compile(r"^\s*(?:<([^>]*)>|SRID=(\d+);)\s*")
_LAT_LON = re.compile(r"EPSG/[\d.]+/4326$|EPSG::4326$")
_KNOWN_CRS = re.compile(r"CRS84|4326|4258|^$")
_LENGTHIEST = 2_000_000  #: characters of a geometry


def polygons(text: str) -> list[Polygon]:
    """The polygons of a literal; a point or a line counts as a ring; none where it cannot be read, or not in degrees.

    >>> polygons("POINT(55.5 -21.1)")
    [(((55.5, -21.1),),)]
    """
    text = text.strip()[:_LENGTHIEST]
    if text.startswith("{"):
        return _geojson(text)
    prefix = _PREFIX.match(text)
    crs = (prefix[1] or prefix[2] or "") if prefix else ""
    if not _KNOWN_CRS.search(crs):
        return []
    found = list(_wkt(text[prefix.end() :] if prefix else text))
    return [_flipped(polygon) for polygon in found] if _LAT_LON.search(crs) else found


def box_of(found: list[Polygon]) -> tuple[Box, bool] | None:
    """The box around polygons, and whether it was repaired; two that meet at the antimeridian are one box."""
    rings = [[point for ring in polygon for point in ring] for polygon in found]
    if not rings or not all(rings):
        return None
    bounds = [_bounds(ring) for ring in rings]
    if len(bounds) == 2 and bounds[0][2] == 180 and bounds[1][0] == -180 and bounds[0][1::2] == bounds[1][1::2]:
        return values.box(bounds[0][0], bounds[0][1], bounds[1][2], bounds[0][3])
    return values.box(*_bounds([point for ring in rings for point in ring]))


def four_numbers(text: str) -> tuple[Box, bool] | None:
    """A box from "west,south,east,north", or from DCMI's "northlimit=...; southlimit=..."."""
    limits = dict(re.findall(rf"(north|south|east|west)limit\s*=\s*({_NUMBER})", text, re.IGNORECASE))
    if len(limits) == 4:
        return values.box(*(float(limits[side]) for side in ("west", "south", "east", "north")))
    numbers = re.fullmatch(rf"\s*({_NUMBER})[,\s]+({_NUMBER})[,\s]+({_NUMBER})[,\s]+({_NUMBER})\s*", text)
    return values.box(*(float(number) for number in numbers.groups())) if numbers else None


def _bounds(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    east, north = [point[0] for point in points], [point[1] for point in points]
    return min(east), min(north), max(east), max(north)


def _flipped(polygon: Polygon) -> Polygon:
    return tuple(tuple((second, first) for first, second in ring) for ring in polygon)


def _wkt(text: str) -> Iterator[Polygon]:
    name = re.match(r"\s*(MULTI)?(POLYGON|POINT|LINESTRING|ENVELOPE|BOX)\s*(?:Z|M|ZM)?\s*\(", text, re.IGNORECASE)
    if not name:
        return
    if name[2].upper() == "ENVELOPE":  # west, east, north, south
        sides = [float(number) for number in re.findall(_NUMBER, text)]
        if len(sides) == 4:
            yield (((sides[0], sides[3]), (sides[1], sides[2])),)
        return
    for part in re.split(r"\)\s*\)\s*,\s*\(\s*\(", text) if name[1] else [text]:
        rings = tuple(ring for piece in re.split(r"\)\s*,\s*\(", part) if (ring := _points(piece)))
        if rings:
            yield rings


def _points(text: str) -> Ring:
    pairs = re.findall(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER}){{0,2}}\s*(?:,|\)|$)", text)
    return tuple((float(first), float(second)) for first, second in pairs)


def _geojson(text: str) -> list[Polygon]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(content, dict) and isinstance(content.get("geometry"), dict):
        content = content["geometry"]
    if not isinstance(content, dict):
        return []
    kind, numbers = content.get("type"), content.get("coordinates")
    nested = {"Point": [[[numbers]]], "LineString": [[numbers]], "MultiPoint": [[numbers]], "Polygon": [numbers]}
    found = numbers if kind == "MultiPolygon" else nested.get(str(kind), [])
    try:
        return [_floats(polygon) for polygon in found] if isinstance(found, list) else []
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return []


def _floats(polygon: list[list[list[float]]]) -> Polygon:
    return tuple(tuple((float(point[0]), float(point[1])) for point in ring) for ring in polygon)
