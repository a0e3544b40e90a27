# SPDX-License-Identifier: AGPL-3.0-or-later
"""Things as RDF 1.1 Turtle: one block for each thing that has an address, the others nested where they are said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from terracite.record.dcat.graph import Link, Literal, Thing, Value, prefixes_used
from terracite.record.dcat.vocabulary import PREFIXES

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\n\r\t]')


def turtle(things: Sequence[Thing]) -> bytes:
    """The document, in UTF-8."""
    waiting = list(things)
    blocks: list[str] = []
    while waiting:
        later: list[Thing] = []
        blocks += [f"{_name(thing.iri)} {_facts(thing, 1, later)} .\n" for thing in waiting]
        waiting = later
    used = sorted(prefixes_used(things))
    header = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in used)
    return "\n".join([header, *dict.fromkeys(blocks)]).encode()


def _facts(thing: Thing, depth: int, later: list[Thing]) -> str:
    indent = "\n" + "  " * depth
    lines = [f"a {', '.join(thing.types)}"] if thing.types else []
    for predicate, values in thing.grouped().items():
        inner = depth + (1 if len(values) == 1 else 2)
        written = [_value(value, inner, later) for value in values]
        separator = ", " if all(isinstance(value, Link) for value in values) else f",{indent}  "
        lines.append(f"{predicate} {separator.join(written)}")
    return f" ;{indent}".join(lines)


def _value(value: Value, depth: int, later: list[Thing]) -> str:
    if isinstance(value, Literal):
        return _literal(value)
    if isinstance(value, Link):
        return _name(value.iri)
    if isinstance(value, tuple):
        return f"( {' '.join(_name(item.iri) for item in value)} )"
    if value.iri:
        later.append(value)
        return _name(value.iri)
    return f"[ {_facts(value, depth, later)} ]"


def _literal(literal: Literal) -> str:
    text = _ESCAPED.sub(lambda found: _ESCAPES[found[0]], literal.text)
    suffix = f"@{literal.language}" if literal.language else f"^^{literal.datatype}" if literal.datatype else ""
    return f'"{text}"{suffix}'


def _name(iri: str) -> str:
    return iri if iri.startswith("_:") else f"<{iri}>"
