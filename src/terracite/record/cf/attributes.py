# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attributes of a file as others wrote them: any case, names of older conventions, numbers or texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from terracite.record.model import Language, Text
from terracite.record.reading import JsonNode, values
from terracite.record.two_languages import gathered


class Attributes:
    """Attributes of a file or of one variable, by names whose case does not matter."""

    __slots__ = ("_names", "_texts_in", "language", "node")

    def __init__(self, node: JsonNode) -> None:
        self.node = node
        self._names: dict[str, str] = {}
        for name in node.keys():  # noqa: SIM118 - a node is no mapping
            self._names.setdefault(name.casefold(), name)
        self._texts_in, self.language = self._languages()

    def _languages(self) -> tuple[Language, Language]:
        """That of texts whose name tells none, and that of the metadata.

        Ours tell the second (``metadata_language``), and texts without a suffix are English; elsewhere ``language``
        is that of all texts.
        """
        if ours := values.language(self.text("metadata_language")):
            return "en", ours
        node = self.first("language")
        told = values.language(str(node.value)) if node else None
        if told and node:
            node.skip()
        return told or "en", told or "en"

    def first(self, *names: str) -> JsonNode | None:
        """The first of ``names`` that is there and not empty."""
        for name in names:
            found = self.node.first(self._names.get(name.casefold(), name))
            if found and found.value not in ("", [], {}):
                return found
        return None

    def text(self, *names: str) -> str:
        """Its value as text, marked as read; a list of texts by commas; "" for none."""
        found = self.first(*names)
        if found is None:
            return ""
        if isinstance(found.value, list) and all(isinstance(item, str) for item in found.value):
            found.skip()
            return ", ".join(item.strip() for item in found.value)
        return found.text()

    def number(self, *names: str) -> float | None:
        found = self.first(*names)
        return found.number() if found else None

    def values(self, name: str) -> list[Any]:
        """The items of a list (a single value is one), or the words of a text; marked as read."""
        found = self.first(name)
        if found is None:
            return []
        found.skip()
        value = found.value
        if isinstance(value, str):
            return value.split()
        return list(value) if isinstance(value, list) else [value]

    def translated(self, name: str, *others: str) -> Text:
        """The text in both languages; the main one is in ``name``, or in one of its older names."""
        text = gathered(self.text, name, self._texts_in)
        return text if text or not others else Text.model_validate({self._texts_in: self.text(*others)})

    def has(self, *names: str) -> bool:
        return self.first(*names) is not None

    def skip(self, *names: str) -> None:
        for name in names:
            if found := self.first(name):
                found.skip()


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as JSON has them: arrays as lists, bytes as text; those of NCO's JSON out of their ``data``."""
    return {str(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _plain(value["data"]) if "data" in value else plain(value)
    if isinstance(value, bytes):
        return _decoded(value)
    if hasattr(value, "tolist"):  # an array or a number of numpy, which this package does not know
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _decoded(value: bytes) -> str:
    """UTF-8, else Latin-1, which can be any bytes."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
