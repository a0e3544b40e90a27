# SPDX-License-Identifier: AGPL-3.0-or-later
"""A STAC document of any version and kind, seen one way: where its fields, summaries, links and assets are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from terracite.errors import RecordError
from terracite.record.model import Language, Text
from terracite.record.reading import JsonNode, Notes, parse_json, values
from terracite.record.stac.names import STRUCTURE
from terracite.record.two_languages import gathered

_NOT_STAC = "Give a STAC Collection, Item or FeatureCollection of Items."
_CHILDREN = "Give one of the Collections or Items that its links lead to."


@dataclass(slots=True)
class Document:
    """One Collection, or one Item with the other Items of the same record."""

    root: JsonNode
    fields: JsonNode  #: what has title, providers, themes...: the root of a Collection, the properties of an Item
    notes: Notes
    language: Language = "en"
    summaries: JsonNode = field(default_factory=lambda: JsonNode({}))
    siblings: tuple[JsonNode, ...] = ()  #: Items after the first that describe other places of the same data

    @property
    def is_item(self) -> bool:
        return self.root is not self.fields

    def text(self, *keys: str) -> str:
        return self.fields.text(*keys)

    def translated(self, key: str, node: JsonNode | None = None, suffixed: str = "") -> Text:
        """The text of ``key`` in both languages; of the fields, or of ``node``."""
        return gathered((node or self.fields).text, key, self.language, suffixed)

    def links(self) -> list[JsonNode]:
        """The links; before STAC 0.6 they were named."""
        return _listed(self.root.first("links"))

    def assets(self) -> list[tuple[str, JsonNode]]:
        """Every asset with its key."""
        node = self.root.first("assets")
        if node is None:
            return []
        if isinstance(node.value, dict):
            pairs = list(named(node))
        else:
            pairs = [(item.text("key", "name") or str(at), item) for at, item in enumerate(node.items(), 1)]
        return [(key, item) for key, item in pairs if isinstance(item.value, dict)]

    def summary(self, *keys: str) -> list[JsonNode]:
        """The values of the first of ``keys`` that the fields or else the summaries have."""
        for node in (self.fields, self.summaries):
            if found := node.first(*keys):
                return found.items()
        return []


def named(node: JsonNode | None) -> Iterator[tuple[str, JsonNode]]:
    """The members of an object that are not null; none for anything else."""
    names = node.keys() if node else []
    yield from ((name, item) for name in names if node and (item := node.first(name)))


def _listed(node: JsonNode | None) -> list[JsonNode]:
    if node is None:
        return []
    is_one = not isinstance(node.value, dict) or "href" in node.value
    items = node.items() if is_one else [item for _, item in named(node)]
    return [item for item in items if isinstance(item.value, dict)]


def opened(content: bytes, format_name: str) -> tuple[Document, JsonNode]:
    """The document and its root. Raises `RecordError` for JSON that is no STAC."""
    root, notes = parse_json(content), Notes(format_name)
    envelope = root if isinstance(root.value, list) else root.first("features", "collections")
    items = [item for item in envelope.items() if isinstance(item.value, dict)] if envelope else []
    if envelope is not None and not items:
        raise RecordError("This list of Items or Collections is empty.", hint=_NOT_STAC)
    document = _of_items(items, notes) if items else _of_one(root, notes)
    document.language = _language(document)
    for node in {id(node): node for node in (root, document.root)}.values():
        _skip_frame(node)
    return document, root


def _skip_frame(root: JsonNode) -> None:
    """What says of which kind a document is, and where its neighbours are."""
    for key in ("type", "stac_version", "stac_extensions", "conformsTo"):
        if found := root.first(key):
            found.skip()
    for link in _listed(root.first("links")):
        if str(link.value.get("rel")) in STRUCTURE:
            link.skip()


def _of_one(root: JsonNode, notes: Notes) -> Document:
    value = root.value
    if not isinstance(value, dict) or not _is_known(root):
        raise RecordError("This JSON is no STAC document: it has no stac_version.", hint=_NOT_STAC)
    if _is_catalog(value):
        raise RecordError("This is a STAC Catalog, which lists other documents and describes no data.", hint=_CHILDREN)
    properties = _object(root.first("properties"))
    if value.get("type") == "Feature" or ("geometry" in value and properties.value):
        return Document(root, properties, notes)
    summaries = _object(root.first("summaries"))
    return Document(root, root, notes, summaries=summaries if summaries.value else properties)


def _object(node: JsonNode | None) -> JsonNode:
    """The node when it is an object, else an empty one; what it is instead stays among the leftovers."""
    return node if node and isinstance(node.value, dict) else JsonNode({})


def _is_known(root: JsonNode) -> bool:
    """Whether it says its version, as it must since STAC 0.8, or is an Item of before, or a near relation of one."""
    is_item = root.value.get("type") == "Feature" and {"assets", "links"} <= root.value.keys()
    return "stac_version" in root.value or is_item or _is_ogc_record(root)


def _is_catalog(value: dict[str, object]) -> bool:
    """Before STAC 1.0 a Catalog did not say that it is one; it never has any of the fields of others."""
    others = {"type", "extent", "license", "providers", "geometry", "properties", "assets", "collections"}
    return value.get("type") == "Catalog" or not others & value.keys()


def _is_ogc_record(root: JsonNode) -> bool:
    """A record of OGC API - Records, the near relation of an Item."""
    return any("ogcapi-records" in node.text() for node in root.all("conformsTo"))


def _of_items(items: list[JsonNode], notes: Notes) -> Document:
    first = _of_one(items[0], notes)
    first.siblings = tuple(item for item in items[1:] if _same_record(items[0], item))
    if len(first.siblings) + 1 < len(items):
        notes.say(items[0].where.rpartition("[")[0], "several", len(items))
        for item in items[1:]:
            if item not in first.siblings:
                item.skip()
    for item in first.siblings:
        item.skip()
    return first


def _same_record(first: JsonNode, item: JsonNode) -> bool:
    """Whether two Items only differ in their place, as `to_items` writes them."""
    one, other = first.value, item.value
    collection = one.get("collection")
    if not collection or other.get("collection") != collection or one.get("assets") != other.get("assets"):
        return False
    return all(_about(one).get(key) == _about(other).get(key) for key in ("title", "version", "start_datetime"))


def _about(item: dict[str, object]) -> dict[str, object]:
    properties = item.get("properties")
    return properties if isinstance(properties, dict) else {}


def _language(document: Document) -> Language:
    node = document.fields.first("language")
    said = (node.text("code") if isinstance(node.value, dict) else node.text()) if node else ""
    for key in ("language", "languages"):
        if found := document.fields.first(key):
            found.skip()
    if not said:
        return "en"
    known = values.language(said)
    if known is None and node:
        document.notes.say(node.where, "unknown_code", said, read="en", expected=Text(fr="langues", en="languages"))
    return known or "en"
