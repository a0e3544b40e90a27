# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of every fine cell lies in which coarse cell: exact areas of polygons cut by lines.

Cells are quadrilaterals in a plane where areas are right up to one factor; coarse borders are lines of equal x or y
there. A cell in one coarse cell is added whole; one that borders cut is cut by them, side by side (Sutherland and
Hodgman 1974, doi:10.1145/360767.360802), and its shares are those of its area: they sum to 1.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MOST = 12  #: corners of a quadrilateral that four lines have cut: 8


def add(
    x: Floats,
    y: Floats,
    places: NDArray[np.int16],
    shares: NDArray[np.float32],
    weights: Floats,
    edges: tuple[Floats, Floats],
    window: tuple[int, int],
    total: Floats,
    covered: Floats,
) -> None:
    """Add the cells of a block to the coarse cells of a window.

    ``x`` and ``y``: (rows + 1, columns + 1), corners of the cells. ``places``: (rows, columns), the band of each cell;
    -1 = ``shares`` (band, rows, columns) says how much of it goes to each. ``weights``: (rows,), what one cell counts.
    ``edges``: borders of the coarse columns and rows, rising. ``window``: first coarse row and column of ``total``
    (band, y, x), to which weights are added, and of ``covered`` (y, x), to which areas are, in units of x times y.
    """
    _add(x, y, places, shares, weights, edges[0], edges[1], window[0], window[1], total, covered)


@njit(cache=True, nogil=True)
def _add(x, y, places, shares, weights, xe, ye, top, left, total, covered):  # type: ignore[no-untyped-def] # pragma: no cover
    height, width = places.shape
    qx, qy = np.empty(4), np.empty(4)
    scratch = np.empty((4, _MOST))
    col = row = 0
    for r in range(height):
        for c in range(width):
            qx[0], qx[1], qx[2], qx[3] = x[r, c], x[r, c + 1], x[r + 1, c + 1], x[r + 1, c]
            qy[0], qy[1], qy[2], qy[3] = y[r, c], y[r, c + 1], y[r + 1, c + 1], y[r + 1, c]
            west, east = min(min(qx[0], qx[1]), min(qx[2], qx[3])), max(max(qx[0], qx[1]), max(qx[2], qx[3]))
            low, high = min(min(qy[0], qy[1]), min(qy[2], qy[3])), max(max(qy[0], qy[1]), max(qy[2], qy[3]))
            col, row = _find(xe, west, col), _find(ye, low, row)
            last_col, last_row = _last(xe, east, col), _last(ye, high, row)
            whole = _area(qx, qy, 4)
            if whole == 0.0:
                continue
            one = col == last_col and row == last_row
            for j in range(max(row, 0), min(last_row, ye.size - 2) + 1):
                for i in range(max(col, 0), min(last_col, xe.size - 2) + 1):
                    at, to = j - top, i - left
                    if at < 0 or to < 0 or at >= covered.shape[0] or to >= covered.shape[1]:
                        continue
                    part = whole if one else _inside(qx, qy, xe[i], xe[i + 1], ye[j], ye[j + 1], scratch)
                    if part <= 0.0:
                        continue
                    covered[at, to] += part
                    own = weights[r] * (part / whole)
                    if places[r, c] >= 0:
                        total[places[r, c], at, to] += own
                    else:
                        for band in range(shares.shape[0]):
                            total[band, at, to] += own * shares[band, r, c]


@njit(cache=True, nogil=True)
def _find(edges, value, near):  # type: ignore[no-untyped-def] # pragma: no cover
    """The interval that holds a value (its lower edge belongs to it): -1 below all; looked for near the last one."""
    for place in (near, near + 1):
        if 0 <= place < edges.size - 1 and edges[place] <= value < edges[place + 1]:
            return place
    return np.searchsorted(edges, value, side="right") - 1


@njit(cache=True, nogil=True)
def _last(edges, value, first):  # type: ignore[no-untyped-def] # pragma: no cover
    """The last interval that a cell reaches; a cell that ends on a border does not reach over it."""
    if 0 <= first < edges.size - 1 and edges[first] <= value <= edges[first + 1]:
        return first
    found = _find(edges, value, first)
    if found > first and 0 <= found < edges.size and value == edges[found]:
        return found - 1
    return found


@njit(cache=True, nogil=True)
def _area(px, py, count):  # type: ignore[no-untyped-def] # pragma: no cover
    """The area of a polygon, from coordinates near its first corner."""
    total = 0.0
    for k in range(1, count - 1):
        ax, ay = px[k] - px[0], py[k] - py[0]
        bx, by = px[k + 1] - px[0], py[k + 1] - py[0]
        total += ax * by - ay * bx
    return abs(total) / 2


@njit(cache=True, nogil=True)
def _inside(qx, qy, west, east, low, high, scratch):  # type: ignore[no-untyped-def] # pragma: no cover
    """The area of what lies between four lines; coordinates are taken from the first corner of the cell."""
    ox, oy = qx[0], qy[0]
    for k in range(4):
        scratch[0, k], scratch[1, k] = qx[k] - ox, qy[k] - oy
    count = _cut(scratch[0], scratch[1], 4, west - ox, 1.0, scratch[2], scratch[3])
    count = _cut(scratch[2], scratch[3], count, east - ox, -1.0, scratch[0], scratch[1])
    count = _cut(scratch[1], scratch[0], count, low - oy, 1.0, scratch[3], scratch[2])
    count = _cut(scratch[3], scratch[2], count, high - oy, -1.0, scratch[1], scratch[0])
    return _area(scratch[0], scratch[1], count) if count > 2 else 0.0


@njit(cache=True, nogil=True)
def _cut(px, py, count, line, side, rx, ry):  # type: ignore[no-untyped-def] # pragma: no cover
    """Keep of a polygon what lies beyond x = ``line`` (``side`` 1) or before it (-1); the number of its corners."""
    kept = 0
    for k in range(count):
        n = k + 1 if k + 1 < count else 0
        here, there = side * (px[k] - line), side * (px[n] - line)
        if here >= 0:
            rx[kept], ry[kept] = px[k], py[k]
            kept += 1
        if (here < 0 < there) or (there < 0 < here):
            rx[kept], ry[kept] = line, py[k] + (py[n] - py[k]) * (here / (here - there))
            kept += 1
    return kept
