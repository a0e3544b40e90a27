# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who: the cell of Creator, which calls contacts by their ids, and the rows of the table of contacts.

An id is an ORCID or ROR where there is one, else a word made from the name; never an e-mail. The name follows it
between brackets, so that a table of entities can be read without its contacts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from terracite.record.geoflow.cells import Component, Item
from terracite.record.geoflow.table import Contact
from terracite.record.identifiers import orcid_url
from terracite.record.model import Agent, ContributorRole, Funding, Organisation, Record

#: DataCite's contributor type -> CI_RoleCode; the word of DataCite is the description of the key
ROLES = {
    ContributorRole.CONTACT_PERSON: "pointOfContact",
    ContributorRole.DATA_COLLECTOR: "collaborator",
    ContributorRole.DATA_CURATOR: "processor",
    ContributorRole.DATA_MANAGER: "custodian",
    ContributorRole.DISTRIBUTOR: "distributor",
    ContributorRole.EDITOR: "editor",
    ContributorRole.HOSTING_INSTITUTION: "resourceProvider",
    ContributorRole.PRODUCER: "originator",
    ContributorRole.PROJECT_LEADER: "principalInvestigator",
    ContributorRole.RIGHTS_HOLDER: "rightsHolder",
    ContributorRole.SPONSOR: "sponsor",
}
_PERSON, _ORGANISATION = "person-", "organisation-"


def creator_cell(record: Record) -> Iterator[Component]:
    """Authors, contacts, publisher, funders, then the others in their order."""
    yield from _component("author", record.creators)
    yield from _component("pointOfContact", record.contacts)
    if record.publisher:
        yield from _component("publisher", [as_agent(record.publisher)])
    yield from _component("funder", [_funder(funding) for funding in record.funding])
    for role, run in groupby(record.contributors, lambda item: item.role):
        key = ROLES.get(role, "contributor")
        yield from _component(key, [item.agent for item in run], description=role.value)


def contacts_of(record: Record) -> list[Contact]:
    """The rows of everybody the record names, each once, without e-mails."""
    named = [*record.creators, *record.contacts, *(item.agent for item in record.contributors)]
    if record.publisher:
        named.append(as_agent(record.publisher))
    named += [_funder(funding) for funding in record.funding]
    rows: dict[str, Contact] = {}
    for agent in named:
        row = _contact(agent)
        known = rows.get(identifier_of(agent))
        if known is None or (row.organisation and not known.organisation):
            rows[identifier_of(agent)] = row
    return list(rows.values())


def identifier_of(agent: Agent) -> str:
    """The id of an agent in both tables.

    >>> identifier_of(Agent(family_name="Lebrun", given_name="Zoé"))
    'person-lebrun-zoe'
    """
    if agent.is_person:
        return agent.orcid or f"{_PERSON}{_word(agent.name)}"
    return f"ror-{agent.ror.rpartition('/')[2]}" if agent.ror else f"{_ORGANISATION}{_word(agent.name)}"


def as_agent(organisation: Organisation) -> Agent:
    return Agent(organisation=organisation.name, ror=organisation.ror)


def _component(key: str, agents: Iterable[Agent], description: str = "") -> Iterator[Component]:
    items = tuple(_item(agent) for agent in agents if agent.name.strip())
    if items:
        yield Component(key, items, "", description)


def _item(agent: Agent) -> Item:
    name = agent.name if not agent.is_person or agent.given_name else f"{agent.name},"
    return Item(identifier_of(agent), name, orcid_url(agent.orcid) if agent.is_person else agent.ror)


def _funder(funding: Funding) -> Agent:
    return Agent(organisation=funding.funder or "-", ror=funding.funder_id)


def _contact(agent: Agent) -> Contact:
    identifiers = [Component("id", (Item(identifier_of(agent)),))]
    if agent.is_person and agent.orcid:
        identifiers.append(Component("orcid", (Item(agent.orcid),)))
    if not agent.is_person and agent.ror:
        identifiers.append(Component("ror", (Item(agent.ror),)))
    places = [agent.organisation] if not agent.is_person else [place.name for place in agent.affiliations]
    website = orcid_url(agent.orcid) if agent.is_person else agent.ror
    return Contact(
        tuple(identifiers),
        organisation="; ".join(places),
        last_name=agent.family_name,
        first_name=agent.given_name,
        website=website,
        website_name=("ORCID" if agent.is_person else "ROR") if website else "",
    )


def _word(name: str) -> str:
    """Letters, digits and hyphens; other scripts keep their letters."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^\w]+|_+", "-", bare).strip("-") or "x"
