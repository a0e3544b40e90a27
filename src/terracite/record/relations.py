# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every link of a record to another resource, in one list: related, sources, deposit, versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terracite.record import vocabularies
from terracite.record.identifiers import as_urn, bare_doi, identifier_type
from terracite.record.model import Language, Parent, Record, Related, Source

#: DataCite 4.7, relatedIdentifierType
IDENTIFIER_TYPES = vocabularies.words("identifier_types")
#: DataCite 4.7, resourceTypeGeneral
RESOURCE_TYPES = vocabularies.words("resource_types")


@dataclass(frozen=True, slots=True)
class Relation:
    """ "This dataset ``relation`` that resource"; ``kind`` is DataCite's identifier type, "" = none it knows."""

    identifier: str
    kind: str
    relation: str  #: DataCite's relationType
    title: str = ""
    resource_type: str = ""  #: DataCite's resourceTypeGeneral
    source: str = ""  #: the identifier as the record has it


def relations(record: Record) -> list[Relation]:
    """The links of the record, each identifier and relation once; a DOI without its resolver."""
    found: dict[tuple[str, str], Relation] = {}
    for relation in _all(record):
        found.setdefault((relation.identifier.lower(), relation.relation), relation)
    return list(found.values())


def of_related(related: Related) -> Relation:
    """The link to one related resource."""
    return _relation(
        related.identifier,
        related.relation,
        related.title,
        related.resource_type,
        related.identifier_type,
    )


def of_source(source: Source) -> Relation:
    """The link to what the data were made from."""
    return _relation(source.identifier, "IsDerivedFrom", source.title)


def of_parent(parent: Parent, language: Language) -> Relation:
    """The link to the deposit, titled in ``language``."""
    return _relation(parent.identifier, "IsPartOf", parent.title.best(language), "Collection")


def _all(record: Record) -> Iterator[Relation]:
    yield from map(of_related, record.related)
    yield from map(of_source, record.lineage.sources)
    if record.parent:
        yield of_parent(record.parent, record.first_language)
    version = record.version
    for doi, relation in (
        (version.previous_doi, "IsNewVersionOf"),
        (version.next_doi, "IsPreviousVersionOf"),
        (version.concept_doi, "IsVersionOf"),
    ):
        if doi:
            yield _relation(doi, relation, resource_type="Dataset")


def _relation(identifier: str, relation: str, title: str = "", resource_type: str = "", kind: str = "") -> Relation:
    doi = bare_doi(identifier)
    source, identifier = identifier or title, as_urn(identifier)
    found = kind if kind in IDENTIFIER_TYPES else ("DOI" if doi else identifier_type(identifier))
    return Relation(
        identifier=doi or identifier or title,
        kind=found if identifier else "",
        relation=relation if relation in vocabularies.relations() else "Other",
        title=title,
        resource_type=resource_type if resource_type in RESOURCE_TYPES else "",
        source=source,
    )
