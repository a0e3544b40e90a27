# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar of a cell, read tolerantly and written strictly.

cell := component (separator component)*; component := key(#LOCALE)?([description])?(@uri)?: value(, value)*;
value := text([description])?(@uri)?. Quotation marks protect; inside them a mark is written twice. ``://`` is never
a separator. The separator is an underscore and a line break, unless a workflow says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from terracite.record.geoflow.columns import Column, Cut

SEPARATOR = "_\n"
#: told of each repair: kind of remark, what was there, what it was read as
Say = Callable[[str, str, str], None]

_QUOTED = r'"(?:[^"]|"")*+"'
_SPACES = r"[^\S\n]*+"
_KEY = re.compile(
    rf"{_SPACES}(?P<key>{_QUOTED}|[^:#\[@\"\n]{{0,80}}?){_SPACES}"
    rf"(?:\#(?P<locale>[A-Za-z]{{2,3}}(?:-[A-Za-z]{{2}})?))?{_SPACES}"
    rf"(?:\[(?P<description>{_QUOTED}|[^\]\n]*)\])?{_SPACES}"
    rf"(?:@(?P<uri>{_QUOTED}|(?:[^:\s\"]|:(?=//))*))?{_SPACES}:(?!//)[ \t]*+"
)
_ADDRESS = r"(?:[A-Za-z][A-Za-z0-9+.-]{1,20}:|www\.|/)\S.*"
_VALUE = re.compile(
    rf"\s*+(?P<text>{_QUOTED}|(?:.*?\S)??)\s*+(?:\[(?P<description>{_QUOTED}|[^\[\]]*)\]\s*+)?"
    rf"(?:@\s*+(?P<uri>{_QUOTED}|{_ADDRESS}|(?<=\]@)\S+)\s*)?",
    re.DOTALL,
)
_PIECES = re.compile(rf"{_QUOTED}|\[(?:{_QUOTED}|[^\[\]])*+\]|[^,\"\[]++|.", re.DOTALL)
_MAYBE_SEPARATOR = re.compile(r'(?:(?<!_)_|(?<![_ \t]))("?)[ \t]*+\n(?<!_\n)')
_MAYBE_SEPARATOR_OF_PROSE = re.compile(r'_("?)[ \t]*+\n(?<!_\n)')
_NEEDS_QUOTES = re.compile(r'[",:\[\]@#\n]|^\s|\s$|_$|^$|^NA$|^[“”«]')
_NOTHING = frozenset({"NA", "N/A", "<NA>", "NULL"})


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a component."""

    text: str
    description: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One line of a cell."""

    key: str
    items: tuple[Item, ...]
    locale: str = ""  #: in capitals: "EN"
    description: str = ""
    uri: str = ""

    @property
    def text(self) -> str:
        """The text of the first value."""
        return self.items[0].text if self.items else ""


def read_cell(cell: str, column: Column, say: Say, separator: str = SEPARATOR) -> tuple[Component, ...]:
    """The components of a cell; what was repaired is told to ``say``."""
    if column.keyless:
        text = _plain(cell.strip().removesuffix(separator.rstrip() or separator).strip(), say)
        return (Component(column.default, (Item(text),)),) if text else ()
    lines = _lines(cell.replace("\r\n", "\n"), column, say, separator)
    found = (_component(line, column, say) for line in lines)
    return tuple(component for component in found if component.items or component.description)


def write_cell(components: tuple[Component, ...], column: Column, separator: str = SEPARATOR) -> str:
    """The cell, strictly: each key spelt out, everything that could be misread between quotation marks."""
    if column.keyless:
        return components[0].text if components else ""
    return separator.join(_written(component, column.cut_of(component.key), separator) for component in components)


def _lines(cell: str, column: Column, say: Say, separator: str) -> list[str]:
    if separator == SEPARATOR:
        cell = _with_separators(cell, column, say)
    lines = [line.strip() for line in cell.strip().split(separator)]
    last = lines[-1]
    ending = separator.rstrip()
    if ending and last.endswith(ending) and not last.endswith('"'):
        lines[-1] = last.removesuffix(ending).rstrip()
    return [line for line in lines if line]


def _with_separators(cell: str, column: Column, say: Say) -> str:
    """Separators as they are meant: ``_ `` with spaces, ``_"`` where the mark was to come first, or no underscore."""

    def meant(match: re.Match[str]) -> str:
        found = _KEY.match(cell, match.end())
        if not found or not column.known(found["key"]):
            return match[0]
        say("repaired", f"{match[0]}{found[0]}", f"{match[1]}_ {found[0]}")
        return f"{match[1]}_\n"

    return (_MAYBE_SEPARATOR_OF_PROSE if column.prose else _MAYBE_SEPARATOR).sub(meant, cell)


def _component(line: str, column: Column, say: Say) -> Component:
    match = _KEY.match(line)
    key = _unquoted(match["key"]) if match else ""
    known = column.known(key) if match else ""
    if match and (known or (column.open and not _is_sentence(key))):
        if not key:
            say("repaired", line[:40], f"{column.default}:")
        name = known or key or column.default
        parts = _unquoted(match["description"] or ""), _unquoted(match["uri"] or "")
        items = _items(line[match.end() :], column, name, say)
        return Component(name, items, (match["locale"] or "").upper(), *parts)
    return _without_key(line, column, say)


def _without_key(line: str, column: Column, say: Say) -> Component:
    """A component that has no key, or only a space after it: ``http site of the project @https://...``."""
    first, _, rest = line.partition(" ")
    if column.needs_key and first in column.keys and rest:
        say("repaired", line, f"{first}:{rest}")
        return Component(first, _items(rest, column, first, say))
    if column.name == "Relation" and re.match(r"https?://\S+$", line):
        say("repaired", line, f"{column.default}:@{line}")
        return Component(column.default, (Item("", "", line),))
    if column.needs_key:
        say("repaired", line, f"{column.default}:{line}")
    return Component(column.default, _items(line, column, column.default, say))


def _is_sentence(key: str) -> bool:
    return len(key.split()) > 8 or key.rstrip().endswith((".", ","))


def _items(text: str, column: Column, key: str, say: Say) -> tuple[Item, ...]:
    cut = column.cut_of(key)
    if cut is Cut.TEXT:
        plain = _plain(text.strip(), say)
        return (Item(plain),) if plain or text.strip() == '""' else ()
    parts = _between_commas(text) if cut is Cut.LIST else [text]
    items = tuple(_item(part, say) for part in parts if part.strip() not in _NOTHING)
    if _says_nothing_on_purpose(parts):
        return items
    return tuple(item for item in items if item != Item(""))


def _says_nothing_on_purpose(parts: list[str]) -> bool:
    """Whether there are empty values between marks, which keep the places of the others."""
    return any(part.strip().startswith('""') and not part.strip().startswith('"""') for part in parts)


def _item(text: str, say: Say) -> Item:
    text = text.strip()
    mended = re.sub(r"(?<=\])\s*(?=(?:https?|ftp)://)", "@", text)
    if "]" not in mended:
        mended = re.sub(r"(\[[^\[\]]*?)@(?=https?://)", r"\1]@", mended, count=1)
    if mended != text:
        say("repaired", text, mended)
    match = _VALUE.fullmatch(mended)
    if not match:
        return Item(_plain(mended, say))
    return Item(
        _plain(match["text"], say), _plain(match["description"] or "", say), _unquoted((match["uri"] or "").strip())
    )


def _between_commas(text: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for piece in _PIECES.findall(text):
        if piece == ",":
            parts.append([])
        else:
            parts[-1].append(piece)
    return ["".join(pieces) for pieces in parts]


def _plain(text: str, say: Say) -> str:
    """A text without its marks; typographic ones count, and R's NA is nothing."""
    if text in _NOTHING:
        return ""
    if re.fullmatch(r"[“”].*[“”]", text, re.DOTALL):
        say("repaired", text, text[1:-1])
        return text[1:-1].strip()
    return _unquoted(text)


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return text[1:-1].replace('""', '"')
    return text


def _written(component: Component, cut: Cut, separator: str) -> str:
    locale = f"#{component.locale}" if component.locale else ""
    description = f"[{_quoted(component.description, separator)}]" if component.description else ""
    uri = f'@"{_doubled(component.uri)}"' if re.search(r'[:\s"](?!//)', component.uri) else component.uri
    uri = f"@{component.uri}" if uri == component.uri and uri else uri
    items = ",".join(_item_written(item, cut, separator) for item in component.items)
    return f"{_quoted(component.key, separator)}{locale}{description}{uri}:{items}"


def _item_written(item: Item, cut: Cut, separator: str) -> str:
    text = _quoted(item.text, separator)
    if cut is Cut.TEXT:
        return text
    description = f"[{_quoted(item.description, separator)}]" if item.description else ""
    plain = re.fullmatch(r"https?://[^\s,\"\[\]@]*[^\s,\"\[\]@_]", item.uri)
    uri = item.uri if plain or not item.uri else f'"{_doubled(item.uri)}"'
    return f"{text}{description}@{uri}" if uri else f"{text}{description}"


def _quoted(text: str, separator: str) -> str:
    text = text.replace("\r\n", "\n").replace(separator, f"{separator[:-1]} {separator[-1]}")
    return f'"{_doubled(text)}"' if _NEEDS_QUOTES.search(text) else text


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def texts_of(components: Iterator[Component]) -> list[str]:
    """The texts of all values."""
    return [item.text for component in components for item in component.items]
