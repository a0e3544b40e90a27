# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record as XML can hold it: forbidden characters dropped, blank texts empty, nameless people left out."""

from __future__ import annotations

import operator
from typing import Any

from pydantic import BaseModel

from terracite.record.markup import clean
from terracite.record.model import Agent, Contributor, Funding, Organisation, Record

_NEED_A_NAME = (Agent, Contributor, Funding, Organisation)


def cleaned(record: Record) -> Record:
    """The record with every text cleaned, so that what a writer finds non-empty stays so in the document."""
    copy: Record = _cleaned(record)
    return copy


def _cleaned(value: Any) -> Any:
    """The value cleaned; itself, not a copy, when there was nothing to clean, as there seldom is."""
    kind = type(value)
    if kind is str:
        text = clean(value)
        return text if text.strip() else ""
    if kind is tuple:
        return _cleaned_items(value)
    if isinstance(value, BaseModel):
        changed = {}
        for name, part in value.__dict__.items():
            if (after := _cleaned(part)) is not part:
                changed[name] = after
        return value.model_copy(update=changed) if changed else value
    return value


def _cleaned_items(items: tuple[Any, ...]) -> tuple[Any, ...]:
    kept = tuple(item for item in map(_cleaned, items) if not isinstance(item, _NEED_A_NAME) or _name(item))
    same = len(kept) == len(items) and all(map(operator.is_, kept, items))
    return items if same else kept


def _name(item: Agent | Contributor | Funding | Organisation) -> str:
    if isinstance(item, Contributor):
        return item.agent.name
    return item.funder if isinstance(item, Funding) else item.name
