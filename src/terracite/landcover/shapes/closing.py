# SPDX-License-Identifier: AGPL-3.0-or-later
"""Objects that end: their arcs put together to rings, and written as polygons (WKB)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.kernels import Int, inner, int64, kernel
from terracite.landcover.shapes.patches import turned
from terracite.landcover.shapes.pools import (
    ARCS,
    AT,
    COUNT,
    DONE,
    END,
    FREE,
    FREE_NODE,
    FREE_OBJECT,
    HEAD,
    LEFT,
    NEXT,
    NODES,
    OBJECTS,
    RIGHT,
    RING,
    START,
    TAIL,
    USES,
    VERTEX,
    VERTICES,
    Pools,
    X,
    Y,
)


def renamed(pools: Pools, labels: NDArray[np.int32]) -> None:
    """Call every object by its root, and free what became part of another one."""
    there = np.flatnonzero(pools.parent >= 0)
    roots = pools.parent[there]
    while (pools.parent[roots] != roots).any():
        roots = pools.parent[roots]
    pools.parent[there] = roots
    arcs = np.flatnonzero(pools.arcs[:, HEAD] >= 0)
    for side in (LEFT, RIGHT):
        pools.arcs[arcs, side] = pools.parent[pools.arcs[arcs, side]]
    labels[:] = pools.parent[labels]
    freed(pools, there[there != roots])


def freed(pools: Pools, labels: NDArray[Any]) -> None:
    """Free the places of objects."""
    pools.parent[labels] = -1
    begin = int(pools.state[OBJECTS])
    pools.objects[begin : begin + labels.size, FREE_OBJECT] = labels
    pools.state[OBJECTS] += labels.size


def sides_of(pools: Pools, ended: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
    """Where the sides of each ended object end in a list, the list of them, and their vertices.

    A side is 2 x arc, with the object on the left, or 2 x arc + 1, with the object on the right.
    """
    rank = np.full(len(pools.objects), -1, np.int32)
    rank[ended] = np.arange(ended.size)
    arcs = np.flatnonzero(pools.arcs[:, HEAD] >= 0).astype(np.int32)
    owners = rank[pools.arcs[arcs, LEFT : RIGHT + 1]].ravel()  # of each arc the left side, then the right one
    mine = np.flatnonzero(owners >= 0)
    mine = mine[np.argsort(owners[mine], kind="stable")]
    ends = np.concatenate([[0], np.cumsum(np.bincount(owners[mine], minlength=ended.size))])
    sides = (2 * arcs[mine >> 1] + (mine & 1)).astype(np.int32)
    return ends, sides, int(pools.arcs[sides >> 1, COUNT].sum())


class Rings(NamedTuple):
    """The rings of ended objects, object by object, the outer ring being the first of each."""

    x: NDArray[np.int32]  #: of all vertices; the last one of a ring is not its first one again
    y: NDArray[np.int32]
    ends: NDArray[np.int64]  #: (ring,): where each ends among the vertices
    objects: NDArray[np.int64]  #: (object,): where the rings of each end


class Words(NamedTuple):
    """Numbers, and their bytes."""

    number: NDArray[np.uint32]  #: (1,)
    number_bytes: NDArray[np.uint8]
    point: NDArray[np.float64]  #: (2,)
    point_bytes: NDArray[np.uint8]


def words() -> Words:
    """Room for them."""
    number, point = np.empty(1, np.uint32), np.empty(2, np.float64)
    return Words(number, number.view(np.uint8), point, point.view(np.uint8))


@kernel
def rings_of(
    pools: Pools, ended: NDArray[np.int32], ends: NDArray[np.int64], sides: NDArray[np.int32], found: Rings
) -> None:
    """Walk around each ended object, with it on the left, and free what no other object needs."""
    count = rings = int64(0)
    for number in range(ended.size):
        begun = rings
        for turn in range(ends[number], ends[number + 1]):
            side = int64(sides[turn])
            if not pools.arcs[side >> 1, DONE] & (1 << (side & 1)):
                start = count
                count = _walked(pools, ended[number], side, found, count)
                _from_first(found, start, count)
                found.ends[rings] = count
                rings += 1
                if rings > begun + 1:
                    _in_place(found, begun, rings - 1)
        found.objects[number] = rings
    for turn in range(sides.size):
        arc = sides[turn] >> 1
        pools.arcs[arc, LEFT + (sides[turn] & 1)] = 0
        if pools.arcs[arc, DONE] == 3 and pools.arcs[arc, HEAD] >= 0:
            _dropped(pools, arc)


@inner
def _walked(pools: Pools, label: int, begin: Int, found: Rings, count: Int) -> Int:
    """Append the ring that the side ``begin`` is on; returns the new number of vertices."""
    side = begin
    while True:
        arc, backward = side >> 1, side & 1
        pools.arcs[arc, DONE] |= 1 << backward
        ring = pools.arcs[arc, AT] == RING
        wanted = pools.arcs[arc, COUNT] - (0 if ring else 1)
        vertex = pools.arcs[arc, HEAD]
        if backward and not ring:  # all but the first: that of the arc that follows
            vertex = pools.vertices[vertex, NEXT]
        for step in range(wanted):
            place = count + wanted - 1 - step if backward else count + step
            found.x[place], found.y[place] = pools.vertices[vertex, X], pools.vertices[vertex, Y]
            vertex = pools.vertices[vertex, NEXT]
        count += wanted
        if ring:
            return count
        side = _next(pools, label, pools.arcs[arc, AT + (START if backward else END)])
        if side == begin:
            return count


@inner
def _next(pools: Pools, label: int, at: int) -> Int:
    """The side to go on with at a node that was reached by a slot.

    It is the next border clockwise, across the object's own cells; where the object meets itself at a corner, the walk
    goes on at the other of its cells, so that a ring never comes to a corner twice.
    """
    node, slot = at >> 2, at & 3
    end, crossing = -1, True
    for turn in range(1, 4):
        other = pools.nodes[node, (slot + turn) & 3]
        crossing &= other >= 0
        if end < 0:
            end = other
    if crossing:
        other = pools.nodes[node, (slot + 3) & 3]
        if (pools.arcs[other >> 1, RIGHT] if other & 1 else pools.arcs[other >> 1, LEFT]) == label:
            end = other
    return int64(end)  # an arc that ends here is walked backward, with its right side on the left


@inner
def _is_outer(found: Rings, begin: Int, end: Int) -> bool:
    x, y, twice, last = found.x, found.y, 0, end - 1
    for place in range(begin, end):
        twice += int64(x[place]) * y[last] - int64(x[last]) * y[place]
        last = place
    return bool(twice > 0)  # rows go down


@inner
def _from_first(found: Rings, begin: Int, end: Int) -> None:
    """Let a ring begin with its first vertex on the map."""
    x, y, first = found.x, found.y, begin
    for place in range(begin + 1, end):
        if y[place] < y[first] or (y[place] == y[first] and x[place] < x[first]):
            first = place
    turned(x, y, begin, first, end)


@inner
def _in_place(found: Rings, begun: Int, last: Int) -> None:
    """Put the last ring of an object where it belongs: the outer one first, then holes by their first vertex."""
    x, y, ring_ends = found.x, found.y, found.ends
    start, end = ring_ends[last - 1], ring_ends[last]
    rank = last
    if _is_outer(found, start, end):
        rank = begun
    while rank > begun:
        other = ring_ends[rank - 2] if rank > 1 else 0
        if y[other] < y[start] or (y[other] == y[start] and x[other] <= x[start]):
            break
        if rank == begun + 1 and _is_outer(found, other, ring_ends[begun]):
            break
        rank -= 1
    if rank == last:
        return
    place = ring_ends[rank - 1] if rank > 0 else 0
    turned(x, y, place, start, end)
    for ring_ in range(last, rank, -1):
        ring_ends[ring_] = ring_ends[ring_ - 1] + (end - start)
    ring_ends[rank] = place + (end - start)


@inner
def _dropped(pools: Pools, arc: Int) -> None:
    """Free an arc, its vertices, and its nodes where no other arc ends."""
    pools.vertices[pools.arcs[arc, TAIL], NEXT] = pools.state[VERTEX]
    pools.state[VERTEX] = pools.arcs[arc, HEAD]
    pools.state[VERTICES] += pools.arcs[arc, COUNT]
    pools.arcs[arc, HEAD] = -1
    pools.arcs[pools.state[ARCS], FREE] = arc
    pools.state[ARCS] += 1
    if pools.arcs[arc, AT] == RING:
        return
    for end in range(2):
        at = pools.arcs[arc, AT + end]
        node = at >> 2
        pools.nodes[node, at & 3] = -1
        pools.nodes[node, USES] -= 1
        if pools.nodes[node, USES] == 0:
            pools.nodes[node, USES] = -1
            pools.nodes[pools.state[NODES], FREE_NODE] = node
            pools.state[NODES] += 1


@kernel
def written(
    rings: Rings, first: int, last: int, transform: NDArray[np.float64], words: Words, found: NDArray[np.uint8],
    ends: NDArray[np.int64],
) -> None:  # fmt: skip
    """Polygons as WKB (OGC 06-103r4, section 8), little-endian: bytes into ``found``, where each ends into ``ends``.

    The objects from ``first`` up to ``last``; ``ends`` has one place for each of them.
    """
    ring = rings.objects[first - 1] if first > 0 else 0
    vertex = rings.ends[ring - 1] if ring > 0 else 0
    place = 0
    for shape in range(first, last):
        found[place] = 1
        words.number[0] = 3
        place = _put(found, place + 1, words.number_bytes)
        words.number[0] = rings.objects[shape] - ring
        place = _put(found, place, words.number_bytes)
        while ring < rings.objects[shape]:
            begin, end = vertex, rings.ends[ring]
            words.number[0] = end - begin + 1
            place = _put(found, place, words.number_bytes)
            for step in range(begin, end + 1):
                corner = step if step < end else begin
                col, row = rings.x[corner], rings.y[corner]
                words.point[0] = transform[0] * col + transform[1] * row + transform[2]
                words.point[1] = transform[3] * col + transform[4] * row + transform[5]
                place = _put(found, place, words.point_bytes)
            vertex, ring = end, ring + 1
        ends[shape - first] = place


@inner
def _put(found: NDArray[np.uint8], place: int, values: NDArray[np.uint8]) -> int:
    for number in range(values.size):
        found[place + number] = values[number]
    return place + values.size
