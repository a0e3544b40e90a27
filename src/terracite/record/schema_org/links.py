# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made and what they are tied to: sources, steps, related works, deposit, versions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from terracite.record.identifiers import doi_url, resolvable
from terracite.record.model import Language, Parent, Record, Related, Source, Step, iso
from terracite.record.schema_org.nodes import Node, property_value, said, without_empty
from terracite.record.schema_org.terms import PLAIN_RELATIONS, RELATION_PROPERTIES, WORK_TYPES


def links(record: Record, properties: Sequence[str] = ()) -> Node:
    """The properties that lead from the dataset to other things; ``properties``: where each related work stands."""
    language = record.language
    found: dict[str, list[Node]] = defaultdict(list)
    found["isBasedOn"] = [_source(item, language) for item in record.lineage.sources]
    if record.parent:
        found["isPartOf"] = [_parent(record.parent, language)]
    properties = properties or [property_of(item) for item in record.related]
    is_in_order = _is_in_reading_order(properties)
    for position, (name, related) in enumerate(zip(properties, record.related, strict=True), start=1):
        node = _related(related, name, language)
        found[name].append(node if is_in_order else node | {"position": position})
    return {**found, **_lineage(record), **_versions(record)}


def property_of(related: Related) -> str:
    return RELATION_PROPERTIES.get(related.relation, "mentions")


def _is_in_reading_order(properties: Sequence[str]) -> bool:
    """Whether a reader, who goes property by property, finds the works in their order when nothing numbers them."""
    order = list(dict.fromkeys([*RELATION_PROPERTIES.values(), "mentions"]))
    ranks = [order.index(name) for name in properties]
    return ranks == sorted(ranks)


def _lineage(record: Record) -> Node:
    statement = said(record.lineage.statement, record.language)
    node = {"@type": "dct:ProvenanceStatement", "description": statement}
    return {
        "dct:provenance": node if statement else None,
        "prov:wasGeneratedBy": [_step(step, record.language) for step in record.lineage.steps],
    }


def _step(step: Step, language: Language) -> Node:
    software = {"@type": "prov:SoftwareAgent", "name": step.software}
    plan = {"@type": ["CreativeWork", "prov:Plan"], "text": step.command}
    return without_empty(
        {
            "@type": ["Action", "prov:Activity"],
            "description": said(step.description, language),
            "prov:wasAssociatedWith": software if step.software else None,
            "prov:hadPlan": plan if step.command else None,
            "endTime": iso(step.on) if step.on else "",
        }
    )


def _source(source: Source, language: Language) -> Node:
    sha256 = re.fullmatch(r"sha256:([0-9a-f]{64})", source.checksum)
    other = property_value("checksum", source.checksum) if source.checksum and not sha256 else None
    address = resolvable(source.identifier)
    return without_empty(
        {
            "@type": ["CreativeWork", "MediaObject"] if sha256 else "CreativeWork",
            "@id": address,
            "name": source.title,
            "identifier": [item for item in (source.identifier, other) if item],
            "url": address,
            "description": said(source.description, language),
            "sha256": sha256[1] if sha256 else "",
        }
    )


def _related(related: Related, name: str, language: Language) -> Node:
    """A work; as a link with its relation where the property alone does not say it."""
    kind = WORK_TYPES.get(related.resource_type, "CreativeWork")
    is_plain = PLAIN_RELATIONS.get(name) == related.relation
    address = resolvable(related.identifier)
    return without_empty(
        {
            "@type": kind if is_plain else [kind, "LinkRole"],
            "@id": address if is_plain else "",
            "linkRelationship": "" if is_plain else related.relation,
            "name": related.title or related.identifier,
            "identifier": _identifier(related),
            "url": address,
            "additionalType": related.resource_type,
            "description": said(related.note, language),
        }
    )


def _identifier(related: Related) -> Any:
    if not related.identifier_type:
        return related.identifier
    return property_value(related.identifier_type, related.identifier, propertyID=related.identifier_type)


def _parent(parent: Parent, language: Language) -> Node:
    address = resolvable(parent.identifier)
    name = said(parent.title, language)
    node = {"@type": ["Dataset", "Collection"], "@id": address, "name": name, "identifier": parent.identifier}
    return without_empty(node | {"url": address})


def _versions(record: Record) -> Node:
    """Other versions: science-on-schema.org has prov:wasRevisionOf, Dublin Core the other two."""
    version = record.version
    return {
        "prov:wasRevisionOf": _reference(version.previous_doi),
        "dct:isReplacedBy": _reference(version.next_doi),
        "dct:isVersionOf": _reference(version.concept_doi),
        "adms:versionNotes": said(version.notes, record.language),
    }


def _reference(doi: str) -> Node | None:
    return {"@id": doi_url(doi)} if doi else None
