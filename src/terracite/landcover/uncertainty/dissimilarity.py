# SPDX-License-Identifier: AGPL-3.0-or-later
"""How unlike the training data a cell is: the dissimilarity index and the area of applicability.

After Meyer and Pebesma 2021 (doi:10.1111/2041-210X.13650): features in units of their spread, weighted by their
importance; the distance to the nearest training sample, over the mean distance between training samples (equation 2);
the limit is the greatest such value that is no outlier (upper quartile + 1.5 times the interquartile range) of training
samples and those of other polygons, in folds. Beyond it, what was measured on the reference says nothing of the model.

Distances are taken on the principal components of the training samples and, as one more axis, on what is left beside
them. That is never more than the distance on all features, the same within the space of the components, and a cell
that is unlike the samples in a way they never vary is still far. A k-d tree of the samples then answers in a time that
grows with the logarithm of their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import get_num_threads, njit, prange
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, folds_of

UNIT, MOST, NOT_MAPPED = 100, 250, 255  #: on the raster: the limit; the greatest value told; where nothing is mapped
_AXES = 6  #: principal components, at most
_KEPT = 0.99  #: of the variance
_FOLDS = 5
_PAIRS = 1000  #: training samples that the mean distance is taken between
_CELLS = 1024  #: whose axes are computed at once


@dataclass(frozen=True, slots=True)
class Dissimilarity:
    """The training samples as points among which a cell is looked up."""

    middle: NDArray[np.float64]  #: (features,)
    scale: NDArray[np.float64]  #: (features,): importance over spread
    axes: NDArray[np.float64]  #: (features, components), orthonormal
    points: NDArray[np.float32]  #: (samples, components + 1)
    mean: float  #: distance between training samples
    limit: float  #: of the area of applicability, as a dissimilarity index

    def index(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """The dissimilarity index of cells, (cells,), 0 on a training sample; ``values``: (features, cells), no NaN.

        Told up to 2.5 times the limit; what lies beyond has infinity.
        """
        from scipy.spatial import cKDTree

        placed = _placed(np.ascontiguousarray(values, np.float32), self.middle, self.scale, self.axes)
        most = self.mean * self.limit * (MOST / UNIT)
        distances, _ = cKDTree(self.points).query(
            placed, distance_upper_bound=most if most > 0 else np.inf, workers=get_num_threads()
        )
        return np.asarray(distances / self.mean, np.float64)

    def percent(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        """The index in percent of the limit, (cells,), at most `MOST`; above 100: outside the area of applicability."""
        if self.limit <= 0:
            return np.where(self.index(values) > 0, MOST, 0).astype(np.uint8)
        share = np.minimum(self.index(values) / self.limit * UNIT, MOST)
        within = np.where(share > UNIT, np.maximum(np.rint(share), UNIT + 1), np.rint(share))
        return within.astype(np.uint8)

    def arrays(self) -> Arrays:
        limits = np.array([self.mean, self.limit])
        names = ("middle", "scale", "axes", "points")
        return {**{name: getattr(self, name) for name in names}, "limits": limits}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Dissimilarity:
        """It again. Raises `KeyError` or `ValueError` where arrays are missing or do not fit together."""
        middle, scale, axes = (np.asarray(arrays[name], np.float64) for name in ("middle", "scale", "axes"))
        points = np.asarray(arrays["points"], np.float32)
        mean, limit = (float(number) for number in arrays["limits"])
        fits = middle.shape == scale.shape == axes.shape[:1] and points.shape[1:] == (axes.shape[1] + 1,)
        if not fits or not len(points) or not mean > 0:
            raise ValueError("the samples of the dissimilarity do not fit together")
        return cls(middle, scale, axes, points, mean, limit)


def learn(
    values: NDArray[np.float32],
    groups: NDArray[np.int64],
    importance: NDArray[np.float64],
    seed: int = 1,
) -> Dissimilarity:
    """From training samples; ``values``: (samples, features), ``groups``: polygons, ``importance``: (features,)."""
    middle, spread = values.mean(axis=0, dtype=np.float64), values.std(axis=0, dtype=np.float64)
    weight = importance / importance.max() if importance.max() > 0 else np.ones(importance.size)
    scale = np.where(spread > 0, weight / np.where(spread > 0, spread, 1), weight)
    axes = _components((values - middle) * scale)
    points = _placed(np.ascontiguousarray(values.T), middle, scale, axes)
    rng = np.random.default_rng(seed)
    mean = _mean_distance(points, rng)
    apart = _apart(points, groups, rng) / mean
    return Dissimilarity(middle, scale, axes, points, mean, _whisker(apart[np.isfinite(apart)]))


def _components(placed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first principal components, (features, components), rounded so that the order of a sum never shows."""
    variances, vectors = np.linalg.eigh(np.einsum("ni,nj->ij", placed, placed) / len(placed))
    variances, vectors = variances[::-1].clip(0), vectors[:, ::-1]
    total = variances.sum()
    kept = int(np.searchsorted(np.cumsum(variances), _KEPT * total) + 1) if total > 0 else 1
    axes = vectors[:, : min(kept, _AXES, placed.shape[1])]
    sign = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.ascontiguousarray(np.round(axes * sign, 9))


def _mean_distance(points: NDArray[np.float32], rng: np.random.Generator) -> float:
    """Between all training samples, or as many of them as can be compared."""
    from scipy.spatial.distance import pdist

    some = points if len(points) <= _PAIRS else points[np.sort(rng.permutation(len(points))[:_PAIRS])]
    mean = float(pdist(some.astype(np.float64)).mean()) if len(some) > 1 else 0.0
    return mean if mean > 0 else 1.0


def _apart(points: NDArray[np.float32], groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The distance of each training sample to the nearest one of another fold of polygons."""
    from scipy.spatial import cKDTree

    folds = folds_of(groups, _FOLDS, rng)
    found = np.full(len(points), np.inf)
    for fold in range(int(folds.max()) + 1):
        own = folds == fold
        if not own.all():
            found[own] = cKDTree(points[~own]).query(points[own], workers=get_num_threads())[0]
    return found


def _whisker(values: NDArray[np.float64]) -> float:
    """The greatest value that is no outlier: up to the upper quartile + 1.5 times the interquartile range."""
    if not values.size:
        return 0.0
    low, high = np.quantile(values, [0.25, 0.75])
    return float(values[values <= high + 1.5 * (high - low)].max())


@njit(parallel=True, cache=True)
def _placed(values, middle, scale, axes):  # type: ignore[no-untyped-def] # pragma: no cover
    """Cells on the axes, and how far beside them, (cells, components + 1), float32; ``values``: (features, cells)."""
    features, cells = values.shape
    count = axes.shape[1]
    result = np.empty((cells, count + 1), np.float32)
    for chunk in prange((cells + _CELLS - 1) // _CELLS):
        first = chunk * _CELLS
        size = min(_CELLS, cells - first)
        on, whole = np.zeros((count, size)), np.zeros(size)
        own = np.empty(size)
        for feature in range(features):
            for i in range(size):
                own[i] = (values[feature, first + i] - middle[feature]) * scale[feature]
                whole[i] += own[i] * own[i]
            for axis in range(count):
                weight = axes[feature, axis]
                for i in range(size):
                    on[axis, i] += weight * own[i]
        for i in range(size):
            for axis in range(count):
                whole[i] -= on[axis, i] * on[axis, i]
                result[first + i, axis] = on[axis, i]
            result[first + i, count] = max(whole[i], 0.0) ** 0.5
    return result
