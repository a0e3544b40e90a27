# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of a version: read from its columns, changed field by field, written back with what is copied from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from terracite.errors import DepositError, Problem
from terracite.record.inheritance import inherit
from terracite.record.model import (
    DataFile,
    DateKind,
    FileRole,
    Origin,
    Parent,
    Record,
    Text,
    Version,
)
from terracite.record.native import from_content
from terracite.repository import common, edits
from terracite.repository.models import DatasetVersion, Person, StoredFile
from terracite.repository.storable import storable

#: what the repository decides: nobody types these
SYSTEM_FIELDS = frozenset(
    {"schema_version", "uuid", "doi", "publisher", "parent", "files", "record_updated", "origins"}
)
OWN_VERSION_FIELDS = ("version.number", "version.notes")
SYSTEM_DATES = frozenset(
    {
        DateKind.SUBMITTED,
        DateKind.ACCEPTED,
        DateKind.AVAILABLE,
        DateKind.ISSUED,
        DateKind.UPDATED,
        DateKind.WITHDRAWN,
    }
)


def described(version: DatasetVersion) -> Record:
    """The record of a version as its column has it: all that people type, and the files it had when it was written."""
    return from_content(version.record)


def record_of(version: DatasetVersion) -> Record:
    """The canonical record of a version, its files taken from the table of files."""
    record = described(version)
    if version._state.adding:
        return record
    return record.model_copy(update={"files": tuple(data_file(file) for file in version.files.all())})


def data_file(file: StoredFile) -> DataFile:
    """A stored file as the record tells of it."""
    return DataFile(
        path=file.path,
        bytes=file.bytes,
        sha256=file.sha256,
        media_type=file.media_type,
        format=file.format,
        role=FileRole(file.role),
        description=file.description,
    )


def write(version: DatasetVersion, record: Record, by: Person | None = None) -> None:
    """Put a record into the columns of a version (not saved yet); what differs is noted as changed ``by`` them."""
    content = storable(record.model_dump(mode="json"))
    if not version._state.adding:
        _note(version, content, by)
    version.record = content
    version.title_fr, version.title_en = content["title"]["fr"][:500], content["title"]["en"][:500]
    version.access = record.access.kind.value
    version.embargo_until = record.access.embargo_until
    version.west, version.south, version.east, version.north = _bounds(record)
    version.period_start, version.period_end = _period(record)


def _note(version: DatasetVersion, content: dict[str, Any], by: Person | None) -> None:
    before, after = _typed_part(version.record), _typed_part(content)
    names = list(edits.differing(before, after))
    if names:
        version.edit += 1
        person = by.pk if by else None
        version.field_edits = edits.noted(version.field_edits, iter(names), version.edit, person, timezone.now())


def _typed_part(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in SYSTEM_FIELDS}


def first_draft(version: DatasetVersion, record: Record) -> Record:
    """A record as it enters the repository: its new identity, and what its deposit gives it."""
    deposit = version.dataset.deposit
    title = Text(fr=deposit.title_fr, en=deposit.title_en)
    parent = Parent(identifier=str(deposit.uuid), title=title)
    own_dates = tuple(date for date in record.dates if date.kind not in SYSTEM_DATES)
    identity = {
        "uuid": version.uuid,
        "doi": "",
        "parent": parent,
        "version": Version(),
        "dates": own_dates,
        "files": (),
    }
    return inherit(record.model_copy(update=identity), common.record_of(deposit))


def changed(record: Record, changes: Mapping[str, object], origin: Origin) -> Record:
    """The record with ``changes`` made, those that differ marked with ``origin``. Every mistake in a `DepositError`."""
    touched = {name.partition(".")[0] for name in changes}
    content = record.model_dump(mode="json", include=touched)
    problems = [problem for name in changes for problem in _name_problems(name, content)]
    if problems:
        raise DepositError("These fields cannot be changed.", problems)
    for name, value in changes.items():
        _put(content, name, storable(plain(value)))
    after = _validated({**dict(record), **content})  # what is not touched was validated before, and stays as it is
    after = after.model_copy(update={"dates": _own_dates(after, record)})
    marked = {name: origin for name in changes if value_at(after, name) != value_at(record, name)}
    return after.model_copy(update={"origins": after.origins | marked}) if marked else record


def value_at(record: Record, name: str) -> object:
    """The value of a field by its dotted name ("title.fr")."""
    value: Any = record
    for part in name.split("."):
        value = getattr(value, part)
    return value


def snapshot_hash(record: Record) -> str:
    """SHA-256 of everything that a desk reads: the record (without what the system adds later) and its files."""
    content = record.model_dump(mode="json", exclude=set(SYSTEM_FIELDS - {"files", "uuid"}))
    content["dates"] = [date for date in content["dates"] if DateKind(date["kind"]) not in SYSTEM_DATES]
    for name in ("next_doi", "concept_doi"):
        content["version"].pop(name)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: Record, after: Record) -> tuple[str, ...]:
    """The names of the fields that differ, apart from where values came from."""
    names = (name for name in Record.model_fields if name not in {"origins", "record_updated"})
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _name_problems(name: str, content: dict[str, Any]) -> Iterator[Problem]:
    field = name.partition(".")[0]
    if field in SYSTEM_FIELDS or (field == "version" and not name.startswith(OWN_VERSION_FIELDS)):
        yield Problem(name, "the repository sets this field.", "Leave it out.")
    elif field not in Record.model_fields:
        near = get_close_matches(field, Record.model_fields, n=1)
        yield Problem(name, "there is no such field.", f"Did you mean '{near[0]}'?" if near else "")
    elif not _has_place(name, content):
        yield Problem(name, "there is no such field.", f"Change '{field}' as a whole.")


def _has_place(name: str, content: dict[str, Any]) -> bool:
    inner: object = content
    for part in name.split("."):
        if not isinstance(inner, dict) or part not in inner:
            return False
        inner = inner[part]
    return True


def _put(content: dict[str, Any], name: str, value: object) -> None:
    *path, last = name.split(".")
    for part in path:
        content = content[part]
    content[last] = value


def plain(value: object) -> object:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _validated(content: dict[str, Any]) -> Record:
    try:
        return Record.model_validate(content)
    except ValidationError as error:
        problems = [
            Problem(
                ".".join(str(part) for part in item["loc"]) or "record",
                f"{item['msg'].removeprefix('Value error, ')}.",
            )
            for item in error.errors()
        ]
        raise DepositError("Some values cannot be used.", problems, hint="Correct them and save again.") from error


def _own_dates(after: Record, before: Record) -> tuple[Any, ...]:
    typed = tuple(date for date in after.dates if date.kind not in SYSTEM_DATES)
    return typed + tuple(date for date in before.dates if date.kind in SYSTEM_DATES)


def _bounds(record: Record) -> tuple[float | None, float | None, float | None, float | None]:
    """The box around all extents; around the globe when one of several crosses the antimeridian."""
    boxes = [extent.box for extent in record.extents]
    if not boxes:
        return None, None, None, None
    south, north = min(box.south for box in boxes), max(box.north for box in boxes)
    if len(boxes) > 1 and any(box.west > box.east for box in boxes):
        return -180.0, south, 180.0, north
    return (
        boxes[0].west if len(boxes) == 1 else min(box.west for box in boxes),
        south,
        max(box.east for box in boxes),
        north,
    )


def _period(record: Record) -> tuple[dt.date | None, dt.date | None]:
    """First and last day; the last is None while a series goes on."""
    starts = [_day(period.start) for period in record.periods]
    ends = [_day(period.end) for period in record.periods if period.end is not None]
    is_open = any(period.ongoing or period.end is None for period in record.periods)
    return min(starts, default=None), None if is_open else max(ends, default=None)


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
