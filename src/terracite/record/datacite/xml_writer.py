# SPDX-License-Identifier: AGPL-3.0-or-later
"""DataCite XML (kernel 4.7) from the attributes of the REST API."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.datacite.terms import KERNEL, Attributes
from terracite.record.markup import XSI, Writer, document

_WRITER = Writer({None: KERNEL, "xsi": XSI})

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


def to_xml(content: Attributes) -> bytes:
    """The whole document; ``content`` has all that the schema requires."""
    return document(_resource(content))


def _resource(content: Attributes) -> Element:
    root = _WRITER.root("resource")
    root.set(_WRITER.name("xsi:schemaLocation"), f"{KERNEL} https://schema.datacite.org/meta/kernel-4/metadata.xsd")
    _WRITER.add(root, "identifier", content["doi"], identifierType="DOI")
    _people(root, "creator", content["creators"])
    _list(root, content, "titles")
    publisher = content["publisher"]
    _WRITER.add(root, "publisher", publisher["name"], **_names_of(publisher, "name"))
    _WRITER.add(root, "publicationYear", f"{content['publicationYear']:04d}")
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
    first, *others = text.strip().replace("\r\n", "\n").split("\n")
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
        for name, text_key in (("nameIdentifiers", "nameIdentifier"), ("affiliation", "name")):
            for item in person.get(name, []):
                _WRITER.add(element, name.removesuffix("s"), item[text_key], **_names_of(item, text_key))


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
        if identifier := reference.get("funderIdentifier"):
            kind, uri = reference["funderIdentifierType"], reference.get("schemeUri", "")
            _WRITER.add(element, "funderIdentifier", identifier, funderIdentifierType=kind, schemeURI=uri)
        number, uri = reference.get("awardNumber", ""), reference.get("awardUri", "")
        if number or uri:
            _WRITER.add(element, "awardNumber", number, awardURI=uri)
        if reference.get("awardTitle"):
            _WRITER.add(element, "awardTitle", reference["awardTitle"])


def _items(root: Element, items: list[Attributes]) -> None:
    if not items:
        return
    parent = _WRITER.add(root, "relatedItems")
    for item in items:
        names = ("relatedItemType", "relationType", "relationTypeInformation")
        element = _WRITER.add(parent, "relatedItem", **{name: item.get(name, "") for name in names})
        if identifier := item.get("relatedItemIdentifier"):
            text, kind = identifier["relatedItemIdentifier"], identifier.get("relatedItemIdentifierType", "")
            _WRITER.add(element, "relatedItemIdentifier", text, relatedItemIdentifierType=kind)
        titles = _WRITER.add(element, "titles")
        for title in item["titles"]:
            _WRITER.add(titles, "title", title["title"], **_names_of(title, "title"))
