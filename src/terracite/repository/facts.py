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
from terracite.record import vocabularies
from terracite.record.model import (
    Access,
    AccessKind,
    Box,
    DateKind,
    Extent,
    Lineage,
    MapClass,
    Origin,
    OriginKind,
    Period,
    Record,
    RecordDate,
    ReferenceSystem,
    Representation,
    Resolution,
    Text,
    Variable,
)
from terracite.record.native import from_content
from terracite.record.origins import is_unread, untouched
from terracite.record.rules import Finding
from terracite.repository.conflicts import between
from terracite.repository.described import reading, strict
from terracite.repository.models import DatasetVersion

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
    """The record as if only these files were there: what was read from files is read again.

    Words come from documents first, whenever they arrived; where and when from the data, and from documents only
    where the data do not tell. What was only proposed, and nobody read, gives way to what files say.
    """
    proposed = {field: (getattr(record, field), record.origins[field]) for field in FILLERS if is_unread(record, field)}
    for field in proposed:
        record = untouched(record, field)
    empty = {field: Record.model_fields[field].get_default() for field in FILLERS if _is_extracted(record, field)}
    kept = {field: origin for field, origin in record.origins.items() if field not in empty}
    record = record.model_copy(update={**empty, "origins": kept})
    for filename, facts in sorted(facts_by_file.items(), key=lambda item: not is_document(item[1])):
        record = apply(record, words_of(facts), filename)
    for filename, facts in facts_by_file.items():
        record = apply(record, facts, filename)
    for filename, facts in facts_by_file.items():
        record = _from_documents(record, facts, filename)
    for field, (value, origin) in proposed.items():
        if _is_empty(record, field):
            record = record.with_values(origin, **{field: value})
    return record


def conflicts(version: DatasetVersion) -> list[Finding]:
    """What the files of a version say against each other."""
    known = {file.path: Facts.from_dict(file.facts) for file in version.files.all() if file.facts}
    return list(between(known, from_content(version.record)))


def is_document(facts: Facts) -> bool:
    """Whether a file describes data rather than holding them."""
    return bool(facts.described) and facts.representation == "" and facts.box is None and not facts.variables


def words_of(facts: Facts) -> Facts:
    """Only what a file says in words."""
    return Facts(facts.format, facts.media_type, attributes=facts.attributes, described=facts.described)


def _from_documents(record: Record, facts: Facts, filename: str) -> Record:
    """Where, when and what as documents say it, for fields that nothing else filled."""
    for field in _MEASURED:
        if getattr(record, field) or not _is_free(record, field):
            continue
        value = _described_safely(facts, field)
        if value:
            record = record.with_values(_origin(record, field, filename), **{field: value})
    return record


def _is_extracted(record: Record, field: str) -> bool:
    """Whether the value is what files gave; a text that somebody changed in one language is not any more."""
    origin = record.origin(field)
    parts = (record.origins[name] for name in record.origins if name.startswith(f"{field}."))
    is_changed = any(part.kind is not OriginKind.EXTRACTED for part in parts)
    return origin is not None and origin.kind is OriginKind.EXTRACTED and not is_changed


def _is_free(record: Record, field: str) -> bool:
    return _is_empty(record, field) or _is_extracted(record, field)


def _is_empty(record: Record, field: str) -> bool:
    """Whether nobody filled the field; somebody who emptied it on purpose filled it too."""
    origin = record.origin(field)
    if origin is not None and origin.kind is OriginKind.TYPED:
        return False
    value = getattr(record, field)
    if field == "dates":
        return record.date(DateKind.CREATED) is None
    return not value or value == Record.model_fields[field].get_default(call_default_factory=True)


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


def _described_safely(facts: Facts, field: str) -> Any:
    try:
        return reading.value_of(facts.described, field)
    except (ValidationError, ValueError, TypeError, AttributeError):
        return None


def _said(field: str) -> Callable[[Record, Facts], Any]:
    """What a document says; the first file's words stay."""
    return lambda record, facts: None if getattr(record, field) else _described_safely(facts, field) or None


def _title(record: Record, facts: Facts) -> Text | None:
    return _text(record, "title", facts, "title")


def _abstract(record: Record, facts: Facts) -> Text | None:
    return _text(record, "abstract", facts, "summary")


def _text(record: Record, field: str, facts: Facts, attribute: str) -> Text | None:
    """As a document says it, else the attribute of a file, in the language of the record."""
    if getattr(record, field):  # the first file's words stay
        return None
    if found := _described_safely(facts, field):
        return found if isinstance(found, Text) else None
    said = facts.attributes.get(attribute, "").strip()
    text = Text(fr=said) if record.language == "fr" else Text(en=said)
    found = strict.sound({field: text}).get(field)
    return found if isinstance(found, Text) else None


def _dates(record: Record, facts: Facts) -> tuple[RecordDate, ...] | None:
    """The day the data were made: the latest of what the files say, since the dataset is made when all of it is."""
    said = [date for date in _described_safely(facts, "dates") or () if date.kind is DateKind.CREATED]
    if not said and facts.created and strict.is_possible_day(day := dt.date.fromisoformat(facts.created)):
        said = [RecordDate(kind=DateKind.CREATED, on=day)]
    before = [date for date in record.dates if date.kind is DateKind.CREATED]
    if not said or (before and max(before, key=_on).on >= max(said, key=_on).on):
        return None
    others = tuple(date for date in record.dates if date.kind is not DateKind.CREATED)
    return (*others, max(said, key=_on))


def _on(date: RecordDate) -> dt.date:
    return date.on


def _access(record: Record, facts: Facts) -> Access | None:
    if record.access.kind is not AccessKind.UNKNOWN:
        return None
    found = _described_safely(facts, "access")
    return found if isinstance(found, Access) else None


def _lineage(record: Record, facts: Facts) -> Lineage | None:
    if record.lineage.statement or record.lineage.steps:
        return None
    found = _described_safely(facts, "lineage")
    return found if isinstance(found, Lineage) else None


def _time_resolution(record: Record, facts: Facts) -> str | None:
    return None if record.time_resolution else facts.time_step or None


def _extents(record: Record, facts: Facts) -> tuple[Extent, ...] | None:
    if facts.box is None:
        return None
    west, south, east, north = facts.box
    box = Box(west=west, south=south, east=east, north=north)
    if not any((west, south, east, north)):
        return None
    boxes = [extent.box for extent in record.extents]
    if box in boxes:
        return None
    if any(one.west > one.east for one in (*boxes, box)) or not boxes:
        polygon = (facts.footprint,) if facts.footprint and west <= east else ()
        return (*record.extents, Extent(box=box, polygon=polygon, lowest_m=facts.lowest_m, highest_m=facts.highest_m))
    return (Extent(box=_around(box, *boxes)),)


def _around(*boxes: Box) -> Box:
    return Box(
        west=min(box.west for box in boxes),
        south=min(box.south for box in boxes),
        east=max(box.east for box in boxes),
        north=max(box.north for box in boxes),
    )


def _periods(record: Record, facts: Facts) -> tuple[Period, ...] | None:
    if not facts.start or _is_never(facts):
        return None
    starts = [_moment(facts.start), *(period.start for period in record.periods)]
    ends = [_moment(facts.end or facts.start), *(period.end for period in record.periods if period.end)]
    return (Period(start=min(starts, key=_sortable), end=max(ends, key=_sortable)),)


def _is_never(facts: Facts) -> bool:
    """Whether the only moment is the zero of a clock."""
    return facts.start == facts.end and (facts.start or "")[:10] in {"1970-01-01", "1900-01-01"}


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
        Variable(
            name=fact.name,
            label=Text(en=fact.label),
            standard_name=fact.standard_name if vocabularies.standard_unit(fact.standard_name) is not None else "",
            unit=fact.unit,
        )
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
    "time_resolution": _time_resolution,
    "lineage": _lineage,
    "topics": _said("topics"),
    "keywords": _said("keywords"),
    "creators": _said("creators"),
    "contributors": _said("contributors"),
    "contacts": _said("contacts"),
    "funding": _said("funding"),
    "dates": _dates,
    "licence": _said("licence"),
    "access": _access,
    "related": _said("related"),
    "platforms": _said("platforms"),
    "purpose": _said("purpose"),
    "data_languages": _said("data_languages"),
}
#: what data tell better than documents, which are asked last
_MEASURED = ("extents", "periods", "reference_systems", "resolutions", "representation", "variables", "time_resolution")
