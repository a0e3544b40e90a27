# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 5, 8 and 18 read: dates, periods, eras, places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from terracite.record.datacite.desk import Desk
from terracite.record.datacite.terms import EMBARGO, ONGOING, UNKNOWN
from terracite.record.datacite.views import Part
from terracite.record.model import Box, DateKind, Era, Extent, Period, Precision, RecordDate, Text
from terracite.record.reading import values

_KINDS = {kind.value: kind for kind in DateKind}
_DATE = Text(fr="une date", en="a date")
_YEAR = Text(fr="une année", en="a year")
_PLACE = Text(fr="une étendue", en="an extent")
_YEARS_ONLY = re.compile(r"(-?\d{4,10})?/(-?\d{4,10})?")
_ANCIENT = re.compile(r"-\d{4,}(-\d\d)*|\d{5,7}|\d{9,}|0000")
#: date types whose range tells what time the data are about
_PERIODS = {"coverage", "collected"}


@dataclass(slots=True)
class Times:
    """What the dates of a document come to."""

    dates: list[RecordDate] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    eras: list[Era] = field(default_factory=list)
    embargo: dt.date | None = None


def times(desk: Desk, root: Part) -> Times:
    found = Times()
    ends: dict[str, tuple[Part, str]] = {}
    for part in root.parts("dates"):
        text, kind = part.own() or part.text("date"), part.text("dateType").casefold()
        if kind in {"startdate", "enddate"} and text:  # kernel 2
            ends[kind] = (part, text)
        elif text:
            _one(desk, part, text, kind, found)
    _old_period(desk, ends, found)
    _publication_year(desk, root, found)
    return found


def _one(desk: Desk, part: Part, text: str, kind: str, found: Times) -> None:
    information = part.text("dateInformation")
    if kind == "available" and information == EMBARGO and (day := values.day(text)):
        found.embargo = day[0]
        return
    ranged = "/" in text
    if kind == "coverage" or (ranged and kind in _PERIODS):
        _coverage(desk, part, text, information, found)
        return
    if kind in _KINDS and not ranged and _date(desk, part, text, _KINDS[kind], found):
        desk.keep(part, information)
    else:
        desk.keep(part, " ".join(filter(None, (kind, text, information))))


def _date(desk: Desk, part: Part, text: str, kind: DateKind, found: Times) -> bool:
    day = values.day(text)
    if day is None:
        desk.notes.say(part.where, "unreadable", text, expected=_DATE)
        return False
    found.dates.append(RecordDate(kind=kind, on=day[0], precision=day[1]))
    return True


def _coverage(desk: Desk, part: Part, text: str, information: str, found: Times) -> None:
    """Years told with a name, and years before 1, are an era; anything else a period."""
    named = information if information != ONGOING else ""
    if text == UNKNOWN and named:
        found.eras.append(Era(name=_name(desk, named)))
    elif (named and _YEARS_ONLY.fullmatch(text)) or _ancient(text):
        oldest, _, youngest = text.partition("/")
        era = values.era(oldest, youngest, _name(desk, named)) if oldest or youngest else None
        found.eras.extend([era] if era else [])
    else:
        period = _period(text, information == ONGOING)
        if period is None:
            desk.notes.say(part.where, "unreadable", text, expected=Text(fr="une période", en="a period"))
            return
        found.periods.append(period)
        desk.keep(part, named)


def _ancient(text: str) -> bool:
    """Whether an end of the range lies before year 1, or in a year of more than four digits."""
    return any(_ANCIENT.fullmatch(end) for end in text.split("/"))


def _name(desk: Desk, name: str) -> Text:
    return Text(**{desk.language: name})


def _period(text: str, ongoing: bool) -> Period | None:
    start, ranged, end = text.partition("/")
    return values.period(start, end, ongoing=ongoing) if ranged else values.interval(text)


def _old_period(desk: Desk, ends: dict[str, tuple[Part, str]], found: Times) -> None:
    """StartDate and EndDate of kernel 2."""
    if "startdate" not in ends:
        for part, text in ends.values():
            desk.keep(part, text)
        return
    part, start = ends["startdate"]
    end = ends.get("enddate", (part, ""))[1]
    period = values.period(start, end)
    if period:
        found.periods.append(period)
    else:
        desk.notes.say(part.where, "unreadable", f"{start}/{end}", expected=_DATE)


def _publication_year(desk: Desk, root: Part, found: Times) -> None:
    """The year of publication is when it was issued, unless a date already says so."""
    years = [(part, part.own()) for part in root.parts("publicationYear")]
    told = next(((part, text) for part, text in years if text), None)
    if told is None:
        return
    part, text = told
    year = re.match(r"\d{4}", text)
    if year is None or int(year[0]) == 0:
        desk.notes.say(part.where, "unreadable", text, expected=_YEAR)
        return
    kinds = {date.kind for date in found.dates}
    follows = {date.on.year for date in found.dates if date.kind is DateKind.AVAILABLE}
    follows |= {found.embargo.year} if found.embargo else set()
    if DateKind.ISSUED not in kinds and int(year[0]) not in follows:
        on = dt.date(int(year[0]), 1, 1)
        found.dates.append(RecordDate(kind=DateKind.ISSUED, on=on, precision=Precision.YEAR))
    for other, value in years:
        if other is not part and value != text:
            desk.keep(other, value)


def extents(desk: Desk, root: Part) -> tuple[Extent, ...]:
    found: list[Extent] = []
    for part in root.parts("geoLocations"):
        here = list(_extents(desk, part))
        if found and here and (whole := _across(found[-1], here[0])):
            found[-1:] = [whole]
            here = here[1:]
        found += here
    return tuple(found)


def _across(west: Extent, east: Extent) -> Extent | None:
    """The two halves of a box that crosses the antimeridian as one."""
    one, other = west.box, east.box
    meet = one.east == 180 and other.west == -180 and one.west > other.east and not east.polygon
    if not meet or (one.south, one.north, west.place) != (other.south, other.north, east.place):
        return None
    return west.model_copy(update={"box": one.model_copy(update={"east": other.east})})


def _extents(desk: Desk, part: Part) -> Iterator[Extent]:
    """A box with its polygon; polygons alone with the box around each; a point as a box without size."""
    names = list(filter(None, (item.own() for item in part.parts("geoLocationPlace"))))
    boxes = [box for item in part.parts("geoLocationBox") if (box := _box(desk, item))]
    rings = [ring for points in _polygons(part) if (ring := _ring(desk, points))]
    points = [(item, box) for item in part.parts("geoLocationPoint") if (box := _point(desk, item))]
    place = Text(**{desk.language: names[0]}) if names else Text()
    for number, box in enumerate(boxes):
        yield Extent(box=box, place=place, polygon=(rings[0],) if rings and not number else ())
    for ring in rings[1:] if boxes else rings:
        yield Extent(box=_around(ring), place=place, polygon=(ring,))
    for item, box in points:
        if boxes or rings:
            desk.keep(item, f"{box.west} {box.south}")
        else:
            yield Extent(box=box, place=place)
    for name in names[1:] if boxes or rings or points else names:
        desk.keep(part, name)


def _polygons(part: Part) -> list[list[Part]]:
    """The points of each polygon: in JSON one polygon may be a bare list of points, several a list of lists."""
    found: list[list[Part]] = []
    bare: list[Part] = []
    for item in (*part.parts("geoLocationPolygon"), *_wrapped(part)):
        points = item.parts("polygonPoint")
        if inside := item.members():
            found.append([point for inner in inside for point in inner.parts("polygonPoint")])
        elif len(points) == 1:
            bare += points
        elif points:
            found.append(points)
    return [*([bare] if bare else []), *found]


def _wrapped(part: Part) -> Iterator[Part]:
    """The polygons of kernel 4.1, which had a wrapper around them."""
    for wrapper in part.parts("geoLocationPolygons"):
        yield from wrapper.parts("geoLocationPolygon")


def _ring(desk: Desk, points: list[Part]) -> tuple[tuple[float, float], ...]:
    found = [[values.number(point.text(name)) for name in ("pointLongitude", "pointLatitude")] for point in points]
    ring = tuple((lon, lat) for lon, lat in found if lon is not None and lat is not None)
    on_earth = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)
    if len(ring) < 3 or len(ring) < len(points) or not on_earth:
        if points:
            desk.notes.say(points[0].where, "unreadable", _numbers(points), expected=_PLACE)
        return ()
    return ring


def _numbers(points: list[Part]) -> str:
    return "; ".join(f"{point.text('pointLongitude')} {point.text('pointLatitude')}" for point in points)


def _around(ring: tuple[tuple[float, float], ...]) -> Box:
    longitudes, latitudes = [lon for lon, _ in ring], [lat for _, lat in ring]
    return Box(west=min(longitudes), south=min(latitudes), east=max(longitudes), north=max(latitudes))


_LIMITS = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")


def _box(desk: Desk, part: Part) -> Box | None:
    """Four limits; kernel 3 wrote "south west north east" in one text."""
    texts = [part.text(name) for name in _LIMITS]
    if not any(texts):
        old = part.own().replace(",", " ").split()
        texts = [old[place] for place in (1, 0, 3, 2)] if len(old) == 4 else old
    if not any(texts):
        return None  # an empty element
    numbers = [values.number(text) for text in texts]
    told = [number for number in numbers if number is not None]
    found = values.box(*told) if len(told) == 4 else None
    if found is None:
        desk.notes.say(part.where, "unreadable", " ".join(texts), expected=_PLACE)
        return None
    if found[1]:
        desk.notes.say(part.where, "swapped", " ".join(texts), read=found[0])
    return found[0]


def _point(desk: Desk, part: Part) -> Box | None:
    """Longitude and latitude; kernel 3 wrote "latitude longitude" in one text."""
    longitude, latitude = part.text("pointLongitude"), part.text("pointLatitude")
    old = part.own().replace(",", " ").split() if not (longitude or latitude) else []
    if len(old) == 2:
        latitude, longitude = old
    if not (longitude or latitude or old):
        return None
    lon, lat = values.number(longitude), values.number(latitude)
    found = values.box(lon, lat, lon, lat) if lon is not None and lat is not None else None
    if found is None:
        desk.notes.say(part.where, "unreadable", " ".join(filter(None, (longitude, latitude, *old))), expected=_PLACE)
        return None
    if old or found[1]:
        kind = "swapped" if found[1] else "repaired"
        read = f"latitude {found[0].south}, longitude {found[0].west}"
        desk.notes.say(part.where, kind, f"{latitude} {longitude}", read=read)
    return found[0]
