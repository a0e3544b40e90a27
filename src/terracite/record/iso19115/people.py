# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations: ``cit:CI_Responsibility``. Never an e-mail address."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.identifiers import orcid_url
from terracite.record.iso19115.elements import Iso
from terracite.record.model import Agent, ContributorRole, Organisation

#: DataCite's contributor type -> CI_RoleCode
ROLES = {
    ContributorRole.CONTACT_PERSON: "pointOfContact",
    ContributorRole.DATA_COLLECTOR: "collaborator",
    ContributorRole.DATA_CURATOR: "custodian",
    ContributorRole.DATA_MANAGER: "custodian",
    ContributorRole.EDITOR: "editor",
    ContributorRole.HOSTING_INSTITUTION: "resourceProvider",
    ContributorRole.PRODUCER: "originator",
    ContributorRole.PROJECT_LEADER: "principalInvestigator",
    ContributorRole.RESEARCHER: "contributor",
    ContributorRole.RIGHTS_HOLDER: "rightsHolder",
    ContributorRole.SPONSOR: "sponsor",
    ContributorRole.SUPERVISOR: "contributor",
    ContributorRole.DISTRIBUTOR: "distributor",
    ContributorRole.PROJECT_MANAGER: "custodian",
    ContributorRole.PROJECT_MEMBER: "collaborator",
    ContributorRole.REGISTRATION_AGENCY: "resourceProvider",
    ContributorRole.REGISTRATION_AUTHORITY: "resourceProvider",
    ContributorRole.RELATED_PERSON: "contributor",
    ContributorRole.RESEARCH_GROUP: "contributor",
    ContributorRole.TRANSLATOR: "contributor",
    ContributorRole.WORK_PACKAGE_LEADER: "contributor",
    ContributorRole.OTHER: "contributor",
}


def write(iso: Iso, parent: Element, name: str, agent: Agent, role: str) -> None:
    """A person inside their organisation, a person alone, or an organisation."""
    party = _responsibility(iso, parent, name, role)
    places = _places(agent)
    if not agent.is_person:
        _organisation(iso, party, places)
    elif places:
        organisation = _organisation(iso, party, places)
        _individual(iso, iso.add(organisation, "cit:individual"), agent)
    else:
        _individual(iso, party, agent)


def write_organisation(iso: Iso, parent: Element, name: str, place: Organisation, role: str) -> None:
    _organisation(iso, _responsibility(iso, parent, name, role), [place])


def _responsibility(iso: Iso, parent: Element, name: str, role: str) -> Element:
    element = iso.add(parent, name, "cit:CI_Responsibility")
    iso.code(element, "cit:role", "cit:CI_RoleCode", role)
    return iso.add(element, "cit:party")


def _places(agent: Agent) -> list[Organisation]:
    own = [Organisation(name=agent.organisation, ror=agent.ror)] if agent.organisation else []
    return [*own, *(place for place in agent.affiliations if place.name != agent.organisation)]


def _organisation(iso: Iso, party: Element, places: list[Organisation]) -> Element:
    """One party, even for several affiliations: two parties would read as two people in the role."""
    element = iso.add(party, "cit:CI_Organisation")
    iso.string(element, "cit:name", "; ".join(place.name for place in places))
    for place in places:
        if place.ror:
            iso.identifier(element, "cit:partyIdentifier", place.ror, "https://ror.org", place.ror)
    return element


def _individual(iso: Iso, parent: Element, agent: Agent) -> None:
    element = iso.add(parent, "cit:CI_Individual")
    iso.string(element, "cit:name", agent.name)
    if agent.orcid:
        address = orcid_url(agent.orcid)
        iso.identifier(element, "cit:partyIdentifier", agent.orcid, "https://orcid.org", address)
