# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, organisations and money of a schema.org document."""

from __future__ import annotations

from typing import Any

from terracite.record.identifiers import is_ror
from terracite.record.model import Agent, Contributor, ContributorRole, Funding, Organisation
from terracite.record.reading import values as reading
from terracite.record.schema_org.graph import Thing
from terracite.record.schema_org.setting import Setting, both

#: property -> the role of those it names
_ROLES = {
    "editor": ContributorRole.EDITOR,
    "producer": ContributorRole.PRODUCER,
    "sponsor": ContributorRole.SPONSOR,
    "translator": ContributorRole.TRANSLATOR,
    "copyrightHolder": ContributorRole.RIGHTS_HOLDER,
    "sourceOrganization": ContributorRole.HOSTING_INSTITUTION,
    "accountablePerson": ContributorRole.DATA_MANAGER,
}
_PEOPLE = {"Person", "person"}  #: codemeta's first version wrote it small
_GROUPS = {"Organization", "ResearchOrganization", "CollegeOrUniversity", "GovernmentOrganization", "Consortium"}
_GROUPS |= {"EducationalOrganization", "Corporation", "NGO", "Project", "ResearchProject", "FundingAgency"}


def people(dataset: Thing, here: Setting) -> dict[str, Any]:
    """The fields of the record that name people and organisations."""
    authors = dataset.all("creator", "author", "authors", "agents")
    publisher = dataset.first("publisher", "provider")
    return {
        "creators": _agents(authors, here),
        "contributors": _contributors(dataset, here),
        "contacts": _agents(dataset.each("maintainer", "contactPoint"), here),
        "publisher": _organisation(publisher, here) if publisher else None,
        "funding": _funding(dataset, here),
    }


def _agents(things: list[Thing], here: Setting) -> tuple[Agent, ...]:
    found = (_agent(_inside_role(thing), here) for thing in things)
    return tuple(agent for agent in found if agent)


def _inside_role(thing: Thing) -> Thing:
    """The person in a role, which stands in the same property once more."""
    if "Role" not in thing.kinds:
        return thing
    return thing.first("contributor", "creator", "author", "maintainer", "funder") or thing


def _agent(thing: Thing, here: Setting) -> Agent | None:
    """A person by type, names or ORCID; else an organisation."""
    orcid = _first_read(reading.orcid, thing)
    kinds = thing.kinds
    family, given = thing.text("familyName"), thing.text("givenName")
    if kinds & _GROUPS or not (kinds & {*_PEOPLE, "ContactPoint"} or family or orcid):
        return _group(thing, here)
    name = thing.text("name") if thing.is_object else thing.text()
    email = thing.text("email", "mbox").removeprefix("mailto:")
    places = tuple(filter(None, (_organisation(item, here) for item in thing.all("affiliation", "worksFor"))))
    more = {"orcid": orcid, "affiliations": places, "email": email}
    if not family:
        is_person = bool(orcid or kinds & _PEOPLE) or None
        return reading.agent(name or given or thing.id, is_person=is_person, **more)
    made: Agent | None = here.notes.part(Agent, thing.where, family_name=family, given_name=given, **more)
    return made


def _group(thing: Thing, here: Setting) -> Agent | None:
    """A name alone is a person when it has a comma: "Family, Given"."""
    if not thing.is_object:
        return reading.agent(thing.text())
    place = _organisation(thing, here)
    above = tuple(filter(None, (_organisation(item, here) for item in thing.all("parentOrganization"))))
    if place is None:
        return None
    email = thing.text("email").removeprefix("mailto:")
    return Agent(organisation=place.name, ror=place.ror, affiliations=above, email=email)


def _organisation(thing: Thing, here: Setting) -> Organisation | None:
    """An organisation; its address is kept where it is one of the Research Organization Registry."""
    ror = _first_read(_ror, thing)
    name = here.said(thing, "name", "legalName").best(here.language) if thing.is_object else ""
    name = name or thing.text()
    if not name:
        here.notes.say(
            thing.where, "missing", expected=both("name of this organisation", "le nom de cette organisation")
        )
        return None
    made: Organisation | None = here.notes.part(Organisation, thing.where, name=name, ror=ror)
    return made


def _ror(text: str) -> str:
    text = text.replace("http://ror.org/", "https://ror.org/").rstrip("/")
    return text if is_ror(text) else ""


def _first_read(read: Any, thing: Thing) -> str:
    """The identifier of a thing that ``read`` understands: its identifiers, its address, what it is the same as."""
    for item in thing.each("identifier", "sameAs", "url"):
        text = item.text("value") or item.text("url") or item.text() if item.is_object else item.text()
        if found := read(text):
            item.skip()
            if thing.is_object and read(str(thing.node.value.get("@id", ""))) == found:
                thing.skip("@id")
            return str(found)
    return str(read(thing.id))


def _contributors(dataset: Thing, here: Setting) -> tuple[Contributor, ...]:
    found = [_contributor(thing, here) for thing in dataset.all("contributor")]
    for name, role in _ROLES.items():
        agents = _agents(dataset.all(name), here)
        found += [Contributor(agent=agent, role=role) for agent in agents]
    return tuple(item for item in found if item)


def _contributor(thing: Thing, here: Setting) -> Contributor | None:
    role = _role(thing, here)
    agent = _agent(_inside_role(thing), here)
    return Contributor(agent=agent, role=role) if agent else None


def _role(thing: Thing, here: Setting) -> ContributorRole:
    text = thing.text("roleName") or thing.text("jobTitle") if thing.is_object else ""
    key = "".join(filter(str.isalpha, text)).casefold()
    for role in ContributorRole:
        if role.value.casefold() == key:
            return role
    if text:
        expected = both("contributor roles", "rôles de contributeurs")
        here.notes.say(thing.where, "unknown_code", text, read=ContributorRole.OTHER.value, expected=expected)
    return ContributorRole.OTHER


def _funding(dataset: Thing, here: Setting) -> tuple[Funding, ...]:
    grants = [_grant(thing, here) for thing in dataset.all("funding")]
    paid = {grant.funder for grant in grants if grant}
    alone = [_funder(_inside_role(thing), here) for thing in dataset.all("funder")]
    return tuple([grant for grant in grants if grant] + [item for item in alone if item and item.funder not in paid])


def _grant(thing: Thing, here: Setting) -> Funding | None:
    if not thing.is_object:
        return Funding(funder=thing.text()) if thing.text() else None
    funder = thing.first("funder", "sponsor")
    payer = _funder(funder, here) if funder else None
    if payer is None:
        expected = both("funder of this grant", "le financeur de cette subvention")
        here.notes.say(thing.where, "missing", expected=expected)
        payer = Funding(funder="?")
    award = {"award_title": thing.text("name") if "name" in thing.names else "", "award_uri": thing.text("url")}
    return payer.model_copy(update={**award, "award_number": thing.text("identifier")})


def _funder(thing: Thing, here: Setting) -> Funding | None:
    """Who pays, with any address that identifies it."""
    name = thing.text()
    identifier = thing.text("identifier") or thing.id
    made: Funding | None = here.notes.part(Funding, thing.where, funder=name, funder_id=identifier) if name else None
    return made
