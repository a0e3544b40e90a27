# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, organisations and money. E-mails are never written."""

from __future__ import annotations

from terracite.record.identifiers import orcid_url, web_address
from terracite.record.model import Agent, Contributor, Funding, Organisation
from terracite.record.schema_org.nodes import Node, property_value, without_empty
from terracite.record.schema_org.terms import ORCID


def agent_node(agent: Agent) -> Node:
    if not agent.is_person:
        return organisation_node(Organisation(name=agent.organisation, ror=agent.ror), agent.affiliations)
    own = [Organisation(name=agent.organisation, ror=agent.ror)] if agent.organisation else []
    address = orcid_url(agent.orcid)
    orcid = property_value("ORCID", address, propertyID=ORCID, url=address) if address else None
    return without_empty(
        {
            "@type": "Person",
            "@id": web_address(address),
            "name": agent.display_name,
            "givenName": agent.given_name,
            "familyName": agent.family_name,
            "identifier": orcid,
            "affiliation": [organisation_node(place) for place in (*own, *agent.affiliations)],
        }
    )


def organisation_node(place: Organisation, above: tuple[Organisation, ...] = ()) -> Node:
    return without_empty(
        {
            "@type": "Organization",
            "@id": web_address(place.ror),
            "name": place.name,
            "identifier": place.ror,
            "parentOrganization": [organisation_node(item) for item in above],
        }
    )


def contributor_node(contributor: Contributor) -> Node:
    """A role, as science-on-schema.org writes what a person did; the role repeats the property it stands in."""
    return {"@type": "Role", "roleName": contributor.role.value, "contributor": agent_node(contributor.agent)}


def grant_node(funding: Funding) -> Node:
    funder = {
        "@type": "Organization",
        "@id": web_address(funding.funder_id),
        "name": funding.funder,
        "identifier": funding.funder_id,
    }
    return without_empty(
        {
            "@type": "MonetaryGrant",
            "name": funding.award_title,
            "identifier": funding.award_number,
            "url": funding.award_uri,
            "funder": without_empty(funder),
        }
    )
