# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record as XML can hold it: forbidden characters dropped, blank texts empty, nameless people left out."""

from __future__ import annotations

from enum import Enum
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
    if isinstance(value, str) and not isinstance(value, Enum):
        text = clean(value)
        return text if text.strip() else ""
    if isinstance(value, tuple):
        items = [_cleaned(item) for item in value]
        return tuple(item for item in items if not isinstance(item, _NEED_A_NAME) or _name(item))
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _cleaned(getattr(value, name)) for name in type(value).model_fields})
    return value


def _name(item: Agent | Contributor | Funding | Organisation) -> str:
    if isinstance(item, Contributor):
        return item.agent.name
    return item.funder if isinstance(item, Funding) else item.name
