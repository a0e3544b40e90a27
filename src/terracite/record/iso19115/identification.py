# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are: ``mri:MD_DataIdentification`` and its citation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.iso19115 import associations, constraints, extent, keywords, people
from terracite.record.iso19115.elements import DATACITE_DATES, Iso
from terracite.record.iso19115.extent import decimal
from terracite.record.iso19115.xml_text import element, leaf
from terracite.record.model import DateKind, RecordDate, Resolution

_DATES = {
    DateKind.CREATED: "creation",
    DateKind.ISSUED: "publication",
    DateKind.UPDATED: "revision",
    DateKind.AVAILABLE: "released",
    DateKind.WITHDRAWN: "unavailable",
}
_PARTY = "cit:citedResponsibleParty"
_DURATION = re.compile(
    r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
)
_WEEKS = re.compile(r"P(\d+)W")


def write(iso: Iso) -> str:
    """The children in the order of the schema."""
    return element(
        "mdb:identificationInfo/mri:MD_DataIdentification",
        citation(iso),
        iso.required_text("mri:abstract", iso.record.abstract),
        iso.text("mri:purpose", iso.record.purpose),
        *contacts(iso, "mri:pointOfContact"),
        representation(iso),
        *resolutions(iso),
        _time_resolution(iso),
        *topics(iso),
        *extent.write(iso),
        thumbnail(iso),
        *keywords.write(iso),
        constraints.write(iso),
        *associations.write(iso),
        *_locales(iso),
        iso.text("mri:supplementalInformation", iso.record.notes),
    )


def citation(iso: Iso) -> str:
    record = iso.record
    return iso.citation(
        "mri:citation",
        record.title,
        dates="".join(_date(iso, date) for date in record.dates),
        edition=record.version.number,
        identifiers=iso.resource_identifier("cit:identifier", record.doi),
        parties="".join(_parties(iso)),
        details=record.version.notes,
        online=iso.page("cit:onlineResource", iso.url, "information") if iso.url else "",
    )


def _date(iso: Iso, date: RecordDate) -> str:
    known = _DATES.get(date.kind)
    codelist = "" if known else DATACITE_DATES
    return iso.date("cit:date", date.text, known or date.kind.value.capitalize(), codelist)


def _parties(iso: Iso) -> Iterator[str]:
    """Authors, contributors, publisher, funders, in that order."""
    record = iso.record
    for agent in record.creators:
        yield iso.party(_PARTY, agent, "author")
    for contributor in record.contributors:
        role = contributor.role
        yield iso.party(_PARTY, contributor.agent, people.ROLES[role], role.value)
    if publisher := people.publisher_of(record):
        yield iso.party(_PARTY, publisher, "publisher")
    for name, identifier in dict.fromkeys((funding.funder, funding.funder_id) for funding in record.funding):
        yield iso.party(_PARTY, people.organisation(name, identifier), "funder")


def contacts(iso: Iso, path: str) -> Iterator[str]:
    for agent in iso.record.contacts:
        yield iso.party(path, agent, "pointOfContact")


def representation(iso: Iso) -> str:
    kind = iso.record.representation
    code = "mcc:MD_SpatialRepresentationTypeCode"
    return iso.code("mri:spatialRepresentationType", code, kind.value) if kind else ""


def resolutions(iso: Iso) -> Iterator[str]:
    for resolution in iso.record.resolutions:
        yield _scale(iso, resolution)
        if resolution.distance_m:
            distance = leaf("gco:Distance", decimal(resolution.distance_m), ' uom="m"')
            yield iso.element("mri:spatialResolution/mri:MD_Resolution/mri:distance", distance)


def _scale(iso: Iso, resolution: Resolution) -> str:
    if not resolution.scale:
        return ""
    path = "mri:spatialResolution/mri:MD_Resolution/mri:equivalentScale/mri:MD_RepresentativeFraction/mri:denominator"
    return iso.value(path, "gco:Integer", str(resolution.scale))


def _time_resolution(iso: Iso) -> str:
    """``xs:duration`` has no weeks."""
    text = _WEEKS.sub(lambda found: f"P{7 * int(found[1])}D", iso.record.time_resolution)
    return iso.value("mri:temporalResolution", "gco:TM_PeriodDuration", text) if _DURATION.fullmatch(text) else ""


def topics(iso: Iso, *but: str) -> Iterator[str]:
    """The categories of the standard, but some that an older version of it does not have."""
    for topic in iso.record.topics:
        if topic in vocabularies.topics() and topic not in but:
            yield iso.value("mri:topicCategory", iso.name("mri:MD_TopicCategoryCode"), topic)


def thumbnail(iso: Iso) -> str:
    path = iso.record.thumbnail
    if not path:
        return ""
    name = iso.string("mcc:fileName", iso.file_address(path))
    return iso.element(
        "mri:graphicOverview/mcc:MD_BrowseGraphic",
        name,
        iso.string("mcc:fileDescription", "thumbnail"),
    )


def languages(iso: Iso) -> list[str]:
    """The languages of the data, by the codes of ISO 639-2."""
    return [vocabularies.iso639_2(language) for language in iso.record.data_languages if language]


def _locales(iso: Iso) -> Iterator[str]:
    for place, language in enumerate(languages(iso)):
        yield iso.locale("mri:otherLocale" if place else "mri:defaultLocale", language)
