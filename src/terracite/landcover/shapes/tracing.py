# SPDX-License-Identifier: AGPL-3.0-or-later
"""The borders of a map of classes, traced row by row: every edge of a cell is looked at once.

Along a line between two rows, each corner of cells is met from the left to the right. Two edges there carry an arc on,
begin one, or join two; three or four make a node, where arcs end and begin. As every arc has the smaller code on its
left, two arcs that meet always fit end to start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.kernels import Int, inner, int32, int64, kernel
from terracite.landcover.shapes.patches import find
from terracite.landcover.shapes.pools import (
    ARCS,
    AT,
    CODE,
    COUNT,
    DONE,
    EAST,
    END,
    FINISHED,
    FIRST,
    FREE,
    FREE_NODE,
    FREE_OBJECT,
    HEAD,
    LAST,
    LEFT,
    NEXT,
    NODES,
    NORTH,
    OBJECTS,
    RIGHT,
    RING,
    SOUTH,
    START,
    TAIL,
    USES,
    VERTEX,
    VERTICES,
    WEST,
    WHOLE,
    Pools,
    X,
    Y,
)


class Strip(NamedTuple):
    """Rows of a map, and what is summed by object: cells by fine class, area, and each layer with its squares."""

    codes: NDArray[np.uint8]  #: (row, x); of the last strip, with a row of 0 below
    fine: NDArray[np.uint8]  #: (row, x): places of the classes before regularisation
    layers: NDArray[np.uint16]  #: (layer, row, x)
    weights: NDArray[np.int64]  #: (row,): area of a cell
    classes: int  #: how many places there are
    top: int  #: the first row on the map


class Front(NamedTuple):
    """The line between what is traced and what comes."""

    above: NDArray[np.uint8]  #: (x + 2,): codes of the row before, with a margin of 0
    labels: NDArray[np.int32]  #: (2, x + 2): objects of the row before, and of this one
    columns: NDArray[np.int32]  #: (x + 1,): open ends, 2 x arc + end, that go down between two columns
    corners: NDArray[np.uint8]  #: (row, byte): bits of the corners that are vertices; without any row: not kept


def front(width: int, height: int, keep_corners: bool) -> Front:
    """Before the first row."""
    bits = (height + 1, (width + 8) // 8) if keep_corners else (0, 0)
    return Front(
        np.zeros(width + 2, np.uint8), np.zeros((2, width + 2), np.int32), np.zeros(width + 1, np.int32),
        np.zeros(bits, np.uint8),
    )  # fmt: skip


@kernel
def trace(pools: Pools, strip: Strip, line: Front, begin: int, last: bool) -> int:
    """Trace the rows of a strip from ``begin`` on; returns how many are done: all, or up to where a pool was full.

    ``last``: whether the strip is the map's last one; the line below it then counts as a row.
    """
    rows, cols = strip.fine.shape
    for row in range(begin, rows + last):
        state = pools.state
        wide = cols + 1
        if state[VERTICES] < 4 * wide or state[ARCS] < 2 * wide or state[NODES] < wide or state[OBJECTS] < wide:
            return row
        if row < rows:
            _label(pools, strip, row, line)
            _add(pools, strip, row, line.labels)
        else:
            for col in range(wide + 1):
                line.labels[1, col] = 0
        _line(pools, strip, row, line)
        for col in range(1, wide):
            line.above[col], line.labels[0, col] = strip.codes[row, col - 1], line.labels[1, col]
    done: int = rows + last
    return done


@inner
def _label(  # noqa: C901 - compiled: one pass over cells
    pools: Pools, strip: Strip, row: int, line: Front
) -> None:
    """The object of each cell of a row: that of its neighbours of the same code above and to the left, or a new one."""
    codes, cols, above, labels, y = strip.codes, strip.codes.shape[1], line.above, line.labels, strip.top + row
    for col in range(cols):
        code, label = codes[row, col], int32(0)
        if code > 0 and above[col + 1] == code:
            label = find(pools.parent, labels[0, col + 1])
        if code > 0 and col > 0 and codes[row, col - 1] == code:
            other = find(pools.parent, labels[1, col])
            if label == 0:
                label = other
            elif label != other:
                pools.parent[other] = label
                if pools.objects[other, FIRST] < pools.objects[label, FIRST]:
                    pools.objects[label, FIRST] = pools.objects[other, FIRST]
                for figure in range(pools.sums.shape[1]):
                    pools.sums[label, figure] += pools.sums[other, figure]
        if code > 0 and label == 0:
            pools.state[OBJECTS] -= 1
            label = int32(pools.objects[pools.state[OBJECTS], FREE_OBJECT])
            pools.parent[label], pools.objects[label, CODE] = label, code
            pools.objects[label, FIRST] = y * cols + col
            for figure in range(pools.sums.shape[1]):
                pools.sums[label, figure] = 0
        if code > 0:
            pools.objects[label, LAST] = y
        labels[1, col + 1] = label


@inner
def _add(pools: Pools, strip: Strip, row: int, labels: NDArray[np.int32]) -> None:
    layers, cols = strip.layers.shape[0], strip.fine.shape[1]
    for col in range(cols):
        label = labels[1, col + 1]
        if label == 0:
            continue
        label = find(pools.parent, label)
        pools.sums[label, strip.fine[row, col]] += 1
        pools.sums[label, strip.classes] += strip.weights[row]
        for layer in range(layers):
            value = int64(strip.layers[layer, row, col])
            place = strip.classes + 1 + 2 * layer
            pools.sums[label, place] += value
            pools.sums[label, place + 1] += value * value


@inner
def _line(pools: Pools, strip: Strip, row: int, line: Front) -> None:
    """Follow the borders through the corners of cells on the line above a row."""
    cols, above, labels, columns = strip.fine.shape[1], line.above, line.labels, line.columns
    codes, y = strip.codes, strip.top + row
    run = int64(-1)  # the open end that comes from the left
    for x in range(cols + 1):
        north_west, north_east = above[x], above[x + 1]
        south_west = codes[row, x - 1] if x > 0 else 0
        south_east = codes[row, x] if x < cols else 0
        north, south = north_west != north_east, south_west != south_east
        west, east = north_west != south_west, north_east != south_east
        edges = north + south + west + east
        if edges == 0 or (edges == 2 and north == south):
            continue  # nothing, or straight on: the arc stays where it is
        if line.corners.shape[0] > 0:
            line.corners[y, x >> 3] |= np.uint8(1 << (x & 7))
        if edges == 2:
            grows = END if north_east < south_east else START  # eastwards, the north is on the left
            run = _turned(pools, line, x, y, run, north, west, grows)
            continue
        pools.state[NODES] -= 1
        node = int64(pools.nodes[pools.state[NODES], FREE_NODE])
        pools.nodes[node, USES] = edges
        for slot in range(4):
            pools.nodes[node, slot] = -1
        if west:
            _extended(pools, run, x, y)
            _settled(pools, run, node, WEST)
        if north:
            end = int64(columns[x])
            _extended(pools, end, x, y)
            _settled(pools, end, node, NORTH)
        if east:  # eastwards, the north is on the left
            grows = END if north_east < south_east else START
            run = _begun(pools, x, y, labels[0, x + 1], labels[1, x + 1], grows)
            _settled(pools, run ^ 1, node, EAST)
        if south:  # southwards, the east is on the left
            grows = END if south_east < south_west else START
            end = _begun(pools, x, y, labels[1, x + 1], labels[1, x], grows)
            columns[x] = end
            pools.arcs[end >> 1, AT + (end & 1)] = -1 - x
            _settled(pools, end ^ 1, node, SOUTH)


@inner
def _turned(pools: Pools, line: Front, x: int, y: int, run: Int, north: bool, west: bool, grows: int) -> Int:
    """A corner where two edges meet; returns the open end that goes on to the right, or -1.

    ``grows``: the end of an arc that would grow to the right.
    """
    columns, labels = line.columns, line.labels
    found, down = int64(-1), int64(-1)
    if north and west:
        _joined(pools, columns, run, int64(columns[x]), x, y)
    elif north:
        found = int64(columns[x])
        _extended(pools, found, x, y)
    elif west:
        down = run
        _extended(pools, run, x, y)
    else:
        found = _begun(pools, x, y, labels[0, x + 1], labels[1, x + 1], grows)
        down = found ^ 1
    if down >= 0:
        columns[x] = down
        pools.arcs[down >> 1, AT + (down & 1)] = -1 - x
    return found


@inner
def _vertex(pools: Pools, x: int, y: int) -> int:
    place: int = pools.state[VERTEX]
    pools.state[VERTEX] = pools.vertices[place, NEXT]
    pools.state[VERTICES] -= 1
    pools.vertices[place, X], pools.vertices[place, Y], pools.vertices[place, NEXT] = x, y, -1
    return place


@inner
def _extended(pools: Pools, end: Int, x: int, y: int) -> None:
    """One vertex more at an open end."""
    arc, vertex = end >> 1, _vertex(pools, x, y)
    if end & 1:
        pools.vertices[pools.arcs[arc, TAIL], NEXT] = vertex
        pools.arcs[arc, TAIL] = vertex
    else:
        pools.vertices[vertex, NEXT] = pools.arcs[arc, HEAD]
        pools.arcs[arc, HEAD] = vertex
    pools.arcs[arc, COUNT] += 1


@inner
def _begun(pools: Pools, x: int, y: int, one: Int, other: Int, grows: Int) -> Int:
    """A new arc; returns the end that grows. ``one`` is the object on the left of the way it grows, ``other`` right."""
    pools.state[ARCS] -= 1
    arc = int64(pools.arcs[pools.state[ARCS], FREE])
    vertex = _vertex(pools, x, y)
    pools.arcs[arc, HEAD], pools.arcs[arc, TAIL], pools.arcs[arc, COUNT] = vertex, vertex, 1
    if grows == START:
        one, other = other, one
    pools.arcs[arc, LEFT], pools.arcs[arc, RIGHT] = one, other
    pools.arcs[arc, DONE] = one == 0
    pools.arcs[arc, AT], pools.arcs[arc, AT + END] = -1, -1
    return int64(2 * arc + grows)


@inner
def _settled(pools: Pools, end: Int, node: Int, slot: Int) -> None:
    """An end that reaches a node; an arc whose both ends did is whole."""
    arc = end >> 1
    pools.arcs[arc, AT + (end & 1)] = 4 * node + slot
    pools.nodes[node, slot] = end
    if pools.arcs[arc, AT] >= 0 and pools.arcs[arc, AT + 1] >= 0:
        pools.arcs[pools.state[FINISHED], WHOLE] = arc
        pools.state[FINISHED] += 1


@inner
def _joined(pools: Pools, columns: NDArray[np.int32], one: Int, other: Int, x: int, y: int) -> None:
    """Two open ends that meet: one arc now, or a closed ring."""
    if one & 1 == START:
        one, other = other, one
    _extended(pools, one, x, y)
    first, second = one >> 1, other >> 1
    if first == second:
        pools.arcs[first, AT], pools.arcs[first, AT + END] = RING, RING
        pools.arcs[pools.state[FINISHED], WHOLE] = first
        pools.state[FINISHED] += 1
        return
    pools.vertices[pools.arcs[first, TAIL], NEXT] = pools.arcs[second, HEAD]
    pools.arcs[first, TAIL] = pools.arcs[second, TAIL]
    pools.arcs[first, COUNT] += pools.arcs[second, COUNT]
    pools.arcs[second, HEAD] = -1
    pools.arcs[pools.state[ARCS], FREE] = second
    pools.state[ARCS] += 1
    far = int64(pools.arcs[second, AT + END])
    if far >= 0:
        _settled(pools, 2 * first + END, far >> 2, far & 3)
    else:
        columns[-1 - far] = 2 * first + END
        pools.arcs[first, AT + END] = far
