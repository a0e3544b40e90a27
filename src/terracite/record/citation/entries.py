# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bibliographic entry, whatever it was written in, as a record or as a related resource."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from terracite.record import vocabularies
from terracite.record.citation.terms import kind_named
from terracite.record.identifiers import bare_doi, identifier_type
from terracite.record.model import (
    Agent,
    Contributor,
    ContributorRole,
    DateKind,
    Keyword,
    Language,
    Organisation,
    RecordDate,
    Related,
    ResourceType,
    Text,
    Version,
)
from terracite.record.reading import Leftover, Notes, Reading, values
from terracite.record.reading.identity import uuid_for, uuid_in

_DATE = Text(fr="une date", en="a date")


@dataclass(slots=True)
class Entry:
    """What BibTeX, RIS and CSL-JSON have in common. Texts are plain; ``where`` is the place of the entry."""

    where: str
    kind: ResourceType = ResourceType.OTHER
    general: str = ""  #: DataCite's resourceTypeGeneral
    identifier: str = ""  #: key or id in the document
    genre: str = ""
    title: str = ""
    other_title: str = ""
    creators: list[Agent] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    issued: str = ""
    submitted: str = ""
    publisher: str = ""
    version: str = ""
    doi: str = ""
    url: str = ""
    number: str = ""  #: ISBN or ISSN
    container: str = ""  #: journal or book
    abstract: str = ""
    keywords: list[str] = field(default_factory=list)
    language: str = ""
    licence: str = ""
    leftovers: list[Leftover] = field(default_factory=list)


def reading_of(entry: Entry, notes: Notes, document: bytes) -> Reading:
    """The record of an entry."""
    language = _language(entry)
    doi = bare_doi(entry.doi) or bare_doi(entry.url)
    if entry.doi and not bare_doi(entry.doi):
        notes.say(entry.where, "unreadable", entry.doi, expected="DOI")
    if not entry.title:
        notes.say(entry.where, "missing", expected=Text(fr="de titre", en="title"))
    found = uuid_in(entry.url) or uuid_in(entry.identifier) or uuid_for(doi or entry.url, document)
    contents: dict[str, Any] = {
        "uuid": found,
        "doi": doi,
        "title": _texts(entry.title, language, entry.other_title),
        "abstract": _texts(entry.abstract, language),
        "language": language,
        "data_languages": _data_languages(entry),
        "resource_type": kind_named(entry.genre) or entry.kind,
        "creators": tuple(entry.creators),
        "contributors": tuple(entry.contributors),
        "publisher": Organisation(name=entry.publisher) if entry.publisher else None,
        "dates": tuple(_dates(entry, notes)),
        "keywords": tuple(Keyword(label=_texts(word, language)) for word in dict.fromkeys(entry.keywords) if word),
        "version": Version(number=entry.version) if entry.version else None,
        "licence": values.licence(entry.licence) if entry.licence else None,
    }
    return notes.finish(contents, (*entry.leftovers, *_unsaid(entry, doi, found == uuid_in(entry.url))))


def related_of(entry: Entry) -> Related:
    """The entry as something that a dataset refers to."""
    doi = bare_doi(entry.doi) or bare_doi(entry.url)
    identifier = doi or entry.url or entry.number or sentence(entry)
    return Related(
        identifier=identifier,
        relation="References",
        identifier_type="DOI" if doi else identifier_type(identifier),
        title=entry.title or entry.container,
        resource_type=entry.general if entry.general in vocabularies.words("resource_types") else "",
    )


def sentence(entry: Entry) -> str:
    """The entry in words, for one that has no identifier: "Family (2018): Title. Publisher"."""
    first = entry.creators[0].name if entry.creators else ""
    more = " et al." if len(entry.creators) > 1 else ""
    year = f" ({entry.issued[:4]})" if entry.issued else ""
    parts = [f"{first}{more}{year}".strip(), entry.title, entry.container or entry.publisher]
    return ". ".join(part for part in parts if part) or entry.identifier or "?"


def contributors(agents: list[Agent], role: ContributorRole) -> list[Contributor]:
    return [Contributor(agent=agent, role=role) for agent in agents]


def _language(entry: Entry) -> Language:
    return values.language(entry.language) or "en"


def _data_languages(entry: Entry) -> tuple[str, ...]:
    code = values.iso639_1(entry.language) if entry.language else ""
    return (code,) if len(code) in {2, 3} and code not in {"fr", "en"} else ()


def _texts(text: str, language: Language, other: str = "") -> Text:
    fr, en = (text, other) if language == "fr" else (other, text)
    return Text(fr=fr, en=en)


def _dates(entry: Entry, notes: Notes) -> list[RecordDate]:
    found = []
    for kind, text in ((DateKind.ISSUED, entry.issued), (DateKind.SUBMITTED, entry.submitted)):
        if not text:
            continue
        pair = values.day(text)
        if pair is None:
            notes.say(entry.where, "unreadable", text, expected=_DATE)
        elif pair[0] <= dt.date.max:
            found.append(RecordDate(kind=kind, on=pair[0], precision=pair[1]))
    return found


def _unsaid(entry: Entry, doi: str, url_is_uuid: bool) -> list[Leftover]:
    """What the record of a dataset has no place for: the journal, its number, an address beside the DOI."""
    kept = {"container": entry.container, "number": entry.number}
    if entry.url and not url_is_uuid and not (doi and bare_doi(entry.url) == doi):
        kept["url"] = entry.url
    return [Leftover(f"{entry.where}, {name}", value) for name, value in kept.items() if value]
