# SPDX-License-Identifier: AGPL-3.0-or-later
"""DCAT-AP 3.0.1 in Turtle, RDF/XML and JSON-LD, and GeoDCAT-AP 3.0: written by us, read by rdflib."""

from __future__ import annotations

from terracite.record.dcat.carried import (
    CARRIES_DCAT_AP,
    CARRIES_DCAT_AP_JSONLD,
    CARRIES_DCAT_AP_XML,
    CARRIES_GEODCAT_AP,
)
from terracite.record.dcat.json_ld import json_ld
from terracite.record.dcat.rdf_xml import rdf_xml
from terracite.record.dcat.turtle import turtle
from terracite.record.dcat.writing import describe
from terracite.record.model import Record
from terracite.record.reading import Reading

__all__ = [
    "CARRIES_DCAT_AP",
    "CARRIES_DCAT_AP_JSONLD",
    "CARRIES_DCAT_AP_XML",
    "CARRIES_GEODCAT_AP",
    "read_dcat_ap",
    "read_dcat_ap_jsonld",
    "read_dcat_ap_xml",
    "read_geodcat_ap",
    "write_dcat_ap",
    "write_dcat_ap_jsonld",
    "write_dcat_ap_xml",
    "write_geodcat_ap",
]


def write_dcat_ap(record: Record, landing_url: str) -> bytes:
    """DCAT-AP 3.0.1 as Turtle."""
    return turtle(describe(record, landing_url))


def write_dcat_ap_xml(record: Record, landing_url: str) -> bytes:
    """DCAT-AP 3.0.1 as RDF/XML."""
    return rdf_xml(describe(record, landing_url))


def write_dcat_ap_jsonld(record: Record, landing_url: str) -> bytes:
    """DCAT-AP 3.0.1 as JSON-LD."""
    return json_ld(describe(record, landing_url))


def write_geodcat_ap(record: Record, landing_url: str) -> bytes:
    """GeoDCAT-AP 3.0 as Turtle."""
    return turtle(describe(record, landing_url, geo=True))


def read_dcat_ap(document: bytes) -> Reading:
    """The first dataset of a document of RDF, in any syntax and of any version of DCAT-AP."""
    return _read(document, "dcat-ap")


def read_dcat_ap_xml(document: bytes) -> Reading:
    """As `read_dcat_ap`."""
    return _read(document, "dcat-ap-xml")


def read_dcat_ap_jsonld(document: bytes) -> Reading:
    """As `read_dcat_ap`."""
    return _read(document, "dcat-ap-jsonld")


def read_geodcat_ap(document: bytes) -> Reading:
    """As `read_dcat_ap`."""
    return _read(document, "geodcat-ap")


def _read(document: bytes, name: str) -> Reading:
    from terracite.record.dcat.reader import read

    return read(document, name)
