# SPDX-License-Identifier: AGPL-3.0-or-later
"""DataCite Metadata Schema 4.7 as XML, and as the attributes that DataCite's REST API takes."""

from __future__ import annotations

from terracite.errors import RecordError
from terracite.record.datacite.attributes import attributes
from terracite.record.datacite.terms import Attributes
from terracite.record.datacite.xml_writer import to_xml
from terracite.record.json_text import json_document
from terracite.record.model import Record

#: what the schema wants at the least: attribute of the REST API -> what a person calls it
_REQUIRED = {
    "doi": "a DOI",
    "creators": "a creator",
    "titles": "a title",
    "publisher": "a publisher",
    "publicationYear": "a date of publication (issued)",
}


def to_datacite_json(record: Record) -> Attributes:
    """The attributes of DataCite's REST API; what a draft lacks is left out."""
    return attributes(record)


def to_datacite(record: Record) -> bytes:
    """The record as DataCite XML.

    Raises `RecordError` naming everything the schema requires that the record does not have.
    """
    content = attributes(record)
    missing = [name for attribute, name in _REQUIRED.items() if not content.get(attribute)]
    if missing:
        bare = [name.removeprefix("a ") for name in missing]
        raise RecordError(
            f"DataCite metadata cannot be written: the record has no {', no '.join(bare)}.",
            hint=f"Give {', '.join(missing)}.",
        )
    return to_xml(content)


def write_datacite(record: Record, _: str) -> bytes:
    """`to_datacite`, as the table of formats calls it."""
    return to_datacite(record)


def write_datacite_json(record: Record, _: str) -> bytes:
    """`to_datacite_json` as a document."""
    return json_document(to_datacite_json(record))
