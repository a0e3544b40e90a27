# SPDX-License-Identifier: AGPL-3.0-or-later
"""From shares of votes to probabilities: a map of log shares, learnt from samples that the model had not seen.

With z_k = ln(share of class k), the calibrated probability of k is proportional to exp(a_k z_k + b_k). Three kinds are
tried: "none" (shares as they are), "temperature" (one a for all, b = 0: Guo et al. 2017, doi:10.48550/arXiv.1706.04599,
section 4.2) and "vector" (an a and a b for each class: section 4.2 there, and the diagonal Dirichlet map of Kull et al.
2019, doi:10.48550/arXiv.1910.12656; drawn towards the temperature, each held polygon counting as one observation).
Temperature keeps the order of the classes of every cell; "vector" may change it. A full matrix (Dirichlet) was tried on
the data of docs/how-to/uncertainty.md: never clearly better, several times slower, more cells of another class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, folds_of

METHODS = ("none", "temperature", "vector")  #: from the simplest on
KEEPS_ORDER = ("none", "temperature")
LEAST = 1e-3  #: a share below this counts as this much: no vote is no proof
_SPREAD = 0.5  #: expected size of the parameters' departures, beside those of the temperature
_LOWEST = 0.05  #: of a slope: the calibrated probability always grows with the share
_DIGITS = 6  #: parameters are rounded, so that the order of a sum never shows
_FOLDS = 5
#: standard errors by which a less simple method has to be better
_ERRORS = {"temperature": 1.0, "vector": 2.0}
_CELLS = 2**14  #: calibrated at once


@dataclass(frozen=True, slots=True)
class Calibrator:
    """exp(``slopes`` ln(shares) + ``bias``), divided by its sum over the classes."""

    method: str
    slopes: NDArray[np.float64]  #: (classes,)
    bias: NDArray[np.float64]  #: (classes,)

    @property
    def keeps_order(self) -> bool:
        """Whether no cell ever changes its class."""
        return self.method in KEEPS_ORDER

    def applied(self, shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities, (cells, classes), rows of sum 1, of ``shares`` of the same shape.

        Each row is computed on its own, always in the same order: cutting the cells otherwise changes nothing.
        """
        if self.method == "none":
            return shares
        result = np.empty(shares.shape, np.float32)
        for start in range(0, len(shares), _CELLS):
            result[start : start + _CELLS] = self._of(np.ascontiguousarray(shares[start : start + _CELLS].T)).T
        return result

    def _of(self, shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same with classes first, (classes, cells)."""
        found = np.log(np.maximum(shares, np.float32(LEAST)))
        found *= self.slopes.astype(np.float32)[:, None]
        found += self.bias.astype(np.float32)[:, None]
        found -= found.max(axis=0)
        np.exp(found, out=found)
        total = found[0].copy()
        for row in found[1:]:
            total += row
        return np.asarray(found / total, np.float32)

    def among(self, places: NDArray[np.intp]) -> Calibrator:
        """The same for some of the classes only, in that order."""
        return Calibrator(self.method, self.slopes[places], self.bias[places])

    def arrays(self) -> Arrays:
        return {"method": np.array(self.method), "slopes": self.slopes, "bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Calibrator:
        """The calibrator again. Raises `KeyError` or `ValueError` where arrays are missing or do not fit together."""
        slopes, bias = np.asarray(arrays["slopes"], np.float64), np.asarray(arrays["bias"], np.float64)
        method, finite = (
            str(arrays["method"]),
            np.isfinite(arrays["slopes"]).all() and np.isfinite(arrays["bias"]).all(),
        )
        if method not in METHODS or slopes.shape != bias.shape or slopes.ndim != 1 or not finite:
            raise ValueError("its calibration does not fit together")
        return cls(method, slopes, bias)


def nothing(classes: int) -> Calibrator:
    """What leaves shares as they are."""
    return Calibrator("none", np.ones(classes), np.zeros(classes))


def fit(
    method: str,
    shares: NDArray[np.float32],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
    held: int | None = None,
) -> Calibrator:
    """The calibrator of that ``method`` which makes the labels most likely.

    ``shares``: (samples, classes); ``labels``: (samples,) columns of it; ``weights``: how much each sample counts;
    ``held``: how many polygons they lie in (by default, each sample in one of its own).
    """
    classes = shares.shape[1]
    if method == "none" or not labels.size:
        return nothing(classes)
    share = np.full(labels.size, 1 / labels.size) if weights is None else weights / weights.sum()
    logs = np.log(np.maximum(shares, LEAST)).astype(np.float64)
    slope = _slope(logs, labels, share)
    if method == "temperature":
        return Calibrator(method, np.full(classes, np.round(slope, _DIGITS)), np.zeros(classes))
    return _vector(logs, labels, share, slope, held or labels.size)


def choose(
    shares: NDArray[np.float32],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
    seed: int = 1,
) -> tuple[Calibrator, dict[str, float]]:
    """The method that serves polygons best which it was not learnt from, learnt from all; and the log-loss of each.

    ``groups``: polygon of each sample. A less simple method is taken only where its log-loss on polygons left out is
    lower by more than its standard error over polygons, and twice that where it may change the class of a cell.
    Classes are not told apart where one lies in a single fold or none; of fewer than ten polygons nothing is learnt.
    """
    count = np.unique(groups).size
    share = np.ones(labels.size) if weights is None else weights
    if count < 2 * _FOLDS:
        return nothing(shares.shape[1]), {}
    folds = folds_of(groups, _FOLDS, np.random.default_rng(seed))
    spread = [np.unique(folds[labels == label]).size for label in range(shares.shape[1])]
    methods = METHODS if min(spread) > 1 else KEEPS_ORDER
    losses = {method: _left_out(method, shares, labels, groups, share, folds) for method in methods}
    best = methods[0]
    for method in methods[1:]:
        if _better(losses[method] - losses[best], groups, share, _ERRORS[method]):
            best = method
    means = {method: float((loss * share).sum() / share.sum()) for method, loss in losses.items()}
    return fit(best, shares, labels, share, count), means


def log_losses(shares: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """-ln of what each sample's own class was given, (samples,); a share below `LEAST` counts as this much."""
    own = shares[np.arange(labels.size), labels].astype(np.float64)
    return np.asarray(-np.log(np.maximum(own, LEAST)), np.float64)


def _left_out(
    method: str,
    shares: NDArray[np.float32],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    weights: NDArray[np.float64],
    folds: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The log-loss of each sample by the calibrator of the other folds."""
    found = np.empty(labels.size)
    for fold in range(int(folds.max()) + 1):
        kept, left = folds != fold, folds == fold
        own = fit(method, shares[kept], labels[kept], weights[kept], np.unique(groups[kept]).size)
        found[left] = log_losses(own.applied(shares[left]), labels[left])
    return found


def _better(gain: NDArray[np.float64], groups: NDArray[np.int64], weights: NDArray[np.float64], errors: float) -> bool:
    """Whether the mean is below 0 by more than so many standard errors, polygons being what was drawn."""
    _, group = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(group.reshape(-1), gain * weights), np.bincount(group.reshape(-1), weights)
    mean = sums.sum() / sizes.sum()
    error = np.sqrt(((sums - mean * sizes) ** 2).sum() * len(sums) / (len(sums) - 1)) / sizes.sum()
    return bool(mean < -errors * error)


def _slope(logs: NDArray[np.float64], labels: NDArray[np.int64], share: NDArray[np.float64]) -> float:
    """The factor of all log shares that makes the labels most likely, by Newton's method: the loss is convex in it."""
    own, low, high, slope = logs[np.arange(labels.size), labels], _LOWEST, 20.0, 1.0
    for _ in range(60):
        odds = _softmax(slope * logs)
        mean = (odds * logs).sum(axis=1)
        first = float((share * (mean - own)).sum())
        second = float((share * ((odds * logs**2).sum(axis=1) - mean**2)).sum())
        low, high = (low, slope) if first > 0 else (slope, high)
        step = slope - first / second if second > 0 else np.inf
        new = step if low < step < high else (low + high) / 2
        if abs(new - slope) < 1e-10:
            break
        slope = float(new)
    return slope


def _vector(
    logs: NDArray[np.float64], labels: NDArray[np.int64], share: NDArray[np.float64], slope: float, held: int
) -> Calibrator:
    from scipy.optimize import minimize

    classes = logs.shape[1]
    target, penalty = np.eye(classes)[labels], 1 / (2 * _SPREAD**2 * held)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, bias = point[:classes], point[classes:]
        odds = _softmax(logs * slopes + bias)
        own = -np.log(np.maximum((odds * target).sum(axis=1), 1e-300))
        slack, away = (odds - target) * share[:, None], slopes - slope
        value = float((share * own).sum() + penalty * ((away**2).sum() + (bias**2).sum()))
        steep = (slack * logs).sum(axis=0) + 2 * penalty * away  # no BLAS: the same on any number of cores
        return value, np.concatenate([steep, slack.sum(axis=0) + 2 * penalty * bias])

    first = np.concatenate([np.full(classes, slope), np.zeros(classes)])
    bounds = [(_LOWEST, None)] * classes + [(None, None)] * classes
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12, "gtol": 1e-8})
    return Calibrator("vector", np.round(found.x[:classes], _DIGITS), np.round(found.x[classes:], _DIGITS))


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)
