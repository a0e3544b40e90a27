# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record from a schema.org description, whoever wrote it: search engines' pages, DataCite, Zenodo, codemeta.

What Croissant and RO-Crate add is read by their own rooms, which start from `values_of`.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from terracite.errors import RecordError
from terracite.record import vocabularies
from terracite.record.identifiers import bare_doi
from terracite.record.model import (
    Access,
    AccessKind,
    DateKind,
    Language,
    Moment,
    RecordDate,
    ResourceType,
    Text,
)
from terracite.record.reading import Notes, Reading, parse_json
from terracite.record.reading import values as reading
from terracite.record.reading.identity import uuid_for, uuid_in
from terracite.record.reading.plain_text import plain
from terracite.record.schema_org.graph import Graph, Thing
from terracite.record.schema_org.read_agents import people
from terracite.record.schema_org.read_content import measures, subjects_and_keywords, variables_and_classes
from terracite.record.schema_org.read_files import files_and_downloads, is_file
from terracite.record.schema_org.read_links import links
from terracite.record.schema_org.read_places import where_and_when
from terracite.record.schema_org.setting import Setting, both
from terracite.record.schema_org.terms import ADDITIONAL_TYPES, DATES, DRAFT, NO_LICENCE, TYPES

_DATE_KINDS = {name: kind for kind, name in DATES.items()} | {
    "rai:dataCollectionTimeFrame": DateKind.COLLECTED,
    "dateIssued": DateKind.ISSUED,
    "dct:issued": DateKind.ISSUED,
    "dct:created": DateKind.CREATED,
    "dct:modified": DateKind.UPDATED,
}
_MORE_TYPES = {
    "SoftwareApplication": ResourceType.SOFTWARE,
    "Service": ResourceType.SERVICE,
    "DataCatalog": ResourceType.COLLECTION,
    "Collection": ResourceType.COLLECTION,
    "ImageObject": ResourceType.IMAGE,
}
_TEXTS = {"Article", "ScholarlyArticle", "BlogPosting", "Book", "Chapter", "Report", "TechArticle", "Thesis", "Poster"}
_MORE_TYPES |= dict.fromkeys(sorted(_TEXTS), ResourceType.TEXT)
#: the things that a document may be about, the likeliest first
_SUBJECTS = ("Dataset", "DataCatalog", "SoftwareSourceCode", "SoftwareApplication", "ImageObject", "Collection")
_DATE = both("a date", "une date")


def read_schema_org(document: bytes) -> Reading:
    """The first dataset of a document. Raises `RecordError` where nothing in it is of a type of schema.org."""
    graph = Graph(parse_json(document))
    notes = Notes("schema.org")
    dataset = main_thing(graph, notes)
    values = values_of(dataset, document, notes)
    return finished(graph, notes, with_files(values, dataset, downloads_of(dataset), setting(dataset, notes)))


def main_thing(graph: Graph, notes: Notes) -> Thing:
    """The thing that the document is about; a remark tells of others of its kind."""
    found = [thing for thing in graph.things() if thing.is_object]
    found += [inner for thing in found for inner in thing.each("mainEntity", "about") if inner.is_object]
    for kind in _SUBJECTS:
        if same := [thing for thing in found if kind in thing.kinds]:
            _tell_of_others(same, notes)
            return same[0]
    works = [thing for thing in found if any(re.fullmatch(r"[A-Z]\w+", kind) for kind in thing.kinds)]
    if not works:
        raise RecordError(
            "This JSON describes nothing in the words of schema.org.",
            hint="Give a document with an '@type' such as Dataset.",
        )
    return works[0]


def _tell_of_others(things: list[Thing], notes: Notes) -> None:
    if len(things) > 1 and things[1].where != things[0].where:
        notes.say(things[1].where, "several", len(things))
        for other in things[1:]:
            other.skip()


def downloads_of(dataset: Thing) -> list[Thing]:
    """Whatever is said to be a file of the dataset."""
    parts = [thing for thing in dataset.all("hasPart") if is_file(thing)]
    return [*dataset.all("distribution"), *parts, *dataset.each("encoding", "contentUrl", "downloadLink")]


def finished(graph: Graph, notes: Notes, values: dict[str, Any]) -> Reading:
    """The reading, with what nobody has read."""
    return notes.finish(values, graph.root.leftovers())


def setting(dataset: Thing, notes: Notes) -> Setting:
    """The language of the metadata is that of the page, else that of the data where they have one we write."""
    page = dataset.first("mainEntityOfPage")
    told = page.text("inLanguage") if page and page.is_object else ""
    spoken = [told, *_languages(dataset)]
    language: Language = next((found for text in spoken if (found := reading.language(text))), "en")
    return Setting(notes, language, dataset.peek("url"))


def values_of(dataset: Thing, document: bytes, notes: Notes) -> dict[str, Any]:
    """The fields of the record, but for the files."""
    here = setting(dataset, notes)
    doi, uuid = _identity(dataset, document)
    page = dataset.first("mainEntityOfPage")
    values: dict[str, Any] = {
        "doi": doi,
        "uuid": uuid,
        "language": here.language,
        "resource_type": _resource_type(dataset),
        **_texts(dataset, here),
        "data_languages": tuple(_languages(dataset)),
        **subjects_and_keywords(dataset, here),
        **variables_and_classes(dataset, here),
        **people(dataset, here),
        "dates": _dates(dataset, here),
        **where_and_when(dataset, here),
        **measures(dataset, here),
        "licence": _licence(dataset, here),
        "access": _access(dataset, here),
        **links(dataset, here),
        **(_moments(page) if page and page.is_object else {}),
    }
    _skip_known(dataset)
    return values


def with_files(values: dict[str, Any], dataset: Thing, downloads: list[Thing], here: Setting) -> dict[str, Any]:
    """The fields with files, and with links to the downloads that cannot be files of a record."""
    files, more = files_and_downloads(downloads, here)
    known = {item.identifier for item in values["related"]}
    added = tuple(item for item in more if item.identifier not in known)
    thumbnail = _thumbnail(dataset, {file.path for file in files}, here)
    return values | {"files": files, "thumbnail": thumbnail, "related": (*values["related"], *added)}


def _thumbnail(dataset: Thing, paths: set[str], here: Setting) -> str:
    """The path of the thumbnail when it is one of the files; else it stays left over."""
    found = dataset.first("thumbnailUrl")
    address = found.node.value if found and isinstance(found.node.value, str) else ""
    path = here.path(address)
    if found is None or path not in paths:
        return ""
    found.skip()
    return path


def _identity(dataset: Thing, document: bytes) -> tuple[str, UUID]:
    """The DOI and the UUID that the document gives; else a UUID made from its identifier or, without any, its bytes.

    What is neither stays left over: the record has no place for other identifiers.
    """
    things = dataset.each("identifier", "sameAs", "url")
    texts = [thing.peek() for thing in things] + [dataset.node.text("@id")]
    doi = next(filter(None, map(_doi, texts)), "")
    uuid = next(filter(None, map(uuid_in, texts)), None)
    for thing, text in zip(things, texts, strict=False):
        if (doi and _doi(text) == doi) or (uuid and uuid_in(text) == uuid):
            thing.skip()
    if doi or uuid:
        dataset.skip("url")
    address = doi or next((text for text in texts if "://" in text), "")
    return doi, uuid or uuid_for(address, document)


def _doi(text: str) -> str:
    """A DOI that somebody wrote as one: with "doi:", its resolver, or beginning with "10."."""
    return bare_doi(text) if re.match(r"(https?://(dx\.)?doi\.org/|doi:\s*|10\.)", text, re.IGNORECASE) else ""


def _resource_type(dataset: Thing) -> ResourceType:
    """By the types; where they say no more than Dataset, by the additional type."""
    kinds = dataset.kinds
    told = dataset.first("additionalType")
    more = next((kind for kind, word in ADDITIONAL_TYPES.items() if told and told.node.value == word), None)
    if more and told and "Dataset" in kinds:
        told.skip()
        return more
    exact = next((kind for kind, names in TYPES.items() if set(names) == kinds), None)
    others = (_MORE_TYPES[kind] for kind in sorted(kinds) if kind in _MORE_TYPES)
    return exact or (ResourceType.DATASET if "Dataset" in kinds else next(others, ResourceType.OTHER))


def _texts(dataset: Thing, here: Setting) -> dict[str, Text]:
    title = _title(dataset, here)
    abstract = here.said(dataset, "abstract")
    told = dataset.peek("description")  # "" for a text in several languages
    if abstract or (told and told in {dataset.peek("name"), title.fr, title.en}):
        dataset.skip("description")
    else:
        found = here.said(dataset, "description", "disambiguatingDescription")
        abstract = Text(fr=plain(found.fr), en=plain(found.en))
    comments = dataset.all("comment")
    notes = [here.said(item, "text") if item.is_object else here.said(dataset, "comment") for item in comments[:1]]
    return {
        "title": title,
        "abstract": abstract,
        "notes": notes[0] if notes else Text(),
        "purpose": here.said(dataset, "rai:dataUseCases"),
    }


def _title(dataset: Thing, here: Setting) -> Text:
    """The name; its translation is an alternate name tagged with a language."""
    found = dict(here.said(dataset, "name", "headline", "title").items())
    found = {code: plain(text) for code, text in found.items() if not uuid_in(text)}
    tagged: dict[str, str] = {}
    for thing in dataset.all("alternateName"):
        if isinstance(thing.node.value, dict):
            tagged |= {code: text for code, text in thing.words() if code}
    for code, text in found.items():
        if text not in tagged.values():
            other = "fr" if code == "en" else "en"
            tagged.setdefault(code if code not in tagged else other, text)
    return Text(**tagged)


def _languages(dataset: Thing) -> list[str]:
    found = dataset.all("inLanguage")
    texts = [(item.text("alternateName") or item.text() if item.is_object else item.text()) for item in found]
    for item in found:
        item.skip()
    return [reading.iso639_1(text) for text in texts if text]


def _dates(dataset: Thing, here: Setting) -> tuple[RecordDate, ...]:
    """The dates in the order of the document; that of a draft, which formats ask for, is none."""
    is_draft = dataset.text("creativeWorkStatus") == DRAFT
    found: list[RecordDate] = []
    for name in dataset.names:
        if name in _DATE_KINDS:
            for thing in dataset.all(name):
                date = _date(thing, _DATE_KINDS[name], here)
                if date and not (is_draft and name == "datePublished"):
                    found.append(date)
    if not any(date.kind is DateKind.ISSUED for date in found) and (year := dataset.first("copyrightYear")):
        found += [date] if (date := _date(year, DateKind.ISSUED, here)) else []
    return tuple(dict.fromkeys(found))


def _date(thing: Thing, kind: DateKind, here: Setting) -> RecordDate | None:
    text = thing.text()
    found = reading.day(text)
    if found is None:
        here.notes.say(thing.where, "unreadable", text, expected=_DATE)
        return None
    return RecordDate(kind=kind, on=found[0], precision=found[1])


def _licence(dataset: Thing, here: Setting) -> str:
    """SPDX; of an object whichever of its name, identifier and addresses is known, else its address."""
    things = dataset.all("license", "licenseId", "dct:license")
    if len(things) > 1:
        told = [thing.text() for thing in things]
        here.notes.say(things[1].where, "twice", told[1], read=told[0], expected=both("The licence", "La licence"))
    if not things:
        return ""
    first = things[0]
    texts = [first.text()]
    if texts[0] == NO_LICENCE:
        first.skip()
        return ""
    if first.is_object:
        texts = [first.id, first.text("url"), first.text("identifier"), first.text("name")]
    known = next(filter(None, map(vocabularies.spdx_of, texts)), "")
    if known:
        first.skip("description")
    return known or next(filter(None, texts), "")


#: what ``isAccessibleForFree`` says, in small letters and without its address
_FREE = {"true": AccessKind.OPEN, "false": AccessKind.RESTRICTED}


def _access(dataset: Thing, here: Setting) -> Access:
    """Kinds by the labels we write, in either language; else by whether it is free. Other words are conditions."""
    kind, until, words = None, "", []
    for thing in dataset.all("conditionsOfAccess"):
        for language, text in thing.words():
            found = None if language else _access_kind(text)
            kind, until = (found or (kind, until)) if kind is None else (kind, until)
            words += [(language or here.language, text)] if not found else []
    free = dataset.text("isAccessibleForFree").casefold()
    end = reading.day(until) if until else None
    if kind is None:
        kind = _FREE.get(free.rpartition("/")[2], AccessKind.UNKNOWN)
    if kind is AccessKind.EMBARGOED and end is None:
        kind = AccessKind.RESTRICTED
    return Access(
        kind=kind,
        embargo_until=end[0] if end and kind is AccessKind.EMBARGOED else None,
        conditions=Text(**dict(reversed(words))),
    )


def _access_kind(text: str) -> tuple[AccessKind, str] | None:
    found = re.fullmatch(r"(.*?)(?: \((\d{4}-\d{2}-\d{2})\))?", text)
    label, until = (found[1], found[2] or "") if found else (text, "")
    for kind in AccessKind:
        if label in dict(vocabularies.access_label(kind).items()).values():
            return kind, until
    return None


def _moments(page: Thing) -> dict[str, Moment | None]:
    moments = {"record_created": "dateCreated", "record_updated": "dateModified"}
    page.skip("url")
    return {field: _moment(page.text(name)) for field, name in moments.items()}


def _moment(text: str) -> Moment | None:
    return reading.moment(text) if text else None


def _skip_known(dataset: Thing) -> None:
    """What is computed from the rest, or true of every record, is nothing to keep."""
    for thing in dataset.each("size", "includedInDataCatalog", "sdPublisher", "schemaVersion"):
        thing.skip()
