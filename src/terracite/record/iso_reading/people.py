# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations of ISO: ``cit:CI_Responsibility`` (19115-3), ``gmd:CI_ResponsibleParty`` (19139)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from terracite.record.iso_reading.texts import Iso, code, href, label, peek
from terracite.record.model import Agent, Organisation
from terracite.record.reading import XmlNode, values

#: between the affiliations of a person; between an organisation and those it belongs to
ALSO, BELONGS = "; ", " ; "
_ROR = re.compile(r"ror\.org/(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_MOST_PLACES = 50  #: affiliations of one person; more are one name
_LONGEST = 1_000  #: characters in which an e-mail address or a desk is looked for
#: words that only organisations and desks have in their names
_OF_ORGANISATIONS = re.compile(
    r"\b(direction|directorate|minist\w+|service|services|office|bureau|department|d[ée]partement|institut\w*|centre|"
    r"center|team|[ée]quipe|universit\w+|agenc[ey]|laboratoire|laboratory|kundenservice|dienst|council|contact|support|"
    r"geoportail|group|administration|helpdesk|secr[ée]tariat|archive|gmbh)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Party:
    """Who has a role: ``role`` is the code of ISO, ``exactly`` the words inside the element of the code."""

    agent: Agent
    role: str
    exactly: str
    node: XmlNode


def parties(iso: Iso, parent: XmlNode, path: str) -> list[Party]:
    """Everybody in the properties of that path, in order; those without a name are left out."""
    return [party for node in parent.all(path) for party in _of_property(iso, node)]


def _of_property(iso: Iso, node: XmlNode) -> Iterator[Party]:
    for holder in node.children():
        role, exactly = code(holder.first("role")), label(holder.first("role"))
        places = holder.all("party/*")
        agents = [agent for place in places for agent in _of_party(iso, place)] if places else _of_2007(iso, holder)
        for agent in agents:
            yield Party(agent, role, exactly, holder)


def _of_party(iso: Iso, party: XmlNode) -> list[Agent]:
    """A person alone, an organisation, or the people of an organisation."""
    if party.name == "CI_Individual":
        return _listed(_person(iso, party, ()))
    places = _places(iso, party)
    people = [_person(iso, item, places) for item in party.all("individual/*")]
    found = [agent for agent in people if agent is not None]
    if found or not places:
        return found
    return _listed(_alone(iso, party, places, _email(party)))


def _alone(iso: Iso, node: XmlNode, places: tuple[Organisation, ...], email: str) -> Agent | None:
    """An organisation in a role of its own, with those it belongs to."""
    first, *others = places
    return _organisation(iso, node, first.name, tuple(others), email, ror=first.ror)


def _places(iso: Iso, party: XmlNode) -> tuple[Organisation, ...]:
    """The organisation, or several whose names are joined."""
    name = iso.string(party.first("name"))
    rors = list(_rors(iso, party))
    if not name:
        return ()
    names = _split_places(name, alone=not party.all("individual"))
    if len(names) == 1:
        return (Organisation(name=name, ror=rors[0][1] if rors else ""),)
    return tuple(
        Organisation(name=place, ror=_ror_of(place, names[:number].count(place), rors))
        for number, place in enumerate(names)
    )


def _split_places(name: str, *, alone: bool = False) -> list[str]:
    """The names of several organisations: affiliations of a person, or ``alone`` one and those it belongs to."""
    separator = BELONGS if alone else ALSO
    return name.split(separator) if name.count(separator) < _MOST_PLACES else [name]


def _rors(iso: Iso, party: XmlNode) -> Iterator[tuple[str, str]]:
    """The identifiers of a party that are RORs, each with the name that its description gives."""
    for item in party.all("partyIdentifier/*"):
        address = href(item.first("code")) or iso.string(item.first("code"))
        if found := ror_in(address):
            iso.string(item.first("code")), iso.string(item.first("codeSpace"))
            yield iso.string(item.first("description")), found
    if not party.all("partyIdentifier") and (found := ror_in(href(party.first("name")))):
        yield "", found


def _ror_of(name: str, before: int, rors: list[tuple[str, str]]) -> str:
    """The ROR described by that name; ``before`` places of the same name come earlier ("name #2")."""
    wanted = f"{name} #{before + 1}" if before else name
    return next((ror for description, ror in rors if description == wanted), "")


def _person(iso: Iso, node: XmlNode, places: tuple[Organisation, ...]) -> Agent | None:
    name = iso.string(node.first("name"))
    if not name:
        return None
    for item in node.all("partyIdentifier/*"):
        iso.string(item.first("codeSpace"))
    orcid = _orcid(iso, node)
    return named(iso, node, name, orcid=orcid, affiliations=places, email=_email(node))


def _orcid(iso: Iso, node: XmlNode) -> str:
    """The ORCID among the identifiers of a person, else of their page or of the anchor of their name."""
    for item in node.all("partyIdentifier/*/code"):
        if found := values.orcid(iso.string(item)) or values.orcid(href(item)):
            return found
    for path in ("name", "individualName"):
        if found := values.orcid(href(node.first(path))):
            return found
    pages = [item for item in node.anywhere("linkage") if "orcid.org" in iso.string(item)]
    return next((found for item in pages if (found := values.orcid(iso.string(item)))), "")


def _of_2007(iso: Iso, holder: XmlNode) -> list[Agent]:
    """``CI_ResponsibleParty``: a person, an organisation, or a person of an organisation."""
    person = iso.string(holder.first("individualName")) or _swiss_name(iso, holder)
    node = holder.first("organisationName")
    organisation = iso.string(node)
    ror = ror_in(href(node))
    email = _email(holder)
    names = _split_places(organisation, alone=not person) if organisation else []
    places = tuple(Organisation(name=name, ror="" if number else ror) for number, name in enumerate(names))
    if not person:
        return _listed(_alone(iso, holder, places, email) if places else None)
    return _listed(named(iso, holder, person, orcid=_orcid(iso, holder), affiliations=places, email=email))


def _swiss_name(iso: Iso, holder: XmlNode) -> str:
    """The profile of Switzerland (GM03) has the two parts of the name."""
    family, given = iso.string(holder.first("individualLastName")), iso.string(holder.first("individualFirstName"))
    return f"{family}, {given}".strip(", ")


def named(
    iso: Iso, node: XmlNode, name: str, *, orcid: str = "", affiliations: tuple[Organisation, ...] = (), email: str = ""
) -> Agent | None:
    """A person; an organisation where the name is one of a desk ("Kundenservice") and not "Family, Given"."""
    name = " ".join(name.split())
    if not orcid and _is_of_organisation(name, affiliations):
        iso.notes.say(node.where, "organisation", name)
        places = tuple(place for place in affiliations if place.name != name)
        return _organisation(iso, node, name, places, email)
    family, given = split_name(name)
    part: Agent | None = iso.notes.part(
        Agent,
        node.where,
        family_name=family,
        given_name=given,
        orcid=orcid,
        affiliations=affiliations,
        email=email,
    )
    return part


def _is_of_organisation(name: str, affiliations: tuple[Organisation, ...]) -> bool:
    """Whether the name of a person is one of a desk or of their organisation."""
    if any(place.name == name for place in affiliations):
        return True
    return name.count(",") != 1 and bool(_OF_ORGANISATIONS.search(name[:_LONGEST]))


def _organisation(
    iso: Iso, node: XmlNode, name: str, affiliations: tuple[Organisation, ...], email: str, ror: str = ""
) -> Agent | None:
    part: Agent | None = iso.notes.part(
        Agent, node.where, organisation=name, ror=ror, affiliations=affiliations, email=email
    )
    return part


def split_name(name: str) -> tuple[str, str]:
    """Family and given name.

    >>> split_name("Lebrun, Zoé"), split_name("van der Meer,"), split_name("DESSE Alexis"), split_name("Tom Kralidis")
    (('Lebrun', 'Zoé'), ('van der Meer', ''), ('DESSE', 'Alexis'), ('Kralidis', 'Tom'))
    """
    family, comma, given = name.partition(",")
    if comma:
        return family.strip() or given.strip(), given.strip() if family.strip() else ""
    words = name.split()
    upper = [word for word in words if word.isupper() and len(word) > 2]
    if upper and upper == words[: len(upper)] and len(upper) < len(words):
        return " ".join(upper), " ".join(words[len(upper) :])
    return (words[-1], " ".join(words[:-1])) if words else ("", "")


def ror_in(text: str) -> str:
    """The full address of the ROR in a text, "" for none."""
    found = _ROR.search(text)
    return f"https://ror.org/{found[1].lower()}" if found else ""


def _email(node: XmlNode) -> str:
    """The first e-mail address below the element; the others stay unread."""
    for item in node.anywhere("electronicMailAddress"):
        holder = next(iter(item.children()), item)
        if found := _EMAIL.search(peek(holder)[:_LONGEST]):
            holder.text()
            return found[0]
    return ""


def _listed(agent: Agent | None) -> list[Agent]:
    return [] if agent is None else [agent]
