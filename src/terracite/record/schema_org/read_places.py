# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when of a schema.org document."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from terracite.record.model import Box, Era, Extent, Period
from terracite.record.reading import values as reading
from terracite.record.schema_org.graph import Thing
from terracite.record.schema_org.setting import Setting, both
from terracite.record.schema_org.terms import ELEVATION

Ring = tuple[tuple[float, float], ...]
_BOX = both("a box: south west north east", "une emprise : sud ouest nord est")
_POLYGON = both("a polygon: latitude longitude …", "un polygone : latitude longitude …")
_PLACE = both("a place with coordinates", "un lieu avec des coordonnées")
_PERIOD = both("a period", "une période")


def where_and_when(dataset: Thing, here: Setting) -> dict[str, Any]:
    """The fields of the record that say where and when."""
    times = dataset.each("temporalCoverage", "temporal", "dct:temporal")
    periods = filter(None, (_period(thing, here) for thing in times if not _is_era(thing)))
    eras = filter(None, (_era(thing, here) for thing in times if _is_era(thing)))
    places = dataset.each("spatialCoverage", "spatial", "contentLocation")
    extents = [found for thing in places for found in _extents(thing, here)]
    return {"extents": tuple(extents), "periods": tuple(periods), "eras": tuple(eras)}


def _extents(thing: Thing, here: Setting) -> list[Extent]:
    """The extents of one place: one, or one for each of its boxes that do not belong together."""
    shapes = thing.all("geo") if thing.is_object else []
    if thing.is_object and not shapes and thing.all("box", "polygon", "latitude", "line", "circle"):
        shapes = [thing]
    boxes = _joined([box for shape in shapes for box in _boxes(shape, here)])
    rings = _rings(thing, shapes, here)
    if not boxes:
        boxes = [box for ring in rings[:1] if (box := _around(ring))]
    if not boxes:
        here.notes.say(thing.where, "unreadable", _shown(thing), expected=_PLACE)
        return []
    low, high = _heights(thing, shapes)
    names = here.said(thing, "name", "address") if thing.is_object else None
    more: dict[str, Any] = {"place_uri": _address(thing), "lowest_m": low, "highest_m": high}
    more |= {"place": names} if names else {"place": here.said(shapes[0], "name", "address")} if shapes else {}
    kept = [Extent(box=boxes[0], polygon=rings if len(boxes) == 1 else (), **more)]
    return kept + [Extent(box=box, **more) for box in boxes[1:]]


def _shown(thing: Thing) -> str:
    """A place without coordinates stays unread where it is an object, so that its parts are told as left over."""
    return thing.where if thing.is_object else thing.text()


def _address(thing: Thing) -> str:
    identifier = thing.first("identifier", "sameAs")
    if identifier is None:
        return thing.id if "://" in thing.id else ""
    return identifier.text("value") or identifier.text() if identifier.is_object else identifier.text()


def _boxes(shape: Thing, here: Setting) -> list[Box]:
    found = [_box(thing, here) for thing in shape.all("box")]
    if shape.first("latitude"):
        found.append(_point(shape, here))
    return [box for box in found if box]


def _box(thing: Thing, here: Setting) -> Box | None:
    """ "south west north east", with spaces or commas; axes are swapped back where that is the only reading."""
    text = thing.text()
    numbers = _numbers(text)
    if numbers is None or len(numbers) != 4:
        here.notes.say(thing.where, "unreadable", text, expected=_BOX)
        return None
    south, west, north, east = numbers
    return _checked(thing, text, (west, south, east, north), here)


def _point(shape: Thing, here: Setting) -> Box | None:
    latitude, longitude = shape.number("latitude"), shape.number("longitude")
    shown = f"{shape.text('latitude')} {shape.text('longitude')}"
    if latitude is None or longitude is None:
        here.notes.say(shape.where, "unreadable", shown, expected=both("a point", "un point"))
        return None
    return _checked(shape, shown, (longitude, latitude, longitude, latitude), here)


def _checked(thing: Thing, text: str, values: tuple[float, float, float, float], here: Setting) -> Box | None:
    found = reading.box(*values)
    if found is None:
        here.notes.say(thing.where, "unreadable", text, expected=_BOX)
        return None
    box, repaired = found
    if repaired:
        shown = f"{box.south} {box.west} {box.north} {box.east}"
        here.notes.say(thing.where, "swapped", text, read=shown)
    return box


def _numbers(text: str) -> list[float] | None:
    parts = re.split(r"[\s,;]+", text.strip())
    try:
        return [float(part) for part in parts]
    except ValueError:
        return None


def _joined(boxes: list[Box]) -> list[Box]:
    """Two boxes that meet at the antimeridian are one that crosses it."""
    found: list[Box] = []
    for box in boxes:
        last = found[-1] if found else None
        if last and last.east == 180 and box.west == -180 and (last.south, last.north) == (box.south, box.north):
            found[-1] = last.model_copy(update={"east": box.east})
        else:
            found.append(box)
    return found


def _rings(thing: Thing, shapes: list[Thing], here: Setting) -> tuple[Ring, ...]:
    """The rings of a polygon, from WKT where there is some, else from the outline."""
    geometry = thing.first("geosparql:hasGeometry") if thing.is_object else None
    wkt = geometry.text("geosparql:asWKT") if geometry else ""
    outlines = [item for shape in shapes for item in shape.all("polygon")]
    found = tuple(ring for item in outlines if (ring := _ring(item, here)))
    if re.match(r"POLYGON\s*\(", wkt, re.IGNORECASE) and geometry:
        geometry.skip()
        rings = [_numbers(inner) or [] for inner in re.findall(r"\(([^()]+)\)", wkt)]
        return tuple(tuple(zip(ring[::2], ring[1::2], strict=False)) for ring in rings if ring)
    return found


def _ring(thing: Thing, here: Setting) -> Ring | None:
    text = thing.text()
    numbers = _numbers(text)
    if not numbers or len(numbers) % 2 or not all(abs(lat) <= 90 for lat in numbers[::2]):
        here.notes.say(thing.where, "unreadable", text, expected=_POLYGON)
        return None
    return tuple(zip(numbers[1::2], numbers[::2], strict=True))


def _around(ring: Ring) -> Box | None:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    found = reading.box(min(lons), min(lats), max(lons), max(lats)) if ring else None
    return found[0] if found else None


def _heights(thing: Thing, shapes: list[Thing]) -> tuple[float | None, float | None]:
    for item in thing.all("additionalProperty") if thing.is_object else []:
        if item.text("propertyID") == ELEVATION or item.text("name").casefold() in {"elevation", "altitude", "depth"}:
            item.skip()
            return item.number("minValue", "value"), item.number("maxValue", "value")
    level = next((value for shape in shapes if (value := shape.number("elevation")) is not None), None)
    return level, level


def _is_era(thing: Thing) -> bool:
    return thing.is_object and not thing.all("startDate", "endDate")


def _period(thing: Thing, here: Setting) -> Period | None:
    """ISO 8601 "start/end" or one date; an end of ".." is still to come, none is unknown (ISO 8601-2)."""
    text = thing.text()
    start, separator, end = text.partition("/")
    if thing.is_object:
        start, separator, end = thing.text("startDate"), "/", thing.text("endDate")
    exact = _exact(start, end) if separator else None
    found = exact or reading.period(start, end if separator else start, ongoing=end.strip() == "..")
    if found is None:
        here.notes.say(thing.where, "unreadable", text or f"{start}/{end}", expected=_PERIOD)
    return found


def _exact(start: str, end: str) -> Period | None:
    """Moments to the microsecond, which the shared reader drops."""
    try:
        first, last = (dt.datetime.fromisoformat(text) for text in (start, end))
        return Period(start=first, end=last) if "." in start + end else None
    except ValueError:
        return None


def _era(thing: Thing, here: Setting) -> Era | None:
    name = here.said(thing, "name", "description")
    oldest, youngest = (thing.first(which) for which in ("time:hasBeginning", "time:hasEnd"))
    years = [_year(item) if item else None for item in (oldest, youngest)]
    values = {"name": name, "uri": _address(thing), "oldest_year": years[0], "youngest_year": years[1]}
    made: Era | None = here.notes.part(Era, thing.where, **values)
    return made


def _year(instant: Thing) -> int | None:
    text = instant.text("time:inXSDgYear") if instant.is_object else instant.text()
    found = re.fullmatch(r"([+-]?\d{1,11})", text)
    return int(found[1]) if found else None
