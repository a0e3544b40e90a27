# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an import would change, field by field, before anything is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from terracite.record.model import Access, AccessKind, Language, Record, Text
from terracite.record.origins import is_unread
from terracite.repository.importing.sources import Found
from terracite.repository.records import SYSTEM_DATES, SYSTEM_FIELDS, value_at

#: what a form asks for, in its order; texts by language, so that a title in one leaves the other
FIELDS = (
    "title.fr", "title.en", "abstract.fr", "abstract.en", "lineage.statement.fr", "lineage.statement.en",
    "lineage.sources", "lineage.steps", "purpose.fr", "purpose.en", "notes.fr", "notes.en", "language",
    "data_languages", "resource_type", "topics", "keywords", "variables", "classes", "nomenclature", "extents",
    "reference_systems", "resolutions", "representation", "periods", "eras", "time_resolution", "platforms", "quality",
    "creators", "contacts", "contributors", "funding", "dates", "licence", "access", "related",
)  # fmt: skip
_LISTS_JOINED = frozenset({"related", "keywords"})  #: taken in addition, not instead
#: a value that every record has: nothing is lost where it is replaced
_WITHOUT_EMPTY = frozenset({"language", "resource_type"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One field: what the source says, what the draft says now, and whether it is taken unless somebody unticks."""

    name: str
    value: Any
    before: Any
    is_default: bool
    is_added: bool = False  #: a list that is joined to the one before


@dataclass(frozen=True, slots=True)
class Offered:
    """Everything an import offers; ``same`` names fields that already say so, ``not_taken`` what has no place."""

    offers: list[Offer] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    not_taken: list[tuple[str, str]] = field(default_factory=list)


def offer(found: Found, record: Record) -> Offered:
    """What could be taken from a source into a record."""
    offered = Offered()
    for name in FIELDS:
        value, before = _given(found.record, name), _given(record, name)
        if _is_empty(value):
            continue
        if name in _LISTS_JOINED:
            value = tuple(item for item in value if _key(item) not in {_key(one) for one in before})
        if _is_empty(value) or value == before:
            offered.same.append(name)
            continue
        is_open = _is_empty(before) or is_unread(record, name.partition(".")[0])
        is_default = is_open or name in _LISTS_JOINED
        is_default = is_default and name not in _WITHOUT_EMPTY
        offered.offers.append(Offer(name, value, before, is_default, name in _LISTS_JOINED and bool(before)))
    offered.not_taken.extend(_not_taken(found))
    return offered


def values_of(offered: Offered, names: set[str]) -> dict[str, object]:
    """The changes that the chosen fields make, as `deposits.save` takes them."""
    chosen = [item for item in offered.offers if item.name in names]
    return {item.name: (*item.before, *item.value) if item.is_added else item.value for item in chosen}


def _given(record: Record, name: str) -> Any:
    value: Any = value_at(record, name)
    if name == "dates":
        return tuple(date for date in value if date.kind not in SYSTEM_DATES)
    if name == "access" and value.kind is AccessKind.UNKNOWN:
        return None
    if isinstance(value, Access) and value.kind is AccessKind.EMBARGOED and value.embargo_until is None:
        return None
    return value


def _is_empty(value: Any) -> bool:
    return value in (None, "", (), [])


def _key(item: Any) -> str:
    """What makes two items of a list the same: their address, else their words."""
    if identifier := getattr(item, "identifier", "") or getattr(item, "uri", ""):
        return str(identifier).casefold()
    label = getattr(item, "label", Text())
    return (label.best("en") if isinstance(label, Text) else str(item)).casefold()


def _not_taken(found: Found) -> Iterator[tuple[str, str]]:
    """What the source says and the form has no place for: our own fields first, then what its reader left over."""
    record = found.record
    shown: Language = record.first_language
    own = (
        ("publisher", record.publisher.name if record.publisher else ""),
        ("parent", record.parent.title.best(shown) if record.parent else ""),
        ("files", ", ".join(file.path for file in record.files[:20])),
        ("thumbnail", record.thumbnail),
    )
    yield from ((name, value) for name, value in own if value and name in {*SYSTEM_FIELDS, "thumbnail"})
    for date in record.dates:
        if date.kind in SYSTEM_DATES:
            yield f"dates ({date.kind.value})", date.on.isoformat()
    yield from ((leftover.where, leftover.value) for leftover in found.leftovers)
