# SPDX-License-Identifier: AGPL-3.0-or-later
"""Things as JSON-LD 1.1, with a context of prefixes inside the document: nothing is to be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from terracite.record.dcat.graph import Link, Literal, Thing, Value, prefixes_used
from terracite.record.dcat.vocabulary import PREFIXES
from terracite.record.json_text import json_document


def json_ld(things: Sequence[Thing]) -> bytes:
    """The document, in UTF-8."""
    context = {prefix: PREFIXES[prefix] for prefix in sorted(prefixes_used(things))}
    content = {"@context": context, "@graph": [_node(thing) for thing in things]}
    return json_document(content)


def _node(thing: Thing) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": thing.iri} if thing.iri else {}
    if thing.types:
        node["@type"] = list(thing.types) if len(thing.types) > 1 else thing.types[0]
    for predicate, values in thing.grouped().items():
        written = [_value(value) for value in values]
        node[predicate] = written if len(written) > 1 else written[0]
    return node


def _value(value: Value) -> Any:
    if isinstance(value, Link):
        return {"@id": value.iri}
    if isinstance(value, tuple):
        return {"@list": [{"@id": item.iri} for item in value]}
    return _literal(value) if isinstance(value, Literal) else _node(value)


def _literal(literal: Literal) -> Any:
    if literal.language:
        return {"@language": literal.language, "@value": literal.text}
    return {"@type": literal.datatype, "@value": literal.text} if literal.datatype else literal.text
