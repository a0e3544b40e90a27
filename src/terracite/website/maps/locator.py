# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map of a landing page: where the data are, near by and on the globe, as SVG without a script.

Colours come from the style sheet through classes, so that the same drawing serves light, dark and print.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import shapely
from shapely.geometry.base import BaseGeometry

from terracite.record.model import Box
from terracite.website.maps.globe import globe
from terracite.website.maps.land import borders, land

MAP_WIDTH, MAP_HEIGHT = 400, 260
SMALLEST_VIEW_DEGREES = 3.2
ROOM_AROUND = 4.0  #: the view is so many times larger than the data
_STEPS = (0.5, 1, 2, 5, 10, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows: equirectangular, true to scale at its middle. ``east`` may exceed 180."""

    west: float
    south: float
    east: float
    north: float
    width: int = MAP_WIDTH
    height: int = MAP_HEIGHT

    def x(self, lon: float) -> float:
        return (lon - self.west) / (self.east - self.west) * self.width

    def y(self, lat: float) -> float:
        return (self.north - lat) / (self.north - self.south) * self.height

    @property
    def degrees_per_pixel(self) -> float:
        return (self.east - self.west) / self.width


def view_of(
    box: Box, width: int = MAP_WIDTH, height: int = MAP_HEIGHT, smallest: float = SMALLEST_VIEW_DEGREES
) -> View:
    """A view with the box in its middle and its surroundings in sight."""
    east = box.east if box.east >= box.west else box.east + 360
    middle_x, middle_y = (box.west + east) / 2, (box.south + box.north) / 2
    stretch = 1 / max(math.cos(math.radians(middle_y)), 0.2)
    tall = max((box.north - box.south) * ROOM_AROUND / 2, smallest)
    wide = max((east - box.west) * ROOM_AROUND / 2, tall * stretch * width / height)
    wide = min(wide, 360.0)
    tall = wide / stretch * height / width
    if tall >= 180:
        return View(middle_x - wide / 2, -90, middle_x + wide / 2, 90, width, height)
    middle_y = min(max(middle_y, -90 + tall / 2), 90 - tall / 2)
    return View(middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2, width, height)


def _telling_view(box: Box, width: int, height: int) -> View:
    """The closest view in which a coast or a border tells the reader where it is."""
    for smallest in (SMALLEST_VIEW_DEGREES, 6.0, 10.0, 15.0):
        view = view_of(box, width, height, smallest)
        edges = (view.west, view.south, view.east, view.north)
        ground = sum(shape.area for shape in land().within(*edges)) / shapely.box(*edges).area
        if 0.002 < ground < 0.995 or borders().within(*edges):
            return view
    return view_of(box, width, height, 24.0)


@lru_cache(maxsize=1024)
def locator(boxes: tuple[Box, ...], label: str) -> str:
    """The SVG of a map that shows ``boxes``; ``label`` says the same in words. Empty without a box."""
    if not boxes:
        return ""
    around = boxes[0] if len(boxes) == 1 else hull(boxes)
    view = _telling_view(around, MAP_WIDTH, MAP_HEIGHT)
    marks = "".join(mark(view, part) for part in boxes)
    inset = globe((around.west + east_of(around)) / 2, (around.south + around.north) / 2)
    corner = f'<svg x="{view.width - 82}" y="8" width="74" height="74" viewBox="0 0 74 74">{inset}</svg>'
    is_wide = view.east - view.west > 150
    return picture(view, marks + ("" if is_wide else corner), label)


@lru_cache(maxsize=64)
def world(boxes: tuple[Box, ...], label: str) -> str:
    """The whole Earth with a mark per box."""
    view = View(-180, -57, 180, 83, 600, 233)
    marks = []
    for box in boxes:
        middle = (box.west + east_of(box)) / 2
        marks.append(dot(view, middle - 360 if middle > 180 else middle, (box.south + box.north) / 2))
    return picture(view, "".join(marks), label, "map world")


@lru_cache(maxsize=4096)
def footprint(box: Box) -> str:
    """A small map for a search result; its words stand beside it, so it is hidden from screen readers."""
    view = _telling_view(box, 132, 99)
    body = ground(view) + mark(view, box, least=5)
    frame = 'class="map small" viewBox="0 0 132 99" preserveAspectRatio="xMidYMid slice"'
    return f'<svg {frame} aria-hidden="true" focusable="false">{body}</svg>'


def picture(view: View, marks: str, label: str, kind: str = "map") -> str:
    """The SVG of ``view`` with ``marks`` (SVG too) on the ground; ``label`` says the same in words."""
    return (
        f'<svg class="{kind}" viewBox="0 0 {view.width} {view.height}" role="img" aria-label="{escape(label)}">'
        f"{ground(view)}{graticule(view)}{marks}</svg>"
    )


def ground(view: View, detail: float = 0.7) -> str:
    """Sea, land and borders of a view; ``detail`` pixels are left out where that makes lines shorter."""
    sea = f'<rect class="sea" width="{view.width}" height="{view.height}"/>'
    shores = _path(view, land().within(view.west, view.south, view.east, view.north), detail)
    lines = _path(view, borders().within(view.west, view.south, view.east, view.north), detail)
    return f'{sea}<path class="land" d="{shores}"/><path class="border" d="{lines}"/>'


def _path(view: View, shapes: Iterable[BaseGeometry], detail: float) -> str:
    parts: list[str] = []
    dust = (view.degrees_per_pixel * detail / 0.7) ** 2
    for shape in shapes:
        simple = shapely.simplify(shape, view.degrees_per_pixel * detail)
        for piece in shapely.get_parts(simple):
            if piece.geom_type == "Polygon" and piece.area > dust:
                parts.extend(_line(view, ring.coords) + "z" for ring in (piece.exterior, *piece.interiors))
            elif piece.geom_type == "LineString":
                parts.append(_line(view, piece.coords))
    return "".join(parts)


def _line(view: View, points: Iterable[Sequence[float]]) -> str:
    """A path in steps of tenths of a pixel: half as long as one of places."""
    written: list[str] = []
    last = (0, 0)
    for lon, lat in points:
        here = (round(view.x(lon) * 10), round(view.y(lat) * 10))
        if not written:
            written.append(f"M{here[0] / 10:g} {here[1] / 10:g}l")
        elif here != last:
            written.append(f"{(here[0] - last[0]) / 10:g} {(here[1] - last[1]) / 10:g}")
        last = here
    return written[0] + " ".join(written[1:]) if len(written) > 1 else ""


def graticule(view: View) -> str:
    """Lines of longitude and latitude with their degrees."""
    wanted = (view.east - view.west) / 4
    step = next((size for size in _STEPS if size >= wanted), _STEPS[-1])
    lines, words = [], []
    for number in range(math.ceil(view.west / step), math.floor(view.east / step) + 1):
        x = view.x(number * step)
        lines.append(f"M{x:.1f} 0V{view.height}")
        if 24 < x < view.width - 42:
            words.append(f'<text x="{x + 3:.1f}" y="{view.height - 5}">{_lon(number * step)}</text>')
    for number in range(math.ceil(view.south / step), math.floor(view.north / step) + 1):
        y = view.y(number * step)
        lines.append(f"M0 {y:.1f}H{view.width}")
        if 14 < y < view.height - 24:
            words.append(f'<text x="4" y="{y - 3:.1f}">{_lat(number * step)}</text>')
    return f'<path class="graticule" d="{"".join(lines)}"/><g class="degrees">{"".join(words)}</g>'


def mark(view: View, box: Box, least: float = 9) -> str:
    """A box of a view; a dot where it would be smaller than ``least`` pixels."""
    x, y = view.x(_west(box, view)), view.y(box.north)
    wide, tall = view.x(_west(box, view) + east_of(box) - box.west) - x, view.y(box.south) - y
    if max(wide, tall) < least:
        return dot(view, _west(box, view) + (east_of(box) - box.west) / 2, (box.south + box.north) / 2)
    return f'<rect class="where" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="1"/>'


def dot(view: View, lon: float, lat: float) -> str:
    """A place of a view."""
    x, y = view.x(lon), view.y(lat)
    return (
        f'<circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="9"/><circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    )


def _west(box: Box, view: View) -> float:
    return box.west + 360 if box.west < view.west else box.west


def east_of(box: Box) -> float:
    """The eastern edge, past 180 where the box crosses the antimeridian."""
    return box.east if box.east >= box.west else box.east + 360


def hull(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    if any(box.west > box.east for box in boxes):
        return Box(west=-180, east=180, south=min(box.south for box in boxes), north=max(box.north for box in boxes))
    return Box(
        west=min(box.west for box in boxes),
        east=max(box.east for box in boxes),
        south=min(box.south for box in boxes),
        north=max(box.north for box in boxes),
    )


def _lon(degrees: float) -> str:
    turned = (degrees + 180) % 360 - 180
    return f"{abs(turned):g}°" + ("" if turned in {0, -180} else "E" if turned > 0 else "W")


def _lat(degrees: float) -> str:
    return f"{abs(degrees):g}°" + ("" if degrees == 0 else "N" if degrees > 0 else "S")
