# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dataset takes from the deposit it belongs to: values given once, seen as inherited, overridden at will."""

from __future__ import annotations

from typing import Any

from terracite.record.model import Origin, OriginKind, Record, Text
from terracite.record.origins import OF_ACCOUNT

#: what a deposit may say for all its datasets; never what names one dataset (title, files, DOI...)
INHERITABLE = (
    "language",
    "disciplines",
    "topics",
    "keywords",
    "creators",
    "contributors",
    "contacts",
    "publisher",
    "funding",
    "extents",
    "reference_systems",
    "periods",
    "platforms",
    "licence",
    "access",
    "related",
    "data_languages",
)


def inherit(record: Record, deposit: Record, *, of: str = "") -> Record:
    """The record with what it leaves empty taken from ``deposit``, marked as inherited.

    A value inherited earlier follows the deposit when that changes; a value of the record's own stays, and so does
    a field that somebody emptied. ``of`` names the deposit in the origin of the values.
    """
    origin = Origin(kind=OriginKind.INHERITED, detail=of)
    taken = {name: getattr(deposit, name) for name in INHERITABLE if _is_open(record, name)}
    given = {name: value for name, value in taken.items() if not _is_empty(name, value)}
    gone = [name for name in taken if name not in given and is_inherited(record, name)
            and record.origin(name) != OF_ACCOUNT]  # fmt: skip
    return without(record, *gone).with_values(origin, **given)


def is_inherited(record: Record, field: str) -> bool:
    """Whether the value came from the deposit."""
    origin = record.origin(field)
    return origin is not None and origin.kind is OriginKind.INHERITED


def without(record: Record, *fields: str) -> Record:
    """The record with these fields empty again, their origins forgotten."""
    origins = {name: origin for name, origin in record.origins.items() if name.partition(".")[0] not in fields}
    empty = {name: _default(name) for name in fields}
    return record.model_copy(update={**empty, "origins": origins})


def _is_open(record: Record, field: str) -> bool:
    """Whether the deposit may say it: what a person emptied on purpose stays empty."""
    if is_inherited(record, field):
        return True
    if field == "language":  # never empty: given by the deposit until there are words in it
        return record.origin(field) is None and not record.title and not record.abstract
    origin = record.origin(field)
    return _is_empty(field, getattr(record, field)) and (origin is None or origin.kind is not OriginKind.TYPED)


def _is_empty(field: str, value: Any) -> bool:
    return bool(value == _default(field)) or (isinstance(value, Text) and not value)


def _default(field: str) -> Any:
    return Record.model_fields[field].get_default(call_default_factory=True)
