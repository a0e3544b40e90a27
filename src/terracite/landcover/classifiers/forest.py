# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forests: grown here or by scikit-learn, packed into arrays, and walked by compiled code with the same labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from terracite.errors import ModelError
from terracite.landcover.classifiers.contract import Arrays, Settings, Training, predict
from terracite.landcover.classifiers.growing import grow
from terracite.landcover.classifiers.trees import (
    CHUNK,
    FLIGHT,
    MOST_LEAVES,
    Tree,
    Trees,
    climb,
    grown,
    pack,
    transposed,
    walkable,
)

_LAST = np.uint32(1)  #: marks the last part of a leaf


@dataclass(frozen=True, slots=True)
class Forest:
    """A trained forest; a cell's share of a class is the mean over the trees.

    A leaf is where its first part stands in ``parts``. A part is one class that has samples there: from the lowest bit
    up, whether it is the leaf's last part; the position of the class, in `bits` bits; and the row of ``shares`` with
    the share of that class. Equal leaves are kept once, those that most samples came to first. So the leaves of a
    forest fit into the caches of the processor, which whole rows of shares do not.
    """

    trees: Trees
    parts: NDArray[np.uint32]
    shares: NDArray[np.float64]  #: every different share
    classes: NDArray[np.int64]
    importance: NDArray[np.float64]

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean share of each class over the trees, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.empty((values.shape[1], self.classes.size), np.float32)
        t = self.trees
        own = walkable(values)
        flat, bits = t.flat, _bits(self.classes.size)
        _vote(own, flat, flat.view(np.float32), t.roots, t.depths, t.shift, self.parts, self.shares, bits, result)
        return result

    def predict(self, values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The label with most votes, and its share of the votes (0-1); ``values``: (features, cells)."""
        return predict(self, values)

    def arrays(self) -> Arrays:
        own: Arrays = {
            "parts": self.parts,
            "shares": self.shares,
            "classes": self.classes,
            "importance": self.importance,
        }
        return {**self.trees.arrays(), **own}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Forest:
        parts, shares = np.asarray(arrays["parts"], np.uint32), np.asarray(arrays["shares"], np.float64)
        classes, importance = np.asarray(arrays["classes"], np.int64), np.asarray(arrays["importance"], np.float64)
        if not all(array.ndim == 1 and array.size for array in (parts, shares, classes, importance)):
            raise ValueError("its leaves are missing")
        bits = _bits(classes.size)
        known = ((parts >> 1 & (1 << bits) - 1) < classes.size) & (parts >> (1 + bits) < shares.size)
        if not (known.all() and parts[-1] & _LAST):
            raise ValueError("its leaves have other classes than it says")
        return cls(Trees.from_arrays(arrays, importance.size, parts.size), parts, shares, classes, importance)


def _bits(classes: int) -> int:
    """How many bits tell the classes apart."""
    return max(1, int(classes - 1).bit_length())


def random_forest(data: Training, settings: Settings) -> Forest:
    """A random forest (Breiman 2001); scikit-learn's where samples have weights of their own."""
    if not data.even:
        from sklearn.ensemble import RandomForestClassifier

        return _trained(RandomForestClassifier, data, settings)
    trees, shares, gains, first = [], [], np.zeros(data.values.shape[1]), 0
    for found in grow(data, settings):
        trees.append(replace(found.tree, leaf=found.tree.leaf + first))
        shares.append(found.shares)
        gains += found.gains
        first += len(found.shares)
    return _assembled(trees, shares, gains, data.classes)


def extra_trees(data: Training, settings: Settings, **more: object) -> Forest:
    """Extremely randomised trees (Geurts, Ernst and Wehenkel 2006)."""
    from sklearn.ensemble import ExtraTreesClassifier

    return _trained(ExtraTreesClassifier, data, settings, **more)


def _trained(kind: Any, data: Training, settings: Settings, **more: object) -> Forest:
    model = kind(
        n_estimators=settings.trees,
        max_depth=settings.depth,
        min_samples_leaf=settings.min_leaf,
        random_state=settings.seed,
        n_jobs=-1,
        **more,
    )
    return flatten(model.fit(data.values, data.classes[data.positions], None if data.even else data.weights))


def flatten(model: Any) -> Forest:
    """The arrays of a forest that scikit-learn trained."""
    trees: list[Tree] = []
    shares: list[NDArray[np.float64]] = []
    first = 0
    for estimator in model.estimators_:
        tree = grown(estimator.tree_, first)
        counts = estimator.tree_.value[tree.left < 0, 0, :]
        shares.append(counts / counts.sum(axis=1, keepdims=True))
        trees.append(tree)
        first += len(counts)
    return _assembled(trees, shares, np.asarray(model.feature_importances_), np.asarray(model.classes_, np.int64))


def _assembled(
    trees: list[Tree], shares: list[NDArray[np.float64]], gains: NDArray[np.float64], classes: NDArray[np.int64]
) -> Forest:
    busy = np.concatenate([tree.samples[tree.left < 0] for tree in trees])
    parts, different, starts = _leaves(np.concatenate(shares), busy)
    packed = pack([_renumbered(tree, starts) for tree in trees], gains.size)
    total = gains.sum()
    importance = gains / total if total > 0 else np.full(gains.size, 1 / gains.size)
    return Forest(packed, parts, different, classes, importance.astype(np.float64))


def _leaves(
    shares: NDArray[np.float64], busy: NDArray[np.float64]
) -> tuple[NDArray[np.uint32], NDArray[np.float64], NDArray[np.int64]]:
    """The parts of all different leaves, the shares that they name, and where the parts of each leaf begin.

    ``shares``: (leaves, classes); ``busy``: (leaves,), how many samples came to each.
    """
    rng = np.random.default_rng(0)
    factors = rng.integers(1, 2**63, shares.shape[1], np.uint64)
    keys = (np.ascontiguousarray(shares).view(np.uint64) >> np.uint64(3)) * factors
    mixed = (keys ^ keys >> np.uint64(29)).sum(axis=1, dtype=np.uint64)
    _, example, same = np.unique(mixed, return_index=True, return_inverse=True)
    if not np.array_equal(shares[example[same]], shares):  # two leaves with one key: never seen
        _, example, same = np.unique(shares, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(-np.bincount(same.reshape(-1), busy), kind="stable")
    rows = shares[example[order]]
    row, column = np.nonzero(rows)
    starts = np.searchsorted(row, np.arange(len(rows)))
    different, named = np.unique(rows[row, column], return_inverse=True)
    bits = _bits(shares.shape[1])
    if different.size > 1 << (31 - bits):
        raise ModelError("The forest has too many different leaves.", hint="Set a larger smallest leaf.")
    parts = (named.reshape(-1) << (1 + bits) | column << 1).astype(np.uint32)
    parts[np.append(starts[1:], row.size) - 1] |= _LAST
    place = np.empty(len(rows), np.int64)
    place[order] = starts
    return parts, different, place[same.reshape(-1)]


def _renumbered(tree: Tree, starts: NDArray[np.int64]) -> Tree:
    """The tree whose leaves are called by where their parts begin."""
    return replace(tree, leaf=np.where(tree.left < 0, starts[tree.leaf.clip(0)], 0))


@njit(parallel=True, cache=True, error_model="numpy")
def _vote(values, nodes, cuts, roots, depths, shift, parts, shares, bits, result):  # type: ignore[no-untyped-def] # pragma: no cover
    cells, classes = result.shape
    for chunk in prange((cells + CHUNK - 1) // CHUNK):
        first = chunk * CHUNK
        size = min(CHUNK, cells - first)
        own = transposed(values, first, size)
        votes = np.zeros(size * classes, np.float64)
        at, part = np.empty(FLIGHT, np.uint32), np.empty(FLIGHT, np.uint32)
        features = np.uint64(values.shape[0])
        for tree in range(roots.size):
            for start in range(0, size, FLIGHT):
                flight = min(FLIGHT, size - start)
                place = np.uint64(start) * features
                climb(own, place, features, flight, nodes, cuts, roots[tree], depths[tree], shift, at)
                _count(
                    nodes, parts, shares, np.uint32(bits), at, part, flight, np.uint64(start), np.uint64(classes), votes
                )
        for i in range(size):
            for c in range(classes):
                result[first + i, c] = votes[i * classes + c] / roots.size


@njit(cache=True, inline="always")
def _count(nodes, parts, shares, bits, at, part, flight, start, classes, votes):  # type: ignore[no-untyped-def] # pragma: no cover
    """Add what the leaves ``at`` say to the votes. The first parts of all are fetched before any is looked at."""
    one = np.uint32(1)
    mask = (one << bits) - one
    for i in range(flight):
        leaf = nodes[np.uint64(2) * np.uint64(at[i])] & np.uint32(MOST_LEAVES - 1)
        at[i] = leaf
        part[i] = parts[np.uint64(leaf)]
    cell = np.uint64(start) * classes
    for i in range(flight):
        said, there = part[i], np.uint64(at[i])
        while not said & one:
            votes[cell + np.uint64((said >> one) & mask)] += shares[np.uint64(said >> (bits + one))]
            there += np.uint64(1)
            said = parts[there]
        votes[cell + np.uint64((said >> one) & mask)] += shares[np.uint64(said >> (bits + one))]
        cell += classes
