# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links to other resources: ``mri:MD_AssociatedResource`` for what is related, other versions and awards."""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record.iso19115 import people
from terracite.record.iso19115.addresses import resolved
from terracite.record.iso19115.elements import Iso
from terracite.record.model import Funding, Record, Related

#: DataCite's relation -> DS_AssociationTypeCode of ISO 19115-1, which has DataCite's word inside
ASSOCIATIONS = {
    "IsPartOf": "largerWorkCitation",
    "HasPart": "isComposedOf",
    "IsNewVersionOf": "revisionOf",
    "IsDerivedFrom": "dependency",
    "Requires": "dependency",
}
#: DataCite's general type of resource -> CI_PresentationFormCode; any other is a document
_FORMS = {
    "Audiovisual": "videoDigital",
    "Dataset": "tableDigital",
    "Image": "imageDigital",
    "InteractiveResource": "multimediaDigital",
    "Model": "modelDigital",
    "PhysicalObject": "physicalObject",
    "Sound": "audioDigital",
}
CROSS = "crossReference"
RESOURCE = "mri:associatedResource/mri:MD_AssociatedResource"
NAME = "mri:name"


def write(iso: Iso) -> Iterator[str]:
    """What the record relates to, in its order; its other versions; its awards."""
    for related in (*iso.record.related, *_versions(iso.record)):
        yield _resource(iso, related)
    if needs_awards(iso.record):
        for funding in iso.record.funding:
            yield _award(iso, funding)


def needs_awards(record: Record) -> bool:
    """Whether the funders alone do not say all: some paid by an award, or twice."""
    bare = {
        (funding.funder, funding.funder_id)
        for funding in record.funding
        if not (funding.award_title or funding.award_number or funding.award_uri)
    }
    return len(bare) < len(record.funding)


def _versions(record: Record) -> Iterator[Related]:
    version = record.version
    links = (
        (version.previous_doi, "IsNewVersionOf"),
        (version.next_doi, "IsPreviousVersionOf"),
        (version.concept_doi, "IsVersionOf"),
    )
    for doi, relation in links:
        if doi:
            yield Related(identifier=doi, relation=relation)


def _resource(iso: Iso, related: Related) -> str:
    address = resolved(related.identifier)[0]
    citation = iso.citation(
        NAME,
        related.title or related.identifier,
        identifiers=iso.resource_identifier("cit:identifier", related.identifier, related.identifier_type),
        form=form(iso, related.resource_type),
        details=related.note,
        online=iso.online("cit:onlineResource", address, "information") if address.startswith("http") else "",
    )
    again = iso.aggregate_identifier(related.identifier)
    return iso.element(RESOURCE, citation, again, association(iso, related.relation))


def association(iso: Iso, relation: str) -> str:
    """The kind of link, broadly as ISO and exactly as DataCite says it."""
    kind = "mri:DS_AssociationTypeCode"
    return iso.code("mri:associationType", kind, ASSOCIATIONS.get(relation, CROSS), relation.strip())


def form(iso: Iso, resource_type: str) -> str:
    """What the other resource is; "" when that is not told."""
    if not resource_type.strip():
        return ""
    value = _FORMS.get(resource_type, "documentDigital")
    return iso.code("cit:presentationForm", "cit:CI_PresentationFormCode", value, resource_type)


def _award(iso: Iso, funding: Funding) -> str:
    """A project that paid for the data, and whose money it was."""
    number = funding.award_number
    funder = people.organisation(funding.funder, funding.funder_id)
    citation = iso.citation(
        NAME,
        funding.award_title or number or funding.award_uri,
        href=funding.award_uri,
        identifiers=iso.identifier("cit:identifier", number) if number else "",
        parties=iso.party("cit:citedResponsibleParty", funder, "funder"),
    )
    project = iso.code("mri:initiativeType", "mri:DS_InitiativeTypeCode", "project")
    return iso.element(RESOURCE, citation, iso.aggregate_identifier(number), association(iso, ""), project)
