# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pieces of JSON-LD that every part of the description is made of."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from terracite.record.model import Language, Text

Node = dict[str, Any]


def without_empty(node: Node) -> Node:
    """The node without values that say nothing: "", None, [] and {}."""
    return {key: value for key, value in node.items() if value not in ("", None) and value != [] and value != {}}


def tagged(language: str, text: str) -> Node:
    return {"@language": language, "@value": text}


def said(text: Text, language: Language) -> Any:
    """A text that is only in ``language`` as it is; any other as texts tagged with their language, "" for none."""
    items = text.ordered(language)
    if not items:
        return ""
    if [code for code, _ in items] == [language]:
        return items[0][1]
    nodes = [tagged(code, words) for code, words in items]
    return nodes[0] if len(nodes) == 1 else nodes


def property_value(name: Any, value: object, **more: object) -> Node:
    return without_empty({"@type": "PropertyValue", "name": name, "value": value, **more})


def measure(name: str, value: object, *, about: str, **more: object) -> Node:
    """A property of the dataset that schema.org has no word for; ``about`` is the address that says what it is."""
    return property_value(name, value, propertyID=about, **more)


def number(value: float) -> str:
    """Every digit, never an exponent.

    >>> number(1e-05), number(-21.4)
    ('0.00001', '-21.4')
    """
    return format(Decimal(repr(value)), "f")


def file_url(url: str, path: str) -> str:
    """Where a file of the dataset shown at ``url`` is; without a page, its path as a reference."""
    return f"{url.rstrip('/')}/files/{quote(path)}" if url else reference(path)


def reference(path: str) -> str:
    """The path as a reference: what ASCII reserves is escaped, other alphabets stay readable (RO-Crate 1.2)."""
    return "".join(quote(character, safe="/") if character.isascii() else character for character in path)


def is_address(text: str) -> bool:
    return bool(re.match(r"https?://\S+$", text))
