# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which format a document is in, from its first marks: the root of XML, the keys of JSON, the shape of a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from terracite.errors import RecordError
from terracite.record.formats import FORMATS, Format
from terracite.record.model import Record
from terracite.record.reading import parse_xml

#: mark in the name or namespace of an element -> format; the first element that has one decides
_XML_MARKS = (
    (re.compile(r"standards\.iso\.org/iso/19115/-3/mdb/.*\}MD_Metadata$"), "iso19115-3"),
    (re.compile(r"isotc211\.org/2005/gmd\}MD_Metadata$|www\.isotc211\.org/.*\}MI_Metadata$"), "iso19139"),
    (re.compile(r"datacite\.org/schema/kernel-[\d.]+\}resource$"), "datacite"),
    (re.compile(r"oai_dc/\}dc$|purl\.org/dc/elements/1\.1/\}"), "oai_dc"),
    (re.compile(r"22-rdf-syntax-ns#\}RDF$"), "dcat-ap-xml"),
    (re.compile(r"\}(\w+_)?(MD|MI)_Metadata$"), "iso19139"),
    (re.compile(r"^\{[^}]*datacite[^}]*\}resource$"), "datacite"),
)
_TURTLE = re.compile(rb"<(\w+://|urn:)[^<>\s]*>\s*(a\s|<|[\w-]*:)")  #: a triple whose subject is an address
_MOST_ELEMENTS = 100_000  #: looked at before giving up


def detect(document: bytes) -> Format:
    """The format of a document. Raises `RecordError` when it is in none that is read."""
    start = document[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (start[:1] == b"<" and not _TURTLE.match(start)):
        name = _of_xml(document)
    elif start[:1] in {b"{", b"["}:
        name = _of_json(document)
    else:
        name = _of_text(start.decode("utf-8", "replace"))
    if not name:
        known = ", ".join(item for item, found in FORMATS.items() if found.reads)
        raise RecordError(
            "This document is in no format that is read here.",
            hint=f"Formats: {known}. Say which it is with --from.",
        )
    return FORMATS[name]


def _of_xml(document: bytes) -> str:
    for count, element in enumerate(parse_xml(document).element.iter("*")):
        tag = str(element.tag)
        name = next((name for mark, name in _XML_MARKS if mark.search(tag)), "")
        if _is_resource_without_namespace(element, tag, first=count == 0):
            return "datacite"
        if name:
            return name
        if count > _MOST_ELEMENTS:
            break
    return ""


def _is_resource_without_namespace(element: Any, tag: str, *, first: bool) -> bool:
    """A DataCite document that lost its namespace, alone or in the answer of a server."""
    return tag == "resource" and (first or any(str(child.tag) == "titles" for child in element))


def _of_json(document: bytes) -> str:
    try:
        content = json.loads(document.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return "json"  # its reader says what is wrong, and where
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return ""
    return next((name for name, has in _JSON_MARKS if has(first, isinstance(content, list))), "")


def _context(content: dict[str, Any]) -> str:
    return json.dumps(content.get("@context", "")) if "@context" in content else ""


def _conforms_to_croissant(content: dict[str, Any]) -> bool:
    return "croissant" in json.dumps(content.get("conformsTo", content.get("dct:conformsTo", ""))) or "cr:" in _context(
        content
    )


def _is_stac_collection(content: dict[str, Any]) -> bool:
    return "stac_version" in content and content.get("type", "Collection") in {"Collection", "Catalog"}


def _is_stac_item(content: dict[str, Any]) -> bool:
    listed = content.get("features", content.get("collections"))
    first = listed[0] if isinstance(listed, list) and listed else content
    return isinstance(first, dict) and "stac_version" in first


def _names_conventions(attributes: Any) -> bool:
    """As the global attributes of a NetCDF file do."""
    return isinstance(attributes, dict) and "Conventions" in attributes


def _is_datacite(content: dict[str, Any]) -> bool:
    return (
        bool({"creators", "titles", "attributes", "data"} & content.keys())
        or {"types", "schemaVersion"} <= content.keys()
    )


def _is_of_ours(content: dict[str, Any]) -> bool:
    """Typed by hand, perhaps with mistakes; a package.json, which shares names of fields with a record, is not."""
    return bool(Record.model_fields.keys() & content.keys()) and "name" not in content


#: (format, whether an object of JSON, from a list or not, is in it), the most telling first
_JSON_MARKS: tuple[tuple[str, Callable[[dict[str, Any], bool], bool]], ...] = (
    ("ro-crate", lambda content, _: "ro/crate" in _context(content)),
    ("croissant", lambda content, _: bool(_context(content)) and _conforms_to_croissant(content)),
    ("dcat-ap-jsonld", lambda content, _: "dcat#" in _context(content) or "ns/dcat#" in json.dumps(content)[:4000]),
    ("schema.org", lambda content, _: "schema.org" in _context(content)),
    ("stac", lambda content, _: _is_stac_collection(content)),
    ("stac-items", lambda content, _: _is_stac_item(content)),
    ("geojson", lambda content, _: content.get("type") in {"Feature", "FeatureCollection"}),
    ("json", lambda content, _: "schema_version" in content and "uuid" in content),
    ("geoflow", lambda content, _: "profile" in content and "metadata" in content),
    ("acdd", lambda content, _: "variables" in content or _names_conventions(content.get("attributes"))),
    ("datacite-json", lambda content, _: _is_datacite(content)),
    ("csl", lambda content, in_list: "type" in content and (in_list or bool({"author", "issued"} & content.keys()))),
    ("schema.org", lambda content, _: "@graph" in content or "@type" in content),
    ("json", lambda content, in_list: not in_list and _is_of_ours(content)),
)


def _of_text(start: str) -> str:
    if re.match(r"TY  ?-", start):
        return "ris"
    if re.match(r"(%.*\n|\s)*@\w+\s*[{(]", start) and not start.startswith(("@prefix", "@base")):
        return "bibtex"
    if re.match(r"(#.*\n|\s)*(@?prefix|@?base|<)\b", start, re.IGNORECASE) or "ns/dcat#" in start:
        return "dcat-ap"
    header = start.partition("\n")[0]
    columns = {part.strip().strip('"') for part in re.split(r"[,;\t]", header)}
    return "geoflow" if len(columns & {"Identifier", "Title", "Description", "Subject", "Creator"}) >= 3 else ""
