#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# /// script
# requires-python = ">=3.11"
# dependencies = ["pycountry==24.6.1", "shapely>=2.0.6,<3"]
# ///
"""Make `terracite/timeseries/data/territories.json.gz`: the outlines that name the place of an image.

    uv run --script scripts/build_territories.py ../shared/data/vocab

Countries from Natural Earth 1:50m (the npm package world-atlas), France by region from the outlines of the IGN. Each
territory is known by its address in the thesauri `countries` and `fr-regions`, where its names in both languages are.
Outlines are simplified to a twentieth of a degree (5 km: a tile has 110) and rounded to a hundredth. Same input, same
bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry
from shapely import make_valid
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box, shape
from shapely.ops import unary_union

TARGET = Path(__file__).parents[1] / "src" / "terracite" / "timeseries" / "data" / "territories.json.gz"
COUNTRY = "http://publications.europa.eu/resource/authority/country/{}"
REGION = "http://id.insee.fr/geo/region/{}"
#: regions that the authority table of countries has too, under a name in both languages
OVERSEAS = {"01": "GLP", "02": "MTQ", "03": "GUF", "04": "REU", "06": "MYT"}
TOLERANCE, PER_DEGREE = 0.05, 100
FRANCE = "250"


def main() -> None:
    """Read both sources, write the table."""
    parser = argparse.ArgumentParser(description="Make the outlines that name the place of an image.")
    parser.add_argument("vocab", type=Path)
    vocab = parser.parse_args().vocab
    found = countries(vocab / "npm-world-atlas" / "countries-50m.json")
    found += regions(vocab / "france" / "regions-avec-outre-mer.geojson")
    rows = [{"uri": uri, "parts": parts(geometry)} for uri, geometry in sorted(found, key=lambda pair: pair[0])]
    content = json.dumps(rows, separators=(",", ":")).encode()
    TARGET.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{len(rows)} territories, {TARGET.stat().st_size:,} bytes ({len(content):,} open)")


def countries(path: Path) -> list[tuple[str, Any]]:
    """Every country but France that ISO 3166 knows, from TopoJSON."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = [opened(arc, topology["transform"]) for arc in topology["arcs"]]
    found = []
    for item in topology["objects"]["countries"]["geometries"]:
        known = pycountry.countries.get(numeric=item.get("id", "").zfill(3))
        if known is None or item["id"] == FRANCE:
            continue
        polygons = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
        rings = [[unwrapped(joined(ring, arcs)) for ring in polygon] for polygon in polygons]
        outline = MultiPolygon([(ring[0], ring[1:]) for ring in rings])
        found.append((COUNTRY.format(known.alpha_3), wrapped(make_valid(outline))))
    return found


def unwrapped(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The ring without jumps from one side of the antimeridian to the other: it goes on past 180 degrees.

    Around a pole it cannot close that way, and stays as it was.
    """
    turn = 0.0
    points = [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        if abs(x - before) > 180:
            turn += 360 if x < before else -360
        points.append((x + turn, y))
    return ring if turn else points


def wrapped(outline: Any) -> Any:
    """The outline in two parts where it goes past 180 degrees on either side."""
    shifted = (translate(outline.intersection(box(turn - 180, -90, turn + 180, 90)), -turn) for turn in (-360, 0, 360))
    return unary_union(list(shifted))


def regions(path: Path) -> list[tuple[str, Any]]:
    """The regions of France, from GeoJSON."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(region_uri(item["properties"]["code"]), shape(item["geometry"])) for item in features]


def region_uri(code: str) -> str:
    return COUNTRY.format(OVERSEAS[code]) if code in OVERSEAS else REGION.format(code)


def opened(arc: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[float, float]]:
    """The points of an arc, which TopoJSON keeps as steps on a grid."""
    (scale_x, scale_y), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + west, y * scale_y + south))
    return points


def joined(ring: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """The points of a ring of arcs; a negative number is an arc taken backwards."""
    points: list[tuple[float, float]] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def parts(geometry: Any) -> list[list[list[int]]]:
    """Polygons as rings of x, y, x, y... in hundredths of a degree, the outer ring first; none disappears."""
    valid = make_valid(geometry)
    polygons = [part for part in getattr(valid, "geoms", [valid]) for part in getattr(part, "geoms", [part])]
    simpler = [simplified(polygon) for polygon in polygons if isinstance(polygon, Polygon) and polygon.area > 0]
    return [[rounded(ring) for ring in (one.exterior, *one.interiors)] for one in simpler]


def simplified(polygon: Polygon) -> Polygon:
    """Small islands keep their outline."""
    simple = polygon.simplify(TOLERANCE, preserve_topology=True)
    return simple if simple.area > 0.8 * polygon.area else polygon.simplify(TOLERANCE / 10)


def rounded(ring: Any) -> list[int]:
    return [round(value * PER_DEGREE) for point in ring.coords[:-1] for value in point[:2]]


if __name__ == "__main__":
    main()
