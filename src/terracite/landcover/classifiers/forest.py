# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forests: trained with scikit-learn, flattened to arrays, and walked by compiled code.

A forest is its arrays: no pickle is written or read, so that a model file cannot run code. The walk gives the same
labels as scikit-learn and is several times faster: nodes of 12 bytes, siblings beside each other, leaves that point
at themselves so that there is no branch, sixteen cells in flight to hide the latency of memory, and equal leaves
kept once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from terracite.landcover.recipe import ClassifierPart
from terracite.landcover.samples import Samples

_CHUNK = 2048  #: cells handled by one thread at a time; their features fit into the second-level cache
_FLIGHT = 16  #: cells walked down a tree together

NODE = np.dtype([("threshold", "<f4"), ("feature", "<i4"), ("left", "<i4")])


@dataclass(frozen=True, slots=True)
class Forest:
    """A trained forest. Going left means ``value <= threshold``; the right child is ``left + 1``."""

    nodes: NDArray[Any]  #: `NODE`, all trees one after another; a leaf points at itself and never goes right
    roots: NDArray[np.int32]  #: first node of each tree
    depths: NDArray[np.int32]  #: depth of each tree
    leaves: NDArray[np.int32]  #: per node, the row of ``shares`` when it is a leaf
    shares: NDArray[np.float64]  #: (different leaves, classes): share of each class among the training samples
    classes: NDArray[np.int64]  #: position of each class that was trained

    def votes(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean share of each class over the trees, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.empty((values.shape[1], self.classes.size), np.float32)
        _walk(np.ascontiguousarray(values), self.nodes, self.roots, self.depths, self.leaves, self.shares, result)
        return result

    def predict(self, values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The position of the class with most votes, and its share of the votes (0-1); ``values``: (features, cells).

        The share is a degree of agreement between trees, not a probability.
        """
        votes = self.votes(values)
        best = votes.argmax(axis=1)
        return self.classes[best], votes[np.arange(len(best)), best]


def train(samples: Samples, wanted: ClassifierPart) -> Forest:
    """A forest of the kind, size and seed that the recipe asks for; the same samples give the same forest."""
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    kinds = {"random_forest": RandomForestClassifier, "extra_trees": ExtraTreesClassifier}
    model = kinds[wanted.name](
        n_estimators=wanted.trees,
        max_depth=wanted.depth,
        min_samples_leaf=wanted.min_leaf,
        random_state=wanted.seed,
        n_jobs=-1,
    )
    return flatten(model.fit(samples.values, samples.labels))


def flatten(model: Any) -> Forest:
    """The arrays of a forest that scikit-learn trained."""
    trees = [_flat_tree(estimator.tree_) for estimator in model.estimators_]
    roots = np.cumsum([0, *(len(nodes) for nodes, _ in trees[:-1])])
    for (nodes, _), root in zip(trees, roots, strict=True):
        nodes["left"] += root
    shares, leaves = np.unique(np.concatenate([values for _, values in trees]), axis=0, return_inverse=True)
    depths = [estimator.tree_.max_depth for estimator in model.estimators_]
    return Forest(
        nodes=np.concatenate([nodes for nodes, _ in trees]),
        roots=roots.astype(np.int32),
        depths=np.array(depths, np.int32),
        leaves=leaves.reshape(-1).astype(np.int32),
        shares=np.ascontiguousarray(shares),
        classes=np.asarray(model.classes_, np.int64),
    )


def _flat_tree(tree: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Nodes in breadth-first order with siblings adjacent, and the class shares of each (zeros for inner nodes)."""
    order, place = [0], {0: 0}
    for node in order:
        if tree.children_left[node] != -1:
            for child in (tree.children_left[node], tree.children_right[node]):
                place[int(child)] = len(order)
                order.append(int(child))
    picked = np.array(order)
    inner = tree.children_left[picked] != -1
    nodes = np.zeros(picked.size, NODE)
    nodes["feature"] = np.where(inner, tree.feature[picked], 0)
    nodes["threshold"] = np.where(inner, _below(tree.threshold[picked]), np.inf)
    nodes["left"] = [
        place[int(left)] if left != -1 else place[node]
        for node, left in zip(order, tree.children_left[picked], strict=True)
    ]
    counts = tree.value[picked, 0, :]
    return nodes, np.where(inner[:, None], 0.0, counts / counts.sum(axis=1, keepdims=True))


def _below(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is not above each threshold: the same side for every float32 value."""
    single = thresholds.astype(np.float32)
    return np.where(single > thresholds, np.nextafter(single, np.float32(-np.inf)), single).astype(np.float32)


@njit(cache=True)
def _climb(own, start, size, nodes, root, depth, at):  # type: ignore[no-untyped-def] # pragma: no cover
    """Walk ``size`` cells together down one tree; ``at`` then holds their leaves."""
    for i in range(size):
        at[i] = root
    for _ in range(depth):
        moved = 0
        for i in range(size):
            here = at[i]
            node = nodes[here]
            there = node.left + (own[start + i, node.feature] > node.threshold)
            moved |= there ^ here
            at[i] = there
        if moved == 0:
            break


@njit(cache=True)
def _transposed(values, first, size):  # type: ignore[no-untyped-def] # pragma: no cover
    """(cells, features) of a chunk, so that the features of one cell are neighbours in memory."""
    own = np.empty((size, values.shape[0]), np.float32)
    for f in range(values.shape[0]):
        for i in range(size):
            own[i, f] = values[f, first + i]
    return own


@njit(parallel=True, cache=True)
def _walk(values, nodes, roots, depths, leaves, shares, result):  # type: ignore[no-untyped-def] # pragma: no cover
    cells, classes = result.shape
    for chunk in prange((cells + _CHUNK - 1) // _CHUNK):
        first = chunk * _CHUNK
        size = min(_CHUNK, cells - first)
        own = _transposed(values, first, size)
        votes = np.zeros((size, classes), np.float64)
        at = np.empty(_FLIGHT, np.int32)
        for tree in range(roots.size):
            for start in range(0, size, _FLIGHT):
                flight = min(_FLIGHT, size - start)
                _climb(own, start, flight, nodes, roots[tree], depths[tree], at)
                for i in range(flight):
                    leaf = leaves[at[i]]
                    for c in range(classes):
                        votes[start + i, c] += shares[leaf, c]
        for i in range(size):
            for c in range(classes):
                result[first + i, c] = votes[i, c] / roots.size
