# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crosswalk from the record to DataCite 4.7, in the shape of DataCite's REST API.

Properties are numbered in the DataCite Metadata Schema 4.7 (10.14454/k0v4-z811).
"""

from __future__ import annotations

import re

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.datacite.coverage import dates, locations
from terracite.record.datacite.descriptions import descriptions
from terracite.record.datacite.links import related_identifiers, related_items, titles
from terracite.record.datacite.people import contributors, funding_references, person, publisher
from terracite.record.datacite.subjects import subjects
from terracite.record.datacite.terms import ACCESS_URIS, KERNEL, Attributes, filled
from terracite.record.model import Record


def attributes(record: Record) -> Attributes:
    """Everything DataCite can hold of the record; empty values are left out."""
    record = cleaned(record)
    return filled(
        {
            "doi": record.doi,
            "creators": [person(agent) for agent in record.creators],
            "titles": titles(record.title, record.first_language),
            "publisher": publisher(record.publisher),
            "publicationYear": record.publication_year,
            "types": _types(record),
            "subjects": list(subjects(record)),
            "contributors": list(contributors(record)),
            "dates": list(dates(record)),
            "language": _language(record),
            "alternateIdentifiers": [{"alternateIdentifier": str(record.uuid), "alternateIdentifierType": "UUID"}],
            "relatedIdentifiers": list(related_identifiers(record)),
            "relatedItems": list(related_items(record)),
            "sizes": _sizes(record),
            "formats": list(dict.fromkeys(file.media_type for file in record.files)),
            "version": record.version.number,
            "rightsList": [*_licence(record), *_access(record)],
            "descriptions": list(descriptions(record)),
            "geoLocations": [place for extent in record.extents for place in locations(extent, record)],
            "fundingReferences": [funding for item in record.funding for funding in funding_references(item)],
            "schemaVersion": KERNEL,
        }
    )


def _types(record: Record) -> dict[str, str]:
    return {
        "resourceTypeGeneral": record.resource_type.value.capitalize(),
        "resourceType": vocabularies.resource_type_label(record.resource_type).best(record.first_language),
    }


def _language(record: Record) -> str:
    """DataCite takes one language: the first of the data, else that of the metadata."""
    first = record.data_languages[0] if record.data_languages else ""
    return first if re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", first) else record.language


def _sizes(record: Record) -> list[str]:
    count = len(record.files)
    if not count:
        return []
    return [f"{count} file{'s' if count > 1 else ''}", f"{sum(file.bytes for file in record.files)} bytes"]


def _licence(record: Record) -> list[dict[str, str]]:
    if not record.licence:
        return []
    known = vocabularies.licence(record.licence)
    if known is None:
        return [{"rights": record.licence, "rightsIdentifier": record.licence}]
    return [
        {
            "rights": known.label.best("en"),
            "rightsIdentifier": record.licence,
            "rightsUri": known.uri,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
        }
    ]


def _access(record: Record) -> list[dict[str, str]]:
    """The kind of access (COAR vocabulary), named in the language of the metadata; then its conditions in words."""
    kind, rights = record.access.kind, []
    if kind in ACCESS_URIS:
        label = vocabularies.access_label(kind).best(record.language)
        rights = [{"rights": label, "rightsUri": ACCESS_URIS[kind], "lang": record.language}]
    conditions = record.access.conditions.ordered(record.first_language)
    return [*rights, *({"rights": text, "lang": language} for language, text in conditions)]
