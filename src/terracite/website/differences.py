# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two versions of a record, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from terracite.record.model import Record

LONGEST_TEXT = 20_000  #: longer ones are shown whole, old then new: comparing them would take too long


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: ``kind`` is "same", "old" (gone) or "new"."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs."""

    field: str
    pieces: tuple[Piece, ...]


def changes_between(before: Record, after: Record, names: Iterable[str]) -> list[Change]:
    """What differs in these fields."""
    return [Change(name, words(as_text(getattr(before, name)), as_text(getattr(after, name)))) for name in names]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The words that went, came and stayed, in reading order.

    >>> [(piece.kind, piece.words) for piece in words("a b", "a c")]
    [('same', 'a '), ('old', 'b'), ('new', 'c')]
    """
    if len(before) + len(after) > LONGEST_TEXT:
        return Piece("old", before), Piece("new", after)
    old, new = _split(before), _split(after)
    pieces: list[Piece] = []
    for kind, start, stop, other_start, other_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[start:stop])))
            continue
        if stop > start:
            pieces.append(Piece("old", "".join(old[start:stop])))
        if other_stop > other_start:
            pieces.append(Piece("new", "".join(new[other_start:other_stop])))
    return tuple(pieces)


def as_text(value: Any) -> str:
    """Any value of a record as lines of text, empty parts left out."""
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json")
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, part in value.items() if (text := as_text(part)))
    if isinstance(value, (list, tuple)):
        return "\n".join(as_text(part) for part in value)
    return "" if value is None else str(value)


def _split(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
