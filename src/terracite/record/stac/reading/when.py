# SPDX-License-Identifier: AGPL-3.0-or-later
"""When: the periods of the data, and the dates of the data and of the record."""

from __future__ import annotations

from typing import Any

from terracite.record import instants
from terracite.record.model import DateKind, Period, RecordDate, Text, as_day
from terracite.record.reading import JsonNode
from terracite.record.stac.names import FIRST_MOMENT, LAST_MOMENT
from terracite.record.stac.reading.document import Document

_TIME = Text(fr="une date", en="a date")
_OPEN = frozenset({"", "..", LAST_MOMENT})


def periods(document: Document) -> tuple[Period, ...]:
    if document.is_item:
        found = _of_item(document)
        return (found,) if found else ()
    return _of_collection(document)


def _of_collection(document: Document) -> tuple[Period, ...]:
    """The intervals, without that of the whole, which comes first when there are several."""
    temporal = (document.root.first("extent") or JsonNode({})).first("temporal")
    if temporal is None:
        return ()
    node = temporal.first("interval") if isinstance(temporal.value, dict) else temporal
    items = node.items() if node else []
    pairs = [node] if node and items and not isinstance(items[0].value, list) else items
    pairs = pairs[1:] if len(pairs) > 1 else pairs
    if node and len(node.items()) > 1 and isinstance(node.items()[0].value, list):
        node.items()[0].skip()
    return tuple(found for pair in pairs if (found := _pair(pair, document)))


def _pair(node: JsonNode, document: Document) -> Period | None:
    """A start and an end, either null; without a start it is left as it is."""
    if not isinstance(node.value, list):
        return period(node, node, document)
    ends = [JsonNode(value, f"{node.where}[{at}]") for at, value in enumerate(node.value[:2])]
    if len(ends) != 2 or not any(end.value for end in ends):
        node.skip()
        return None
    found = period(ends[0], ends[1], document)
    if found:
        node.skip()
    return found


def _of_item(document: Document) -> Period | None:
    """``start_datetime`` and ``end_datetime``, else ``datetime``, else the ``time`` of OGC API - Records."""
    fields = document.fields
    start = fields.first("start_datetime", "dtr:start_datetime")
    if start:
        end = fields.first("end_datetime", "dtr:end_datetime") or JsonNode(None)
        if (start.text(), end.text()) == (FIRST_MOMENT, LAST_MOMENT):
            return None
        return period(start, end, document)
    instant = fields.first("datetime")
    if instant:
        return period(instant, instant, document)
    return _ogc_time(document)


def _ogc_time(document: Document) -> Period | None:
    node = document.root.first("time")
    if node is None:
        return None
    if interval := node.first("interval"):
        return _pair(interval, document)
    instant = node.first("timestamp", "date")
    return period(instant, instant, document) if instant else None


def period(start: JsonNode, end: JsonNode, document: Document) -> Period | None:
    """From two nodes; an open end is one that goes on."""
    first = instants.read(start.text()) if start.value is not None else None
    if first is None:
        document.notes.say(start.where, "unreadable", start.value, expected=_TIME)
        return None
    if end.value is None or end.text() in _OPEN:
        return Period(start=first, ongoing=True)
    last = instants.read(end.text(), at_end=True)
    if last is None:
        document.notes.say(end.where, "unreadable", end.value, expected=_TIME)
        return Period(start=first)
    if as_day(first) > as_day(last):
        first, last = last, first
        document.notes.say(start.where, "swapped", f"{start.value} {end.value}", read=f"{first} {last}")
    made: Period | None = document.notes.part(Period, start.where, start=first, end=last)
    return made


def time_resolution(document: Document) -> str:
    """The step of the time dimension of a data cube, or the resolution of OGC API - Records."""
    for path in (("time", "resolution"), ("cube:dimensions", "time", "step")):
        node: JsonNode | None = document.root if path[0] == "time" else document.fields
        for key in path:
            node = node.first(key) if node else None
        if node and node.text():
            return node.text()
    return ""


def dates(document: Document) -> dict[str, Any]:
    """Dates of the data (of Items and their assets) and moments of the record (of Items and Collections)."""
    nodes = [document.fields, *(node for _, node in document.assets())]
    found = {
        DateKind.CREATED: _first(nodes[1:], "created"),
        DateKind.ISSUED: _first(nodes, "published"),
        DateKind.WITHDRAWN: _first(nodes, "unpublished"),
    }
    return {
        "dates": tuple(RecordDate(kind=kind, on=as_day(on)) for kind, on in found.items() if on) or None,
        "record_created": instants.moment(document.text("created")),
        "record_updated": instants.moment(document.text("updated")),
    }


def _first(nodes: list[JsonNode], key: str) -> Any:
    """The first date of that name; the same one in other assets is read with it."""
    texts = [node.value[key] for node in nodes if isinstance(node.value, dict) and isinstance(node.value.get(key), str)]
    if not texts:
        return None
    for node in nodes:
        if isinstance(node.value, dict) and node.value.get(key) == texts[0]:
            node.text(key)
    return instants.read(texts[0])
