# SPDX-License-Identifier: AGPL-3.0-or-later
"""The metadata formats that harvesters may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from terracite.record.formats import FORMATS
from terracite.record.model import Record

Element = etree._Element

_OAI_DATACITE = "http://schema.datacite.org/oai/oai-1.1/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACES: dict[Any, str] = {None: _OAI_DATACITE, "xsi": _XSI}


@dataclass(frozen=True, slots=True)
class OaiFormat:
    """One format: its prefix, schema and namespace, and which format of the record is inside."""

    prefix: str
    schema: str
    namespace: str
    written_as: str  #: name in `terracite.record.formats`

    def element(self, record: Record, landing_url: str) -> Element:
        """The record in this format. Raises `RecordError` when it lacks what the format requires."""
        content = FORMATS[self.written_as].write(record, landing_url)
        found = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        return _wrapped(found) if self.prefix == "oai_datacite" else found


OAI_FORMATS = {
    item.prefix: item
    for item in (
        OaiFormat(
            "oai_dc",
            "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            "http://www.openarchives.org/OAI/2.0/oai_dc/",
            "oai_dc",
        ),
        OaiFormat(
            "datacite",
            "http://schema.datacite.org/meta/kernel-4/metadata.xsd",
            "http://datacite.org/schema/kernel-4",
            "datacite",
        ),
        OaiFormat("oai_datacite", f"{_OAI_DATACITE}oai.xsd", _OAI_DATACITE, "datacite"),
        OaiFormat(
            "iso19115-3",
            "http://standards.iso.org/iso/19115/-3/mdb/2.0/mdb.xsd",
            "http://standards.iso.org/iso/19115/-3/mdb/2.0",
            "iso19115-3",
        ),
        OaiFormat(
            "iso19139",
            "http://www.isotc211.org/2005/gmd/gmd.xsd",
            "http://www.isotc211.org/2005/gmd",
            "iso19139",
        ),
        OaiFormat("dcat", "http://www.w3.org/ns/dcat#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dcat-ap-xml"),
    )
}


def _wrapped(resource: Element) -> Element:
    """DataCite's own envelope: the version of its schema, then the record."""
    wrapper = etree.Element(f"{{{_OAI_DATACITE}}}oai_datacite", nsmap=_NAMESPACES)
    wrapper.set(f"{{{_XSI}}}schemaLocation", f"{_OAI_DATACITE} {_OAI_DATACITE}oai.xsd")
    etree.SubElement(wrapper, f"{{{_OAI_DATACITE}}}schemaVersion").text = "4"
    etree.SubElement(wrapper, f"{{{_OAI_DATACITE}}}datacentreSymbol").text = "TERRACITE"
    etree.SubElement(wrapper, f"{{{_OAI_DATACITE}}}payload").append(resource)
    return wrapper
