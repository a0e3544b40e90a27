# SPDX-License-Identifier: AGPL-3.0-or-later
"""The objects of a map as polygons, while its rows are read: memory is that of a strip and of what is open below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.closing import Rings, freed, renamed, rings_of, sides_of, words, written
from terracite.landcover.shapes.pools import CODE, FINISHED, FIRST, LAST, Pools, empty, grown
from terracite.landcover.shapes.simplify import simplify
from terracite.landcover.shapes.tracing import Front, Strip, front, trace

_BYTES, _OBJECTS = 2**21, 8192  #: of a batch, at most, but for a larger polygon


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
        last = strip.top + len(strip.fine) == height
        done, wanted = 0, len(strip.fine) + last
        strip = _as_compiled(strip, last)
        while done < wanted:
            wide = width + 1
            pools = grown(pools, vertices=4 * wide, arcs=2 * wide, nodes=wide, objects=wide)
            done = trace(pools, strip, line, done, last)
        if how.tolerance_m > 0:
            simplify(pools, line.corners, how.cell_m, how.tolerance_m)
        pools.state[FINISHED] = 0
        yield from _ended(pools, line, strip.top + len(strip.fine) - 1 + last, how.transform)


def _ended(pools: Pools, line: Front, below: int, transform: tuple[float, ...]) -> Iterator[Polygons]:
    """The objects whose last row is above the row ``below``, taken out of the pools."""
    renamed(pools, line.labels[0])
    there = np.flatnonzero(pools.parent > 0).astype(np.int32)
    ended = there[pools.objects[there, LAST] < below]
    if not ended.size:
        return
    ended = ended[np.lexsort((pools.objects[ended, FIRST], pools.objects[ended, LAST]))]
    codes, sums = pools.objects[ended, CODE].astype(np.uint8), pools.sums[ended]
    side_ends, sides, vertices = sides_of(pools, ended)
    ends, objects = np.empty(sides.size, np.int64), np.empty(ended.size, np.int64)
    rings = Rings(np.empty(vertices, np.int32), np.empty(vertices, np.int32), ends, objects)
    rings_of(pools, ended, side_ends, sides, rings)
    freed(pools, ended)
    sizes = np.concatenate([[0], 9 * np.arange(1, ended.size + 1) + 20 * objects + 16 * ends[objects - 1]])
    place, room = np.array(transform, np.float64), words()
    for first, last in _batches(sizes):
        wkb, wkb_ends = np.empty(sizes[last] - sizes[first], np.uint8), np.empty(last - first, np.int64)
        written(rings, first, last, place, room, wkb, wkb_ends)
        yield Polygons(codes[first:last], sums[first:last], wkb, wkb_ends)


def _batches(sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """(first, last) of objects whose bytes are few, or of one; ``sizes``: bytes of the objects before each, and all."""
    first, count = 0, sizes.size - 1
    while first < count:
        last = int(np.searchsorted(sizes, sizes[first] + _BYTES, "right")) - 1
        last = min(max(last, first + 1), count, first + _OBJECTS)
        yield first, last
        first = last


def _as_compiled(strip: Strip, last: bool) -> Strip:
    """The strip in the one form that is compiled: arrays in order, to be written to; a row of 0 below the last one."""
    codes = np.concatenate([strip.codes, np.zeros((1, strip.codes.shape[1]), np.uint8)]) if last else strip.codes
    given: tuple[NDArray[Any], ...] = (codes, strip.fine, strip.layers, strip.weights)
    codes, fine, layers, weights = (np.require(array, requirements=["C", "W"]) for array in given)
    return Strip(codes, fine, layers, weights, strip.classes, strip.top)
