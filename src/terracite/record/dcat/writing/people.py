# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations: creators, publisher, attributions with roles, contact points. E-mails are never written."""

from __future__ import annotations

from functools import partial

from terracite.record import vocabularies
from terracite.record.dcat.graph import Description, Link, Literal, Thing, Value, refer_to
from terracite.record.dcat.vocabulary import INSPIRE, ROLE_PROPERTIES, ROLES
from terracite.record.dcat.writing.terms import concept
from terracite.record.identifiers import is_orcid, orcid_url
from terracite.record.model import Agent, Contributor, Funding, Organisation, Record


def add(dataset: Thing, record: Record, description: Description, *, geo: bool) -> None:
    creators = [agent(dataset, "dct:creator", creator, description) for creator in record.creators]
    if len(creators) > 1:  # dct:creator has no order; the authors of a citation have one
        authors = [refer_to(value, f"_:creator{place}") for place, value in enumerate(creators, 1)]
        dataset.add("bibo:authorList", tuple(authors))
    if record.publisher:
        organisation(dataset, "dct:publisher", record.publisher, description)
    for place, contributor in enumerate(record.contributors, 1):
        _attribution(dataset, contributor, description, f"_:contributor{place}", geo=geo)
    for contact in record.contacts:
        dataset.add("dcat:contactPoint", _contact(contact, description))
    for funding in record.funding:
        dataset.add("schema:funding", _grant(funding, description))


def agent(subject: Thing, predicate: str, value: Agent, description: Description) -> Value:
    """Says that ``subject predicate`` that agent."""
    if not value.is_person:
        return organisation(subject, predicate, Organisation(name=value.organisation, ror=value.ror), description)
    address = orcid_url(value.orcid) if is_orcid(value.orcid) else ""
    return description.link(subject, predicate, address, value, partial(_person, description))


def organisation(subject: Thing, predicate: str, value: Organisation, description: Description) -> Value:
    """Says that ``subject predicate`` that organisation."""
    return description.link(subject, predicate, value.ror, value, _group)


def _group(value: Organisation, iri: str) -> Thing:
    thing = Thing(("foaf:Organization", "foaf:Agent", "org:Organization"), iri)
    return thing.literal("foaf:name", value.name)


def _person(description: Description, value: Agent, iri: str) -> Thing:
    thing = Thing(("foaf:Person", "foaf:Agent"), iri)
    thing.literal("foaf:name", value.display_name)
    thing.literal("foaf:familyName", value.family_name).literal("foaf:givenName", value.given_name)
    if value.orcid and not is_orcid(value.orcid):
        thing.literal("dct:identifier", value.orcid)
    _affiliations(thing, value, description)
    return thing


def _affiliations(thing: Thing, value: Agent, description: Description) -> None:
    own = [Organisation(name=value.organisation, ror=value.ror)] if value.organisation and value.is_person else []
    for place in (*own, *value.affiliations):
        organisation(thing, "org:memberOf", place, description)


def _attribution(dataset: Thing, value: Contributor, description: Description, label: str, *, geo: bool) -> None:
    """Who, and as what: DataCite's role, which is exact, and the nearest of INSPIRE."""
    thing = Thing(("prov:Attribution",))
    added = agent(thing, "prov:agent", value.agent, description)
    role = concept(vocabularies.role_label(value.role), value.role.value, "", "dcat:Role")
    thing.add("dcat:hadRole", role)
    inspire = ROLES.get(value.role, "")
    if inspire:
        thing.add("dcat:hadRole", Link(f"{INSPIRE}ResponsiblePartyRole/{inspire}"))
    dataset.add("prov:qualifiedAttribution", thing)
    if geo and inspire in ROLE_PROPERTIES:
        dataset.add(ROLE_PROPERTIES[inspire], refer_to(added, label))


def _contact(value: Agent, description: Description) -> Thing:
    kind = "vcard:Individual" if value.is_person else "vcard:Organization"
    thing = Thing((kind, "vcard:Kind")).literal("vcard:fn", value.display_name)
    if value.is_person:
        thing.literal("vcard:family-name", value.family_name).literal("vcard:given-name", value.given_name)
        thing.literal("vcard:hasUID", orcid_url(value.orcid), "xsd:anyURI")
        names = [value.organisation, *(place.name for place in value.affiliations)]
        thing.add("vcard:organization-name", *(Literal(name) for name in dict.fromkeys(names) if name))
        _affiliations(thing, value, description)
    else:
        thing.literal("vcard:hasUID", value.ror, "xsd:anyURI")
    return thing


def _grant(value: Funding, description: Description) -> Thing:
    thing = Thing(("schema:Grant",))
    thing.literal("schema:identifier", value.award_number).literal("schema:name", value.award_title)
    thing.literal("schema:url", value.award_uri, "xsd:anyURI")
    organisation(thing, "schema:funder", Organisation(name=value.funder, ror=value.funder_id), description)
    return thing
