# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a layer once: some of its shapes in degrees, all points for a picture, the first rows."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from terracite.raster.grid import LONLAT, crs_of
from terracite.raster.previewing.layers import Batch, Layer
from terracite.raster.previewing.words import cell

SHAPES_KEPT = 3000
ROWS_KEPT = 100
MANY_POINTS = 3000  #: from here a picture tells more than marks do
_MOST_POINTS = 20_000_000
_SECONDS = 40.0  #: a layer that takes longer is told as far as it was read
_ATTRIBUTES = 8

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Features:
    """What was kept of a layer."""

    placed: bool  #: shapes are in degrees; else in the layer's own units
    seen: int = 0
    shapes: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    attributes: list[list[str]] = field(default_factory=list)  #: of each shape
    rows: list[list[str]] = field(default_factory=list)
    points: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    box: Box | None = None


def features_of(layer: Layer) -> Features:
    """One pass over the layer: every n-th shape, so that the kept ones are spread over it."""
    to_degrees = pyproj.Transformer.from_crs(crs_of(layer.crs_text), LONLAT, always_xy=True) if layer.crs_text else None
    found = Features(placed=to_degrees is not None)
    every = max(1, math.ceil(layer.count / SHAPES_KEPT))
    is_dense = "Point" in layer.geometry and layer.count > MANY_POINTS
    shapes: list[NDArray[np.object_]] = []
    points: list[NDArray[np.float32]] = []
    until = time.monotonic() + _SECONDS
    for batch in layer.batches():
        held, wkb = batch
        _keep_rows(found, batch)
        if wkb is not None:
            chosen = np.arange(-found.seen % every, len(wkb), every)
            kept = _in_degrees(wkb[chosen], to_degrees)
            shapes.append(kept)
            found.attributes += _texts(batch, chosen)
            if is_dense and found.seen < _MOST_POINTS:
                points.append(_coordinates(_in_degrees(wkb, to_degrees) if every > 1 else kept))
        found.seen += held.num_rows
        if time.monotonic() > until:
            break
    _finish(found, shapes, points)
    return found


def _finish(found: Features, shapes: list[NDArray[np.object_]], points: list[NDArray[np.float32]]) -> None:
    every = np.concatenate(shapes) if shapes else np.empty(0, object)
    usable = [at for at, shape in enumerate(every) if shape is not None and not shape.is_empty]
    found.shapes = every[usable]
    found.attributes = [found.attributes[at] for at in usable]
    if points:
        found.points = np.concatenate(points)
    found.box = _box(found)


def _box(found: Features) -> Box | None:
    if not len(found.shapes):
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(found.shapes))
    if len(found.points):
        (low_x, low_y), (high_x, high_y) = found.points.min(axis=0), found.points.max(axis=0)
        west, south, east, north = min(west, low_x), min(south, low_y), max(east, high_x), max(north, high_y)
    if found.placed and not (-360 <= west <= east <= 360 and -90.001 <= south <= north <= 90.001):
        found.placed = False  # coordinates that do not lie on Earth: drawn, but not on the map
    return float(west), float(south), float(east), float(north)


def _in_degrees(wkb: NDArray[np.object_], transformer: pyproj.Transformer | None) -> NDArray[np.object_]:
    """Shapes in two dimensions; None for what is missing, broken or outside of what its system can say."""
    flat = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    if transformer is None:
        return _finite(flat)

    def turned(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return _finite(shapely.transform(flat, turned))


def _finite(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    bounds = shapely.bounds(shapes)
    shapes[~np.isfinite(bounds).all(axis=1)] = None
    return shapes


def _coordinates(shapes: NDArray[np.object_]) -> NDArray[np.float32]:
    held = shapes[[shape is not None for shape in shapes]]
    return shapely.get_coordinates(held).astype(np.float32)


def _keep_rows(found: Features, batch: Batch) -> None:
    wanted = ROWS_KEPT - len(found.rows)
    if wanted > 0:
        found.rows += _lists(batch[0].slice(0, wanted))


def _texts(batch: Batch, chosen: NDArray[np.intp]) -> list[list[str]]:
    names = batch[0].schema.names[:_ATTRIBUTES]
    if not names:
        return [[] for _ in chosen]
    return _lists(batch[0].select(names).take(chosen))


def _lists(table: Any) -> list[list[str]]:
    columns = [[cell(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]
