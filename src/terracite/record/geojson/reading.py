# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record from anybody's GeoJSON: a FeatureCollection, a Feature or a bare geometry.

Features that share a title or a uuid are the places of one record. Other features are places alone: their properties
but their names say nothing of the dataset, and stay left over.
"""

from __future__ import annotations

import re

from terracite.errors import RecordError
from terracite.record.geojson.read_properties import fields_of, place_name
from terracite.record.geojson.read_shapes import (
    GEOMETRIES,
    Bounds,
    around,
    bbox_of,
    box_of,
    kept_polygon,
    shape_of,
    skip_shape,
    tell_what_was_simplified,
)
from terracite.record.model import Extent, ReferenceSystem, Text
from terracite.record.reading import JsonNode, Notes, Reading, parse_json
from terracite.record.stac.reading.document import Document

MOST_PLACES = 100  #: features that are an extent each; of more than that, one box around all is read
_WGS84 = frozenset({"CRS84", "CRS84H", "EPSG:4326", "EPSG:4979"})
_DEGREES = Text(fr="WGS 84, en degrés", en="WGS 84, in degrees")


def read_geojson(document: bytes) -> Reading:
    """The record of a document. Raises `RecordError` for JSON that is no GeoJSON."""
    root = parse_json(document)
    features = _features(root)
    notes = Notes("geojson")
    system, in_degrees = _reference_system(root, notes)
    opened = _opened(root, features, notes)
    found = fields_of(opened, root, document)
    places = _extents(features, opened, in_degrees=in_degrees) or _of_bbox(root, notes, in_degrees=in_degrees)
    for node in (root, *features):
        _skip_frame(node, places)
    return notes.finish(found | {"extents": places, "reference_systems": system}, root.leftovers())


def _features(root: JsonNode) -> list[JsonNode]:
    """The features; a bare geometry is one."""
    kind = root.value.get("type") if isinstance(root.value, dict) else None
    if kind == "FeatureCollection":
        found = [node for node in root.all("features") if isinstance(node.value, dict)]
        if not found and not root.value.keys() - {"type", "features", "crs", "bbox"}:
            raise RecordError("This FeatureCollection is empty.", hint="Give one with a feature, or with a title.")
        return found
    if kind == "Feature" or (isinstance(kind, str) and kind in GEOMETRIES):
        return [root]
    raise RecordError(
        "This JSON is no GeoJSON.",
        hint="Give a FeatureCollection, a Feature or a geometry, with its 'type'.",
    )


def _reference_system(root: JsonNode, notes: Notes) -> tuple[tuple[ReferenceSystem, ...], bool]:
    """The system of the ``crs`` of before RFC 7946, and whether the coordinates can be read."""
    node = root.first("crs")
    if node is None:
        return (), True
    named = node.first("properties")
    name = named.text("name") if named else ""
    node.skip()
    code = _code(name)
    if code in _WGS84 or not name:
        notes.say(node.where, "misplaced", name or "crs")
        return (), True
    notes.say(node.where, "unreadable", name, expected=_DEGREES)
    return (ReferenceSystem(code=code) if code else ReferenceSystem(name=name),), False


def _code(name: str) -> str:
    """ "EPSG:32633" from "urn:ogc:def:crs:EPSG::32633" and other spellings; "" when it is none."""
    if found := re.search(r"\bCRS84h?$", name, re.IGNORECASE):
        return found[0].upper()
    epsg = re.fullmatch(r"(?:.*[:/])?EPSG[:/](?:[\d.]*[:/])?(\d{4,6})", name.strip(), re.IGNORECASE)
    return f"EPSG:{epsg[1]}" if epsg else ""


def _opened(root: JsonNode, features: list[JsonNode], notes: Notes) -> Document:
    """What tells of the dataset: the properties that all features share, else those of the only one."""
    first = features[0] if features else JsonNode({})
    properties = [_properties(feature) for feature in features]
    about = properties[0] if properties and _is_one_record(properties) else JsonNode({})
    for other in properties[1:] if about.value else ():
        for key in other.keys():  # noqa: SIM118  # a JsonNode is no dictionary
            if key in about.value and other.value[key] == about.value[key] and (node := other.first(key)):
                node.skip()
    return Document(first if about.value else root, about, notes)


def _properties(feature: JsonNode) -> JsonNode:
    node = feature.first("properties")
    return node if node and isinstance(node.value, dict) else JsonNode({})


def _is_one_record(properties: list[JsonNode]) -> bool:
    if len(properties) == 1:
        return True
    first = properties[0].value
    shared = [first.get(key) for key in ("uuid", "title", "titre")]
    told = next((value for value in shared if isinstance(value, str) and value), "")
    return bool(told) and all(told in node.value.values() for node in properties)


def _extents(features: list[JsonNode], document: Document, *, in_degrees: bool) -> tuple[Extent, ...]:
    if not in_degrees:
        for feature in features:
            skip_shape(_geometry(feature))
        return ()
    if len(features) > MOST_PLACES:
        return _of_all(features, document.notes)
    found = (_extent(feature, document) for feature in features)
    return tuple(extent for extent in found if extent)


def _geometry(feature: JsonNode) -> JsonNode:
    """The geometry of a feature, which a bare geometry is itself."""
    if "coordinates" in feature.value or "geometries" in feature.value:
        return feature
    return feature.first("geometry") or JsonNode(None)


def _extent(feature: JsonNode, document: Document) -> Extent | None:
    """The extent of a feature: its ``bbox`` where it has one, else the box around its geometry."""
    notes, node = document.notes, _geometry(feature)
    bbox = bbox_of(feature.first("bbox"), notes)
    shape = shape_of(node if node.value is not None else None, notes)
    bounds = bbox[0] if bbox else around(shape.bounds)
    box = box_of(bounds, node.where, notes) if bounds else None
    if box is None:
        return None
    properties = _properties(feature)
    heights = (bbox[1] if bbox else []) or shape.heights
    low, high = properties.number("lowest_m"), properties.number("highest_m")
    if low is None and high is None and heights:
        low, high = min(heights), max(heights)
    made: Extent | None = notes.part(
        Extent,
        feature.where,
        box=box,
        place=place_name(properties, document),
        place_uri=properties.text("place_uri"),
        polygon=kept_polygon(shape, box),
        lowest_m=low,
        highest_m=high,
    )
    if made:
        tell_what_was_simplified(shape, made, node, notes)
    return made


def _of_all(features: list[JsonNode], notes: Notes) -> tuple[Extent, ...]:
    """One box around many features, with a remark."""
    bounds: list[Bounds] = []
    for feature in features:
        node = _geometry(feature)
        bounds += shape_of(node if node.value is not None else None, notes).bounds
    whole = around(bounds)
    box = box_of(whole, "$.features", notes) if whole else None
    if box is None:
        return ()
    shown = f"{box.west:g} {box.south:g} {box.east:g} {box.north:g}"
    notes.say("$.features", "repaired", f"{len(features)} features", read=shown)
    return (Extent(box=box),)


def _of_bbox(root: JsonNode, notes: Notes, *, in_degrees: bool) -> tuple[Extent, ...]:
    """The ``bbox`` of the whole, where no feature has a place."""
    bbox = bbox_of(root.first("bbox"), notes) if in_degrees else None
    box = box_of(bbox[0], f"{root.where}.bbox", notes) if bbox else None
    return (Extent(box=box),) if box else ()


def _skip_frame(node: JsonNode, places: tuple[Extent, ...]) -> None:
    """What says of which kind a document is, and boxes that follow from others."""
    for key in ("type", "conformsTo", *(("bbox",) if places else ())):
        if found := node.first(key):
            found.skip()
