# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is open while the borders of a map are traced: objects, arcs, nodes and vertices, each in a pool of its own.

An *object* is a patch as far as it is known. An *arc* is a piece of border between two objects, from one node to the
next, or a closed ring; on its left is the smaller code (0 = not mapped, or outside). A *node* is a corner of cells
where three or more pieces of border meet. Places in a pool are used again, so that memory is that of what is open.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: places in `Pools.state`: the first free vertex, how many places of each pool are free, how many arcs were finished
VERTEX, VERTICES, ARCS, NODES, OBJECTS, FINISHED = range(6)

#: columns of the vertices: column and row of the corner of a cell; the next vertex of the arc, or the next free one
X, Y, NEXT = range(3)
#: columns of the arcs: first vertex (-1 = not in use) and last one, how many; the objects on either side; where start
#: and end are (4 x node + slot; -1 - column while it is open; `RING`); bit 1: the left side is written, bit 2: the
#: right one; then two lists: of free places, and of the arcs that became whole and were not looked at since
HEAD, TAIL, COUNT, LEFT, RIGHT, AT, _, DONE, FREE, WHOLE = range(10)
#: columns of the nodes: four slots (2 x arc + end, or -1), arcs that end there, and the list of free places
USES, FREE_NODE = 4, 5
#: columns of the objects: code, first cell on the map (row by row), last row, and the list of free places
CODE, FIRST, LAST, FREE_OBJECT = range(4)

START, END = 0, 1  #: ends of an arc
NORTH, EAST, SOUTH, WEST = map(np.int64, range(4))  #: slots of a node, clockwise
RING = np.iinfo(np.int32).max  #: where both ends of a closed arc are


class Pools(NamedTuple):
    """Few wide arrays rather than many: compiled code is ready sooner."""

    state: NDArray[np.int64]
    vertices: NDArray[np.int32]
    arcs: NDArray[np.int32]
    nodes: NDArray[np.int32]
    objects: NDArray[np.int64]
    parent: NDArray[np.int32]  #: what an object became part of; itself, or -1 = not in use
    sums: NDArray[np.int64]  #: (object, figure)


def empty(figures: int) -> Pools:
    """Pools without any place but that of object 0: what is not mapped. ``figures``: sums kept of each object."""
    state = np.zeros(6, np.int64)
    state[VERTEX] = -1
    vertices, arcs, nodes = (np.zeros((0, columns), np.int32) for columns in (3, 10, 6))
    objects, sums = np.zeros((1, 4), np.int64), np.zeros((1, figures), np.int64)
    return Pools(state, vertices, arcs, nodes, objects, np.zeros(1, np.int32), sums)


def grown(pools: Pools, vertices: int, arcs: int, nodes: int, objects: int) -> Pools:
    """The same pools with at least so many free places."""
    state = pools.state
    if (missing := vertices - int(state[VERTICES])) > 0:
        before, table = len(pools.vertices), _longer(pools.vertices, missing)
        table[before:, NEXT] = np.arange(before + 1, len(table) + 1)
        table[-1, NEXT] = state[VERTEX]
        state[VERTEX], state[VERTICES] = before, state[VERTICES] + len(table) - before
        pools = pools._replace(vertices=table)
    if (missing := arcs - int(state[ARCS])) > 0:
        pools = pools._replace(arcs=_with_free(pools.arcs, missing, state, ARCS, FREE))
    if (missing := nodes - int(state[NODES])) > 0:
        pools = pools._replace(nodes=_with_free(pools.nodes, missing, state, NODES, FREE_NODE))
    if (missing := objects - int(state[OBJECTS])) > 0:
        before = len(pools.objects)
        table = _with_free(pools.objects, missing, state, OBJECTS, FREE_OBJECT)
        more = len(table) - before
        for other in (pools.parent, pools.sums):
            other.resize((before + more, *other.shape[1:]), refcheck=False)
        pools.parent[before:] = -1
        pools = pools._replace(objects=table)
    return pools


def _longer(table: NDArray[Any], missing: int) -> NDArray[Any]:
    """The table itself with more rows of zeros: large ones are not copied, so that there are never two of them."""
    more = max(missing, len(table) // 8)
    table.resize((len(table) + more, *table.shape[1:]), refcheck=False)
    return table


def _with_free(table: NDArray[Any], missing: int, state: NDArray[np.int64], pool: int, stack: int) -> NDArray[Any]:
    """The table with more rows, whose places are put on its stack of free ones."""
    before, found = len(table), _longer(table, missing)
    more = len(found) - before
    found[before:, 0] = -1  # of an arc: not in use
    found[state[pool] : state[pool] + more, stack] = np.arange(len(found) - 1, before - 1, -1)
    state[pool] += more
    return found
