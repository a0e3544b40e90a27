# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links, grants, parent, versions and rights, from Relation and Rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terracite.record import vocabularies
from terracite.record.geoflow.cells import Component
from terracite.record.geoflow.locales import Entry
from terracite.record.geoflow.read_coverage import embargo
from terracite.record.geoflow.row import RowReader
from terracite.record.geoflow.writing import LANDING, NEXT, PREVIOUS, SOURCE
from terracite.record.identifiers import bare_doi
from terracite.record.model import Access, AccessKind, Funding, Parent, Related, Source, Text

_COLUMN = "Relation"
_CONDITIONS = ("accessConditions", "useLimitation", "use", "termsOfUse", "disclaimer", "citation", "otherConstraint")
_RIGHTS = {
    "open": AccessKind.OPEN,
    "embargoed": AccessKind.EMBARGOED,
    "restricted": AccessKind.RESTRICTED,
    "closed": AccessKind.RESTRICTED,
}
#: MD_RestrictionCode that says that not everybody may have the data
_RESTRICTIONS = frozenset({"restricted", "confidential", "private", "inconfidence", "in-confidence", "topsecret"})


def links(row: RowReader) -> dict[str, Any]:
    """parent, related, sources, previous and next DOI; thumbnails are left."""
    list(row.take(_COLUMN, "http", described=LANDING))
    parents = [parent for group in row.grouped(_COLUMN, "parent") if (parent := _parent(*group))]
    for other in parents[1:]:
        row.say(_COLUMN, "twice", other.identifier, read=parents[0].identifier, expected="parent")
    return {
        "parent": parents[0] if parents else None,
        "sources": tuple(_sources(row)),
        "previous_doi": _version(row, PREVIOUS),
        "next_doi": _version(row, NEXT),
        "related": tuple(_related(row)),
    }


def grants(row: RowReader) -> list[Funding]:
    """Fundings from ``grant``: the funder describes the key."""
    return [
        Funding(
            funder=component.description or item.description or item.text,
            funder_id=component.uri,
            award_number=item.text,
            award_title=item.description,
            award_uri=item.uri,
        )
        for component in row.take(_COLUMN, "grant")
        for item in component.items
    ]


def rights(row: RowReader) -> dict[str, Any]:
    """licence and access."""
    named = [component.text for component in row.take("Rights", "license")]
    for other in named[1:]:
        row.say("Rights", "twice", other, read=named[0], expected=Text(fr="La licence", en="The licence"))
    conditions = row.texts("Rights", *_CONDITIONS)
    licence, more = _licence(named[0]) if named else (_licence_in(conditions), "")
    if more:
        conditions.append(Text.model_validate({row.language: more}))
    return {"licence": licence, "access": _access(row, conditions)}


def _licence(text: str) -> tuple[str, str]:
    """The licence in a text, and the lines that follow it: "Attribution 4.0 International (CC BY 4.0)"."""
    first, _, more = text.partition("\n")
    between = re.search(r"\(([^()]+)\)\s*$", first)
    found = vocabularies.spdx_of(first) or (vocabularies.spdx_of(between[1]) if between else "")
    return found or first.strip(), more.strip()


def _licence_in(conditions: list[Text]) -> str:
    return next((found for text in conditions if (found := vocabularies.spdx_of(text.best()))), "")


def _access(row: RowReader, conditions: list[Text]) -> Access:
    until = embargo(row)
    said = row.text("Rights", "accessRight")
    kind = _RIGHTS.get(said.casefold().removesuffix("access"), AccessKind.UNKNOWN)
    if said and said.casefold().removesuffix("access") not in _RIGHTS:
        row.say("Rights", "unknown_code", said, read=kind.value, expected="accessRight")
    if not said and _is_restricted(row):
        kind = AccessKind.RESTRICTED
    if until and kind is not AccessKind.RESTRICTED:
        kind = AccessKind.EMBARGOED
    if kind is AccessKind.EMBARGOED and until is None:
        row.say("Rights", "repaired", said, read=AccessKind.RESTRICTED.value)
        kind = AccessKind.RESTRICTED
    until = until if kind is AccessKind.EMBARGOED else None
    return Access(kind=kind, embargo_until=until, conditions=_joined(conditions))


def _is_restricted(row: RowReader) -> bool:
    return any(
        component.text.casefold() in _RESTRICTIONS for component in row.row.entity.of("Rights", "accessConstraint")
    )


def _joined(conditions: list[Text]) -> Text:
    unique = list(dict.fromkeys(conditions))
    return Text(
        fr="\n".join(text.fr for text in unique if text.fr), en="\n".join(text.en for text in unique if text.en)
    )


def _parent(_: Component, found: list[Entry]) -> Parent | None:
    entry = found[0] if found else Entry(Text())
    identifier = entry.text.best() or entry.uri
    return Parent(identifier=identifier, title=entry.description) if identifier else None


def _version(row: RowReader, relation: str) -> str:
    """The DOI of another version; anything else of that relation stays a related resource."""
    for component in list(row.take(_COLUMN, "ref", described=relation)):
        if doi := bare_doi(component.text):
            return doi
        row.give_back(_COLUMN, component)
    return ""


def _sources(row: RowReader) -> Iterator[Source]:
    for _, found in row.grouped(_COLUMN, "ref", described=SOURCE):
        for entry in found:
            yield Source(title=entry.text.best(row.language), identifier=entry.uri, description=entry.description)


def _related(row: RowReader) -> Iterator[Related]:
    keys = dict.fromkeys(component.key for component in row.row.entity.of(_COLUMN) if component.key != "thumbnail")
    for component, found in row.grouped(_COLUMN, *keys) if keys else ():
        for entry in found:
            identifier = entry.uri or entry.text.best()
            title = entry.text.best(row.language) if entry.uri else ""
            yield Related(identifier=identifier, relation=_relation(component), title=title, note=entry.description)


def _relation(component: Component) -> str:
    if component.description in vocabularies.relations():
        return component.description
    return "HasMetadata" if component.key.startswith("csw") else "References"
