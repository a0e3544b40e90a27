# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record from any RDF that describes a dcat:Dataset: DCAT-AP of every version, GeoDCAT-AP, national profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terracite.errors import RecordError
from terracite.record.dcat.reader import content, coverage, lineage, people, publication, subjects, times
from terracite.record.dcat.reader.node import Node, Source
from terracite.record.dcat.reader.parsing import parse
from terracite.record.identifiers import bare_doi
from terracite.record.model import Language, Text
from terracite.record.reading import Notes, Reading, values
from terracite.record.reading.identity import uuid_for, uuid_in

if TYPE_CHECKING:
    from rdflib.term import Node as Term

#: what a record can be made from, the most wanted first
_KINDS = ("dcat:Dataset", "dcat:DatasetSeries", "dcat:DataService", "dcat:Resource", "adms:Asset", "schema:Dataset")
_SENTENCES = {"Sans description.", "No description."}


def read(document: bytes, format_name: str) -> Reading:
    """The first dataset of a document. Raises `RecordError` for what is not RDF, or describes no dataset."""
    notes = Notes(format_name)
    source = Source(parse(document, notes), notes)
    dataset, others = _dataset(source)
    if others:
        expected = Text(fr="un jeu de données", en="a dataset")
        notes.say(dataset.where, "twice", f"{len(others)} more", read=dataset.iri or "the first", expected=expected)
    about = _about(source, dataset)
    source.language = language = _language(dataset, about)
    found: dict[str, Any] = _identity(dataset, about, document)
    found |= {"language": language, **_texts(dataset), **_described(about)}
    found |= (
        subjects.read(dataset)
        | people.read(dataset)
        | coverage.read(dataset)
        | times.read(dataset)
        | lineage.read(dataset)
    )
    found["keywords"] = (*found["keywords"], *coverage.places_without_box(dataset))
    page = _page(dataset, about)
    found |= content.read(dataset, page) | publication.read(dataset, page)

    return notes.finish(found, source.leftovers([dataset, *about], {node.term for node in others}))


def _dataset(source: Source) -> tuple[Node, list[Node]]:
    """The dataset to read, and the others: first those that a record is about or a catalogue lists, in order."""
    terms = source.typed(*_KINDS)
    if not terms:
        raise RecordError("This RDF describes no dcat:Dataset.", hint="Give a document of DCAT.")
    listed = [value for name in ("foaf:primaryTopic", "dcat:dataset") for value in _objects(source, name)]
    mentioned = {value for name in _MENTIONS for value in _objects(source, name)}
    wanted = [term for term in terms if term in set(listed)] or [term for term in terms if term not in mentioned]
    first = next(iter(wanted or terms))
    kind = next(name for name in _KINDS if name in source.types[first])
    others = [Node(source, term, kind) for term in wanted if term != first]
    return Node(source, first, kind), others


_MENTIONS = ("dct:source", "dct:relation", "prov:wasDerivedFrom", "dcat:hasVersion", "dct:hasVersion", "dct:hasPart")


def _objects(source: Source, name: str) -> list[Term]:
    return [value for facts in source.facts.values() for found, value in facts if found == name]


def _about(source: Source, dataset: Node) -> list[Node]:
    """The catalogue records (or documents) that are about the dataset."""
    found = [
        Node(source, subject, "dcat:CatalogRecord")
        for subject, facts in source.facts.items()
        if ("foaf:primaryTopic", dataset.term) in facts
    ]
    for node in found:
        node.all("foaf:primaryTopic")
    return found


def _language(dataset: Node, about: list[Node]) -> Language:
    """The language of the description: as it says, else that of the title, else that of the data."""
    said = [language for node in about for item in node.all("dct:language") if (language := _known(item))]
    if said:
        return said[0]
    tags = [tag for node in dataset.peek("dct:title", "dc:title") if (tag := values.language(node.tag))]
    of_data = [language for item in dataset.peek("dct:language", "dc:language") if (language := _known(item))]
    if tags:
        return "en" if "en" in tags else tags[0]
    return next(iter(of_data), "en")


def _known(node: Node) -> Language | None:
    return values.language(node.iri or node.text())


def _identity(dataset: Node, about: list[Node], document: bytes) -> dict[str, Any]:
    """DOI and uuid: what the record says of itself, then what the dataset is called."""
    own = [node for item in about for node in item.peek("dct:identifier")]
    called = [*_notations(dataset), *dataset.peek("dct:identifier", "dc:identifier", "schema:identifier")]
    texts = [str(node.term).strip() for node in called] + [dataset.iri]
    doi = next((doi for text in texts if (doi := bare_doi(text))), "")
    uuid = next((found for node in own if (found := uuid_in(str(node.term)))), None)
    uuid = uuid or next((found for text in texts if (found := uuid_in(text))), None)
    if doi or uuid:
        _mark_identifiers(dataset, about, doi)
    identifier = doi or next(filter(None, texts), "")
    return {"doi": doi, "uuid": uuid or uuid_for(identifier, document)}


def _notations(dataset: Node) -> list[Node]:
    return [found for node in dataset.things("adms:identifier") for found in node.all("skos:notation")]


def _mark_identifiers(dataset: Node, about: list[Node], doi: str) -> None:
    """Marks as read the identifiers that are the DOI or a uuid."""
    for node in [dataset, *about]:
        for name in ("dct:identifier", "dc:identifier"):
            for item in node.peek(name):
                text = str(item.term)
                if uuid_in(text) or bare_doi(text) == doi != "":
                    node.source.read.add((node.term, name, item.term))
    for item in dataset.peek("adms:identifier"):
        item.all("adms:schemaAgency")


def _texts(dataset: Node) -> dict[str, Any]:
    abstract = dataset.texts("dct:description", "dc:description", "schema:description", "dct:abstract")
    said = {language: text for language, text in abstract.items() if text not in _SENTENCES}
    title = dataset.texts("dct:title", "dc:title", "rdfs:label", "schema:name", "foaf:name")
    if not title:
        expected = Text(fr="de titre", en="title")
        dataset.source.notes.say(dataset.where, "missing", expected=expected)
    return {"title": title, "abstract": Text.model_validate(said), "notes": dataset.texts("rdfs:comment")}


def _page(dataset: Node, about: list[Node]) -> str:
    """The address where the dataset is shown; it is no news where the dataset or its description is called after it."""
    found = dataset.peek("dcat:landingPage", "foaf:homepage", "schema:url")
    page = found[0].iri if found else ""
    if page and any(node.iri.startswith(f"{page}#") or node.iri == page for node in (dataset, *about)):
        dataset.all("dcat:landingPage")
    return page


def _described(about: list[Node]) -> dict[str, Any]:
    """When the description was made and changed."""
    found: dict[str, Any] = {}
    for node in about:
        for item in node.all("dct:conformsTo"):
            item.skip()
        for field, name in (("record_created", "dct:issued"), ("record_updated", "dct:modified")):
            moment = times.moment_of(node.first(name))
            if moment and field not in found:
                found[field] = moment
    return found
