# SPDX-License-Identifier: AGPL-3.0-or-later
"""When: periods, eras and moments; the reverse of the second half of `dcat.writing.coverage`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from terracite.record.dcat.reader.node import Node
from terracite.record.model import Era, Period, Text
from terracite.record.reading import values

_STARTS = ("dcat:startDate", "schema:startDate", "schema:temporalCoverageStart")
_ENDS = ("dcat:endDate", "schema:endDate")
_INSTANTS = (
    "time:inXSDDate",
    "time:inXSDDateTimeStamp",
    "time:inXSDDateTime",
    "time:inXSDgYear",
    "time:inXSDgYearMonth",
)


def read(dataset: Node) -> dict[str, Any]:
    found = [_time(node) for node in dict.fromkeys(dataset.all("dct:temporal", "schema:temporalCoverage"))]
    return {
        "periods": tuple(item for item in found if isinstance(item, Period)),
        "eras": tuple(item for item in found if isinstance(item, Era)),
        "time_resolution": dataset.text("dcat:temporalResolution"),
    }


def moment_of(node: Node | None) -> dt.datetime | None:
    """The moment in a literal; a day is its first."""
    if node is None:
        return None
    text = node.text()
    found = exact(text)
    if isinstance(found, dt.datetime):
        return found
    if found is not None:
        return dt.datetime(found.year, found.month, found.day, tzinfo=dt.UTC)
    node.source.notes.say(node.where, "unreadable", text, expected=Text(fr="un moment", en="a moment"))
    return None


def exact(text: str) -> dt.date | dt.datetime | None:
    """A moment with its fractions of a second, or the first day meant."""
    try:
        if len(text) > 10:
            moment = dt.datetime.fromisoformat(text)
            return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    return values.start_of(text)


def _time(node: Node) -> Period | Era | None:
    if node.is_literal:
        return _interval(node, node.text())
    start, end = _edge(node, _STARTS, "time:hasBeginning"), _edge(node, _ENDS, "time:hasEnd")
    name = node.label()
    if "time:ProperInterval" in node.types or (name and not start and not end) or _is_remote(start, end):
        return _era(node, name, start, end)
    if not start and not end:
        return _interval(node, node.iri)
    ongoing = end == "now"
    return _period(node, start, end, ongoing=ongoing)


def _era(node: Node, name: Text, start: str, end: str) -> Era | None:
    found: Era | None = node.source.notes.part(
        Era, node.where, name=name, uri=node.identity(), oldest_year=_year(start), youngest_year=_year(end)
    )
    return found


def _period(node: Node, start: str, end: str, *, ongoing: bool) -> Period | None:
    first = exact(start)
    last = None if end in {"", "now"} else _last(end)
    if first is None or (end not in {"", "now"} and last is None):
        expected = Text(fr="une période", en="a period")
        node.source.notes.say(node.where, "unreadable", f"{start}/{end}", expected=expected)
        return None
    part: Period | None = node.source.notes.part(Period, node.where, start=first, end=last, ongoing=ongoing)
    return part


def _last(text: str) -> dt.date | dt.datetime | None:
    return exact(text) if len(text) > 10 else values.end_of(text)


def _interval(node: Node, text: str) -> Period | None:
    start, _, end = text.partition("/")
    for found in (values.interval(text), values.period(start, end) if end else None):
        if found:
            return found
    expected = Text(fr="une période", en="a period")
    node.source.notes.say(node.where, "unreadable", text, expected=expected)
    return None


def _edge(node: Node, names: tuple[str, ...], instant: str) -> str:
    """One end of a period: a literal of DCAT, or an instant of OWL-Time."""
    found = node.text(*names)
    for item in node.all(instant):
        position = item.first("time:inTemporalPosition", "time:inTimePosition")
        text = item.text(*_INSTANTS) or (
            position.text("time:nominalPosition", "time:numericPosition") if position else ""
        )
        found = found or text
    return found


def _is_remote(start: str, end: str) -> bool:
    """Whether a year lies outside of the calendar that days can be given in."""
    years = [year for text in (start, end) if (year := _year(text)) is not None]
    return any(year < 1 or year > 9999 for year in years)


def _year(text: str) -> int | None:
    found = re.fullmatch(r"([-+]?\d{1,12})(?:Z|[+-]\d\d:\d\d)?", text)
    return int(found[1]) if found else None
