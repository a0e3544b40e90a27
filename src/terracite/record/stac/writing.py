# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record as a STAC 1.1 Collection, or as Items: one for each place, all with the same files.

https://github.com/radiantearth/stac-spec (1.1.0) and the extensions in `names`. Boxes are lon lat; across the
antimeridian west is above east (RFC 7946). ``language`` and ``resourceLanguages`` are those of the language extension
and of OGC API - Records; texts of the other language follow `terracite.record.two_languages`.
"""

from __future__ import annotations

import re
from typing import Any

from terracite.record import instants, vocabularies
from terracite.record.citation import formatted
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import bare_doi
from terracite.record.json_text import json_document
from terracite.record.model import DateKind, Extent, Record, iso
from terracite.record.stac.assets import assets, is_code, record_times
from terracite.record.stac.lineage_text import lineage_text
from terracite.record.stac.links import links
from terracite.record.stac.names import (
    EXTENSIONS,
    FIRST_MOMENT,
    LANGUAGES,
    LAST_MOMENT,
    NO_DESCRIPTION,
    PUBLICATIONS,
    STAC_VERSION,
    UNKNOWN,
)
from terracite.record.stac.people import contacts, providers
from terracite.record.stac.places import bounding_box, bounds, geometry
from terracite.record.stac.quality import measures
from terracite.record.stac.subjects import classes, cube, keywords, themes
from terracite.record.two_languages import other_language, spread

Node = dict[str, Any]
_DOI = re.compile(r"10\.[0-9a-zA-Z]{4,}/\S+")
_EVERYWHERE = [-180, -90, 180, 90]
_TYPES = {"stac": "application/json", "stac-items": "application/geo+json"}


def write_stac(record: Record, landing_url: str) -> bytes:
    """`to_collection` as a document."""
    return _document(to_collection(record, landing_url))


def write_stac_items(record: Record, landing_url: str) -> bytes:
    """`to_items` as a document."""
    return _document(to_items(record, landing_url))


def _document(node: Node) -> bytes:
    return json_document(node)


def to_collection(record: Record, landing_url: str) -> Node:
    """The record as a Collection of assets, shown at ``landing_url``."""
    record = cleaned(record)
    node: Node = {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "stac_extensions": [],
        "id": str(record.uuid),
        **_fields(record),
        **_lineage_of_producers(record),
        "extent": {"spatial": _spatial(record.extents), "temporal": {"interval": _intervals(record)}},
        "summaries": _summaries(record),
        "links": [*_links_of_collection(landing_url), *links(record, landing_url)],
        "assets": assets(record, landing_url),
    }
    return _with_extensions(_without_empty(node))


def to_items(record: Record, landing_url: str) -> Node:
    """The record as a FeatureCollection: one Item for each extent, or one without geometry when there is none.

    An Item needs a time: 1 January of year 1 and 31 December 9999 stand for ends that are open or unknown.
    """
    record = cleaned(record)
    properties = _properties(record)
    shared: Node = {
        "links": [*_links_of_item(landing_url), *links(record, landing_url)],
        "assets": assets(record, landing_url),
        "collection": str(record.uuid),
    }
    places: list[Extent | None] = [*record.extents] or [None]
    items = [
        _item(str(record.uuid) + (f"-{number}" if number > 1 else ""), place, properties) | shared
        for number, place in enumerate(places, 1)
    ]
    return {
        "type": "FeatureCollection",
        "features": [_with_extensions(item) for item in items],
        "links": [_link("self", landing_url, "stac-items"), _link("collection", landing_url, "stac")],
    }


def _item(identifier: str, extent: Extent | None, properties: Node) -> Node:
    node: Node = {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [],
        "id": identifier,
        "geometry": geometry(extent) if extent else None,
    }
    if extent:
        node["bbox"] = bounding_box(extent)
        node["properties"] = properties | spread("place", extent.place, properties["language"]["code"])
        node["properties"] |= {"place_uri": extent.place_uri} if extent.place_uri else {}
    return node if extent else node | {"properties": properties}


def _fields(record: Record) -> Node:
    """What Collections have at their top and Items in their properties."""
    language = record.language
    node: Node = {
        **spread("title", record.title, language),
        **(spread("description", record.abstract, language) or {"description": NO_DESCRIPTION}),
        "language": _language(language),
        "languages": [_language(other_language(language))] if getattr(record.title, other_language(language)) else [],
        "resourceLanguages": [_language(code) for code in record.data_languages if code],
        **keywords(record),
        "themes": themes(record),
        "license": record.licence if record.licence in vocabularies.spdx_identifiers() else "other",
        **spread("rights", record.access.conditions, language),
        "providers": providers(record),
        "contacts": contacts(record),
        "version": record.version.number,
        "deprecated": record.date(DateKind.WITHDRAWN) is not None,
        **_moments(record),
        **_citation(record),
        **cube(record),
        "quality": measures(record),
    }
    return _without_empty(node)


def _moments(record: Record) -> Node:
    found = {"created": record.record_created, "updated": record.record_updated}
    return {name: iso(moment) for name, moment in found.items() if moment}


def _language(code: str) -> Node:
    names = LANGUAGES.get(code)
    return {"code": code} | ({"name": names[0], "alternate": names[1]} if names else {})


def _citation(record: Record) -> Node:
    """The scientific extension: how to cite the data, and the works that it names by their DOI."""
    doi = record.doi if _DOI.fullmatch(record.doi) else ""
    works = [(bare_doi(item.identifier), item.title) for item in record.related if item.relation in PUBLICATIONS]
    return _without_empty(
        {
            "sci:doi": doi,
            "sci:citation": formatted(record, record.language) if doi and record.title else "",
            "sci:publications": [
                {"doi": work} | ({"citation": title} if title else {}) for work, title in works if _DOI.fullmatch(work)
            ],
        }
    )


def _lineage(record: Record) -> Node:
    return spread("processing:lineage", lineage_text(record, record.language), record.language, "lineage")


def _software(record: Record) -> Node:
    """``processing:software``: names and versions; the last word is the version when it has a digit."""
    found = {}
    for step in record.lineage.steps:
        name, _, version = step.software.rpartition(" ")
        if step.software:
            has_version = bool(name) and any(character.isdigit() for character in version)
            found[name if has_version else step.software] = version if has_version else ""
    return {"processing:software": found} if found else {}


def _lineage_of_producers(record: Record) -> Node:
    """Of a Collection, the processing extension wants the lineage with the first producer; without one, on its own."""
    said = _lineage(record) | _software(record)
    named = providers(record)
    if not said or not named or "producer" not in named[0]["roles"]:
        return said
    return {"providers": [named[0] | said, *named[1:]]}


def _spatial(extents: tuple[Extent, ...]) -> Node:
    """``bbox``: the whole first when there are several. Without a place the whole Earth stands for it, and says so."""
    if not extents:
        return {"bbox": [_EVERYWHERE], UNKNOWN: True}
    boxes = [bounding_box(extent) for extent in extents]
    return {"bbox": boxes if len(boxes) == 1 else [list(bounds([extent.box for extent in extents])), *boxes]}


def _intervals(record: Record) -> list[list[str | None]]:
    whole = list(instants.whole(record.periods))
    if len(record.periods) < 2:
        return [whole]
    return [whole, *(list(instants.whole((period,))) for period in record.periods)]


def _summaries(record: Record) -> Node:
    return _without_empty(
        {
            "platform": list(dict.fromkeys(item.name for item in record.platforms)),
            "instruments": list(dict.fromkeys(name for item in record.platforms for name in item.instruments)),
            "gsd": [item.distance_m for item in record.resolutions if item.distance_m],
            "proj:code": [item.code for item in record.reference_systems if item.code],
            "classification:classes": classes(record),
        }
    )


def _properties(record: Record) -> Node:
    summaries = _summaries(record)
    node = {"datetime": None} | _item_times(record) | {"type": record.resource_type.value} | _fields(record)
    node |= _lineage(record) | _software(record) | record_times(record)
    if "platform" in summaries:
        node["platform"] = ", ".join(summaries["platform"])
    single = {name: summaries.get(name, []) for name in ("gsd", "proj:code")}
    node |= {name: values[0] for name, values in single.items() if len(values) == 1 and _fits(name, values[0])}
    return node | {name: summaries[name] for name in ("instruments", "classification:classes") if name in summaries}


def _fits(name: str, value: object) -> bool:
    return name != "proj:code" or is_code(str(value))


def _item_times(record: Record) -> Node:
    start, end = instants.whole(record.periods)
    return {"start_datetime": start or FIRST_MOMENT, "end_datetime": end or LAST_MOMENT}


def _links_of_collection(landing_url: str) -> list[Node]:
    """The Collection is the root of a catalogue of its own: itself and the document of its Items."""
    return [
        _link("self", landing_url, "stac"),
        _link("root", landing_url, "stac"),
        _link("items", landing_url, "stac-items"),
    ]


def _links_of_item(landing_url: str) -> list[Node]:
    """No ``self``: an Item has no address of its own, the FeatureCollection has."""
    return [_link(rel, landing_url, "stac") for rel in ("root", "parent", "collection")]


def _link(rel: str, landing_url: str, name: str) -> Node:
    return {"rel": rel, "href": f"{landing_url}?format={name}", "type": _TYPES[name]}


def _without_empty(node: Node) -> Node:
    """Without empty texts and lists; ``deprecated`` only when it is true. What STAC or an extension requires stays."""
    kept = {"links", "assets", "stac_extensions", "cube:dimensions"}
    return {key: value for key, value in node.items() if key in kept or not _is_empty(value)}


def _is_empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _with_extensions(node: Node) -> Node:
    """Declares the extensions whose fields the document has; a schema refuses documents without any of its fields."""
    fields = node.get("properties", node)
    assets_ = list(node["assets"].values())
    everywhere = [fields, node.get("summaries", {}), *assets_]
    has = {
        "classification": _has_prefix(everywhere, "classification:"),
        "contacts": "contacts" in fields,
        "datacube": "cube:dimensions" in fields,
        "file": _has_prefix(assets_, "file:"),
        "language": "language" in fields,
        "processing": _has_prefix([*fields.get("providers", []), *_properties_of(node)], "processing:"),
        "projection": _has_prefix(everywhere, "proj:"),
        "raster": _has_prefix(assets_, "raster:"),
        "scientific": _has_prefix([fields], "sci:"),
        "themes": "themes" in fields,
        "timestamps": any("published" in item or "unpublished" in item for item in [*assets_, *_properties_of(node)]),
        "version": "version" in fields,
    }
    node["stac_extensions"] = [EXTENSIONS[name] for name, declared in has.items() if declared]
    return node


def _properties_of(node: Node) -> list[Node]:
    return [node["properties"]] if "properties" in node else []


def _has_prefix(nodes: list[Node], prefix: str) -> bool:
    return any(key.startswith(prefix) for node in nodes for key in node)
