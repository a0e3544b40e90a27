# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who made the file, from ``creator_*``, ``contributor_*``, ``publisher_*``, ``institution`` and older names."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.cf.attributes import Attributes
from terracite.record.cf.lists import affiliations, family_and_given, split
from terracite.record.identifiers import is_ror
from terracite.record.model import Agent, Contributor, ContributorRole, Organisation
from terracite.record.reading import values

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_WITH_EMAIL = re.compile(r"[,;:]?\s{0,9}(?:e-?mail:?\s{0,9})?<?" + _EMAIL.pattern + ">?")
_ROLES = {role.value.casefold(): role for role in ContributorRole} | {
    "principalinvestigator": ContributorRole.PROJECT_LEADER,
    "processor": ContributorRole.PRODUCER,
    "custodian": ContributorRole.DATA_MANAGER,
    "owner": ContributorRole.RIGHTS_HOLDER,
    "collaborator": ContributorRole.RELATED_PERSON,
}


def people(own: Attributes) -> dict[str, Any]:
    creators = _creators(own)
    contributors, contacts = _contributors(own)
    publisher = own.text("publisher_name", "publisher", "data_center")
    url = own.first("publisher_url")
    ror = url.text() if url and is_ror(str(url.value)) else ""
    if not creators:
        creators = _institution(own)
    elif own.text("institution") and not any(_works_at(agent, own.text("institution")) for agent in creators[:1]):
        creators = _with_institution(creators, own.text("institution"))
    return {
        "creators": tuple(creators) or None,
        "contributors": tuple(contributors) or None,
        "contacts": (*contacts, *_contact(own)) or None,
        "publisher": Organisation(name=publisher, ror=ror) if publisher else None,
    }


def _creators(own: Attributes) -> list[Agent]:
    name = own.text("creator_name", "creator", "author", "authors", "principal_investigator")
    names = [part.strip() for part in split(_without_emails(name))]
    length = len(names)
    kinds = _kinds(own.text("creator_type"), length)
    urls = split(own.text("creator_url"), length)
    places = split(own.text("creator_institution"), length)
    rors = split(own.text("creator_institution_url"), length)
    emails = split(own.text("creator_email"), length) if own.text("creator_email") else _EMAIL.findall(name)
    emails = [*emails, *[""] * length][:length]
    rows = zip(names, kinds, urls, emails, map(affiliations, places, rors), strict=True)
    found = [_agent(*row[:3], email=row[3], places=row[4]) for row in rows]
    return [agent for agent in found if agent]


def _without_emails(text: str) -> str:
    return _WITH_EMAIL.sub("", text).strip(" ,;") if "@" in text else text


def _kinds(said: str, length: int) -> list[str]:
    """One word is said of all."""
    kinds = split(said, length)
    return [said] * length if said and not any(kinds[1:]) and ";" not in said else kinds


def _agent(name: str, kind: str, url: str, *, email: str = "", places: tuple[Organisation, ...] = ()) -> Agent | None:
    if not name:
        return None
    orcid = values.orcid(url) if "orcid" in url.casefold() else ""
    if kind in {"institution", "group"} or not (kind or orcid):
        return Agent(organisation=name, ror=url if is_ror(url) else "", orcid=orcid, email=email)
    family, given = family_and_given(name)
    return Agent(family_name=family, given_name=given, orcid=orcid, affiliations=places, email=email)


def _contributors(own: Attributes) -> tuple[list[Contributor], list[Agent]]:
    names = split(own.text("contributor_name", "contributor"))
    roles = split(own.text("contributor_role"), len(names))
    kinds = _kinds(own.text("contributor_type"), len(names))
    urls = split(own.text("contributor_url"), len(names))
    places = split(own.text("contributor_institution"), len(names))
    rors = split(own.text("contributor_institution_url"), len(names))
    found: list[Contributor] = []
    contacts: list[Agent] = []
    for name, role, kind, url, where in zip(names, roles, kinds, urls, map(affiliations, places, rors), strict=True):
        agent = _agent(name, kind, url, places=where)
        if agent and role.casefold() == "pointofcontact":
            contacts.append(agent)
        elif agent:
            known = _ROLES.get(role.replace(" ", "").casefold(), ContributorRole.OTHER)
            found.append(Contributor(agent=agent, role=known))
    return found, contacts


def _contact(own: Attributes) -> list[Agent]:
    """The publisher's address, or a ``contact`` in words: a name, perhaps an e-mail."""
    email, name = own.text("publisher_email"), own.text("publisher_name")
    if email and name:
        return [Agent(organisation=name, email=email)]
    said = own.text("contact")
    name, emails = _without_emails(said), _EMAIL.findall(said)
    return [Agent(organisation=name or emails[0], email=emails[0] if emails else "")] if said else []


def _institution(own: Attributes) -> list[Agent]:
    """CF: where the data were produced."""
    name = own.text("institution", "institute")
    return [Agent(organisation=name)] if name else []


def _works_at(agent: Agent, institution: str) -> bool:
    return institution in {agent.organisation, *(place.name for place in agent.affiliations)}


def _with_institution(creators: list[Agent], name: str) -> list[Agent]:
    """CF's institution, as the affiliation of a first person who has none."""
    first = creators[0]
    if first.is_person and not first.affiliations:
        return [first.model_copy(update={"affiliations": (Organisation(name=name),)}), *creators[1:]]
    return [*creators, Agent(organisation=name)]
