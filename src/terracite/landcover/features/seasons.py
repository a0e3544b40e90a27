# SPDX-License-Identifier: AGPL-3.0-or-later
"""The growing seasons of a channel as features: the same curves and dates as `terracite timeseries derive` makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terracite.raster.curves.phenology import SeasonRule
from terracite.raster.curves.phenology import seasons as find
from terracite.raster.gaps import Filling, fill

MOST = 2  #: seasons described, the ampler ones, in order of time
_OF_ONE = ("start", "peak", "end", "length", "top", "amplitude")
#: features of a channel; days count from 1, that of the first date; 0 = no such season
NAMES = ("seasons", *(f"season {number + 1} {word}" for number in range(MOST) for word in _OF_ONE))


def describe(values: NDArray[np.float32], days: NDArray[np.float64]) -> NDArray[np.float32]:
    """The features of `NAMES`, (feature, y, x); ``values``: (time, y, x) without gaps, on regular ``days``.

    All are 0 where there is no season, and where the values are missing.
    """
    curve = fill(values, days, days, Filling("whittaker", spike=0))[0]
    found = find(curve, days, (days[0], days[-1] + 1), SeasonRule(most=MOST))
    first = days[0] - 1
    made = [found.count.astype(np.float32)]
    for season in range(MOST):
        start, peak, end = found.start[season] - first, found.peak[season] - first, found.end[season] - first
        top = found.top[season]
        made += [start, peak, end, end - start, top, top - found.base[season]]
    return np.nan_to_num(np.stack(made).astype(np.float32), copy=False, nan=0.0)
