# SPDX-License-Identifier: AGPL-3.0-or-later
"""What publishing adds; the reverse of `dcat.writing.publication`."""

from __future__ import annotations

import re
from typing import Any

from terracite.record import vocabularies
from terracite.record.dcat.reader import access, files
from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.reader.times import exact
from terracite.record.dcat.vocabulary import DATES, EU, LICENCES, SERIES
from terracite.record.identifiers import bare_doi
from terracite.record.model import (
    DateKind,
    Parent,
    Precision,
    RecordDate,
    Related,
    Text,
    Version,
    as_day,
)
from terracite.record.reading import values
from terracite.record.relations import IDENTIFIER_TYPES, RESOURCE_TYPES

_KINDS = {name: kind for kind, name in DATES.items()} | {
    "dc:date": DateKind.ISSUED,
    "dct:date": DateKind.ISSUED,
    "dct:submitted": DateKind.SUBMITTED,
    "schema:dateCreated": DateKind.CREATED,
    "schema:datePublished": DateKind.ISSUED,
    "schema:dateModified": DateKind.UPDATED,
}
_VERSIONS = {
    "dcat:previousVersion": ("previous_doi", "IsNewVersionOf"),
    "dct:replaces": ("previous_doi", "Obsoletes"),
    "dcat:nextVersion": ("next_doi", "IsPreviousVersionOf"),
    "dct:isReplacedBy": ("next_doi", "IsObsoletedBy"),
    "dcat:isVersionOf": ("concept_doi", "IsVersionOf"),
    "dct:isVersionOf": ("concept_doi", "IsVersionOf"),
}
#: plain links -> DataCite's relation
_LINKS = {
    "dct:relation": "References",
    "dct:references": "References",
    "dct:isReferencedBy": "IsReferencedBy",
    "dct:hasPart": "HasPart",
    "dct:isPartOf": "IsPartOf",
    "dct:requires": "Requires",
    "dct:isRequiredBy": "IsRequiredBy",
    "dcat:hasVersion": "HasVersion",
    "dct:hasVersion": "HasVersion",
    "foaf:page": "IsDocumentedBy",
    "adms:sample": "HasPart",
    "schema:citation": "References",
}
_SPDX = {code: identifier for identifier, code in LICENCES.items()}


def read(dataset: Node, page: str) -> dict[str, Any]:
    named = {item for node in dataset.peek("dcat:qualifiedRelation") for item in node.peek("dct:relation")}
    related = [found for node in dataset.things("dcat:qualifiedRelation") for found in _relationship(node)]
    for name, relation in _LINKS.items():
        links = [_related(node, relation) for node in dataset.all(name) if node not in named]
        related += [link for link in links if link]
    version, more = _version(dataset)
    kept, parts = files.read(dataset, page)
    return {
        "dates": tuple(_dates(dataset)),
        "licence": _licence(dataset),
        "access": access.read(dataset),
        "related": (*related, *more, *parts),
        "parent": _parent(dataset),
        "version": version,
        "files": kept,
        "thumbnail": files.thumbnail(dataset, page, kept),
    }


def _dates(dataset: Node) -> list[RecordDate]:
    """In the order of the document."""
    found: list[RecordDate] = []
    for name, _, _ in list(dataset.places()):
        if name not in _KINDS:
            continue
        for node in dataset.peek(name):
            if (dataset.term, name, node.term) in dataset.source.read:
                continue
            dataset.source.read.add((dataset.term, name, node.term))
            date = values.day(node.text())
            if date is None and (moment := exact(node.text())):
                date = (as_day(moment), Precision.DAY)
            if date is None:
                expected = Text(fr="une date", en="a date")
                dataset.source.notes.say(node.where, "unreadable", node.text(), expected=expected)
            else:
                found.append(RecordDate(kind=_KINDS[name], on=date[0], precision=date[1]))
    return list(dict.fromkeys(found))


def _licence(dataset: Node) -> str:
    """The licence of the dataset, else that of its files; others are told."""
    distributions = dataset.peek("dcat:distribution")
    nodes = [node for holder in (dataset, *distributions) for node in holder.all("dct:license", "schema:license")]
    found = list(dict.fromkeys(text for node in nodes if (text := _licence_of(node))))
    for other in found[1:]:
        expected = Text(fr="Une licence", en="A licence")
        dataset.source.notes.say(dataset.where, "twice", other, read=found[0], expected=expected)
    return found[0] if found else ""


def _licence_of(node: Node) -> str:
    """The SPDX identifier, from the identifier given, the EU's or the owner's address, or the name."""
    texts = [str(item.term) for item in node.peek("dct:identifier", "owl:sameAs", "rdfs:label", "dct:title")]
    label = node.text() if not node.iri or node.peek("rdfs:label", "dct:title", "skos:prefLabel") else ""
    address = node.iri
    code = _SPDX.get(address.removeprefix(f"{EU}licence/"), "") if address.startswith(f"{EU}licence/") else ""
    node.skip()
    if node.peek("dct:identifier") and (not code or texts[0] == code):
        return texts[0]
    for text in (code, address, label, *texts):
        if text and (known := vocabularies.spdx_of(text)):
            return known
    return address or label


def _relationship(node: Node) -> list[Related]:
    words = [item.text("skos:notation") or re.split(r"[/#]", item.iri)[-1] for item in node.peek("dcat:hadRole")]
    relation = next((word for word in words if word in vocabularies.relations()), "")
    if relation:
        for item in node.all("dcat:hadRole"):
            item.skip()
    elif words:
        expected = Text(fr="des relations", en="relations")
        node.source.notes.say(node.where, "unknown_code", words[0], read="References", expected=expected)
    note = node.texts("rdfs:comment", "dct:description")
    links = [_related(item, relation or "References", note) for item in node.all("dct:relation")]
    return [link for link in links if link is not None]


def _related(node: Node, relation: str, note: Text = Text()) -> Related | None:  # noqa: B008  # immutable
    if node.is_literal:
        return Related(identifier=node.text(), relation=relation, note=note) if node.text() else None
    identifier, kind = node.identity(), ""
    for item in node.all("adms:identifier"):
        kind = item.text("schema:propertyID") or kind
        identifier = identifier or item.text("skos:notation")
        item.all("skos:notation")
    title = node.texts("dct:title", "rdfs:label", "foaf:name").best(node.source.language)
    if not (identifier or title):
        return None
    found: Related | None = node.source.notes.part(
        Related,
        node.where,
        identifier=identifier or title,
        relation=relation,
        identifier_type=kind if kind in IDENTIFIER_TYPES else "",
        title=title,
        resource_type=_resource_type(node),
        note=note or node.texts("dct:description"),
    )
    return found


def _resource_type(node: Node) -> str:
    for item in node.peek("dct:type"):
        word = item.text("skos:notation") if item.peek("skos:notation") else ""
        if word in RESOURCE_TYPES:
            node.all("dct:type")
            item.skip()
            return word
    return ""


def _parent(dataset: Node) -> Parent | None:
    found = dataset.all("dcat:inSeries")
    if not found:
        return None
    node = found[0]
    identifier = node.identity() or node.text()
    for other in found[1:]:
        expected = Text(fr="Une série", en="A series")
        node.source.notes.say(
            other.where, "twice", other.identity() or other.text(), read=identifier, expected=expected
        )
    title = node.texts("dct:title", "rdfs:label")
    for item in node.peek("dct:description"):
        if str(item.term) in {SERIES.fr, SERIES.en}:
            node.source.read.add((node.term, "dct:description", item.term))
    if identifier in {title.fr, title.en}:
        title = Text()
    return Parent(identifier=identifier, title=title) if identifier else None


def _version(dataset: Node) -> tuple[Version | None, list[Related]]:
    """The version; links to other versions that are no DOI are related resources."""
    dois: dict[str, str] = {}
    more: list[Related] = []
    for name, (field, relation) in _VERSIONS.items():
        for node in dataset.all(name):
            doi = bare_doi(node.iri or node.text())
            if doi and field not in dois:
                dois[field] = doi
            elif dois.get(field) != doi and (link := _related(node, relation)):
                more.append(link)
    number = dataset.text("dcat:version", "owl:versionInfo", "schema:version")
    notes = dataset.texts("adms:versionNotes")
    version = Version(**({"number": number} if number else {}), notes=notes, **dois)
    return (version if version != Version() or number else None), more
