# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who made the data: ``providers`` (common metadata) for every reader, ``contacts`` (extension) for the whole story.

A contact's ``name`` is written as one says it; ``familyName`` and ``givenName`` beside it (words of schema.org) keep
its parts. The contacts extension: an organisation has a ``name`` alone, a person may have an ``organization`` too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terracite.record.identifiers import orcid_url, web_address
from terracite.record.model import Agent, Funding, Record

Node = dict[str, Any]


def providers(record: Record) -> list[Node]:
    """The creators as producers, the publisher as host, in order; each name once, with all its roles."""
    found: dict[str, Node] = {}
    for agent in record.creators:
        _add(found, agent.display_name, "producer", _address(agent))
    if record.publisher and record.publisher.name:
        _add(found, record.publisher.name, "host", web_address(record.publisher.ror))
    return list(found.values())


def _add(found: dict[str, Node], name: str, role: str, url: str) -> None:
    provider = found.setdefault(name, {"name": name, "roles": []})
    if role not in provider["roles"]:
        provider["roles"].append(role)
    if url:
        provider.setdefault("url", url)


def _address(agent: Agent) -> str:
    return orcid_url(agent.orcid) if agent.is_person else web_address(agent.ror)


def contacts(record: Record) -> list[Node]:
    """Everybody the record names, with their roles; e-mails are never written."""
    return list(_contacts(record))


def _contacts(record: Record) -> Iterator[Node]:
    for agent in record.creators:
        yield _contact(agent, "author")
    for contributor in record.contributors:
        yield _contact(contributor.agent, contributor.role.value)
    for agent in record.contacts:
        yield _contact(agent, "pointOfContact")
    if record.publisher and record.publisher.name:
        yield _contact(Agent(organisation=record.publisher.name, ror=record.publisher.ror), "publisher")
    for funding in record.funding:
        yield _funder(funding)


def _contact(agent: Agent, role: str) -> Node:
    contact: Node = {"name": agent.display_name}
    if agent.is_person:
        contact |= {"familyName": agent.family_name}
        contact |= {"givenName": agent.given_name} if agent.given_name else {}
    identifier = orcid_url(agent.orcid) if agent.is_person else agent.ror
    contact |= {"identifier": identifier} if identifier else {}
    if agent.affiliations:
        contact["organization"] = "; ".join(place.name for place in agent.affiliations)
    links = [_about(place.ror, place.name) for place in agent.affiliations if web_address(place.ror)]
    return contact | ({"links": links} if links else {}) | {"roles": [role]}


def _about(href: str, title: str) -> Node:
    node = {"rel": "about", "href": web_address(href), "type": "text/html"}
    return node | ({"title": title} if title else {})


def _funder(funding: Funding) -> Node:
    contact: Node = {"name": funding.funder}
    contact |= {"identifier": funding.funder_id} if funding.funder_id else {}
    if web_address(funding.award_uri):
        contact["links"] = [_about(funding.award_uri, funding.award_title)]
    return contact | {"roles": ["funder"]}
