# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 2, 4, 7 and 19 written: creators, publisher, contributors, funding. Never an e-mail address."""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record.datacite.terms import Attributes, address, filled
from terracite.record.identifiers import is_ror, orcid_url
from terracite.record.model import Agent, ContributorRole, Funding, Organisation, Record

_ROR = "https://ror.org"
_FUNDER_SCHEMES = {"ROR": _ROR, "Crossref Funder ID": "https://www.crossref.org/services/funder-registry/"}


def person(agent: Agent) -> Attributes:
    """A creator or contributor, a person or an organisation."""
    return filled(
        {
            "name": agent.name,
            "nameType": "Personal" if agent.is_person else "Organizational",
            "givenName": agent.given_name if agent.is_person else "",
            "familyName": agent.family_name,
            "nameIdentifiers": list(_name_identifiers(agent)),
            "affiliation": [_place(place, "affiliation") for place in _affiliations(agent)],
        }
    )


def contributors(record: Record) -> Iterator[Attributes]:
    """The contributors, then the contacts as ContactPerson; the same person in the same role only once."""
    roles = [(contributor.agent, contributor.role) for contributor in record.contributors]
    roles += [(agent, ContributorRole.CONTACT_PERSON) for agent in record.contacts]
    for agent, role in dict.fromkeys(roles):
        yield person(agent) | {"contributorType": role.value}


def publisher(organisation: Organisation | None) -> Attributes | None:
    if organisation is None or not organisation.name:
        return None
    return _place(organisation, "publisher")


def funding_references(funding: Funding) -> Iterator[Attributes]:
    kind = _funder_type(funding.funder_id)
    identifier = {
        "funderIdentifier": funding.funder_id,
        "funderIdentifierType": kind,
        "schemeUri": _FUNDER_SCHEMES.get(kind, ""),
    }
    award = {
        "awardNumber": funding.award_number,
        "awardUri": address(funding.award_uri),
        "awardTitle": funding.award_title,
    }
    yield filled({"funderName": funding.funder} | (identifier if funding.funder_id else {}) | award)


def _affiliations(agent: Agent) -> Iterator[Organisation]:
    """The affiliations of a person, the organisation they stand for included."""
    stands_for = agent.organisation if agent.is_person else ""
    if stands_for:
        yield Organisation(name=stands_for, ror=agent.ror)
    yield from (place for place in agent.affiliations if not stands_for or place.name != stands_for)


def _name_identifiers(agent: Agent) -> Iterator[dict[str, str]]:
    if agent.is_person and agent.orcid:
        yield _name_identifier(orcid_url(agent.orcid), "ORCID", "https://orcid.org")
    if not agent.is_person and agent.ror:
        yield _name_identifier(agent.ror, "ROR", _ROR)


def _name_identifier(value: str, scheme: str, uri: str) -> dict[str, str]:
    return {"nameIdentifier": value, "nameIdentifierScheme": scheme, "schemeUri": uri}


def _place(place: Organisation, property_name: str) -> dict[str, str]:
    """An affiliation or publisher: both have their identifier in the same three keys."""
    if not place.ror:
        return {"name": place.name}
    scheme = {f"{property_name}IdentifierScheme": "ROR", "schemeUri": _ROR} if is_ror(place.ror) else {}
    return {"name": place.name, f"{property_name}Identifier": place.ror} | scheme


def _funder_type(identifier: str) -> str:
    if is_ror(identifier):
        return "ROR"
    return "Crossref Funder ID" if "10.13039/" in identifier else "Other"
