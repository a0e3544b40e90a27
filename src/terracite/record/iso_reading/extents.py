# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where: boxes, places and heights of ``EX_Extent``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terracite.record.iso_reading.citation import identifier, peeked_identifier
from terracite.record.iso_reading.polygons import around, polygon
from terracite.record.iso_reading.texts import Iso, href, peek, peek_attribute
from terracite.record.model import Box, Extent, Keyword, KeywordKind, Text
from terracite.record.reading import XmlNode, values

_SIDES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
_A_BOX = Text(fr="une étendue en degrés", en="a box in degrees")
_WIDEST = 340  #: degrees; a box "across the antimeridian" wider than this is one with east and west swapped
_METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0, "km": 1000.0, "ft": 0.3048}


def extents(iso: Iso, extent: XmlNode, *, outside: bool = True) -> tuple[list[Extent], list[Keyword]]:
    """The extents of one ``EX_Extent``, one per box; places without a box as place keywords.

    ``outside``: a box that says where the data are NOT is left out, for another one says where they are.
    """
    boxes = list(_boxes(iso, extent, outside=outside))
    rings = polygon(iso, extent)
    if not boxes and rings:
        boxes = [around(rings)]
    place, address, others = _places(iso, extent, has_box=bool(boxes))
    if not boxes:
        return [], others
    whole: dict[str, Any] = {"place": place, "place_uri": address, "polygon": rings}
    whole |= _heights(iso, extent)
    found = [iso.notes.part(Extent, extent.where, box=box, **(whole if number == 0 else {"place": place}))
             for number, box in enumerate(boxes)]  # fmt: skip
    return [item for item in found if item is not None], others


def only_excluded(extents: list[XmlNode]) -> bool:
    """Whether every box only says where the data are not, which is a misunderstanding of the code.

    Even the examples of ISO 19115-3 write "false" for the box of the data.
    """
    boxes = [node for extent in extents for node in extent.all("geographicElement/EX_GeographicBoundingBox")]
    return bool(boxes) and all(_is_excluded(node) for node in boxes)


def _is_excluded(node: XmlNode) -> bool:
    return peek_code_of(node, "extentTypeCode") in {"0", "false"}


def _boxes(iso: Iso, extent: XmlNode, *, outside: bool) -> Iterator[Box]:
    """The boxes, those on both sides of the antimeridian made one again."""
    previous: Box | None = None
    for node in extent.all("geographicElement/EX_GeographicBoundingBox"):
        box = _box(iso, node, outside=outside)
        if box is None:
            continue
        if previous is not None and _continues(previous, box):
            yield previous.model_copy(update={"east": box.east})
            previous = None
            continue
        if previous is not None:
            yield previous
        previous = box
    if previous is not None:
        yield previous


def _continues(box: Box, after: Box) -> bool:
    same_band = (box.south, box.north) == (after.south, after.north)
    return same_band and box.east == 180 and after.west == -180 and box.west > after.east


def _box(iso: Iso, node: XmlNode, *, outside: bool) -> Box | None:
    excluded = _is_excluded(node)
    if excluded and outside:
        return None
    sides = [iso.string(node.first(name)) for name in _SIDES]
    _box_type(node)
    if not any(sides):
        return None
    if excluded:
        iso.notes.say(node.where, "repaired", "extentTypeCode false", read="true")
    numbers = [values.number(side) for side in sides]
    west, south, east, north = numbers
    words = " ".join(sides)
    if west is None or south is None or east is None or north is None:
        iso.notes.say(node.where, "unreadable", words, expected=_A_BOX)
        return None
    return _on_earth(iso, node, words, west, south, east, north)


def _on_earth(iso: Iso, node: XmlNode, words: str, west: float, south: float, east: float, north: float) -> Box | None:
    if west > east and west - east < 360 - _WIDEST and not (abs(west) > 180 or abs(east) > 180):
        iso.notes.say(node.where, "swapped", words, read=f"{east:g} {south:g} {west:g} {north:g}")
        west, east = east, west
    found = values.box(west, south, east, north)
    if found is None:
        iso.notes.say(node.where, "unreadable", words, expected=_A_BOX)
        return None
    box, repaired = found
    if repaired:
        iso.notes.say(node.where, "swapped", words, read=f"{box.west:g} {box.south:g} {box.east:g} {box.north:g}")
    return box


def peek_code_of(node: XmlNode, name: str) -> str:
    """The text of a property, without marking it as read."""
    return next((peek(item) for item in node.all(f"{name}/*")), "")


def _box_type(node: XmlNode) -> None:
    for item in node.all("extentTypeCode/*"):
        item.text()


def _places(iso: Iso, extent: XmlNode, *, has_box: bool) -> tuple[Text, str, list[Keyword]]:
    """The place of the boxes, its address, and the other places as keywords."""
    place, address = iso.text(extent.first("description")), href(extent.first("description"))
    others: list[Keyword] = []
    for node in extent.all("geographicElement/EX_GeographicDescription/geographicIdentifier"):
        name, uri = _place(iso, node)
        if not name and not uri:
            continue
        if has_box and (not place or name == place) and not address:
            place, address = name or place, uri
        elif name != place or (uri and uri != address):
            others.append(Keyword(label=name, uri=uri, kind=KeywordKind.PLACE))
    if place and not has_box:
        others.insert(0, Keyword(label=place, uri=address, kind=KeywordKind.PLACE))
    return place, address, others


def _place(iso: Iso, node: XmlNode) -> tuple[Text, str]:
    """The name of a place and its address; an address that stands for a missing name is not one."""
    holder = node.first("*/code")
    uri = href(holder)
    name = iso.text(holder)
    if peeked_identifier(node):
        identifier(iso, node)
    if not uri and re.match(r"https?://\S+$", name.best()):
        uri = name.best()
    return (Text(), uri) if uri and name.best() == uri else (name, uri)


def _heights(iso: Iso, extent: XmlNode) -> dict[str, float]:
    """The heights of the first vertical extent, in metres."""
    node = extent.first("verticalElement/EX_VerticalExtent")
    if node is None:
        return {}
    factor = _factor(iso, node)
    found = {}
    for name, field in (("minimumValue", "lowest_m"), ("maximumValue", "highest_m")):
        number = values.number(iso.string(node.first(name)))
        if number is not None:
            found[field] = number * factor
    if len(found) == 2 and found["lowest_m"] > found["highest_m"]:
        low, high = found["highest_m"], found["lowest_m"]
        iso.notes.say(node.where, "repaired", f"{high:g} {low:g}", read=f"{low:g} {high:g}")
        found = {"lowest_m": low, "highest_m": high}
    return found


def _factor(iso: Iso, node: XmlNode) -> float:
    """Metres in one unit of the vertical extent."""
    holder = node.first("unitOfMeasure")
    unit = (peek_attribute(holder, "uom") or iso.string(holder)).rpartition("#")[2] if holder is not None else ""
    factor = _METRES.get(unit.casefold(), 1.0)
    if factor != 1.0:
        iso.notes.say(node.where, "repaired", unit, read="m")
    return factor
