# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the properties of a feature say of its dataset, under the names of OGC API - Records, STAC, and common ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

from terracite.record import instants
from terracite.record.identifiers import bare_doi
from terracite.record.model import (
    Access,
    AccessKind,
    DateKind,
    Period,
    RecordDate,
    ResourceType,
    Text,
    Version,
)
from terracite.record.reading import JsonNode, values
from terracite.record.reading.identity import uuid_for, uuid_in
from terracite.record.stac.reading import links, when
from terracite.record.stac.reading.document import Document
from terracite.record.stac.reading.people import people
from terracite.record.stac.reading.subjects import subjects

#: other names of texts: those in the language of the document, and those that are French as their name is
_TITLES = ("Title", "TITLE"), ("titre", "Titre", "TITRE")
_DESCRIPTIONS = ("abstract", "summary", "Description"), ("resume", "résumé", "Résumé")
_PLACES = ("name", "NAME", "Name", "label"), ("nom", "NOM", "Nom", "libelle", "libellé", "toponyme", "localité")
_LICENCES = ("license", "licence", "License", "Licence")
_DATE = Text(fr="une date", en="a date")
_PERIOD = Text(fr="une période", en="a period")
#: other names of dates
_DATES = {"published": DateKind.ISSUED, "datePublished": DateKind.ISSUED, "issued": DateKind.ISSUED}
_DATES |= {f"date_{kind.value}": kind for kind in DateKind}


def fields_of(document: Document, root: JsonNode, content: bytes) -> dict[str, Any]:
    """The fields of the record but its places; ``root`` may name what the features do not."""
    _find_language(document)
    doi = _doi(document)
    found = {
        "doi": doi or None,
        "language": document.language,
        "title": _title(document, root) or None,
        "abstract": _text(document, "description", _DESCRIPTIONS) or None,
        "data_languages": _data_languages(document) or None,
        "resource_type": _resource_type(document),
        **subjects(document),
        **_people(document),
        "dates": _dates(document) or None,
        "periods": _periods(document) or None,
        "time_resolution": when.time_resolution(document) or document.text("time_resolution") or None,
        "licence": _licence(document) or None,
        "access": _access(document),
        "version": Version(number=number) if (number := document.text("version")) else None,
        "record_created": _moment(document, "created"),
        "record_updated": _moment(document, "updated"),
        "related": links.related(document, []) or None,
    }
    return found | {"uuid": _uuid(document, doi, content)}


def place_name(properties: JsonNode, document: Document) -> Text:
    """What the place is called."""
    return document.translated("place", properties) or _named(properties, _PLACES, document)


def _find_language(document: Document) -> None:
    node = document.fields.first("language", "lang")
    told = (node.text("code") if isinstance(node.value, dict) else node.text()) if node else ""
    document.language = values.language(told) or document.language
    if node and values.language(told):
        node.skip()


def _uuid(document: Document, doi: str, content: bytes) -> Any:
    """The uuid, or one made from the DOI; identifiers that are neither stay left over."""
    for node in (document.fields.first("uuid"), document.root.first("id"), document.fields.first("id")):
        if node and (found := uuid_in(str(node.value))):
            _skip_own(document)
            node.skip()
            return found
    return uuid_for(doi, content)


def _skip_own(document: Document) -> None:
    """What a document with a uuid repeats: its page, and its identifier as the number of a feature."""
    for node in (document.fields.first("url"), document.root.first("id")):
        if node:
            node.skip()


def _doi(document: Document) -> str:
    own = document.fields.first("doi", "DOI")
    if own and (found := bare_doi(own.text()) or own.text()):
        return found
    return links.doi(document)


def _title(document: Document, root: JsonNode) -> Text:
    """The title; else the name of the layer, which otherwise often repeats it."""
    found = _text(document, "title", _TITLES)
    layer = root.first("title", "name")
    if layer and isinstance(layer.value, str) and (not found or layer.value in {found.fr, found.en}):
        found = found or Text.model_validate({document.language: layer.text()})
        layer.skip()
    return found


def _text(document: Document, key: str, others: tuple[tuple[str, ...], tuple[str, ...]]) -> Text:
    return document.translated(key) or _named(document.fields, others, document)


def _named(properties: JsonNode, keys: tuple[tuple[str, ...], tuple[str, ...]], document: Document) -> Text:
    """The text of the first of those names, in the language that the name tells."""
    plain, french = keys
    if text := properties.text(*plain):
        return Text.model_validate({document.language: text})
    return Text(fr=properties.text(*french))


def _data_languages(document: Document) -> tuple[str, ...]:
    nodes = document.fields.all("resourceLanguages")
    codes = [node.text("code") if isinstance(node.value, dict) else node.text() for node in nodes]
    return tuple(code for code in codes if code)


def _resource_type(document: Document) -> ResourceType | None:
    node = document.fields.first("type")
    if node and isinstance(node.value, str) and node.value in set(ResourceType):
        node.skip()
        return ResourceType(node.value)
    return None


def _people(document: Document) -> dict[str, Any]:
    """The contacts; the plain names beside them say no more."""
    found = people(document)
    plain = document.fields.first("authors", "author", "creator", "auteur", "auteurs")
    if plain is None or isinstance(plain.value, dict):
        return found
    names = [name for node in plain.items() for name in node.text().split(";")]
    if not found["creators"]:
        agents = [values.agent(name.strip()) for name in names]
        found["creators"] = tuple(agent for agent in agents if agent) or None
    return found


def _dates(document: Document) -> tuple[RecordDate, ...]:
    found = []
    for key in document.fields.keys():  # noqa: SIM118  # a JsonNode is no dictionary
        if key in _DATES:
            found += [_date(node, _DATES[key], document) for node in document.fields.all(key)]
    return tuple(date for date in found if date)


def _date(node: JsonNode, kind: DateKind, document: Document) -> RecordDate | None:
    found = values.day(node.text())
    if found is None:
        document.notes.say(node.where, "unreadable", node.value, expected=_DATE)
        return None
    return RecordDate(kind=kind, on=found[0], precision=found[1])


def _periods(document: Document) -> tuple[Period, ...]:
    """Every period where they are listed; else the one between the first and the last day."""
    fields = document.fields
    if told := fields.all("periods"):
        found = [_interval(node, document) for node in told]
        _skip(fields, "start", "end")
        _skip(document.root, "time")
        return tuple(period for period in found if period)
    start = fields.first("start", "date_debut", "begin")
    if start is None:
        return when.periods(document)
    end = fields.text("end", "date_fin")
    _skip_interval(document.root)
    made = _period(start.text(), end or "..")
    if made is None:
        document.notes.say(start.where, "unreadable", f"{start.value}/{end}", expected=_PERIOD)
    return (made,) if made else ()


def _skip_interval(root: JsonNode) -> None:
    time = root.first("time")
    if time is not None:
        _skip(time, "interval")


def _skip(node: JsonNode, *keys: str) -> None:
    for key in keys:
        if found := node.first(key):
            found.skip()


def _interval(node: JsonNode, document: Document) -> Period | None:
    start, _, end = node.text().partition("/")
    made = _period(start, end)
    if made is None:
        document.notes.say(node.where, "unreadable", node.value, expected=_PERIOD)
    return made


def _period(start: str, end: str) -> Period | None:
    """Days and moments, to the microsecond; ".." for an end still to come, nothing for one that is unknown."""
    first, last = instants.moment(start), instants.moment(end)
    try:
        if first and (last or end in {"", ".."}):
            return Period(start=first, end=last, ongoing=end == "..")
    except ValueError:
        return None
    return values.period(start, end, ongoing=end == "..")


def _licence(document: Document) -> str:
    told = document.text(*_LICENCES)
    return values.licence(told) if told else links.licence(document)


def _access(document: Document) -> Access | None:
    node = document.fields.first("access")
    rights = document.translated("rights")
    if node is None or node.value not in set(AccessKind):
        return Access(conditions=rights) if rights else None
    kind, until = AccessKind(node.text()), _day(document.text("embargo_until"))
    if kind is AccessKind.EMBARGOED and until is None:
        kind = AccessKind.RESTRICTED
    return Access(kind=kind, embargo_until=until if kind is AccessKind.EMBARGOED else None, conditions=rights)


def _day(text: str) -> dt.date | None:
    found = values.day(text)
    return found[0] if found else None


def _moment(document: Document, key: str) -> dt.datetime | None:
    """A moment; a day alone stays left over, for the record has moments there."""
    node = document.fields.first(key)
    found = instants.moment(str(node.value)) if node and isinstance(node.value, str) else None
    if found and node:
        node.skip()
    return found
