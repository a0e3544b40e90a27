# SPDX-License-Identifier: AGPL-3.0-or-later
"""How well a classifier does on samples kept away from its training: the *model score*.

Pure functions on counts. A model score says how the classifier behaves on data like its training data; it is not
the accuracy of a map, which only a probability sample gives (`terracite.landcover.estimation`).
Rows of a matrix are what was predicted (mapped), columns what is true (reference).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one confusion matrix; the arrays have one value per class, NaN where the class never occurs."""

    overall: float  #: share of samples on the diagonal, 0-1
    kappa: float  #: Cohen's kappa; NaN when chance alone would already be right
    users: NDArray[np.float64]  #: user's accuracy (precision) per mapped class
    producers: NDArray[np.float64]  #: producer's accuracy (recall) per reference class
    f_score: NDArray[np.float64]  #: harmonic mean of both


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over runs with its 95 % interval; the interval is NaN with a single run."""

    mean: float
    half_width: float
    runs: int

    @property
    def low(self) -> float:
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        return self.mean + self.half_width


def confusion_matrix(predicted: ArrayLike, reference: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Counts (classes, classes): rows predicted, columns reference; both are class positions 0..classes-1.

    Example: ``confusion_matrix([0, 1, 1], [0, 1, 0], 2)`` is ``[[1, 0], [1, 1]]``.
    """
    rows = np.asarray(predicted, dtype=np.int64).ravel()
    columns = np.asarray(reference, dtype=np.int64).ravel()
    if rows.shape != columns.shape:
        raise ValueError(f"{rows.size} predictions cannot be compared with {columns.size} references")
    if rows.size and not (min(rows.min(), columns.min()) >= 0 and max(rows.max(), columns.max()) < classes):
        raise ValueError(f"a class position is outside 0..{classes - 1}")
    return np.bincount(rows * classes + columns, minlength=classes * classes).reshape(classes, classes)


def scores(matrix: ArrayLike) -> Scores:
    """Overall accuracy, kappa, and user's, producer's and F-score per class of a confusion ``matrix``."""
    counts = np.asarray(matrix, dtype=np.float64)
    total, right = counts.sum(), np.diag(counts)
    mapped, true = counts.sum(axis=1), counts.sum(axis=0)
    overall = _ratio(right.sum(), total)
    chance = _ratio((mapped * true).sum(), total**2)
    return Scores(
        overall=float(overall),
        kappa=float(_ratio(overall - chance, 1.0 - chance)),
        users=_ratio(right, mapped),
        producers=_ratio(right, true),
        f_score=_ratio(2 * right, mapped + true),
    )


def interval(values: Sequence[float] | NDArray[np.float64]) -> Interval:
    """The mean of a score over runs and its 95 % interval by Student's law with *runs - 1* degrees of freedom.

    Runs where the score is NaN (a class that was not in the test part) are left out. Two runs give a wide
    interval, and rightly so: with as many degrees of freedom as classes it would be several times too narrow.
    """
    kept = np.asarray(values, dtype=np.float64)
    kept = kept[np.isfinite(kept)]
    if kept.size < 2:
        return Interval(float(kept.mean()) if kept.size else float("nan"), float("nan"), int(kept.size))
    half = student_quantile(kept.size - 1) * kept.std(ddof=1) / np.sqrt(kept.size)
    return Interval(float(kept.mean()), float(half), int(kept.size))


def student_quantile(freedom: int, probability: float = 0.975) -> float:
    """Student's t for a two-sided 95 % interval: 12.706 with one degree of freedom, 2.776 with four."""
    from scipy.special import stdtrit  # scipy takes a quarter of a second to load

    return float(stdtrit(freedom, probability))


def _ratio(above: ArrayLike, below: ArrayLike) -> NDArray[np.float64]:
    top, bottom = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    out = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom != 0)
    return out
