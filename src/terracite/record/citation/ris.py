# SPDX-License-Identifier: AGPL-3.0-or-later
"""RIS, as reference managers exchange it: one reference of type DATA; lines end with CR LF as the format asks."""

from __future__ import annotations

from terracite.record.citation.terms import address, issued
from terracite.record.model import Agent, Record, ResourceType

_TYPES = {ResourceType.SOFTWARE: "COMP", ResourceType.IMAGE: "FIGURE", ResourceType.TEXT: "RPRT"}


def to_ris(record: Record, landing_url: str = "") -> str:
    """One reference. ``M3`` says what it is; ``TT`` is the title in the other language."""
    language = record.first_language
    day = issued(record)
    tags = [
        ("TY", _TYPES.get(record.resource_type, "DATA")),
        *(("AU", _name(agent)) for agent in record.creators),
        ("TI", record.title.best(language)),
        *(("TT", text) for other, text in record.title.items() if other != language),
        ("PY", str(record.publication_year or "")),
        ("DA", day.strftime("%Y/%m/%d") if day else ""),
        ("PB", record.publisher.name if record.publisher else ""),
        ("ET", record.version.number),
        ("M3", record.resource_type.value),
        ("DO", record.doi),
        ("UR", address(record, landing_url)),
        ("AB", record.abstract.best(language)),
        *(("KW", keyword.label.best(language)) for keyword in record.keywords),
        ("LA", language),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value.strip()]
    return "\r\n".join([*lines, "ER  - ", ""])


def _name(agent: Agent) -> str:
    """ "Family, Given"; a comma ends a family name that stands alone, lest it be taken for an organisation."""
    return f"{agent.family_name}," if agent.is_person and not agent.given_name else agent.name
