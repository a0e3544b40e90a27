# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who answers for what, in the words of ISO: roles, names, the registries of organisations."""

from __future__ import annotations

from collections.abc import Sequence

from terracite.record.iso_reading.people import ALSO, BELONGS
from terracite.record.model import Agent, ContributorRole, Organisation, Record

#: DataCite's contributor type -> CI_RoleCode of ISO 19115-1, which has DataCite's word inside
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
_REGISTRIES = ("https://ror.org", "https://doi.org/10.13039", "https://isni.org", "https://www.wikidata.org")


def places_of(agent: Agent) -> list[Organisation]:
    """The organisation of an agent, then the affiliations."""
    own = [Organisation(name=agent.organisation, ror=agent.ror)] if agent.organisation else []
    return [*own, *(place for place in agent.affiliations if place.name != agent.organisation)]


def organisation(name: str, identifier: str) -> Agent:
    """An organisation as the agent it is."""
    return Agent.model_construct(organisation=name or identifier or "unnamed", ror=identifier)


def publisher_of(record: Record) -> Agent | None:
    """The publisher, when it has a name."""
    place = record.publisher
    return organisation(place.name, place.ror) if place and place.name else None


def joined(agent: Agent) -> str:
    """One name, even for several affiliations: two parties would read as two people in the role."""
    return (ALSO if agent.is_person else BELONGS).join(place.name for place in places_of(agent))


def personal_name(agent: Agent) -> str:
    """ "Family, Given"; a comma ends a family name of several words, lest its first be taken for a given name."""
    return agent.name if agent.given_name or " " not in agent.name else f"{agent.name},"


def whose(places: Sequence[Organisation], number: int) -> str:
    """Which of several places an identifier is of: the name, and its number where others share that."""
    name = places[number].name
    same = [place.name for place in places[:number]].count(name)
    return "" if len(places) == 1 else f"{name} #{same + 1}" if same else name


def registry(identifier: str) -> str:
    """Who gives the identifiers of organisations that look like this one; "" when that is not known."""
    return next((address for address in _REGISTRIES if identifier.startswith(address)), "")
