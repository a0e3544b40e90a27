# SPDX-License-Identifier: AGPL-3.0-or-later
"""One view of a DataCite property, whether it is written as XML or as JSON.

Names are those of the REST API ("titles", "titleType", "rightsUri"). In XML a property is an element (in its wrapper),
its sub-properties are attributes or children; in JSON it is an object, or a plain text, and keys are spelt in many
ways ("publication-year", "rights_list").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from lxml import etree

from terracite.record.markup import XML
from terracite.record.reading import JsonNode, Leftover, XmlNode

#: the wrapper of each list, and the element of one item; "" = no wrapper
_ITEMS = {
    "creators": "creator",
    "titles": "title",
    "subjects": "subject",
    "contributors": "contributor",
    "dates": "date",
    "alternateIdentifiers": "alternateIdentifier",
    "relatedIdentifiers": "relatedIdentifier",
    "sizes": "size",
    "formats": "format",
    "rightsList": "rights",
    "descriptions": "description",
    "geoLocations": "geoLocation",
    "fundingReferences": "fundingReference",
    "relatedItems": "relatedItem",
}
_BARE = {"nameIdentifiers": "nameIdentifier"}
#: other names of a list in JSON
_ALSO = {
    "affiliation": ("affiliations",),
    "geoLocationPolygon": ("geoLocationPolygons",),
    "polygonPoint": ("polygonPoints",),
}
#: the key that holds the text of an item, where it is not the item's own name
_TEXT_KEYS = {"creator": "name", "contributor": "name", "affiliation": "name", "publisher": "name"}
#: what follows from something else and says nothing more
_SILENT = re.compile(r"(schemaLocation|noNamespaceSchemaLocation|schemeURI|schemeUri|type|lang|nil)$", re.IGNORECASE)
#: DataCite's codes for a value that is not there (":unav", "(:tba)")
_NO_VALUE = re.compile(r"\(?:(unac|unal|unap|unas|unav|unkn|none|null|tba|etal)\)?$", re.IGNORECASE)


class Part(Protocol):
    """A property or sub-property; what is read is remembered, for the leftovers."""

    @property
    def where(self) -> str: ...

    def own(self) -> str:
        """The text of the property itself, "" when it has none."""

    def text(self, name: str) -> str:
        """A sub-property by name; also one level deeper, where XML and JSON nest differently."""

    def parts(self, name: str) -> list[Part]:
        """The items of a list; a single property is a list of one."""

    def members(self) -> list[Part]:
        """What is in a list that stands inside a list (JSON only)."""

    def skip(self) -> None:
        """Marks all of it as read."""


def known(text: str) -> str:
    """The text, or "" for a code that says that there is none."""
    return "" if _NO_VALUE.match(text) else text


class XmlPart:
    """A property in XML, of any kernel."""

    __slots__ = ("_seen", "node")

    def __init__(self, node: XmlNode, seen: set[tuple[etree._Element, str]] | None = None) -> None:
        self.node = node
        self._seen: set[tuple[etree._Element, str]] = set() if seen is None else seen

    @property
    def where(self) -> str:
        return self.node.where

    def own(self) -> str:
        """Line breaks of indented text are spaces; ``<br/>`` and ``<p>`` are line breaks."""
        element = self.node.element
        text = _unwrapped(element.text)
        for child in element.iterchildren("*"):
            line = "\n" if etree.QName(child).localname in {"br", "p"} else ""
            text += line + _unwrapped("".join(str(part) for part in child.itertext(with_tail=False)))
            text += _unwrapped(child.tail)
        self.node.skip()
        return known(text.strip())

    def text(self, name: str) -> str:
        if found := self._attribute(self.node, name):
            return known(found)
        if (child := self.node.first(name)) is not None:
            return XmlPart(child, self._seen).own()
        if name == "name":
            return self._name()
        return next(filter(None, (known(self._attribute(child, name)) for child in self.node.children())), "")

    def parts(self, name: str) -> list[Part]:
        item = _ITEMS.get(name)
        if item is None:
            return [XmlPart(node, self._seen) for node in self.node.all(_BARE.get(name, name))]
        misplaced = [node for node in self.node.all(item) if not node.all(item)]
        return [XmlPart(node, self._seen) for node in (*self.node.all(f"{name}/{item}"), *misplaced)]

    def members(self) -> list[Part]:
        return []

    def skip(self) -> None:
        self.node.skip()
        self._seen.update((element, str(key)) for element in self.node.element.iter("*") for key, _ in element.items())

    def leftovers(self) -> Iterator[Leftover]:
        """What was not read: whole elements, and attributes of elements that were."""
        whole = {item.where: item for item in self.node.leftovers()}
        yield from whole.values()
        for node in self.node.anywhere("*"):
            for key, value in node.element.items():
                name = str(etree.QName(key).localname)
                if (node.element, str(key)) in self._seen or _SILENT.search(name):
                    continue
                if (place := f"{node.where}/@{name}") not in whole:
                    yield Leftover(place, str(value))

    def _name(self) -> str:
        """The name of a creator or contributor; an affiliation and a publisher are their own names."""
        for child in ("creatorName", "contributorName"):
            if (node := self.node.first(child)) is not None:
                return XmlPart(node, self._seen).own()
        return "" if self.node.name in {"creator", "contributor"} else self.own()

    def _attribute(self, node: XmlNode, name: str) -> str:
        wanted = f"{{{XML}}}lang" if name == "lang" else name
        for key, value in node.element.items():
            local = str(key) if name == "lang" else str(etree.QName(key).localname)
            if local.casefold() == wanted.casefold():
                self._seen.add((node.element, str(key)))
                node.attribute(local)  # marks the element as read
                return str(value).strip()
        return ""


class JsonPart:
    """A property in JSON; ``item`` is the name of one item of its list."""

    __slots__ = ("item", "node")

    def __init__(self, node: JsonNode, item: str = "") -> None:
        self.node = node
        self.item = item

    @property
    def where(self) -> str:
        return self.node.where

    def own(self) -> str:
        if not isinstance(self.node.value, dict):
            return known(self.node.text())
        keys = (_TEXT_KEYS.get(self.item, self.item), self.item, f"{self.item}Name")
        return next(filter(None, (known(self._text(key)) for key in keys)), "")

    def text(self, name: str) -> str:
        if name == "name" and self.item in _TEXT_KEYS:
            return self.own()
        if found := self._text(name):
            return known(found)
        objects = filter(None, map(self.node.first, filter(self._is_object, self.node.keys())))
        inner = (JsonPart(node) for node in objects)
        return next(filter(None, (known(part._text(name)) for part in inner)), "")

    def parts(self, name: str) -> list[Part]:
        item = _ITEMS.get(name, _BARE.get(name, name))
        keys = (key for known_as in (name, *_ALSO.get(name, ())) for key in self._keys(known_as))
        return [JsonPart(node, item) for key in keys for node in self.node.all(key)]

    def members(self) -> list[Part]:
        return [JsonPart(node, self.item) for node in self.node.items()] if isinstance(self.node.value, list) else []

    def skip(self) -> None:
        self.node.skip()

    def leftovers(self) -> Iterator[Leftover]:
        """What was not read, but for what follows from something else."""
        yield from (item for item in self.node.leftovers() if not _SILENT.search(item.where.rpartition(".")[2]))

    def _text(self, name: str) -> str:
        return next(filter(None, (self.node.text(key) for key in self._keys(name))), "")

    def _keys(self, name: str) -> Iterable[str]:
        wanted = folded(name)
        return filter(lambda key: folded(key) == wanted, self.node.keys())

    def _is_object(self, key: str) -> bool:
        return isinstance(self.node.value[key], dict)


def folded(key: str) -> str:
    """What is the same in all spellings of one key: "publication-year", "publicationYear"."""
    return re.sub("[-_]", "", key).casefold().removeprefix("xml:")


def _unwrapped(text: str | None) -> str:
    """Indented continuation lines joined by one space."""
    if not text or not text.strip():
        return ""
    return re.sub(r"[ \t\r]*\n[ \t]+", " ", text)
