# SPDX-License-Identifier: AGPL-3.0-or-later
"""Polygons of GML 3.1 and 3.2 as lon lat, whatever the order of the axes of their reference system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terracite.record.iso_reading.texts import Iso, peek, peek_attribute
from terracite.record.model import Box, Text
from terracite.record.reading import XmlNode, values

_LAT_FIRST = re.compile(r"EPSG\D*(4326|4258|4979|4171|4269|4937)$|^http\S*/(4326|4258|4979)$", re.IGNORECASE)
_LEAST = 6  #: numbers of a ring of three points

Ring = tuple[tuple[float, float], ...]


def polygon(iso: Iso, extent: XmlNode) -> tuple[Ring, ...]:
    """The rings, outer first, of the first polygon of an extent; the others stay unread."""
    for holder in extent.all("geographicElement/EX_BoundingPolygon"):
        if any(peek(item) in {"0", "false"} for item in holder.all("extentTypeCode/*")):
            continue  # the data are NOT there
        for node in (*holder.anywhere("Polygon"), *holder.anywhere("PolygonPatch")):
            rings = tuple(ring for item in _ring_nodes(node) if (ring := _ring(iso, holder, item)))
            if rings:
                _mark(node)
                return rings
    return ()


def _ring_nodes(node: XmlNode) -> list[XmlNode]:
    outer = [*node.all("exterior/*"), *node.all("outerBoundaryIs/*")]
    return [*outer, *node.all("interior/*"), *node.all("innerBoundaryIs/*")]


def _ring(iso: Iso, holder: XmlNode, node: XmlNode) -> Ring:
    """A ring as lon lat. GML of EPSG:4326 is lat lon; without a reference system, or with CRS84, lon lat."""
    numbers = [number for words in _coordinates(node) for number in words]
    if len(numbers) < _LEAST or len(numbers) % _dimension(node):
        return ()
    step = _dimension(node)
    pairs = [(numbers[start], numbers[start + 1]) for start in range(0, len(numbers), step)]
    if _is_lat_lon(node, pairs):
        pairs = [(second, first) for first, second in pairs]
    if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in pairs):
        iso.notes.say(holder.where, "unreadable", f"{pairs[0]}...", expected=Text(fr="un polygone", en="a polygon"))
        return ()
    return tuple(pairs)


def _coordinates(node: XmlNode) -> Iterator[list[float]]:
    for item in (*node.anywhere("posList"), *node.anywhere("pos"), *node.anywhere("coordinates")):
        words = re.split(r"[\s,]+", peek(item))
        yield [number for word in words if (number := values.number(word)) is not None]


def _dimension(node: XmlNode) -> int:
    holders = [node, *node.anywhere("posList"), *node.anywhere("pos")]
    return 3 if any(peek_attribute(item, "srsDimension") == "3" for item in holders) else 2


def _is_lat_lon(node: XmlNode, pairs: list[tuple[float, float]]) -> bool:
    """What the reference system says, unless the numbers show the contrary."""
    system = _system(node)
    first_is_lat = bool(_LAT_FIRST.search(system))
    if any(abs(first) > 90 for first, _ in pairs):
        return False
    return first_is_lat or any(abs(second) > 90 for _, second in pairs)


def _system(node: XmlNode) -> str:
    """The reference system of a geometry: its own, or that of what holds it."""
    element: Any = node.element
    while element is not None:
        if found := element.get("srsName"):
            return str(found)
        element = element.getparent()
    return ""


def _mark(node: XmlNode) -> None:
    for item in (node, *node.anywhere("posList"), *node.anywhere("pos"), *node.anywhere("coordinates")):
        item.text()


def around(rings: tuple[Ring, ...]) -> Box:
    """The box of a polygon."""
    lons, lats = [lon for lon, _ in rings[0]], [lat for _, lat in rings[0]]
    return Box(west=min(lons), south=min(lats), east=max(lons), north=max(lats))
