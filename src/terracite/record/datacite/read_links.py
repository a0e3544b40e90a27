# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 12 and 20 read: versions, deposit, sources, instruments and related resources out of one list of links."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from terracite.record import vocabularies
from terracite.record.datacite.desk import Desk, Said
from terracite.record.datacite.terms import INSTRUMENT
from terracite.record.datacite.views import Part
from terracite.record.identifiers import bare_doi, identifier_type
from terracite.record.model import Parent, Platform, Related, Source, Text
from terracite.record.relations import IDENTIFIER_TYPES, RESOURCE_TYPES

_VERSIONS = {"IsNewVersionOf": "previous_doi", "IsPreviousVersionOf": "next_doi", "IsVersionOf": "concept_doi"}
_TYPES = {kind.casefold(): kind for kind in IDENTIFIER_TYPES}
_RELATION_LIST = Text(fr="relations de DataCite", en="relations of DataCite")
#: what a related item says of its container that the record has no place for
_CITED = ("publicationYear", "volume", "issue", "number", "numberType", "firstPage", "lastPage", "edition", "publisher")


@dataclass(frozen=True, slots=True)
class _Link:
    part: Part
    identifier: str
    relation: str
    kind: str = ""  #: type of the identifier, "" = told by the identifier itself
    resource_type: str = ""
    note: str = ""
    title: str = ""
    titles: Text = field(default_factory=Text)

    @property
    def key(self) -> tuple[str, str]:
        return self.identifier.casefold(), self.relation


def links(desk: Desk, root: Part) -> dict[str, Any]:
    platforms, items = _items(desk, root)
    identifiers = [link for part in root.parts("relatedIdentifiers") if (link := _identified(desk, part))]
    found = [*_named(desk, identifiers, items), *_alone(identifiers, items)]
    versions: dict[str, str] = {}
    parents: list[Parent] = []
    sources: list[Source] = []
    related: list[Related] = []
    for link in found:
        version = _VERSIONS.get(link.relation, "")
        if version and version not in versions and bare_doi(link.identifier) and not link.title:
            versions[version] = link.identifier
        elif link.relation == "IsPartOf" and link.resource_type == "Collection" and not parents and link.identifier:
            parents.append(Parent(identifier=link.identifier, title=link.titles))
        elif link.relation == "IsDerivedFrom":
            sources.append(Source(title=link.title or link.identifier, identifier=link.identifier))
        else:
            related.append(_related(desk, link))
            link = replace(link, note="")
        _left(desk, link, parents)
    return {
        "versions": versions,
        "parent": parents[0] if parents else None,
        "sources": _in_order(sources, items),
        "related": tuple(related),
        "platforms": tuple(platforms),
    }


def _left(desk: Desk, link: _Link, parents: list[Parent]) -> None:
    """A note that only a related resource has a place for; titles in another language, which only a deposit has."""
    desk.keep(link.part, link.note)
    if not (parents and parents[0].identifier == link.identifier):
        for words in {link.titles.fr, link.titles.en} - {link.title}:
            desk.keep(link.part, words)


def _named(desk: Desk, identifiers: list[_Link], items: list[_Link]) -> list[_Link]:
    """The related identifiers, each with the title of the item that is the same resource."""
    titled = {item.key: item for item in reversed(items) if item.identifier}
    found: list[_Link] = []
    for link in identifiers:
        item = titled.get(link.key)
        note = link.note or item.note if item else link.note
        if item and item.note != note:
            desk.keep(item.part, item.note)
        found.append(replace(link, title=item.title, titles=item.titles, note=note) if item else link)
    return found


def _alone(identifiers: list[_Link], items: list[_Link]) -> list[_Link]:
    """The items that no related identifier stands for."""
    once = {link.key for link in identifiers}
    return [item for item in items if item.key not in once or not item.identifier]


def _in_order(sources: list[Source], items: list[_Link]) -> tuple[Source, ...]:
    """Each source once, in the order of the items where there are any."""
    titled = [(item.title, item.identifier) for item in items if item.relation == "IsDerivedFrom"]
    listed = [Source(title=title or identifier, identifier=identifier) for title, identifier in titled]
    others = [source for source in sources if source not in listed]
    return (*listed, *dict.fromkeys(others))


def _related(desk: Desk, link: _Link) -> Related:
    return Related(
        identifier=link.identifier or link.title,
        relation=link.relation,
        identifier_type=link.kind,
        title=link.title if link.identifier else "",
        resource_type=link.resource_type,
        note=Text(**{desk.language: link.note}) if link.note else Text(),
    )


def _identified(desk: Desk, part: Part) -> _Link | None:
    identifier = part.own()
    if not identifier:
        return None
    kind = part.text("relatedIdentifierType")
    for name in ("relatedMetadataScheme", "schemeType"):
        desk.keep(part, part.text(name))
    return _Link(
        part,
        bare_doi(identifier) or identifier,
        _relation(desk, part),
        _kind(identifier, kind),
        _resource_type(desk, part, part.text("resourceTypeGeneral")),
        part.text("relationTypeInformation"),
    )


def _kind(identifier: str, told: str) -> str:
    """The type told, where the identifier itself does not tell it."""
    kind = _TYPES.get(told.casefold(), told)
    return "" if kind == ("DOI" if bare_doi(identifier) else identifier_type(identifier)) else kind


def _relation(desk: Desk, part: Part) -> str:
    told = part.text("relationType")
    known = {name.casefold(): name for name in vocabularies.relations()}
    found = known.get(told.casefold())
    if found is None:
        desk.unknown(part, told, "Other", _RELATION_LIST)
    return found or "Other"


def _resource_type(desk: Desk, part: Part, told: str) -> str:
    if told and told not in RESOURCE_TYPES:
        desk.keep(part, told)
        return ""
    return told


def _items(desk: Desk, root: Part) -> tuple[list[Platform], list[_Link]]:
    instruments: dict[str, tuple[str, ...]] = {}
    found: list[_Link] = []
    for part in root.parts("relatedItems"):
        link, subtitle = _item(desk, part)
        if (link.resource_type, link.relation) == INSTRUMENT and not link.identifier and link.title:
            instruments[link.title] = instruments.get(link.title, ()) + ((subtitle,) if subtitle else ())
        elif link.title or link.identifier:
            found.append(replace(link, resource_type="" if link.resource_type == "Other" else link.resource_type))
            desk.keep(part, subtitle)
    return [Platform(name=name, instruments=told) for name, told in instruments.items()], found


def _item(desk: Desk, part: Part) -> tuple[_Link, str]:
    said: list[Said] = []
    subtitles: list[str] = []
    for title in part.parts("titles"):
        text, kind = title.own(), title.text("titleType")
        if kind in {"", "TranslatedTitle"} and text:
            said.append(Said(title, text, title.text("lang")))
        elif text:
            subtitles.append(text)
    told = any(item.language for item in said)
    for other in said[1:] if not told else ():
        desk.keep(part, other.text)
    for name in _CITED:
        desk.keep(part, _labelled(name, part.text(name)))
    for name in ("creators", "contributors"):
        for person in part.parts(name):
            desk.keep(person, person.text("name"))
            person.skip()
    identifier = part.text("relatedItemIdentifier")
    for subtitle in subtitles[1:]:
        desk.keep(part, subtitle)
    link = _Link(
        part,
        bare_doi(identifier) or identifier,
        _relation(desk, part),
        _kind(identifier, part.text("relatedItemIdentifierType")) if identifier else "",
        _resource_type(desk, part, part.text("relatedItemType")),
        part.text("relationTypeInformation"),
        said[0].text if said else "",
        desk.bilingual(said) if told else Text(),
    )
    return link, subtitles[0] if subtitles else ""


def _labelled(name: str, text: str) -> str:
    return f"{name} {text}" if text else ""
