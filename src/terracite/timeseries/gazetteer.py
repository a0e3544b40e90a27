# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a place on Earth is called in French and English, offline.

Outlines (``data/territories.json.gz``, made by ``scripts/build_territories.py``) give the country, the region for
France; ``data/places.toml`` has the few islands that their country does not name. Names and addresses are those of the
thesauri of `terracite.record.vocabularies`.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from terracite.record import vocabularies
from terracite.record.model import Box, Keyword, KeywordKind, Text

#: a territory is named when it has this share of the land of the box, or more
LEAST_SHARE = 0.1
#: how far off a coast an image still takes its name, in degrees
OFF_SHORE = 0.5
_PER_DEGREE = 100  # of the numbers of the table
_REGION = "http://id.insee.fr/geo/region/"
_FRANCE = Text(fr="France", en="France")


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a name; ``uri`` is its address in a thesaurus, or ""."""

    name: Text
    box: Box
    uri: str
    thesaurus: str = ""

    def keyword(self) -> Keyword:
        """The place as a keyword of a record, by the label that its thesaurus has."""
        known = vocabularies.keyword(self.uri) if self.thesaurus else None
        return known or Keyword(label=self.name, uri=self.uri, kind=KeywordKind.PLACE)


def place_of(box: Box) -> Place | None:
    """The place that has the most land of ``box``; None in the open sea.

    >>> place_of(Box(west=54.9, south=-21.7, east=56.0, north=-20.7)).name.fr
    'La Réunion'
    """
    return next(iter(places_of(box)), None)


@lru_cache(maxsize=4096)  # a run asks for each tile once a year and index
def places_of(box: Box) -> tuple[Place, ...]:
    """The places of ``box``, the one with the most land first; a single one where there is no land in it.

    An island of the table that holds the centre comes before its country.
    """
    island = _island(box)
    if island:
        return (island,)
    area = shapely.union_all([shapely.box(part.west, part.south, part.east, part.north) for part in box.parts()])
    return _on_land(area, box) or _off_shore(area, box)


def _on_land(area: BaseGeometry, box: Box) -> tuple[Place, ...]:
    uris, outlines, tree = _territories()
    land: dict[str, float] = {}
    for number in tree.query(area, predicate="intersects"):
        land[uris[number]] = land.get(uris[number], 0.0) + outlines[number].intersection(area).area
    total = sum(land.values())
    named = [uri for uri, share in sorted(land.items(), key=lambda pair: -pair[1]) if share >= LEAST_SHARE * total > 0]
    return tuple(_place(uri, box) for uri in named)


def _off_shore(area: BaseGeometry, box: Box) -> tuple[Place, ...]:
    uris, _, tree = _territories()
    near = tree.query_nearest(area, max_distance=OFF_SHORE, all_matches=False)
    return tuple(_place(uris[number], box) for number in near[:1])


def _place(uri: str, box: Box) -> Place:
    concept = vocabularies.concept(uri)
    if concept is None:
        return Place(Text(), box, uri)
    name = concept.short
    if uri.startswith(_REGION):
        name = Text(fr=f"{name.fr}, {_FRANCE.fr}", en=f"{name.en}, {_FRANCE.en}")
    return Place(name, box, uri, concept.thesaurus)


@cache
def _territories() -> tuple[list[str], list[BaseGeometry], STRtree]:
    """Address and outline of each polygon, and a tree of them."""
    packed = resources.files("terracite.timeseries").joinpath("data", "territories.json.gz").read_bytes()
    rows: list[dict[str, Any]] = json.loads(gzip.decompress(packed))
    uris = [row["uri"] for row in rows for _ in row["parts"]]
    outlines = [_polygon(rings) for row in rows for rings in row["parts"]]
    return uris, outlines, STRtree(outlines)


def _polygon(rings: list[list[int]]) -> BaseGeometry:
    """Rounding may make a small ring touch itself: it is mended."""
    outer, *holes = ([(x / _PER_DEGREE, y / _PER_DEGREE) for x, y in _pairs(ring)] for ring in rings)
    polygon: BaseGeometry = shapely.Polygon(outer, [hole for hole in holes if len(hole) >= 3])
    return polygon if polygon.is_valid else shapely.make_valid(polygon)


def _pairs(ring: list[int]) -> Iterator[tuple[int, int]]:
    return zip(ring[::2], ring[1::2], strict=True)


def _island(box: Box) -> Place | None:
    lon, lat = _centre(box)
    holding = [place for place in _islands() if _holds(place.box, lon, lat)]
    return min(holding, key=lambda place: _size(place.box), default=None)


@cache
def _islands() -> tuple[Place, ...]:
    text = resources.files("terracite.timeseries").joinpath("data", "places.toml").read_text(encoding="utf-8")
    names = ("west", "south", "east", "north")
    return tuple(
        Place(Text(**row["name"]), Box(**dict(zip(names, row["box"], strict=True))), row.get("uri", ""))
        for row in tomllib.loads(text)["island"]
    )


def _centre(box: Box) -> tuple[float, float]:
    east = box.east if box.west <= box.east else box.east + 360
    return ((box.west + east) / 2 + 180) % 360 - 180, (box.south + box.north) / 2


def _holds(box: Box, lon: float, lat: float) -> bool:
    return box.west <= lon <= box.east and box.south <= lat <= box.north


def _size(box: Box) -> float:
    return (box.east - box.west) * (box.north - box.south)
