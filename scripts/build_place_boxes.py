#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make `terracite/repository/gazetteer/data/boxes.json.gz`: the box of each place that a form finds by its name.

    python scripts/build_place_boxes.py ../shared/data/vocab

Countries and regions of France from `terracite/timeseries/data/territories.json.gz` (see `TERRITORIES.md` there),
France as its regions in Europe; departements, and the communes of which outlines are at hand, from france-geojson
(IGN and INSEE, Licence Ouverte 2.0). Each under its address in the thesauri; hundredths of a degree, outwards. West is
larger than east across the antimeridian. Same input, same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "src" / "terracite"
TERRITORIES = SOURCE / "timeseries" / "data" / "territories.json.gz"
TARGET = SOURCE / "repository" / "gazetteer" / "data" / "boxes.json.gz"
REGION, DEPARTMENT, COMMUNE = (f"http://id.insee.fr/geo/{kind}/" for kind in ("region", "departement", "commune"))
FRANCE = "http://publications.europa.eu/resource/authority/country/FRA"
OVERSEAS = {"01", "02", "03", "04", "06"}


def main() -> None:
    """Read the outlines, write the table."""
    parser = argparse.ArgumentParser(description="Make the boxes of places.")
    parser.add_argument("vocab", type=Path)
    france = parser.parse_args().vocab / "france"
    rings = {row["uri"]: [degrees(ring) for part in row["parts"] for ring in part] for row in territories()}
    europe = [name for name in rings if name.startswith(REGION) and name.removeprefix(REGION) not in OVERSEAS]
    rings[FRANCE] = [ring for name in europe for ring in rings[name]]
    rings |= features(france / "departements-avec-outre-mer.geojson", DEPARTMENT)
    for path in sorted(france.glob("*/communes-*.geojson")):
        rings |= features(path, COMMUNE)
    boxes = {name: box(parts) for name, parts in sorted(rings.items())}
    content = json.dumps(boxes, separators=(",", ":")).encode()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{len(boxes)} places, {TARGET.stat().st_size:,} bytes")


def territories() -> list[dict[str, Any]]:
    """Rows of uri and parts, hundredths of a degree."""
    rows: list[dict[str, Any]] = json.loads(gzip.decompress(TERRITORIES.read_bytes()))
    return rows


def degrees(ring: list[int]) -> list[tuple[float, float]]:
    """A flat ring of hundredths as points."""
    return [(x / 100, y / 100) for x, y in zip(ring[::2], ring[1::2], strict=True)]


def features(path: Path, prefix: str) -> dict[str, list[list[tuple[float, float]]]]:
    """Outer rings by address, of a GeoJSON whose features have a ``code``."""
    found = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        found[f"{prefix}{feature['properties']['code']}"] = [polygon[0] for polygon in polygons]
    return found


def box(rings: Iterable[list[tuple[float, float]]]) -> list[float]:
    """West, south, east, north of all rings: the way round the Earth that leaves out the widest gap."""
    rings = list(rings)
    spans = sorted((min(x for x, *_ in ring), max(x for x, *_ in ring)) for ring in rings)
    merged = [list(spans[0])]
    for west, east in spans[1:]:
        if west <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], east)
        else:
            merged.append([west, east])
    gaps = [(right[0] - left[1], right[0], left[1]) for left, right in pairwise(merged)]
    gaps.append((merged[0][0] + 360 - merged[-1][1], merged[0][0], merged[-1][1]))
    _, west, east = max(gaps)
    south, north = (pick(y for ring in rings for _, y, *_ in ring) for pick in (min, max))
    low, high = (lambda v: math.floor(v * 100 + 1e-6) / 100), (lambda v: math.ceil(v * 100 - 1e-6) / 100)
    return [max(low(west), -180), max(low(south), -90), min(high(east), 180), min(high(north), 90)]


if __name__ == "__main__":
    main()
