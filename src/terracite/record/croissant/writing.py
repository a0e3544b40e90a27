# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record as Croissant 1.1: the schema.org description, with what programs need to load its files.

Two things are written otherwise than in schema.org: creators are a plain list, and keywords plain words, whose terms
stand under ``about`` (the reference implementation takes neither a ``@list`` nor a DefinedTerm there). What a draft
does not have yet (a date of publication) is left out rather than invented.
"""

from __future__ import annotations

from typing import Any

from terracite.record.citation import to_bibtex
from terracite.record.cleaning import cleaned
from terracite.record.croissant import terms
from terracite.record.croissant.tables import file_id, record_sets
from terracite.record.json_text import json_document
from terracite.record.model import DataFile, Language, Record
from terracite.record.schema_org.nodes import Node, tagged, without_empty
from terracite.record.schema_org.terms import ADDITIONAL_TYPES, NO_LICENCE, RELATION_PROPERTIES
from terracite.record.schema_org.writing import describe, prefixes_used

_WORKS = frozenset({*RELATION_PROPERTIES.values(), "mentions"})  #: properties whose values may be other datasets


def write_croissant(record: Record, url: str) -> bytes:
    """`to_croissant` as a document."""
    return json_document(to_croissant(record, url))


def to_croissant(record: Record, url: str) -> Node:
    """The record as a Croissant dataset shown at ``url``; e-mails are never written."""
    record = cleaned(record)
    content = _dataset(record, url)
    return {"@context": _context(record.language, content), **content}


def _context(language: Language, content: Node) -> Node:
    """Texts without a language of their own are in that of the metadata."""
    context = {"@language": language, **terms.CONTEXT, **prefixes_used(content)}
    return context | ({"geocr": terms.GEO} if _uses(content, "geocr:") else {})


def _dataset(record: Record, url: str) -> Node:
    node = describe(record, url)
    creators = node.pop("creator", {"@list": []})["@list"]
    downloads = node.pop("distribution", [])
    extended = {
        **node,
        **_texts(node, record),
        **_dates(node),
        **_subjects(node.get("about", []), node.get("keywords", [])),
        "@type": "sc:Dataset",
        "additionalType": ADDITIONAL_TYPES.get(record.resource_type, ""),
        "creator": creators,
        "license": node.get("license") or {"@type": "CreativeWork", "name": NO_LICENCE},
        "isLiveDataset": any(period.ongoing for period in record.periods),
        "citeAs": to_bibtex(record, url) if record.title else "",
        terms.COLLECTION: _statement(record),
        **_geography(record),
        "distribution": [_file(*pair) for pair in zip(record.files, downloads, strict=True)],
        "recordSet": record_sets(record),
    }
    content = without_empty(extended)
    content |= {name: _without_datasets(content[name]) for name in _WORKS & content.keys()}
    return {"@type": content.pop("@type"), "conformsTo": _standards(content), **content}


def _without_datasets(value: Any) -> Any:
    """The one Dataset of the document is the one described: the reference implementation takes any for it."""
    if isinstance(value, list):
        return [_without_datasets(item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _without_datasets(item) for name, item in value.items()}
    kinds = inner.get("@type")
    if kinds == "Dataset" or (isinstance(kinds, list) and "Dataset" in kinds):
        others = [kind for kind in (kinds if isinstance(kinds, list) else []) if kind != "Dataset"]
        inner["@type"] = ["CreativeWork", *others] if others else "CreativeWork"
    return inner


def _texts(node: Node, record: Record) -> Node:
    """Name and description, with their language where it is not that of the metadata."""
    first = record.first_language
    if first == record.language:
        return {}
    return {name: tagged(first, node[name]) for name in ("name", "description")}


def _dates(node: Node) -> Node:
    """One date of each kind, as Croissant asks; Dublin Core's property holds the others."""
    found: Node = {}
    for name, more in terms.MORE_DATES.items():
        days = node.get(name)
        if isinstance(days, list):
            found |= {name: days[0], more: days[1:]}
    return found


def _statement(record: Record) -> Any:
    """How the data were made, in one language: this property has one value."""
    for language, text in record.lineage.statement.ordered(record.language):
        return text if language == record.language else tagged(language, text)
    return ""


def _standards(content: Node) -> Any:
    found = [terms.VERSION]
    found += [terms.RAI_VERSION] if _uses(content, "rai:") else []
    found += [terms.GEO_VERSION] if _uses(content, "geocr:") else []
    return found[0] if len(found) == 1 else found


def _uses(content: Node, prefix: str) -> bool:
    return any(key.startswith(prefix) for key in content)


def _subjects(about: list[Node], keywords: list[Any]) -> Node:
    """Words alone as keywords; once there are terms, every keyword is a term, and the words repeat them."""
    if not about and all(isinstance(word, str) for word in keywords):
        return {}
    kept = [word if isinstance(word, dict) else {"@type": "DefinedTerm", "name": word} for word in keywords]
    return {"about": [*about, *kept], "keywords": words_of(kept)}


def words_of(about: list[Any]) -> list[Any]:
    """The names of terms, each once."""
    found: list[Any] = []
    for term in about:
        names = term.get("name", "") if isinstance(term, dict) else ""
        for name in names if isinstance(names, list) else [names]:
            if name and name not in found:
                found.append(name)
    return found


def _geography(record: Record) -> Node:
    """What GeoCroissant has a word for; each of them takes one value, the first of the record."""
    metres = next((item.distance_m for item in record.resolutions if item.distance_m is not None), None)
    distance = {"@type": "QuantitativeValue", "value": metres, "unitText": "m"} if metres is not None else None
    return {
        f"geocr:{terms.CRS}": next((system.code for system in record.reference_systems if system.code), ""),
        f"geocr:{terms.RESOLUTION}": distance,
        f"geocr:{terms.TIME_RESOLUTION}": record.time_resolution,
    }


def _file(file: DataFile, download: Node) -> Node:
    return {**download, "@type": "cr:FileObject", "@id": file_id(file), "contentSize": f"{file.bytes} B"}
