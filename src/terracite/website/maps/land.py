# SPDX-License-Identifier: AGPL-3.0-or-later
"""The base map as shapely geometries, read once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

_FINE = Path(__file__).resolve().parent / "data" / "land.json"


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes in degrees (lon, lat) and the index that finds those near a box."""

    shapes: Sequence[BaseGeometry]
    index: STRtree

    def within(self, west: float, south: float, east: float, north: float) -> list[BaseGeometry]:
        """The shapes cut to that box; the box may lie a turn east or west of the usual degrees."""
        found: list[BaseGeometry] = []
        for turn in (-360.0, 0.0, 360.0):
            near = self.index.query(shapely.box(west - turn, south, east - turn, north))
            for number in near:
                cut = shapely.clip_by_rect(self.shapes[number], west - turn, south, east - turn, north)
                if not cut.is_empty:
                    found.append(_moved(cut, turn))
        return found


@cache
def land() -> Layer:
    """The land, one polygon per ring."""
    polygons = [shapely.make_valid(Polygon(_points(line))) for line in _read()["land"]]
    return Layer(polygons, STRtree(polygons))


@cache
def borders() -> Layer:
    """The borders between countries."""
    lines = [LineString(_points(line)) for line in _read()["borders"] if len(line) >= 4]
    return Layer(lines, STRtree(lines))


@cache
def _read() -> dict[str, list[list[int]]]:
    content: dict[str, list[list[int]]] = json.loads(_FINE.read_text(encoding="utf-8"))
    return content


def _moved(shape: BaseGeometry, turn: float) -> BaseGeometry:
    moved: BaseGeometry = shapely.transform(shape, lambda points: np.add(points, (turn, 0.0)))
    return moved


def _points(line: list[int]) -> list[tuple[float, float]]:
    """Degrees from steps of hundredths of a degree."""
    return [(x / 100, y / 100) for x, y in zip(accumulate(line[0::2]), accumulate(line[1::2]), strict=True)]
