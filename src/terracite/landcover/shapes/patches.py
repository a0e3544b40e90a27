# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches: neighbouring cells of one class, found and merged by union-find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.kernels import Int, inner, int32, int64, kernel


@inner
def find(parent: NDArray[np.int32], label: Int) -> Int:
    """The root of ``label``; the way there is made shorter."""
    while parent[label] != label:
        parent[label] = parent[parent[label]]
        label = parent[label]
    return label


@kernel
def label_cells(  # noqa: C901 - compiled: one pass over cells
    codes: NDArray[np.uint8], corners: bool, labels: NDArray[np.int32], parent: NDArray[np.int32]
) -> int:
    """Number the patches of ``codes`` (y, x) into ``labels``, from 1 in the order of their first cells; 0 = unmapped.

    ``corners``: whether cells that touch at a corner are neighbours; ``parent`` (cells + 1,): room. Returns how many
    there are.
    """
    rows, cols = codes.shape
    count = 0
    for row in range(rows):
        for col in range(cols):
            code, label = codes[row, col], int32(0)
            if code == 0:
                labels[row, col] = 0
                continue
            if col > 0 and codes[row, col - 1] == code:
                label = labels[row, col - 1]
            if row > 0:
                first = col - 1 if corners and col > 0 else col
                last = col + 2 if corners and col + 1 < cols else col + 1
                for x in range(first, last):
                    if codes[row - 1, x] == code:
                        other = labels[row - 1, x]
                        if label == 0:
                            label = other
                        elif label != other:
                            one, two = find(parent, label), find(parent, other)
                            if one > two:
                                one, two = two, one
                            parent[two] = label = one
            if label == 0:
                count += 1
                parent[count] = label = int32(count)
            labels[row, col] = label
    return _numbered(labels, parent, int64(count))


@inner
def _numbered(labels: NDArray[np.int32], parent: NDArray[np.int32], count: Int) -> int:
    kept = 0
    for label in range(1, count + 1):  # a root comes before what it is the root of
        if parent[label] == label:
            kept += 1
            parent[label] = -kept
        else:
            root = parent[label]
            parent[label] = parent[root] if parent[root] < 0 else root
    rows, cols = labels.shape
    for row in range(rows):
        for col in range(cols):
            if labels[row, col] > 0:
                labels[row, col] = -parent[labels[row, col]]
    return kept


@inner
def in_order(keys: NDArray[np.int64], values: NDArray[np.int32], count: int) -> None:
    """Sort the first ``count`` keys and the values with them, in place (Shell 1959, doi:10.1145/368370.368387).

    Nearly sorted ones take one pass; numpy's sort takes ten seconds to compile.
    """
    gap = 1
    while gap * 3 + 1 < count:
        gap = gap * 3 + 1
    while gap > 0:
        for place in range(gap, count):
            key, value, at = keys[place], values[place], place
            while at >= gap and keys[at - gap] > key:
                keys[at], values[at] = keys[at - gap], values[at - gap]
                at -= gap
            keys[at], values[at] = key, value
        gap //= 3


@inner
def turned(x: NDArray[np.int32], y: NDArray[np.int32], begin: Int, first: Int, end: Int) -> None:
    """Turn a part of two lists in place so that what is at ``first`` comes first: three lists put backwards."""
    low, high, turn = begin, first - 1, 0
    while turn < 3:
        while low < high:
            x[low], x[high] = x[high], x[low]
            y[low], y[high] = y[high], y[low]
            low, high = low + 1, high - 1
        turn += 1
        low, high = first if turn == 1 else begin, end - 1
