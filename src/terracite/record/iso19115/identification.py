# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are: ``mri:MD_DataIdentification`` and its citation."""

from __future__ import annotations

import re
from collections import defaultdict

from lxml.etree import _Element as Element

from terracite.record import vocabularies
from terracite.record.identifiers import resolvable
from terracite.record.iso19115 import constraints, extent, people
from terracite.record.iso19115.elements import Iso, both
from terracite.record.model import DateKind, Keyword, Organisation, Related, Resolution
from terracite.record.relations import Relation, relations

_DATES = {
    DateKind.CREATED: "creation",
    DateKind.ISSUED: "publication",
    DateKind.UPDATED: "revision",
    DateKind.AVAILABLE: "released",
    DateKind.WITHDRAWN: "unavailable",
}
#: ISO's list has no code for these moments: they keep DataCite's
_DATACITE_DATES = "https://schema.datacite.org/meta/kernel-4/include/datacite-dateType-v4.xsd"
_ASSOCIATIONS = {
    "IsPartOf": "largerWorkCitation",
    "HasPart": "isComposedOf",
    "IsNewVersionOf": "revisionOf",
    "IsDerivedFrom": "dependency",
    "Requires": "dependency",
}
_DURATION = re.compile(
    r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
)


def write(iso: Iso, root: Element) -> None:
    """The children in the order of the schema."""
    record = iso.record
    element = iso.add(root, "mdb:identificationInfo", "mri:MD_DataIdentification")
    _citation(iso, element)
    iso.required_text(element, "mri:abstract", record.abstract)
    iso.text(element, "mri:purpose", record.purpose)
    for agent in record.contacts:
        people.write(iso, element, "mri:pointOfContact", agent, "pointOfContact")
    if record.representation:
        code = "mcc:MD_SpatialRepresentationTypeCode"
        iso.code(element, "mri:spatialRepresentationType", code, record.representation.value)
    for resolution in record.resolutions:
        _resolution(iso, element, resolution)
    if _DURATION.fullmatch(record.time_resolution):
        iso.add(element, "mri:temporalResolution", "gco:TM_PeriodDuration", text=record.time_resolution)
    for topic in record.topics:
        if topic in vocabularies.topics():
            iso.add(element, "mri:topicCategory", "mri:MD_TopicCategoryCode", text=topic)
    extent.write(iso, element)
    _thumbnail(iso, element)
    _keywords(iso, element)
    constraints.write(iso, element)
    _associated(iso, element)
    _locales(iso, element)
    iso.text(element, "mri:supplementalInformation", record.notes)


def _citation(iso: Iso, parent: Element) -> None:
    record = iso.record
    element = iso.citation(parent, "mri:citation", record.title)
    for date in record.dates:
        known = _DATES.get(date.kind)
        iso.date(
            element,
            "cit:date",
            date.on,
            known or date.kind.value.capitalize(),
            "" if known else _DATACITE_DATES,
        )
    iso.string(element, "cit:edition", record.version.number)
    iso.resource_identifier(element, "cit:identifier", record.doi)
    for agent in record.creators:
        people.write(iso, element, "cit:citedResponsibleParty", agent, "author")
    for contributor in record.contributors:
        role = people.ROLES[contributor.role]
        people.write(iso, element, "cit:citedResponsibleParty", contributor.agent, role)
    if record.publisher:
        people.write_organisation(iso, element, "cit:citedResponsibleParty", record.publisher, "publisher")
    for funder in dict.fromkeys((funding.funder, funding.funder_id) for funding in record.funding):
        place = Organisation(name=funder[0], ror=funder[1])
        people.write_organisation(iso, element, "cit:citedResponsibleParty", place, "funder")
    iso.text(element, "cit:otherCitationDetails", record.version.notes)
    if iso.url:
        iso.online(element, "cit:onlineResource", iso.url, "information", protocol="WWW:LINK-1.0-http--link")


def _resolution(iso: Iso, parent: Element, resolution: Resolution) -> None:
    if resolution.scale:
        element = iso.add(parent, "mri:spatialResolution", "mri:MD_Resolution")
        fraction = iso.add(element, "mri:equivalentScale", "mri:MD_RepresentativeFraction")
        iso.add(fraction, "mri:denominator", "gco:Integer", text=str(resolution.scale))
    if resolution.distance_m:
        element = iso.add(parent, "mri:spatialResolution", "mri:MD_Resolution")
        iso.add(element, "mri:distance", "gco:Distance", text=f"{resolution.distance_m:.10g}", uom="m")


def _thumbnail(iso: Iso, parent: Element) -> None:
    path = iso.record.thumbnail
    if path:
        element = iso.add(parent, "mri:graphicOverview", "mcc:MD_BrowseGraphic")
        iso.string(element, "mcc:fileName", iso.file_address(path))
        iso.string(element, "mcc:fileDescription", "thumbnail")


def _keywords(iso: Iso, parent: Element) -> None:
    """One group for the disciplines, then one per thesaurus; free keywords last."""
    record = iso.record
    if record.disciplines:
        labels = [Keyword(label=vocabularies.discipline_label(item)) for item in record.disciplines]
        _group(iso, parent, labels, "terracite-disciplines")
    groups: dict[str, list[Keyword]] = defaultdict(list)
    for keyword in record.keywords:
        if keyword.label:
            groups[keyword.thesaurus].append(keyword)
    for thesaurus in sorted(groups, key=lambda name: (not name, name)):
        _group(iso, parent, groups[thesaurus], thesaurus)


def _group(iso: Iso, parent: Element, keywords: list[Keyword], thesaurus: str) -> None:
    element = iso.add(parent, "mri:descriptiveKeywords", "mri:MD_Keywords")
    for keyword in keywords:
        iso.text(element, "mri:keyword", keyword.label, keyword.uri)
    iso.code(element, "mri:type", "mri:MD_KeywordTypeCode", "theme")
    known = vocabularies.thesauri().get(thesaurus)
    if known:
        citation = iso.citation(element, "mri:thesaurusName", known.title, known.uri)
        iso.date(citation, "cit:date", known.on, "publication")
    elif thesaurus:
        iso.citation(element, "mri:thesaurusName", both(thesaurus))


def _associated(iso: Iso, parent: Element) -> None:
    """Every link but the sources (they are in the lineage) and the deposit (the parent of the metadata)."""
    record = iso.record
    notes = {related.identifier: related for related in record.related}
    told = {source.identifier for source in record.lineage.sources if source.identifier not in notes}
    told |= {source.title for source in record.lineage.sources if not source.identifier}
    if record.parent:
        told.add(record.parent.identifier)
    told_bare = {relation.identifier for relation in relations(record) if relation.source in told}
    for relation in relations(record):
        if relation.identifier not in told_bare:
            _resource(iso, parent, relation, notes.get(relation.source))
    for funding in record.funding:
        if funding.award_title or funding.award_number:
            title = funding.award_title or funding.award_number
            element = iso.add(parent, "mri:associatedResource", "mri:MD_AssociatedResource")
            citation = iso.citation(element, "mri:name", both(title), funding.award_uri)
            if funding.award_number:
                iso.identifier(citation, "cit:identifier", funding.award_number, funding.funder)
            iso.code(element, "mri:associationType", "mri:DS_AssociationTypeCode", "crossReference")
            iso.code(element, "mri:initiativeType", "mri:DS_InitiativeTypeCode", "project")


def _resource(iso: Iso, parent: Element, relation: Relation, related: Related | None) -> None:
    element = iso.add(parent, "mri:associatedResource", "mri:MD_AssociatedResource")
    citation = iso.citation(element, "mri:name", both(relation.title or relation.identifier))
    iso.resource_identifier(citation, "cit:identifier", relation.identifier)
    iso.string(citation, "cit:otherCitationDetails", relation.relation)
    if related:
        iso.text(citation, "cit:otherCitationDetails", related.note)
    if address := resolvable(relation.identifier):
        iso.online(citation, "cit:onlineResource", address, "information")
    kind = _ASSOCIATIONS.get(relation.relation, "crossReference")
    iso.code(element, "mri:associationType", "mri:DS_AssociationTypeCode", kind)


def _locales(iso: Iso, parent: Element) -> None:
    languages = [vocabularies.iso639_2(language) for language in iso.record.data_languages if language]
    for place, language in enumerate(languages):
        iso.locale(parent, "mri:otherLocale" if place else "mri:defaultLocale", language)
