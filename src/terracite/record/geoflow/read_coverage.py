# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when, from SpatialCoverage, TemporalCoverage, Date and some subjects."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from terracite.record.geoflow import ewkt
from terracite.record.geoflow.locales import Entry
from terracite.record.geoflow.row import RowReader
from terracite.record.geoflow.writing import ACQUISITION, DATES, ERAS, PLACES
from terracite.record.model import (
    DateKind,
    Era,
    Extent,
    Period,
    Platform,
    Precision,
    RecordDate,
    ReferenceSystem,
    Text,
)
from terracite.record.reading import values

_KINDS = {key: kind for kind, key in DATES.items()} | {
    "lastUpdate": DateKind.UPDATED,
    "lastRevision": DateKind.UPDATED,
    "distribution": DateKind.AVAILABLE,
    "validityExpires": DateKind.WITHDRAWN,
}
_GEOGRAPHIC = frozenset({4326, 4329, 4979, 4258, 4269, 4171, 4624, 84})
_DATE = Text(fr="une date", en="a date")
_PERIOD = Text(fr="une période", en="a period")
_GEOMETRY = Text(fr="une géométrie en EWKT", en="a geometry in EWKT")


def coverage(row: RowReader) -> dict[str, Any]:
    """extents, reference_systems, periods, eras, platforms, dates and the day the metadata changed."""
    dates, updated = _dates(row)
    return {
        "extents": _extents(row),
        "reference_systems": _systems(row),
        "periods": _periods(row),
        "eras": _eras(row),
        "platforms": _platforms(row),
        "dates": dates,
        "record_updated": updated,
    }


def embargo(row: RowReader) -> dt.date | None:
    """The day an embargo ends."""
    found = values.day(row.text("Date", "embargo"))
    return found[0] if found else None


def _extents(row: RowReader) -> tuple[Extent, ...]:
    found = [extent for component in row.take("SpatialCoverage", "ewkt", "wkt") for extent in _of(row, component.text)]
    named = [entry for _, listed in row.grouped("Subject", "place", described=PLACES) for entry in listed]
    return tuple(_named(extent, named[index] if index < len(named) else None) for index, extent in enumerate(found))


def _of(row: RowReader, text: str) -> list[Extent]:
    srid, members = ewkt.read(text)
    found = [pair for member in members for pair in ewkt.extents_of(member)]
    if not found:
        row.say("SpatialCoverage", "unreadable", text, expected=_GEOMETRY)
    for extent, repaired in found:
        if repaired:
            row.say("SpatialCoverage", "swapped", text, read=extent.box)
    if srid is not None and srid not in _GEOGRAPHIC and found:
        row.say("SpatialCoverage", "repaired", f"SRID={srid}", read="SRID=4326")
    return [extent for extent, _ in found]


def _named(extent: Extent, entry: Entry | None) -> Extent:
    return extent.model_copy(update={"place": entry.text, "place_uri": entry.uri}) if entry else extent


def _systems(row: RowReader) -> tuple[ReferenceSystem, ...]:
    found = []
    for component in row.take("SpatialCoverage", "srid"):
        number = re.fullmatch(r"(?:EPSG:)?\s*(\d{4,6})", component.text)
        if number:
            found.append(ReferenceSystem(code=f"EPSG:{number[1]}"))
        elif component.text:
            row.say("SpatialCoverage", "unreadable", component.text, expected="EPSG")
    return tuple(dict.fromkeys(found))


def _periods(row: RowReader) -> tuple[Period, ...]:
    text = row.text("TemporalCoverage")
    if not text.strip("/ "):
        return ()
    ongoing = any(component.text.casefold() == "ongoing" for component in row.row.entity.of("Description", "status"))
    between = re.fullmatch(r"(\S{10}(?:[ T]\S+)?)\s+(?:-|à|to)\s+(\S{10}(?:[ T]\S+)?)", text)
    found = values.period(between[1], between[2]) if between else values.interval(text)
    if found is None:
        row.say("TemporalCoverage", "unreadable", text, expected=_PERIOD)
        return ()
    if between:
        row.say("TemporalCoverage", "repaired", text, read=found.interval())
    return (found.model_copy(update={"ongoing": ongoing}) if found.end is None else found,)


def _eras(row: RowReader) -> tuple[Era, ...]:
    return tuple(
        era
        for _, listed in row.grouped("Subject", "temporal", described=ERAS)
        for entry in listed
        if (era := _era(row, entry))
    )


def _era(row: RowReader, entry: Entry) -> Era | None:
    oldest, separator, youngest = entry.text.best().partition("/")
    if separator and re.fullmatch(r"-?\d*/-?\d*", entry.text.best()):
        return values.era(oldest, youngest, uri=entry.uri)
    era: Era | None = row.notes.part(Era, row.where("Subject"), name=entry.text, uri=entry.uri)
    return era


def _platforms(row: RowReader) -> tuple[Platform, ...]:
    """Each platform with the instruments whose key it describes."""
    names = [
        item.text for component in row.take("Subject", "platform", described=ACQUISITION) for item in component.items
    ]
    instruments: dict[str, list[str]] = {name: [] for name in names}
    for component in list(row.take("Subject", "instrument")):
        if component.description in instruments:
            instruments[component.description] += [item.text for item in component.items]
        else:
            row.give_back("Subject", component)
    return tuple(Platform(name=name, instruments=tuple(instruments.pop(name, ()))) for name in names)


def _dates(row: RowReader) -> tuple[tuple[RecordDate, ...], dt.datetime | None]:
    found: list[RecordDate] = []
    updated = None
    for component in row.take("Date", "metadata", *_KINDS):
        if component.key == "metadata":
            updated = _moment(row, component.text)
        elif pair := values.day(component.text):
            found.append(RecordDate(kind=_KINDS[component.key], on=pair[0], precision=pair[1]))
        else:
            row.say("Date", "unreadable", component.text, expected=_DATE)
    return (*found, *_editions(row, found)), updated


def _editions(row: RowReader, known: list[RecordDate]) -> list[RecordDate]:
    """The date of the edition says when the data were updated, unless another date says it."""
    found = [(component, values.day(component.text)) for component in row.take("Date", "edition")]
    dates = {date.on for date in known}
    kept = [
        RecordDate(kind=DateKind.UPDATED, on=pair[0], precision=pair[1])
        for _, pair in found
        if pair and pair[0] not in dates
    ]
    for component, pair in found:
        if pair is None:
            row.say("Date", "unreadable", component.text, expected=_DATE)
    return [] if any(date.kind is DateKind.UPDATED for date in known) else kept


def _moment(row: RowReader, text: str) -> dt.datetime | None:
    exact = values.moment(text)
    pair = values.day(text)
    if exact is None and pair is not None and pair[1] is Precision.DAY:
        return dt.datetime.combine(pair[0], dt.time(), dt.UTC)
    if exact is None:
        row.say("Date", "unreadable", text, expected=_DATE)
    return exact
