# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fields of a record that documents give, each read by who knows its standard, the nearest document first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from terracite.errors import TerraciteError
from terracite.raster.inspect import Document, Facts, iso_or_none
from terracite.record import cf
from terracite.record.detection import detect
from terracite.record.model import Record, Text
from terracite.repository.described import bag, citation_file, eml, readme, strict, subjects
from terracite.repository.described.agents import from_attributes as people_in

Fields = dict[str, Any]

#: formats of `terracite.record.formats` that describe data; a bibliography or a list of features does not
_METADATA = frozenset(
    {
        "iso19115-3", "iso19139", "datacite", "datacite-json", "oai_dc", "dcat-ap", "dcat-ap-xml", "dcat-ap-jsonld",
        "schema.org", "croissant", "ro-crate", "stac", "stac-items", "json", "acdd",
    }
)  # fmt: skip
#: what a document may give; the rest is the repository's, or a person's to say
FIELDS = (
    "title", "abstract", "lineage", "purpose", "topics", "keywords", "creators", "contributors", "contacts", "funding",
    "dates", "extents", "periods", "time_resolution", "licence", "access", "related", "platforms", "data_languages",
    "representation", "reference_systems", "resolutions", "variables", "classes", "resource_type",
)  # fmt: skip


def with_described(facts: Facts) -> Facts:
    """The facts, with the fields that their documents give and without the documents."""
    found: Fields = {}
    for document in facts.documents:
        for name, value in _fields(document).items():
            found.setdefault(name, value)
    found |= {name: value for name, value in subjects.of(facts, found).items() if not found.get(name)}
    words = _mentions(facts.documents)
    told = {"mentions": words} if words else {}
    return replace(facts, documents=(), described=_plain(found), attributes=facts.attributes | told)


def _mentions(documents: tuple[Document, ...]) -> str:
    """The words of READMEs that may name files, folders or patterns."""
    texts = " ".join(document.text.lower() for document in documents if document.kind == "readme")
    return " ".join(dict.fromkeys(re.findall(r"[\w*./-]{2,120}", texts)))[:20_000]


def value_of(described: dict[str, Any], field: str) -> Any:
    """One described field as the record holds it; None where it is missing."""
    if field not in described:
        return None
    return getattr(Record.model_validate({field: described[field]}), field)


def _fields(document: Document) -> Fields:
    """What one document gives; nothing when it cannot be read: it stays a file among the others."""
    try:
        found = _READERS[document.kind](document)
    except (TerraciteError, ValidationError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
    return strict.sound({name: value for name, value in found.items() if name in FIELDS})


def _attributes(document: Document) -> Fields:
    content = json.loads(document.text)
    attributes = {name: _extended(value) for name, value in content["attributes"].items()}
    record = cf.from_attributes(attributes, content["variables"], document=document.text.encode()).record
    return _told(_with_method(record, attributes)) | people_in(attributes) | strict.dates_of_history(record)


def _extended(value: Any) -> Any:
    """A moment in the basic form of ISO 8601 (20160926T021531Z) in its extended form; anything else as it is."""
    basic = isinstance(value, str) and re.fullmatch(r"\d{8}T\d{4,6}(\.\d+)?Z?", value.strip())
    return (iso_or_none(value) or value) if basic else value


def _with_method(record: Record, attributes: dict[str, Any]) -> Record:
    """CF: ``source`` says how the data were produced; a statement where there is none."""
    said = attributes.get("source")
    if record.lineage.statement or not isinstance(said, str):
        return record
    return record.model_copy(update={"lineage": record.lineage.model_copy(update={"statement": Text(en=said)})})


def _metadata(document: Document) -> Fields:
    kind = detect(document.text.encode())
    return _told(kind.read(document.text.encode()).record) if kind.name in _METADATA else {}


def _told(record: Record) -> Fields:
    """The fields that differ from those of an empty record."""
    empty = Record(uuid=record.uuid)
    return {name: getattr(record, name) for name in FIELDS if getattr(record, name) != getattr(empty, name)}


def _plain(fields: Fields) -> dict[str, Any]:
    if not fields:
        return {}
    return Record.model_validate(fields).model_dump(mode="json", include=set(fields), exclude_defaults=False)


_READERS: dict[str, Callable[[Document], Fields]] = {
    "": _metadata,
    "acdd": _attributes,
    "eml": lambda document: eml.fields(document.text),
    "readme": lambda document: readme.fields(document.text),
    "cff": lambda document: citation_file.fields(document.text),
    "bag-info": lambda document: bag.fields(document.text),
}
