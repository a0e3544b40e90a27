# SPDX-License-Identifier: AGPL-3.0-or-later
"""The objects of a map as polygons, while its rows are read: memory is that of a strip and of what is open below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.closing import renamed, rings_of, sides_of, written
from terracite.landcover.shapes.pools import CODE, FINISHED, FIRST, LAST, Pools, empty, grown
from terracite.landcover.shapes.simplify import simplify
from terracite.landcover.shapes.tracing import Front, Strip, front, trace


@dataclass(frozen=True, slots=True)
class Polygons:
    """Some objects, by the row they end on, then by their first cell: the order does not depend on the strips."""

    codes: NDArray[np.uint8]  #: (object,)
    sums: NDArray[np.int64]  #: (object, figure): cells by class, area, then each layer's values and squares
    wkb: NDArray[np.uint8]  #: the bytes of all
    ends: NDArray[np.int64]  #: where each ends among them


@dataclass(frozen=True, slots=True)
class Shape:
    """How polygons are drawn."""

    transform: tuple[float, ...]  #: affine, of the grid
    tolerance_m: float = 0  #: no border moves by more
    cell_m: tuple[float, float] = (1, 1)  #: width and height of a cell


def polygons(strips: Iterable[Strip], width: int, height: int, how: Shape) -> Iterator[Polygons]:
    """The polygons of 4-connected objects of one code, in batches as they end; cells of code 0 are left out.

    ``strips``: the rows from the first to the last. Adjacent polygons have every vertex of their border in common; the
    corners that three objects share are vertices of each of them.
    """
    pools: Pools | None = None
    line = front(width, height, how.tolerance_m > 0)
    for strip in strips:
        figures = strip.classes + 1 + 2 * len(strip.layers)
        pools = empty(figures) if pools is None else pools
        last = strip.top + len(strip.codes) == height
        done, wanted = 0, len(strip.codes) + last
        while done < wanted:
            wide = width + 1
            pools = grown(pools, vertices=4 * wide, arcs=2 * wide, nodes=wide, objects=wide)
            done = trace(pools, strip, line, done, last)
        if how.tolerance_m > 0:
            simplify(pools, line.corners, *how.cell_m, how.tolerance_m)
        pools.state[FINISHED] = 0
        if (found := _ended(pools, line, strip.top + len(strip.codes) - 1 + last, how.transform)) is not None:
            yield found


def _ended(pools: Pools, line: Front, below: int, transform: tuple[float, ...]) -> Polygons | None:
    """The objects whose last row is above the row ``below``, taken out of the pools."""
    renamed(pools, line.labels[0])
    there = np.flatnonzero(pools.parent > 0).astype(np.int32)
    ended = there[pools.objects[there, LAST] < below]
    if not ended.size:
        return None
    ended = ended[np.lexsort((pools.objects[ended, FIRST], pools.objects[ended, LAST]))]
    codes, sums = pools.objects[ended, CODE].astype(np.uint8), pools.sums[ended]
    side_ends, sides, vertices = sides_of(pools, ended)
    x, y = np.empty(vertices, np.int32), np.empty(vertices, np.int32)
    ring_ends, object_ends = np.empty(sides.size, np.int64), np.empty(ended.size, np.int64)
    rings_of(pools, ended, side_ends, sides, x, y, ring_ends, object_ends)
    rings = int(object_ends[-1])
    wkb = np.empty(9 * ended.size + 20 * rings + 16 * int(ring_ends[rings - 1]), np.uint8)
    ends = np.empty(ended.size, np.int64)
    written(x, y, ring_ends, object_ends, np.array(transform, np.float64), wkb, ends)
    return Polygons(codes, sums, wkb, ends)
