# SPDX-License-Identifier: AGPL-3.0-or-later
"""The name of the place that a box lies in, only where no neighbour could be meant: boxes of countries overlap."""

from __future__ import annotations

from collections.abc import Iterable

from terracite.record import vocabularies
from terracite.record.model import Box, Keyword
from terracite.repository.gazetteer.places import boxes as known

_LEVELS = (
    "http://publications.europa.eu/resource/authority/country/",
    "http://id.insee.fr/geo/region/",
    "http://id.insee.fr/geo/departement/",
)
_EDGE = 0.06  #: degrees that data may reach over the box of their place


def place_around(boxes: Iterable[Box]) -> Keyword | None:
    """The smallest country, region or departement whose box holds all of these, and whose kind has no other near.

    None where two boxes of one kind touch the data: a box does not tell on which side of a border they lie.
    """
    wanted = list(boxes)
    if not wanted or any(box.west > box.east for box in wanted):
        return None
    found = ""
    for level in _LEVELS:
        near = {uri: edges for uri, edges in known().items() if uri.startswith(level) and _touches(edges, wanted)}
        if len(near) != 1:
            break
        uri, edges = next(iter(near.items()))
        if not any(_holds(part, wanted) for part in _parts(edges)):
            break
        found = uri
    return vocabularies.keyword(found) if found else None


def _parts(edges: list[float]) -> list[list[float]]:
    west, south, east, north = edges
    return [edges] if west <= east else [[west, south, 180.0, north], [-180.0, south, east, north]]


def _touches(edges: list[float], boxes: list[Box]) -> bool:
    return any(
        box.west <= east and box.east >= west and box.south <= north and box.north >= south
        for west, south, east, north in _parts(edges)
        for box in boxes
    )


def _holds(part: list[float], boxes: list[Box]) -> bool:
    west, south, east, north = part
    return all(
        box.west >= west - _EDGE
        and box.east <= east + _EDGE
        and box.south >= south - _EDGE
        and box.north <= north + _EDGE
        for box in boxes
    )
