# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coverage read: places, DCMI boxes and points, periods, eras, and the boxes of OWS that CSW adds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from terracite.record.datacite.desk import Desk, Said
from terracite.record.datacite.views import Part
from terracite.record.dublin_core.dcsv import components
from terracite.record.model import Box, Era, Extent, Period, Text
from terracite.record.reading import values

_EXTENT = Text(fr="une étendue", en="an extent")
_LIMITS = ("westlimit", "southlimit", "eastlimit", "northlimit")
_YEAR = re.compile(r"-?\d{1,10}$")
_CURRENT = frozenset({"..", "now", "present", "ongoing", "today"})
#: EPSG:4326 by URN, and the CSW of many servers without any, is latitude first
_LATITUDE_FIRST = re.compile(r"EPSG:.*:?4326$|^$")
#: what PANGAEA writes: "SOUTH-BOUND LATITUDE: 1.5 * WEST-BOUND LONGITUDE: ..."
_BOUND = re.compile(r"(WEST|SOUTH|EAST|NORTH)-BOUND (?:LONGITUDE|LATITUDE): (-?[\d.]+)")
_TIMES = re.compile(r"DATE/TIME (START|END): (\S+)")


@dataclass(slots=True)
class Covered:
    """What the coverage of a document comes to."""

    extents: list[Extent] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    eras: list[Era] = field(default_factory=list)
    _places: list[Said] = field(default_factory=list)

    def take(self, desk: Desk, part: Part) -> None:
        """One coverage, spatial or temporal element."""
        text = part.own()
        parts = components(text)
        if not text:
            return
        if {"northlimit", "southlimit", "eastlimit", "westlimit"} & parts.keys():
            self._box(desk, part, parts, text)
        elif {"east", "north"} <= parts.keys():
            self._point(desk, part, parts, text)
        elif "name" in parts or {"start", "end"} & parts.keys():
            self._time(desk, part, parts, text)
        elif bounds := dict(_BOUND.findall(text)):
            self._pangaea(desk, part, bounds, text)
        elif ("/" in text or text[0].isdigit()) and (period := _interval(text)):
            self.periods.append(period)
        else:
            self._places.append(Said(part, text, part.text("lang")))

    def corners(self, desk: Desk, part: Part, *, may_swap: bool) -> None:
        """The corners of an OWS box; of one that ``may_swap``, latitude first where its reference system says so."""
        lower, upper = part.text("LowerCorner").split(), part.text("UpperCorner").split()
        numbers = [values.number(text) for text in (*lower, *upper)]
        if len(lower) != 2 or len(upper) != 2 or None in numbers:
            desk.notes.say(part.where, "unreadable", " ".join((*lower, *upper)), expected=_EXTENT)
            return
        if may_swap and _LATITUDE_FIRST.search(part.text("crs")):
            numbers = [numbers[place] for place in (1, 0, 3, 2)]
        west, south, east, north = (0.0 if number is None else number for number in numbers)
        self._add(desk, part, (west, south, east, north), " ".join((*lower, *upper)))

    def finish(self, desk: Desk) -> None:
        """Places that no box followed: the only extent takes them, else they are leftovers."""
        if len(self.extents) == 1 and not self.extents[0].place and self._places:
            self.extents[0] = self.extents[0].model_copy(update={"place": desk.bilingual(self._places)})
        else:
            for said in self._places:
                desk.keep(said.part, said.text)
        self._places = []

    def _box(self, desk: Desk, part: Part, parts: dict[str, str], text: str) -> None:
        numbers = [values.number(parts.get(name, "")) for name in _LIMITS]
        told = [number for number in numbers if number is not None]
        if len(told) != 4:
            desk.notes.say(part.where, "unreadable", text, expected=_EXTENT)
            return
        place = self._place(desk, parts.get("name", ""))
        heights = {"lowest_m": _height(parts, "downlimit"), "highest_m": _height(parts, "uplimit")}
        self._add(desk, part, (told[0], told[1], told[2], told[3]), text, place, heights)

    def _add(
        self,
        desk: Desk,
        part: Part,
        limits: tuple[float, float, float, float],
        text: str,
        place: Text | None = None,
        heights: dict[str, float | None] | None = None,
    ) -> None:
        found = values.box(*limits)
        if found is None:
            desk.notes.say(part.where, "unreadable", text, expected=_EXTENT)
            return
        if found[1]:
            desk.notes.say(part.where, "swapped", text, read=found[0])
        extent = Extent(box=found[0], place=place or Text(), **(heights or {}))
        if self.extents and (whole := _across(self.extents[-1], extent)):
            self.extents[-1] = whole
        else:
            self.extents.append(extent)

    def _place(self, desk: Desk, name: str) -> Text:
        """The places that were named since the last box, or the name inside the box."""
        said, self._places = self._places, []
        if said:
            return desk.bilingual(said)
        return Text(**{desk.language: name})

    def _point(self, desk: Desk, part: Part, parts: dict[str, str], text: str) -> None:
        east, north = values.number(parts["east"]), values.number(parts["north"])
        if east is None or north is None:
            desk.notes.say(part.where, "unreadable", text, expected=_EXTENT)
            return
        self._add(desk, part, (east, north, east, north), text, self._place(desk, parts.get("name", "")))

    def _pangaea(self, desk: Desk, part: Part, bounds: dict[str, str], text: str) -> None:
        numbers = [values.number(bounds.get(side, "")) for side in ("WEST", "SOUTH", "EAST", "NORTH")]
        told = [number for number in numbers if number is not None]
        if len(told) == 4:
            self._add(desk, part, (told[0], told[1], told[2], told[3]), text, self._place(desk, ""))
        else:
            desk.notes.say(part.where, "unreadable", text, expected=_EXTENT)
        times = dict(_TIMES.findall(text))
        if period := values.period(times.get("START", ""), times.get("END", "")):
            self.periods.append(period)

    def _time(self, desk: Desk, part: Part, parts: dict[str, str], text: str) -> None:
        """A DCMI Period: an era when it has a name and nothing but years, else a period."""
        start, end, name = parts.get("start", ""), parts.get("end", ""), parts.get("name", "")
        language = values.language(part.text("lang")) or desk.language
        years = all(_YEAR.match(year) for year in (start, end) if year)
        if years and (name or "-" in {start[:1], end[:1]}):
            self._era(values.era(start, end, Text(**{language: name})))
        elif period := values.period(start, end):
            self.periods.append(period)
            desk.keep(part, name)
        else:
            desk.notes.say(part.where, "unreadable", text, expected=Text(fr="une période", en="a period"))

    def _era(self, era: Era | None) -> None:
        """The same years named in the other language are the same era."""
        last = self.eras[-1] if self.eras else None
        if era and last and _same_but_for_language(last, era):
            name = Text(fr=last.name.fr or era.name.fr, en=last.name.en or era.name.en)
            self.eras[-1] = last.model_copy(update={"name": name})
        else:
            self.eras.extend([era] if era else [])


def _same_but_for_language(one: Era, other: Era) -> bool:
    years = [(era.oldest_year, era.youngest_year) for era in (one, other)]
    return years[0] == years[1] and not any(getattr(one.name, language) for language, _ in other.name.items())


def _height(parts: dict[str, str], name: str) -> float | None:
    return values.number(parts[name]) if name in parts else None


def _across(west: Extent, east: Extent) -> Extent | None:
    """The two halves of a box that crosses the antimeridian as one."""
    one, other = west.box, east.box
    meet = one.east == 180 and other.west == -180 and one.west > other.east and not east.place
    same = [(box.south, box.north, item.lowest_m, item.highest_m) for box, item in ((one, west), (other, east))]
    if not meet or same[0] != same[1]:
        return None
    return west.model_copy(update={"box": Box(west=one.west, south=one.south, east=other.east, north=one.north)})


def _interval(text: str) -> Period | None:
    """ISO 8601; ".." is an end still to come, nothing an unknown one (ISO 8601-2)."""
    start, ranged, end = text.partition("/")
    if not ranged:
        return values.interval(text)
    return values.period(start, end, ongoing=end.strip().casefold() in _CURRENT)
