# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dublin Core read: fifteen elements, the DCMI terms, inside oai_dc, OAI-PMH, CSW or anything else that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terracite.errors import RecordError
from terracite.record import vocabularies
from terracite.record.datacite.desk import Desk, Said
from terracite.record.datacite.read_subjects import Subject, keywords, thesaurus_of
from terracite.record.datacite.views import Part, XmlPart
from terracite.record.dublin_core.read_coverage import Covered
from terracite.record.identifiers import bare_doi, resolvable
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    Contributor,
    ContributorRole,
    DateKind,
    Discipline,
    Lineage,
    Organisation,
    RecordDate,
    Related,
    ResourceType,
    Source,
    Text,
)
from terracite.record.reading import Notes, Reading, XmlNode, parse_xml, values
from terracite.record.reading.access import access_kind
from terracite.record.reading.identity import uuid_for, uuid_in
from terracite.record.reading.plain_text import plain

_DC = re.compile(r"purl\.org/(dc/elements|dc/terms|DC/)|dublincore\.org", re.IGNORECASE)
_RECORDS = ("dc", "Record", "SummaryRecord", "BriefRecord", "qualifieddc", "metadata", "simpledc", "entry")
#: formats of their own that borrow elements of Dublin Core
_OTHERS = re.compile(r"w3\.org/(ns/dcat#|2001/XMLSchema)|isotc211\.org|standards\.iso\.org|datacite\.org")
_EMBARGO = re.compile(r"info:eu-repo/date/embargoEnd/(\S+)")
_DATES = {
    "created": DateKind.CREATED, "issued": DateKind.ISSUED, "available": DateKind.AVAILABLE,
    "modified": DateKind.UPDATED, "dateSubmitted": DateKind.SUBMITTED, "dateAccepted": DateKind.ACCEPTED,
}  # fmt: skip
#: DCMI terms that are relations -> DataCite's word
_RELATIONS = {
    "relation": "Other", "references": "References", "isReferencedBy": "IsReferencedBy", "isPartOf": "IsPartOf",
    "hasPart": "HasPart", "isVersionOf": "IsVersionOf", "hasVersion": "HasVersion", "replaces": "Obsoletes",
    "isReplacedBy": "IsObsoletedBy", "requires": "Requires", "isRequiredBy": "IsRequiredBy",
    "isFormatOf": "IsVariantFormOf", "hasFormat": "IsOriginalFormOf",
}  # fmt: skip
_TYPES = {kind.value: kind for kind in ResourceType} | {
    "stillimage": ResourceType.IMAGE, "movingimage": ResourceType.OTHER, "interactiveresource": ResourceType.OTHER,
    "physicalobject": ResourceType.OTHER, "event": ResourceType.OTHER, "sound": ResourceType.OTHER,
    "article": ResourceType.TEXT, "report": ResourceType.TEXT, "thesis": ResourceType.TEXT,
}  # fmt: skip
_LANGUAGES = Text(fr="langues d’une notice (fr, en)", en="languages of a record (fr, en)")


def read_oai_dc(document: bytes) -> Reading:
    """The record in a document of Dublin Core, the first of several.

    Raises `RecordError` for a document that has no element of Dublin Core.
    """
    notes = Notes("oai_dc")
    part = XmlPart(_record(parse_xml(document), notes))
    desk = Desk(notes)
    content = _values(desk, part, document)
    return notes.finish(content, (*desk.kept, *part.leftovers()))


def _record(root: XmlNode, notes: Notes) -> XmlNode:
    found = [node for name in _RECORDS for node in root.anywhere(name) if _holds_dc(node)]
    found = found or [node for node in root.anywhere("*") if _holds_dc(node) and not _OTHERS.search(node.namespace)]
    if not found or any(_OTHERS.search(node.namespace) for node in (root, *root.children())):
        hint = "It has elements such as dc:title, of http://purl.org/dc/elements/1.1/."
        raise RecordError("This is not a Dublin Core document.", hint=hint)
    if len(found) > 1:
        notes.say(found[1].where, "twice", f"{len(found) - 1} records", read=found[0].where, expected="record")
    return found[0]


def _holds_dc(node: XmlNode) -> bool:
    return any(_DC.search(child.namespace) for child in node.children())


def _values(desk: Desk, root: XmlPart, document: bytes) -> dict[str, Any]:
    languages = [part.own() for part in root.parts("language")]
    titles = [part.text("lang") for part in root.parts("title")]
    told = [values.language(language) for language in (*titles, *languages) if language]
    desk.language = next((language for language in told if language), "en")
    covered = _covered(desk, root)
    return {
        **_identifiers(desk, root, document),
        **_subjects(desk, root),
        **_rights_and_dates(desk, root),
        "title": _text(desk, root, "title"),
        "abstract": _text(desk, root, "description", "abstract"),
        "language": desk.language,
        "data_languages": tuple(dict.fromkeys(values.iso639_1(language) for language in languages if language)),
        "resource_type": _type(desk, root),
        "creators": tuple(_agents(root, "creator")),
        "contributors": tuple(
            Contributor(agent=agent, role=ContributorRole.OTHER) for agent in _agents(root, "contributor")
        ),
        "publisher": _publisher(desk, root),
        "lineage": Lineage(statement=_text(desk, root, "provenance"), sources=tuple(_sources(root))),
        "related": tuple(_related(root)),
        "extents": tuple(covered.extents),
        "periods": tuple(covered.periods),
        "eras": tuple(covered.eras),
    }


def _text(desk: Desk, root: XmlPart, *names: str) -> Text:
    """The elements of these names in both languages; a second title is a leftover, a second description goes on."""
    said = [
        Said(part, text, part.text("lang"))
        for name in names
        for part in root.parts(name)
        if (text := plain(part.own()))
    ]
    if names == ("title",) and not said:
        desk.notes.say(root.where, "missing", expected=Text(fr="titre", en="title"))
    return desk.bilingual(said, joined=names != ("title",))


def _agents(root: XmlPart, name: str) -> Iterator[Agent]:
    """ "Family, Given" is a person, any other name an organisation."""
    for part in root.parts(name):
        agent = values.agent(part.own())
        if agent:
            yield agent


def _publisher(desk: Desk, root: XmlPart) -> Organisation | None:
    named = [(part, part.own()) for part in root.parts("publisher")]
    named = [(part, name) for part, name in named if name]
    for part, name in named[1:]:
        desk.notes.say(part.where, "twice", name, read=named[0][1], expected=Text(fr="L’éditeur", en="The publisher"))
    return Organisation(name=named[0][1]) if named else None


def _identifiers(desk: Desk, root: XmlPart, document: bytes) -> dict[str, Any]:
    doi, uuid, other = "", "", ""
    for part in root.parts("identifier"):
        text = part.own()
        if bare_doi(text) and not doi:
            doi = bare_doi(text)
        elif uuid_in(text) and not uuid:
            uuid = text
        elif text:
            other = other or text
            desk.keep(part, text)
    return {"doi": doi, "uuid": uuid_for(uuid or doi or other, document)}


def _type(desk: Desk, root: XmlPart) -> ResourceType | None:
    """The last of the words we know, for the second of two says more; others are leftovers."""
    found: ResourceType | None = None
    for part in root.parts("type"):
        text = part.own()
        word = re.split(r"[/#]", text.rstrip("/"))[-1].casefold().replace(" ", "")
        if word in _TYPES:
            found = _TYPES[word]
        else:
            desk.keep(part, text)
    return found


def _subjects(desk: Desk, root: XmlPart) -> dict[str, Any]:
    parts = [(part, plain(part.own()), part.text("lang")) for part in root.parts("subject")]
    disciplines = _disciplines([(values.language(told), text) for _, text, told in parts if told])
    taken = {text for item in disciplines for _, text in vocabularies.discipline_label(item).items()}
    topics: dict[str, None] = {}
    found: list[Subject] = []
    for part, text, told in parts:
        if text in vocabularies.topics() and not told:
            topics[text] = None
        elif text and not (told and text in taken):
            found.append(_subject(desk, part, text, told))
    return {"disciplines": tuple(disciplines), "topics": tuple(topics), "keywords": tuple(keywords(found))}


def _disciplines(said: list[tuple[str | None, str]]) -> list[Discipline]:
    """Those that are named in both languages, in their order: a word alone may be anybody's keyword."""
    labels = {item: list(vocabularies.discipline_label(item).items()) for item in Discipline}
    named = [item for item, both in labels.items() if all(label in said for label in both)]
    return sorted(named, key=lambda item: min(map(said.index, labels[item])))


def _subject(desk: Desk, part: Part, text: str, told: str) -> Subject:
    language = values.language(told) if told else desk.language
    if language is None:
        desk.unknown(part, told, desk.language, _LANGUAGES)
    scheme = part.text("scheme") or part.text("type")
    return Subject(text, language or desk.language, "", thesaurus_of(scheme) or scheme, bool(told))


def _sources(root: XmlPart) -> Iterator[Source]:
    for part in root.parts("source"):
        if text := part.own():
            identifier = bare_doi(text) or (text if resolvable(text) or text.startswith("urn:") else "")
            yield Source(title=identifier or text, identifier=identifier)


def _related(root: XmlPart) -> Iterator[Related]:
    for name, relation in _RELATIONS.items():
        for part in root.parts(name):
            if text := part.own():
                yield Related(identifier=bare_doi(text) or text, relation=relation)


def _covered(desk: Desk, root: XmlPart) -> Covered:
    covered = Covered()
    for name in ("coverage", "spatial", "temporal"):
        for part in root.parts(name):
            covered.take(desk, part)
    for name in ("BoundingBox", "WGS84BoundingBox"):
        for part in root.parts(name):
            covered.corners(desk, part, may_swap=name == "BoundingBox")
    covered.finish(desk)
    return covered


def _rights_and_dates(desk: Desk, root: XmlPart) -> dict[str, Any]:
    dates, embargo = _dates(desk, root)
    kind: AccessKind | None = None
    licence = ""
    conditions: list[Said] = []
    for name in ("rights", "license", "accessRights"):
        for part in root.parts(name):
            text = part.own()
            found, spdx = access_kind(text), vocabularies.spdx_of(text)
            kind = kind or found
            if found and found is not kind:
                desk.keep(part, text)
            if spdx and not licence:
                licence = spdx
            elif text and not found:
                conditions.append(Said(part, text, part.text("lang")))
    return {"licence": licence, "dates": dates} | {"access": _access(desk, root, kind, embargo, conditions)}


def _access(desk: Desk, root: XmlPart, kind: AccessKind | None, embargo: Any, conditions: list[Said]) -> Access | None:
    if kind is AccessKind.EMBARGOED and embargo is None:
        desk.notes.say(root.where, "repaired", kind, read=AccessKind.RESTRICTED)
        kind = AccessKind.RESTRICTED
    if kind is None and not conditions:
        return None
    until = embargo if kind is AccessKind.EMBARGOED else None
    return Access(
        kind=kind or AccessKind.UNKNOWN, embargo_until=until, conditions=desk.bilingual(conditions, joined=True)
    )


def _dates(desk: Desk, root: XmlPart) -> tuple[tuple[RecordDate, ...], Any]:
    """Dates of the terms by their names; of plain dates the earliest, as issued; and the end of an embargo."""
    embargo = None
    plain_dates: list[tuple[Part, RecordDate]] = []
    found: list[RecordDate] = []
    for name in ("date", *_DATES):
        for part in root.parts(name):
            text = part.own()
            end = _EMBARGO.match(text)
            day = values.day(end[1] if end else text)
            if day is None:
                if text:
                    desk.notes.say(part.where, "unreadable", text, expected=Text(fr="une date", en="a date"))
            elif end:
                embargo = day[0]
            elif name == "date":
                plain_dates.append((part, RecordDate(kind=DateKind.ISSUED, on=day[0], precision=day[1])))
            else:
                found.append(RecordDate(kind=_DATES[name], on=day[0], precision=day[1]))
    plain_dates.sort(key=lambda item: item[1].on)
    issued = any(date.kind is DateKind.ISSUED for date in found)
    for part, date in plain_dates[0 if issued else 1 :]:
        desk.keep(part, date.text)
    return (*found, *(date for _, date in plain_dates[: 0 if issued else 1])), embargo
