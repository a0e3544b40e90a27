# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where: places, reference systems, resolutions; the reverse of the first half of `dcat.writing.coverage`."""

from __future__ import annotations

import re
from typing import Any

from terracite.record import vocabularies
from terracite.record.dcat.reader import geometry
from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.vocabulary import SCALE, SPATIAL_REFERENCE
from terracite.record.model import (
    Box,
    Extent,
    Keyword,
    KeywordKind,
    ReferenceSystem,
    Representation,
    Resolution,
    Text,
)
from terracite.record.reading import Leftover

_CRS = re.compile(r"def/crs/(\w+)/[^/]*/(\w+)|def:crs:(\w+):[^:]*:(\w+)")


def read(dataset: Node) -> dict[str, Any]:
    places = dict.fromkeys(dataset.all("dct:spatial", "schema:spatialCoverage"))
    return {
        "extents": tuple(extent for node in places if (extent := _place(node))),
        "reference_systems": tuple(found for node in _systems(dataset) if (found := _system(node))),
        "resolutions": (*_distances(dataset), *_scales(dataset)),
        "representation": _representation(dataset),
    }


def places_without_box(dataset: Node) -> list[Keyword]:
    """Places that only have a name or an address: keywords of place."""
    found = []
    for node in dict.fromkeys(dataset.peek("dct:spatial")):
        if _geometries(node) or (node.is_literal and geometry.four_numbers(node.text())):
            continue
        address = node.identity() if not node.is_literal else ""
        label, thesaurus = _place_name(node, address)
        if label:
            found.append(Keyword(label=label, uri=address, thesaurus=thesaurus, kind=KeywordKind.PLACE))
    return found


def _place_name(node: Node, address: str) -> tuple[Text, str]:
    """The label of a place and its thesaurus: what it says, what a thesaurus says of its address, its address's end."""
    if node.is_literal:
        return Text.model_validate({node.source.language: node.text()}), ""
    label = node.label()
    known = vocabularies.keyword(address) if address and not label else None
    if known:
        return known.label, known.thesaurus
    return label or Text.model_validate({node.source.language: address.rstrip("/").rpartition("/")[2]}), ""


def _place(node: Node) -> Extent | None:
    literals = _geometries(node)
    found = _box(node, literals)
    if found is None:
        return None
    for item in literals:
        item.skip()
    heights = node.first("schema:additionalProperty")
    low = heights.number("schema:minValue") if heights else None
    high = heights.number("schema:maxValue") if heights else None
    if heights is not None:
        heights.all("schema:name", "schema:unitCode")
    extent: Extent | None = node.source.notes.part(
        Extent,
        node.where,
        box=found,
        place=node.label() if not node.is_literal else Text(),
        place_uri=node.identity(),
        polygon=_polygon(node, found),
        lowest_m=low,
        highest_m=high,
    )
    return extent


def _geometries(node: Node) -> list[Node]:
    """Every literal with a geometry, the box first."""
    if node.is_literal:
        return [node] if geometry.polygons(node.text()) else []
    holders = [node, *node.peek("locn:geometry", "schema:geo", "geo:hasGeometry")]
    names = ("dcat:bbox", "geo:asWKT", "geo:asGeoJSON", "locn:geometry", "dcat:centroid", "rdf:value", "schema:box")
    return [item for name in names for holder in holders for item in holder.peek(name) if item.is_literal]


def _box(node: Node, literals: list[Node]) -> Box | None:
    for item in literals:
        text = item.text()
        found = geometry.box_of(geometry.polygons(text))
        if found is None:
            continue
        _mark(node)
        if found[1]:
            node.source.notes.say(item.where, "swapped", text, read=found[0])
        return found[0]
    if node.is_literal and (found := geometry.four_numbers(node.text())):
        return found[0]
    if literals:
        expected = Text(fr="une géométrie en degrés", en="a geometry in degrees")
        node.source.notes.say(literals[0].where, "unreadable", literals[0].text(), expected=expected)
    return None


def _mark(node: Node) -> None:
    """The other geometries of a place say the same in other words."""
    for item in node.all("dcat:bbox", "dcat:centroid", "locn:geometry", "schema:geo", "geo:hasGeometry"):
        item.skip()


def _polygon(node: Node, found: Box) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The polygon of a place, where it says more than its box."""
    holders = node.peek("locn:geometry", "geo:hasGeometry")
    literals = [item for holder in holders for item in ([holder] if holder.is_literal else holder.peek("geo:asWKT"))]
    has_box = bool(node.peek("dcat:bbox"))
    for item in literals:
        polygons = geometry.polygons(item.text())
        if len(polygons) == 1 and len(polygons[0][0]) > 3 and (has_box or not _is_box(polygons[0], found)):
            return polygons[0]
    return ()


def _is_box(polygon: geometry.Polygon, box: Box) -> bool:
    corners = {(east, north) for east in (box.west, box.east) for north in (box.south, box.north)}
    return len(polygon) == 1 and set(polygon[0]) == corners


def _systems(dataset: Node) -> list[Node]:
    """Reference systems: by GeoDCAT-AP's property, or among the standards that the data conform to."""
    found = dataset.all("geodcatap:referenceSystem")
    for node in dataset.peek("dct:conformsTo"):
        types = {item.iri for item in node.peek("dct:type")}
        if SPATIAL_REFERENCE in types or _CRS.search(node.iri):
            node.source.read.add((dataset.term, "dct:conformsTo", node.term))
            found.append(node)
    return list(dict.fromkeys(found))


def _system(node: Node) -> ReferenceSystem | None:
    if node.is_literal:
        text = node.text()
        return ReferenceSystem(code=text) if re.fullmatch(r"[A-Z]+:\w+", text) else ReferenceSystem(name=text)
    node.all("dct:type", "skos:inScheme", "owl:sameAs")
    code = node.text("dct:identifier")
    found = _CRS.search(code) or _CRS.search(node.iri)
    if found and not re.fullmatch(r"\w+:\w+", code):
        code = f"{found[1] or found[3]}:{found[2] or found[4]}"
    name = node.text("dct:title", "skos:prefLabel", "rdfs:label")
    if not code and not name and node.iri:
        node.source.left.append(Leftover(node.where, node.iri))
    system = ReferenceSystem(code=code, name=name if name != code else "", wkt=node.text("rdf:value"))
    return system if system != ReferenceSystem() else None


def _distances(dataset: Node) -> list[Resolution]:
    found = []
    for node in dataset.all("dcat:spatialResolutionInMeters"):
        distance = node.number()
        part = node.source.notes.part(Resolution, node.where, distance_m=distance) if distance else None
        found += [part] if part else []
        if distance is None:
            expected = Text(fr="un nombre de mètres", en="a number of metres")
            node.source.notes.say(node.where, "unreadable", node.text(), expected=expected)
    return found


def _scales(dataset: Node) -> list[Resolution]:
    """Scales as a fraction (DQV), else as a text such as "1:25000"."""
    texts = dataset.all("geodcatap:spatialResolutionAsText")
    found = []
    for node in dataset.peek("dqv:hasQualityMeasurement"):
        if any(metric.iri == SCALE for metric in node.peek("dqv:isMeasurementOf")):
            fraction = node.number("dqv:value")
            node.skip()
            if fraction and 0 < fraction <= 1:
                found.append(Resolution(scale=round(1 / fraction)))
    if found:
        return found
    scales = [re.fullmatch(r"\D*1\s*[:/]\s*([1-9][\d\s.,]{0,12})", node.text()) for node in texts]
    return [Resolution(scale=int(re.sub(r"\D", "", scale[1]))) for scale in scales if scale]


def _representation(dataset: Node) -> Representation | None:
    holders = [dataset, *dataset.peek("dcat:distribution")]
    found: Representation | None = None
    for node in [item for holder in holders for item in holder.all("adms:representationTechnique")]:
        code = node.iri.rstrip("/").rpartition("/")[2] or node.text()
        node.skip()
        if code in set(Representation):
            found = found or Representation(code)
        else:
            expected = Text(fr="des représentations", en="representations")
            node.source.notes.say(node.where, "unknown_code", code, read="", expected=expected)
    return found
