# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two maps judged on one sample: which is better, and by how much.

The same points tell of both, so that their errors are correlated: two intervals that overlap say nothing of the
difference. Each point adds to a difference of ratios the difference of what it adds to each (linearisation: Särndal,
Swensson and Wretman 1992, section 5.6; for two simple random accuracies this is the paired comparison of Foody 2004,
doi:10.14358/PERS.70.5.627).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from terracite.landcover.estimation.estimate import Estimate, Floats
from terracite.landcover.estimation.measures import MapAccuracy, from_sample, indicators
from terracite.landcover.estimation.sample import Ints, Sample


@dataclass(frozen=True, slots=True)
class Comparison:
    """Accuracies of two maps and their differences, second minus first: 0.01 is one percentage point."""

    first: MapAccuracy
    second: MapAccuracy
    overall: Estimate  #: difference of overall accuracies
    users: Estimate  #: (classes,)
    producers: Estimate  #: (classes,)


def compare(
    first: ArrayLike, second: ArrayLike, reference: ArrayLike, sample: Sample, classes: int, method: str
) -> Comparison:
    """``first``, ``second``: (points,) class position that each map gives; ``classes`` = not mapped, an error.

    ``reference``: (points,) class position. The strata are those the sample was drawn in: at most one of the maps can
    have been used for that, so its classes are strata like any others.
    """
    rows = [np.asarray(values, np.int64) for values in (first, second)]
    truth = np.asarray(reference, np.int64)
    (values, residuals), (others, further) = (_accuracies(mapped, truth, sample, classes) for mapped in rows)
    found = sample.signed(others - values, further - residuals)
    one, other = (from_sample(mapped, truth, sample, classes + 1, method).without_last() for mapped in rows)
    ends = slice(1, classes + 1), slice(classes + 1, None)
    return Comparison(one, other, found.part(0), found.part(ends[0]), found.part(ends[1]))


def _accuracies(mapped: Ints, truth: Ints, sample: Sample, classes: int) -> tuple[Floats, Floats]:
    """Overall, user's and producer's accuracies (1 + 2 classes,) and what each point adds to their errors."""
    is_mapped, is_true, everyone = indicators(mapped, classes), indicators(truth, classes), np.ones((1, truth.size))
    right = is_mapped * is_true
    above = np.concatenate([right.sum(axis=0, keepdims=True), right, right])
    return sample.residuals(above, np.concatenate([everyone, is_mapped, is_true]))
