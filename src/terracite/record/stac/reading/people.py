# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who made the data, from ``contacts`` and ``providers``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from terracite.record.identifiers import is_ror
from terracite.record.model import Agent, Contributor, ContributorRole, Funding, Organisation, Text
from terracite.record.reading import JsonNode, values
from terracite.record.stac.names import CONTACT_ROLES
from terracite.record.stac.reading.document import Document

_PROVIDER_ROLES = {
    "licensor": ContributorRole.RIGHTS_HOLDER,
    "processor": ContributorRole.PRODUCER,
    "host": ContributorRole.HOSTING_INSTITUTION,
}


@dataclass(slots=True)
class People:
    creators: list[Agent] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    contacts: list[Agent] = field(default_factory=list)
    funding: list[Funding] = field(default_factory=list)
    publisher: Organisation | None = None
    names: set[str] = field(default_factory=set)

    def values(self) -> dict[str, Any]:
        return {
            "creators": tuple(self.creators) or None,
            "contributors": tuple(self.contributors) or None,
            "contacts": tuple(self.contacts) or None,
            "funding": tuple(self.funding) or None,
            "publisher": self.publisher,
        }

    def has(self, agent: Agent, role: ContributorRole) -> bool:
        return any(item.agent.name == agent.name and item.role is role for item in self.contributors)


def people(document: Document) -> dict[str, Any]:
    """Creators, contributors, contacts, publisher, funding."""
    found = People()
    for node in document.fields.all("contacts"):
        if isinstance(node.value, dict):
            _contact(node, found, document)
    for node in document.summary("providers", "provider"):
        if isinstance(node.value, dict):
            _provider(node, found)
    return found.values()


def _contact(node: JsonNode, found: People, document: Document) -> None:
    roles = [role.text() for role in node.all("roles", "role")] or ["contact"]
    for said in roles:
        known = CONTACT_ROLES.get(said.replace(" ", "").casefold())
        if known is None:
            expected = Text(fr="rôles des contacts", en="roles of contacts")
            document.notes.say(node.where, "unknown_code", said, read=ContributorRole.OTHER.value, expected=expected)
        _place(known or ContributorRole.OTHER, node, found, document)


def _place(role: ContributorRole | str, node: JsonNode, found: People, document: Document) -> None:
    if role == "funder":
        found.funding += [funding] if (funding := _funding(node)) else []
        return
    agent = _agent(node, document)
    if agent is None:
        document.notes.say(node.where, "missing", expected=Text(fr="un nom", en="name"))
        return
    found.names.add(agent.display_name)
    if isinstance(role, ContributorRole):
        found.contributors.append(Contributor(agent=agent, role=role))
    elif role == "publisher":
        _publish(agent, found)
    else:
        (found.creators if role == "creator" else found.contacts).append(agent)


def _publish(agent: Agent, found: People) -> None:
    if found.publisher is None:
        found.publisher = Organisation(name=agent.display_name, ror=agent.ror)
    else:
        found.contributors.append(Contributor(agent=agent, role=ContributorRole.DISTRIBUTOR))


def _agent(node: JsonNode, document: Document) -> Agent | None:
    """A person when the contact says something that only persons have, else an organisation."""
    name, organisation = node.text("name"), node.text("organization", "organisation")
    identifier = node.text("identifier")
    more = {"email": _email(node)}
    family = node.text("familyName")
    if not family and (not name or name == organisation):
        return _organisation(name or organisation, identifier, node, more["email"])
    orcid = values.orcid(identifier) if "orcid" in identifier or len(identifier) in {16, 19} else ""
    places = _affiliations(node, organisation)
    if family:
        given = node.text("givenName")
        return Agent(family_name=family, given_name=given, orcid=orcid, affiliations=places, **more)
    if orcid or organisation or node.text("positionName"):
        return values.agent(name, is_person=True, orcid=orcid, affiliations=places, **more)
    if "," in name:
        document.notes.say(node.where, "organisation", name)
    return _organisation(name, identifier, node, more["email"])


def _organisation(name: str, identifier: str, node: JsonNode, email: str) -> Agent | None:
    if not name:
        return None
    ror = identifier or next((href for href in _hrefs(node) if is_ror(href)), "")
    return Agent(organisation=name, ror=ror, email=email)


def _affiliations(node: JsonNode, organisation: str) -> tuple[Organisation, ...]:
    """The names joined by semicolons, each with the ROR of the link of that name."""
    rors = [(link.text("title"), link.text("href")) for link in node.all("links") if is_ror(link.text("href"))]
    places = []
    for name in filter(None, organisation.split("; ")):
        at = next((at for at, (title, _) in enumerate(rors) if title == name), None)
        places.append(Organisation(name=name, ror=rors.pop(at)[1] if at is not None else ""))
    _hrefs(node)
    return tuple(places)


def _hrefs(node: JsonNode) -> list[str]:
    """The addresses of the links of a contact that say what the record keeps."""
    hrefs = []
    for link in node.all("links"):
        if is_ror(link.text("href")):
            hrefs.append(link.text("href"))
            link.skip()
    return hrefs


def _email(node: JsonNode) -> str:
    first = next(iter(node.all("emails")), None)
    if first is None:
        return node.text("email")
    return first.text("value") if isinstance(first.value, dict) else first.text()


def _funding(node: JsonNode) -> Funding | None:
    name = node.text("name", "organization")
    if not name:
        return None
    award = next(iter(node.all("links")), None)
    if award:
        award.skip()
    return Funding(
        funder=name,
        funder_id=node.text("identifier"),
        award_uri=award.text("href") if award else "",
        award_title=award.text("title") if award else "",
    )


def _provider(node: JsonNode, found: People) -> None:
    """A provider that no contact repeats; producers are the creators, the host publishes."""
    name = node.text("name")
    roles = [role.text().casefold() for role in node.all("roles", "role")]
    if not name:
        return
    if name in found.names:
        node.text("url")
        return
    ror = node.text("url") if is_ror(str(node.value.get("url", ""))) else ""
    agent = Agent(organisation=name, ror=ror)
    if "producer" in roles or not roles:
        found.creators.append(agent)
    for role in roles:
        _provide(role, agent, found)


def _provide(role: str, agent: Agent, found: People) -> None:
    known = _PROVIDER_ROLES.get(role)
    if role == "host" and found.publisher is None:
        found.publisher = Organisation(name=agent.organisation, ror=agent.ror)
    elif known and not (role == "processor" and agent in found.creators) and not found.has(agent, known):
        found.contributors.append(Contributor(agent=agent, role=known))
