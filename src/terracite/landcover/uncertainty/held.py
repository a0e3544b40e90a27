# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the runs of the model score said of samples that their models had not learnt from, kept run by run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import folds_of
from terracite.landcover.samples import Samples, blocks_of

_FOLDS = 5
_BEST_FIRST = ("polygon", "block", "random")  #: single samples last: neighbours of theirs were learnt from


@dataclass(frozen=True, slots=True)
class Told:
    """What models said of samples that they had not learnt from; one row each, a sample as often as it was tested."""

    rows: NDArray[np.intp]  #: of the samples
    shares: NDArray[np.float32]  #: (rows, classes)
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]  #: what was held back as a whole: a polygon, or a square of the ground
    strata: NDArray[np.int64]
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> Told:
        about = self.labels[kept], self.groups[kept], self.strata[kept], self.weights[kept]
        return Told(self.rows[kept], self.shares[kept], *about)

    def with_shares(self, shares: NDArray[np.float32]) -> Told:
        return Told(self.rows, shares, self.labels, self.groups, self.strata, self.weights)


@dataclass(slots=True)
class HeldOut:
    """Takes in what each run of each scheme says."""

    classes: int
    block_degrees: float | None
    runs: dict[str, list[tuple[NDArray[np.intp], NDArray[np.float32]]]] = field(default_factory=dict)

    def add(
        self, scheme: str, test: NDArray[np.bool_], classes: NDArray[np.int64], shares: NDArray[np.float32]
    ) -> None:
        """What one run said of the samples ``test``; ``classes``: positions, of the columns of ``shares``."""
        full = np.zeros((len(shares), self.classes), np.float32)
        full[:, classes] = shares
        self.runs.setdefault(scheme, []).append((np.flatnonzero(test), full))

    def told(self, samples: Samples, scheme: str) -> list[Told]:
        """What each run of a scheme said."""
        groups = samples.groups
        if scheme == "block":
            groups, _ = blocks_of(samples, self.block_degrees)
        return [
            Told(rows, shares, samples.labels[rows], groups[rows], samples.strata[rows], samples.weights[rows])
            for rows, shares in self.runs.get(scheme, ())
        ]

    def best(self, samples: Samples, fewest: int) -> tuple[str, list[Told]]:
        """The scheme to learn from, and what its runs said: polygons, else squares of the ground, else single samples.

        Squares that are fewer than ``fewest`` are passed over. ("", []) where nothing was held back.
        """
        for scheme in _BEST_FIRST:
            parts = self.told(samples, scheme)
            if parts and (scheme != "block" or np.unique(joined(parts, self.classes).groups).size >= fewest):
                return scheme, parts
        return "", []


def joined(parts: Sequence[Told], classes: int = 0) -> Told:
    """All runs together."""
    if not parts:
        none = np.empty(0, np.int64)
        return Told(none, np.empty((0, classes), np.float32), none, none, none, np.empty(0))
    columns = ("rows", "shares", "labels", "groups", "strata", "weights")
    return Told(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))


def checks(every: Told, seed: int) -> Iterator[tuple[Told, Told]]:
    """What to learn from and what to check on, polygon folds in turn: each polygon is checked on once.

    No model that speaks of a polygon has learnt from it, nor has what is learnt from the first part for the second.
    """
    folds = folds_of(every.groups, _FOLDS, np.random.default_rng(seed))
    for fold in range(int(folds.max(initial=-1)) + 1):
        own = folds == fold
        if own.any() and not own.all():
            yield every.take(~own), every.take(own)
