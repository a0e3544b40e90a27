# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every format a record is written in or read from: one table for the website, the command line and OAI-PMH.

The code of a format is imported when it is first used, so that the table costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from terracite.errors import RecordError
from terracite.record.crosswalk import Carried
from terracite.record.model import Record, Text
from terracite.record.reading import Reading

SCHEMA_ORG = "https://schema.org/"
DCAT = "http://www.w3.org/ns/dcat#"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a record, to read one, or both. ``room`` is the module that has its code:

    - ``<room>.write_<word>(record, landing_url) -> bytes``, the whole document, UTF-8, without e-mails;
    - ``<room>.read_<word>(document) -> Reading``, when ``reads``;
    - ``<room>.CARRIES_<WORD>``, a `Carried`, when it both writes and reads.

    where ``word`` is the name with underscores.
    """

    name: str
    media_type: str  #: as in content negotiation, without charset
    extension: str  #: with its dot
    label: Text
    room: str
    profile: str = ""  #: address of the standard, for Signposting's ``profile``
    reads: bool = True
    writes: bool = True
    negotiable: bool = True  #: False where another format answers to the same media type

    @property
    def word(self) -> str:
        return self.name.replace("-", "_").replace(".", "_")

    def write(self, record: Record, landing_url: str) -> bytes:
        """The whole document. Raises `RecordError` when the format requires something the record does not have."""
        document: bytes = self._code(f"write_{self.word}")(record, landing_url)
        return document

    def read(self, document: bytes) -> Reading:
        """The record in a document. Raises `RecordError` for a document of another kind."""
        if not self.reads:
            hint = f"Formats that are read: {', '.join(name for name, item in FORMATS.items() if item.reads)}."
            raise RecordError(f"Records are written as '{self.name}', not read from it.", hint=hint)
        reading: Reading = self._code(f"read_{self.word}")(document)
        return reading

    def carries(self) -> Carried:
        """What a record keeps when it is written in this format and read back."""
        carried: Carried = self._code(f"CARRIES_{self.word.upper()}")
        return carried

    def _code(self, name: str) -> Any:
        return getattr(import_module(f"terracite.record.{self.room}"), name)


def _both(label: str) -> Text:
    return Text(fr=label, en=label)


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format(
            "iso19115-3",
            "application/vnd.iso.19115-3+xml",
            ".iso19115-3.xml",
            _both("ISO 19115-3 (XML)"),
            "iso19115",
            "http://standards.iso.org/iso/19115/-3/mdb/2.0",
        ),
        Format(
            "iso19139",
            "application/vnd.iso.19139+xml",
            ".iso19139.xml",
            _both("ISO 19139 (XML)"),
            "iso19139",
            "http://www.isotc211.org/2005/gmd",
        ),
        Format(
            "datacite",
            "application/vnd.datacite.datacite+xml",
            ".datacite.xml",
            _both("DataCite 4.7 (XML)"),
            "datacite",
            "http://datacite.org/schema/kernel-4",
        ),
        Format(
            "datacite-json",
            "application/vnd.datacite.datacite+json",
            ".datacite.json",
            _both("DataCite 4.7 (JSON)"),
            "datacite",
        ),
        Format(
            "oai_dc",
            "application/vnd.oai-dc+xml",
            ".dc.xml",
            _both("Dublin Core (XML)"),
            "dublin_core",
            "http://www.openarchives.org/OAI/2.0/oai_dc/",
        ),
        Format("dcat-ap", "text/turtle", ".dcat.ttl", _both("DCAT-AP 3.0.1 (Turtle)"), "dcat", DCAT),
        Format("dcat-ap-xml", "application/rdf+xml", ".dcat.rdf", _both("DCAT-AP 3.0.1 (RDF/XML)"), "dcat", DCAT),
        Format(
            "dcat-ap-jsonld",
            "application/ld+json",
            ".dcat.jsonld",
            _both("DCAT-AP 3.0.1 (JSON-LD)"),
            "dcat",
            DCAT,
            negotiable=False,
        ),
        Format(
            "geodcat-ap",
            "text/turtle",
            ".geodcat.ttl",
            _both("GeoDCAT-AP 3.0 (Turtle)"),
            "dcat",
            "http://data.europa.eu/930/",
            negotiable=False,
        ),
        Format("schema.org", "application/ld+json", ".jsonld", _both("schema.org (JSON-LD)"), "schema_org", SCHEMA_ORG),
        Format(
            "croissant",
            "application/ld+json",
            ".croissant.jsonld",
            _both("Croissant 1.1 (JSON-LD)"),
            "croissant",
            "http://mlcommons.org/croissant/1.1",
            negotiable=False,
        ),
        Format(
            "ro-crate",
            "application/ld+json",
            ".ro-crate.jsonld",
            _both("RO-Crate 1.2 (JSON-LD)"),
            "ro_crate",
            "https://w3id.org/ro/crate/1.2",
            negotiable=False,
        ),
        Format("stac", "application/json", ".stac.json", _both("STAC 1.1 (Collection)"), "stac", negotiable=False),
        Format(
            "stac-items",
            "application/geo+json",
            ".stac-items.json",
            _both("STAC 1.1 (Items)"),
            "stac",
            negotiable=False,
        ),
        Format("geojson", "application/geo+json", ".geojson", _both("GeoJSON"), "geojson"),
        Format("acdd", "application/json", ".acdd.json", _both("ACDD-1.3 (JSON)"), "cf", negotiable=False),
        Format("geoflow", "text/csv", ".geoflow.csv", _both("geoflow (CSV)"), "geoflow"),
        Format(
            "geoflow-contacts",
            "text/csv",
            ".geoflow-contacts.csv",
            Text(fr="geoflow, contacts (CSV)", en="geoflow, contacts (CSV)"),
            "geoflow",
            reads=False,
            negotiable=False,
        ),
        Format("bibtex", "application/x-bibtex", ".bib", _both("BibTeX"), "citation"),
        Format("ris", "application/x-research-info-systems", ".ris", _both("RIS"), "citation"),
        Format("csl", "application/vnd.citationstyles.csl+json", ".csl.json", _both("CSL-JSON"), "citation"),
        Format(
            "citation",
            "text/x-bibliography",
            ".txt",
            Text(fr="Citation (texte)", en="Citation (text)"),
            "citation",
            reads=False,
        ),
        Format(
            "json",
            "application/json",
            ".json",
            Text(fr="Notice Terracite (JSON)", en="Terracite record (JSON)"),
            "native",
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
