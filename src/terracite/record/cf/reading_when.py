# SPDX-License-Identifier: AGPL-3.0-or-later
"""When: ``time_coverage_*`` and ``date_*``, with the names that were used before ACDD."""

from __future__ import annotations

from typing import Any

from terracite.record import instants
from terracite.record.cf.attributes import Attributes
from terracite.record.model import DateKind, Period, RecordDate, Text, as_day
from terracite.record.reading import Notes, values

_DATE = Text(fr="une date", en="a date")
_DATES = {
    DateKind.CREATED: ("date_created", "creation_date", "date", "creation_time"),
    DateKind.ISSUED: ("date_issued",),
    DateKind.UPDATED: ("date_modified", "date_update"),
}
_STARTS = ("time_coverage_start", "start_time", "start_date", "time_start")
_ENDS = ("time_coverage_end", "stop_time", "end_time", "stop_date", "end_date", "time_end")
_ONGOING = frozenset({"present", "now", "ongoing", "today"})


def periods(own: Attributes, notes: Notes) -> tuple[Period, ...]:
    start, end = own.text(*_STARTS), own.text(*_ENDS)
    if not start:
        return ()
    first, last = instants.read(start), instants.read(end, at_end=True) if end else None
    if first is None:
        notes.say("$.attributes.time_coverage_start", "unreadable", start, expected=_DATE)
        return ()
    ongoing = end.casefold() in _ONGOING
    if end and last is None and not ongoing:
        notes.say("$.attributes.time_coverage_end", "unreadable", end, expected=_DATE)
    if last is not None and as_day(first) > as_day(last):
        notes.say("$.attributes.time_coverage_start", "swapped", f"{start} {end}", read=f"{last} {first}")
        first, last = last, first
    return (Period(start=first, end=last, ongoing=ongoing),)


def dates(own: Attributes, notes: Notes) -> dict[str, Any]:
    found = []
    for kind, names in _DATES.items():
        node = own.first(*names)
        said = node.text() if node else ""
        day = values.day(said) if said else None
        if day:
            found.append(RecordDate(kind=kind, on=day[0], precision=day[1]))
        elif node:
            notes.say(node.where, "unreadable", said, expected=_DATE)
    updated = instants.moment(own.text("date_metadata_modified"))
    return {"dates": tuple(found) or None, "record_updated": updated}
