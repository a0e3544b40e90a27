# SPDX-License-Identifier: AGPL-3.0-or-later
"""DataCite read: XML of kernels 2.2 to 4.7, and the JSON of the REST API, of bolognese and of inveniosoftware.

Both are seen through one view (`views.Part`), so that a property is read by one function wherever it comes from.
"""

from __future__ import annotations

from typing import Any

from terracite.errors import RecordError
from terracite.record.datacite import read_people
from terracite.record.datacite.desk import Desk
from terracite.record.datacite.read_coverage import Times, extents, times
from terracite.record.datacite.read_identity import identity
from terracite.record.datacite.read_links import links
from terracite.record.datacite.read_subjects import subjects
from terracite.record.datacite.read_texts import descriptions, main_language, rights, titles, version
from terracite.record.datacite.read_types import resource_type
from terracite.record.datacite.views import JsonPart, Part, XmlPart, folded
from terracite.record.datacite.zenodo import as_datacite, is_deposit
from terracite.record.model import Access, AccessKind
from terracite.record.reading import JsonNode, Notes, Reading, XmlNode, parse_json, parse_xml, values

#: keys, folded, of which a DataCite document in JSON has one
_TELLING = frozenset(
    {"creators", "titles", "publicationyear", "relatedidentifiers", "resourcetypegeneral", "rightslist"}
)
_CHILDREN = frozenset({"titles", "creators", "identifier"})
#: keys of the REST API and of bolognese about the registration, not about the data
_OF_THE_AGENCY = (
    *("id", "prefix", "suffix", "agency", "provider", "providerId", "clientId", "state", "isActive", "active", "xml"),
    *("source", "reason", "schemaVersion", "metadataVersion", "registered", "published", "resourceTypeId"),
    *("viewCount", "viewsOverTime", "downloadCount", "downloadsOverTime", "citationCount", "citationsOverTime"),
    *("referenceCount", "partCount", "partOfCount", "versionCount", "versionOfCount"),
)


def read_datacite(document: bytes) -> Reading:
    """The record in a DataCite XML document, alone or inside an OAI-PMH answer.

    Raises `RecordError` for a document of another kind.
    """
    notes = Notes("datacite")
    part = XmlPart(_resource(parse_xml(document), notes))
    content = _values(Desk(notes), part, document)
    return notes.finish(content.pop("values"), (*content["kept"], *part.leftovers()))


def read_datacite_json(document: bytes) -> Reading:
    """The record in DataCite JSON; a Zenodo deposit is read as what Zenodo would register.

    Raises `RecordError` for a document of another kind.
    """
    notes = Notes("datacite-json")
    node = _attributes(parse_json(document), notes)
    if is_deposit(node):
        node = as_datacite(node)
    part = JsonPart(node)
    content = _values(Desk(notes), part, document)
    return notes.finish(content.pop("values"), (*content["kept"], *part.leftovers()))


def _resource(root: XmlNode, notes: Notes) -> XmlNode:
    """The resource element, wherever it stands; the first of several."""
    named = [root] if root.name == "resource" else root.anywhere("resource")
    found = [node for node in named if "datacite" in node.namespace or _CHILDREN & {c.name for c in node.children()}]
    if not found:
        raise RecordError("This is not a DataCite document.", hint="Its root is 'resource', in DataCite's namespace.")
    if len(found) > 1:
        notes.say(found[1].where, "twice", f"{len(found) - 1} resources", read=found[0].where, expected="resource")
    return found[0]


def _attributes(node: JsonNode, notes: Notes) -> JsonNode:
    """The attributes of the first record: ``{"data": {"attributes": ...}}`` or bare."""
    for key in ("data", "attributes"):
        items = node.items()
        if len(items) > 1:
            notes.say(node.where, "twice", f"{len(items) - 1} records", read=items[0].where, expected="record")
        node = items[0] if items else node
        node = node.first(key) or node
    keys = set(map(folded, node.keys()))
    if "@context" in keys or not (
        _TELLING & keys or is_deposit(node) or {"doi", "types"} <= keys or {"schemaversion", "types"} <= keys
    ):
        raise RecordError(
            "This is not DataCite JSON.", hint="It has 'titles', 'creators'... as in DataCite's REST API."
        )
    return node


def _values(desk: Desk, root: Part, document: bytes) -> dict[str, Any]:
    """The fields of the record under "values", and what no field holds under "kept"."""
    told = [part.own() for part in root.parts("language")]
    desk.language = main_language(root) or next(filter(None, map(values.language, filter(None, told))), None) or "en"
    right = rights(desk, root)
    found = times(desk, root)
    link = links(desk, root)
    text = descriptions(desk, root)
    contributors, contacts, funders = read_people.contributors(desk, root)
    lineage = text.pop("lineage").model_copy(update={"sources": link["sources"]})
    content = {
        **identity(desk, root, document),
        **subjects(desk, root),
        "title": titles(desk, root),
        "language": right["language"] or desk.language,
        "data_languages": tuple(dict.fromkeys(values.iso639_1(language) for language in told[:1] if language)),
        "resource_type": resource_type(desk, root),
        "creators": read_people.creators(desk, root),
        "contributors": contributors,
        "contacts": contacts,
        "publisher": read_people.publisher(desk, root),
        "funding": (*read_people.funding(desk, root), *funders),
        "dates": tuple(found.dates),
        "periods": tuple(found.periods),
        "eras": tuple(found.eras),
        "extents": extents(desk, root),
        "licence": right["licence"],
        "access": _access(desk, root, right, found),
        "version": version(root, text.pop("version_notes")).model_copy(update=link["versions"]),
        "lineage": lineage,
        **text,
        **{name: link[name] for name in ("parent", "related", "platforms")},
    }
    for other in told[1:]:
        desk.keep(root.parts("language")[-1], other)
    _skip(root)
    return {"values": content, "kept": tuple(desk.kept)}


def _access(desk: Desk, root: Part, right: dict[str, Any], found: Times) -> Access | None:
    """An embargo whose end is not told ends on the date Available, else access is restricted."""
    kind, conditions = right["access_kind"], right["conditions"]
    until = found.embargo
    if kind is AccessKind.EMBARGOED and until is None:
        until = max((date.on for date in found.dates if date.kind.value == "available"), default=None)
        if until is None:
            desk.notes.say(root.where, "repaired", AccessKind.EMBARGOED, read=AccessKind.RESTRICTED)
            kind = AccessKind.RESTRICTED
    if kind is None and not conditions:
        return None
    until = until if kind is AccessKind.EMBARGOED else None
    return Access(kind=kind or AccessKind.UNKNOWN, embargo_until=until, conditions=conditions)


def _skip(root: Part) -> None:
    for name in _OF_THE_AGENCY:
        for part in root.parts(name):
            part.skip()
