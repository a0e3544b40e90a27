# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two versions of a record: texts word by word, lists item by item, files by name and content."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from terracite.record.model import DataFile, Record, Text

ALIKE = 0.6  #: two items of a list more alike than this (0-1) are one that changed
MOST_PAIRS = 2_500  #: comparing more items with each other would take too long
LONGEST_TEXT = 20_000  #: longer ones are shown whole, old then new: comparing them would take too long


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: ``kind`` is "same", "old" (gone) or "new"."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, or one language of a text.

    ``kind`` is "old" (gone), "new" or "changed" (its words then say how); ``language`` is "" for an item.
    """

    kind: str
    pieces: tuple[Piece, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: ``pieces`` of a text, or ``items`` of a list with ``kept`` more that did not change."""

    field: str
    pieces: tuple[Piece, ...] = ()
    items: tuple[Item, ...] = ()
    kept: int = 0


Say = Callable[[Any], str]  #: how one item of a list is written


def changes_between(before: Record, after: Record, names: Iterable[str], say: Say | None = None) -> list[Change]:
    """What differs in these fields."""
    return [change(name, getattr(before, name), getattr(after, name), say) for name in names]


def change(name: str, before: Any, after: Any, say: Say | None = None) -> Change:
    """What differs in one field, whatever it holds (values of the record, or plain JSON)."""
    if say and isinstance(before, Text) and isinstance(after, Text):
        return Change(name, items=tuple(_languages(before, after)))
    say = say or as_text
    if name == "files":
        return Change(name, items=tuple(_files(before, after)), kept=len(set(before) & set(after)))
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        old, new = [say(item) for item in before], [say(item) for item in after]
        items = tuple(_items(old, new))
        if items:
            return Change(name, items=items, kept=sum((Counter(old) & Counter(new)).values()))
        # their order differs, or something that is not written
        say = as_text
    was, now = say(before), say(after)
    if was and now and not re.search(r"\s", was + now):  # a code is one word, whatever its marks
        return Change(name, (Piece("old", was), Piece("same", " "), Piece("new", now)))
    return Change(name, words(was, now))


def _languages(before: Text, after: Text) -> Iterator[Item]:
    """The languages in which a text differs."""
    for language, old, new in (("fr", before.fr, after.fr), ("en", before.en, after.en)):
        if old != new:
            yield Item("changed" if old and new else "new" if new else "old", words(old, new), language)


def _items(before: list[str], after: list[str]) -> Iterator[Item]:
    """Items that went, came, or changed a little: those alike are told as one that changed."""
    gone, come = ([*(Counter(one) - Counter(two)).elements()] for one, two in ((before, after), (after, before)))
    pairs = gone if len(gone) * len(come) <= MOST_PAIRS else []
    for text in come:
        near = max(pairs, key=lambda old: _likeness(old, text), default="")
        if near and _likeness(near, text) > ALIKE:
            pairs.remove(near)
            yield Item("changed", words(near, text))
        else:
            yield Item("new", (Piece("new", text),))
    for text in gone:
        yield Item("old", (Piece("old", text),))


def _files(before: Iterable[DataFile], after: Iterable[DataFile]) -> Iterator[Item]:
    old, new = {file.path: file for file in before}, {file.path: file for file in after}
    left = {old[path].sha256: path for path in old.keys() - new.keys()}
    moved = {left[file.sha256]: path for path, file in new.items() if path not in old and file.sha256 in left}
    for path in sorted(old.keys() | new.keys()):
        if path in moved:
            yield Item("changed", words(path, moved[path]))
        elif path not in new:
            yield Item("old", (Piece("old", path),))
        elif path not in old and path not in moved.values():
            yield Item("new", (Piece("new", path),))
        elif path in old and old[path].sha256 != new[path].sha256:
            yield Item("changed", (Piece("same", f"{path} "), *words(*map(_content, (old[path], new[path])))))
        elif path in old and old[path] != new[path]:
            yield Item("changed", words(as_text(old[path]), as_text(new[path])))


def _content(file: DataFile) -> str:
    return f"{file.sha256[:12]}… {file.bytes}"


def _likeness(before: str, after: str) -> float:
    return SequenceMatcher(None, before[:500], after[:500], autojunk=False).ratio()


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The words that went, came and stayed, in reading order.

    >>> [(piece.kind, piece.words) for piece in words("a b", "a c")]
    [('same', 'a '), ('old', 'b'), ('new', 'c')]
    """
    if len(before) + len(after) > LONGEST_TEXT:
        return Piece("old", before), Piece("new", after)
    old, new = _split(before), _split(after)
    pieces: list[Piece] = []
    gone = come = between = ""
    for kind, start, stop, other_start, other_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[start:stop]) if kind == "equal" else ""
        if gone and come and same and not re.search(r"\w", same):
            between = same  # a space or a comma between two replaced words: they are told as one
        elif same:
            pieces += [*_replaced(gone, come), Piece("same", same)]
            gone = come = ""
        else:
            gone += between + "".join(old[start:stop])
            come += between + "".join(new[other_start:other_stop])
            between = ""
    pieces += [*_replaced(gone, come), *([Piece("same", between)] if between else [])]
    return tuple(pieces)


def _replaced(gone: str, come: str) -> list[Piece]:
    return [piece for piece in (Piece("old", gone), Piece("new", come)) if piece.words]


def as_text(value: Any) -> str:
    """Any value of a record as lines of text, empty parts left out."""
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json")
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, part in value.items() if (text := as_text(part)))
    if isinstance(value, (list, tuple)):
        return "\n".join(as_text(part) for part in value)
    return "" if value is None or value is False else str(value)


def _split(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
