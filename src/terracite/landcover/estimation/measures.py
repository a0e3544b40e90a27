# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a probability sample says of a map, whatever its design: accuracies, and the areas of what is on the ground.

Rows of a matrix are map classes, columns reference classes. Kappa is not given: it is not the share of anything, and
says nothing that these figures do not (Pontius and Millones 2011; Olofsson et al. 2014, section 4.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.landcover.estimation.estimate import Estimate, Floats
from terracite.landcover.estimation.sample import Sample

_BUT_LAST = slice(None, -1)


@dataclass(frozen=True, slots=True)
class MapAccuracy:
    """Accuracy of a map and areas of its classes, as estimated from a probability sample."""

    overall: Estimate  #: share of the area that is mapped right, 0-1
    users: Estimate  #: per map class: share of what is mapped so that is so
    producers: Estimate  #: per reference class: share of what is so that is mapped so
    proportions: Estimate  #: per reference class: share of the total area
    total_area: float  #: in the unit that the caller gave (cells, hectares...)
    matrix: Floats  #: estimated share of the area per (map, reference) pair
    counts: NDArray[np.int64]  #: sample points per (map, reference) pair
    method: str  #: "stratified by map class", "stratified", "simple random", "cluster" or "two-stage"

    @property
    def areas(self) -> Estimate:
        """Adjusted area per class, in the unit of ``total_area``."""
        return self.proportions.times(self.total_area)

    def without_last(self) -> MapAccuracy:
        """Without the row and the column of the last class ("not mapped"), once it has counted as an error."""
        return replace(
            self,
            users=self.users.part(_BUT_LAST),
            producers=self.producers.part(_BUT_LAST),
            proportions=self.proportions.part(_BUT_LAST),
            matrix=self.matrix[:-1, :-1],
            counts=self.counts[:-1, :-1],
        )


def from_sample(mapped: ArrayLike, reference: ArrayLike, sample: Sample, classes: int, method: str) -> MapAccuracy:
    """Accuracy and areas from points of any design.

    ``mapped`` and ``reference``: (points,) class positions 0..classes-1. Each accuracy is a ratio of two totals
    (Stehman 2014, equations 2 and 27); each area share a mean.
    """
    rows, columns = np.asarray(mapped, np.int64), np.asarray(reference, np.int64)
    if not rows.shape == columns.shape == sample.weights.shape:
        raise ValueError("every point needs a map class, a reference class and a stratum")
    is_mapped, is_true, everyone = indicators(rows, classes), indicators(columns, classes), np.ones((1, rows.size))
    right = is_mapped * is_true
    above = np.concatenate([right.sum(axis=0, keepdims=True), right, right, is_true])
    below = np.concatenate([everyone, is_mapped, is_true, np.broadcast_to(everyone, is_true.shape)])
    found = sample.ratio(above, below)
    overall, users, producers, proportions = _split(found, (1, classes, classes, classes))
    pairs = np.bincount(rows * classes + columns, sample.weights, classes**2) / sample.area
    return MapAccuracy(
        overall=overall.part(0),
        users=replace(users, unseen=None),
        producers=omitted(producers),
        proportions=proportions,
        total_area=sample.area,
        matrix=pairs.reshape(classes, classes),
        counts=np.bincount(rows * classes + columns, minlength=classes**2).reshape(classes, classes),
        method=method,
    )


def omitted(producers: Estimate) -> Estimate:
    """Producer's accuracies p, where a wrong point that none shows would be an omission: it weighs p times as much."""
    if producers.unseen is None:
        return producers
    return replace(producers, unseen=producers.unseen * np.nan_to_num(producers.value) ** 2)


def indicators(positions: NDArray[np.int64], classes: int) -> Floats:
    """(classes, points): 1 where the point is of the class."""
    return np.asarray(positions == np.arange(classes)[:, None], np.float64)


def _split(found: Estimate, sizes: tuple[int, ...]) -> list[Estimate]:
    ends = np.cumsum(sizes)
    return [found.part(slice(int(end - size), int(end))) for end, size in zip(ends, sizes, strict=True)]
