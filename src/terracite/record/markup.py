# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing XML: clean text, elements by qualified name, one way to serialise."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element as Element

XML = "http://www.w3.org/XML/1998/namespace"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XLINK = "http://www.w3.org/1999/xlink"

# XML 1.0, section 2.2: everything but these may stand in a document.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """``text`` without the characters that XML 1.0 forbids (controls, lone surrogates, U+FFFE, U+FFFF)."""
    return _FORBIDDEN.sub("", text)


class Writer:
    """Adds elements by prefixed name ("cit:title") with a fixed table of namespaces.

    Text and attribute values are cleaned; an attribute whose value is "" is left out.
    """

    def __init__(self, namespaces: Mapping[str | None, str]) -> None:
        self.namespaces = dict(namespaces)
        self._by_prefix = {prefix or "": uri for prefix, uri in namespaces.items()} | {"xml": XML}

    def name(self, prefixed: str) -> str:
        """lxml's "{namespace}local" for "prefix:local"; no prefix means the default namespace."""
        prefix, _, local = prefixed.rpartition(":")
        uri = self._by_prefix.get(prefix)
        return f"{{{uri}}}{local}" if uri else local

    def root(self, prefixed: str) -> Element:
        return etree.Element(self.name(prefixed), nsmap=self.namespaces)  # type: ignore[arg-type]  # None is the default

    def add(self, parent: Element, prefixed: str, text: str = "", **attributes: str) -> Element:
        """A new last child; attributes by keyword, with "__" for ":" (``xml__lang="fr"``)."""
        element = etree.SubElement(parent, self.name(prefixed))
        if text:
            element.text = clean(text)
        for key, value in attributes.items():
            if value:
                element.set(self._attribute(key), clean(value))
        return element

    def text(self, element: Element, text: str) -> None:
        """The text inside ``element``, before its first child."""
        element.text = clean(text) or None

    def tail(self, element: Element, text: str) -> None:
        """The text that follows ``element``."""
        element.tail = clean(text) or None

    def _attribute(self, key: str) -> str:
        return self.name(key.replace("__", ":")) if "__" in key else key


def document(root: Element) -> bytes:
    """The whole document, UTF-8, indented by two spaces, ending with a newline."""
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
