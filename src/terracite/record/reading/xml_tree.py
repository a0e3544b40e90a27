# SPDX-License-Identifier: AGPL-3.0-or-later
"""XML of others: parsed without entities and network, walked by local names, remembering what was read.

Paths are local names joined by "/" ("citation/CI_Citation/title"), so that one reader serves every version of a
namespace. "*" stands for one element of any name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from terracite.errors import RecordError
from terracite.record.markup import XLINK, XML
from terracite.record.reading.notes import MAX_BYTES, MOST_NOTED, Leftover

#: attributes that say nothing a record should keep
_SILENT = re.compile(r"(schemaLocation|type|id|uuid|codeList|codeSpace|isoType|version|nilReason|codeListValue|lang)$")


_HREF = f"{{{XLINK}}}href"


def parse_xml(document: bytes) -> XmlNode:
    """The root of a document. Entities are not expanded, nothing is fetched.

    Raises `RecordError` for what is not XML, declares entities, or is larger than ``MAX_BYTES``.
    """
    if len(document) > MAX_BYTES:
        raise RecordError(
            f"The document holds {len(document):,} bytes; the most that is read is {MAX_BYTES:,}.",
            hint="Split it into one document per record.",
        )
    if re.search(rb"<!ENTITY", document[:100_000]) or b"<\x00!\x00E\x00N\x00T" in document[:100_000]:
        raise RecordError(
            "The document declares XML entities, which are never expanded.",
            hint="Remove the DOCTYPE and write the characters themselves.",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        hint = "Check that the file is whole, and its encoding."
        raise RecordError(f"This is not XML: {error}.", hint=hint) from error
    return XmlNode(root, set())


_Steps = dict[Element, dict[Element, str]]  #: parent -> child -> name with its number


class XmlNode:
    """An element, with the memory (shared by the whole document) of what has been read."""

    __slots__ = ("_read", "_steps", "element")

    def __init__(self, element: Element, read: set[Element], steps: _Steps | None = None) -> None:
        self.element = element
        self._read = read
        self._steps: _Steps = {} if steps is None else steps

    def _of(self, element: Element) -> XmlNode:
        return XmlNode(element, self._read, self._steps)

    @property
    def name(self) -> str:
        """The local name: "MD_Metadata"."""
        return str(etree.QName(self.element).localname)

    @property
    def namespace(self) -> str:
        return str(etree.QName(self.element).namespace or "")

    @property
    def where(self) -> str:
        """The path of local names from the root, numbered where siblings share a name."""
        parts: list[str] = []
        element: Element | None = self.element
        while element is not None:
            parts.append(self._step(element))
            element = element.getparent()
        return "/" + "/".join(reversed(parts))

    def _step(self, element: Element) -> str:
        """The name of an element, numbered among its siblings; counted once per parent, however many there are."""
        parent = element.getparent()
        if parent is None:
            return str(etree.QName(element).localname)
        if parent not in self._steps:
            self._steps[parent] = _numbered(parent)
        return self._steps[parent][element]

    def all(self, path: str) -> list[XmlNode]:
        """The elements of that path, in document order."""
        found = [self.element]
        for name in path.split("/"):
            found = [child for element in found for child in element if _is(child, name)]
        return [self._of(element) for element in found]

    def first(self, path: str) -> XmlNode | None:
        """The first element of that path, or None. It does not mark the others as read."""
        return next(iter(self.all(path)), None)

    def anywhere(self, name: str) -> list[XmlNode]:
        """Every descendant of that local name, in document order."""
        return [self._of(element) for element in self.element.iter("{*}" + name)]

    def document(self) -> list[XmlNode]:
        """Every element of the whole document, in document order."""
        return [self._of(item) for item in self.element.getroottree().iter("*")]

    def with_copy(self, target: XmlNode) -> XmlNode:
        """A copy of that element, put into this one, which points to it; to be handed back after reading."""
        copied = deepcopy(target.element)
        self.element.append(copied)
        return self._of(copied)

    def hand_back(self, original: XmlNode) -> None:
        """What was read in this copy is read in the original, and so is what points to it; the copy leaves."""
        pairs = zip(self.element.iter(), original.element.iter(), strict=False)
        self._read.update(theirs for mine, theirs in pairs if mine in self._read)
        parent = self.element.getparent()
        if parent is not None:
            self._read.add(parent)
            parent.remove(self.element)

    def unread(self) -> list[XmlNode]:
        """Every element here and below that nobody has read, in document order."""
        return [self._of(item) for item in self.element.iter("*") if item not in self._read]

    def of_namespace(self, namespace: str) -> list[XmlNode]:
        """Every element here and below of that namespace."""
        return [self._of(item) for item in self.element.iter(f"{{{namespace}}}*")]

    def pointers(self) -> list[XmlNode]:
        """Every element here and below that nobody has read and that has an ``xlink:href``."""
        found = self.element.iter("*")
        return [self._of(item) for item in found if item.get(_HREF) and item not in self._read]

    def children(self) -> list[XmlNode]:
        return [self._of(child) for child in self.element if isinstance(child.tag, str)]

    def text(self, path: str = "") -> str:
        """The text of the element (or of the first of ``path``), spaces trimmed, and marks it as read; "" for none."""
        node = self.first(path) if path else self
        if node is None:
            return ""
        self._read.add(node.element)
        return (node.element.text or "").strip()

    def whole_text(self) -> str:
        """The text of the element and all inside it; marks all of it as read."""
        self.skip()
        return "".join(str(part) for part in self.element.itertext("*")).strip()

    def attribute(self, name: str) -> str:
        """The attribute of that local name, "" for none; "xml:lang" and "xlink:href" by those names."""
        key = {"xml:lang": f"{{{XML}}}lang", "xlink:href": f"{{{XLINK}}}href"}.get(name)
        self._read.add(self.element)
        if key:
            return (self.element.get(key) or "").strip()
        return next(
            (str(value).strip() for found, value in self.element.items() if etree.QName(found).localname == name), ""
        )

    def skip(self) -> None:
        """Marks the element and all inside it as read: it says nothing that the record should keep."""
        self._read.update(self.element.iter())

    def leftovers(self) -> tuple[Leftover, ...]:
        """Texts and telling attributes, here and below, that nobody has read; one more than are kept, at most."""
        return tuple(islice(self._unread(), MOST_NOTED + 1))

    def _unread(self) -> Iterator[Leftover]:
        for element in self.element.iter("*"):
            if element in self._read:
                continue
            node = self._of(element)
            text = (element.text or "").strip()
            attributes = {
                str(etree.QName(name).localname): str(value)
                for name, value in element.items()
                if not _SILENT.search(str(name)) and str(value).strip()
            }
            if code := element.get("codeListValue"):
                text = text or code
            if text:
                yield Leftover(node.where, text)
            for name, value in attributes.items():
                yield Leftover(f"{node.where}/@{name}", value)


def _is(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and (name == "*" or element.tag.rpartition("}")[2] == name)


def _numbered(parent: Element) -> dict[Element, str]:
    """The local name of each child, numbered where siblings share it."""
    names = [(child, child.tag.rpartition("}")[2]) for child in parent if isinstance(child.tag, str)]
    total, seen = Counter(name for _, name in names), Counter[str]()
    found = {}
    for child, name in names:
        seen[name] += 1
        found[child] = name if total[name] == 1 else f"{name}[{seen[name]}]"
    return found
