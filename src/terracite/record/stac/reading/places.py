# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where: ``extent.spatial`` of a Collection, ``bbox`` and ``geometry`` of Items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terracite.record.model import Box, Extent, Text
from terracite.record.reading import JsonNode, values
from terracite.record.stac.names import UNKNOWN
from terracite.record.stac.places import box_geometry
from terracite.record.stac.reading.document import Document
from terracite.record.two_languages import gathered

Numbers = list[float]
Ring = tuple[tuple[float, float], ...]
_BOX = Text(fr="une emprise de quatre ou six nombres", en="a box of four or six numbers")
_GEOMETRY = Text(fr="une géométrie GeoJSON", en="a GeoJSON geometry")


def extents(document: Document) -> tuple[Extent, ...]:
    """The extents, without the box of the whole that comes first when there are several."""
    if document.is_item:
        nodes = [document.root, *document.siblings]
        return tuple(found for node in nodes for found in _of_item(node, document))
    return _of_collection(document)


def _of_collection(document: Document) -> tuple[Extent, ...]:
    spatial = (document.root.first("extent") or JsonNode({})).first("spatial")
    if spatial is None:
        return ()
    if isinstance(spatial.value, dict) and spatial.value.get(UNKNOWN) is True:
        spatial.skip()
        return ()
    node = spatial.first("bbox") if isinstance(spatial.value, dict) else spatial
    boxes = _boxes(node) if node else []
    found = [extent for box in boxes if (extent := _extent(box, document))]
    if len(found) > 1 and len(found) == len(boxes) and _covers(found[0].box, [item.box for item in found[1:]]):
        found = found[1:]
    return tuple(found)


def _boxes(node: JsonNode) -> list[JsonNode]:
    """The boxes of a list; before STAC 0.8 there was one box, not in a list."""
    items = node.items()
    return [node] if items and not isinstance(items[0].value, list) else items


def _covers(whole: Box, parts: list[Box]) -> bool:
    pieces = [piece for part in parts for piece in part.parts()]
    inside = [whole.south <= piece.south and piece.north <= whole.north for piece in pieces]
    across = whole.west > whole.east or any(part.west > part.east for part in parts)
    return all(inside) and (across or all(whole.west <= piece.west and piece.east <= whole.east for piece in pieces))


def _extent(node: JsonNode, document: Document, **more: Any) -> Extent | None:
    numbers = _numbers(node)
    if numbers is None:
        document.notes.say(node.where, "unreadable", node.value, expected=_BOX)
        return None
    low, high = (numbers[2], numbers[5]) if len(numbers) == 6 else (None, None)
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    found = values.box(west, south, east, north)
    if found is None:
        document.notes.say(node.where, "unreadable", node.value, expected=_BOX)
        return None
    box, repaired = found
    if repaired:
        document.notes.say(node.where, "swapped", node.value, read=box)
    node.skip()
    made: Extent | None = document.notes.part(Extent, node.where, box=box, lowest_m=low, highest_m=high, **more)
    return made


def _numbers(node: JsonNode) -> Numbers | None:
    """Four or six finite numbers."""
    if not isinstance(node.value, list) or len(node.value) not in {4, 6}:
        return None
    numbers = [JsonNode(value).number() for value in node.value]
    known = [number for number in numbers if number is not None]
    return known if len(known) == len(numbers) else None


def _of_item(node: JsonNode, document: Document) -> list[Extent]:
    place = _place(node, document)
    shape, bbox = node.first("geometry"), node.first("bbox")
    polygons = list(_polygons(shape)) if shape else []
    if shape and not polygons:
        document.notes.say(shape.where, "unreadable", str(shape.value)[:100], expected=_GEOMETRY)
    box_node = bbox or (_box_of(polygons) if polygons else None)
    if box_node is None:
        return []
    plain = _extent(box_node, document, **place)
    if plain is None:
        return []
    if shape:
        return _with_polygon(plain, shape, polygons, document)
    return [plain]


def _place(node: JsonNode, document: Document) -> dict[str, Any]:
    properties = node.first("properties")
    if properties is None:
        return {}
    name = gathered(properties.text, "place", document.language)
    return {"place": name, "place_uri": properties.text("place_uri")}


def _with_polygon(
    extent: Extent, shape: JsonNode, polygons: list[tuple[Ring, ...]], document: Document
) -> list[Extent]:
    """The extent with its polygon, unless that is the box itself, whole or cut at the antimeridian.

    Several polygons that are not one cut in two are an extent each.
    """
    if not polygons:
        return [extent]
    shape.skip()
    if shape.value == box_geometry(extent.box) or _is_cut(polygons) or polygons[0] == ():
        return [extent]
    if len(polygons) == 1:
        return [extent.model_copy(update={"polygon": polygons[0]})]
    boxes = [(_box_of([rings]), rings) for rings in polygons]
    found = [_extent(box, document, polygon=rings, place=extent.place) for box, rings in boxes if box]
    return [item for item in found if item]


def _is_cut(polygons: list[tuple[Ring, ...]]) -> bool:
    """Whether two polygons touch the antimeridian, one on each side."""
    if len(polygons) != 2:
        return False
    edges = {lon for rings in polygons for ring in rings for lon, _ in ring if abs(lon) == 180}
    return edges == {-180.0, 180.0}


def _polygons(shape: JsonNode) -> Iterator[tuple[Ring, ...]]:
    """The rings of each polygon; a point or a line is an empty one, its box says where it is."""
    kind, coordinates = str(shape.value.get("type")) if isinstance(shape.value, dict) else "", None
    if kind in {"Polygon", "MultiPolygon", "Point", "LineString", "MultiPoint", "MultiLineString"}:
        coordinates = shape.value.get("coordinates")
    if not isinstance(coordinates, list):
        return
    for rings in [coordinates] if kind == "Polygon" else coordinates if kind == "MultiPolygon" else []:
        made = _rings(rings)
        if made:
            yield made
    if kind not in {"Polygon", "MultiPolygon"}:
        yield ()


def _rings(rings: object) -> tuple[Ring, ...]:
    try:
        return tuple(
            tuple((float(point[0]), float(point[1])) for point in ring)
            for ring in rings  # type: ignore[attr-defined]  # whatever it is, it is asked, and refused below
        )
    except (TypeError, ValueError, IndexError, KeyError):
        return ()


def _box_of(polygons: list[tuple[Ring, ...]]) -> JsonNode | None:
    """The box of some polygons as a ``bbox``; of a pair cut at the antimeridian, west above east."""
    points = [point for rings in polygons for ring in rings for point in ring]
    if not points:
        return None
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    west, east = min(lons), max(lons)
    if _is_cut(polygons):
        west, east = min(lon for lon in lons if lon > 0), max(lon for lon in lons if lon < 0)
    return JsonNode([west, min(lats), east, max(lats)], "$.geometry")
