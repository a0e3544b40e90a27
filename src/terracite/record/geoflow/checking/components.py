# SPDX-License-Identifier: AGPL-3.0-or-later
"""The components of a cell as geoflow cuts them, which is not how a person means them: that is the point.

A component ends where the separator stands, to the letter; its key ends at the first colon that neither begins ``//``
nor stands between quotation marks. Source: geoflow's package for R, its validator and the functions it calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_COLON = re.compile(r":(?!//)\s*")
_KEY = re.compile(r'"?(?P<key>[^#\[@"]*)"?(?:#(?P<locale>[^\[@]*))?(?:\[.*\])?(?:@.*)?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cut:
    """One component: ``key`` is None where geoflow finds no colon."""

    text: str
    key: str | None
    locale: str
    value: str

    @property
    def values(self) -> list[str]:
        """The value cut at the commas outside quotation marks, marks removed."""
        return [part.strip().strip('"') for part in _between(self.value, re.compile(","))]


def cut_cell(cell: str, separator: str) -> list[Cut]:
    """The components of a cell; none of an empty one."""
    text = cell.lstrip("\n")
    return [_cut(part) for part in text.split(separator) if part.strip()] if text.strip() else []


def with_default(components: list[Cut], keys: tuple[str, ...], default: str) -> list[Cut]:
    """A single component that begins with none of ``keys`` has the default one, as geoflow takes it."""
    if len(components) == 1 and not components[0].text.startswith(keys):
        text = components[0].text
        return [Cut(text, default, "", text)]
    return components


def known_keys_in(text: str, keys: tuple[str, ...]) -> list[int]:
    """Where a component has something that geoflow takes for one of its keys: a key, a colon and a letter."""
    return [found.start() for found in _pattern(keys).finditer(text)]


@cache
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})[1-9]{{0,2}}:\b")


def _cut(text: str) -> Cut:
    first, *rest = _between(text, _COLON, most=1)
    if not rest:
        return Cut(text, None, "", text)
    match = _KEY.fullmatch(first)
    key, locale = (match["key"], match["locale"] or "") if match else (first, "")
    return Cut(text, key, locale, rest[0])


def _between(text: str, mark: re.Pattern[str], most: int = 0) -> list[str]:
    """The text cut where an even number of quotation marks follows, which is all that geoflow looks at."""
    total, seen, place, start = text.count('"'), 0, 0, 0
    parts: list[str] = []
    for found in mark.finditer(text):
        seen += text.count('"', place, found.start())
        place = found.start()
        if (total - seen) % 2 == 0:
            parts.append(text[start : found.start()])
            start = found.end()
            if most and len(parts) == most:
                break
    return [*parts, text[start:]]
