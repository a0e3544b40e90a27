# SPDX-License-Identifier: AGPL-3.0-or-later
"""When: periods, instants and eras of GML 3.1 and 3.2, in ``EX_TemporalExtent``."""

from __future__ import annotations

from terracite.record.iso_reading.texts import Iso, peek, peek_attribute
from terracite.record.model import Era, Period, Text
from terracite.record.reading import XmlNode, values

_A_DATE = Text(fr="une date", en="a date")
_NOW = frozenset({"now"})
_FIRST_YEAR, _LAST_YEAR = 1, 9999  #: of the calendar of `datetime`


def periods_and_eras(iso: Iso, extent: XmlNode) -> tuple[list[Period], list[Era]]:
    """What the temporal elements of an extent say, in order."""
    periods: list[Period] = []
    eras: list[Era] = []
    for node in extent.all("temporalElement/*/extent/*"):
        found = _read(iso, node)
        if isinstance(found, Period):
            periods.append(found)
        elif found is not None:
            eras.append(found)
    return periods, eras


def _read(iso: Iso, node: XmlNode) -> Period | Era | None:
    if node.name == "TimeInstant":
        position = _position(node, "timePosition")
        return _period(iso, node, position, position)
    begin, end = _position(node, "begin"), _position(node, "end")
    if _is_era(node, begin, end):
        return _era(iso, node, begin, end)
    return _period(iso, node, begin, end)


def _position(node: XmlNode, name: str) -> XmlNode | None:
    """The time position of one end: itself, or inside an instant."""
    for item in node.children():
        if item.name in {name, f"{name}Position"}:
            inner = next(iter(item.anywhere("timePosition")), None)
            return inner if inner is not None else item
        if item.name.startswith("TimePeriodType"):  # the form of an editor, saved by mistake
            found = _position(item, name)
            if found is not None:
                return found
    return None


def _period(iso: Iso, node: XmlNode, begin: XmlNode | None, end: XmlNode | None) -> Period | None:
    start, stop = _words(begin), _words(end)
    if not start and not stop:
        return None
    ongoing = end is not None and peek_attribute(end, "indeterminatePosition") in _NOW
    if not start:
        iso.notes.say(node.where, "missing", expected=Text(fr="le début de la période", en="start of the period"))
        return None
    found = values.period(start, stop, ongoing=ongoing) or _turned(iso, node, start, stop)
    if found is None:
        _unreadable(iso, begin, end)
        return None
    _mark(begin, end)
    return found


def _turned(iso: Iso, node: XmlNode, start: str, stop: str) -> Period | None:
    """A period whose ends are the wrong way round."""
    found = values.period(stop, start) if values.end_of(stop) and values.start_of(start) else None
    if found is not None:
        iso.notes.say(node.where, "repaired", f"{start}/{stop}", read=found.interval())
    return found


def _unreadable(iso: Iso, *ends: XmlNode | None) -> None:
    for end in ends:
        if end is not None and peek(end) and values.end_of(peek(end)) is None:
            iso.notes.say(end.where, "unreadable", peek(end), expected=_A_DATE)


def _words(position: XmlNode | None) -> str:
    """The text of a position; a moment with its "-00:00" as UTC."""
    return peek(position).replace("-00:00", "Z") if position is not None else ""


def _mark(*positions: XmlNode | None) -> None:
    for position in positions:
        if position is not None:
            position.text()


def _is_era(node: XmlNode, begin: XmlNode | None, end: XmlNode | None) -> bool:
    """Whether the ends are years that no calendar date holds, or are said to be years of an era."""
    ends = [item for item in (begin, end) if item is not None]
    if any(peek_attribute(item, "calendarEraName") for item in ends):
        return True
    years = [values.number(peek(item)) for item in ends if values.day(peek(item)) is None]
    found = [year for year in years if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR]
    named = node.first("name") is not None or node.first("identifier") is not None
    return bool(found) or (named and not any(peek(item) for item in ends))


def _era(iso: Iso, node: XmlNode, begin: XmlNode | None, end: XmlNode | None) -> Era | None:
    """A geological or historical era: years, names by the locale of their ``codeSpace``, address."""
    oldest, youngest = _year(begin), _year(end)
    if oldest is not None and youngest is not None and oldest > youngest:
        iso.notes.say(node.where, "repaired", f"{oldest}/{youngest}", read=f"{youngest}/{oldest}")
        oldest, youngest = youngest, oldest
    identifier = node.first("identifier")
    part: Era | None = iso.notes.part(
        Era,
        node.where,
        name=_names(iso, node),
        uri=identifier.text() if identifier is not None else "",
        oldest_year=oldest,
        youngest_year=youngest,
    )
    return part


def _year(position: XmlNode | None) -> int | None:
    if position is None:
        return None
    year = values.number(position.text())
    return int(year) if year is not None else None


def _names(iso: Iso, node: XmlNode) -> Text:
    found: dict[str, str] = {}
    for item in node.all("name"):
        language = peek_attribute(item, "codeSpace").lstrip("#").casefold()
        found.setdefault(iso.locales.get(language) or values.language(language) or iso.main, item.text())
    return Text(fr=found.get("fr", ""), en=found.get("en", ""))
