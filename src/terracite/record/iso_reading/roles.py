# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is creator, contributor, contact, publisher or funder, from the roles of ISO."""

from __future__ import annotations

from dataclasses import dataclass, field

from terracite.record.iso_reading import codes, people, related
from terracite.record.iso_reading.people import Party
from terracite.record.iso_reading.texts import Iso
from terracite.record.model import Agent, Contributor, ContributorRole, Funding, Organisation, Text
from terracite.record.reading import Leftover, XmlNode

_EXACT = {role.value: role for role in ContributorRole}
_AUTHORS = ("author", "coAuthor", "auteur", "creator")
#: who made the data where nobody is named as author, the most telling first
_MAKERS = ("originator", "principalInvestigator", "projectLeader")


@dataclass(slots=True)
class People:
    """Everybody of a record, sorted out."""

    creators: list[Agent] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    contacts: list[Agent] = field(default_factory=list)
    publisher: Organisation | None = None
    funding: list[Funding] = field(default_factory=list)


def sort_out(
    iso: Iso, record: XmlNode, identification: XmlNode, citation: XmlNode, distributors: list[Party]
) -> People:
    """Who has which part, from the citation, the points of contact and the distribution."""
    found = People()
    cited = people.parties(iso, citation, "citedResponsibleParty")
    points = people.parties(iso, identification, "pointOfContact")
    makers = _makers([*cited, *points])
    for party in cited:
        _add(iso, found, party, makers)
    told = {(party.agent, party.role) for party in cited}
    for party in points:
        if party.role in {"pointOfContact", ""}:
            found.contacts.append(party.agent)
        elif (party.agent, party.role) not in told:
            _add(iso, found, party, makers)
    for party in distributors:
        _distributor(found, party)
    _record_contacts(iso, found, record)
    return found


def _makers(parties: list[Party]) -> tuple[str, ...]:
    """The roles that make a creator in this document."""
    roles = {party.role for party in parties if party.exactly not in _EXACT}
    if roles & set(_AUTHORS):
        return _AUTHORS
    return next(((role,) for role in _MAKERS if role in roles), _AUTHORS)


def _add(iso: Iso, found: People, party: Party, makers: tuple[str, ...]) -> None:
    if party.exactly in _EXACT:
        found.contributors.append(Contributor(agent=party.agent, role=_EXACT[party.exactly]))
    elif party.role in makers:
        found.creators.append(party.agent)
    elif party.role == "publisher":
        _publisher(iso, found, party)
    elif party.role == "funder":
        identifier = related.funder_identifier(iso, party)
        found.funding.append(Funding(funder=party.agent.name, funder_id=identifier))
    else:
        default = ContributorRole.OTHER
        role = codes.known(iso.notes, party.node, "roles", codes.ROLES, party.role, default)
        found.contributors.append(Contributor(agent=party.agent, role=role))


def _publisher(iso: Iso, found: People, party: Party) -> None:
    """The first publisher; another one is a distributor."""
    place = _as_organisation(party.agent)
    if found.publisher is None:
        found.publisher = place
    elif place.name != found.publisher.name:
        iso.notes.say(
            party.node.where,
            "twice",
            place.name,
            read=found.publisher.name,
            expected=Text(fr="L’éditeur", en="The publisher"),
        )
        found.contributors.append(Contributor(agent=party.agent, role=ContributorRole.DISTRIBUTOR))


def _distributor(found: People, party: Party) -> None:
    """Who distributes: the publisher said again, the publisher where none is named, else a contributor."""
    place = _as_organisation(party.agent)
    if found.publisher is None and party.role in {"distributor", "publisher", "resourceProvider"}:
        found.publisher = place
    elif found.publisher is None or place.name != found.publisher.name:
        role = codes.found(codes.ROLES, party.role) or ContributorRole.DISTRIBUTOR
        found.contributors.append(Contributor(agent=party.agent, role=role))


def _as_organisation(agent: Agent) -> Organisation:
    """The organisation that somebody is or works for; the person where there is none."""
    if not agent.is_person:
        return Organisation(name=agent.organisation, ror=agent.ror)
    return agent.affiliations[0] if agent.affiliations else Organisation(name=agent.display_name)


def _record_contacts(iso: Iso, found: People, record: XmlNode) -> None:
    """Who answers for the metadata stands in where nobody answers for the data."""
    parties = people.parties(iso, record, "contact")
    if not found.contacts:
        found.contacts = [party.agent for party in parties if party.role != "publisher"]
        return
    names = {agent.name for agent in found.contacts}
    for party in parties:
        if party.agent.name not in names:
            iso.leftovers.append(Leftover(party.node.where, party.agent.display_name))
