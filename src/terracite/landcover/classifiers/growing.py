# SPDX-License-Identifier: AGPL-3.0-or-later
"""Grow the trees of a random forest (Breiman 2001), compiled; the same on any number of cores.

Each feature is told by at most 256 steps between its values, as in gradient boosting: a column of steps is a byte a
sample and stays in the cache. The samples of a node are put in order of their steps by counting, and the best cut is
found in one pass that keeps the sums of squares of the Gini index up to date, whatever the number of classes. With 256
different values or fewer the cuts are those of a search of all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Settings, Training
from terracite.landcover.classifiers.trees import Tree

STEPS = 256
_FEW = 24  #: samples that are put in order by insertion; counting has a price of its own
_BITS, _STEP = np.uint32(7), np.uint32(23)  #: a sample in 32 bits: its step above its class above its weight
_WEIGHT, _CLASS = np.uint32(127), np.uint32(0xFFFF)


@dataclass(frozen=True, slots=True)
class Grown:
    """One tree, the share of each class in its leaves, and how much each feature made the classes purer."""

    tree: Tree
    shares: NDArray[np.float64]  #: (leaves, classes)
    gains: NDArray[np.float64]  #: (features,)


def grow(data: Training, settings: Settings) -> Iterator[Grown]:
    """The trees, one after another; weights are not looked at."""
    steps, cuts = _steps(data.values)
    positions = data.positions.astype(np.uint32)
    tried = max(1, int(np.sqrt(data.values.shape[1])))
    limits = np.array([settings.depth, settings.min_leaf, tried, data.classes.size], np.int64)

    def one(number: int) -> Grown:
        seed = np.random.SeedSequence([settings.seed, number]).generate_state(1, np.uint64)[0]
        return _grown(*_grow(steps, cuts, positions, limits, seed))

    with ThreadPoolExecutor(os.cpu_count()) as workers:
        yield from workers.map(one, range(settings.trees))


def _steps(values: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(features, samples): how many cuts are below each value; (features, 255): the cuts, then infinity."""
    samples, features = values.shape
    steps = np.empty((features, samples), np.uint8)
    cuts = np.full((features, STEPS - 1), np.inf, np.float32)

    def one(feature: int) -> None:
        column = np.ascontiguousarray(values[:, feature])
        known = np.unique(column)
        if known.size > STEPS:
            known = np.unique(np.sort(column)[np.linspace(0, samples - 1, STEPS).round().astype(np.intp)])
        between = (known[:-1].astype(np.float64) + known[1:]) / 2
        found = np.minimum(between.astype(np.float32), np.nextafter(known[1:], np.float32(-np.inf)))
        cuts[feature, : found.size] = np.maximum(found, known[:-1])
        steps[feature] = np.searchsorted(cuts[feature, : found.size], column, side="left")

    with ThreadPoolExecutor(os.cpu_count()) as workers:
        list(workers.map(one, range(features)))
    return steps, cuts


def _grown(
    left: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float32],
    samples: NDArray[np.int32],
    counts: NDArray[np.int32],
    gains: NDArray[np.float64],
) -> Grown:
    leaf = left < 0
    tree = Tree(
        left=left.astype(np.int64),
        right=np.where(leaf, -1, left + 1).astype(np.int64),
        feature=feature.astype(np.int64),
        threshold=threshold.astype(np.float64),
        samples=samples.astype(np.float64),
        leaf=(np.cumsum(leaf) - 1).astype(np.int64),
    )
    total = gains.sum()
    shares = counts / counts.sum(axis=1, keepdims=True)
    return Grown(tree, shares, gains / total if total > 0 else gains)


@njit(cache=True, nogil=True)
def _next(state):  # type: ignore[no-untyped-def] # pragma: no cover
    """The next of a series of 64 random bits (Marsaglia's xorshift*)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return (x * np.uint64(2685821657736338717)) >> np.uint64(33)


@njit(cache=True, nogil=True, error_model="numpy")
def _grow(steps, cuts, positions, limits, seed):  # type: ignore[no-untyped-def] # pragma: no cover
    """One tree on as many samples as there are, drawn with replacement; one drawn twice is kept once, with weight 2."""
    deepest, least, tried, classes = limits
    features = steps.shape[0]
    state = np.array([seed | np.uint64(1)])
    rows, codes = _drawn(positions, state)
    samples = rows.size
    most = 2 * (samples // least) + 1
    left, feature = np.full(most, -1, np.int32), np.zeros(most, np.int32)
    threshold, size = np.zeros(most, np.float32), np.zeros(most, np.int32)
    counts, gains = np.empty((samples // least + 1, classes), np.int32), np.zeros(features)
    first, depth = np.zeros(most, np.int32), np.zeros(most, np.int32)
    order, here, below = np.arange(features), np.empty(classes, np.int64), np.empty(classes, np.int64)
    spare = np.empty((2, samples), np.uint32)
    ends = np.empty(STEPS + 1, np.uint32)
    size[0], used, leaves = samples, 1, 0
    node = 0
    while node < used:  # nodes are handled in the order of their numbers, and so are leaves
        start, count = first[node], size[node]
        own, told = rows[start : start + count], codes[start : start + count]
        here[:] = 0
        for code in told:
            here[code >> _BITS] += np.int64(code & _WEIGHT)
        best, where, gain = -1, 0, 0.0
        if count >= 2 * least and depth[node] < deepest and here.max() < here.sum():
            best, where, gain = _split(steps, own, told, here, below, least, tried, order, spare, ends, state)
        if best < 0:
            for c in range(classes):
                counts[leaves, c] = here[c]
            leaves += 1
        else:
            gains[best] += gain
            lower = _part(steps[best], own, told, where, spare)
            left[node], feature[node], threshold[node] = used, best, cuts[best, where]
            first[used], size[used], depth[used] = start, lower, depth[node] + 1
            first[used + 1], size[used + 1], depth[used + 1] = start + lower, count - lower, depth[node] + 1
            used += 2
        node += 1
    return left[:used], feature[:used], threshold[:used], size[:used], counts[:leaves], gains


@njit(cache=True, nogil=True)
def _drawn(positions, state):  # type: ignore[no-untyped-def] # pragma: no cover
    """The samples of a tree, and the class and weight of each in one number."""
    weights = np.zeros(positions.size, np.uint32)
    for _ in range(positions.size):
        drawn = _next(state) % np.uint64(positions.size)
        weights[drawn] = min(weights[drawn] + np.uint32(1), _WEIGHT)
    rows = np.flatnonzero(weights).astype(np.uint32)
    codes = np.empty(rows.size, np.uint32)
    for i in range(rows.size):
        codes[i] = np.uint32(positions[rows[i]]) << _BITS | weights[rows[i]]
    return rows, codes


@njit(cache=True, nogil=True)
def _part(column, rows, codes, where, spare):  # type: ignore[no-untyped-def] # pragma: no cover
    """Put the samples whose step is not above ``where`` first, in the order they have; returns how many they are."""
    lower, upper = 0, 0
    for i in range(rows.size):
        row, code = rows[i], codes[i]
        if column[row] <= where:
            rows[lower], codes[lower] = row, code
            lower += 1
        else:
            spare[0, upper], spare[1, upper] = row, code
            upper += 1
    for i in range(upper):
        rows[lower + i], codes[lower + i] = spare[0, i], spare[1, i]
    return lower


@njit(cache=True, nogil=True, error_model="numpy")
def _split(steps, rows, codes, here, below, least, tried, order, spare, ends, state):  # type: ignore[no-untyped-def] # pragma: no cover
    """(feature, step, gain) of the best cut among some features drawn at random; feature -1 where none parts them.

    Features that are the same everywhere in the node do not count among those tried.
    """
    squares = np.int64(0)
    for number in here:
        squares += number * number
    whole = squares / here.sum()
    best, where, most = -1, 0, whole * (1 + 1e-12)
    seen, looked, count = 0, 0, rows.size
    keys, in_order = spare[0], spare[1]
    while looked < order.size and seen < tried:
        pick = looked + np.int64(_next(state) % np.uint64(order.size - looked))
        order[looked], order[pick] = order[pick], order[looked]
        chosen = order[looked]
        looked += 1
        column = steps[chosen]
        lowest, highest = np.uint32(255), np.uint32(0)
        for i in range(count):
            step = np.uint32(column[rows[i]])
            keys[i] = step << _STEP | codes[i]
            lowest, highest = min(lowest, step), max(highest, step)
        if lowest == highest:
            continue
        seen += 1
        _put_in_order(keys, in_order, count, lowest, highest, ends)
        score, step = _best_cut(in_order, count, here, below, squares, least)
        if score > most:
            best, where, most = chosen, step, score
    return best, where, most - whole


@njit(cache=True, nogil=True)
def _put_in_order(keys, result, count, lowest, highest, ends):  # type: ignore[no-untyped-def] # pragma: no cover
    """The keys in order of their steps, which lie between ``lowest`` and ``highest``."""
    if count <= _FEW:
        for i in range(count):
            key, place = keys[i], i
            while place > 0 and result[place - 1] > key:
                result[place] = result[place - 1]
                place -= 1
            result[place] = key
        return
    ends[lowest : highest + 2] = 0
    for i in range(count):
        ends[(keys[i] >> _STEP) + np.uint32(1)] += np.uint32(1)
    total = np.uint32(0)
    for step in range(lowest, highest + 1):
        total += ends[step]
        ends[step] = total
    for i in range(count):
        step = keys[i] >> _STEP
        result[ends[step]] = keys[i]
        ends[step] += np.uint32(1)


@njit(cache=True, nogil=True, error_model="numpy")
def _best_cut(keys, count, here, below, squares, least):  # type: ignore[no-untyped-def] # pragma: no cover
    """(score, step) of the best cut of samples in order. The score: sum of squares over weight, of both sides."""
    below[:] = 0
    low, high, weight, whole = np.int64(0), squares, np.int64(0), here.sum()
    most, where = -1.0, np.int64(-1)
    for i in range(count - least):
        code = keys[i]
        c, own = (code >> _BITS) & _CLASS, np.int64(code & _WEIGHT)
        held = below[c]
        low += own * (2 * held + own)
        high -= own * (2 * (here[c] - held) - own)
        below[c] = held + own
        weight += own
        if i + 1 >= least and code >> _STEP != keys[i + 1] >> _STEP:
            score = low / weight + high / (whole - weight)
            if score > most:
                most, where = score, np.int64(code >> _STEP)
    return most, where
