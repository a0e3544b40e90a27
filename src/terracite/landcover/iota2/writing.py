# SPDX-License-Identifier: AGPL-3.0-or-later
"""A converted configuration as the text of a recipe, with what was not carried over at its head."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from terracite.landcover.iota2.nomenclature import NamedClass
from terracite.landcover.iota2.report import Fate, Item

_HEAD = """\
# A land-cover map. This recipe was made from the iota2 configuration '{name}'.
# Check it with `terracite landcover check`, see what it takes with `plan`, make the map with `run`.
# Paths are relative to this file.
"""
_LOST = "#\n# Not carried over; the map will differ by it:\n"


def recipe_text(name: str, tables: Mapping[str, Any], classes: Sequence[NamedClass], items: Sequence[Item]) -> str:
    """The recipe. Values that are near to what was asked have the reason beside them."""
    near = {item.to: item.why.best("en") for item in items if item.fate is Fate.NEAR and item.to and item.why}
    lost = [
        f"#   {item.name} = {_one_line(item.value)}: {item.why.best('en')}" for item in items if item.fate is Fate.LEFT
    ]
    parts = [_HEAD.format(name=_one_line(name)) + (_LOST + "\n".join(lost) + "\n" if lost else "")]
    for title, content in tables.items():
        parts += [_table(title, one, near) for one in (content if isinstance(content, list) else [content]) if one]
    parts += [_class(item) for item in classes]
    return "\n".join(parts)


def _table(title: str, content: Mapping[str, Any], near: Mapping[str, str]) -> str:
    lines = [f"[[{title}]]" if title == "images" else f"[{title}]"]
    for key, value in content.items():
        why = near.get(f"{title}.{key}", "")
        lines.append(f"{key} = {_value(value)}" + (f"  # {_one_line(why)}" if why else ""))
    return "\n".join(lines) + "\n"


def _class(item: NamedClass) -> str:
    lines = [
        "[[nomenclature.classes]]",
        f"code = {item.code}",
        f"fr = {_value(item.name)}",
        f"en = {_value(item.name)}",
    ]
    lines += [f'colour = "{item.colour}"'] if item.colour else []
    lines += [f"parent = {item.parent}"] if item.parent.isdigit() else []
    return "\n".join([*lines, f"reference = {_value(item.label)}"]) + "\n"


def _value(value: Any) -> str:
    """A value in TOML; JSON writes texts, numbers and lists alike, but for one character that TOML escapes."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    """A text that cannot break out of a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
