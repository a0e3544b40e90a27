# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who, from the cell of Creator and the table of contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terracite.record.geoflow.cells import Component, Item
from terracite.record.geoflow.people import ROLES, agent_called
from terracite.record.geoflow.row import RowReader
from terracite.record.geoflow.table import Contact
from terracite.record.identifiers import is_ror
from terracite.record.model import Agent, Contributor, ContributorRole, Funding, Organisation, Text
from terracite.record.reading import values

_COLUMN = "Creator"
_AUTHORS = ("author", "coAuthor")
#: geoflow's key -> DataCite's contributor type, where the key is not described
_CONTRIBUTORS = {key: role for role, key in ROLES.items()} | {"owner": ContributorRole.RIGHTS_HOLDER}
_CONTACT_TABLE = Text(
    fr="le nom d’un contact de la table des contacts", en="the name of a contact in the contact table"
)


def people(row: RowReader, funding: list[Funding]) -> dict[str, Any]:
    """creators, contacts, contributors, publisher and funding; ``funding`` is what Relation says of grants."""
    contributors = tuple(_described(row))
    creators = _agents(row, *_AUTHORS)
    contacts = _agents(row, "pointOfContact")
    of_metadata = [agent for agent in _agents(row, "metadata") if agent not in contacts]
    publishers = _agents(row, "publisher")
    funders = _agents(row, "funder")
    more = tuple(_others(row))
    known = {item.funder for item in funding}
    return {
        "creators": creators,
        "contacts": (*contacts, *of_metadata),
        "contributors": (*contributors, *_also_publishers(row, publishers), *more),
        "publisher": _organisation(publishers[0]) if publishers else None,
        "funding": (*funding, *(_funding(agent) for agent in funders if agent.display_name not in known)),
    }


def _described(row: RowReader) -> Iterator[Contributor]:
    """Contributors whose precise role is the description of the key, in their order."""
    roles = {role.value: role for role in ContributorRole}
    for component in list(row.take(_COLUMN)):
        role = roles.get(component.description)
        if role is None:
            row.give_back(_COLUMN, component)
        else:
            yield from (Contributor(agent=agent, role=role) for agent in _of(row, component))


def _others(row: RowReader) -> Iterator[Contributor]:
    for component in row.take(_COLUMN):
        role = _CONTRIBUTORS.get(component.key, ContributorRole.OTHER)
        if component.key not in _CONTRIBUTORS and component.key not in _ANY:
            listed = Text(fr="des rôles ISO", en="ISO roles")
            row.say(_COLUMN, "unknown_code", component.key, read=role.value, expected=listed)
        yield from (Contributor(agent=agent, role=role) for agent in _of(row, component))


_ANY = frozenset({"contributor", "user", "mediator", "stakeholder"})


def _agents(row: RowReader, *keys: str) -> tuple[Agent, ...]:
    return tuple(agent for component in row.take(_COLUMN, *keys) for agent in _of(row, component))


def _of(row: RowReader, component: Component) -> Iterator[Agent]:
    for item in component.items:
        agent = _agent(row, item)
        if agent is None and item.text and item.text not in row.unknown:
            row.unknown.add(item.text)
            row.say(_COLUMN, "unreadable", item.text, expected=_CONTACT_TABLE)
        elif agent is not None:
            yield agent


def _agent(row: RowReader, item: Item) -> Agent | None:
    contact = (row.contacts or {}).get(item.text.casefold())
    if found := (from_contact(contact) if contact else None) or agent_called(item.text):
        return found
    if item.description:
        return _named(item)
    is_name = "@" not in item.text and not re.search(r"\d", item.text) and (" " in item.text or "," in item.text)
    return values.agent(item.text) if is_name else None


def _named(item: Item) -> Agent | None:
    """An agent by the name between brackets: a person where there is a comma or an ORCID."""
    family, comma, given = item.description.partition(",")
    if is_ror(item.uri) or (not comma and not values.orcid(item.uri)):
        return Agent(organisation=item.description, ror=item.uri if is_ror(item.uri) else "")
    return Agent(family_name=family.strip() or given.strip(), given_name=given.strip(), orcid=values.orcid(item.uri))


def from_contact(contact: Contact) -> Agent | None:
    """The person or organisation of a row of contacts; None when it has no name (an e-mail is none)."""
    identifiers = {component.key: component.text for component in contact.identifiers}
    email = contact.email if "@" in contact.email else ""
    ror = next((found for found in (identifiers.get("ror", ""), contact.website) if is_ror(found)), "")
    last, first = _name(contact.last_name), _name(contact.first_name)
    if (last or first) and last != first:
        orcid = values.orcid(identifiers.get("orcid", "")) or values.orcid(identifiers.get("id", ""))
        places = tuple(Organisation(name=name) for part in contact.organisation.split(";") if (name := part.strip()))
        return Agent(
            family_name=last or first, given_name=first if last else "", orcid=orcid, affiliations=places, email=email
        )
    name = contact.organisation or last
    return Agent(organisation=name, ror=ror, email=email) if name else None


def _name(text: str) -> str:
    return "" if "@" in text else text


def _organisation(agent: Agent) -> Organisation:
    """The publisher: an organisation, or the one that a person publishes for."""
    if agent.is_person and agent.affiliations:
        return agent.affiliations[0]
    return Organisation(name=agent.display_name, ror=agent.ror)


def _also_publishers(row: RowReader, publishers: tuple[Agent, ...]) -> Iterator[Contributor]:
    """Publishers that are people, and those after the first, who would otherwise be lost."""
    for index, agent in enumerate(publishers):
        if agent.is_person or index:
            yield Contributor(agent=agent, role=ContributorRole.DISTRIBUTOR)
        if agent.is_person and index == 0:
            row.say(_COLUMN, "repaired", f"publisher: {agent.display_name}", read=_organisation(agent).name)


def _funding(agent: Agent) -> Funding:
    return Funding(funder=agent.display_name, funder_id=agent.ror)
