# SPDX-License-Identifier: AGPL-3.0-or-later
"""The document as a whole: what the record says of itself, then one section after the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.iso19115.elements import LANGUAGES
from terracite.record.iso19115.metadata import authority_of, metadata_contacts, page_of
from terracite.record.iso19115.xml_text import attribute, document
from terracite.record.iso19139 import content, distribution, identification, quality
from terracite.record.iso19139.elements import NAMESPACES, Gmd
from terracite.record.model import Record, ReferenceSystem, ResourceType
from terracite.record.model import iso as iso_text

#: MD_ScopeCode of 2005, and the code of ISO 19115-1 to have inside
_SCOPES = {
    ResourceType.DATASET: ("dataset", "dataset"),
    ResourceType.COLLECTION: ("series", "collection"),
    ResourceType.IMAGE: ("dataset", "coverage"),
    ResourceType.SOFTWARE: ("software", "software"),
    ResourceType.MODEL: ("model", "model"),
    ResourceType.SERVICE: ("service", "service"),
    ResourceType.TEXT: ("nonGeographicDataset", "document"),
    ResourceType.OTHER: ("nonGeographicDataset", "nonGeographicDataset"),
}


def to_iso19139(record: Record, url: str = "") -> bytes:
    """The record as ISO 19139 XML, valid against gmd 20070417 whatever is missing.

    ``url`` is the page of the dataset, under which its files are found (``<url>/files/<path>``); without it the
    files are named but not linked. E-mail addresses are never written.
    """
    gmd = Gmd(cleaned(record), url)
    root = gmd.element(
        "gmd:MD_Metadata",
        *_about_the_record(gmd),
        *(_reference_system(gmd, system) for system in gmd.record.reference_systems),
        identification.write(gmd),
        *content.write(gmd),
        distribution.write(gmd),
        quality.write(gmd),
        attributes=_namespaces(),
    )
    return document(root)


@cache
def _namespaces() -> str:
    return "".join(attribute(f"xmlns:{prefix}", uri) for prefix, uri in NAMESPACES.items())


def _about_the_record(gmd: Gmd) -> Iterator[str]:
    record = gmd.record
    yield gmd.string("gmd:fileIdentifier", str(record.uuid))
    yield language(gmd, vocabularies.iso639_2(gmd.language))
    yield gmd.code("gmd:characterSet", "gmd:MD_CharacterSetCode", "utf8")
    yield gmd.string("gmd:parentIdentifier", record.parent.identifier if record.parent else "")
    yield gmd.code("gmd:hierarchyLevel", "gmd:MD_ScopeCode", *_SCOPES[record.resource_type])
    yield gmd.text("gmd:hierarchyLevelName", vocabularies.resource_type_label(record.resource_type))
    yield from metadata_contacts(gmd, "gmd:contact")
    yield _date_stamp(gmd)
    yield gmd.string("gmd:metadataStandardName", "ISO 19115:2003/19139")
    yield gmd.string("gmd:metadataStandardVersion", "1.0")
    yield gmd.string("gmd:dataSetURI", page_of(gmd))
    for code in (gmd.language, gmd.other):
        yield gmd.locale("gmd:locale", vocabularies.iso639_2(code), code.upper())


def language(gmd: Gmd, code: str) -> str:
    """A language by its code of ISO 639-2."""
    return gmd.code("gmd:language", "gmd:LanguageCode", code, codelist=LANGUAGES)


def _date_stamp(gmd: Gmd) -> str:
    """When the record last changed: this standard has one date, and no place for when the record was made."""
    updated = gmd.record.record_updated
    return gmd.value("gmd:dateStamp", "gco:DateTime", iso_text(updated)) if updated else gmd.missing("gmd:dateStamp")


def _reference_system(gmd: Gmd, system: ReferenceSystem) -> str:
    """ "name (code)", as catalogues show it; the WKT only of a system that has neither."""
    named = f"{system.name} ({system.code})" if system.name and system.code else system.code or system.name
    authority, href = authority_of(system)
    return gmd.element(
        "gmd:referenceSystemInfo/gmd:MD_ReferenceSystem/gmd:referenceSystemIdentifier/gmd:RS_Identifier",
        gmd.string("gmd:code", named or system.wkt or system.label, href),
        gmd.string("gmd:codeSpace", authority),
    )
