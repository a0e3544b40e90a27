# SPDX-License-Identifier: AGPL-3.0-or-later
"""Objects that end: their arcs put together to rings, and written as polygons (WKB)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terracite.landcover.shapes.patches import find, turned
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


@njit(cache=True)
def renamed(pools: Pools, labels: NDArray[np.int32]) -> None:
    """Call every object by its root, and free what became part of another one."""
    for arc in range(pools.arcs.shape[0]):
        if pools.arcs[arc, HEAD] >= 0:
            pools.arcs[arc, LEFT] = find(pools.parent, pools.arcs[arc, LEFT])
            pools.arcs[arc, RIGHT] = find(pools.parent, pools.arcs[arc, RIGHT])
    for place in range(labels.size):
        labels[place] = find(pools.parent, labels[place])
    for label in range(1, pools.objects.shape[0]):
        if pools.parent[label] >= 0 and pools.parent[label] != label:
            _freed(pools, label)


@njit(cache=True)
def _freed(pools: Pools, label: int) -> None:
    pools.parent[label] = -1
    pools.objects[pools.state[OBJECTS], FREE_OBJECT] = label
    pools.state[OBJECTS] += 1


@njit(cache=True)
def sides_of(  # noqa: C901 - compiled: two passes over the arcs
    pools: Pools, ended: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
    """Where the sides of each ended object end in a list, the list of them, and their vertices.

    A side is 2 x arc, with the object on the left, or 2 x arc + 1, with the object on the right.
    """
    rank = np.full(pools.objects.shape[0], -1, np.int32)
    for number in range(ended.size):
        rank[ended[number]] = number
    ends = np.zeros(ended.size + 1, np.int64)
    vertices = 0
    for arc in range(pools.arcs.shape[0]):
        if pools.arcs[arc, HEAD] >= 0:
            for label in (pools.arcs[arc, LEFT], pools.arcs[arc, RIGHT]):
                if rank[label] >= 0:
                    ends[rank[label] + 1] += 1
                    vertices += pools.arcs[arc, COUNT]
    for number in range(ended.size):
        ends[number + 1] += ends[number]
    found, place = np.empty(ends[-1], np.int32), ends[:-1].copy()
    for arc in range(pools.arcs.shape[0]):
        if pools.arcs[arc, HEAD] >= 0:
            for side in range(2):
                number = rank[pools.arcs[arc, LEFT] if side == 0 else pools.arcs[arc, RIGHT]]
                if number >= 0:
                    found[place[number]] = 2 * arc + side
                    place[number] += 1
    return ends, found, vertices


@njit(cache=True)
def rings_of(
    pools: Pools, ended: NDArray[np.int32], ends: NDArray[np.int64], sides: NDArray[np.int32], x: NDArray[np.int32],
    y: NDArray[np.int32], ring_ends: NDArray[np.int64], object_ends: NDArray[np.int64],
) -> None:  # fmt: skip
    """Walk around each ended object, with it on the left, and free what no other object needs.

    Filled: ``x`` and ``y`` of all rings, the last vertex of a ring not being its first one again; where each ring ends
    among them; where the rings of each object end, its outer ring being the first.
    """
    count = rings = 0
    for number in range(ended.size):
        begun = rings
        for side in sides[ends[number] : ends[number + 1]]:
            if not pools.arcs[side >> 1, DONE] & (1 << (side & 1)):
                start = count
                count = _walked(pools, ended[number], side, x, y, count)
                _from_first(x[start:count], y[start:count])
                ring_ends[rings] = count
                rings += 1
                if rings > begun + 1:
                    _in_place(x, y, ring_ends, begun, rings - 1)
        object_ends[number] = rings
    for side in sides:
        arc = side >> 1
        pools.arcs[arc, LEFT + (side & 1)] = 0
        if pools.arcs[arc, DONE] == 3 and pools.arcs[arc, HEAD] >= 0:
            _dropped(pools, arc)
    for label in ended:
        _freed(pools, label)


@njit(cache=True)
def _walked(pools: Pools, label: int, begin: int, x: NDArray[np.int32], y: NDArray[np.int32], count: int) -> int:
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
            x[place], y[place] = pools.vertices[vertex, X], pools.vertices[vertex, Y]
            vertex = pools.vertices[vertex, NEXT]
        count += wanted
        if ring:
            return count
        side = _next(pools, label, pools.arcs[arc, AT + (START if backward else END)])
        if side == begin:
            return count


@njit(cache=True)
def _next(pools: Pools, label: int, at: int) -> int:
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
    return int(end)  # an arc that ends here is walked backward, with its right side on the left


@njit(cache=True)
def _is_outer(x: NDArray[np.int32], y: NDArray[np.int32]) -> bool:
    twice, last = np.int64(0), x.size - 1
    for place in range(x.size):
        twice += np.int64(x[place]) * y[last] - np.int64(x[last]) * y[place]
        last = place
    return bool(twice > 0)  # rows go down


@njit(cache=True)
def _from_first(x: NDArray[np.int32], y: NDArray[np.int32]) -> None:
    """Let a ring begin with its first vertex on the map."""
    first = 0
    for place in range(1, x.size):
        if y[place] < y[first] or (y[place] == y[first] and x[place] < x[first]):
            first = place
    turned(x, first)
    turned(y, first)


@njit(cache=True)
def _in_place(x: NDArray[np.int32], y: NDArray[np.int32], ring_ends: NDArray[np.int64], begun: int, last: int) -> None:
    """Put the last ring of an object where it belongs: the outer one first, then holes by their first vertex."""
    start, end = ring_ends[last - 1], ring_ends[last]
    rank = last
    if _is_outer(x[start:end], y[start:end]):
        rank = begun
    while rank > begun:
        other = ring_ends[rank - 2] if rank > 1 else 0
        if y[other] < y[start] or (y[other] == y[start] and x[other] <= x[start]):
            break
        if rank == begun + 1 and _is_outer(x[other : ring_ends[begun]], y[other : ring_ends[begun]]):
            break
        rank -= 1
    if rank == last:
        return
    place = ring_ends[rank - 1] if rank > 0 else 0
    turned(x[place:end], start - place)
    turned(y[place:end], start - place)
    for ring_ in range(last, rank, -1):
        ring_ends[ring_] = ring_ends[ring_ - 1] + (end - start)
    ring_ends[rank] = place + (end - start)


@njit(cache=True)
def _dropped(pools: Pools, arc: int) -> None:
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


@njit(cache=True)
def written(
    x: NDArray[np.int32], y: NDArray[np.int32], ring_ends: NDArray[np.int64], object_ends: NDArray[np.int64],
    transform: NDArray[np.float64], found: NDArray[np.uint8], ends: NDArray[np.int64],
) -> None:  # fmt: skip
    """Polygons as WKB (OGC 06-103r4, section 8), little-endian: bytes into ``found``, where each ends into ``ends``."""
    number, point = np.empty(1, np.uint32), np.empty(2, np.float64)
    as_bytes, point_bytes = number.view(np.uint8), point.view(np.uint8)
    place = vertex = ring = 0
    for shape in range(object_ends.size):
        found[place] = 1
        place += 1
        for value in (3, object_ends[shape] - ring):
            number[0] = value
            place = _put(found, place, as_bytes)
        while ring < object_ends[shape]:
            first, last = vertex, ring_ends[ring]
            number[0] = last - first + 1
            place = _put(found, place, as_bytes)
            for step in range(first, last + 1):
                col, row = (x[step], y[step]) if step < last else (x[first], y[first])
                point[0] = transform[0] * col + transform[1] * row + transform[2]
                point[1] = transform[3] * col + transform[4] * row + transform[5]
                place = _put(found, place, point_bytes)
            vertex, ring = last, ring + 1
        ends[shape] = place


@njit(cache=True)
def _put(found: NDArray[np.uint8], place: int, values: NDArray[np.uint8]) -> int:
    for number in range(values.size):
        found[place + number] = values[number]
    return place + values.size
