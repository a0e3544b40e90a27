# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which share of each cell lies in each polygon, exactly: the area of the polygon within the cell.

Every edge adds to the cells it goes through what lies to its right, with the sign of its direction; summed along a row
this gives the covered share of each cell, as programs that draw fonts do it. Shares of polygons that tile the plane sum
to 1. Only the cells on borders are kept one by one; between two of them a row is a span that lies wholly inside or
wholly outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from terracite.raster.grid import Grid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Borders = tuple[Ints, Ints, Ints, Floats]
Spans = tuple[Ints, Ints, Ints, Ints]

_NOTHING = 1e-12  #: a share that is rounding


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of some polygons in columns and rows of a grid, those of one polygon together."""

    ends: Floats  #: (edges, 4) x0, y0, x1, y1 in cells; the inside is east of those that go down
    first: Ints  #: (polygons + 1,) where the edges of each begin
    top: Floats  #: (polygons,) least and greatest row that each reaches
    bottom: Floats


@dataclass(frozen=True, slots=True)
class Band:
    """Some rows of a grid: what each polygon covers of them. In the order of rows, polygons and columns."""

    row: int  #: first row of the band
    borders: tuple[Ints, Ints, Ints, Floats]  #: cells: where those of each row begin, column, polygon, share
    spans: Spans  #: wholly inside: where those of each row begin, first column, stop, polygon


def edges_of(shapes: NDArray[np.object_], grid: Grid) -> Edges:
    """The edges of ``shapes``, valid (multi)polygons in the reference system of ``grid``."""
    parts, owner = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    a, b, c, d, e, f = grid.transform
    determinant = a * e - b * d
    x, y = points[:, 0] - c, points[:, 1] - f
    at = np.column_stack([(e * x - b * y) / determinant, (a * y - d * x) / determinant])
    joined = ring[1:] == ring[:-1]
    start, stop = at[:-1][joined], at[1:][joined]
    if determinant > 0:  # rows that go north turn the picture over
        start, stop = stop, start
    polygon = owner[part[ring[1:][joined]]]
    first = np.searchsorted(polygon, np.arange(len(shapes) + 1)).astype(np.int64)
    top, bottom = np.full(len(shapes), np.inf), np.full(len(shapes), -np.inf)
    np.minimum.at(top, polygon, np.minimum(start[:, 1], stop[:, 1]))
    np.maximum.at(bottom, polygon, np.maximum(start[:, 1], stop[:, 1]))
    return Edges(np.ascontiguousarray(np.hstack([start, stop])), first, top, bottom)


def band(edges: Edges, row: int, height: int, width: int) -> Band:
    """What the polygons cover of ``height`` rows from ``row`` on, of a grid of ``width`` columns."""
    near = np.flatnonzero((edges.top < row + height) & (edges.bottom > row)).astype(np.int64)
    count = _pieces(edges.ends, edges.first, near, row, height, width, np.empty(0, np.int64), np.empty((0, 2)))
    keys, parts = np.empty(count, np.int64), np.empty((count, 2))
    _pieces(edges.ends, edges.first, near, row, height, width, keys, parts)
    order = np.argsort(keys, kind="stable")
    borders, spans = _runs(keys[order], parts[order], near, width)
    lines = np.arange(height + 1)
    return Band(row, (np.searchsorted(borders[0], lines), *borders[1:]), (np.searchsorted(spans[0], lines), *spans[1:]))


@njit(cache=True, nogil=True)
def _pieces(ends, first, near, row, height, width, keys, parts):  # type: ignore[no-untyped-def] # pragma: no cover
    """Cut the edges at the lines between cells, and return how many pieces there are; without room, only count them.

    A piece has the place of its cell as its key, its height, and its height times the share of the cell left of it.
    """
    count = 0
    for n in range(near.size):
        for k in range(first[near[n]], first[near[n] + 1]):
            x0, y0, x1, y1 = ends[k]
            sign = 1.0
            if y1 < y0:
                sign = -1.0
                x0, y0, x1, y1 = x1, y1, x0, y0
            if y0 == y1 or y0 >= row + height or y1 <= row or (x0 >= width and x1 >= width):
                continue
            slope = (x1 - x0) / (y1 - y0)
            line = max(int(np.floor(y0)), row)
            while line < y1 and line < row + height:
                above, below = max(y0, float(line)), min(y1, line + 1.0)
                left = x0 if above == y0 else x0 + (above - y0) * slope
                right = x1 if below == y1 else x0 + (below - y0) * slope
                base = ((line - row) * near.size + n) * (width + 2) + 1
                across = (min(left, right), max(left, right))
                count = _across(across, below - above, sign, base, width, keys, parts, count)
                line += 1
    return count


@njit(cache=True, nogil=True)
def _across(across, high, sign, base, width, keys, parts, count):  # type: ignore[no-untyped-def] # pragma: no cover
    """Cut what an edge has in one row at the lines between columns; what is left of the grid goes to column -1."""
    left, right = across
    steep = high / (right - left) if right > left else 0.0
    if left < 0:
        part = high if right <= 0 else -left * steep
        count = _note(keys, parts, count, base - 1, sign * part, 0.0)
        if right <= 0:
            return count
        high -= part
        left = 0.0
    col = int(np.floor(left))
    if right <= col + 1:
        return _note(keys, parts, count, base + col, sign * high, (left + right) / 2 - col) if col < width else count
    while col < right and col < width:
        begin, end = max(left, float(col)), min(right, col + 1.0)
        count = _note(keys, parts, count, base + col, sign * (end - begin) * steep, (begin + end) / 2 - col)
        col += 1
    return count


@njit(cache=True, nogil=True)
def _note(keys, parts, count, key, high, middle):  # type: ignore[no-untyped-def] # pragma: no cover
    if keys.size:
        keys[count], parts[count, 0], parts[count, 1] = key, high, high * middle
    return count + 1


def _runs(keys: Ints, parts: Floats, near: Ints, width: int) -> tuple[Borders, Spans]:
    """The pieces, in the order of rows, polygons and columns, summed from left to right; rows stand first."""
    if not keys.size:
        none = np.empty(0, np.int64)
        return (none, none, none, np.empty(0)), (none, none, none, none)
    begin = np.flatnonzero(np.diff(keys, prepend=-1))
    cover, left_of = np.add.reduceat(parts, begin, axis=0).T
    group, col = np.divmod(keys[begin], width + 2)
    col -= 1
    line, unit = group // near.size, near[group % near.size]
    starts = np.diff(group, prepend=-1) != 0
    after = np.cumsum(cover)
    first = np.maximum.accumulate(np.where(starts, np.arange(group.size), 0))
    after -= (after - cover)[first]  # of this polygon and row alone
    share = np.minimum(after - left_of, 1.0)
    shown = (col >= 0) & (share > _NOTHING)
    following = np.where(np.append(starts[1:], True), width, np.append(col[1:], width))
    within = (after > 0.5) & (following > col + 1)
    borders = (line[shown], col[shown], unit[shown], share[shown])
    return borders, (line[within], col[within] + 1, following[within], unit[within])
