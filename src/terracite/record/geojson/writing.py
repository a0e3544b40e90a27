# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record as a FeatureCollection: one Feature for each extent, all with the same properties.

The properties are those of OGC API - Records where it has one (title, description, keywords, themes, contacts,
language, license, rights, created, updated, and the member ``time``), so that catalogues read them, and plain values
beside them (authors, doi, start, end, place...) for the attribute tables of a GIS. Texts of the other language follow
`terracite.record.two_languages`. A record without an extent is one Feature without a geometry.
"""

from __future__ import annotations

from typing import Any

from terracite.record.cleaning import cleaned
from terracite.record.geojson.shapes import bounding_box, geometry
from terracite.record.json_text import json_document
from terracite.record.model import AccessKind, Extent, Period, Record, as_day, iso
from terracite.record.stac.people import contacts
from terracite.record.stac.places import bounds
from terracite.record.stac.subjects import keywords, themes
from terracite.record.two_languages import spread

Node = dict[str, Any]


def write_geojson(record: Record, landing_url: str) -> bytes:
    """`to_geojson` as a document."""
    return json_document(to_geojson(record, landing_url))


def to_geojson(record: Record, landing_url: str) -> Node:
    """The record, shown at ``landing_url``; e-mails are never written."""
    record = cleaned(record)
    shared = _properties(record, landing_url)
    places: list[Extent | None] = [*record.extents] or [None]
    node: Node = {"type": "FeatureCollection"}
    if record.title:
        node["name"] = record.title.best(record.language)
    if record.extents:
        node["bbox"] = list(bounds([extent.box for extent in record.extents]))
    return node | {"features": [_feature(record, place, number, shared) for number, place in enumerate(places, 1)]}


def _feature(record: Record, place: Extent | None, number: int, shared: Node) -> Node:
    node: Node = {"type": "Feature", "id": str(record.uuid) + (f"-{number}" if number > 1 else "")}
    if place:
        node["bbox"] = bounding_box(place.box)
    node["geometry"] = geometry(place) if place else None
    node |= {"time": time} if (time := _time(record)) else {}
    return node | {"properties": shared | (_place(place, record) if place else {})}


def _place(extent: Extent, record: Record) -> Node:
    heights = {"lowest_m": extent.lowest_m, "highest_m": extent.highest_m}
    named = {**spread("place", extent.place, record.language), "place_uri": extent.place_uri}
    return _without_empty(named | heights)


def _properties(record: Record, landing_url: str) -> Node:
    language, access = record.language, record.access
    node: Node = {
        "uuid": str(record.uuid),
        "doi": record.doi,
        "url": landing_url,
        "type": record.resource_type.value,
        **spread("title", record.title, language),
        **spread("description", record.abstract, language),
        "authors": "; ".join(agent.name for agent in record.creators),
        "language": {"code": language},
        "resourceLanguages": [{"code": code} for code in record.data_languages if code],
        **keywords(record),
        "themes": themes(record),
        "contacts": contacts(record),
        "license": record.licence,
        "access": "" if access.kind is AccessKind.UNKNOWN else access.kind.value,
        "embargo_until": access.embargo_until.isoformat() if access.embargo_until else "",
        **spread("rights", access.conditions, language),
        "version": record.version.number,
        **_dates(record),
        **_periods(record),
        "created": iso(record.record_created) if record.record_created else "",
        "updated": iso(record.record_updated) if record.record_updated else "",
    }
    return _without_empty(node)


def _dates(record: Record) -> Node:
    """The dates of the data, as exact as they are known; ``created`` and ``updated`` are those of the record."""
    found: dict[str, list[str]] = {}
    for date in record.dates:
        found.setdefault(f"date_{date.kind.value}", []).append(date.text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def _periods(record: Record) -> Node:
    """The first and the last day; every period beside them, where one pair does not say all."""
    if not record.periods:
        return {}
    starts, ends = _ends(record.periods)
    plain = len(record.periods) == 1 and (record.periods[0].ongoing or record.periods[0].end is not None)
    return {
        "start": iso(min(starts, key=as_day)),
        "end": iso(max(ends, key=as_day)) if len(ends) == len(starts) else "",
        "periods": [] if plain else [item.interval(".." if item.ongoing else "") for item in record.periods],
    }


def _ends(periods: tuple[Period, ...]) -> tuple[list[Any], list[Any]]:
    return [item.start for item in periods], [item.end for item in periods if item.end is not None]


def _time(record: Record) -> Node:
    """``time`` of OGC API - Records: one interval around all."""
    if not record.periods:
        return {"resolution": record.time_resolution} if record.time_resolution else {}
    starts, ends = _ends(record.periods)
    whole = [min(starts, key=as_day), max(ends, key=as_day) if len(ends) == len(starts) else None]
    interval = [iso(moment) if moment else ".." for moment in whole]
    return {"interval": interval} | ({"resolution": record.time_resolution} if record.time_resolution else {})


def _without_empty(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in ("", None) and value != []}
