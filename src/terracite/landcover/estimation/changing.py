# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change between two dates, from points whose class is known at both.

Two maps are never subtracted: their errors are as large as the change, and add up (Fuller et al. 2003,
doi:10.1016/j.jenvman.2003.07.001; Olofsson et al. 2014, section 4.4). Each transition is a share of the area, so that
it is estimated like a class (Stehman 2014, equation 2); net change is a difference of two shares that the same points
tell, and its error is that of the difference at each point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.landcover.estimation.estimate import Estimate
from terracite.landcover.estimation.measures import indicators
from terracite.landcover.estimation.sample import Sample


@dataclass(frozen=True, slots=True)
class Change:
    """Areas in the unit of the sample's; rows of matrices are classes before, columns classes after."""

    before: Estimate  #: (classes,) area
    after: Estimate  #: (classes,) area
    net: Estimate  #: (classes,) after minus before
    gain: Estimate  #: (classes,) area that became the class
    loss: Estimate  #: (classes,) area that ceased to be it
    changed: Estimate  #: area of all that changed
    transitions: Estimate  #: (classes, classes) area of each; the diagonal is what stayed
    total_area: float
    counts: NDArray[np.int64]  #: (classes, classes) points


def change(before: ArrayLike, after: ArrayLike, sample: Sample, classes: int) -> Change:
    """``before``, ``after``: (points,) class positions 0..classes-1 at both dates, of the same points.

    Strata may be anything: classes of either map, mapped transitions, regions.
    """
    old, new = np.asarray(before, np.int64), np.asarray(after, np.int64)
    was, became = indicators(old, classes), indicators(new, classes)
    moved, net = (old != new) * 1.0, became - was
    pairs = indicators(old * classes + new, classes**2)
    values = np.concatenate([was, became, became * moved, was * moved, pairs, moved[None]])
    found = sample.ratio(values, np.ones((1, old.size))).times(sample.area)
    first, second, gain, loss = (found.part(slice(k * classes, (k + 1) * classes)) for k in range(4))
    return Change(
        before=first,
        after=second,
        net=sample.signed(sample.mean(net), net).times(sample.area),
        gain=gain,
        loss=loss,
        changed=found.part(-1),
        transitions=found.part(slice(4 * classes, -1)).shaped(classes, classes),
        total_area=sample.area,
        counts=np.bincount(old * classes + new, minlength=classes**2).reshape(classes, classes),
    )
