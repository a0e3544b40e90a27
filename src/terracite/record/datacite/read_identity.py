# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 1 and 11 read: the DOI, the uuid, other identifiers; and when the record itself was made."""

from __future__ import annotations

from typing import Any

from terracite.record.datacite.desk import Desk
from terracite.record.datacite.views import Part
from terracite.record.identifiers import bare_doi
from terracite.record.reading import values
from terracite.record.reading.identity import uuid_for, uuid_in


def identity(desk: Desk, root: Part, document: bytes) -> dict[str, Any]:
    doi = ""
    uuid = ""
    other = ""
    for part, kind, text in _identifiers(root):
        if bare_doi(text) and kind.casefold() in {"", "doi"} and not doi:
            doi = bare_doi(text)
        elif uuid_in(text) and not uuid:
            uuid = text
        elif bare_doi(text).casefold() != doi.casefold() or not doi:
            other = other or text
            desk.keep(part, f"{kind} {text}".strip())
    moments = {"record_created": _moment(root, "created"), "record_updated": _moment(root, "updated")}
    return {"doi": doi, "uuid": uuid_for(uuid or doi or other, document)} | moments


def _identifiers(root: Part) -> list[tuple[Part, str, str]]:
    """Every identifier of the resource, with its type: the DOI first."""
    found = [(part, "DOI", part.own()) for part in root.parts("doi")]
    found += [(part, part.text("identifierType"), part.own()) for part in root.parts("identifier")]
    for part in root.parts("identifiers"):
        found.append((part, part.text("identifierType"), part.text("identifier")))
    for part in root.parts("alternateIdentifiers"):
        found.append((part, part.text("alternateIdentifierType"), part.own()))
    if not any(text for _, _, text in found):
        found += [(part, "", part.own()) for part in root.parts("id")]
    return [(part, kind, text) for part, kind, text in found if text]


def _moment(root: Part, name: str) -> Any:
    """Of the record, as the REST API tells it."""
    return next((moment for part in root.parts(name) if (moment := values.moment(part.own()))), None)
