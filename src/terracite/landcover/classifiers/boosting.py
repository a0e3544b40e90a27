# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gradient boosting on histograms: trained with scikit-learn, packed into arrays, walked by compiled code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, Settings, Training
from terracite.landcover.classifiers.trees import (
    CHUNK,
    FLIGHT,
    MOST_LEAVES,
    Tree,
    Trees,
    climb,
    pack,
    transposed,
    walkable,
)


@dataclass(frozen=True, slots=True)
class Boosted:
    """Trees in rounds, one for each class (one in all for two classes), whose values add up to scores."""

    trees: Trees
    gains: NDArray[np.float64]  #: what each leaf adds to the score
    start: NDArray[np.float64]  #: score of each class before the first round; one number for two classes
    classes: NDArray[np.int64]
    importance: NDArray[np.float64]

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        scores = np.empty((values.shape[1], self.start.size), np.float64)
        t = self.trees
        own = walkable(values)
        _add(own, t.flat, t.flat.view(np.float32), t.roots, t.depths, t.shift, self.gains, self.start, scores)
        if self.start.size == 1:
            scores = np.hstack([np.zeros_like(scores), scores])
        return shares_of(scores)

    def arrays(self) -> Arrays:
        own = {"gains": self.gains, "start": self.start, "classes": self.classes, "importance": self.importance}
        return {**self.trees.arrays(), **own}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Boosted:
        gains, start = (np.asarray(arrays[name], np.float64) for name in ("gains", "start"))
        classes, importance = np.asarray(arrays["classes"], np.int64), np.asarray(arrays["importance"], np.float64)
        if start.shape != ((1,) if classes.size == 2 else classes.shape) or gains.ndim != 1 or importance.ndim != 1:
            raise ValueError("its scores are not those of its classes")
        return cls(Trees.from_arrays(arrays, importance.size, gains.size), gains, start, classes, importance)


def boosting(data: Training, settings: Settings) -> Boosted:
    """Gradient boosting (Friedman 2001) on histograms; ``trees`` rounds at a rate of 0.1."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=settings.trees,
        max_depth=settings.depth,
        min_samples_leaf=settings.min_leaf,
        learning_rate=0.1,
        early_stopping=False,
        random_state=settings.seed,
    )
    return flatten(model.fit(data.values, data.positions, data.weights), data.classes)


def flatten(model: Any, classes: NDArray[np.int64]) -> Boosted:
    """The arrays of what scikit-learn trained (its `TreePredictor`s hold one record a node)."""
    features = int(model.n_features_in_)
    importance = np.zeros(features)
    trees, gains, first = [], [], 0
    for grower in (tree for turn in model._predictors for tree in turn):
        nodes = grower.nodes
        leaf = nodes["is_leaf"].astype(bool)
        np.add.at(importance, nodes["feature_idx"][~leaf], np.maximum(nodes["gain"][~leaf], 0))
        trees.append(_tree(nodes, leaf, first))
        gains.append(nodes["value"][leaf])
        first += int(leaf.sum())
    total = importance.sum()
    return Boosted(
        pack(trees, features),
        np.concatenate(gains).astype(np.float64),
        np.asarray(model._baseline_prediction, np.float64).reshape(-1),
        classes,
        importance / total if total > 0 else np.full(features, 1 / features),
    )


def _tree(nodes: NDArray[Any], leaf: NDArray[np.bool_], first: int) -> Tree:
    return Tree(
        left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        right=np.where(leaf, -1, nodes["right"].astype(np.int64)),
        feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int64),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]),
        samples=nodes["count"].astype(np.float64),
        leaf=np.cumsum(leaf) - 1 + first,
    )


def shares_of(scores: NDArray[np.float64]) -> NDArray[np.float32]:
    """Scores (cells, classes) as shares whose rows sum to 1 (softmax)."""
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = (grown / grown.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


@njit(parallel=True, cache=True)
def _add(values, nodes, cuts, roots, depths, shift, gains, start, scores):  # type: ignore[no-untyped-def] # pragma: no cover
    cells, columns = scores.shape
    for chunk in prange((cells + CHUNK - 1) // CHUNK):
        first = chunk * CHUNK
        size = min(CHUNK, cells - first)
        own = transposed(values, first, size)
        at = np.empty(FLIGHT, np.uint32)
        features = np.uint64(values.shape[0])
        scores[first : first + size] = start
        for tree in range(roots.size):
            column = tree % columns
            for begin in range(0, size, FLIGHT):
                flight = min(FLIGHT, size - begin)
                place = np.uint64(begin) * features
                climb(own, place, features, flight, nodes, cuts, roots[tree], depths[tree], shift, at)
                for i in range(flight):
                    leaf = nodes[np.uint64(2) * np.uint64(at[i])] & np.uint32(MOST_LEAVES - 1)
                    scores[first + begin + i, column] += gains[np.uint64(leaf)]
