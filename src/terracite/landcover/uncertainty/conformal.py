# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets of classes that hold the true one as often as wanted, by split conformal prediction.

A class is in the set of a cell where its probability reaches the threshold of the class: the least ambiguous sets of
Sadinle, Lei and Wasserman 2019 (doi:10.1080/01621459.2017.1395341), of all sets that hold each class as often as
wanted the smallest ones on average. The threshold of a class is the quantile of the probabilities that samples of that
class were given for it by models that had not seen them (Mondrian: coverage holds class by class); a class with too few
polygons shares the threshold of all. Cells of one polygon are alike: what is exchangeable are polygons, and each counts
as one, whatever its cells (pooled as in Dunn, Wasserman and Ramdas 2023, doi:10.1080/01621459.2022.2060112, section
3.1). With one sample a polygon this is the quantile number ceil((n + 1) * wanted) of split conformal prediction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least probability with which each class is in a set; 0 = always."""

    wanted: float  #: coverage, 0-1
    least: tuple[float, ...]  #: (classes,)
    own: tuple[bool, ...]  #: (classes,): by the polygons of the class itself

    def sets(self, shares: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which classes are in the set, (classes, ...); ``shares``: (classes, ...), sum 1.

        The class of the greatest share always is: no set is empty.
        """
        least = np.asarray(self.least, np.float32).reshape(-1, *([1] * (shares.ndim - 1)))
        held = shares >= least
        np.put_along_axis(held, shares.argmax(axis=0)[None], values=True, axis=0)
        return held


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the true class was in the set."""

    share: float  #: of the samples, 0-1; NaN without any
    half_width: float  #: of its 95 % interval, polygons being what was drawn; NaN with fewer than two
    by_group: float  #: the same share where every polygon counts as one: what the thresholds promise
    size: float  #: mean number of classes in a set
    samples: int
    groups: int  #: polygons


def thresholds(
    shares: NDArray[np.float32], labels: NDArray[np.int64], groups: NDArray[np.int64], wanted: float
) -> Thresholds:
    """Learnt from samples that the model had not seen; ``shares``: (samples, classes), ``groups``: polygons."""
    classes = shares.shape[1]
    given = shares[np.arange(labels.size), labels]
    every = quantile(given, groups, wanted)
    least, own = np.full(classes, every), np.zeros(classes, bool)
    for position in range(classes):
        rows = labels == position
        if np.unique(groups[rows]).size >= fewest(wanted):
            least[position], own[position] = quantile(given[rows], groups[rows], wanted), True
    return Thresholds(wanted, tuple(least.tolist()), tuple(own.tolist()))


def fewest(wanted: float) -> int:
    """How many polygons a threshold needs: with fewer, every class would be in every set."""
    return int(np.ceil(wanted / (1 - wanted) - _SLACK))


def quantile(given: NDArray[np.float32], groups: NDArray[np.int64], wanted: float) -> float:
    """The greatest threshold that a share ``wanted`` of polygons and one more, unknown, reaches; 0 where there is none.

    ``given``: (samples,), what each sample's own class was given; each polygon counts as one.
    """
    if not given.size:
        return 0.0
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(-given, kind="stable")
    reached = np.cumsum((1 / sizes[group.reshape(-1)])[order])  # of the polygons, at or above each value
    enough = np.flatnonzero(reached >= wanted * (sizes.size + 1) - _SLACK)
    return float(given[order[enough[0]]]) if enough.size else 0.0


def coverage(held: NDArray[np.bool_], labels: NDArray[np.int64], groups: NDArray[np.int64]) -> Coverage:
    """How often sets ``held`` (classes, samples) have the true class; ``groups``: the polygons, drawn as a whole."""
    if not labels.size:
        nothing = float("nan")
        return Coverage(nothing, nothing, nothing, nothing, 0, 0)
    there = held[labels, np.arange(labels.size)]
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    hits = np.bincount(group.reshape(-1), there)
    share, count = float(there.mean()), sizes.size
    half = float("nan")
    if count > 1:
        half = 1.96 * float(np.sqrt(((hits - share * sizes) ** 2).sum() * count / (count - 1)) / labels.size)
    return Coverage(share, half, float((hits / sizes).mean()), float(held.sum(axis=0).mean()), labels.size, count)
