# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map of a search, drawn by the server: what was found and where it was asked for.

Views snap to a grid, so that their ground is drawn once and kept. More is drawn than the middle that every screen
shows: a wide or tall frame shows that too, and nothing found is ever cut off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from terracite.record.model import Box
from terracite.website.maps.locator import View, east_of, ground, hull, mark

WIDTH, HEIGHT = 560, 272  #: what every screen shows, in pixels of the drawing
ALL_WIDTH, ALL_HEIGHT = 920, 530  #: what is drawn
WIDEST, CLOSEST = 0, 4  #: levels: 360 degrees, each half as wide; closer, no coast would tell where it is
ROOM = 0.7  #: the share of the middle that the boxes may fill

Edges = tuple[float, float, float, float]  #: west, south, east, north in degrees


def results_map(boxes: Sequence[Box], asked: Box | None, label: str) -> tuple[str, Edges]:
    """The SVG of boxes found and of the box asked for, and the edges of its middle part."""
    everything = [*boxes, *([asked] if asked else [])]
    view = view_around(everything)
    middle = _middle(view)
    marks = "".join(mark(view, box) for box in boxes) + (_frame(view, asked) if asked else "")
    left, top = (ALL_WIDTH - WIDTH) // 2, (ALL_HEIGHT - HEIGHT) // 2
    frame = f'class="map" viewBox="{left} {top} {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}"'
    return f"<svg {frame}>{_kept_ground(view)}{marks}</svg>", middle


def view_around(boxes: Sequence[Box]) -> View:
    """The closest view of the grid that shows the boxes with some room; the whole Earth without any."""
    if not boxes:
        return snapped(WIDEST, 0, 0)
    box = boxes[0] if len(boxes) == 1 else hull(boxes)
    west, east = box.west, east_of(box)
    for level in range(CLOSEST, WIDEST, -1):
        step = _degrees(level) / 8
        view = snapped(level, round((west + east) / 2 / step), round((box.south + box.north) / 2 / step))
        edges = _middle(view)
        spare = (1 - ROOM) / 2
        wide, tall = (edges[2] - edges[0]) * spare, (edges[3] - edges[1]) * spare
        is_within = edges[0] + wide <= west and east <= edges[2] - wide
        if is_within and edges[1] + tall <= box.south and box.north <= edges[3] - tall:
            return view
    return snapped(WIDEST, 0, 0)


def snapped(level: int, x: int, y: int) -> View:
    """The view of a level whose middle is ``x`` and ``y`` eighths of its width from the origin."""
    wide = _degrees(level)
    lon, lat = x * wide / 8, max(min(y * wide / 8, 80.0), -80.0)
    stretch = 1 / max(math.cos(math.radians(lat)), 0.2) if level > WIDEST else 1.0
    half_x = wide / 2 * ALL_WIDTH / WIDTH
    half_y = wide / 2 / stretch * ALL_HEIGHT / WIDTH
    return View(lon - half_x, lat - half_y, lon + half_x, lat + half_y, ALL_WIDTH, ALL_HEIGHT)


def _degrees(level: int) -> float:
    return 360.0 / 2.0**level


def _middle(view: View) -> Edges:
    x, y = (view.west + view.east) / 2, (view.south + view.north) / 2
    half_x = (view.east - view.west) / 2 * WIDTH / ALL_WIDTH
    half_y = (view.north - view.south) / 2 * HEIGHT / ALL_HEIGHT
    return x - half_x, max(y - half_y, -90.0), x + half_x, min(y + half_y, 90.0)


def _frame(view: View, box: Box) -> str:
    west = box.west + 360 if box.west < view.west else box.west
    x, y = view.x(west), view.y(box.north)
    wide, tall = view.x(west + east_of(box) - box.west) - x, view.y(box.south) - y
    return f'<rect class="asked" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'


@lru_cache(maxsize=64)
def _kept_ground(view: View) -> str:
    return ground(view, 1.2)
