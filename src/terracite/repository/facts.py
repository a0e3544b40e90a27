# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what was read in files to the record: empty fields are filled, each value marked with its file.

What a person typed, imported or inherited is never touched. Several files widen one extent and one period.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from terracite.raster.inspect import Facts
from terracite.record.model import (
    Box,
    Extent,
    MapClass,
    Origin,
    OriginKind,
    Period,
    Record,
    ReferenceSystem,
    Representation,
    Resolution,
    Text,
    Variable,
)

_HEX_COLOUR = re.compile(r"#[0-9a-f]{6}")


def apply(record: Record, facts: Facts, filename: str) -> Record:
    """The record with its empty fields filled from one file; fields that other files filled are widened."""
    for field, read in FILLERS.items():
        if not _is_free(record, field):
            continue
        value = _read_safely(read, record, facts)
        if value is not None and value != getattr(record, field):
            record = record.with_values(_origin(record, field, filename), **{field: value})
    return record


def refill(record: Record, facts_by_file: dict[str, Facts]) -> Record:
    """The record as if only these files were there: what was read from files is read again."""
    empty = {field: Record.model_fields[field].get_default() for field in FILLERS if _is_extracted(record, field)}
    kept = {field: origin for field, origin in record.origins.items() if field not in empty}
    record = record.model_copy(update={**empty, "origins": kept})
    for filename, facts in facts_by_file.items():
        record = apply(record, facts, filename)
    return record


def _is_extracted(record: Record, field: str) -> bool:
    origin = record.origin(field)
    return origin is not None and origin.kind is OriginKind.EXTRACTED


def _is_free(record: Record, field: str) -> bool:
    return not getattr(record, field) or _is_extracted(record, field)


def _origin(record: Record, field: str, filename: str) -> Origin:
    before = record.origin(field)
    names = before.detail.split(", ") if before is not None and before.kind is OriginKind.EXTRACTED else []
    kept = names if filename in names else [*names, filename]
    return Origin(kind=OriginKind.EXTRACTED, detail=", ".join(kept))


def _read_safely(read: Callable[[Record, Facts], Any], record: Record, facts: Facts) -> Any:
    """A file may state nonsense (a box at 400 degrees): nonsense fills nothing."""
    try:
        return read(record, facts)
    except (ValidationError, ValueError):
        return None


def _title(record: Record, facts: Facts) -> Text | None:
    return _text(record, record.title, facts.attributes.get("title", ""))


def _abstract(record: Record, facts: Facts) -> Text | None:
    return _text(record, record.abstract, facts.attributes.get("summary", ""))


def _text(record: Record, before: Text, said: str) -> Text | None:
    if before or not said.strip():  # the first file's words stay
        return None
    return Text(fr=said.strip()) if record.language == "fr" else Text(en=said.strip())


def _extents(record: Record, facts: Facts) -> tuple[Extent, ...] | None:
    if facts.box is None:
        return None
    west, south, east, north = facts.box
    box = Box(west=west, south=south, east=east, north=north)
    boxes = [extent.box for extent in record.extents]
    if box in boxes:
        return None
    if any(one.west > one.east for one in (*boxes, box)) or not boxes:
        return (*record.extents, Extent(box=box))
    return (Extent(box=_around(box, *boxes)),)


def _around(*boxes: Box) -> Box:
    return Box(
        west=min(box.west for box in boxes),
        south=min(box.south for box in boxes),
        east=max(box.east for box in boxes),
        north=max(box.north for box in boxes),
    )


def _periods(record: Record, facts: Facts) -> tuple[Period, ...] | None:
    if not facts.start:
        return None
    starts = [_moment(facts.start), *(period.start for period in record.periods)]
    ends = [_moment(facts.end or facts.start), *(period.end for period in record.periods if period.end)]
    return (Period(start=min(starts, key=_sortable), end=max(ends, key=_sortable)),)


def _moment(text: str) -> dt.datetime | dt.date:
    if len(text) <= 10:
        return dt.date.fromisoformat(text)
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _sortable(moment: dt.datetime | dt.date) -> dt.datetime:
    if isinstance(moment, dt.datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return dt.datetime(moment.year, moment.month, moment.day, tzinfo=dt.UTC)


def _reference_systems(record: Record, facts: Facts) -> tuple[ReferenceSystem, ...] | None:
    if not (facts.crs or facts.crs_wkt):
        return None
    is_code = facts.crs.startswith("EPSG:")
    found = ReferenceSystem(
        code=facts.crs if is_code else "",
        name="" if is_code else facts.crs,
        wkt="" if is_code else facts.crs_wkt,
    )
    return None if found in record.reference_systems else (*record.reference_systems, found)


def _resolutions(record: Record, facts: Facts) -> tuple[Resolution, ...] | None:
    if not facts.resolution_m:
        return None
    found = Resolution(distance_m=round(facts.resolution_m, 3))
    return None if found in record.resolutions else (*record.resolutions, found)


def _representation(record: Record, facts: Facts) -> Representation | None:
    if record.representation or not facts.representation:
        return None
    return Representation(facts.representation)


def _variables(record: Record, facts: Facts) -> tuple[Variable, ...] | None:
    known = {variable.name for variable in record.variables}
    found = tuple(
        Variable(name=fact.name, label=Text(en=fact.label), standard_name=fact.standard_name, unit=fact.unit)
        for fact in facts.variables
        if fact.name not in known
    )
    return (*record.variables, *found) if found else None


def _classes(record: Record, facts: Facts) -> tuple[MapClass, ...] | None:
    known = {item.code for item in record.classes}
    found = tuple(
        MapClass(code=fact.code, label=Text(en=fact.label), colour=_colour(fact.colour))
        for fact in facts.classes
        if fact.code not in known and fact.label  # a palette without names says nothing
    )
    return (*record.classes, *found) if found else None


def _colour(text: str) -> str:
    return text.lower() if _HEX_COLOUR.fullmatch(text.lower()) else "#808080"


#: record field -> how it is read; None: the file says nothing about it
FILLERS: dict[str, Callable[[Record, Facts], Any]] = {
    "title": _title,
    "abstract": _abstract,
    "extents": _extents,
    "periods": _periods,
    "reference_systems": _reference_systems,
    "resolutions": _resolutions,
    "representation": _representation,
    "variables": _variables,
    "classes": _classes,
}
