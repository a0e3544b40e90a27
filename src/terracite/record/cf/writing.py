# SPDX-License-Identifier: AGPL-3.0-or-later
"""The global attributes of a CF netCDF file (ACDD-1.3) and those of its variables, from the record.

http://wiki.esipfed.org/Attribute_Convention_for_Data_Discovery_1-3. English where there is some, and `title_fr`,
`summary_fr`... beside it (`terracite.record.two_languages`). Beyond ACDD: ``uuid`` (NCEI's templates), ``lineage``
(IMOS), ``distribution_statement`` (OceanSITES), ``contributor_url`` and ``contributor_role_vocabulary`` (IOOS),
``flag_colors`` (ESA CCI), ``original_name`` and ``original_units`` (CMIP); ``metadata_language`` (where it is not
English), ``purpose``, ``contributor_type``, ``creator_institution_url``... say what they are.
"""

from __future__ import annotations

from typing import Any

from terracite.record import instants
from terracite.record.cf import keywords, lists
from terracite.record.cf.access import licence_text
from terracite.record.cf.funding import acknowledgement
from terracite.record.cf.history import history
from terracite.record.cf.places import where
from terracite.record.cf.references import references, sources
from terracite.record.cf.variables import variable_attributes
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import doi_url
from terracite.record.json_text import json_document
from terracite.record.model import Agent, DateKind, Period, Record, RecordDate, Representation, iso
from terracite.record.two_languages import spread

CONVENTIONS = "CF-1.11, ACDD-1.3"
_STANDARD_NAMES = "CF Standard Name Table v83"
_ROLES = "https://datacite-metadata-schema.readthedocs.io/en/4.7/appendices/appendix-1/contributorType/"

Attributes = dict[str, str | float]


def write_acdd(record: Record, landing_url: str) -> bytes:
    """``{"attributes": {...}, "variables": {name: {...}}}`` as a document; ``landing_url`` stands in for a DOI."""
    record = cleaned(record)
    attributes = _attributes(record)
    attributes.setdefault("metadata_link", landing_url)
    node: dict[str, Any] = {"attributes": attributes, "variables": variable_attributes(record)}
    return json_document(node)


def acdd_attributes(record: Record) -> Attributes:
    """The ACDD-1.3 attributes the record has values for; e-mails are never written.

    ``geospatial_bounds`` is WKT in EPSG:4326, hence lat lon. Across the antimeridian ``geospatial_lon_min`` is
    above ``geospatial_lon_max``, as ACDD asks, and the bounds are two polygons.
    """
    return _attributes(cleaned(record))


def _attributes(record: Record) -> Attributes:
    attributes: Attributes = {"Conventions": CONVENTIONS, "standard_name_vocabulary": _STANDARD_NAMES}
    for part in (_what, keywords.written, _who, _contributors, _when, where, _how):
        attributes |= part(record)
    return {name: value for name, value in attributes.items() if value != ""}


def _what(record: Record) -> Attributes:
    return {
        "metadata_language": record.language if record.language != "en" else "",
        **spread("title", record.title, "en"),
        **spread("summary", record.abstract, "en"),
        "id": record.doi or str(record.uuid),
        "naming_authority": "org.doi" if record.doi else "uuid",
        "uuid": str(record.uuid),
        "metadata_link": doi_url(record.doi) if record.doi else "",
        "references": references(record.related),
        "product_version": record.version.number,
        "license": licence_text(record),
        **spread("distribution_statement", record.access.conditions, "en"),
        **spread("comment", record.notes, "en"),
        **spread("purpose", record.purpose, "en"),
        "cdm_data_type": "Grid" if record.representation is Representation.GRID else "",
    }


def _who(record: Record) -> Attributes:
    creators, publisher = record.creators, record.publisher
    return {
        "creator_name": lists.joined(map(lists.shown, creators)),
        "creator_type": lists.same_or_list([lists.kind(agent) for agent in creators]) if creators else "",
        "creator_url": lists.joined(map(lists.address, creators)),
        "creator_institution": lists.joined(map(lists.institutions, creators)),
        "creator_institution_url": lists.joined(map(lists.institution_addresses, creators)),
        "institution": _institution(creators[0]) if creators else "",
        "publisher_name": publisher.name if publisher else "",
        "publisher_url": publisher.ror if publisher else "",
        "publisher_type": "institution" if publisher else "",
        "acknowledgement": acknowledgement(record.funding),
    }


def _institution(agent: Agent) -> str:
    return agent.organisation or (agent.affiliations[0].name if agent.affiliations else "")


def _contributors(record: Record) -> Attributes:
    """Contributors by their role, then contacts as ``pointOfContact``."""
    found = [(item.agent, item.role.value) for item in record.contributors]
    found += [(agent, "pointOfContact") for agent in record.contacts]
    if not found:
        return {}
    agents = [agent for agent, _ in found]
    return {
        "contributor_name": lists.joined(map(lists.shown, agents)),
        "contributor_role": lists.joined(role for _, role in found),
        "contributor_role_vocabulary": _ROLES if record.contributors else "",
        "contributor_type": lists.same_or_list([lists.kind(agent) for agent in agents]),
        "contributor_url": lists.joined(map(lists.address, agents)),
        "contributor_institution": lists.joined(
            "" if agent.organisation else lists.institutions(agent) for agent in agents
        ),
        "contributor_institution_url": lists.joined(map(lists.institution_addresses, agents)),
    }


_DATES = {"date_created": DateKind.CREATED, "date_issued": DateKind.ISSUED, "date_modified": DateKind.UPDATED}


def _when(record: Record) -> Attributes:
    found: Attributes = {}
    for name, kind in _DATES.items():
        dates = [date for date in record.dates if date.kind is kind]
        if dates:
            found[name] = max(dates, key=_on).text
    if record.record_updated:
        found["date_metadata_modified"] = iso(record.record_updated)
    return found | _coverage(record.periods) | {"time_coverage_resolution": record.time_resolution}


def _on(date: RecordDate) -> str:
    return date.on.isoformat()


def _coverage(periods: tuple[Period, ...]) -> Attributes:
    start, end = instants.whole(periods)
    duration = _duration(start, end) if start and end else ""
    return {"time_coverage_start": start or "", "time_coverage_end": end or "", "time_coverage_duration": duration}


def _duration(start: str, end: str) -> str:
    """ISO 8601, in days where that is what it is (a year of days lacks its last second), else in seconds."""
    first, last = instants.moment(start), instants.moment(end)
    if first is None or last is None:
        return ""
    seconds = round((last - first).total_seconds())
    days = round(seconds / 86400)
    return f"P{days}D" if days and abs(seconds - days * 86400) <= 1 else f"PT{seconds}S"


def _how(record: Record) -> Attributes:
    lineage = record.lineage
    return {
        **history(lineage.steps),
        **spread("lineage", lineage.statement, "en"),
        "source": sources(lineage.sources),
        "platform": lists.words(platform.name for platform in record.platforms),
        "instrument": lists.words(dict.fromkeys(name for item in record.platforms for name in item.instruments)),
    }
