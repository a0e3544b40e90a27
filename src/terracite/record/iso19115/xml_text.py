# SPDX-License-Identifier: AGPL-3.0-or-later
"""XML written as text: every function gives one element as a string, so that a document is built by composing them.

Ten times as fast as a tree, and the parts that never change (codes, locales, scopes) are kept from one document to the
next. Elements stand one a line, without indentation; `indented` gives them theirs at the end.
"""

from __future__ import annotations

import re
from functools import cache

from terracite.record.markup import clean

#: XML 1.0 forbids it (see `terracite.record.markup`), or it means something else than itself
_UNSAFE = re.compile("[^\t\n\u0020!#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_PADS = tuple("  " * depth for depth in range(64))


def escaped(text: str) -> str:
    """``text`` as it may stand in an element or a quoted attribute: what XML forbids dropped, the rest escaped."""
    if _UNSAFE.search(text):
        text = clean(text).translate(_ENTITIES)
    if text[:1] == "\n":  # lines of their own are what `indented` knows elements by
        text = f"&#10;{text[1:]}"
    return f"{text[:-1]}&#10;" if text[-1:] == "\n" else text


def leaf(name: str, text: str, attributes: str = "") -> str:
    """An element that holds text."""
    return f"<{name}{attributes}>{escaped(text)}</{name}>\n"


def empty(name: str, attributes: str = "") -> str:
    """An element that holds nothing."""
    return f"<{name}{attributes}/>\n"


def attribute(name: str, value: str) -> str:
    """One attribute, after a space; "" when it has no value."""
    return f' {name}="{escaped(value)}"'.replace("\n", "&#10;").replace("\t", "&#9;") if value else ""


@cache
def tags(path: str) -> tuple[str, str]:
    """What opens and closes a path of elements ("mri:extent/gex:EX_Extent"), but for the last ">" of the opening."""
    names = path.split("/")
    opening = ">\n".join(f"<{name}" for name in names)
    return opening, "".join(f"</{name}>\n" for name in reversed(names))


def element(path: str, *content: str, attributes: str = "") -> str:
    """Elements one inside the other, the last with the attributes and the content; "" when there is no content."""
    inside = "".join(content)
    if not inside:
        return ""
    opening, closing = tags(path)
    return f"{opening}{attributes}>\n{inside}{closing}"


def indented(text: str) -> str:
    """The same elements, each indented by two spaces more than the one it stands in; texts stay as they are."""
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        if line[:1] != "<":  # goes on with the text of the line before
            lines.append(line)
        elif "</" in line:
            depth -= line[1] == "/"
            lines.append(_PADS[depth] + line)
        else:
            lines.append(_PADS[depth] + line)
            depth += line[-1] == ">" and line[-2] != "/"
    return "\n".join(lines)


def document(root: str) -> bytes:
    """The whole document, UTF-8, indented, ending with a newline."""
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{indented(root)}".encode()
