# SPDX-License-Identifier: AGPL-3.0-or-later
"""A layer of features drawn by the server on our own base map, from the sketch its maker left: no script needed."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from terracite.raster.previewing.sketch_steps import STEPS
from terracite.website.maps.locator import View, picture

WIDTH = 760
LEAST_HEIGHT, MOST_HEIGHT = 320, 420
_AROUND = 0.08  #: of the layer's sides
_SMALLEST_DEGREES = 0.002


def drawn(layer: dict[str, Any], label: str, dense: str = "") -> SafeString:
    """The SVG of one layer; ``label`` says it in words, ``dense`` is the address of the picture of all its points."""
    if not layer.get("box") or not layer.get("sketch"):
        return mark_safe("")
    west, south, east, north = (float(edge) for edge in layer["box"])
    view = view_around(west, south, east, north, is_on_earth=bool(layer["placed"]))
    marks = _image(view, layer["box"], dense) if dense else _marks(view, layer)
    if layer["placed"]:
        return mark_safe(picture(view, marks, label, "map drawing"))
    frame = f'class="map drawing" viewBox="0 0 {view.width} {view.height}" role="img"'
    return mark_safe(f'<svg {frame} aria-label="{escape(label)}">{marks}</svg>')


def view_around(west: float, south: float, east: float, north: float, *, is_on_earth: bool = True) -> View:
    """A view a little larger than the box, true to scale at its middle."""
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    stretch = 1 / max(math.cos(math.radians(middle_y)), 0.05) if is_on_earth else 1.0
    least = _SMALLEST_DEGREES if is_on_earth else 1e-9
    wide = max((east - west) * (1 + 2 * _AROUND), least)
    tall = max((north - south) * (1 + 2 * _AROUND), least)
    height = min(max(round(WIDTH * tall * stretch / wide), LEAST_HEIGHT), MOST_HEIGHT)
    wide = max(wide, tall * stretch * WIDTH / height)
    tall = wide / stretch * height / WIDTH
    return View(middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2, WIDTH, height)


def _marks(view: View, layer: dict[str, Any]) -> str:
    west, south, east, north = (float(edge) for edge in layer["box"])
    side = max(east - west, north - south) or 1.0
    across = side / (view.east - view.west) * view.width / STEPS
    down = side / (view.north - view.south) * view.height / STEPS
    sketch = layer["sketch"]
    paths = (
        ("shape", "".join(_line(part) + "z" for part in sketch.get("areas", ()))),
        ("stroke", "".join(_line(part) for part in sketch.get("lines", ()))),
        ("spot", _spots(sketch.get("points", ()))),
    )
    body = "".join(f'<path class="{kind}" vector-effect="non-scaling-stroke" d="{d}"/>' for kind, d in paths if d)
    place = f"translate({view.x(west):.2f} {view.y(north):.2f}) scale({across:.5g} {down:.5g})"
    return f'<g class="features" transform="{place}">{body}</g>'


def _line(numbers: list[object]) -> str:
    """Relative steps take half the bytes of absolute ones. Only numbers get into the page."""
    values = [int(value) for value in numbers if isinstance(value, int | float)]
    x, y = values[0:1], values[1:2]
    if not x or not y:
        return ""
    steps = []
    at_x, at_y = x[0], y[0]
    for to_x, to_y in zip(values[2::2], values[3::2], strict=False):
        steps.append(f"{to_x - at_x} {to_y - at_y}")
        at_x, at_y = to_x, to_y
    return f"M{x[0]} {y[0]}" + (f"l{' '.join(steps)}" if steps else "")


def _spots(numbers: list[object]) -> str:
    values = [int(value) for value in numbers if isinstance(value, int | float)]
    return "".join(f"M{x} {y}h0" for x, y in zip(values[::2], values[1::2], strict=False))


def _image(view: View, box: list[float], address: str) -> str:
    west, south, east, north = (float(edge) for edge in box)
    x, y = view.x(west), view.y(north)
    wide, tall = view.x(east) - x, view.y(south) - y
    frame = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    return f'<image href="{escape(address)}" {frame} preserveAspectRatio="none"/>'
