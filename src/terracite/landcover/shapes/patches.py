# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches: neighbouring cells of one class, found and merged by union-find."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def find(parent: NDArray[np.int32], label: int) -> int:
    """The root of ``label``; the way there is made shorter."""
    while parent[label] != label:
        parent[label] = parent[parent[label]]
        label = parent[label]
    return label


@njit(cache=True)
def label_cells(  # noqa: C901 - compiled: one pass over cells
    codes: NDArray[np.uint8], corners: bool, labels: NDArray[np.int32]
) -> int:
    """Number the patches of ``codes`` (y, x) into ``labels``, from 1 in the order of their first cells; 0 = unmapped.

    ``corners``: whether cells that touch at a corner are neighbours. Returns how many there are.
    """
    rows, cols = codes.shape
    parent = np.zeros(codes.size + 1, np.int32)
    count = 0
    for row in range(rows):
        for col in range(cols):
            code, label = codes[row, col], 0
            if code == 0:
                labels[row, col] = 0
                continue
            if col > 0 and codes[row, col - 1] == code:
                label = labels[row, col - 1]
            if row > 0:
                first = max(col - 1, 0) if corners else col
                last = min(col + 2, cols) if corners else col + 1
                for x in range(first, last):
                    if codes[row - 1, x] == code:
                        other = labels[row - 1, x]
                        if label == 0:
                            label = other
                        elif label != other:
                            one, two = find(parent, label), find(parent, other)
                            parent[max(one, two)] = min(one, two)
                            label = min(one, two)
            if label == 0:
                count += 1
                parent[count] = count
                label = count
            labels[row, col] = label
    return _numbered(labels, parent, count)


@njit(cache=True)
def _numbered(labels: NDArray[np.int32], parent: NDArray[np.int32], count: int) -> int:
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


@njit(cache=True)
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


@njit(cache=True)
def turned(values: NDArray[np.int32], first: int) -> None:
    """Turn a list in place so that the value at ``first`` comes first: three lists put backwards."""
    for begin, end in ((0, first), (first, values.size), (0, values.size)):
        low, high = begin, end - 1
        while low < high:
            values[low], values[high] = values[high], values[low]
            low, high = low + 1, high - 1
