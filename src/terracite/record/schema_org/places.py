# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when. schema.org's box is "south west north east", its polygon a closed list of "lat lon"."""

from __future__ import annotations

from typing import Any

from terracite.record.identifiers import web_address
from terracite.record.model import Box, Era, Extent, Language, Period
from terracite.record.schema_org.nodes import Node, measure, number, said, without_empty
from terracite.record.schema_org.terms import ELEVATION

Ring = tuple[tuple[float, float], ...]


def place_node(extent: Extent, language: Language) -> Node:
    shapes = [_shape(box) for box in extent.box.parts()]
    rings = rings_of(extent)
    if rings:
        shapes.append({"@type": "GeoShape", "polygon": _points(rings[0])})
    return without_empty(
        {
            "@type": "Place",
            "@id": web_address(extent.place_uri),
            "identifier": extent.place_uri,
            "name": said(extent.place, language),
            "geo": shapes[0] if len(shapes) == 1 else shapes,
            "geosparql:hasGeometry": _geometry(rings),
            "additionalProperty": _heights(extent),
        }
    )


def _shape(box: Box) -> Node:
    """A box of no size is a point."""
    if box.west == box.east and box.south == box.north:
        return {"@type": "GeoCoordinates", "latitude": box.south, "longitude": box.west}
    corners = (box.south, box.west, box.north, box.east)
    return {"@type": "GeoShape", "box": " ".join(map(number, corners))}


def rings_of(extent: Extent) -> list[Ring]:
    """The rings of the polygon, closed; what has less than three corners is no ring."""
    closed = (ring if not ring or ring[0] == ring[-1] else (*ring, ring[0]) for ring in extent.polygon)
    return [ring for ring in closed if len(ring) >= 4]


def _points(ring: Ring) -> str:
    return " ".join(f"{number(lat)} {number(lon)}" for lon, lat in ring)


def _geometry(rings: list[Ring]) -> Node | None:
    """A polygon with holes, which a GeoShape cannot say, as WKT beside its outline (science-on-schema.org 1.3)."""
    if len(rings) < 2:
        return None
    parts = (", ".join(f"{number(lon)} {number(lat)}" for lon, lat in ring) for ring in rings)
    wkt = f"POLYGON ({', '.join(f'({part})' for part in parts)})"
    literal = {"@type": "geosparql:wktLiteral", "@value": wkt}
    return {"@type": "geosparql:Geometry", "geosparql:asWKT": literal}


def _heights(extent: Extent) -> Node | None:
    if extent.lowest_m is None and extent.highest_m is None:
        return None
    limits = {"minValue": extent.lowest_m, "maxValue": extent.highest_m}
    return measure("elevation", None, about=ELEVATION, unitText="m", unitCode="MTR", **limits)


def interval(period: Period) -> str:
    """ISO 8601-2: ".." stands for an end still to come, nothing for an end that is unknown."""
    return period.interval(".." if period.ongoing else "")


def era_node(era: Era, language: Language) -> Node:
    """An interval of OWL-Time, after science-on-schema.org's guidance for geologic time."""
    return without_empty(
        {
            "@type": "time:ProperInterval",
            "@id": web_address(era.uri),
            "identifier": era.uri,
            "name": said(era.name, language),
            "time:hasBeginning": _instant(era.oldest_year),
            "time:hasEnd": _instant(era.youngest_year),
        }
    )


def _instant(year: int | None) -> Any:
    if year is None:
        return None
    sign = "-" if year < 0 else ""
    return {"@type": "time:Instant", "time:inXSDgYear": f"{sign}{abs(year):04d}"}
