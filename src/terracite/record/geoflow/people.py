# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who: the cell of Creator, which calls contacts by their ids, and the rows of the table of contacts.

geoflow cuts that cell at colons and commas, whatever stands between quotation marks: there are ids in it and nothing
else. An id of ours is therefore the name itself, with the ORCID or ROR where there is one, and without the characters
that geoflow cuts at; a table of entities can be read without its contacts. It is never an e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from urllib.parse import quote, unquote

from terracite.record.geoflow.cells import Component, Item
from terracite.record.geoflow.table import Contact
from terracite.record.identifiers import orcid_url
from terracite.record.model import Agent, ContributorRole, Funding, Organisation, Record

#: DataCite's contributor type -> CI_RoleCode; the others are contributors
ROLES = {
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
ORGANISATION = "organisation"
#: "Lebrun; Zoé (0000-0002-1825-0097)", "Rakoto;", "Collectif (ror 03yrm5c26)", "Parc (organisation)"
_ORCID = r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]"
_ID = re.compile(rf"(?P<name>.*?)(?: \((?P<tail>{_ORCID}|ror [0-9a-z]+|organisation)\))?")
#: what geoflow, a cell of ours or a spreadsheet would take for something else
_CUT_AT = re.compile(r"[%,:;@\[\]\"#_“”«\\]|[^\S ]|[\x00-\x1f\x7f]|^ | $|\((?=(?:[\dX-]+|ror [^()]*|organisation)\)$)")
_ROR = "https://ror.org/"


def creator_cell(record: Record) -> Iterator[Component]:
    """Authors, contacts, publisher, funders, then the others in their order."""
    yield from _component("author", record.creators)
    yield from _component("pointOfContact", record.contacts)
    if record.publisher:
        yield from _component("publisher", [as_agent(record.publisher)])
    yield from _component("funder", [_funder(funding) for funding in record.funding])
    for role, run in groupby(record.contributors, lambda item: item.role):
        yield from _component(ROLES.get(role, "contributor"), [item.agent for item in run])


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
    'Lebrun; Zoé'
    """
    if not agent.is_person:
        ror = re.fullmatch(rf"{_ROR}([0-9a-z]+)", agent.ror)
        return f"{_safe(agent.organisation)} ({f'ror {ror[1]}' if ror else ORGANISATION})"
    name = f"{_safe(agent.family_name)}; {_safe(agent.given_name)}".removesuffix(" ")
    return f"{name} ({agent.orcid})" if re.fullmatch(_ORCID, agent.orcid) else name


def agent_called(identifier: str) -> Agent | None:
    """The agent that an id of ours names; None for the id of another table.

    >>> agent_called("Parc%2C le (organisation)").organisation
    'Parc, le'
    """
    match = _ID.fullmatch(identifier)
    name, tail = (match["name"], match["tail"] or "") if match else ("", "")
    family, separator, given = name.partition(";")
    if tail.startswith((ORGANISATION, "ror ")) and name and not separator:
        return Agent(organisation=unquote(name), ror=_ROR + tail[4:] if tail.startswith("ror ") else "")
    if not family or not separator or ";" in given or tail.startswith((ORGANISATION, "ror ")):
        return None
    return Agent(family_name=unquote(family), given_name=unquote(given.removeprefix(" ")), orcid=tail)


def as_agent(organisation: Organisation) -> Agent:
    return Agent(organisation=organisation.name, ror=organisation.ror)


def _component(key: str, agents: Iterable[Agent]) -> Iterator[Component]:
    items = tuple(Item(identifier_of(agent)) for agent in agents if agent.name.strip())
    if items:
        yield Component(key, items)


def _funder(funding: Funding) -> Agent:
    return Agent(organisation=funding.funder or "-", ror=funding.funder_id)


def _contact(agent: Agent) -> Contact:
    identifiers = [Component("id", (Item(identifier_of(agent)),))]
    if agent.is_person and agent.orcid:
        identifiers.append(Component("orcid", (Item(agent.orcid),)))
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


def _safe(name: str) -> str:
    """The name with the characters that are cut at written as in an address."""
    return _CUT_AT.sub(lambda found: quote(found[0], safe="") if found[0] not in "_(" else f"%{ord(found[0]):X}", name)
