# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every format a record can be written in: one table for the website, the command line and OAI-PMH."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from terracite.errors import RecordError
from terracite.record import citation, native
from terracite.record.datacite import to_datacite
from terracite.record.dublin_core import to_oai_dc
from terracite.record.iso19115 import to_iso19115
from terracite.record.linked_data import to_schema_org
from terracite.record.model import Record, Text


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a record. ``write(record, landing_url)`` returns the whole document, UTF-8.

    It raises `RecordError` when the format requires something the record does not have.
    """

    name: str
    media_type: str  #: as in content negotiation, without charset
    extension: str  #: with its dot
    label: Text
    write: Callable[[Record, str], bytes]
    profile: str = ""  #: address of the standard, for Signposting's ``profile``


def _both(label: str) -> Text:
    return Text(fr=label, en=label)


def _schema_org(record: Record, url: str) -> bytes:
    return json.dumps(to_schema_org(record, url), ensure_ascii=False, indent=1).encode() + b"\n"


def _csl(record: Record) -> bytes:
    return json.dumps([citation.to_csl(record)], ensure_ascii=False, indent=1).encode() + b"\n"


def _formatted(record: Record) -> bytes:
    return citation.formatted(record, record.first_language).encode() + b"\n"


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format(
            "iso19115-3",
            "application/vnd.iso.19115-3+xml",
            ".iso19115-3.xml",
            _both("ISO 19115-3 (XML)"),
            lambda record, url: to_iso19115(record, url),
            "http://standards.iso.org/iso/19115/-3/mdb/2.0",
        ),
        Format(
            "datacite",
            "application/vnd.datacite.datacite+xml",
            ".datacite.xml",
            _both("DataCite 4.7 (XML)"),
            lambda record, _: to_datacite(record),
            "http://datacite.org/schema/kernel-4",
        ),
        Format(
            "oai_dc",
            "application/vnd.oai-dc+xml",
            ".dc.xml",
            _both("Dublin Core (XML)"),
            lambda record, _: to_oai_dc(record),
            "http://www.openarchives.org/OAI/2.0/oai_dc/",
        ),
        Format(
            "schema.org",
            "application/ld+json",
            ".jsonld",
            _both("schema.org (JSON-LD)"),
            _schema_org,
            "https://schema.org/",
        ),
        Format(
            "bibtex",
            "application/x-bibtex",
            ".bib",
            _both("BibTeX"),
            lambda record, _: citation.to_bibtex(record).encode(),
        ),
        Format(
            "ris",
            "application/x-research-info-systems",
            ".ris",
            _both("RIS"),
            lambda record, _: citation.to_ris(record).encode(),
        ),
        Format(
            "csl",
            "application/vnd.citationstyles.csl+json",
            ".csl.json",
            _both("CSL-JSON"),
            lambda record, _: _csl(record),
        ),
        Format(
            "citation",
            "text/x-bibliography",
            ".txt",
            Text(fr="Citation (texte)", en="Citation (text)"),
            lambda record, _: _formatted(record),
        ),
        Format(
            "json",
            "application/json",
            ".json",
            Text(fr="Notice Terracite (JSON)", en="Terracite record (JSON)"),
            lambda record, _: native.to_json(record.without_emails()).encode(),
        ),
    )
}


def format_named(name: str) -> Format:
    """The format of that name. Raises `RecordError` with the nearest name for an unknown one."""
    if name in FORMATS:
        return FORMATS[name]
    near = get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.4)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known formats: {', '.join(FORMATS)}."
    raise RecordError(f"There is no format '{name}'.", hint=hint)
