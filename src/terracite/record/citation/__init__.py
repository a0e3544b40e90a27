# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to cite the dataset, for people (several styles, French and English) and for reference managers.

`references` reads the bibliographies that a dataset refers to.
"""

from __future__ import annotations

from terracite.errors import RecordError
from terracite.record.citation.bibtex import to_bibtex
from terracite.record.citation.carried import CARRIES_BIBTEX, CARRIES_CSL, CARRIES_RIS
from terracite.record.citation.csl import to_csl
from terracite.record.citation.entries import Entry, reading_of, related_of
from terracite.record.citation.read_bibtex import bibtex_entries
from terracite.record.citation.read_csl import csl_entries
from terracite.record.citation.read_ris import ris_entries
from terracite.record.citation.ris import to_ris
from terracite.record.citation.styles import STYLES, styled, styled_html
from terracite.record.citation.text import formatted, formatted_html
from terracite.record.json_text import json_document
from terracite.record.model import Record, Related
from terracite.record.reading import MAX_BYTES, Notes, Reading, parse_json

__all__ = [
    "CARRIES_BIBTEX",
    "CARRIES_CSL",
    "CARRIES_RIS",
    "STYLES",
    "formatted",
    "formatted_html",
    "read_bibtex",
    "read_csl",
    "read_ris",
    "references",
    "styled",
    "styled_html",
    "to_bibtex",
    "to_csl",
    "to_ris",
    "write_bibtex",
    "write_citation",
    "write_csl",
    "write_ris",
]


def write_citation(record: Record, landing_url: str) -> bytes:
    """The formatted citation as a document, in the first language of the record."""
    return formatted(record, record.first_language, landing_url).encode() + b"\n"


def write_bibtex(record: Record, landing_url: str) -> bytes:
    """`to_bibtex` as a document."""
    return to_bibtex(record, landing_url).encode()


def write_ris(record: Record, landing_url: str) -> bytes:
    """`to_ris` as a document."""
    return to_ris(record, landing_url).encode()


def write_csl(record: Record, landing_url: str) -> bytes:
    """`to_csl` as a document: a list of one item."""
    return json_document([to_csl(record, landing_url)])


def read_bibtex(document: bytes) -> Reading:
    """The record of the first entry of a BibTeX document."""
    notes = Notes("bibtex")
    return _first(bibtex_entries(_decoded(document, notes), notes), notes, document)


def read_ris(document: bytes) -> Reading:
    """The record of the first reference of a RIS document."""
    notes = Notes("ris")
    return _first(ris_entries(_decoded(document, notes), notes), notes, document)


def read_csl(document: bytes) -> Reading:
    """The record of the first item of a CSL-JSON document."""
    notes = Notes("csl")
    return _first(csl_entries(parse_json(document), notes), notes, document)


def references(document: bytes) -> list[Related]:
    """Every entry of a bibliography in BibTeX, RIS or CSL-JSON, as something a dataset refers to; each once."""
    found: dict[tuple[str, str], Related] = {}
    for entry in _entries(document, Notes("references")):
        item = related_of(entry)
        found.setdefault((item.identifier.casefold(), item.relation), item)
    return list(found.values())


def _entries(document: bytes, notes: Notes) -> list[Entry]:
    start = document.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in {b"[", b"{"}:
        return csl_entries(parse_json(document), notes)
    text = _decoded(document, notes)
    return (
        bibtex_entries(text, notes) if start == b"@" or "\nTY" not in f"\n{text[:10_000]}" else ris_entries(text, notes)
    )


def _first(entries: list[Entry], notes: Notes, document: bytes) -> Reading:
    if len(entries) > 1:
        notes.say(entries[1].where, "several", len(entries))
    return reading_of(entries[0], notes, document)


def _decoded(document: bytes, notes: Notes) -> str:
    """The text; UTF-8 by right, Windows-1252 by experience."""
    if len(document) > MAX_BYTES:
        raise RecordError(
            f"The document holds {len(document):,} bytes; the most that is read is {MAX_BYTES:,}.",
            hint="Split it into several documents.",
        )
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.say("line 1", "encoding", read="UTF-16")
        return document.decode("utf-16", "replace")
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.say("line 1", "encoding", read="Windows-1252")
        return document.decode("cp1252", "replace")
