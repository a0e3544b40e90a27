# SPDX-License-Identifier: AGPL-3.0-or-later
"""The entities of RO-Crate 1.2 that say what the record says. https://w3id.org/ro/crate/1.2

In a folder (no ``url``) the root is "./" and files are addressed by their paths. On the web the root is the landing
page, files are addressed below it, and ``localPath`` says where they belong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import resolvable
from terracite.record.json_text import json_document
from terracite.record.model import DataFile, DateKind, FileRole, Record, Related
from terracite.record.ro_crate.flatten import flatten
from terracite.record.schema_org.links import property_of
from terracite.record.schema_org.nodes import Node, file_url, is_address, said, without_empty
from terracite.record.schema_org.terms import ADDITIONAL_TYPES, DRAFT, NO_LICENCE
from terracite.record.schema_org.writing import describe, prefixes_used

METADATA = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.2"
_CONTEXT = f"{VERSION}/context"
_NEVER = dt.date.max  #: when a record that has no date at all is published
_REFERENCES = ("prov:wasRevisionOf", "dct:isReplacedBy", "dct:isVersionOf")
_PUBLIC_DATES = (DateKind.ISSUED, DateKind.AVAILABLE, DateKind.CREATED, DateKind.UPDATED)


def write_ro_crate(record: Record, url: str) -> bytes:
    """``ro-crate-metadata.json`` of the dataset shown at ``url``."""
    return document(crate_entities(record, url))


def document(entities: list[Node]) -> bytes:
    """The whole file."""
    used = prefixes_used(entities)
    context: Any = [_CONTEXT, used] if used else _CONTEXT
    content = {"@context": context, "@graph": entities}
    return json_document(content, 2)


def crate_entities(record: Record, url: str = "", published: dt.date | None = None) -> list[Node]:
    """The metadata descriptor, the root, its files and all that these refer to.

    ``published`` stands for the date of publication where the record has no date.
    """
    record = cleaned(record)
    first, *others = flatten(without_empty(_root(record, url, published)), ("hasPart", "citation"))
    about = {"conformsTo": {"@id": VERSION}, "about": {"@id": first["@id"]}}
    return [{"@id": METADATA, "@type": "CreativeWork", **about}, first, *others]


def _root(record: Record, url: str, published: dt.date | None) -> Node:
    """The dataset as schema.org says it, with what RO-Crate asks beyond or otherwise."""
    files = [_file(file, url, record) for file in record.files]
    taken = {url, *(file["@id"] for file in files)}
    node = describe(record, url, _properties(record.related, taken))
    issued = [date.text for date in record.dates if date.kind is DateKind.ISSUED]
    parts = {"author": node.pop("creator", None), "dct:hasPart": node.pop("hasPart", None)}
    for name in ("distribution", "@id", "@type"):
        node.pop(name, None)
    return {
        "@id": url or "./",
        "@type": "Dataset",
        **node,
        **{name: _named(node[name]) for name in _REFERENCES if name in node},
        **parts,
        "additionalType": ADDITIONAL_TYPES.get(record.resource_type, ""),
        "datePublished": issued[0] if issued else _fallback(record, published),
        "dct:issued": issued[1:],  # of which the root has one only
        "creativeWorkStatus": "" if issued else DRAFT,
        "license": _licence(record.licence),
        "funder": [grant["funder"] for grant in node.get("funding", [])],
        "citation": [{"@id": work["url"], **work} for work in node.get("citation", [])],
        "hasPart": files,
    }


def _properties(works: Sequence[Related], taken: set[str]) -> list[str]:
    """Where each work stands. What a crate cites must have an address, hence one of its own; others are mentioned."""
    found = []
    for work in works:
        name, address = property_of(work), resolvable(work.identifier)
        if name == "citation" and (not address or address in taken):
            name = "mentions"
        taken = taken | {address} if name == "citation" else taken
        found.append(name)
    return found


def _named(reference: Node) -> Node:
    """What is referred to has an entity in the graph."""
    return {**reference, "@type": "CreativeWork", "name": reference["@id"]}


def _fallback(record: Record, published: dt.date | None) -> str:
    known = [record.date(kind) for kind in _PUBLIC_DATES]
    known += [published, *(moment.date() for moment in (record.record_updated, record.record_created) if moment)]
    return next((date.isoformat() for date in known if date), _NEVER.isoformat())


def _licence(licence: str) -> Node:
    """An entity for the licence, which RO-Crate asks for even where there is none."""
    if not licence:
        about = "Nothing says under which conditions the dataset may be used."
        return {"@type": "CreativeWork", "name": NO_LICENCE, "description": about}
    if licence not in vocabularies.spdx_identifiers():
        return {"@type": "CreativeWork", "@id": licence if is_address(licence) else "", "name": licence}
    about = f"The licence that the SPDX list names {licence}"
    address = f"https://spdx.org/licenses/{quote(licence)}"
    return {"@type": "CreativeWork", "@id": address, "name": licence, "description": about}


def _file(file: DataFile, url: str, record: Record) -> Node:
    """A file; its format stands for a description that is missing, which RO-Crate recommends to have."""
    name = file.path.rsplit("/", 1)[-1]
    return without_empty(
        {
            "@id": file_url(url, file.path),
            "@type": "File",
            "name": name,
            "description": said(file.description, record.language) or file.format or name,
            "encodingFormat": [file.media_type, _format(file.format)] if file.format else file.media_type,
            "contentSize": str(file.bytes),
            "sha256": file.sha256,
            "localPath": file.path if url else "",
            "additionalType": "" if file.role is FileRole.DATA else file.role.value,
        }
    )


def _format(name: str) -> Node:
    """A format in words is a page or standard about it (RO-Crate 1.2, "Adding detailed descriptions of encodings")."""
    return {"@type": ["CreativeWork", "Standard"], "name": name}
