# SPDX-License-Identifier: AGPL-3.0-or-later
"""Simplified borders: arc by arc, so that neighbours share what is left; nodes and the outer border stay.

Vertices are left out as Douglas and Peucker do (1973, doi:10.3138/FM57-6770-U75U-7727), where no border is crossed: a
short cut is taken only if no other vertex of the map lies between it and what it replaces, or on it. Two short cuts
can then not cross, nor a short cut another border (after de Berg, van Kreveld and Schirra 1998,
doi:10.1559/152304098782383007): a vertex would lie on the wrong side. An arc that is not straight keeps its farthest
vertex, so that two arcs between the same nodes never become one line.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.kernels import Int, inner, int64, kernel
from terracite.landcover.shapes.patches import turned
from terracite.landcover.shapes.pools import (
    AT,
    COUNT,
    FINISHED,
    HEAD,
    LEFT,
    NEXT,
    RING,
    TAIL,
    VERTEX,
    VERTICES,
    WHOLE,
    Pools,
    X,
    Y,
)


class Room(NamedTuple):
    """An arc that is looked at: its vertices, those of a ring with the first one again at the end."""

    x: NDArray[np.int32]
    y: NDArray[np.int32]
    stays: NDArray[np.bool_]  #: which vertices are kept
    waiting: NDArray[np.int32]  #: (part, 2): first and last vertex of parts that are not decided


def simplify(pools: Pools, corners: NDArray[np.uint8], cell_m: tuple[float, float], tolerance_m: float) -> None:
    """Simplify the arcs that became whole; ``corners``: bits of all vertices of the map, (row, byte).

    ``cell_m``: width and height of a cell; no border moves by more than ``tolerance_m``.
    """
    whole = pools.arcs[: pools.state[FINISHED], WHOLE]
    if whole.size:
        size = int(pools.arcs[whole, COUNT].max()) + 1
        x, y, waiting = np.empty(size, np.int32), np.empty(size, np.int32), np.empty((size + 2, 2), np.int32)
        _simplify(
            pools,
            Room(x, y, np.empty(size, np.bool_), waiting),
            corners,
            float(cell_m[0]),
            float(cell_m[1]),
            tolerance_m,
        )


@kernel
def _simplify(
    pools: Pools, room: Room, corners: NDArray[np.uint8], width_m: float, height_m: float, tolerance_m: float
) -> None:
    for number in range(pools.state[FINISHED]):
        arc = int64(pools.arcs[number, WHOLE])
        if pools.arcs[arc, LEFT] > 0 and pools.arcs[arc, COUNT] > 2:
            count = _vertices(pools, arc, room)
            _keep(room, count, corners, width_m, height_m, tolerance_m)
            _relinked(pools, arc, room)


@inner
def _vertices(pools: Pools, arc: Int, room: Room) -> Int:
    """The vertices of an arc, into the room, those of a ring from its first one on the map; returns how many."""
    count = int64(pools.arcs[arc, COUNT])
    x, y, vertex, first = room.x, room.y, pools.arcs[arc, HEAD], int64(0)
    for place in range(count):
        x[place], y[place] = pools.vertices[vertex, X], pools.vertices[vertex, Y]
        if y[place] < y[first] or (y[place] == y[first] and x[place] < x[first]):
            first = place
        vertex = pools.vertices[vertex, NEXT]
    if pools.arcs[arc, AT] == RING:
        turned(x, y, int64(0), int64(first), count)
        x[count], y[count] = x[0], y[0]
        count += 1
    return count


@inner
def _keep(
    room: Room, count: Int, corners: NDArray[np.uint8], width_m: float, height_m: float, tolerance_m: float
) -> None:
    """Choose which vertices of an arc stay."""
    x, y, stays, waiting = room.x, room.y, room.stays, room.waiting
    for place in range(count):
        stays[place] = place in (0, count - 1)
    waiting[0, 0], waiting[0, 1] = 0, count - 1
    held, middle = 1, 0
    if x[0] == x[count - 1] and y[0] == y[count - 1]:  # closed: two parts, and each is an arc
        middle, _ = _farthest(x, y, int64(0), count - 1, width_m, height_m)
    while held > 0:
        held -= 1
        first, last = int64(waiting[held, 0]), int64(waiting[held, 1])
        if last - first < 2:
            continue
        farthest, distance = _farthest(x, y, first, last, width_m, height_m)
        is_arc = (first == 0 or first == middle) and (last == middle or last == count - 1)
        if not is_arc and distance <= tolerance_m and _is_safe(
            x, y, first, last, corners, width_m, height_m, tolerance_m
        ):  # fmt: skip
            continue
        stays[farthest] = True
        waiting[held, 0], waiting[held, 1] = first, farthest
        waiting[held + 1, 0], waiting[held + 1, 1] = farthest, last
        held += 2


@inner
def _farthest(
    x: NDArray[np.int32], y: NDArray[np.int32], first: Int, last: Int, width_m: float, height_m: float
) -> tuple[Int, float]:
    """The vertex between two others that is farthest from the line between them, and how far in metres."""
    along, down = (x[last] - x[first]) * width_m, (y[last] - y[first]) * height_m
    square = along * along + down * down
    best, place = -1.0, first + 1
    for between in range(first + 1, last):
        dx, dy = (x[between] - x[first]) * width_m, (y[between] - y[first]) * height_m
        share = (dx * along + dy * down) / square if square > 0 else 0.0
        share = 0.0 if share < 0 else 1.0 if share > 1 else share
        distance = (dx - share * along) ** 2 + (dy - share * down) ** 2
        if distance > best:
            best, place = distance, between
    return place, math.sqrt(best)


@inner
def _is_safe(
    x: NDArray[np.int32], y: NDArray[np.int32], first: Int, last: Int, corners: NDArray[np.uint8], width_m: float,
    height_m: float, tolerance_m: float,
) -> bool:  # fmt: skip
    """Whether no vertex of the map but its own lies between a part of an arc and the short cut, or on that."""
    left, top = int64(x[first]), int64(y[first])
    right, bottom = left, top
    for place in range(first, last + 1):
        left, right = min(left, x[place]), max(right, x[place])
        top, bottom = min(top, y[place]), max(bottom, y[place])
    across, down = x[last] - x[first], y[last] - y[first]
    reach: Any = math.inf
    if down != 0:
        reach = tolerance_m * math.hypot(across * width_m, down * height_m) / (abs(down) * height_m * width_m) + 1
    for row in range(top, bottom + 1):
        begin, end = left, right
        if down != 0:
            middle = x[first] + across * (row - y[first]) / down
            if middle - reach > left:
                begin = int64(middle - reach)
            if middle + reach < right:
                end = int64(middle + reach) + 1
        for col in range(begin, end + 1):
            if corners[row, col >> 3] >> (col & 7) & 1 and _lies_between(x, y, first, last, col, row):
                return False
    return True


@inner
def _lies_between(x: NDArray[np.int32], y: NDArray[np.int32], first: Int, last: Int, col: Int, row: Int) -> bool:
    """Whether a point is enclosed by a part of an arc and its short cut, or on that, and is no vertex of the part."""
    turns = 0
    for place in range(first, last + 1):
        if x[place] == col and y[place] == row:
            return False
        after = place + 1 if place < last else first
        side = int64(x[after] - x[place]) * (row - y[place]) - int64(col - x[place]) * (y[after] - y[place])
        if place == last and side == 0 and (
            min(x[place], x[after]) <= col <= max(x[place], x[after])
            and min(y[place], y[after]) <= row <= max(y[place], y[after])
        ):  # fmt: skip
            return True
        if y[place] <= row < y[after]:
            turns += side > 0
        elif y[after] <= row < y[place]:
            turns -= side < 0
    return turns != 0


@inner
def _relinked(pools: Pools, arc: Int, room: Room) -> None:
    """Give an arc the vertices that stay, and free the places of the others."""
    vertex, kept = pools.arcs[arc, HEAD], 0
    for place in range(pools.arcs[arc, COUNT]):
        if room.stays[place]:
            pools.vertices[vertex, X], pools.vertices[vertex, Y] = room.x[place], room.y[place]
            pools.arcs[arc, TAIL] = vertex
            vertex = pools.vertices[vertex, NEXT]
            kept += 1
    if kept < pools.arcs[arc, COUNT]:
        rest = vertex
        while pools.vertices[vertex, NEXT] >= 0:
            vertex = pools.vertices[vertex, NEXT]
        pools.vertices[vertex, NEXT] = pools.state[VERTEX]
        pools.state[VERTEX] = rest
        pools.state[VERTICES] += pools.arcs[arc, COUNT] - kept
        pools.vertices[pools.arcs[arc, TAIL], NEXT] = -1
        pools.arcs[arc, COUNT] = kept
