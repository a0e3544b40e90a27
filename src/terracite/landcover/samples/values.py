# SPDX-License-Identifier: AGPL-3.0-or-later
"""The samples that a classifier learns from, one row each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NO_STRATUM = -1  #: of a sample that lies in no region, or of a recipe without regions


def _no_strata() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


def _no_weights() -> NDArray[np.float64]:
    return np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Samples:
    """What a classifier learns from; one row per sample. Strata and weights that are not given are alike for all."""

    values: NDArray[np.float32]  #: (samples, features), no NaN
    labels: NDArray[np.int64]  #: position of the class
    groups: NDArray[np.int64]  #: polygon or point
    lonlat: NDArray[np.float64]  #: (samples, 2) degrees
    strata: NDArray[np.int64] = field(default_factory=_no_strata)  #: position of the region, or `NO_STRATUM`
    weights: NDArray[np.float64] = field(default_factory=_no_weights)  #: how much each counts, positive

    def __post_init__(self) -> None:
        count = len(self.labels)
        if self.strata.size != count:
            object.__setattr__(self, "strata", np.full(count, NO_STRATUM, np.int64))
        if self.weights.size != count:
            object.__setattr__(self, "weights", np.ones(count))

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Samples:
        """Some of them, in that order."""
        known = self.values[rows], self.labels[rows], self.groups[rows], self.lonlat[rows]
        return Samples(*known, self.strata[rows], self.weights[rows])
