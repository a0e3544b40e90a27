# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations; the reverse of `dcat.writing.people`. E-mails are read where the document has them."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.vocabulary import ROLE_PROPERTIES, ROLE_WORDS
from terracite.record.model import Agent, Contributor, ContributorRole, Funding, Organisation, Text
from terracite.record.reading import Leftover, values
from terracite.record.reading.identity import uuid_in

_NAMES = (
    "foaf:name", "schema:name", "vcard:fn", "rdfs:label", "skos:prefLabel", "dct:title", "vcard:organization-name",
    "vcard:organisation-name",
)  # fmt: skip
_FAMILY = (
    "foaf:familyName",
    "foaf:family_name",
    "foaf:surname",
    "foaf:lastName",
    "schema:familyName",
    "vcard:family-name",
)
_GIVEN = (
    "foaf:givenName",
    "foaf:given_name",
    "foaf:firstName",
    "foaf:givenname",
    "schema:givenName",
    "vcard:given-name",
)
_PLACES = ("org:memberOf", "schema:affiliation", "vcard:organization-name", "foaf:member")
_EMAILS = ("vcard:hasEmail", "foaf:mbox", "schema:email", "vcard:email", "vcard:value")
_MAYBE_NAME = re.compile(r"[A-Za-z][\w.-]{0,60}")
_PERSONS = {"foaf:Person", "vcard:Individual", "schema:Person"}
_GROUPS = {"foaf:Organization", "vcard:Organization", "org:Organization", "schema:Organization", "vcard:Group"}
_SHORTCUTS = {"dct:contributor": "contributor", "dc:contributor": "contributor"} | {
    name: role for role, name in ROLE_PROPERTIES.items()
}


def read(dataset: Node) -> dict[str, Any]:
    attributed = [node.peek("prov:agent") for node in dataset.peek("prov:qualifiedAttribution")]
    named = {agent for agents in attributed for agent in agents}
    contributors = [found for node in dataset.things("prov:qualifiedAttribution") for found in _attribution(node)]
    for name, role in _SHORTCUTS.items():
        found = [read_agent(node) for node in dataset.all(name) if node not in named]
        contributors += [Contributor(agent=agent, role=ROLE_WORDS[role.lower()]) for agent in found if agent]
    return {
        "creators": _agents(_creators(dataset)),
        "publisher": _publisher(dataset),
        "contributors": tuple(contributors),
        "contacts": _agents(dataset.all("dcat:contactPoint")),
        "funding": tuple(grant for node in dataset.things("schema:funding") if (grant := _grant(node))),
    }


def _agents(nodes: list[Node]) -> tuple[Agent, ...]:
    return tuple(agent for node in nodes if (agent := read_agent(node)))


def read_agent(node: Node) -> Agent | None:
    """A person or an organisation; None, with a remark, when nothing says its name."""
    if node.is_literal:
        return values.agent(node.text())
    family, given, name = node.text(*_FAMILY), node.text(*_GIVEN), _name(node)
    email, orcid, ror = _email(node), _orcid(node), _ror(node)
    places = tuple(place for item in _affiliations(node) if (place := _organisation(item)))
    if not family and name and _is_person(node, orcid):
        person = values.agent(name, is_person=True) or Agent(family_name=name)
        family, given = person.family_name, person.given_name
    if family:
        return Agent(family_name=family, given_name=given, email=email, orcid=orcid, affiliations=places)
    name = name or (places[0].name if places else "")
    if name:
        _address_left(node)
    else:
        name = _unnamed(node) or email.partition("@")[2]
    return Agent(organisation=name, email=email, ror=ror) if name else None


def _unnamed(node: Node) -> str:
    """The end of the address, where it may be a name ("corporate-body/PUBL"), with a remark."""
    if node.iri:
        node.source.notes.say(node.where, "elsewhere", node.iri)
    else:
        node.source.notes.say(node.where, "missing", expected=Text(fr="de nom", en="name"))
    end = node.iri.rstrip("/#").rpartition("/")[2]
    return end if _MAYBE_NAME.fullmatch(end) and uuid_in(end) is None else ""


def _is_person(node: Node, orcid: str) -> bool:
    return bool(orcid) or (bool(_PERSONS & set(node.types)) and not _GROUPS & set(node.types))


def _name(node: Node) -> str:
    for name in _NAMES:
        found = node.texts(name)
        if found and "@" not in found.best():  # some put an e-mail there, which no public format may show
            _read_same(node, found)
            return found.best(node.source.language)
    return ""


def _read_same(node: Node, said: Text) -> None:
    """Other names that say the same are no news."""
    for name in _NAMES:
        for item in node.peek(name):
            if str(item.term).strip() in {said.fr, said.en}:
                node.source.read.add((node.term, name, item.term))


def _email(node: Node) -> str:
    """An address in a literal, in "mailto:", or in a vCard thing of its own."""
    found = ""
    for item in node.all(*_EMAILS):
        text = item.text("vcard:value") or item.iri or item.text()
        found = found or re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
    return found


def _orcid(node: Node) -> str:
    for text in _identifiers(node):
        if "orcid" in text or re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", text):
            found = values.orcid(text)
            if found:
                return found
            node.source.notes.say(node.where, "unreadable", text, expected=Text(fr="un ORCID", en="an ORCID"))
    return ""


def _ror(node: Node) -> str:
    return next((text for text in _identifiers(node) if "ror.org/" in text), "")


def _identifiers(node: Node) -> list[str]:
    items = node.peek("owl:sameAs", "dct:identifier", "vcard:hasUID", "schema:identifier")
    found = [node.iri, *(item.iri or str(item.term) for item in items)]
    for item in items:
        text = item.iri or str(item.term)
        if "orcid.org" in text or "ror.org/" in text or re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", text):
            node.all("owl:sameAs", "dct:identifier", "vcard:hasUID")
    return [text for text in found if text]


def _affiliations(node: Node) -> list[Node]:
    """Organisations; names of organisations only where they say more."""
    if node.peek("org:memberOf"):
        node.all("vcard:organization-name")
        return node.all("org:memberOf")
    return node.all(*_PLACES)


def _organisation(node: Node) -> Organisation | None:
    if node.is_literal:
        return Organisation(name=node.text()) if node.text() else None
    name = _name(node)
    if name:
        _address_left(node)
    else:
        name = _unnamed(node)
    return Organisation(name=name, ror=_ror(node)) if name else None


def _address_left(node: Node) -> None:
    """The address of an agent, when it is neither an ORCID nor a ROR, has no place in the record."""
    if node.iri and "orcid.org/" not in node.iri and "ror.org/" not in node.iri:
        node.source.left.append(Leftover(node.where, node.iri))


def _publisher(dataset: Node) -> Organisation | None:
    found = [item for node in dataset.all("dct:publisher", "dc:publisher") if (item := _organisation(node))]
    for other in found[1:]:
        expected = Text(fr="Un éditeur", en="A publisher")
        dataset.source.notes.say(dataset.where, "twice", other.name, read=found[0].name, expected=expected)
    return found[0] if found else None


def _creators(dataset: Node) -> list[Node]:
    """In the order of the list of authors where there is one."""
    found = list(dict.fromkeys(dataset.all("dct:creator", "dc:creator", "schema:creator", "schema:author")))
    lists = dataset.things("bibo:authorList")
    listed = _items(lists[0]) if lists else []
    return listed if listed and set(listed) == set(found) else found


def _items(start: Node) -> list[Node]:
    """The items of an RDF list."""
    found: list[Node] = []
    seen: set[Node] = set()
    cell: Node | None = start
    while cell is not None and cell not in seen:
        seen.add(cell)
        found += cell.all("rdf:first")
        cell = cell.first("rdf:rest")
    return found


def _attribution(node: Node) -> list[Contributor]:
    agents = [found for item in node.all("prov:agent") if (found := read_agent(item))]
    role = _role(node)
    return [Contributor(agent=agent, role=role) for agent in agents]


def _role(node: Node) -> ContributorRole:
    """DataCite's role where one is said exactly, else the one that INSPIRE's or ISO's stands for."""
    words = []
    for item in node.all("dcat:hadRole", "prov:hadRole"):
        words.append(item.text("skos:notation") or re.split(r"[/#]", item.iri)[-1] or item.text())
        item.skip()
    for word in words:
        if word in set(ContributorRole):
            return ContributorRole(word)
    for word in words:
        if role := ROLE_WORDS.get(word.lower()):
            return role
    word = words[0] if words else ""
    expected = Text(fr="des rôles", en="roles")
    node.source.notes.say(node.where, "unknown_code", word, read=ContributorRole.OTHER.value, expected=expected)
    return ContributorRole.OTHER


def _grant(node: Node) -> Funding | None:
    funder = node.first("schema:funder")
    name, address = "", ""
    if funder is not None:
        name = _name(funder) or funder.text()
        address = funder.identity()
    found: Funding | None = node.source.notes.part(
        Funding,
        node.where,
        funder=name,
        funder_id=address,
        award_number=node.text("schema:identifier"),
        award_title=node.text("schema:name"),
        award_uri=node.text("schema:url") or node.iri,
    )
    return found
