# SPDX-License-Identifier: AGPL-3.0-or-later
"""The document as a whole: what the record says of itself, then one section after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import doi_url
from terracite.record.iso19115 import content, distribution, identification, lineage, people, quality
from terracite.record.iso19115.elements import NAMESPACES, Iso
from terracite.record.iso19115.xml_text import attribute, document, element
from terracite.record.model import Record, ReferenceSystem, ResourceType
from terracite.record.model import iso as iso_text

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
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def to_iso19115(record: Record, url: str = "") -> bytes:
    """The record as ISO 19115-3 XML, valid against mdb 2.0 whatever is missing.

    ``url`` is the page of the dataset, under which its files are found (``<url>/files/<path>``); without it the
    files are named but not linked. Texts are in the first language of the record with the other one beside
    them (``lan:PT_FreeText``). E-mail addresses are never written.
    """
    iso = Iso(cleaned(record), url)
    root = element(
        "mdb:MD_Metadata",
        *_about_the_record(iso),
        *(_reference_system(iso, system) for system in iso.record.reference_systems),
        identification.write(iso),
        content.write(iso),
        distribution.write(iso),
        *quality.write(iso),
        lineage.write(iso),
        content.write_acquisition(iso),
        attributes=_namespaces(),
    )
    return document(root)


@cache
def _namespaces() -> str:
    return "".join(attribute(f"xmlns:{prefix}", uri) for prefix, uri in NAMESPACES.items())


def _about_the_record(iso: Iso) -> Iterator[str]:
    record = iso.record
    yield iso.identifier("mdb:metadataIdentifier", str(record.uuid), "urn:uuid")
    yield iso.locale("mdb:defaultLocale", vocabularies.iso639_2(iso.language), iso.language.upper())
    yield _parent(iso)
    yield iso.element(
        "mdb:metadataScope/mdb:MD_MetadataScope",
        iso.code("mdb:resourceScope", "mcc:MD_ScopeCode", _SCOPES[record.resource_type]),
        iso.text("mdb:name", vocabularies.resource_type_label(record.resource_type)),
    )
    yield from metadata_contacts(iso, "mdb:contact")
    yield _dates(iso)
    yield iso.citation("mdb:metadataStandard", "ISO 19115-1", edition="2014")
    yield iso.locale("mdb:otherLocale", vocabularies.iso639_2(iso.other), iso.other.upper())
    linkage = page_of(iso)
    if linkage:
        yield iso.page("mdb:metadataLinkage", linkage, "completeMetadata")


def page_of(iso: Iso) -> str:
    """Where the dataset is shown; "" when it is nowhere."""
    return iso.url or (doi_url(iso.record.doi) if iso.record.doi else "")


def _parent(iso: Iso) -> str:
    parent = iso.record.parent
    if parent is None:
        return ""
    identifier = iso.resource_identifier("cit:identifier", parent.identifier)
    return iso.citation("mdb:parentMetadata", parent.title or parent.identifier, identifiers=identifier)


def _dates(iso: Iso) -> str:
    """When the record was made and last changed."""
    moments: dict[str, dt.datetime | None] = {
        "creation": iso.record.record_created,
        "revision": iso.record.record_updated,
    }
    dates = [iso.date("mdb:dateInfo", iso_text(moment), kind) for kind, moment in moments.items() if moment]
    return "".join(dates) or iso.missing("mdb:dateInfo")


def metadata_contacts(iso: Iso, path: str) -> Iterator[str]:
    """Who answers for the metadata: the contacts, else the publisher, else nobody yet."""
    publisher = people.publisher_of(iso.record)
    yield from identification.contacts(iso, path)
    if not iso.record.contacts:
        yield iso.party(path, publisher, "publisher") if publisher else iso.missing(path)


def _reference_system(iso: Iso, system: ReferenceSystem) -> str:
    """A code with its authority, or a name without one; the rest in words."""
    words = (system.name if system.code else "", system.wkt)
    description = "\n".join(word for word in words if word)
    authority, href = authority_of(system)
    path = "mdb:referenceSystemInfo/mrs:MD_ReferenceSystem/mrs:referenceSystemIdentifier"
    return iso.identifier(path, system.label, authority, href, description)


def authority_of(system: ReferenceSystem) -> tuple[str, str]:
    """Who gave the code of a reference system ("" for a name), and its address where that is known."""
    authority, _, number = system.code.partition(":")
    return authority, f"{_EPSG}{number}" if authority.upper() == "EPSG" else ""
