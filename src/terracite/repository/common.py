# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a deposit says once for all its datasets, and how a change of it reaches their drafts.

The values are a part of a record (``Deposit.common``); with the title, description and disciplines of the deposit
they make a record of its own, `record_of`, that its datasets inherit from (`terracite.record.inheritance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from terracite.record.inheritance import INHERITABLE
from terracite.record.model import Record
from terracite.record.native import from_content
from terracite.repository.models import Deposit

#: what may be typed for a whole deposit; where, when and with which instrument differ from dataset to dataset
COMMON = (
    "language", "keywords", "topics", "creators", "contacts", "contributors", "funding", "licence", "access", "related",
)  # fmt: skip


def record_of(deposit: Deposit) -> Record:
    """The deposit as a record: title and description, disciplines, and the values its datasets inherit."""
    content: dict[str, Any] = {
        "title": {"fr": deposit.title_fr, "en": deposit.title_en},
        "abstract": {"fr": deposit.description_fr, "en": deposit.description_en},
        "disciplines": deposit.disciplines,
    }
    return from_content(Record(uuid=deposit.uuid).model_dump(mode="json") | content | deposit.common)


def said_by(deposit: Deposit) -> tuple[str, ...]:
    """The fields that the deposit gives a value to, for its datasets to take."""
    record, empty = record_of(deposit), Record()
    return tuple(name for name in INHERITABLE if getattr(record, name) != getattr(empty, name))


def write(deposit: Deposit, record: Record) -> None:
    """Put such a record back into the columns of the deposit (not saved yet)."""
    deposit.title_fr, deposit.title_en = record.title.fr[:500], record.title.en[:500]
    deposit.description_fr, deposit.description_en = record.abstract.fr, record.abstract.en
    deposit.disciplines = [item.value for item in record.disciplines]
    deposit.common = _own(record.model_dump(mode="json"), COMMON)


def _own(content: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    empty = Record().model_dump(mode="json")
    return {name: content[name] for name in names if content[name] != empty[name]}
