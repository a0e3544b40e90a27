# SPDX-License-Identifier: AGPL-3.0-or-later
"""What publishing adds: dates, licence and access, files, links, versions, the deposit."""

from __future__ import annotations

from terracite.record import vocabularies
from terracite.record.dcat.graph import Description, Link, Literal, Thing
from terracite.record.dcat.vocabulary import ACCESS, DATES, EMBARGOED, EU, LICENCES, SERIES, SINGLE_DATES
from terracite.record.dcat.writing.files import add_files
from terracite.record.dcat.writing.terms import concept
from terracite.record.identifiers import doi_url, resolvable
from terracite.record.model import AccessKind, Parent, Precision, Record, RecordDate, Related, Text

_DATATYPES = {Precision.DAY: "xsd:date", Precision.MONTH: "xsd:gYearMonth", Precision.YEAR: "xsd:gYear"}
_VERSIONS = (
    ("dcat:previousVersion", "previous_doi"),
    ("dcat:nextVersion", "next_doi"),
    ("dcat:isVersionOf", "concept_doi"),
)
#: relations that DCAT-AP has a property for, beside the qualified relation that has them all
_SIMPLE = {"IsCitedBy": "dct:isReferencedBy", "IsReferencedBy": "dct:isReferencedBy"}


def add_dates(dataset: Thing, record: Record) -> None:
    """In the order of the record; the last of those that a dataset has one of."""
    last = {date.kind: date for date in sorted(record.dates, key=lambda date: date.on)}
    for date in record.dates:
        if date.kind not in SINGLE_DATES or last[date.kind] is date:
            dataset.add(DATES[date.kind], _date(date))


def add(dataset: Thing, record: Record, description: Description, page: str) -> None:
    licence = _licence(record.licence) if record.licence else None
    for address in (page, licence.iri if licence else ""):
        description.claim(address)
    dataset.add("dct:license", licence)
    _access(dataset, record)
    for related in record.related:
        dataset.add("dcat:qualifiedRelation", _relationship(dataset, related, description))
    if record.parent:
        _series(dataset, record.parent, description)
    _version(dataset, record)
    dataset.add("dcat:landingPage", Thing(("foaf:Document",), page))
    add_files(dataset, record, page, Link(licence.iri) if licence and licence.iri else licence)


def _date(date: RecordDate) -> Literal:
    return Literal(date.text, datatype=_DATATYPES[date.precision])


def _licence(identifier: str) -> Thing:
    """The EU's address of the licence where it has one, else that of its owner; the SPDX identifier with it."""
    known = vocabularies.licence(identifier)
    own = known.uri if known else resolvable(identifier)
    iri = f"{EU}licence/{LICENCES[identifier]}" if identifier in LICENCES else own
    thing = Thing(("dct:LicenseDocument",), iri).literal("dct:identifier", identifier)
    thing.text("rdfs:label", known.label if known else Text(), identifier)
    return thing.add("owl:sameAs", Link(own)) if own and own != iri else thing


def _access(dataset: Thing, record: Record) -> None:
    access = record.access
    if access.kind in ACCESS:
        right = Thing(("dct:RightsStatement",), f"{EU}access-right/{ACCESS[access.kind]}")
        dataset.add("dct:accessRights", right.text("rdfs:label", vocabularies.access_label(access.kind)))
    if access.kind is AccessKind.EMBARGOED and access.embargo_until:
        until = Thing(("dct:RightsStatement",)).add("dct:type", Link(EMBARGOED))
        dataset.add("dct:rights", until.add("dct:available", Literal(access.embargo_until.isoformat(), "", "xsd:date")))
    if access.conditions:
        dataset.add("dct:rights", Thing(("dct:RightsStatement",)).text("rdfs:label", access.conditions))


def _relationship(dataset: Thing, related: Related, description: Description) -> Thing:
    """The resource, and DataCite's relation as the role it plays."""
    thing = Thing(("dcat:Relationship",))
    address = resolvable(related.identifier)
    added = description.link(thing, "dct:relation", address, related, _resource)
    label = vocabularies.relation_label(related.relation)
    thing.add("dcat:hadRole", concept(label, related.relation, "", "dcat:Role"))
    if isinstance(added, Thing) and added.iri and related.relation in _SIMPLE:
        dataset.add(_SIMPLE[related.relation], Link(added.iri))
    return thing.text("rdfs:comment", related.note)


def _resource(related: Related, iri: str) -> Thing:
    thing = Thing(("rdfs:Resource",), iri).literal("dct:identifier", related.identifier)
    thing.literal("dct:title", related.title)
    if related.resource_type:
        thing.add("dct:type", concept(Text(), related.resource_type))
    if related.identifier_type:
        notation = Thing(("adms:Identifier",)).literal("skos:notation", related.identifier)
        thing.add("adms:identifier", notation.literal("schema:propertyID", related.identifier_type))
    return thing


def _series(dataset: Thing, parent: Parent, description: Description) -> None:
    """DCAT-AP wants a title and a description of a series."""
    description.link(dataset, "dcat:inSeries", resolvable(parent.identifier), parent, _deposit)


def _deposit(parent: Parent, iri: str) -> Thing:
    thing = Thing(("dcat:DatasetSeries",), iri).literal("dct:identifier", parent.identifier)
    return thing.text("dct:title", parent.title, parent.identifier).text("dct:description", SERIES)


def _version(dataset: Thing, record: Record) -> None:
    dataset.literal("dcat:version", record.version.number).text("adms:versionNotes", record.version.notes)
    for predicate, name in _VERSIONS:
        doi = getattr(record.version, name)
        dataset.add(predicate, Link(doi_url(doi)) if doi else None)
