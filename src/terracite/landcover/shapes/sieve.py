# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sieve: patches below a minimum go to the class that they share the longest border with.

The smallest patch goes first (of equal ones, the one whose first cell comes first, row by row); with its new class it
becomes one with its neighbours of that class, and so on until every patch has the minimum, or has no neighbour at all.
Of classes with borders of one length, the patch's place draws one, so that no code is favoured.

What becomes of a patch depends on the patches it touches that come before it, and on nothing else. So a window that
moves down the map gives the very cells that the whole map would: a patch waits while it, or one before it that it
touches, may still grow below; rows without a waiting patch are done, and leave the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.kernels import Int, inner, int64, kernel
from terracite.landcover.shapes.patches import find, in_order, label_cells


class Patches(NamedTuple):
    """The patches of a window, by label; label 0 is what is not mapped."""

    labels: NDArray[np.int32]  #: (y, x)
    parent: NDArray[np.int32]  #: the patch that a patch became part of; itself where it stands
    sizes: NDArray[np.int32]  #: cells
    firsts: NDArray[np.int64]  #: the first cell on the whole map, row by row
    classes: NDArray[np.uint8]
    heads: NDArray[np.int32]  #: first and last cell of the list of its cells
    tails: NDArray[np.int32]
    following: NDArray[np.int32]  #: of each cell of the window, the next one of its patch; -1 = none
    stays: NDArray[np.bool_]  #: large enough, or never removed, or without neighbour
    opened: NDArray[np.bool_]  #: may go on below the window
    waits: NDArray[np.bool_]


class Queue(NamedTuple):
    """Room for the patches whose turn comes, with nothing in it."""

    latest: NDArray[np.int32]  #: (minimum + 1,): of the patches of each size, the latest entry; -1 = none
    entries: NDArray[np.int32]  #: (twice the patches, 2): a patch, and the entry of its size before; -1 = none
    turn: NDArray[np.int64]  #: (patches,)
    who: NDArray[np.int32]  #: (patches,)
    borders: NDArray[np.int64]  #: (256,): zeros
    touched: NDArray[np.int64]  #: (256,)


def sieved(
    strips: Iterable[NDArray[np.uint8]], height: int, minimum: int, keep: NDArray[np.bool_], corners: bool = False
) -> Iterator[NDArray[np.uint8]]:
    """The rows of a map, sieved, in strips (rows, x) of any height.

    ``strips``: the map's rows in strips (rows, x) of codes, 0 = not mapped; ``height``: rows of the map; ``minimum``:
    cells of the smallest patch that stays; ``keep`` (256,): classes whose patches always stay; ``corners``: whether
    cells that touch at a corner are of one patch. Memory: a strip, and the rows that wait.
    """
    codes: NDArray[np.uint8] | None = None
    large: NDArray[np.bool_] = np.zeros((0, 0), np.bool_)
    top = read = context = 0  # first row of the window, rows read, rows at its head that have left it
    for strip in strips:
        read += len(strip)
        fresh = np.zeros(strip.shape, np.bool_)
        codes = strip.copy() if codes is None else np.concatenate([codes, strip])
        large = np.concatenate([large, fresh]) if large.size else fresh
        done = _settle(codes, large, top, minimum, keep, corners, read == height)
        if done > context:
            yield codes[context:done].copy()
            start = max(done - 1, 0)  # one row more: the neighbours of those that wait
            codes, large, top, context = codes[start:].copy(), large[start:].copy(), top + start, done - start


def _settle(
    codes: NDArray[np.uint8], large: NDArray[np.bool_], top: int, minimum: int, keep: NDArray[np.bool_], corners: bool,
    last: bool,
) -> int:  # fmt: skip
    """Sieve a window in place as far as it can be; returns how many of its rows are done."""
    labels = np.empty(codes.shape, np.int32)
    count = label_cells(codes, corners, labels, np.empty(codes.size + 1, np.int32))
    size = count + 1
    patches = Patches(
        labels, np.arange(size, dtype=np.int32), np.zeros(size, np.int32), np.zeros(size, np.int64),
        np.zeros(size, np.uint8), np.full(size, -1, np.int32), np.full(size, -1, np.int32),
        np.full(codes.size, -1, np.int32), np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.bool_),
    )  # fmt: skip
    _gather(patches, codes, large, top, minimum, keep, last)
    queue = Queue(
        np.full(minimum + 1, -1, np.int32), np.empty((2 * size, 2), np.int32), np.empty(size, np.int64),
        np.empty(size, np.int32), np.zeros(256, np.int64), np.empty(256, np.int64),
    )  # fmt: skip
    _merge(patches, queue, minimum, corners)
    done: int = _written(patches, codes, large)
    return done


@kernel
def _gather(
    patches: Patches, codes: NDArray[np.uint8], large: NDArray[np.bool_], top: int, minimum: int,
    keep: NDArray[np.bool_], last: bool,
) -> None:  # fmt: skip
    """What is known of each patch before any is merged."""
    rows, cols = codes.shape
    for row in range(rows):
        for col in range(cols):
            label, cell = patches.labels[row, col], row * cols + col
            if label == 0:
                continue
            if patches.heads[label] < 0:
                patches.heads[label] = cell
                patches.classes[label] = codes[row, col]
                patches.firsts[label] = top * cols + cell
                patches.stays[label] = keep[codes[row, col]]
            else:
                patches.following[patches.tails[label]] = cell
            patches.tails[label] = cell
            patches.sizes[label] += 1
            patches.stays[label] |= large[row, col] or patches.sizes[label] >= minimum
            patches.opened[label] |= not last and row == rows - 1


@kernel
def _merge(  # noqa: C901 - compiled: a queue for each size
    patches: Patches, queue: Queue, minimum: int, corners: bool
) -> None:
    """Merge every patch that need not wait, the smallest first."""
    latest, entries, turn, who = queue.latest, queue.entries, queue.turn, queue.who
    queued = 0
    for label in range(patches.sizes.size - 1, 0, -1):
        if not patches.stays[label]:
            size = patches.sizes[label]
            entries[queued, 0], entries[queued, 1] = label, latest[size]
            latest[size] = queued
            queued += 1
    for least in range(1, minimum):
        members, entry = 0, latest[least]
        while entry >= 0:
            label, entry = int64(entries[entry, 0]), entries[entry, 1]
            if patches.parent[label] == label and patches.sizes[label] == least and not patches.stays[label]:
                turn[members], who[members] = patches.firsts[label], label
                members += 1
        in_order(turn, who, members)
        for number in range(members):
            label = int64(who[number])
            if patches.parent[label] != label or patches.sizes[label] != least or patches.stays[label]:
                continue
            code = _class_around(patches, label, corners, queue)
            if code < 0:
                patches.waits[label] = True
            elif code == 0:  # an island: nothing to go to
                patches.stays[label] = True
            else:
                root = _joined(patches, label, code, corners)
                size = patches.sizes[root]
                if size >= minimum:
                    patches.stays[root] = True
                elif not patches.stays[root]:
                    entries[queued, 0], entries[queued, 1] = root, latest[size]
                    latest[size] = queued
                    queued += 1


@inner
def _class_around(patches: Patches, label: int, corners: bool, queue: Queue) -> int:
    """The class that a patch goes to; 0 = it has no neighbour, -1 = it has to wait."""
    rows, cols = patches.labels.shape
    borders, touched = queue.borders, queue.touched
    waits, kinds = patches.opened[label], int64(0)
    cell = patches.heads[label]
    while cell >= 0 and not waits:
        for step in range(9):
            dy, dx = step // 3 - 1, step % 3 - 1
            y, x = cell // cols + dy, cell % cols + dx
            straight = (dy == 0) != (dx == 0)
            if not (straight or corners) or y < 0 or x < 0 or y >= rows or x >= cols:
                continue
            other = int64(find(patches.parent, patches.labels[y, x]))
            if other == 0 or other == label:
                continue
            waits |= patches.waits[other]
            if straight:
                code = patches.classes[other]
                if borders[code] == 0:
                    touched[kinds] = code
                    kinds += 1
                borders[code] += 1
        cell = patches.following[cell]
    found = 0 if waits else _drawn(borders, touched, kinds, patches.firsts[label])
    for kind in range(kinds):
        borders[touched[kind]] = 0
    return -1 if waits else found


@inner
def _drawn(borders: NDArray[np.int64], codes: NDArray[np.int64], kinds: Int, place: int) -> int:
    """The class of the longest border; of several, the one that the place of the patch draws; 0 = none."""
    longest, ways = 0, 0
    for kind in range(kinds):
        code = codes[kind]
        if borders[code] > longest:
            longest, ways = borders[code], 1
        elif borders[code] == longest:
            ways += 1
    if ways == 0:
        return 0
    rank = ((place * 2654435761) >> 7) % ways
    for code in range(256):
        if borders[code] == longest:
            if rank == 0:
                return int(code)
            rank -= 1
    return 0


@inner
def _joined(patches: Patches, label: int, code: int, corners: bool) -> int:
    """Make a patch one with its neighbours of class ``code``; returns what it is called now."""
    rows, cols = patches.labels.shape
    root, cell = label, patches.heads[label]
    while cell >= 0:
        for step in range(9):
            dy, dx = step // 3 - 1, step % 3 - 1
            y, x = cell // cols + dy, cell % cols + dx
            if (dy != 0 and dx != 0 and not corners) or y < 0 or x < 0 or y >= rows or x >= cols:
                continue
            other = int64(find(patches.parent, patches.labels[y, x]))
            if other == 0 or other == root or patches.classes[other] != code:
                continue
            patches.stays[other] |= patches.stays[root]
            patches.opened[other] |= patches.opened[root]
            patches.sizes[other] += patches.sizes[root]
            if patches.firsts[root] < patches.firsts[other]:
                patches.firsts[other] = patches.firsts[root]
            patches.following[patches.tails[other]] = patches.heads[root]
            patches.tails[other] = patches.tails[root]
            patches.parent[root] = other
            root = other
        cell = patches.following[cell]
    patches.classes[root] = code
    return root


@kernel
def _written(patches: Patches, codes: NDArray[np.uint8], large: NDArray[np.bool_]) -> int:
    """Write what became of each cell; returns how many rows, from the first on, are done."""
    rows, cols = codes.shape
    done = rows
    for row in range(rows):
        for col in range(cols):
            root = find(patches.parent, patches.labels[row, col])
            codes[row, col], large[row, col] = patches.classes[root], patches.stays[root]
            if root > 0 and not patches.stays[root]:
                done = row if row < done else done
    return int(done)
