# SPDX-License-Identifier: AGPL-3.0-or-later
"""A drawing of a layer in a few kilobytes, in whole steps of its box: the page draws it without a script."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from terracite.raster.previewing.sketch_steps import STEPS

_MOST_NUMBERS = 9000  #: about 30 kB of drawing, 12 kB on its way
_MOST_POINTS = 500
_TINY = 40.0  #: square steps: smaller areas are drawn as points


def sketch_of(shapes: NDArray[np.object_], box: tuple[float, float, float, float]) -> dict[str, Any]:
    """``areas``, ``lines`` (lists of x, y, x, y, ...) and ``points`` (x, y, ...), from the north-west corner down."""
    west, south, east, north = box
    side = max(east - west, north - south) or 1.0
    flat = shapely.get_parts(shapely.get_parts(shapes))
    turned = shapely.transform(flat, lambda points: _steps(points, west, north, side))
    kinds = shapely.get_type_id(turned)
    areas, lines, points = turned[kinds == 3], turned[kinds == 1], turned[kinds == 0]
    tiny = shapely.area(areas) < _TINY
    areas, points = areas[~tiny], np.concatenate((points, shapely.centroid(areas[tiny])))
    for tolerance in (1.5, 3, 6, 12):
        rings, strokes = _rings(areas, tolerance), _strokes(lines, tolerance)
        if sum(map(len, rings)) + sum(map(len, strokes)) <= _MOST_NUMBERS:
            break
    spread = points[:: max(1, -(-len(points) // _MOST_POINTS))]
    return {
        "areas": _fewest(rings),
        "lines": _fewest(strokes),
        "points": [int(value) for value in shapely.get_coordinates(spread).round().ravel()],
        "width": round((east - west) / side * STEPS),
        "height": round((north - south) / side * STEPS),
    }


def _steps(points: NDArray[np.float64], west: float, north: float, side: float) -> NDArray[np.float64]:
    return np.column_stack(((points[:, 0] - west), (north - points[:, 1]))) / side * STEPS


def _rings(areas: NDArray[np.object_], tolerance: float) -> list[list[int]]:
    """The rings of the areas, holes turning the other way round."""
    simple = shapely.simplify(areas, tolerance, preserve_topology=True)
    rings = shapely.get_rings(shapely.orient_polygons(simple)) if len(simple) else np.empty(0, object)
    return [_numbers(ring) for ring in rings]


def _strokes(lines: NDArray[np.object_], tolerance: float) -> list[list[int]]:
    return [_numbers(line) for line in shapely.simplify(lines, tolerance)]


def _numbers(line: Any) -> list[int]:
    return [int(value) for value in shapely.get_coordinates(line).round().ravel()]


def _fewest(parts: list[list[int]]) -> list[list[int]]:
    """The parts as far as the drawing stays small, the long ones first."""
    kept, left = [], _MOST_NUMBERS
    for part in sorted(parts, key=len, reverse=True):
        left -= len(part)
        if left < 0:
            break
        kept.append(part)
    return kept
