# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes our base map from Natural Earth, as the npm package ``world-atlas`` gives it (see ``data/NOTICE.md``).

Run by hand, when the base map is to change::

    python -m terracite.website.maps.simplify world-atlas/countries-50m.json
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).resolve().parent / "data"
STATIC = Path(__file__).resolve().parent.parent / "static"
FINE_DEGREES = 0.025
COARSE_DEGREES = 0.2

Line = list[tuple[float, float]]


def arcs_of(topology: dict[str, Any]) -> list[Line]:
    """The arcs of a quantised TopoJSON, in degrees (lon, lat)."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * scale_x + shift_x, y * scale_y + shift_y))
        lines.append(line)
    return lines


def polygons_of(topology: dict[str, Any], name: str, arcs: list[Line]) -> list[Polygon]:
    """Every polygon of one object of the topology."""
    found = []
    for geometry in topology["objects"][name]["geometries"]:
        for rings in _rings(geometry):
            joined = [_join(ring, arcs) for ring in rings]
            found.append(Polygon(_unrolled(joined[0]), joined[1:]))
    return found


def _unrolled(ring: Line) -> Line:
    """The ring without jumps at the antimeridian: it goes on past 180 degrees; one round a pole is closed there."""
    points = [ring[0]]
    for (lon_before, _), (lon, lat) in pairwise(ring):
        step = (lon - lon_before + 180) % 360 - 180
        points.append((points[-1][0] + step, lat))
    if abs(points[-1][0] - points[0][0]) > 180:
        points += [(points[-1][0], -90.0), (points[0][0], -90.0), points[0]]
    return points


def borders_of(topology: dict[str, Any], arcs: list[Line]) -> BaseGeometry:
    """The lines that two countries share."""
    uses: Counter[int] = Counter()
    for geometry in topology["objects"]["countries"]["geometries"]:
        uses.update({arc if arc >= 0 else ~arc for rings in _rings(geometry) for ring in rings for arc in ring})
    return MultiLineString([arcs[arc] for arc, count in uses.items() if count > 1])


def _rings(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    if geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]


def _join(ring: list[int], arcs: list[Line]) -> Line:
    points: Line = []
    for arc in ring:
        line = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        points.extend(line[1:] if points else line)
    return points


def _hundredths(points: Any) -> list[int]:
    """Lon, lat in hundredths of a degree, then the step to each next point: half the size of absolute numbers."""
    grid = [(round(x * 100), round(y * 100)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(grid) if (x, y) != (a, b)]
    return [value for point in (grid[0], *steps) for value in point]


def _as_polygon(shape: BaseGeometry) -> Polygon | None:
    return shape if isinstance(shape, Polygon) and not shape.is_empty else None


def base_map(polygons: list[Polygon], borders: BaseGeometry, tolerance: float) -> dict[str, list[list[int]]]:
    """Land rings and border lines, simplified to ``tolerance`` degrees."""
    land: list[list[int]] = []
    for polygon in polygons:
        simple = _as_polygon(polygon.simplify(tolerance))
        keeps_shape = simple is not None and len(simple.exterior.coords) >= 5
        shape = simple if keeps_shape and simple else _as_polygon(polygon.simplify(tolerance / 8)) or polygon
        if polygon.area >= tolerance * tolerance / 2:
            land.extend(_hundredths(ring.coords) for ring in (shape.exterior, *shape.interiors))
    merged = shapely.line_merge(borders).simplify(tolerance)
    lines: list[LineString] = list(getattr(merged, "geoms", [merged]))
    return {"land": land, "borders": [_hundredths(line.coords) for line in lines]}


def main(source: Path) -> None:
    """Write the fine map (for the server) and the coarse one (for browsers)."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    polygons = polygons_of(topology, "land", arcs)
    borders = borders_of(topology, arcs)
    for folder, tolerance in ((DATA, FINE_DEGREES), (STATIC, COARSE_DEGREES)):
        drawn = base_map(polygons, borders, tolerance)
        (folder / "land.json").write_text(json.dumps(drawn, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
