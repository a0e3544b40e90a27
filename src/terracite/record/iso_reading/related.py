# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links to other resources, versions and awards: ``MD_AssociatedResource``, ``MD_AggregateInformation``, services."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from terracite.record import vocabularies
from terracite.record.iso_reading import codes, people
from terracite.record.iso_reading.citation import Identifier, identifier, peeked_identifier
from terracite.record.iso_reading.texts import Iso, code, href, label, peek_attribute
from terracite.record.model import Agent, Funding, Related, Text
from terracite.record.reading import XmlNode
from terracite.record.relations import IDENTIFIER_TYPES, RESOURCE_TYPES

_VERSIONS = {"IsNewVersionOf": "previous_doi", "IsPreviousVersionOf": "next_doi", "IsVersionOf": "concept_doi"}
_PROJECTS = frozenset({"project", "campaign", "investigation"})


@dataclass(slots=True)
class Links:
    """What the associated resources of a record say, sorted out."""

    related: list[Related] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    funding: list[Funding] = field(default_factory=list)
    titles: dict[str, Text] = field(default_factory=dict)  #: of larger works, by their identifier


def read(iso: Iso, identification: XmlNode) -> Links:
    """Associated resources in order, then the datasets that a service works on."""
    links = Links()
    for node in (*identification.all("associatedResource/*"), *identification.all("aggregationInfo/*")):
        _associated(iso, node, links)
    operated = [found for node in identification.all("operatesOn") if (found := _operated(node))]
    links.related += dict.fromkeys(operated)
    return links


def _associated(iso: Iso, node: XmlNode, links: Links) -> None:
    citation = node.first("name/*") or node.first("aggregateDataSetName/*")
    initiative = code(node.first("initiativeType"))
    if initiative in _PROJECTS and citation is not None:
        award = _award(iso, node, citation)
        if award is not None:
            links.funding.append(award)
            return
    relation = _relation(iso, node)
    found = _identifier(iso, node, citation)
    title = iso.text(citation.first("title")) if citation is not None else Text()
    if found is None or not (found.code or found.address or title):
        return
    target = found.code or found.address
    if (
        relation in _VERSIONS
        and found.doi
        and _VERSIONS[relation] not in links.versions
        and title.best() in {"", target}
    ):
        links.versions[_VERSIONS[relation]] = target
        _address(iso, citation)
        return
    if relation == "IsPartOf":
        links.titles[target] = title
    links.related += _related(iso, node, citation, relation, found, title)


def _related(
    iso: Iso, node: XmlNode, citation: XmlNode | None, relation: str, found: Identifier, title: Text
) -> list[Related]:
    details = [iso.text(item) for item in citation.all("otherCitationDetails")] if citation is not None else []
    target = found.code or found.address
    part: Related | None = iso.notes.part(
        Related,
        node.where,
        identifier=target or title.best(),
        relation=relation,
        identifier_type=found.space if found.space in IDENTIFIER_TYPES else "",
        title=title.best() if target not in {"", title.best()} else "",
        resource_type=_resource_type(citation),
        note=details[0] if details else Text(),
    )
    _address(iso, citation)
    return [part] if part is not None else []


def _resource_type(citation: XmlNode | None) -> str:
    """DataCite's type, as the words inside the code of the form."""
    node = citation.first("presentationForm") if citation is not None else None
    words = label(node)
    return words if words in RESOURCE_TYPES else ""


def _relation(iso: Iso, node: XmlNode) -> str:
    """DataCite's relation: the words inside the code where they are one, else what the code means."""
    holder = node.first("associationType")
    exactly, listed = label(holder), code(holder)
    for word in (exactly, listed):
        if word in vocabularies.relations():
            return word
    return codes.known(iso.notes, holder or node, "associations", codes.ASSOCIATIONS, listed, "References")


def _identifier(iso: Iso, node: XmlNode, citation: XmlNode | None) -> Identifier | None:
    """The identifier of the resource: its own, that of its citation, its address, or the record that describes it."""
    holders = [*node.all("aggregateDataSetIdentifier/*")[:1], *(citation.all("identifier/*")[:1] if citation else [])]
    found = [item for holder in holders if (item := identifier(iso, holder)).code or item.address]
    if found:
        spaces = [item.space for item in found if item.space and item.code == found[0].code]
        return replace(found[0], space=next(iter(spaces), ""))
    if citation is not None and (address := _address(iso, citation) or href(citation.first("title"))):
        return Identifier(address)
    reference = node.first("metadataReference")
    if reference is not None and (target := peek_attribute(reference, "uuidref") or href(reference)):
        reference.skip()
        return Identifier(target)
    return Identifier("") if citation is not None else None


def _address(iso: Iso, citation: XmlNode | None) -> str:
    """The address of the online resource of a citation."""
    node = citation.first("onlineResource/*") if citation is not None else None
    if node is None:
        return ""
    code(node.first("function"))
    return iso.string(node.first("linkage"))


def _award(iso: Iso, node: XmlNode, citation: XmlNode) -> Funding | None:
    """A grant: a project with somebody who funds it."""
    funder = next(iter(people.parties(iso, citation, "citedResponsibleParty")), None)
    if funder is None or funder.role not in {"funder", "sponsor"}:
        return None
    code(node.first("associationType"))
    holders = [*citation.all("identifier/*"), *node.all("aggregateDataSetIdentifier/*")]
    number = next((item for holder in holders if (item := identifier(iso, holder)).code), Identifier(""))
    for holder in holders:
        if peeked_identifier(holder) == number.code:
            holder.skip()
    title, address = iso.string(citation.first("title")), href(citation.first("title"))
    part: Funding | None = iso.notes.part(
        Funding,
        node.where,
        funder=funder.agent.name,
        funder_id=funder_identifier(iso, funder),
        award_number=number.code,
        award_title="" if title in {number.code, address} else title,
        award_uri=address or _address(iso, citation),
    )
    return part


def funder_identifier(iso: Iso, party: people.Party) -> str:
    """The address of a funder: a ROR, or that of the Crossref registry."""
    agent: Agent = party.agent
    if agent.ror:
        return agent.ror
    for node in party.node.anywhere("partyIdentifier"):
        if found := identifier(iso, node):
            return found.address or found.code
    return next((address for name in ("name", "organisationName") for node in party.node.anywhere(name)
                 if (address := href(node))), "")  # fmt: skip


def _operated(node: XmlNode) -> Related | None:
    """A dataset that a service gives access to."""
    address = href(node) or node.attribute("uuidref")
    if not address:
        return None
    node.attribute("uuidref")
    return Related(identifier=address, relation="Requires", resource_type="Dataset")
