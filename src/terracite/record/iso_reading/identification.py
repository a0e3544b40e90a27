# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are: ``MD_DataIdentification``, ``SV_ServiceIdentification`` and their kin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from terracite.record.identifiers import bare_doi
from terracite.record.iso_reading import citation as citations
from terracite.record.iso_reading import codes, constraints, distribution, extents, keywords, related, roles, times
from terracite.record.iso_reading.texts import Iso, code, peek, peek_attribute
from terracite.record.model import (
    Era,
    Extent,
    Keyword,
    Parent,
    Period,
    Related,
    Representation,
    Resolution,
    Text,
    Version,
)
from terracite.record.reading import XmlNode, values

_ADDRESS = re.compile(r"(?:https?://|urn:|doi:|10\.\d{4,9}/)\S+$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "meters": 1.0, "metres": 1.0, "mètre": 1.0, "mètres": 1.0,
           "9001": 1.0, "km": 1000.0, "kilometre": 1000.0, "kilometer": 1000.0, "cm": 0.01, "centimeter": 0.01,
           "mm": 0.001, "ft": 0.3048, "foot": 0.3048, "feet": 0.3048}  # fmt: skip


@dataclass(slots=True)
class Space:
    """Extents, periods and eras of all extents, and the places that have no box."""

    extents: list[Extent] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    eras: list[Era] = field(default_factory=list)
    places: list[Keyword] = field(default_factory=list)


def read(iso: Iso, record: XmlNode, node: XmlNode) -> dict[str, Any]:
    """The fields of the record that the identification and the distribution give."""
    citation = node.first("citation/*") or node
    shared = distribution.read(iso, record)
    links = related.read(iso, node)
    everybody = roles.sort_out(iso, record, node, citation, shared.distributors)
    words = keywords.read(iso, node)
    space = _space(iso, node)
    licence, access = constraints.read(iso, node)
    texts = _texts(iso, node, citation)
    pages = distribution.pages(iso, citation, record)
    others = [*links.related, *_same(iso, citation, texts["doi"]), *pages, *shared.related]
    parent = _parent(iso, record, links.titles, others)
    return {
        **texts,
        "version": _version(iso, citation, links.versions),
        "dates": citations.dates(iso, citation),
        "creators": tuple(everybody.creators),
        "contributors": tuple(everybody.contributors),
        "contacts": tuple(everybody.contacts),
        "publisher": everybody.publisher,
        "funding": tuple(links.funding or everybody.funding),
        "disciplines": tuple(words.disciplines),
        "topics": tuple(dict.fromkeys([*keywords.topics(iso, node), *words.topics])),
        "keywords": tuple(dict.fromkeys([*words.keywords, *space.places])),
        "platforms": tuple(words.platforms),
        "extents": tuple(space.extents),
        "periods": tuple(space.periods),
        "eras": tuple(space.eras),
        "resolutions": _resolutions(iso, node),
        "representation": _representation(iso, node),
        "time_resolution": _time_resolution(node),
        "licence": licence,
        "access": access,
        "related": tuple(others),
        "parent": parent,
        "files": tuple(shared.files),
        "thumbnail": distribution.thumbnail(iso, node, shared.files),
        "data_languages": _languages(node),
    }


def _texts(iso: Iso, node: XmlNode, citation: XmlNode) -> dict[str, Any]:
    return {
        "doi": doi(iso, citation),
        "title": iso.text(citation.first("title")),
        "abstract": iso.text(node.first("abstract")),
        "purpose": iso.text(node.first("purpose")),
        "notes": iso.text(node.first("supplementalInformation")),
    }


def doi(iso: Iso, citation: XmlNode) -> str:
    """The first identifier that is a DOI; the others stay unread. Else a DOI that is the page of the data."""
    for node in citation.all("identifier/*"):
        words = citations.Identifier(citations.peeked_identifier(node), "", citations.peeked_address(node))
        if words.doi:
            found = citations.identifier(iso, node)
            return found.code if bare_doi(found.code) else found.doi
    pages = [peek(item) for item in citation.all("onlineResource/*/linkage/*")]
    return next((address for page in pages if (address := bare_doi(page))), "")


def _same(iso: Iso, citation: XmlNode, own: str) -> list[Related]:
    """The other identifiers of the resource that are addresses: the same resource, known elsewhere."""
    found = []
    for node in citation.all("identifier/*"):
        target = citations.peeked_identifier(node) or citations.peeked_address(node)
        if _ADDRESS.match(target) and bare_doi(target).casefold() != (bare_doi(own) or own).casefold():
            citations.identifier(iso, node)
            found.append(Related(identifier=target, relation="IsIdenticalTo"))
    return found


def _version(iso: Iso, citation: XmlNode, versions: dict[str, str]) -> Version:
    number = iso.string(citation.first("edition"))
    notes = iso.text(citation.first("otherCitationDetails"))
    return Version(**({"number": number} if number else {}), notes=notes, **versions)


def _space(iso: Iso, node: XmlNode) -> Space:
    space = Space()
    holders = node.all("extent/*")
    outside = not extents.only_excluded(holders)
    for extent in holders:
        found, places = extents.extents(iso, extent, outside=outside)
        space.extents += found
        space.places += places
        periods, eras = times.periods_and_eras(iso, extent)
        space.periods += periods
        space.eras += eras
    return space


def _resolutions(iso: Iso, node: XmlNode) -> tuple[Resolution, ...]:
    found = []
    for holder in node.all("spatialResolution/*"):
        scale = values.number(iso.string(holder.first("equivalentScale/*/denominator")))
        if scale is not None and scale > 0:
            found.append(Resolution(scale=round(scale)))
        for distance in holder.all("distance/*"):
            metres = _metres(iso, distance)
            if metres:
                found.append(Resolution(distance_m=metres))
    return tuple(dict.fromkeys(found))


def _metres(iso: Iso, node: XmlNode) -> float | None:
    """A distance on the ground in metres; None, left unread, in degrees or a unit nobody knows."""
    unit = re.split(r"[#/:]", peek_attribute(node, "uom").rstrip("/"))[-1]
    factor = _METRES.get(unit.casefold())
    number = values.number(peek(node))
    if number is None or number <= 0:
        return None
    if factor is None:
        iso.notes.say(node.where, "unreadable", f"{peek(node)} {unit}", expected=_METRES_EXPECTED)
        return None
    if factor != 1.0:
        iso.notes.say(node.where, "repaired", f"{peek(node)} {unit}", read=f"{number * factor:g} m")
    node.text()
    return number * factor


_METRES_EXPECTED = Text(fr="une distance en mètres", en="a distance in metres")


def _representation(iso: Iso, node: XmlNode) -> Representation | None:
    """The first representation of the list; another one stays unread."""
    for holder in node.all("spatialRepresentationType"):
        found = codes.found(codes.REPRESENTATIONS, code(holder))
        if found is not None:
            return found
        if words := code(holder):
            iso.notes.say(holder.where, "unreadable", words, expected=_A_REPRESENTATION)
    return None


_A_REPRESENTATION = Text(
    fr="une représentation de la liste MD_SpatialRepresentationTypeCode",
    en="a representation of the list MD_SpatialRepresentationTypeCode",
)


def _time_resolution(node: XmlNode) -> str:
    for holder in node.all("temporalResolution/*"):
        if _DURATION.fullmatch(peek(holder)):
            return holder.text()
    return ""


def _languages(node: XmlNode) -> tuple[str, ...]:
    """Languages of the data, ISO 639-1 where they have such a code."""
    holders = [*node.all("language"), *node.all("defaultLocale/*/language"), *node.all("otherLocale/*/language")]
    found = [values.iso639_1(word) for holder in holders if (word := code(holder))]
    return tuple(dict.fromkeys(item for item in found if _LANGUAGE.fullmatch(item)))


def _parent(iso: Iso, record: XmlNode, titles: dict[str, Text], others: list[Related]) -> Parent | None:
    """The record this one is part of. In 19139 its title is that of the larger work of the same identifier."""
    identifier, title = _parent_of(iso, record)
    if not identifier:
        return None
    same = [item for item in others if item.relation == "IsPartOf" and item.identifier == identifier]
    if not title and same:
        others.remove(same[-1])
        title = titles.get(identifier, Text())
    return Parent(identifier=identifier, title=Text() if title.best() == identifier else title)


def _parent_of(iso: Iso, record: XmlNode) -> tuple[str, Text]:
    node = record.first("parentMetadata")
    if node is None:
        return iso.string(record.first("parentIdentifier")), Text()
    holder = node.first("CI_Citation")
    if holder is None:
        return peek_attribute(node, "uuidref") and node.attribute("uuidref"), Text()
    found = holder.first("identifier/*")
    identifier = citations.identifier(iso, found) if found is not None else citations.Identifier("")
    title = iso.text(holder.first("title"))
    return identifier.code or identifier.address or title.best(), title
