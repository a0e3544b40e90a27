# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record in a Collection, an Item or a FeatureCollection of STAC 0.6 to 1.1, or in an OGC API - Records record."""

from __future__ import annotations

from typing import Any

from terracite.record.model import Access, ResourceType, Text
from terracite.record.reading import Reading
from terracite.record.reading.identity import uuid_for, uuid_in
from terracite.record.stac.names import NO_DESCRIPTION
from terracite.record.stac.reading import links, quality, subjects, when
from terracite.record.stac.reading.document import Document, opened
from terracite.record.stac.reading.people import people
from terracite.record.stac.reading.places import extents


def read_stac(document: bytes) -> Reading:
    """The record of a Collection; Items are read too."""
    return _read(document, "stac")


def read_stac_items(document: bytes) -> Reading:
    """The record of an Item, or of a FeatureCollection of Items of one record; Collections are read too."""
    return _read(document, "stac-items")


def _read(content: bytes, name: str) -> Reading:
    document, root = opened(content, name)
    files = links.files(document)
    found: dict[str, Any] = {
        "uuid": _uuid(document, content),
        "language": document.language,
        **_texts(document),
        **subjects.subjects(document),
        "variables": subjects.variables(document) or None,
        "classes": subjects.classes(document) or None,
        **people(document),
        **when.dates(document),
        "extents": extents(document) or None,
        "reference_systems": subjects.reference_systems(document) or None,
        "resolutions": subjects.resolutions(document) or None,
        "periods": when.periods(document) or None,
        "time_resolution": when.time_resolution(document) or None,
        "platforms": subjects.platforms(document) or None,
        "quality": quality.measures(document) or None,
        "doi": links.doi(document) or None,
        "licence": links.licence(document) or None,
        "version": links.version(document),
        "parent": links.parent(document),
        "lineage": links.lineage(document),
        "related": links.related(document, files.pop("parts")) or None,
        **files,
    }
    _skip_derived(document, has_doi=bool(found["doi"]))
    return document.notes.finish(found, root.leftovers())


def _uuid(document: Document, content: bytes) -> Any:
    """The id when it is a uuid; otherwise one made from it, and the id stays among the leftovers."""
    identifier = str(document.root.value.get("id", ""))
    collection = str(document.root.value.get("collection", ""))
    if uuid_in(identifier):
        document.root.text("id")
        return uuid_for(identifier)
    return uuid_for(f"{collection}/{identifier}" if collection and identifier else identifier, content)


def _texts(document: Document) -> dict[str, Any]:
    title = document.translated("title")
    if not title:
        document.notes.say(document.fields.where, "missing", expected=Text(fr="titre", en="title"))
    abstract = document.translated("description")
    described = abstract.best() != NO_DESCRIPTION
    rights = document.translated("rights")
    languages = [node.text("code") if node.keys() else node.text() for node in document.fields.all("resourceLanguages")]
    for node in document.fields.all("resourceLanguages"):
        node.skip()
    return {
        "title": title or None,
        "abstract": (abstract or None) if described else None,
        "access": Access(conditions=rights) if rights else None,
        "data_languages": tuple(languages) or None,
        "resource_type": _resource_type(document),
    }


def _resource_type(document: Document) -> ResourceType | None:
    said = document.fields.value.get("type") if document.is_item else None
    if isinstance(said, str) and said in set(ResourceType):
        document.text("type")
        return ResourceType(said)
    return None


def _skip_derived(document: Document, *, has_doi: bool) -> None:
    """What follows from other fields."""
    for key in ("sci:citation",) if has_doi else ():
        document.text(key)
    if document.fields.value.get("deprecated") is False:
        document.text("deprecated")
