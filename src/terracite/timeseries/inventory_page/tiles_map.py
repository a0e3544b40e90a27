# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map of the tiles, drawn as SVG over the land: degrees, longitudes narrowed by the cosine of the latitude."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from itertools import accumulate

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory_page.words import Words, slug
from terracite.timeseries.outlines import tile_outlines

_WIDTH = 1000  #: units
_MARGIN_DEGREES = 0.4
_LEAST_HIGH, _MOST_HIGH = 0.4, 0.65  #: height of the map, as shares of its width
_LEAST_LABEL = 34  #: width of a tile, in units, below which it has no name
_TURNS = (-360.0, 0.0, 360.0)


@dataclass(frozen=True, slots=True)
class _View:
    """From degrees to units of the drawing; west may be below -180 or east above 180."""

    west: float
    south: float
    east: float
    north: float

    @property
    def scale_x(self) -> float:
        return _WIDTH / (self.east - self.west)

    @property
    def scale_y(self) -> float:
        """Units per degree of latitude."""
        return self.scale_x / max(0.1, math.cos(math.radians((self.south + self.north) / 2)))

    @property
    def height(self) -> int:
        return round((self.north - self.south) * self.scale_y)

    def path(self, shape: BaseGeometry) -> str:
        """The rings of polygons as steps of a path."""
        rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
        return "".join("M" + "L".join(self._points(ring)) + "Z" for ring in rings)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.scale_x, (self.north - lat) * self.scale_y

    def _points(self, ring: BaseGeometry) -> list[str]:
        points = [self.at(x, y) for x, y in shapely.get_coordinates(ring)[:-1]]
        return list(dict.fromkeys(f"{x:.1f} {y:.1f}" for x, y in points))


def tiles_map(scan: Scan, words: Words) -> str:
    """The map, and what it shows in words."""
    images: Counter[str] = Counter()
    for one in scan.series:
        images[one.tile] += len(one.images)
    outlines = _unrolled(tile_outlines(scan))
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(list(outlines.values())))
    view = _view(outlines.values())
    shapes = "".join(_tile(tile, outline, images, view, words) for tile, outline in sorted(outlines.items()))
    names = "".join(_name(tile, outline, view) for tile, outline in sorted(outlines.items()))
    says = words(
        "map_says",
        west=words.degrees(_turned(west), "E", "W"),
        east=words.degrees(_turned(east), "E", "W"),
        south=words.degrees(south, "N", "S"),
        north=words.degrees(north, "N", "S"),
    )
    return (
        f"<p>{escape(says)}</p>\n"
        f'<svg class="map" viewBox="0 0 {_WIDTH} {view.height}" role="group" aria-label="{escape(words("map"))}">'
        f'<path class="land" d="{"".join(view.path(shape) for shape in _land_in(view))}"/>\n{shapes}'
        f'<g aria-hidden="true">{names}</g></svg>'
    )


def _tile(tile: str, outline: BaseGeometry, images: Mapping[str, int], view: _View, words: Words) -> str:
    depth = 0.12 + 0.5 * images[tile] / max(images.values())
    label = escape(words("tile_says", tile=tile, images=words.number(images[tile])))
    return (
        f'<a href="#tile-{slug(tile)}" aria-label="{label}"><title>{label}</title>'
        f'<path fill-opacity="{depth:.2f}" d="{view.path(outline)}"/></a>\n'
    )


def _name(tile: str, outline: BaseGeometry, view: _View) -> str:
    """The name in the middle of the tile, over every outline; none where it would be too small."""
    west, _, east, _ = outline.bounds
    width = (east - west) * view.scale_x
    if width < _LEAST_LABEL:
        return ""
    x, y = view.at(outline.centroid.x, outline.centroid.y)
    size = min(36.0, width / (0.85 * max(5, len(tile))))
    return f'<text x="{x:.0f}" y="{y + size / 3:.0f}" font-size="{size:.0f}">{escape(tile)}</text>\n'


def _unrolled(outlines: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Outlines around one middle, so that tiles across the antimeridian lie side by side and in one part."""
    angles = np.radians([part.centroid.x for shape in outlines.values() for part in shapely.get_parts(shape)])
    middle = math.degrees(math.atan2(np.sin(angles).sum(), np.cos(angles).sum()))
    found = {}
    for tile, shape in outlines.items():
        parts = [_moved(part, 360 * round((middle - part.centroid.x) / 360)) for part in shapely.get_parts(shape)]
        found[tile] = shapely.union_all(parts, grid_size=1e-6)
    return found


def _moved(shape: BaseGeometry, degrees: float) -> BaseGeometry:
    return shapely.transform(shape, lambda points: points + np.array([degrees, 0.0]))


def _view(outlines: Iterable[BaseGeometry]) -> _View:
    """What holds every outline: a little more than half as high as it is wide."""
    west, south, east, north = shapely.total_bounds(list(outlines)) + np.array([-1, -1, 1, 1]) * _MARGIN_DEGREES
    view = _View(float(west), float(south), float(east), float(north))
    wider = max(0.0, view.height / _MOST_HIGH - _WIDTH) / view.scale_x / 2
    higher = max(0.0, _LEAST_HIGH * _WIDTH - view.height) / view.scale_y / 2
    return _View(view.west - wider, max(-90.0, view.south - higher), view.east + wider, min(90.0, view.north + higher))


def _turned(lon: float) -> float:
    return (lon + 180) % 360 - 180


def _land_in(view: _View) -> list[BaseGeometry]:
    """The land in view, simplified to half a unit."""
    found = []
    for turn in _TURNS:
        box = (view.west - turn, view.south, view.east - turn, view.north)
        for shape in _land():
            if shapely.intersects(shape, shapely.box(*box)):
                cut = shapely.simplify(shapely.clip_by_rect(shape, *box), 0.5 / view.scale_x)
                polygons = [part for part in shapely.get_parts(_moved(cut, turn)) if part.geom_type == "Polygon"]
                found += [part for part in polygons if not part.is_empty]
    return found


@cache
def _land() -> tuple[BaseGeometry, ...]:
    """The land of the Earth (see ``data/NOTICE.md``): rings of hundredths of degrees, each point as a step."""
    packed = resources.files("terracite.timeseries").joinpath("data/land.json.gz").read_bytes()
    shapes = []
    for steps in json.loads(gzip.decompress(packed)):
        ring = zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True)
        shapes.append(shapely.make_valid(shapely.Polygon([(x / 100, y / 100) for x, y in ring])))
    return tuple(shapes)
