# SPDX-License-Identifier: AGPL-3.0-or-later
"""JSON of others: parsed in bounded size and depth, walked by keys, remembering what was read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from terracite.errors import RecordError
from terracite.record.reading.notes import MAX_BYTES, Leftover


def parse_json(document: bytes) -> JsonNode:
    """The root of a document. Raises `RecordError` for what is not JSON, holds NaN or infinity, is nested too
    deeply or larger than ``MAX_BYTES``.
    """
    if len(document) > MAX_BYTES:
        raise RecordError(
            f"The document holds {len(document):,} bytes; the most that is read is {MAX_BYTES:,}.",
            hint="Split it into one document per record.",
        )
    try:
        content = json.loads(document.removeprefix(b"\xef\xbb\xbf"), parse_constant=_refuse)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"This is not JSON: {error}.", hint="Check that the file is whole, and in UTF-8.") from error
    except RecursionError as error:
        raise RecordError("This JSON is nested too deeply.", hint="Give one record.") from error
    except RecordError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise RecordError(f"This JSON cannot be read: {error}.", hint="Correct that number.") from error
    return JsonNode(content)


def _refuse(name: str) -> NoReturn:
    raise RecordError(f"The document holds {name}, which is not a number.", hint="Remove it, or write null.")


class JsonNode:
    """A JSON value, its place, and the memory (shared by the whole document) of what has been read."""

    __slots__ = ("_read", "value", "where")

    def __init__(self, value: Any, where: str = "$", read: set[str] | None = None) -> None:
        self.value = value
        self.where = where
        self._read: set[str] = set() if read is None else read

    def first(self, *keys: str) -> JsonNode | None:
        """The value of the first of ``keys`` that is there and not null, else None. Of a list: of its first item."""
        node = self.items()[0] if isinstance(self.value, list) and self.value else self
        if not isinstance(node.value, dict):
            return None
        for key in keys:
            if node.value.get(key) is not None:
                return node._child(key, node.value[key])
        return None

    def all(self, *keys: str) -> list[JsonNode]:
        """The items of the value of the first of ``keys`` that is there: one item when it is not a list."""
        node = self.first(*keys)
        return [] if node is None else node.items()

    def items(self) -> list[JsonNode]:
        """The items of a list; the value itself when it is not one."""
        if not isinstance(self.value, list):
            return [self]
        return [
            JsonNode(item, f"{self.where}[{index}]", self._read)
            for index, item in enumerate(self.value)
            if item is not None
        ]

    def keys(self) -> list[str]:
        """The keys of an object, none for anything else."""
        return list(self.value) if isinstance(self.value, dict) else []

    def text(self, *keys: str) -> str:
        """The value (or that of the first of ``keys``) as trimmed text, marked as read; "" for objects and lists.

        A list of one text gives that text. Numbers and booleans are written as JSON writes them.
        """
        node = self.first(*keys) if keys else self
        if node is None:
            return ""
        if isinstance(node.value, list) and len(node.value) == 1:
            node = node.items()[0]
        if isinstance(node.value, dict | list):
            return ""
        self._read.add(node.where)
        return node.value.strip() if isinstance(node.value, str) else json.dumps(node.value)

    def number(self, *keys: str) -> float | None:
        """The value as a finite number, marked as read; numbers in quotes count; None for anything else."""
        try:
            value = float(self.text(*keys))
        except ValueError:
            return None
        return value if value - value == 0 else None

    def skip(self) -> None:
        """Marks the value and all inside it as read: it says nothing that the record should keep."""
        self._read.add(self.where)

    def leftovers(self) -> tuple[Leftover, ...]:
        """Every value, here and below, that nobody has read."""
        return tuple(self._unread())

    def _unread(self) -> Iterator[Leftover]:
        if self.where in self._read or self.value in (None, "", [], {}):
            return
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield from self._child(key, value)._unread()
        elif isinstance(self.value, list):
            for item in self.items():
                yield from item._unread()
        else:
            text = self.value if isinstance(self.value, str) else json.dumps(self.value)
            yield Leftover(self.where, text)

    def _child(self, key: str, value: Any) -> JsonNode:
        return JsonNode(value, f"{self.where}.{key}", self._read)
