# SPDX-License-Identifier: AGPL-3.0-or-later
"""schema.org in JSON-LD, after science-on-schema.org 1.3.

The context is ``{"@vocab": "https://schema.org/"}``, so that it is read without fetching anything. Name and
description are plain texts in the first language of the record (search engines want texts); the translation is
an ``alternateName``, and ``abstract`` holds each language with its tag.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from terracite.record import vocabularies
from terracite.record.identifiers import bare_doi, doi_url, orcid_url, resolvable, web_address
from terracite.record.model import (
    AccessKind,
    Agent,
    Box,
    DataFile,
    DateKind,
    Extent,
    Funding,
    Keyword,
    MapClass,
    Organisation,
    Record,
    ReferenceSystem,
    Text,
    Variable,
)
from terracite.record.relations import Relation, relations

Node = dict[str, Any]

_TYPES = {
    "dataset": "Dataset",
    "collection": ["Dataset", "Collection"],
    "image": ["Dataset", "ImageObject"],
    "software": "SoftwareSourceCode",
    "model": ["Dataset", "SoftwareSourceCode"],
    "service": "WebAPI",
    "text": "CreativeWork",
    "other": "CreativeWork",
}
_CITATIONS = frozenset({"Cites", "References", "IsSupplementTo", "IsDocumentedBy", "IsDescribedBy"})


def to_schema_org(record: Record, url: str) -> Node:
    """The record as a schema.org Dataset shown at ``url``; empty values are left out, e-mails never written.

    Files are addressed under ``url``: ``<url>/files/<path>``.
    """
    language = record.first_language
    node: Node = {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": _TYPES[record.resource_type],
        "@id": doi_url(record.doi) if record.doi else url,
        "url": url,
        "identifier": _identifiers(record),
        "name": record.title.best(language),
        "alternateName": [_tagged(other, text) for other, text in record.title.items() if other != language],
        "description": record.abstract.best(language),
        "abstract": [_tagged(other, text) for other, text in record.abstract.items()],
        "inLanguage": list(record.data_languages),
        "about": [_term(vocabularies.discipline_label(item), language) for item in record.disciplines],
        "keywords": list(_keywords(record)),
        "creator": {"@list": [_agent(agent) for agent in record.creators]} if record.creators else None,
        "contributor": [_agent(item.agent) for item in record.contributors],
        "publisher": _organisation(record.publisher) if record.publisher else None,
        "funding": [_grant(item) for item in record.funding],
        "version": record.version.number,
        **_dates(record),
        **_rights(record),
        "spatialCoverage": [_place(extent, language) for extent in record.extents],
        "temporalCoverage": [period.interval() for period in record.periods],
        "variableMeasured": [*map(_variable, record.variables), *_classes(record)],
        "additionalProperty": [_reference_system(item) for item in record.reference_systems],
        **_links(record),
        "size": f"{sum(file.bytes for file in record.files)} bytes" if record.files else "",
        "distribution": [_download(file, url) for file in record.files],
        "thumbnailUrl": _file_url(url, record.thumbnail) if record.thumbnail else "",
        "includedInDataCatalog": {"@type": "DataCatalog", "url": _origin(url)} if _origin(url) else None,
    }
    return _without_empty(node)


def write_schema_org(record: Record, url: str) -> bytes:
    """`to_schema_org` as a document."""
    return json.dumps(to_schema_org(record, url), ensure_ascii=False, indent=1).encode() + b"\n"


def json_ld_text(node: Node) -> str:
    """JSON for a ``<script type="application/ld+json">``: nothing in it can end the script or open a comment."""
    text = json.dumps(node, ensure_ascii=False, indent=1)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _without_empty(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in ("", None) and value != [] and value != {}}


def _tagged(language: str, text: str) -> Node:
    return {"@language": language, "@value": text}


def _property(name: str, value: object, **more: str) -> Node:
    return _without_empty({"@type": "PropertyValue", "name": name, "value": value, **more})


def _identifiers(record: Record) -> list[Node]:
    found = [_property("uuid", f"urn:uuid:{record.uuid}")]
    if record.doi:
        registry = "https://registry.identifiers.org/registry/doi"
        doi = _property("DOI", f"doi:{record.doi}", propertyID=registry, url=doi_url(record.doi))
        found.insert(0, {"@id": doi_url(record.doi)} | doi)
    return found


def _term(label: Text, language: str) -> Node:
    return {"@type": "DefinedTerm", "name": label.best(language)}


def _keywords(record: Record) -> Iterator[Node | str]:
    for keyword in record.keywords:
        yield from _keyword(keyword)
    yield from record.topics


def _keyword(keyword: Keyword) -> Iterator[Node | str]:
    """A defined term in each language when it comes from a thesaurus, else the words alone."""
    thesaurus = vocabularies.thesauri().get(keyword.thesaurus)
    scheme = thesaurus.uri if thesaurus else ""
    for language, text in keyword.label.items():
        if not keyword.uri:
            yield text
            continue
        term = {"@type": "DefinedTerm", "name": text, "inLanguage": language, "url": keyword.uri}
        yield _without_empty(term | {"inDefinedTermSet": scheme, "termCode": keyword.uri.rpartition("/")[2]})


def _agent(agent: Agent) -> Node:
    if not agent.is_person:
        return _organisation(Organisation(name=agent.organisation, ror=agent.ror))
    affiliations = [Organisation(name=agent.organisation, ror=agent.ror)] if agent.organisation else []
    address = orcid_url(agent.orcid)
    orcid = _property(
        "ORCID",
        f"https://orcid.org/{agent.orcid}",
        propertyID="https://registry.identifiers.org/registry/orcid",
    )
    return _without_empty(
        {
            "@type": "Person",
            "@id": address,
            "name": agent.display_name,
            "givenName": agent.given_name,
            "familyName": agent.family_name,
            "identifier": orcid if address else None,
            "affiliation": [_organisation(place) for place in (*affiliations, *agent.affiliations)],
        }
    )


def _organisation(place: Organisation) -> Node:
    return _without_empty(
        {"@type": "Organization", "@id": web_address(place.ror), "name": place.name, "identifier": place.ror}
    )


def _grant(funding: Funding) -> Node:
    funder = {"@type": "Organization", "@id": web_address(funding.funder_id), "name": funding.funder}
    return _without_empty(
        {
            "@type": "MonetaryGrant",
            "name": funding.award_title,
            "identifier": funding.award_number,
            "url": funding.award_uri,
            "funder": _without_empty(funder),
        }
    )


def _dates(record: Record) -> Node:
    names = {
        "dateCreated": DateKind.CREATED,
        "datePublished": DateKind.ISSUED,
        "dateModified": DateKind.UPDATED,
        "expires": DateKind.WITHDRAWN,
    }
    days = {name: record.date(kind) for name, kind in names.items()}
    return {name: day.isoformat() for name, day in days.items() if day}


def _rights(record: Record) -> Node:
    known = vocabularies.licence(record.licence)
    access = record.access
    until = f" ({access.embargo_until.isoformat()})" if access.embargo_until else ""
    return {
        "license": known.uri if known else record.licence,
        "conditionsOfAccess": vocabularies.access_label(access.kind).best(record.first_language) + until,
        "isAccessibleForFree": access.kind is AccessKind.OPEN,
    }


def _place(extent: Extent, language: str) -> Node:
    geo = [_shape(box) for box in extent.box.parts()]
    return _without_empty(
        {
            "@type": "Place",
            "@id": web_address(extent.place_uri),
            "name": extent.place.best(language),
            "geo": geo[0] if len(geo) == 1 else geo,
        }
    )


def _shape(box: Box) -> Node:
    """schema.org's box is "south west north east"; a box of no size is a point."""
    if box.west == box.east and box.south == box.north:
        return {"@type": "GeoCoordinates", "latitude": box.south, "longitude": box.west}
    return {"@type": "GeoShape", "box": f"{box.south} {box.west} {box.north} {box.east}"}


def _variable(variable: Variable) -> Node:
    name = variable.standard_name
    return _property(
        variable.name,
        "",
        description=variable.label.best("en"),
        unitText=variable.unit,
        measurementTechnique=variable.method.best("en"),
        propertyID=f"http://vocab.nerc.ac.uk/standard_name/{name}/" if name else "",
    )


def _classes(record: Record) -> Iterator[Node]:
    if record.classes:
        values = [_class(item, record.first_language) for item in record.classes]
        yield _property("class", None, propertyID=record.nomenclature) | {"valueReference": values}


def _class(item: MapClass, language: str) -> Node:
    return _property(item.label.best(language), item.code)


def _reference_system(system: ReferenceSystem) -> Node:
    authority, _, code = system.code.partition(":")
    is_epsg = authority.upper() == "EPSG" and code.isdigit()
    address = f"http://www.opengis.net/def/crs/EPSG/0/{code}" if is_epsg else ""
    return _property("Coordinate reference system", system.label, propertyID=address)


def _links(record: Record) -> Node:
    found = relations(record)
    derived = [_work(link) for link in found if link.relation == "IsDerivedFrom"]
    return {
        "isBasedOn": [*derived, *(_work(link) for link in found if link.relation == "Requires")],
        "citation": [_work(link) for link in found if link.relation in _CITATIONS],
        "isPartOf": [_work(link) for link in found if link.relation == "IsPartOf"],
        "hasPart": [_work(link) for link in found if link.relation == "HasPart"],
    }


def _work(link: Relation) -> Node:
    address = resolvable(link.identifier)
    identifier = "" if link.identifier == link.title else link.identifier
    name = link.title or bare_doi(link.identifier)
    kind = "Dataset" if link.resource_type in {"Dataset", "Collection"} else "CreativeWork"
    return _without_empty({"@type": kind, "@id": address, "name": name, "identifier": identifier, "url": address})


def _download(file: DataFile, url: str) -> Node:
    return _without_empty(
        {
            "@type": "DataDownload",
            "name": file.path,
            "description": file.description.best("en"),
            "contentUrl": _file_url(url, file.path),
            "encodingFormat": file.media_type,
            "contentSize": str(file.bytes),
            "sha256": file.sha256,
        }
    )


def _file_url(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/files/{quote(path)}"


def _origin(url: str) -> str:
    """The site of an http(s) address: "https://example.org/datasets/1" gives "https://example.org/"."""
    scheme, found, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/" if found and scheme in {"http", "https"} else ""
