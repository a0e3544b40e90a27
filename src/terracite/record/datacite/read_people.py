# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 2, 4, 7 and 19 read: creators, publisher, contributors, funding."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.datacite.desk import Desk
from terracite.record.datacite.views import Part
from terracite.record.identifiers import doi_url
from terracite.record.model import Agent, Contributor, ContributorRole, Funding, Organisation, Text
from terracite.record.reading import values

_ROLES = {role.value.casefold(): role for role in ContributorRole}
#: kernel 2.1 and 2.2 had a wider list
_OLD_ROLES = {"funder": ContributorRole.SPONSOR}
_ROLE_LIST = Text(fr="rôles de DataCite", en="roles of DataCite")
_ORCID = Text(fr="un ORCID", en="an ORCID")
_WORD = re.compile(r"\w+")
_ROR = re.compile(r"(?:^|ror\.org/)(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})/?$", re.IGNORECASE)


def creators(desk: Desk, root: Part) -> tuple[Agent, ...]:
    parts = root.parts("creators") or root.parts("creator")
    return tuple(agent for part in parts if (agent := _agent(desk, part)))


def contributors(desk: Desk, root: Part) -> tuple[tuple[Contributor, ...], tuple[Agent, ...], tuple[Funding, ...]]:
    """Contributors, contacts (ContactPerson), and the funders that kernel 3 had among the contributors."""
    found: list[Contributor] = []
    contacts: list[Agent] = []
    funders: list[Funding] = []
    for part in root.parts("contributors"):
        role = part.text("contributorType")
        agent = _agent(desk, part)
        if agent is None:
            continue
        if role.casefold() == "funder":
            funders.append(Funding(funder=agent.display_name))
        elif role == ContributorRole.CONTACT_PERSON:
            contacts.append(agent)
        else:
            found.append(Contributor(agent=agent, role=_role(desk, part, role)))
    return tuple(found), tuple(contacts), tuple(funders)


def publisher(desk: Desk, root: Part) -> Organisation | None:
    parts = root.parts("publisher")
    found = [_organisation(desk, part, "publisher") for part in parts]
    named = [organisation for organisation in found if organisation]
    for other in named[1:]:
        expected = Text(fr="L’éditeur", en="The publisher")
        desk.notes.say(parts[0].where, "twice", other.name, read=named[0].name, expected=expected)
    return named[0] if named else None


def funding(desk: Desk, root: Part) -> tuple[Funding, ...]:
    return tuple(item for part in root.parts("fundingReferences") if (item := _funding(desk, part)))


def _funding(desk: Desk, part: Part) -> Funding | None:
    name = part.text("funderName")
    scheme, identifier = part.text("funderIdentifierType"), part.text("funderIdentifier")
    content = {
        "funder": name or identifier,
        "funder_id": _funder_id(identifier, scheme),
        "award_number": part.text("awardNumber"),
        "award_title": part.text("awardTitle"),
        "award_uri": part.text("awardUri"),
    }
    if not content["funder"]:
        desk.notes.say(part.where, "missing", expected=Text(fr="le nom du financeur", en="name of the funder"))
        return None
    return Funding(**content)


def _funder_id(identifier: str, scheme: str) -> str:
    """The address: of a ROR given by its code, of a Crossref Funder ID given as a DOI."""
    if scheme == "ROR":
        return _ror(identifier) or identifier
    if found := re.search(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.13039/\S+)$", identifier):
        return identifier if identifier.startswith("https://doi.org/") else doi_url(found[1])
    return identifier


def _role(desk: Desk, part: Part, text: str) -> ContributorRole:
    role = _ROLES.get(text.casefold()) or _OLD_ROLES.get(text.casefold())
    if role is None:
        desk.unknown(part, text, ContributorRole.OTHER, _ROLE_LIST)
    return role or ContributorRole.OTHER


def _agent(desk: Desk, part: Part) -> Agent | None:
    name, family = part.text("name"), part.text("familyName")
    given = part.text("givenName")
    identifiers = _identifiers(desk, part)
    affiliations = tuple(place for item in part.parts("affiliation") if (place := _organisation(desk, item)))
    more: dict[str, Any] = {"affiliations": affiliations, "email": part.text("email")}
    person = _is_person(part, bool(family or given or identifiers.get("orcid")))
    if person and family:
        _other_name(desk, part, name, f"{family} {given}")
        return Agent(family_name=family, given_name=given, orcid=identifiers.get("orcid", ""), **more)
    kept = {"ror": identifiers.get("ror", "")} if not person else {}
    if person is not False and identifiers.get("orcid"):
        kept["orcid"] = identifiers["orcid"]
    return values.agent(name or given, is_person=person, **kept, **more)


def _other_name(desk: Desk, part: Part, name: str, parts: str) -> None:
    """A name that is not made of the same words as its parts is a leftover."""
    if sorted(_WORD.findall(name.casefold())) != sorted(_WORD.findall(parts.casefold())):
        desk.keep(part, name)


def _is_person(part: Part, looks_personal: bool) -> bool | None:
    """As the document says (DataCite's nameType, schema.org's type), as it looks, or None when nothing tells."""
    kind = (part.text("nameType") or part.text("type")).casefold()
    if kind.startswith("person"):
        return True
    if kind.startswith("organi"):
        return False
    return True if looks_personal else None


def _identifiers(desk: Desk, part: Part) -> dict[str, str]:
    """The ORCID and the ROR; any other is kept as a leftover."""
    found: dict[str, str] = {}
    for item in part.parts("nameIdentifiers"):
        value, scheme = item.own(), item.text("nameIdentifierScheme")
        if not value:
            continue
        if "orcid" in f"{scheme} {value}".casefold():
            orcid = values.orcid(value)
            found.setdefault("orcid", orcid)
            if not orcid:
                desk.notes.say(item.where, "unreadable", value, expected=_ORCID)
        elif ror := _ror(value) if "ror" in f"{scheme} {value}".casefold() else "":
            found.setdefault("ror", ror)
        else:
            desk.keep(item, f"{scheme} {value}".strip())
    address = part.text("id")
    if "orcid.org/" in address and values.orcid(address):
        found.setdefault("orcid", values.orcid(address))
    return found


def _organisation(desk: Desk, part: Part, kind: str = "affiliation") -> Organisation | None:
    name = part.own()
    scheme, identifier = part.text(f"{kind}IdentifierScheme"), part.text(f"{kind}Identifier")
    ror = _ror(identifier) if not scheme or scheme.casefold() == "ror" else ""
    if identifier and not ror:
        desk.keep(part, f"{scheme} {identifier}".strip())
    return Organisation(name=name or ror, ror=ror) if name or ror else None


def _ror(text: str) -> str:
    found = _ROR.search(text.strip())
    return f"https://ror.org/{found[1].lower()}" if found else ""
