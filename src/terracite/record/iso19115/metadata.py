# SPDX-License-Identifier: AGPL-3.0-or-later
"""The document as a whole: what the record says of itself, then one section after the other."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import doi_url
from terracite.record.iso19115 import content, distribution, identification, lineage, people, quality
from terracite.record.iso19115.elements import Iso, both
from terracite.record.markup import document
from terracite.record.model import Record, ReferenceSystem, ResourceType

_SCOPES = {
    ResourceType.DATASET: "dataset",
    ResourceType.COLLECTION: "collection",
    ResourceType.IMAGE: "coverage",
    ResourceType.SOFTWARE: "software",
    ResourceType.MODEL: "model",
    ResourceType.SERVICE: "service",
    ResourceType.TEXT: "document",
    ResourceType.OTHER: "nonGeographicDataset",
}


def to_iso19115(record: Record, url: str = "") -> bytes:
    """The record as ISO 19115-3 XML, valid against mdb 2.0 whatever is missing.

    ``url`` is the page of the dataset, under which its files are found (``<url>/files/<path>``); without it the
    files are named but not linked. Texts are in the first language of the record with the other one beside
    them (``lan:PT_FreeText``). E-mail addresses are never written.
    """
    iso = Iso(cleaned(record), url)
    root = iso.root("mdb:MD_Metadata")
    _about_the_record(iso, root)
    for system in iso.record.reference_systems:
        _reference_system(iso, root, system)
    identification.write(iso, root)
    content.write(iso, root)
    distribution.write(iso, root)
    quality.write(iso, root)
    lineage.write(iso, root)
    content.write_acquisition(iso, root)
    return document(root)


def _about_the_record(iso: Iso, root: Element) -> None:
    record = iso.record
    iso.identifier(root, "mdb:metadataIdentifier", str(record.uuid), "urn:uuid")
    iso.locale(root, "mdb:defaultLocale", vocabularies.iso639_2(iso.language), iso.language.upper())
    if record.parent:
        parent = record.parent
        citation = iso.citation(root, "mdb:parentMetadata", parent.title or both(parent.identifier))
        iso.resource_identifier(citation, "cit:identifier", parent.identifier)
    scope = iso.add(root, "mdb:metadataScope", "mdb:MD_MetadataScope")
    iso.code(scope, "mdb:resourceScope", "mcc:MD_ScopeCode", _SCOPES[record.resource_type])
    iso.text(scope, "mdb:name", vocabularies.resource_type_label(record.resource_type))
    _contacts(iso, root)
    if record.record_updated:
        iso.date(root, "mdb:dateInfo", record.record_updated, "revision")
    else:
        iso.missing(root, "mdb:dateInfo")
    standard = iso.citation(root, "mdb:metadataStandard", both("ISO 19115-1"))
    iso.string(standard, "cit:edition", "2014")
    iso.locale(root, "mdb:otherLocale", vocabularies.iso639_2(iso.other), iso.other.upper())
    linkage = iso.url or (doi_url(record.doi) if record.doi else "")
    if linkage:
        iso.online(root, "mdb:metadataLinkage", linkage, "completeMetadata", protocol="WWW:LINK-1.0-http--link")


def _contacts(iso: Iso, root: Element) -> None:
    """Who answers for the metadata: the contacts, else the publisher, else nobody yet."""
    record = iso.record
    for agent in record.contacts:
        people.write(iso, root, "mdb:contact", agent, "pointOfContact")
    if not record.contacts and record.publisher:
        people.write_organisation(iso, root, "mdb:contact", record.publisher, "publisher")
    elif not record.contacts:
        iso.missing(root, "mdb:contact")


def _reference_system(iso: Iso, root: Element, system: ReferenceSystem) -> None:
    element = iso.add(root, "mdb:referenceSystemInfo", "mrs:MD_ReferenceSystem")
    authority, _, number = system.code.partition(":")
    href = f"http://www.opengis.net/def/crs/EPSG/0/{number}" if authority.upper() == "EPSG" else ""
    description = system.wkt or (system.name if system.code else "")
    iso.identifier(element, "mrs:referenceSystemIdentifier", system.label, authority, href, description)
