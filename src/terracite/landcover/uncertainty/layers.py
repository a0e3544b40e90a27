# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rasters of a block that say how sure its cells are: sets of classes, and dissimilarity to the training data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.uncertainty.conformal import Thresholds
from terracite.landcover.uncertainty.dissimilarity import NOT_MAPPED, UNIT, Dissimilarity

SETS, SET_SIZE, DISSIMILARITY = "sets", "set_size", "dissimilarity"  #: names of the rasters
BITS = 8  #: classes to a band


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the further rasters are made of; it can be sent to any process."""

    thresholds: Thresholds | None = None
    dissimilarity: Dissimilarity | None = None

    def layers(
        self,
        said: NDArray[np.float32],
        chosen: NDArray[np.float32],
        usable: NDArray[np.bool_],
        values: NDArray[np.float32],
    ) -> dict[str, NDArray[np.uint8]]:
        """The rasters by name, (band, y, x).

        ``said``: (class, y, x), what the models say of each cell alone; ``chosen``: the same after priors and
        smoothing, by which the map has its class; ``values``: (features, y, x), NaN where not ``usable``.
        """
        found: dict[str, NDArray[np.uint8]] = {}
        if self.thresholds is not None:
            held = self.thresholds.sets(said)
            np.put_along_axis(held, chosen.argmax(axis=0)[None], values=True, axis=0)  # the class on the map is in it
            held &= usable
            found[SETS] = bits(held)
            found[SET_SIZE] = held.sum(axis=0, dtype=np.uint8)[None]
        if self.dissimilarity is not None:
            index = np.full(usable.shape, NOT_MAPPED, np.uint8)
            if usable.any():
                index[usable] = self.dissimilarity.percent(np.ascontiguousarray(values[:, usable]))
            found[DISSIMILARITY] = index[None]
        return found


def count_outside(index: NDArray[np.uint8]) -> int:
    """How many cells of a block are outside the area of applicability."""
    return int(((index > UNIT) & (index != NOT_MAPPED)).sum())


def bits(held: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Sets as bit fields: bit ``n % 8`` of band ``n // 8`` is class position n; (class, y, x) to (band, y, x)."""
    return np.packbits(held, axis=0, bitorder="little")


def held_in(fields: NDArray[np.uint8], classes: int) -> NDArray[np.bool_]:
    """The sets again, (class, ...), of bit fields (band, ...)."""
    return np.unpackbits(fields, axis=0, count=classes, bitorder="little").astype(bool)
