# SPDX-License-Identifier: AGPL-3.0-or-later
"""JSON-LD as people write it, walked by the names of schema.org: prefixes, references, languages, lists. Offline.

No context is ever fetched: of one given by address only the vocabulary is known, of one inside the document the
prefixes and terms. A term that nobody defines is taken as schema.org's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from terracite.record.model import Language, Text
from terracite.record.reading import JsonNode, Notes
from terracite.record.reading import values as reading

#: namespace -> prefix of the name under which readers ask for a property; schema.org's have none
_NAMESPACES = {
    "https://schema.org/": "",
    "http://schema.org/": "",
    "https://w3id.org/ro/terms#": "",
    "https://codemeta.github.io/terms/": "",
    "http://purl.org/dc/terms/": "dct:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://www.w3.org/ns/adms#": "adms:",
    "http://www.w3.org/2006/time#": "time:",
    "http://www.opengis.net/ont/geosparql#": "geosparql:",
    "http://mlcommons.org/croissant/RAI/": "rai:",
    "http://mlcommons.org/croissant/": "cr:",
    "http://www.w3.org/ns/dcat#": "dcat:",
}
_KNOWN = {
    "schema": "https://schema.org/",
    "sc": "https://schema.org/",
    "dct": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}
_LOCAL = ("_:", "#")


class Graph:
    """A document: what its context says, and its nodes by ``@id``."""

    def __init__(self, root: JsonNode) -> None:
        self.root = root
        self._terms = dict(_KNOWN)
        self._names: dict[str, str] = {}
        self._by_id: dict[str, JsonNode] = {}
        for node in _objects(root):
            self._learn(node)

    def name(self, key: str) -> str:
        """The name under which readers ask for ``key``: "name", "dct:available"; keywords such as "@id" stay."""
        if key not in self._names:
            self._names[key] = _short(self._expanded(key))
        return self._names[key]

    def things(self) -> Iterator[Thing]:
        """The objects at the top: the document itself, or the items of its list or ``@graph``."""
        for node in self.root.items():
            inner = node.first("@graph")
            yield from (Thing(item, self) for item in (inner.items() if inner else [node]))

    def find(self, identifier: str) -> Thing | None:
        """The node of that ``@id``."""
        node = self._by_id.get(identifier)
        return Thing(node, self) if node else None

    def thing(self, node: JsonNode) -> Thing:
        """The node; of a bare reference, the node that it points at."""
        if isinstance(node.value, dict) and "@id" in node.value and node.value.keys() <= {"@id", "@type"}:
            found = self._by_id.get(str(node.value["@id"]))
            if found is not None and found.where != node.where:
                node.skip()
                return Thing(found, self)
        return Thing(node, self)

    def _learn(self, node: JsonNode) -> None:
        if context := node.first("@context"):
            context.skip()
            for part in context.items():
                self._terms.update(_definitions(part.value))
        identifier = node.value.get("@id")
        if isinstance(identifier, str) and not node.value.keys() <= {"@id", "@type"}:
            self._by_id.setdefault(identifier, node)

    def _expanded(self, key: str, depth: int = 3) -> str:
        if key.startswith("@") or "://" in key or not depth:
            return key
        if key in self._terms and (known := self._terms[key]) != key:
            return self._expanded(known, depth - 1)
        prefix, colon, local = key.partition(":")
        if colon and prefix in self._terms:
            return self._expanded(self._terms[prefix], depth - 1) + local
        return key if colon else self._terms.get("@vocab", "") + key


class Thing:
    """A value of the document: an object, or a literal."""

    __slots__ = ("_graph", "_keys", "node")

    def __init__(self, node: JsonNode, graph: Graph) -> None:
        self.node = node
        self._graph = graph
        self._keys: dict[str, str] = {}
        for key in node.keys():  # noqa: SIM118  # a JsonNode is no dictionary
            self._keys.setdefault(graph.name(key), key)
        self._skip_structure()

    @property
    def where(self) -> str:
        return self.node.where

    @property
    def id(self) -> str:
        """Its address; "" for a name that means nothing outside the document."""
        identifier = self.node.text("@id") if self.is_object else ""
        return "" if identifier.startswith(_LOCAL) else identifier

    @property
    def is_object(self) -> bool:
        return isinstance(self.node.value, dict) and "@value" not in self.node.value

    @property
    def kinds(self) -> frozenset[str]:
        """The names of its types, marked as read."""
        key = self._keys.get("@type") or self._keys.get("type", "")
        found = self.node.first(key) if key else None
        return frozenset(self._graph.name(item.text()) for item in found.items()) if found else frozenset()

    @property
    def names(self) -> list[str]:
        """Its properties, in the order of the document."""
        return list(self._keys)

    def first(self, *names: str) -> Thing | None:
        """The first value of the first of those properties that has any."""
        return next(iter(self.all(*names)), None)

    def all(self, *names: str) -> list[Thing]:
        """The values of the first of those properties that has any; lists opened, references followed."""
        for name in names:
            key = self._keys.get(name)
            node = self.node.first(key) if key is not None else None
            if node is not None and (found := [self._graph.thing(item) for item in _opened(node)]):
                return found
        return []

    def each(self, *names: str) -> list[Thing]:
        """The values of all those properties, in that order."""
        return [thing for name in names for thing in self.all(name)]

    def text(self, *names: str) -> str:
        """The first value as text; of an object its name or address. Without ``names``: of the thing itself."""
        if names:
            found = self.first(*names)
            return found.text() if found else ""
        if not self.is_object:
            return self._literal()
        inner = (self.first(name) for name in ("name", "value"))
        named = next((item._literal() for item in inner if item and not item.is_object), "")
        return named or self.id or self.node.text("url")

    def peek(self, *names: str) -> str:
        """As `text`, without marking anything as read."""
        thing = self.first(*names) if names else self
        if thing is None:
            return ""
        inner = [thing.first("value"), thing.first("name")] if thing.is_object else [thing]
        texts = [_plain(item.node.value) for item in inner if item]
        if thing.is_object:
            texts += [_plain(thing.node.value.get("@id")), _plain(thing.node.value.get("url"))]
        return next(filter(None, texts), "")

    def words(self) -> list[tuple[Language | None, str]]:
        """What a literal says, as (language, text), None when no language is given; other languages stay unread.

        An object whose keys are languages (JSON-LD's language map) says one text in each.
        """
        value = self.node.value
        if isinstance(value, dict) and "@value" not in value and any(map(_language_key, value)):
            return [(_language_key(key), self.node.text(key)) for key in value if _language_key(key)]
        tag = value.get("@language") if isinstance(value, dict) else None
        if tag:
            code = reading.language(str(tag))
            return [(code, self._literal())] if code else []
        return [(None, self.text())]

    def number(self, *names: str) -> float | None:
        """The first value as a number; those in words ("12.5 m") count."""
        return reading.number(self.text(*names))

    def said(self, notes: Notes, language: Language, *names: str) -> Text:
        """The text in both languages; what has no language is in ``language``."""
        found: dict[str, str] = {}
        for thing in self.all(*names):
            for tag, text in thing.words():
                code = tag or language
                if text and found.setdefault(code, text) != text:
                    expected = Text(fr=f"Le texte ({code})", en=f"The text ({code})")
                    notes.say(thing.where, "twice", text, read=found[code], expected=expected)
        return Text(**found)

    def skip(self, *names: str) -> None:
        """Marks the values of those properties as read; without ``names``, the whole thing."""
        for node in [self.node] if not names else [self.node.first(self._keys[n]) for n in names if n in self._keys]:
            if node is not None:
                node.skip()

    def _skip_structure(self) -> None:
        """Types, and addresses that mean nothing outside the document, say nothing the record should keep."""
        for name in ("@type", "type", "@id"):
            node = self.node.first(self._keys[name]) if name in self._keys else None
            if node is not None and (name != "@id" or self._says_nothing(node.value)):
                node.skip()

    def _says_nothing(self, identifier: Any) -> bool:
        """Whether an ``@id`` is local, or an address that the object gives in other properties too."""
        others = [self.node.value[self._keys[name]] for name in ("identifier", "url", "sameAs") if name in self._keys]
        others += [item for other in others if isinstance(other, dict) for item in other.values()]
        return str(identifier).startswith(_LOCAL) or identifier in others

    def _literal(self) -> str:
        if not isinstance(self.node.value, dict):
            return self.node.text()
        for key in ("@language", "@type", "@direction"):
            self.node.text(key)
        return self.node.text("@value")


def _plain(value: Any) -> str:
    """The text of a literal, "" for an object."""
    if isinstance(value, dict):
        value = value.get("@value")
    return value.strip() if isinstance(value, str) else ""


def _opened(node: JsonNode) -> Iterator[JsonNode]:
    """The items of a value, of ``@list`` and ``@set`` too; empty ones left out."""
    for item in node.items():
        inner = item.first("@list", "@set") if isinstance(item.value, dict) else None
        for value in inner.items() if inner else [item]:
            if value.value not in ("", None) and value.value != {} and value.value != []:
                yield value


def _objects(root: JsonNode) -> Iterator[JsonNode]:
    """Every object of the document, the outer ones first; without recursion, for nesting can be deep."""
    waiting: list[JsonNode] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, dict):
            yield node
            inner: Iterable[JsonNode] = (found for key in node.value if (found := node.first(key)))
        else:
            inner = node.items() if isinstance(node.value, list) else ()
        waiting.extend(reversed([item for item in inner if isinstance(item.value, dict | list)]))


def _definitions(context: Any) -> dict[str, str]:
    if not isinstance(context, dict):
        return {}
    named = {key: value.get("@id") if isinstance(value, dict) else value for key, value in context.items()}
    return {key: value for key, value in named.items() if isinstance(value, str) and key != "@language"}


def _short(iri: str) -> str:
    for namespace, prefix in _NAMESPACES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return prefix + iri[len(namespace) :]
    return iri


def _language_key(key: str) -> Language | None:
    """The language that a key of a language map names; words such as "english" are properties."""
    return reading.language(key) if re.fullmatch(r"[a-z]{2}(-[A-Za-z0-9]{2,8})?", key) else None
