# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a document, a row of a table or an earlier dataset to a record, with what the record has no place for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terracite.errors import RecordError
from terracite.record.detection import detect
from terracite.record.geoflow import read_geoflow_table
from terracite.record.identifiers import bare_doi
from terracite.record.model import Record, Related, ResourceType, Text
from terracite.record.reading import MAX_BYTES, Leftover, Reading, Remark
from terracite.repository.models import DatasetVersion
from terracite.repository.records import record_of

MAX_DOCUMENT_BYTES = MAX_BYTES
MOST_ROWS = 500
_GEOFLOW = "geoflow"
#: what the document describes -> how this dataset relates to it
_RELATIONS = {ResourceType.DATASET: "IsIdenticalTo"}
_OTHER_RELATION = "IsSupplementTo"


@dataclass(frozen=True, slots=True)
class Found:
    """What a source gave: ``format`` names it in the origins; ``of`` is the DOI or address of what it describes."""

    record: Record
    format: str
    label: Text
    of: str = ""
    remarks: Sequence[Remark] = ()
    leftovers: Sequence[Leftover] = ()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a table to choose from."""

    number: int
    title: str


def read_source(document: bytes | str, row: int = 0) -> Found:
    """The record of a document in any format that is read here; of a table, that of one row, counted from 0.

    Raises `RecordError` for a document of no known format, one that is too large, or a row that is not there.
    """
    content = _bytes(document)
    form = detect(content)
    if form.name == _GEOFLOW:
        readings = read_geoflow_table(content)
        if not 0 <= row < len(readings):
            raise RecordError(f"The table has no row {row + 1}.", hint=f"It has {len(readings)}.")
        return _found(readings[row], form.name, form.label)
    return _found(form.read(content), form.name, form.label)


def rows_of(document: bytes | str) -> list[SourceRow]:
    """The rows to choose from, when the document is a table of several; none for any other."""
    content = _bytes(document)
    if detect(content).name != _GEOFLOW:
        return []
    readings = read_geoflow_table(content)[:MOST_ROWS]
    if len(readings) < 2:
        return []
    return [SourceRow(number, reading.record.title.best()) for number, reading in enumerate(readings)]


def source_of_version(version: DatasetVersion) -> Found:
    """An earlier dataset as a source; who asks has checked that this person may read it."""
    record = record_of(version)
    title = record.title if record.title else Text(fr="sans titre", en="untitled")
    return Found(record.model_copy(update={"files": ()}), "earlier dataset", title)


def _found(reading: Reading, name: str, label: Text) -> Found:
    record = reading.record
    of = bare_doi(record.doi)
    linked = record
    if of and all(bare_doi(item.identifier) != of for item in record.related):
        relation = _RELATIONS.get(record.resource_type, _OTHER_RELATION)
        link = Related(identifier=of, identifier_type="DOI", relation=relation, title=record.title.best())
        linked = record.model_copy(update={"related": (link, *record.related)})
    return Found(linked, name, label, of, reading.remarks, reading.leftovers)


def _bytes(document: bytes | str) -> bytes:
    content = document.encode("utf-8", "replace") if isinstance(document, str) else document
    if len(content) > MAX_DOCUMENT_BYTES:
        raise RecordError(
            f"The document holds {len(content):,} bytes; the most that is read is {MAX_DOCUMENT_BYTES:,}.",
            hint="Give the description of one dataset.",
        )
    if not content.strip():
        raise RecordError("The document is empty.", hint="Paste it again, or choose another file.")
    return content
