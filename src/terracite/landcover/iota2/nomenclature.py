# SPDX-License-Identifier: AGPL-3.0-or-later
"""The classes of an iota2 run: its nomenclature (``name:code``) and its colours (``code red green blue``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from terracite.landcover.iota2.syntax import Node, parse

_SPLIT = re.compile(r"[\s,;:]+")
_LARGEST = 255  #: the largest code of a recipe; cells of a map are bytes


@dataclass(frozen=True, slots=True)
class NamedClass:
    """A class. ``label``: its value in the reference file, a number for most."""

    name: str
    label: str
    colour: str = ""
    parent: str = ""
    code: int = 0  #: of the recipe; 0 = not given yet


def read_classes(path: Path) -> tuple[NamedClass, ...]:
    """The classes of a nomenclature, in its order, without codes. Raises `OSError` when it cannot be read."""
    text = _text(path)
    if "{" in text:
        return _of_levels(parse(text).sections)
    return tuple(found for line in text.splitlines() if (found := _of_line(line)) is not None)


def read_colours(path: Path) -> dict[str, str]:
    """Colour "#rrggbb" by label. Lines that are none are passed over. Raises `OSError` when it cannot be read."""
    colours = {}
    for line in _text(path).splitlines():
        words = [word for word in _SPLIT.split(line.strip()) if word]
        numbers = [int(word) for word in words[1:4] if word.isdigit() and int(word) <= 255]
        if len(numbers) == 3:
            colours[_label(words[0])] = "#{:02x}{:02x}{:02x}".format(*numbers)
    return colours


def coded(classes: tuple[NamedClass, ...], colours: dict[str, str]) -> tuple[NamedClass, ...]:
    """The classes with their colours, and with codes 1 to 255: their labels where these are such numbers."""
    free = iter(sorted(set(range(1, _LARGEST + 1)) - {_code(item.label) for item in classes}))
    found, taken = [], set()
    for item in classes:
        code = _code(item.label)
        if not code or code in taken:
            code = next(free, 0)
        if code:
            taken.add(code)
            found.append(replace(item, code=code, colour=colours.get(item.label, item.colour)))
    return tuple(found)


def _of_line(line: str) -> NamedClass | None:
    """``name:code``; also ``code:name``, and with a comma or a semicolon, or a tab."""
    cut = re.match(r"\s*(.*?)\s*[:;,\t]\s*([^:;,\t]*?)\s*$", line)
    if cut is None or line.lstrip().startswith("#") or not (cut[1] and cut[2]):
        return None
    name, label = cut[1], cut[2]
    if name.isdigit() and not label.isdigit():
        name, label = label, name
    return NamedClass(name, _label(label))


def _of_levels(sections: dict[str, Node]) -> tuple[NamedClass, ...]:
    """The deepest level of ``Classes: { Level1: { "Urban": { code:... } } Level2: {...} }``."""
    levels = [
        node for section in sections.values() if isinstance(section.value, dict) for node in section.value.values()
    ]
    deepest = next((node.value for node in reversed(levels) if isinstance(node.value, dict)), {})
    found = []
    for name, node in deepest.items():
        about = node.plain()
        if isinstance(about, dict) and "code" in about:
            colour, parent = str(about.get("color", "")), about.get("parent", "")
            colour = colour.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else ""
            found.append(NamedClass(name, _label(str(about["code"])), colour, str(parent)))
    return tuple(found)


def _label(text: str) -> str:
    return str(int(text)) if text.isdigit() else text.strip("'\"")


def _code(label: str) -> int:
    """The label as a code of a recipe, or 0."""
    return int(label) if label.isdigit() and 1 <= int(label) <= _LARGEST else 0


def _text(path: Path) -> str:
    """The text of a file written in UTF-8, or else in the Windows way."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
