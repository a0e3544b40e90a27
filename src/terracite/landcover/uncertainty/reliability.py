# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether probabilities are kept: how often what was said with 80 % is so, on samples that nothing was learnt from.

Figures: the expected calibration error (Guo et al. 2017, equation 3) of the chosen class and of each class on its own
(Kull et al. 2019), the Brier score over all classes (Brier 1950) and the log-loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.uncertainty.calibration import log_losses

BINS = 10  #: of equal width


@dataclass(frozen=True, slots=True)
class Bin:
    """The samples whose probability lies within a tenth."""

    low: float  #: 0-1; above it, or 0
    high: float
    samples: int
    said: float  #: mean probability, 0-1
    seen: float  #: share of the samples that are of the class, 0-1


@dataclass(frozen=True, slots=True)
class Measures:
    """How far probabilities are from what is; 0 is perfect in all three."""

    ece: float  #: mean difference between probability and frequency, 0-1
    brier: float  #: 0-2 over all classes, 0-1 of one class
    log_loss: float
    samples: int


def curve(said: NDArray[np.float32], so: NDArray[np.bool_], weights: NDArray[np.float64] | None = None) -> list[Bin]:
    """The reliability curve, without empty bins; ``said``: (samples,) probabilities 0-1, ``so``: whether it was so."""
    share = np.ones(said.size) if weights is None else weights
    number = np.clip(np.ceil(said * BINS).astype(np.int64) - 1, 0, BINS - 1)
    sizes = np.bincount(number, minlength=BINS)
    total, mean, seen = (
        np.bincount(number, share * values, minlength=BINS) for values in (1.0, said.astype(np.float64), so)
    )
    return [
        Bin(place / BINS, (place + 1) / BINS, int(sizes[place]), mean[place] / total[place], seen[place] / total[place])
        for place in np.flatnonzero(total > 0)
    ]


def calibration_error(
    said: NDArray[np.float32], so: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> float:
    """Mean difference between what was said and what was, over the bins of `curve`; NaN without a sample."""
    share = np.ones(said.size) if weights is None else weights
    if not said.size:
        return float("nan")
    number = np.clip(np.ceil(said * BINS).astype(np.int64) - 1, 0, BINS - 1)
    gaps = np.bincount(number, share * (said.astype(np.float64) - so), minlength=BINS)
    return float(np.abs(gaps).sum() / share.sum())


def overall(
    shares: NDArray[np.float32], labels: NDArray[np.int64], weights: NDArray[np.float64] | None = None
) -> Measures:
    """Of the chosen class (calibration error) and of all classes together (Brier, log-loss)."""
    share = np.ones(labels.size) if weights is None else weights
    best = shares.argmax(axis=1)
    said = shares[np.arange(labels.size), best]
    target = np.eye(shares.shape[1])[labels]
    brier = ((shares - target) ** 2).sum(axis=1)
    return Measures(
        calibration_error(said, best == labels, share),
        float(np.average(brier, weights=share)),
        float(np.average(log_losses(shares, labels), weights=share)),
        labels.size,
    )


def of_class(
    position: int,
    shares: NDArray[np.float32],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> Measures:
    """Of one class against all others; its log-loss is that of its own samples (NaN where there are none)."""
    share = np.ones(labels.size) if weights is None else weights
    said, so = shares[:, position], labels == position
    own = log_losses(shares[so], labels[so])
    return Measures(
        calibration_error(said, so, share),
        float(np.average((said - so) ** 2, weights=share)),
        float(np.average(own, weights=share[so])) if so.any() else float("nan"),
        int(so.sum()),
    )


def chosen_and_each(
    shares: NDArray[np.float32], labels: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.bool_]]]:
    """What was said and what was: -1 for the chosen class, then each class by its position."""
    best = shares.argmax(axis=1)
    yield -1, shares[np.arange(labels.size), best], best == labels
    for position in range(shares.shape[1]):
        yield position, shares[:, position], labels == position
