# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of the classes before the images are looked at, taken in by Bayes' rule.

A classifier's share of class k in a cell rests on the share t_k that the class had among its training samples. Where
the class is expected with another share p_k, the posterior is proportional to share_k x p_k / t_k (Saerens, Latinne and
Decaestecker 2002, doi:10.1162/089976602753284446). p_k is that of the whole map, or of the cell: where an existing map
says j, p_k is the probability that the truth is k, from how often that map was right or from its confusion matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.raster.grid import Block, Grid

LEAST = 1e-3  #: a class has at least this share, so that a prior can bring it back
NOT_TOLD = -1  #: where the existing map says nothing, or a class that this map does not have


@dataclass(frozen=True, slots=True)
class PriorMap:
    """An existing map, and what it is worth."""

    path: Path
    positions: tuple[int, ...]  #: (256,): position of the class that each of its values stands for, or `NOT_TOLD`
    trust: float = 0.0  #: how often it is right; 0 = ``counts`` says it
    counts: tuple[tuple[float, ...], ...] = ()  #: (classes, classes): rows this class on the map, columns the truth

    def told(self, block: Block, grid: Grid) -> NDArray[np.int64]:
        """The position of the class that it says for each cell of a block, (y, x), or `NOT_TOLD`."""
        from terracite.landcover.mapping.nearest import read_nearest

        return np.asarray(self.positions, np.int64)[read_nearest(self.path, block, grid)]

    def table(self, base: NDArray[np.float64]) -> NDArray[np.float64]:
        """The prior of each class where it says each class, (classes, classes), rows of sum 1.

        By trust: the class told has it, and the others share the rest as ``base`` says. By confusion matrix: the
        counts, and one more that is spread as ``base`` says, so that no class is ever impossible.
        """
        if self.counts:
            counts = np.asarray(self.counts, np.float64) + base
            return np.asarray(counts / counts.sum(axis=1, keepdims=True), np.float64)
        same = np.eye(base.size, dtype=bool)
        others = np.where(same, 0, base)
        rest = np.where(others.sum(axis=1, keepdims=True) > 0, others, ~same)
        spread = (1 - self.trust) * rest / rest.sum(axis=1, keepdims=True)
        return np.where(same, self.trust, spread)


@dataclass(frozen=True, slots=True)
class Priors:
    """What a recipe says of its classes beforehand; it can be sent to any process."""

    expected: tuple[float, ...]  #: share of each class on the map; NaN = not said
    known: PriorMap | None = None

    def base(self, trained: Sequence[float]) -> NDArray[np.float64]:
        """The expected share of each class, sum 1: as said; the others share the rest as among the samples."""
        said, shares = np.asarray(self.expected, np.float64), np.asarray(trained, np.float64)
        open_ = np.isnan(said)
        if not open_.any():
            return np.asarray(said / said.sum(), np.float64)
        rest, of = max(1 - np.nansum(said), 0), shares[open_].sum()
        filled = said.copy()
        filled[open_] = rest * (shares[open_] / of if of > 0 else 1 / open_.sum())
        return np.asarray(filled / filled.sum(), np.float64)

    def applied(
        self, shares: NDArray[np.float32], trained: Sequence[float], told: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32]:
        """The posterior, (cells, classes), rows of sum 1; ``told``: (cells,), what the existing map says.

        A class that the model was never taught keeps share 0.
        """
        learnt = np.asarray(trained, np.float64)
        base = self.base(trained)
        inverse = np.divide(1.0, learnt, out=np.zeros_like(learnt), where=learnt > 0)
        if told is None or self.known is None:
            return posterior(shares, (base * inverse)[None])
        table = np.vstack([self.known.table(base), base]) * inverse  # the last row, NOT_TOLD
        return posterior(shares, table[told])


def posterior(shares: NDArray[np.float32], factors: NDArray[np.float64]) -> NDArray[np.float32]:
    """Shares times factors, rows of sum 1, (cells, classes); ``factors``: prior over training share, one row or many.

    Where every factor is 0 the shares stay.
    """
    products = np.maximum(shares, LEAST) * factors.astype(np.float32)
    total = products.sum(axis=1, keepdims=True, dtype=np.float32)
    return np.asarray(np.where(total > 0, products / np.where(total > 0, total, 1), shares), np.float32)
