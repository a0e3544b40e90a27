# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crosswalk from the record to DataCite 4.7, in the shape of DataCite's REST API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import is_ror, orcid_url, web_address
from terracite.record.model import (
    AccessKind,
    Agent,
    ContributorRole,
    Extent,
    Funding,
    Keyword,
    Organisation,
    Record,
    Text,
)
from terracite.record.relations import Relation, relations

Attributes = dict[str, Any]

_COAR = "http://purl.org/coar/access_right/"
_ACCESS_URIS = {
    AccessKind.OPEN: f"{_COAR}c_abf2",
    AccessKind.EMBARGOED: f"{_COAR}c_f1cf",
    AccessKind.RESTRICTED: f"{_COAR}c_16ec",
}


def attributes(record: Record) -> Attributes:
    """Everything DataCite can hold of the record; empty values are left out."""
    record = cleaned(record)
    content: Attributes = {
        "doi": record.doi,
        "creators": [_person(agent) for agent in record.creators],
        "titles": list(_titles(record)),
        "publisher": _publisher(record.publisher),
        "publicationYear": record.publication_year,
        "types": {
            "resourceTypeGeneral": record.resource_type.value.capitalize(),
            "resourceType": vocabularies.resource_type_label(record.resource_type).best(record.first_language),
        },
        "subjects": list(_subjects(record)),
        "contributors": list(_contributors(record)),
        "dates": list(_dates(record)),
        "language": _language(record),
        "alternateIdentifiers": [{"alternateIdentifier": str(record.uuid), "alternateIdentifierType": "UUID"}],
        "relatedIdentifiers": [_related(relation) for relation in relations(record) if relation.kind],
        "relatedItems": list(_items(record)),
        "sizes": list(_sizes(record)),
        "formats": list(dict.fromkeys(file.media_type for file in record.files)),
        "version": record.version.number,
        "rightsList": list(_rights(record)),
        "descriptions": list(_descriptions(record)),
        "geoLocations": [place for extent in record.extents for place in _locations(extent, record)],
        "fundingReferences": [_funding(funding) for funding in record.funding],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return _without_empty(content)


def _language(record: Record) -> str:
    first = record.data_languages[0] if record.data_languages else ""
    return first if re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", first) else record.language


def _without_empty(content: Attributes) -> Attributes:
    return {key: value for key, value in content.items() if value not in ("", None) and value != []}


def _person(agent: Agent) -> Attributes:
    """A creator or contributor; never with an e-mail address."""
    return _without_empty(
        {
            "name": agent.name,
            "nameType": "Personal" if agent.is_person else "Organizational",
            "givenName": agent.given_name if agent.is_person else "",
            "familyName": agent.family_name,
            "nameIdentifiers": list(_name_identifiers(agent)),
            "affiliation": [_affiliation(place) for place in _affiliations(agent)],
        }
    )


def _affiliations(agent: Agent) -> Iterator[Organisation]:
    """The affiliations of a person, the organisation they stand for included."""
    if agent.is_person and agent.organisation:
        yield Organisation(name=agent.organisation, ror=agent.ror)
    yield from (place for place in agent.affiliations if place.name != agent.organisation)


def _name_identifiers(agent: Agent) -> Iterator[dict[str, str]]:
    if agent.is_person and agent.orcid:
        yield _name_identifier(orcid_url(agent.orcid), "ORCID", "https://orcid.org")
    if not agent.is_person and agent.ror:
        yield _name_identifier(agent.ror, "ROR", "https://ror.org")


def _name_identifier(value: str, scheme: str, uri: str) -> dict[str, str]:
    return {"nameIdentifier": value, "nameIdentifierScheme": scheme, "schemeUri": uri}


def _affiliation(place: Organisation) -> dict[str, str]:
    identifier = {
        "affiliationIdentifier": place.ror,
        "affiliationIdentifierScheme": "ROR",
        "schemeUri": "https://ror.org",
    }
    return {"name": place.name} | (identifier if place.ror else {})


def _publisher(publisher: Organisation | None) -> dict[str, str] | None:
    if publisher is None or not publisher.name:
        return None
    identifier = {
        "publisherIdentifier": publisher.ror,
        "publisherIdentifierScheme": "ROR",
        "schemeUri": "https://ror.org",
    }
    return {"name": publisher.name} | (identifier if publisher.ror else {})


def _titles(record: Record) -> Iterator[dict[str, str]]:
    for place, (language, text) in enumerate(record.title.ordered(record.first_language)):
        kind = {"titleType": "TranslatedTitle"} if place else {}
        yield {"title": text, "lang": language} | kind


def _subjects(record: Record) -> Iterator[dict[str, str]]:
    for discipline in record.disciplines:
        yield from _subject(vocabularies.discipline_label(discipline), {"subjectScheme": "Terracite disciplines"})
    for topic in record.topics:
        yield {"subject": topic, "subjectScheme": "ISO 19115 topic categories"}
    for keyword in record.keywords:
        yield from _subject(keyword.label, _scheme(keyword))


def _scheme(keyword: Keyword) -> dict[str, str]:
    thesaurus = vocabularies.thesauri().get(keyword.thesaurus)
    names = {"subjectScheme": thesaurus.title.best("en") if thesaurus else keyword.thesaurus}
    return _without_empty(
        names | {"schemeUri": thesaurus.uri if thesaurus else "", "valueUri": web_address(keyword.uri)}
    )


def _subject(label: Text, scheme: dict[str, str]) -> Iterator[dict[str, str]]:
    yield from ({"subject": text, "lang": language} | scheme for language, text in label.items())


def _contributors(record: Record) -> Iterator[Attributes]:
    roles = [(contributor.agent, contributor.role) for contributor in record.contributors]
    roles += [(agent, ContributorRole.CONTACT_PERSON) for agent in record.contacts]
    for agent, role in dict.fromkeys(roles):
        yield _person(agent) | {"contributorType": role.value}


def _dates(record: Record) -> Iterator[dict[str, str]]:
    for date in record.dates:
        yield {"date": date.on.isoformat(), "dateType": date.kind.value.capitalize()}
    if record.access.embargo_until:
        information = {"dateInformation": "end of the embargo"}
        yield {"date": record.access.embargo_until.isoformat(), "dateType": "Available"} | information
    for period in record.periods:
        yield {"date": period.interval(open_end=""), "dateType": "Coverage"}


def _related(relation: Relation) -> dict[str, str]:
    return _without_empty(
        {
            "relatedIdentifier": relation.identifier,
            "relatedIdentifierType": relation.kind,
            "relationType": relation.relation,
            "resourceTypeGeneral": relation.resource_type,
        }
    )


def _items(record: Record) -> Iterator[Attributes]:
    """What has a name but no identifier that DataCite knows, and the instruments the data come from."""
    for relation in relations(record):
        if not relation.kind:
            title = relation.title or relation.identifier
            item = _item(title, relation.relation, relation.resource_type or "Other")
            named = relation.identifier != title
            yield item | ({"relatedItemIdentifier": {"relatedItemIdentifier": relation.identifier}} if named else {})
    for platform in record.platforms:
        for name in platform.instruments or ("",):
            yield _item(f"{platform.name} {name}".strip(), "IsCollectedBy", "Instrument")


def _item(title: str, relation: str, kind: str) -> Attributes:
    return {"relatedItemType": kind, "relationType": relation, "titles": [{"title": title}]}


def _sizes(record: Record) -> Iterator[str]:
    if record.files:
        count = len(record.files)
        yield f"{count} file{'s' if count > 1 else ''}"
        yield f"{sum(file.bytes for file in record.files)} bytes"


def _rights(record: Record) -> Iterator[dict[str, str]]:
    if record.licence:
        known = vocabularies.licence(record.licence)
        spdx = {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
        names = {
            "rights": known.label.best("en") if known else record.licence,
            "rightsIdentifier": record.licence,
        }
        yield names | ({"rightsUri": known.uri} | spdx if known else {})
    kind = record.access.kind
    yield {
        "rights": vocabularies.access_label(kind).best("en"),
        "rightsUri": _ACCESS_URIS[kind],
        "lang": "en",
    }


def _descriptions(record: Record) -> Iterator[dict[str, str]]:
    yield from _described(record.abstract, "Abstract")
    for language in ("fr", "en"):
        if methods := "\n".join(_methods(record, language)):
            yield {"description": methods, "descriptionType": "Methods", "lang": language}
    yield from _described(record.purpose, "Other")
    yield from _described(record.notes, "TechnicalInfo")
    if technical := "\n".join(_technical(record)):
        yield {"description": technical, "descriptionType": "TechnicalInfo", "lang": "en"}
    for quality in record.quality:
        yield {"description": quality.sentence("en"), "descriptionType": "Other", "lang": "en"}


def _described(text: Text, kind: str) -> Iterator[dict[str, str]]:
    for language, words in text.items():
        if words.strip():
            yield {"description": words, "descriptionType": kind, "lang": language}


def _methods(record: Record, language: str) -> Iterator[str]:
    """The lineage in one language: its statement, then the steps that are told in that language."""
    if statement := getattr(record.lineage.statement, language).strip():
        yield statement
    steps = (getattr(step.description, language).strip() for step in record.lineage.steps)
    yield from (f"{number}. {words}" for number, words in enumerate(filter(None, steps), start=1))


def _technical(record: Record) -> Iterable[str]:
    for variable in record.variables:
        unit = f" [{variable.unit}]" if variable.unit else ""
        label = variable.label.best("en")
        yield f"{variable.name}{unit}: {label}" if label else f"{variable.name}{unit}"
    if record.classes:
        yield "; ".join(f"{item.code} = {item.label.best('en')}" for item in record.classes)


def _locations(extent: Extent, record: Record) -> Iterator[Attributes]:
    """One location per box, hence two across the antimeridian; the polygon goes with the first."""
    for place, box in enumerate(extent.box.parts()):
        limits = {
            "westBoundLongitude": box.west,
            "eastBoundLongitude": box.east,
            "southBoundLatitude": box.south,
            "northBoundLatitude": box.north,
        }
        polygon = _polygon(extent) if place == 0 else []
        name = extent.place.best(record.first_language)
        location = {"geoLocationPlace": name, "geoLocationBox": limits, "geoLocationPolygon": polygon}
        yield _without_empty(location)


def _polygon(extent: Extent) -> list[Attributes]:
    """The outer ring, closed; DataCite wants four points at the least."""
    ring = list(extent.polygon[0]) if extent.polygon else []
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    points = [{"polygonPoint": {"pointLongitude": lon, "pointLatitude": lat}} for lon, lat in ring]
    return points if len(points) >= 4 else []


def _funding(funding: Funding) -> Attributes:
    identifier = {
        "funderIdentifier": funding.funder_id,
        "funderIdentifierType": _funder_type(funding.funder_id),
    }
    return _without_empty(
        {
            "funderName": funding.funder,
            "awardNumber": funding.award_number,
            "awardUri": web_address(funding.award_uri),
            "awardTitle": funding.award_title,
        }
        | (identifier if funding.funder_id else {})
    )


def _funder_type(identifier: str) -> str:
    if is_ror(identifier):
        return "ROR"
    return "Crossref Funder ID" if "10.13039/" in identifier else "Other"
