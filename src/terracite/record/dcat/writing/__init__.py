# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record as DCAT-AP 3.0.1 or GeoDCAT-AP 3.0: the dataset, and what is said of the description itself."""

from __future__ import annotations

from uuid import UUID

from terracite.record.cleaning import cleaned
from terracite.record.dcat.graph import Description, Link, Literal, Thing, as_iri
from terracite.record.dcat.vocabulary import DCAT_AP, GEODCAT_AP, NO_DESCRIPTION
from terracite.record.dcat.writing import content, coverage, lineage, people, publication, subjects
from terracite.record.dcat.writing.terms import language, moment
from terracite.record.identifiers import doi_url
from terracite.record.model import Record


def describe(record: Record, landing_url: str, *, geo: bool = False) -> list[Thing]:
    """The dataset, then its catalogue record; ``geo``: with GeoDCAT-AP's own properties."""
    record = cleaned(record.without_emails())
    page = as_iri(landing_url) or f"urn:uuid:{record.uuid}"
    description = Description()
    iri = description.claim(doi_url(record.doi) if record.doi else f"{page}#dataset")
    dataset = Thing(("dcat:Dataset",), iri)
    _identity(dataset, record)
    subjects.add(dataset, record, description, geo=geo)
    people.add(dataset, record, description, geo=geo)
    publication.add_dates(dataset, record)
    coverage.add(dataset, record, description, geo=geo)
    lineage.add(dataset, record, description)
    content.add(dataset, record, page)
    publication.add(dataset, record, description, page)
    return [dataset, _catalogue_record(record, page, iri, geo=geo)]


def _identity(dataset: Thing, record: Record) -> None:
    dataset.text("dct:title", record.title)
    for words in record.abstract.items() if record.abstract else NO_DESCRIPTION.items():
        dataset.add("dct:description", Literal(words[1], words[0]))
    if record.doi:
        notation = Thing(("adms:Identifier",)).literal("skos:notation", record.doi)
        dataset.literal("dct:identifier", doi_url(record.doi), "xsd:anyURI")
        dataset.add("adms:identifier", notation.literal("adms:schemaAgency", "DOI"))
    dataset.text("rdfs:comment", record.notes)


def _catalogue_record(record: Record, page: str, dataset: str, *, geo: bool) -> Thing:
    """DCAT-AP wants the day a catalogue record was modified; where nobody knows, it is a document about the dataset."""
    kind = "dcat:CatalogRecord" if record.record_updated else "foaf:Document"
    thing = Thing((kind,), f"{page}#record").add("foaf:primaryTopic", Link(dataset))
    thing.literal("dct:identifier", _urn(record.uuid))
    thing.add("dct:issued", moment(record.record_created) if record.record_created else None)
    thing.add("dct:modified", moment(record.record_updated) if record.record_updated else None)
    thing.add("dct:language", language(record.language))
    return thing.add("dct:conformsTo", Thing(("dct:Standard",), GEODCAT_AP if geo else DCAT_AP))


def _urn(uuid: UUID) -> str:
    return f"urn:uuid:{uuid}"
