# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record as XML can hold it: forbidden characters dropped, blank texts empty, nameless people left out."""

from __future__ import annotations

import datetime as dt
import operator
from typing import Any

from pydantic import BaseModel

from terracite.record.markup import clean
from terracite.record.model import Agent, Contributor, Funding, Organisation, Record

_NEED_A_NAME = (Agent, Contributor, Funding, Organisation)

#: values that hold no text
_PLAIN = frozenset({int, float, bool, dt.date, dt.datetime})


#: the record that was cleaned last, and what it became: pages and harvesters ask for one in many formats
_last: tuple[Record, Record] | None = None


def cleaned(record: Record) -> Record:
    """The record with every text cleaned, so that what a writer finds non-empty stays so in the document."""
    global _last
    last = _last  # another thread may put its own there meanwhile
    if last is not None and last[0] is record:
        return last[1]
    copy: Record = _cleaned(record)
    _last = (record, copy)
    return copy


def _cleaned(part: Any) -> Any:
    """The part of a record cleaned; itself, not a copy, when there was nothing to clean, as there seldom is."""
    if isinstance(part, BaseModel):
        changed = {name: after for name, value in part.__dict__.items() if (after := _value(value)) is not value}
        return part.model_copy(update=changed) if changed else part
    return _value(part)


def _value(value: Any) -> Any:
    kind = type(value)
    if not value or kind in _PLAIN:
        return value
    if kind is str:
        text = clean(value)
        return text if text.strip() else ""
    if kind is tuple:
        return _items(value)
    return _cleaned(value) if isinstance(value, BaseModel) else value


def _items(items: tuple[Any, ...]) -> tuple[Any, ...]:
    kept = tuple(item for item in map(_cleaned, items) if not isinstance(item, _NEED_A_NAME) or _name(item))
    same = len(kept) == len(items) and all(map(operator.is_, kept, items))
    return items if same else kept


def _name(item: Agent | Contributor | Funding | Organisation) -> str:
    if isinstance(item, Contributor):
        return item.agent.name
    return item.funder if isinstance(item, Funding) else item.name
