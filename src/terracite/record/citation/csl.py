# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSL-JSON 1.0.2, as citation processors read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from terracite.record.citation.terms import address, issued, kind
from terracite.record.model import Agent, DateKind, Record, ResourceType

TYPES = {
    ResourceType.COLLECTION: "collection",
    ResourceType.IMAGE: "graphic",
    ResourceType.SOFTWARE: "software",
    ResourceType.TEXT: "document",
}


def to_csl(record: Record, landing_url: str = "", language: str = "") -> dict[str, Any]:
    """One item, in ``language``, by default the first of the record."""
    language = language or record.first_language
    item: dict[str, Any] = {
        "id": record.doi or str(record.uuid),
        "type": TYPES.get(record.resource_type, "dataset"),
        "genre": kind(record, language),
        "title": record.title.best(language),
        "author": [csl_name(agent) for agent in record.creators],
        "issued": _date(issued(record), record.publication_year),
        "submitted": _date(record.date(DateKind.SUBMITTED)),
        "publisher": record.publisher.name if record.publisher else "",
        "version": record.version.number,
        "DOI": record.doi,
        "URL": address(record, landing_url),
        "abstract": record.abstract.best(language),
        "keyword": ", ".join(keyword.label.best(language) for keyword in record.keywords if keyword.label),
        "language": language,
    }
    return {name: value for name, value in item.items() if value}


def csl_name(agent: Agent) -> dict[str, str]:
    if not agent.is_person:
        return {"literal": agent.organisation}
    name = {"family": agent.family_name, "given": agent.given_name}
    return {part: value for part, value in name.items() if value}


def _date(day: dt.date | None, year: int | None = None) -> dict[str, Any]:
    if day:
        return {"date-parts": [[day.year, day.month, day.day]]}
    return {"date-parts": [[year]]} if year else {}
