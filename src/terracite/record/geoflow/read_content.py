# SPDX-License-Identifier: AGPL-3.0-or-later
"""What, from Identifier, Title, Description, Subject, Type, Provenance and Data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from terracite.record import vocabularies
from terracite.record.geoflow.cells import Component
from terracite.record.geoflow.columns import SUBJECTS
from terracite.record.geoflow.locales import Entry
from terracite.record.geoflow.row import RowReader
from terracite.record.geoflow.writing import DISCIPLINES, SCOPES, ZENODO_TYPES
from terracite.record.identifiers import bare_doi
from terracite.record.model import (
    Discipline,
    Keyword,
    KeywordKind,
    Representation,
    ResourceType,
    Source,
    Step,
    Text,
    Variable,
)
from terracite.record.reading.identity import uuid_for, uuid_in
from terracite.record.reading.values import iso639_1

_TYPES = {scope: kind for kind, scope in SCOPES.items()} | {
    "dataset": ResourceType.DATASET,
    "map": ResourceType.DATASET,
    "collection": ResourceType.COLLECTION,
    "tile": ResourceType.DATASET,
    "feature": ResourceType.DATASET,
    "application": ResourceType.SOFTWARE,
}
#: descriptions of ``theme`` in tables that name no thesaurus
_NO_THESAURUS = {"general": KeywordKind.THEME, "geographic": KeywordKind.PLACE}


def identity(row: RowReader) -> dict[str, Any]:
    """uuid, doi, and the DOI of all versions. The same row always gives the same uuid."""
    own, uuid = row.text("Identifier", "id"), row.text("Identifier", "uuid")
    doi, concept = row.text("Identifier", "doi"), row.text("Identifier", "conceptdoi")
    for name, value in (("doi", doi), ("conceptdoi", concept)):
        if value and not bare_doi(value):
            row.say("Identifier", "unreadable", value, expected=f"DOI ({name})")
    found = uuid_in(uuid) or uuid_for(own or uuid or doi, repr(row.row.entity.cells).encode())
    return {"uuid": found, "doi": bare_doi(doi), "concept_doi": bare_doi(concept)}


def descriptions(row: RowReader) -> dict[str, Any]:
    """title, abstract, purpose, notes, number and notes of the version."""
    titles = row.texts("Title", "title") or row.texts("Title", "alternative")
    edition = next((entry for _, found in row.grouped("Description", "edition") for entry in found), None)
    list(row.take("Description", "status")) if _is_ongoing(row) else None
    return {
        "title": titles[0] if titles else Text(),
        "abstract": _joined(row.texts("Description", "abstract")),
        "purpose": _joined(row.texts("Description", "purpose")),
        "notes": _joined([*row.texts("Description", "info"), *row.texts("Description", "credit")]),
        "number": edition.text.best(row.language) if edition else "",
        "version_notes": edition.description if edition else Text(),
    }


def subjects(row: RowReader) -> dict[str, Any]:
    """keywords, topics and disciplines; those that are places, eras and platforms were taken before."""
    topics = [item.text for component in row.take("Subject", "topic") for item in component.items]
    labels = [entry.text for _, found in row.grouped("Subject", "discipline", described=DISCIPLINES) for entry in found]
    known = {vocabularies.discipline_label(item): item for item in Discipline}
    return {
        "topics": tuple(topics),
        "disciplines": tuple(known[label] for label in labels if label in known),
        "keywords": tuple(_keywords(row)),
    }


def provenance(row: RowReader, sources: tuple[Source, ...]) -> dict[str, Any]:
    """The statement, steps and sources of the lineage."""
    statements = row.texts("Provenance", "statement")
    steps = tuple(
        Step(description=_step(entry))
        for _, found in row.grouped("Provenance", "process")
        for entry in found
        if entry.text or entry.description
    )
    return {"statement": _joined(statements), "steps": steps, "sources": sources}


def data(row: RowReader) -> dict[str, Any]:
    """variables and representation; sources and uploads are for geoflow alone, and left."""
    code = row.text("Data", "spatialRepresentationType")
    known = {item.value.casefold(): item for item in Representation}
    if code and code.casefold() not in known:
        row.say("Data", "unknown_code", code, expected="MD_SpatialRepresentationTypeCode")
    variables = [entry for _, found in row.grouped("Data", "variable", "attribute") for entry in found]
    return {
        "variables": tuple(_variable(row, entry) for entry in variables if entry.text),
        "representation": known.get(code.casefold()),
    }


def resource_type(row: RowReader) -> ResourceType:
    """What is described; Zenodo's word says more than "dataset"."""
    zenodo = row.text("Type", "zenodoResourceType").casefold()
    generic = row.text("Type", "generic")
    precise = {word: kind for kind, word in ZENODO_TYPES.items()}
    if generic and generic.casefold() not in {name.casefold() for name in _TYPES}:
        row.say("Type", "unknown_code", generic, read=ResourceType.DATASET.value, expected="MD_ScopeCode")
    found = next((kind for name, kind in _TYPES.items() if name.casefold() == generic.casefold()), ResourceType.DATASET)
    return precise.get(zenodo, found) if found is ResourceType.DATASET else found


def data_languages(row: RowReader) -> tuple[str, ...]:
    """The language named, when the metadata cannot be in it."""
    text = row.text("Language")
    code = iso639_1(text) if text else ""
    return (code,) if code not in {"", "fr", "en"} else ()


def _is_ongoing(row: RowReader) -> bool:
    return any(component.text == "onGoing" for component in row.row.entity.of("Description", "status"))


def _joined(texts: list[Text]) -> Text:
    return Text(fr="\n".join(text.fr for text in texts if text.fr), en="\n".join(text.en for text in texts if text.en))


def _step(entry: Entry) -> Text:
    """A process has a rationale, which may have a description."""
    parts = [text for text in (entry.text, entry.description) if text]
    return Text(fr=": ".join(text.fr for text in parts if text.fr), en=": ".join(text.en for text in parts if text.en))


def _keywords(row: RowReader) -> Iterator[Keyword]:
    for component, found in row.grouped("Subject"):
        kind, thesaurus = _kind(row, component)
        for entry in found:
            if entry.text or entry.uri:
                yield Keyword(label=entry.text, uri=entry.uri, thesaurus=thesaurus, kind=kind)


def _kind(row: RowReader, component: Component) -> tuple[KeywordKind, str]:
    if component.key not in SUBJECTS:
        listed = Text(fr="des genres de mots-clés", en="keyword types")
        row.say("Subject", "unknown_code", component.key, read="theme", expected=listed)
        return KeywordKind.THEME, _thesaurus(component.description or component.key, component.uri)
    if component.key == "theme" and not component.uri and component.description.casefold() in _NO_THESAURUS:
        return _NO_THESAURUS[component.description.casefold()], ""
    return KeywordKind(component.key), _thesaurus(component.description, component.uri)


def _thesaurus(title: str, uri: str) -> str:
    """The id of a thesaurus that is shipped, else its title, else its address."""
    for known in vocabularies.thesauri().values():
        if (uri and known.uri == uri) or title in {known.title.fr, known.title.en, known.identifier}:
            return known.identifier
    return title or uri


def _variable(row: RowReader, entry: Entry) -> Variable:
    before, found, name = entry.uri.rstrip("/").rpartition("/standard_name/")
    standard = unquote(name) if found and before else ""
    if entry.uri and not standard:
        row.say("Data", "unreadable", entry.uri, expected=Text(fr="un nom standard CF", en="a CF standard name"))
    return Variable(name=entry.text.best(row.language), label=entry.description, standard_name=standard)
