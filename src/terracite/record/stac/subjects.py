# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are about: ``keywords``, ``themes``, ``cube:variables``, ``classification:classes``."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from terracite.record import instants, vocabularies
from terracite.record.identifiers import web_address
from terracite.record.model import Keyword, Language, MapClass, Record, Text, Variable
from terracite.record.stac.names import UNCONTROLLED
from terracite.record.stac.places import bounds
from terracite.record.two_languages import other_language, spread

Node = dict[str, Any]
TOPICS, DISCIPLINES = "iso-topics", "terracite-disciplines"


def keywords(record: Record) -> Node:
    """``keywords`` in the language of the document, and their translations in the same order.

    Where some have none, the translations there are do not tell whose they are: ``keywords_by_language`` does.
    """
    language, other = record.language, other_language(record.language)
    labels = [keyword.label for keyword in record.keywords]
    shown = [getattr(label, language) or getattr(label, other) for label in labels]
    fields: Node = {"keywords": shown} if shown else {}
    translated = [getattr(label, other) for label in labels]
    if any(translated):
        fields[f"keywords_{other}"] = [text for text in translated if text]
    if any(translated) and not all(translated):
        fields["keywords_by_language"] = [dict(label.ordered(language)) for label in labels]
    elif any(getattr(label, language) and getattr(label, language) == getattr(label, other) for label in labels):
        fields[f"keywords_{language}"] = [getattr(label, language) for label in labels]
    return fields


def themes(record: Record) -> list[Node]:
    """The concepts of each thesaurus, ISO topics and disciplines among them, in the order of the record.

    Keywords of the same label are a theme each, so that they stay in order, free ones among them.
    """
    same = {label for label, count in Counter(keyword.label for keyword in record.keywords).items() if count > 1}
    by_scheme: dict[str, list[Node]] = {}
    for scheme, concept in _concepts(record, same):
        by_scheme.setdefault(scheme, []).append(concept)
    alike = [_keyword(keyword, record.language) for keyword in record.keywords if keyword.label in same]
    return [
        *({"scheme": scheme, "concepts": concepts} for scheme, concepts in by_scheme.items()),
        *({"scheme": scheme, "concepts": [concept]} for scheme, concept in alike if concept["id"]),
    ]


def _concepts(record: Record, same: set[Text]) -> Iterator[tuple[str, Node]]:
    for topic in record.topics:
        if topic:
            yield scheme_of(TOPICS), _named(topic, vocabularies.topic_label(topic), record.language)
    for discipline in record.disciplines:
        yield (
            scheme_of(DISCIPLINES),
            _named(discipline.value, vocabularies.discipline_label(discipline), record.language),
        )
    for keyword in record.keywords:
        if keyword.label and keyword.label not in same and (keyword.uri or keyword.thesaurus):
            yield _keyword(keyword, record.language)


def scheme_of(thesaurus: str) -> str:
    """The address of a thesaurus, else its name."""
    known = vocabularies.thesauri().get(thesaurus)
    return (known.uri or known.identifier) if known else thesaurus


def _named(identifier: str, label: Text, language: Language) -> Node:
    return {"id": identifier} | spread("title", label, language)


def _keyword(keyword: Keyword, language: Language) -> tuple[str, Node]:
    """A concept of no thesaurus that anybody named is a scheme of its own."""
    code = re.split(r"[/#]", keyword.uri.rstrip("/"))[-1] or keyword.label.best("en")
    concept = _named(code, keyword.label, language)
    if web_address(keyword.uri):
        concept["url"] = keyword.uri
    return scheme_of(keyword.thesaurus) or keyword.uri or UNCONTROLLED, concept


def cube(record: Record) -> Node:
    """``cube:dimensions`` and ``cube:variables``: written when there are variables or a step of time to tell."""
    if not (record.variables or record.time_resolution):
        return {}
    dimensions = dict(_dimensions(record))
    named: Node = {}
    for variable in record.variables:
        named.setdefault(variable.name, _variable(variable, list(dimensions), record.language))
    return {"cube:dimensions": dimensions} | ({"cube:variables": named} if named else {})


def _dimensions(record: Record) -> Iterator[tuple[str, Node]]:
    if record.extents:
        west, south, east, north = bounds([extent.box for extent in record.extents])
        x = {"type": "spatial", "axis": "x", "extent": [west, east if west <= east else east + 360]}
        yield "x", x | {"reference_system": 4326}
        yield "y", {"type": "spatial", "axis": "y", "extent": [south, north], "reference_system": 4326}
    if record.periods or record.time_resolution:
        time: Node = {"type": "temporal", "extent": list(instants.whole(record.periods))}
        yield "time", time | ({"step": record.time_resolution} if record.time_resolution else {})


def _variable(variable: Variable, dimensions: list[str], language: Language) -> Node:
    """``attrs`` holds the attributes that the variable has, or would have, in a NetCDF file."""
    node: Node = {"type": "data", "dimensions": dimensions, **spread("description", variable.label, language)}
    if variable.unit:
        node["unit"] = variable.unit
    attributes: Node = {"standard_name": variable.standard_name} if variable.standard_name else {}
    attributes |= spread("comment", variable.method, language)
    return node | ({"attrs": attributes} if attributes else {})


def classes(record: Record) -> list[Node]:
    """The classes of a map, each with a name that machines take."""
    return [_class(item, record.language) for item in record.classes]


def _class(item: MapClass, language: Language) -> Node:
    node: Node = {"value": item.code, "name": _machine_name(item), **spread("title", item.label, language)}
    return node | {"color_hint": item.colour.removeprefix("#").upper()}


def _machine_name(item: MapClass) -> str:
    """Letters, digits, hyphens and underscores: "sugar-cane", or "class-3" when nothing else is left."""
    plain = unicodedata.normalize("NFKD", item.label.best("en").casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-") or f"class-{item.code}"
