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

import numpy as np
from numba import njit
from numpy.typing import NDArray

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


@njit(cache=True)
def simplify(pools: Pools, corners: NDArray[np.uint8], width_m: float, height_m: float, tolerance_m: float) -> None:
    """Simplify the arcs that became whole; ``corners``: bits of all vertices of the map, (row, byte).

    ``width_m`` and ``height_m`` are those of a cell; no border moves by more than ``tolerance_m``.
    """
    for number in range(pools.state[FINISHED]):
        arc = pools.arcs[number, WHOLE]
        if pools.arcs[arc, LEFT] > 0 and pools.arcs[arc, COUNT] > 2:
            x, y = _vertices(pools, arc)
            stays = _kept(x, y, corners, width_m, height_m, tolerance_m)
            _relinked(pools, arc, x, y, stays)
    pools.state[FINISHED] = 0


@njit(cache=True)
def _vertices(pools: Pools, arc: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The vertices of an arc; those of a ring from its first one on the map, which comes again at the end."""
    ring = pools.arcs[arc, AT] == RING
    count = pools.arcs[arc, COUNT]
    x, y = np.empty(count + ring, np.int32), np.empty(count + ring, np.int32)
    vertex, first = pools.arcs[arc, HEAD], 0
    for place in range(count):
        x[place], y[place] = pools.vertices[vertex, X], pools.vertices[vertex, Y]
        if y[place] < y[first] or (y[place] == y[first] and x[place] < x[first]):
            first = place
        vertex = pools.vertices[vertex, NEXT]
    if ring:
        turned(x[:count], first)
        turned(y[:count], first)
        x[count], y[count] = x[0], y[0]
    return x, y


@njit(cache=True)
def _kept(
    x: NDArray[np.int32], y: NDArray[np.int32], corners: NDArray[np.uint8], width_m: float, height_m: float,
    tolerance_m: float,
) -> NDArray[np.bool_]:  # fmt: skip
    """Which vertices of an arc stay."""
    count = x.size
    stays = np.zeros(count, np.bool_)
    stays[0], stays[count - 1] = True, True
    waiting = np.empty((count + 2, 2), np.int32)
    waiting[0, 0], waiting[0, 1] = 0, count - 1
    held, middle = 1, 0
    if x[0] == x[count - 1] and y[0] == y[count - 1]:  # closed: two parts, and each is an arc
        middle, _ = _farthest(x, y, 0, count - 1, width_m, height_m)
    while held > 0:
        held -= 1
        first, last = waiting[held, 0], waiting[held, 1]
        if last - first < 2:
            continue
        farthest, distance = _farthest(x, y, first, last, width_m, height_m)
        is_arc = first in (0, middle) and last in (middle, count - 1)
        if not is_arc and distance <= tolerance_m and _is_safe(
            x, y, first, last, corners, width_m, height_m, tolerance_m
        ):  # fmt: skip
            continue
        stays[farthest] = True
        waiting[held, 0], waiting[held, 1] = first, farthest
        waiting[held + 1, 0], waiting[held + 1, 1] = farthest, last
        held += 2
    return stays


@njit(cache=True)
def _farthest(
    x: NDArray[np.int32], y: NDArray[np.int32], first: int, last: int, width_m: float, height_m: float
) -> tuple[int, float]:
    """The vertex between two others that is farthest from the line between them, and how far in metres."""
    along, down = (x[last] - x[first]) * width_m, (y[last] - y[first]) * height_m
    square = along * along + down * down
    best, place = -1.0, first + 1
    for between in range(first + 1, last):
        dx, dy = (x[between] - x[first]) * width_m, (y[between] - y[first]) * height_m
        share = min(max((dx * along + dy * down) / square, 0.0), 1.0) if square > 0 else 0.0
        distance = (dx - share * along) ** 2 + (dy - share * down) ** 2
        if distance > best:
            best, place = distance, between
    return place, math.sqrt(best)


@njit(cache=True)
def _is_safe(
    x: NDArray[np.int32], y: NDArray[np.int32], first: int, last: int, corners: NDArray[np.uint8], width_m: float,
    height_m: float, tolerance_m: float,
) -> bool:  # fmt: skip
    """Whether no vertex of the map but its own lies between a part of an arc and the short cut, or on that."""
    left, right, top, bottom = x[first], x[first], y[first], y[first]
    for place in range(first, last + 1):
        left, right = min(left, x[place]), max(right, x[place])
        top, bottom = min(top, y[place]), max(bottom, y[place])
    across, down = x[last] - x[first], y[last] - y[first]
    reach = math.inf
    if down != 0:
        reach = tolerance_m * math.hypot(across * width_m, down * height_m) / (abs(down) * height_m * width_m) + 1
    for row in range(top, bottom + 1):
        begin, end = left, right
        if down != 0:
            middle = x[first] + across * (row - y[first]) / down
            begin = max(left, int(max(math.floor(middle - reach), -1.0)))
            end = min(right, int(min(math.ceil(middle + reach), 2.0e9)))
        for col in range(begin, end + 1):
            if corners[row, col >> 3] >> (col & 7) & 1 and _lies_between(x, y, first, last, col, row):
                return False
    return True


@njit(cache=True)
def _lies_between(x: NDArray[np.int32], y: NDArray[np.int32], first: int, last: int, col: int, row: int) -> bool:
    """Whether a point is enclosed by a part of an arc and its short cut, or on that, and is no vertex of the part."""
    turns = 0
    for place in range(first, last + 1):
        if x[place] == col and y[place] == row:
            return False
        after = place + 1 if place < last else first
        side = np.int64(x[after] - x[place]) * (row - y[place]) - np.int64(col - x[place]) * (y[after] - y[place])
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


@njit(cache=True)
def _relinked(pools: Pools, arc: int, x: NDArray[np.int32], y: NDArray[np.int32], stays: NDArray[np.bool_]) -> None:
    """Give an arc the vertices that stay, and free the places of the others."""
    wanted = pools.arcs[arc, COUNT] if pools.arcs[arc, AT] == RING else stays.size
    vertex, kept = pools.arcs[arc, HEAD], 0
    for place in range(wanted):
        if stays[place]:
            pools.vertices[vertex, X], pools.vertices[vertex, Y] = x[place], y[place]
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
