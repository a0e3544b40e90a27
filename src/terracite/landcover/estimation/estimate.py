# SPDX-License-Identifier: AGPL-3.0-or-later
"""A value estimated from a sample, its standard error, and its 95 % interval.

`Estimate.half_width` is the interval of the papers: the value plus or minus 1.96 standard errors (Olofsson et al. 2014,
Stehman 2014). It is known to be too short where few points are wrong or right, and it may leave 0-1. `Estimate.low` and
`Estimate.high` are what a person is shown: the same interval where it can be trusted, Wilson's where it cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z95 = 1.96  #: half-width of a 95 % interval in standard errors, as both papers have it
FEW = 10.0  #: points (as many as the error tells of) on the rarer side below which Wilson's interval is given

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Values with their standard errors: shapes () or (classes,). NaN where the sample says nothing."""

    value: Floats
    error: Floats
    whole: float = 1.0  #: what the value is a part of: 1 for a share, the area for an area
    points: Floats | None = None  #: how many points bear each value, as if equally weighted; None = not told
    signed: bool = False  #: a difference: it may be below 0
    quantile: float = Z95  #: standard errors in half an interval; more of them for a sample of few clusters

    @property
    def half_width(self) -> Floats:
        """Half the width of the published 95 % interval."""
        return np.asarray(self.quantile * self.error, np.float64)

    @property
    def low(self) -> Floats:
        """The lower end of the 95 % interval; never below 0 (below minus the whole for a difference)."""
        return self._ends()[0]

    @property
    def high(self) -> Floats:
        """The upper end of the 95 % interval; never above the whole."""
        return self._ends()[1]

    def times(self, whole: float) -> Estimate:
        """The same shares as parts of ``whole``."""
        return Estimate(self.value * whole, self.error * whole, whole, self.points, self.signed, self.quantile)

    def _ends(self) -> tuple[Floats, Floats]:
        share, error = np.asarray(self.value) / self.whole, np.asarray(self.error) / self.whole
        least = -1.0 if self.signed else 0.0
        half = np.where(error > 0, self.quantile * error, self._unseen(share))
        low, high = share - half, share + half
        if not self.signed:
            low, high = _few(share, error, self.quantile, low, high)
        return np.clip(low, least, 1.0) * self.whole, np.clip(high, least, 1.0) * self.whole

    def _unseen(self, share: Floats) -> Floats:
        """What may be wrong although no point shows it: Wilson's bound for 0 of n, q² / (n + q²)."""
        if self.points is None:
            return np.zeros_like(share)
        return np.asarray(self.quantile**2 / (np.asarray(self.points) + self.quantile**2), np.float64)


def _few(share: Floats, error: Floats, quantile: float, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval where few points are on one side.

    The number of points is that of a simple random sample with the same error, share (1 - share) / error² (the
    "effective size" of Kish 1965; Wilson's interval on it as Franco et al. 2019, doi:10.1093/jssam/smy019, measured
    it).
    """
    spread = share * (1 - share)
    known = (error > 0) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(known, spread / error**2, np.inf)
        few = known & (size * np.minimum(share, 1 - share) < FEW)
        extra = quantile**2 / size
        middle = (share + extra / 2) / (1 + extra)
        half = np.sqrt(extra * spread + extra**2 / 4) / (1 + extra)
    return np.where(few, middle - half, low), np.where(few, middle + half, high)
