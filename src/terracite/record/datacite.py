# SPDX-License-Identifier: AGPL-3.0-or-later
"""DataCite Metadata Schema 4.7 as XML, and as the attributes that DataCite's REST API takes."""

from __future__ import annotations

import json
from typing import Any

from lxml.etree import _Element as Element

from terracite.errors import RecordError
from terracite.record.datacite_attributes import attributes
from terracite.record.markup import XSI, Writer, document
from terracite.record.model import Record

KERNEL = "http://datacite.org/schema/kernel-4"
_WRITER = Writer({None: KERNEL, "xsi": XSI})

Attributes = dict[str, Any]

#: what the schema wants at the least: attribute of the REST API -> what a person calls it
_REQUIRED = {
    "doi": "a DOI",
    "creators": "a creator",
    "titles": "a title",
    "publisher": "a publisher",
    "publicationYear": "a date of publication (issued)",
}
#: list of the REST API -> (element of one item, the key that holds its text)
_LISTS = {
    "titles": ("title", "title"),
    "subjects": ("subject", "subject"),
    "dates": ("date", "date"),
    "alternateIdentifiers": ("alternateIdentifier", "alternateIdentifier"),
    "relatedIdentifiers": ("relatedIdentifier", "relatedIdentifier"),
    "rightsList": ("rights", "rights"),
    "descriptions": ("description", "description"),
}


def to_datacite_json(record: Record) -> Attributes:
    """The attributes of DataCite's REST API; what a draft lacks is left out."""
    return attributes(record)


def to_datacite(record: Record) -> bytes:
    """The record as DataCite XML.

    Raises `RecordError` naming everything the schema requires that the record does not have.
    """
    content = attributes(record)
    missing = [name for attribute, name in _REQUIRED.items() if not content.get(attribute)]
    if missing:
        raise RecordError(
            f"DataCite metadata cannot be written: the record has no {', no '.join(_bare(missing))}.",
            hint=f"Give {', '.join(missing)}.",
        )
    return document(_resource(content))


def write_datacite(record: Record, _: str) -> bytes:
    """`to_datacite`, as the table of formats calls it."""
    return to_datacite(record)


def write_datacite_json(record: Record, _: str) -> bytes:
    """`to_datacite_json` as a document."""
    return json.dumps(to_datacite_json(record), ensure_ascii=False, indent=1).encode() + b"\n"


def _bare(names: list[str]) -> list[str]:
    return [name.removeprefix("a ") for name in names]


def _resource(content: Attributes) -> Element:
    root = _WRITER.root("resource")
    root.set(_WRITER.name("xsi:schemaLocation"), f"{KERNEL} https://schema.datacite.org/meta/kernel-4/metadata.xsd")
    _WRITER.add(root, "identifier", content["doi"], identifierType="DOI")
    _people(root, "creator", content["creators"])
    _list(root, content, "titles")
    publisher = content["publisher"]
    _WRITER.add(root, "publisher", publisher["name"], **_names_of(publisher, "name"))
    _WRITER.add(root, "publicationYear", str(content["publicationYear"]))
    types = content["types"]
    _WRITER.add(root, "resourceType", types["resourceType"], resourceTypeGeneral=types["resourceTypeGeneral"])
    _list(root, content, "subjects")
    _people(root, "contributor", content.get("contributors", []))
    _list(root, content, "dates")
    if content.get("language"):
        _WRITER.add(root, "language", content["language"])
    for name in ("alternateIdentifiers", "relatedIdentifiers"):
        _list(root, content, name)
    _plain(root, "size", content.get("sizes", []))
    _plain(root, "format", content.get("formats", []))
    if content.get("version"):
        _WRITER.add(root, "version", content["version"])
    for name in ("rightsList", "descriptions"):
        _list(root, content, name)
    _locations(root, content.get("geoLocations", []))
    _funding(root, content.get("fundingReferences", []))
    _items(root, content.get("relatedItems", []))
    return root


def _names_of(item: Attributes, text_key: str) -> dict[str, str]:
    """The XML attributes of an item: all its plain keys but the one that is its text."""
    renamed = {key.replace("Uri", "URI"): value for key, value in item.items() if key not in {text_key, "lang"}}
    return renamed | ({"xml__lang": item["lang"]} if item.get("lang") else {})


def _list(root: Element, content: Attributes, name: str) -> None:
    if not content.get(name):
        return
    element, text_key = _LISTS[name]
    parent = _WRITER.add(root, name)
    for item in content[name]:
        child = _WRITER.add(parent, element, **_names_of(item, text_key))
        _lines(child, item[text_key])


def _lines(element: Element, text: str) -> None:
    """Lines of a description are parted by ``<br/>``; anything else is one line already."""
    if not element.tag.endswith("description"):
        _WRITER.text(element, text)
        return
    first, *others = text.strip().splitlines()
    _WRITER.text(element, first)
    for line in others:
        _WRITER.tail(_WRITER.add(element, "br"), line)


def _plain(root: Element, name: str, values: list[str]) -> None:
    if values:
        parent = _WRITER.add(root, f"{name}s")
        for value in values:
            _WRITER.add(parent, name, value)


def _people(root: Element, kind: str, people: list[Attributes]) -> None:
    if not people:
        return
    parent = _WRITER.add(root, f"{kind}s")
    for person in people:
        element = _WRITER.add(parent, kind, contributorType=person.get("contributorType", ""))
        _WRITER.add(element, f"{kind}Name", person["name"], nameType=person["nameType"])
        for part in ("givenName", "familyName"):
            if person.get(part):
                _WRITER.add(element, part, person[part])
        for identifier in person.get("nameIdentifiers", []):
            _WRITER.add(
                element,
                "nameIdentifier",
                identifier["nameIdentifier"],
                **_names_of(identifier, "nameIdentifier"),
            )
        for affiliation in person.get("affiliation", []):
            _WRITER.add(element, "affiliation", affiliation["name"], **_names_of(affiliation, "name"))


def _locations(root: Element, locations: list[Attributes]) -> None:
    if not locations:
        return
    parent = _WRITER.add(root, "geoLocations")
    for location in locations:
        element = _WRITER.add(parent, "geoLocation")
        if location.get("geoLocationPlace"):
            _WRITER.add(element, "geoLocationPlace", location["geoLocationPlace"])
        if box := location.get("geoLocationBox"):
            _limits(_WRITER.add(element, "geoLocationBox"), box)
        if polygon := location.get("geoLocationPolygon"):
            ring = _WRITER.add(element, "geoLocationPolygon")
            for point in polygon:
                _limits(_WRITER.add(ring, "polygonPoint"), point["polygonPoint"])


def _limits(element: Element, degrees: dict[str, float]) -> None:
    for name, value in degrees.items():
        _WRITER.add(element, name, str(value))


def _funding(root: Element, references: list[Attributes]) -> None:
    if not references:
        return
    parent = _WRITER.add(root, "fundingReferences")
    for reference in references:
        element = _WRITER.add(parent, "fundingReference")
        _WRITER.add(element, "funderName", reference["funderName"])
        if reference.get("funderIdentifier"):
            kind = reference["funderIdentifierType"]
            _WRITER.add(element, "funderIdentifier", reference["funderIdentifier"], funderIdentifierType=kind)
        if reference.get("awardNumber"):
            uri = reference.get("awardUri", "")
            _WRITER.add(element, "awardNumber", reference["awardNumber"], awardURI=uri)
        if reference.get("awardTitle"):
            _WRITER.add(element, "awardTitle", reference["awardTitle"])


def _items(root: Element, items: list[Attributes]) -> None:
    if not items:
        return
    parent = _WRITER.add(root, "relatedItems")
    for item in items:
        kind, relation = item["relatedItemType"], item["relationType"]
        element = _WRITER.add(parent, "relatedItem", relatedItemType=kind, relationType=relation)
        if identifier := item.get("relatedItemIdentifier"):
            _WRITER.add(element, "relatedItemIdentifier", identifier["relatedItemIdentifier"])
        titles = _WRITER.add(element, "titles")
        for title in item["titles"]:
            _WRITER.add(titles, "title", title["title"])
