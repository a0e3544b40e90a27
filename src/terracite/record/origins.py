# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values that a machine put where nobody had written: who composed them, and whether a person has read them since."""

from __future__ import annotations

from collections.abc import Iterable

from terracite.record.model import Language, Origin, OriginKind, Record, Text

COMPOSED = Origin(kind=OriginKind.SUGGESTED, detail="files")  #: from the facts of the files
OF_ACCOUNT = Origin(kind=OriginKind.INHERITED, detail="account")  #: the depositor, as author and contact
_BY_MACHINE = (COMPOSED, OF_ACCOUNT)
_LANGUAGES: tuple[Language, ...] = ("fr", "en")


def by_machine(record: Record, field: str) -> bool:
    """Whether the value is one that a machine proposed, as it proposed it or changed since."""
    return record.origins.get(field) in _BY_MACHINE


def is_unread(record: Record, field: str) -> bool:
    """Whether a machine's value stands as it was proposed: nobody changed any part of it, nor said it is right."""
    return by_machine(record, field) and not any(name.startswith(f"{field}.") for name in record.origins)


def unread_parts(record: Record, field: str) -> tuple[str, ...]:
    """The texts of a field, by dotted name, that a machine wrote and nobody changed ("title.fr")."""
    if not by_machine(record, field):
        return ()
    return tuple(name for name, text in texts_of(record, field).items() if text and name not in record.origins)


def texts_of(record: Record, field: str) -> dict[str, str]:
    """The texts of a field in each language, by dotted name; of the lineage, its statement."""
    holder: Text = record.lineage.statement if field == "lineage" else getattr(record, field)
    place = "lineage.statement" if field == "lineage" else field
    return {f"{place}.{language}": getattr(holder, language) for language in _LANGUAGES}


def without_texts(record: Record, names: Iterable[str]) -> Record:
    """The record without these texts ("title.fr"); what is left of their fields is what a person typed."""
    for name in names:
        place, _dot, language = name.rpartition(".")
        field = place.partition(".")[0]
        holder: Text = record.lineage.statement if field == "lineage" else getattr(record, field)
        shorter = holder.model_copy(update={language: ""})
        value = record.lineage.model_copy(update={"statement": shorter}) if field == "lineage" else shorter
        origins = record.origins | {field: Origin(kind=OriginKind.TYPED)}
        record = record.model_copy(update={field: value, "origins": origins})
    return record


def untouched(record: Record, field: str) -> Record:
    """The record with the field empty, as if nobody had proposed anything."""
    origins = {name: origin for name, origin in record.origins.items() if name.partition(".")[0] != field}
    empty = Record.model_fields[field].get_default(call_default_factory=True)
    return record.model_copy(update={field: empty, "origins": origins})
