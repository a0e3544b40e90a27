# SPDX-License-Identifier: AGPL-3.0-or-later
"""The document as a whole: finding the record in it, its languages, its own dates, then every section."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from lxml.etree import _Element as Element

from terracite.errors import RecordError
from terracite.record import vocabularies
from terracite.record.identifiers import bare_doi
from terracite.record.iso_reading import codes, content, identification, lineage, quality, references, shape
from terracite.record.iso_reading.citation import identifier
from terracite.record.iso_reading.texts import Iso, code, label, language_of_words, peek, peek_attribute
from terracite.record.model import ResourceType, Text
from terracite.record.reading import Notes, Reading, XmlNode, parse_xml, values
from terracite.record.reading.identity import uuid_for, uuid_in

_RECORDS = frozenset({"MD_Metadata", "MI_Metadata", "CHE_MD_Metadata", "MDB_Metadata"})
_FAMILIES = {"iso19115-3": re.compile(r"/19115/-3/mdb/"), "iso19139": re.compile(r"isotc211\.org|geocat\.ch|gmd")}
_WHOLE = frozenset({"dataset", "series"})
#: what a record says of itself as a document
_SILENT = ("characterSet", "metadataStandard", "metadataStandardName", "metadataStandardVersion", "hierarchyLevelName")
_CATALOGUE = "http://www.fao.org/geonetwork"
_MOST_COPIED = 20_000  #: elements that references inside a document may repeat
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def read_iso19115_3(document: bytes) -> Reading:
    """The record of an ISO 19115-3 document (mdb 1.0 or 2.0, whatever breaks its schema)."""
    return _read(document, "iso19115-3")


def read_iso19139(document: bytes) -> Reading:
    """The record of an ISO 19139 document (gmd of 2005 or 2007, gmi, national profiles)."""
    return _read(document, "iso19139")


def _read(document: bytes, name: str) -> Reading:
    notes = Notes(name)
    root = parse_xml(document)
    record = _record(root, notes)
    _skip_catalogue(record)
    _check_family(record, notes, name)
    targets = _targets(record)
    copies = _resolve(record, targets)
    iso = Iso(notes)
    _languages(iso, record)
    fields = _fields(iso, record, document)
    for copied, original in reversed(copies):
        copied.hand_back(original)
    _elsewhere(notes, record, targets)
    return notes.finish(fields, (*iso.leftovers, *record.leftovers()))


def _record(root: XmlNode, notes: Notes) -> XmlNode:
    """The first record of the document, whatever envelope it is in (CSW, OAI-PMH, SOAP, an aggregate)."""
    found = [root] if root.name in _RECORDS else [node for name in _RECORDS for node in root.anywhere(name)]
    if not found:
        raise RecordError(
            f"There is no ISO metadata in this document (its root is '{root.name}').",
            hint="Give a document with an MD_Metadata element.",
        )
    if len(found) > 1:
        notes.say(root.where, "several", len(found))
    return found[0]


def _check_family(record: XmlNode, notes: Notes, name: str) -> None:
    """A document of the other ISO format is read all the same, and said to be one."""
    family = next((other for other, space in _FAMILIES.items() if space.search(record.namespace)), "")
    if family != name:
        notes.say(record.where, "misplaced", family or record.namespace or record.name)
    if family:
        shape.check(notes, record, family)


def _skip_catalogue(record: XmlNode) -> None:
    """What a catalogue (GeoNetwork) keeps beside the record for itself."""
    for node in record.of_namespace(_CATALOGUE):
        node.skip()


def _targets(record: XmlNode) -> dict[str, XmlNode]:
    """The elements of the whole document that have an identifier, by their address ("#contact1")."""
    return {f"#{value}": item for item in record.document() for value in _identifiers(item.element)}


def _resolve(record: XmlNode, targets: Mapping[str, XmlNode]) -> list[tuple[XmlNode, XmlNode]]:
    """A property that points to another element of the document gets a copy of it; the copies with their originals."""
    copies: list[tuple[XmlNode, XmlNode]] = []
    left = _MOST_COPIED
    for node in record.pointers():
        target = targets.get(peek_attribute(node, "href"))
        if target is None or node.children() or target.element in {node.element, *node.element.iterancestors()}:
            continue
        left -= sum(1 for _ in target.element.iter("*"))
        if left < 0:
            break
        copies.append((node.with_copy(target), target))
    return copies


def _identifiers(element: Element) -> list[str]:
    return [str(value) for name, value in element.items() if str(name).rpartition("}")[2] == "id"]


def _languages(iso: Iso, record: XmlNode) -> None:
    """The locales of the document, and the language of its plain strings."""
    for node in (*record.all("locale/*"), *record.all("otherLocale/*"), *record.all("defaultLocale/*")):
        name = peek_attribute(node, "id")
        language = code(node.first("language") or node.first("languageCode"))
        code(node.first("characterEncoding"))
        if name and language:
            iso.locales[name.casefold()] = values.iso639_1(language)
    holder = record.first("defaultLocale/*/language") or record.first("language")
    stated = code(holder)
    main, guessed = values.language(stated), language_of_words(_some_words(record))
    if main is None and stated and guessed is None:
        iso.foreign = True
        iso.notes.say(_where(holder), "unknown_code", stated, read="en", expected=codes.LIST_NAMES["languages"])
    elif main is not None and guessed is not None and guessed != main:
        iso.notes.say(_where(holder), "repaired", stated, read=guessed)
    elif main is None and guessed is None:
        iso.notes.say(_where(record), "missing", expected=_A_LANGUAGE)
    iso.main = guessed or main or "en"


_A_LANGUAGE = Text(fr="la langue du document", en="language of the document")


def _where(node: XmlNode | None) -> str:
    return node.where if node is not None else ""


def _some_words(record: XmlNode) -> str:
    """Abstract and title, to see which language they are in; nothing where they have translations."""
    paths = ("identificationInfo/*/abstract", "identificationInfo/*/citation/*/title")
    nodes = [node for path in paths for node in record.all(path) if node.first("PT_FreeText") is None]
    return " ".join(peek(item) for node in nodes for item in node.children())


def _fields(iso: Iso, record: XmlNode, document: bytes) -> dict[str, Any]:
    """Every field of the record that the document gives, None where it gives nothing."""
    node = record.first("identificationInfo/*")
    if node is None:
        iso.notes.say(record.where, "missing", expected=Text(fr="l’identification", en="identification"))
    given = identification.read(iso, record, node) if node is not None else {}
    held = content.read(iso, record)
    given |= {
        "language": iso.main,
        "resource_type": _resource_type(iso, record, node),
        "variables": tuple(held.variables),
        "classes": tuple(held.classes),
        "nomenclature": held.nomenclature,
        "quality": quality.read(iso, record),
        "lineage": lineage.read(iso, record),
        "reference_systems": references.reference_systems(iso, record),
        "platforms": given.get("platforms", ()) + tuple(content.platforms(iso, record)),
        **_about(iso, record),
        "uuid": _uuid(iso, record, given.get("doi", ""), document),
    }
    if not given.get("title"):
        iso.notes.say(record.where, "missing", expected=Text(fr="le titre", en="title"))
    _own_page(iso, record, given)
    _skip_silent(record)
    return given


def _own_page(iso: Iso, record: XmlNode, given: dict[str, Any]) -> None:
    """The address of the dataset (19139): its DOI, or the page that its uuid names; any other stays unread."""
    node = record.first("dataSetURI")
    if node is None:
        return
    address = next((peek(item) for item in node.children()), "")
    found = bare_doi(address)
    if str(given["uuid"]) in address or (found and found.casefold() == given.get("doi", "").casefold()):
        iso.string(node)
    elif found and not given.get("doi"):
        given["doi"] = found
        iso.string(node)


def _skip_silent(record: XmlNode) -> None:
    """What a record says of itself as a document, and that its parts are about the whole dataset."""
    for name in _SILENT:
        for item in record.all(name):
            item.skip()
    for name in ("characterSet", "characterEncoding"):
        for item in record.anywhere(name):
            item.skip()
    for item in record.anywhere("MD_ScopeCode"):
        if (peek_attribute(item, "codeListValue") or peek(item)) in _WHOLE:
            item.text()


def _resource_type(iso: Iso, record: XmlNode, node: XmlNode | None) -> ResourceType:
    """What is described: the words inside the code, else the code; a service is seen from its identification."""
    holder = record.first("metadataScope/*/resourceScope") or record.first("hierarchyLevel")
    exactly, listed = label(holder), code(holder)
    others = {vocabularies.resource_type_label(kind).fr: kind for kind in ResourceType}
    others |= {vocabularies.resource_type_label(kind).en: kind for kind in ResourceType}
    name = iso.string(record.first("metadataScope/*/name") or record.first("hierarchyLevelName"))
    for item in record.all("metadataScope/*/name"):
        item.skip()
    if listed == "nonGeographicDataset" and others.get(name) is ResourceType.OTHER:
        return ResourceType.OTHER
    found = codes.found(codes.SCOPES, exactly) or codes.found(codes.SCOPES, listed)
    if found is None and node is not None and "Service" in node.name:
        return ResourceType.SERVICE
    default = ResourceType.OTHER if listed else ResourceType.DATASET
    return found or codes.known(iso.notes, holder or record, "scopes", codes.SCOPES, listed, default)


def _about(iso: Iso, record: XmlNode) -> dict[str, Any]:
    """When the record itself was made and changed."""
    found: dict[str, Any] = {}
    for node in record.all("dateInfo/*"):
        kind = code(node.first("dateType"))
        name = {"creation": "record_created", "revision": "record_updated"}.get(kind, "")
        if name and name not in found:
            found[name] = _moment(iso, node.first("date"))
    if stamp := record.first("dateStamp"):
        found["record_updated"] = _moment(iso, stamp)
    return found


def _moment(iso: Iso, node: XmlNode | None) -> Any:
    """A moment; a day alone is its midnight."""
    text = iso.string(node)
    if node is None or not text:
        return None
    start = values.start_of(text)
    if start is None:
        iso.notes.say(node.where, "unreadable", text, expected=Text(fr="une date", en="a date"))
        return None
    return start if values.moment(text) else f"{start.isoformat()[:10]}T00:00:00Z"


def _uuid(iso: Iso, record: XmlNode, doi: str, document: bytes) -> Any:
    """The uuid of the document, wherever it stands in its identifier; else one made from that identifier."""
    holder = record.first("metadataIdentifier/*") or record.first("fileIdentifier")
    words = identifier(iso, holder).code if holder is not None else ""
    inside = _UUID.search(words)
    return uuid_in(inside[0]) if inside else uuid_for(words or doi, document)


def _elsewhere(notes: Notes, record: XmlNode, inside: Collection[str]) -> None:
    """A property that is only an address: its value is elsewhere, and nothing is fetched.

    An address beside a value only says where a catalogue keeps that value. ``inside``: addresses in the document.
    """
    for node in record.pointers():
        if node.children():
            node.attribute("xlink:href")
        elif not peek(node):
            address = node.attribute("xlink:href")
            nowhere = address.startswith("#") and address not in inside
            notes.say(node.where, "nowhere" if nowhere else "elsewhere", address)
