# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nested JSON-LD as the flat graph of RO-Crate: every entity once, the others refer to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from terracite.record.schema_org.nodes import Node

#: types that RO-Crate keeps for what lies in the crate, or asks more of than a mention says
_RESERVED = frozenset({"Dataset", "MediaObject", "SoftwareSourceCode", "SoftwareApplication"})


def flatten(root: Node, first: Sequence[str] = ()) -> list[Node]:
    """``root``, which has an ``@id``, and after it what it refers to, in the order of the document.

    Entities without an address get a local one from the property that they stand in: "#author-2". Two that say
    different things under one address stay two; two that say the same are one. What stands in the properties
    ``first`` comes first, and has its address for itself.
    """
    graph = _Graph(root["@id"])
    names = sorted(root, key=lambda key: first.index(key) if key in first else len(first))
    flat = {key: root[key] if key[0] == "@" else graph.value(root[key], key) for key in names}
    return [{key: flat[key] for key in root}, *graph.entities()]


class _Graph:
    def __init__(self, taken: str) -> None:
        self._found: dict[str, Node] = {taken: {}}
        self._said: dict[str, str] = {}  #: an entity as JSON -> its @id

    def entities(self) -> list[Node]:
        return [entity for entity in self._found.values() if entity]

    def value(self, value: Any, key: str) -> Any:
        """A literal as it is, a reference for an entity; a list of one as that one (RO-Crate 1.2)."""
        if isinstance(value, dict) and "@list" in value:
            value = value["@list"]
        if not isinstance(value, list):
            return self._single(value, key, 1)
        items = [self._single(item, key, number) for number, item in enumerate(value, start=1)]
        return items[0] if len(items) == 1 else items

    def _single(self, value: Any, key: str, number: int) -> Any:
        if not isinstance(value, dict) or "@value" in value or value.keys() == {"@id"}:
            return value
        said = json.dumps(value, sort_keys=True)
        if said not in self._said:
            self._said[said] = self._add(value, key, number)
        return {"@id": self._said[said]}

    def _add(self, node: Node, key: str, number: int) -> str:
        """Adds an entity; its place is taken first, so that it stands before its parts."""
        wanted = node.get("@id", "")
        name = wanted if wanted and wanted not in self._found else self._local(key, number)
        self._found[name] = {}
        rest = {word: self.value(value, word) for word, value in node.items() if word[0] != "@"}
        self._found[name] = {"@id": name, "@type": _type(node), **rest}
        return name

    def _local(self, key: str, number: int) -> str:
        """ "#author-2", or the next number that is free."""
        word = key.rpartition(":")[2]
        while f"#{word}-{number}" in self._found:
            number += 1
        return f"#{word}-{number}"


def _type(node: Node) -> Any:
    kinds = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
    kept = list(dict.fromkeys("CreativeWork" if kind in _RESERVED else kind for kind in kinds))
    return kept[0] if len(kept) == 1 else kept
