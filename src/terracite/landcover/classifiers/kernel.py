# SPDX-License-Identifier: AGPL-3.0-or-later
"""Regularised least squares in the space of a Gaussian kernel, tuned on its own samples left out one by one.

After Rifkin and Lippert 2007, "Notes on regularized least squares": one decomposition gives the error of leaving out
each sample in turn, so that the width of the kernel and the strength of the regularisation are chosen without any
other data; where samples come from polygons, whose cells resemble each other, polygons are left out whole. It suits few
samples. Beyond `LANDMARKS` samples, that many stand for all of them (Nyström).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.boosting import shares_of
from terracite.landcover.classifiers.contract import Arrays, Settings, Training, folds_of

LANDMARKS = 1500
_JUDGED = 4000  #: samples that the choice rests on
_WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)  #: of the kernel: exp(-width / 2 x mean squared difference)
_RIDGES = tuple(10.0 ** (power / 2) for power in range(-8, 2))
_SLOPES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)  #: from scores to shares
_FOLDS = 5  #: of polygons, which are left out together
_FEWER = 500  #: landmarks while polygons are left out
_CELLS = 256  #: handled together: their likenesses stay in the second-level cache


@dataclass(frozen=True, slots=True)
class Kernel:
    """Scores are weighted likenesses to landmarks."""

    middle: NDArray[np.float32]  #: (features,), taken from each value
    scale: NDArray[np.float32]  #: (features,), which it is then divided by
    landmarks: NDArray[np.float32]  #: (landmarks, features), standardised
    weights: NDArray[np.float32]  #: (landmarks, classes)
    offset: NDArray[np.float32]  #: (classes,)
    width: float
    slope: float
    classes: NDArray[np.int64]
    importance: NDArray[np.float64]

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.empty((values.shape[1], self.classes.size), np.float32)
        pull = np.float32(self.width / self.middle.size)
        turned = np.ascontiguousarray((self.landmarks * pull).T)
        lengths = (self.landmarks**2).sum(axis=1) * (pull / 2)

        def shares(part: slice) -> NDArray[np.float32]:
            own = (values[:, part].T - self.middle) / self.scale
            near = own @ turned
            near -= lengths
            near -= ((own**2).sum(axis=1) * (pull / 2))[:, None]
            np.exp(np.minimum(near, 0, out=near), out=near)
            return shares_of(self.slope * (near @ self.weights + self.offset).astype(np.float64))

        parts = [slice(first, first + _CELLS) for first in range(0, values.shape[1], _CELLS)]
        with one_thread(), ThreadPoolExecutor(os.cpu_count()) as workers:
            for part, found in zip(parts, workers.map(shares, parts), strict=True):
                result[part] = found
        return result

    def arrays(self) -> Arrays:
        return {name: np.asarray(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Kernel:
        found: dict[str, Any] = {name: np.asarray(arrays[name]) for name in cls.__slots__}
        features, classes = found["middle"].size, found["classes"].size
        fits = (
            found["scale"].shape == found["importance"].shape == (features,)
            and found["landmarks"].shape[1:] == (features,)
            and found["weights"].shape == (len(found["landmarks"]), classes)
            and found["offset"].shape == (classes,)
            and all(np.isfinite(array).all() for array in found.values())
        )
        if not fits:
            raise ValueError("its landmarks and weights do not fit together")
        return cls(**{**found, "width": float(found["width"]), "slope": float(found["slope"])})


@dataclass(frozen=True, slots=True)
class _Choice:
    """One setting, and how wrong it is about samples that it has not seen."""

    error: float
    width: float
    ridge: float
    slope: float


def kernel(data: Training, settings: Settings) -> Kernel:
    """Regularised least squares with a Gaussian kernel; ``seed`` draws the landmarks where there are many samples."""
    rng = np.random.default_rng(settings.seed)
    data = data.evened() if data.grouped else data
    middle = data.values.mean(axis=0)
    scale = data.values.std(axis=0)
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    values = (data.values - middle) / scale
    judged = drawn(data.positions, _JUDGED, rng)
    landmarks = values[drawn(data.positions, LANDMARKS, rng)]
    targets = np.where(data.positions[:, None] == np.arange(data.classes.size), 1.0, -1.0)
    offset = (targets * data.weights[:, None]).sum(axis=0) / data.weights.sum()
    folds = folds_of(data.groups[judged], _FOLDS, rng) if data.grouped else None
    some = landmarks if folds is None else landmarks[rng.permutation(len(landmarks))[:_FEWER]]
    with one_thread():
        share = len(values) / judged.size
        best = _best(values[judged], targets[judged], data.weights[judged], offset, some, share, folds)
        weights = _solved(values, targets - offset, data.weights, landmarks, best)
    return Kernel(
        middle=middle,
        scale=scale,
        landmarks=landmarks,
        weights=weights.astype(np.float32),
        offset=offset.astype(np.float32),
        width=best.width,
        slope=best.slope,
        classes=data.classes,
        importance=_importance(values[judged[:500]], landmarks, weights, best.width),
    )


def drawn(positions: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows of about ``count`` samples, each class in its share but with 20 at least; all where there are no more."""
    if positions.size <= count:
        return np.arange(positions.size)
    kept = []
    for position in np.unique(positions):
        members = np.flatnonzero(positions == position)
        size = max(round(count * members.size / positions.size), min(20, members.size))
        kept.append(rng.permutation(members)[:size])
    return np.sort(np.concatenate(kept))


def _best(
    values: NDArray[np.float32],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    offset: NDArray[np.float64],
    landmarks: NDArray[np.float32],
    share: float,
    folds: NDArray[np.int64] | None,
) -> _Choice:
    """The width and ridge of least error; a ridge counts for ``share`` times the samples that are judged here."""
    best, scores = _Choice(np.inf, 1, 1, 1), targets
    root = np.sqrt(weights)[:, None]
    wanted = root * (targets - offset)
    for width in _WIDTHS:
        spread = root * _spread(_likeness(values, landmarks, width), _among(landmarks, width))
        ridges = np.array(_RIDGES) / share
        found = _left_out_one(spread, wanted, ridges) if folds is None else _left_out(spread, wanted, ridges, folds)
        for ridge, alone in zip(_RIDGES, found, strict=True):
            error = float(((alone - wanted) ** 2).mean())
            if error < best.error:
                best, scores = _Choice(error, width, ridge, 1), alone / root + offset
    return replace(best, slope=_slope(scores, targets.argmax(axis=1), weights))


def _left_out_one(
    spread: NDArray[np.float64], wanted: NDArray[np.float64], ridges: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """For each ridge, what all other samples say of each."""
    sizes, axes = np.linalg.eigh(spread.T @ spread)
    turned = spread @ axes
    along = turned.T @ wanted
    squares = turned**2
    for ridge in ridges:
        shrunk = 1 / (np.maximum(sizes, 0) + ridge)
        fitted = turned @ (shrunk[:, None] * along)
        yield wanted - (wanted - fitted) / np.maximum(1 - squares @ shrunk, 1e-6)[:, None]


def _left_out(
    spread: NDArray[np.float64], wanted: NDArray[np.float64], ridges: NDArray[np.float64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(ridges, samples, classes): what the other folds say of each sample."""
    found = np.empty((ridges.size, *wanted.shape))
    for fold in range(int(folds.max()) + 1):
        kept, left = spread[folds != fold], folds == fold
        sizes, axes = np.linalg.eigh(kept.T @ kept)
        along = axes.T @ (kept.T @ wanted[~left])
        turned = spread[left] @ axes
        larger = ridges * len(kept) / len(spread)
        for number, ridge in enumerate(larger):
            found[number, left] = turned @ (along / (np.maximum(sizes, 0) + ridge)[:, None])
    return found


def one_thread() -> Any:
    """One thread for linear algebra: the same sums in the same order on any number of cores."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")


def _slope(scores: NDArray[np.float64], positions: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """The factor that makes the shares of left-out samples most likely."""

    def unlikely(slope: float) -> float:
        shares = shares_of(slope * scores)[np.arange(positions.size), positions]
        return float(-(weights * np.log(np.maximum(shares, 1e-9))).sum())

    return min(_SLOPES, key=unlikely)


def _solved(
    values: NDArray[np.float32],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    landmarks: NDArray[np.float32],
    choice: _Choice,
) -> NDArray[np.float64]:
    """Weights of the landmarks, summed up over parts of the samples."""
    own = _among(landmarks, choice.width)
    squares: NDArray[np.float64] = np.zeros(own.shape)
    along: NDArray[np.float64] = np.zeros((len(own), targets.shape[1]))
    for first in range(0, len(values), _JUDGED):
        part = slice(first, first + _JUDGED)
        near = _likeness(values[part], landmarks, choice.width).astype(np.float64)
        squares += np.asarray(near.T @ (near * weights[part, None]), np.float64)
        along += np.asarray(near.T @ (targets[part] * weights[part, None]), np.float64)
    steady = 1e-6 * np.eye(len(own))
    return np.asarray(np.linalg.solve(squares + choice.ridge * own + steady, along), np.float64)


def _spread(near: NDArray[np.float32], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coordinates in which likenesses are plain products."""
    lower = np.linalg.cholesky(own + 1e-6 * np.eye(len(own)))
    return np.asarray(np.linalg.solve(lower, near.T.astype(np.float64)).T, np.float64)


def _likeness(values: NDArray[np.float32], landmarks: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """(rows, landmarks): 1 for the same values, towards 0 the more they differ."""
    far = (values**2).sum(axis=1)[:, None] + (landmarks**2).sum(axis=1) - 2 * (values @ landmarks.T)
    near: NDArray[np.float32] = np.exp(np.float32(-width / 2 / values.shape[1]) * np.maximum(far, 0))
    return near


def _among(landmarks: NDArray[np.float32], width: float) -> NDArray[np.float64]:
    """Likeness of the landmarks to each other.

    In double precision: where some are equal or close, the rounding of single precision makes the matrix indefinite.
    """
    exact = landmarks.astype(np.float64)
    squares = (exact**2).sum(axis=1)
    far = squares[:, None] + squares - 2 * (exact @ exact.T)
    return np.asarray(np.exp(-width / 2 / landmarks.shape[1] * np.maximum(far, 0)), np.float64)


def _importance(
    values: NDArray[np.float32], landmarks: NDArray[np.float32], weights: NDArray[np.float64], width: float
) -> NDArray[np.float64]:
    """How steeply the scores change along each feature, on average."""
    near = _likeness(values, landmarks, width).astype(np.float64)
    steep: NDArray[np.float64] = np.zeros(values.shape[1])
    for column in weights.T:
        part = near * column
        slope = part @ landmarks - part.sum(axis=1)[:, None] * values
        steep += np.asarray((slope**2).mean(axis=0), np.float64)
    steep = np.asarray(np.sqrt(steep), np.float64)
    return steep / steep.sum() if steep.sum() > 0 else np.full(steep.size, 1 / steep.size)
