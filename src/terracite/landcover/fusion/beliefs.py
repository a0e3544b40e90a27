# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a map's word for a class is worth, from its confusion matrix.

The measures are those of the fusion of classifications of the Orfeo ToolBox (and of iota2, which calls it): precision
(of the cells that the map gives the class, the share that has it: the user's accuracy), recall (of the reference of the
class, the share that the map gives it: the producer's accuracy), overall accuracy and kappa (both the same for all
classes).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.mapping.matrices import Counts

CODES = 256


def masses(counts: Counts, measure: str) -> NDArray[np.float64]:
    """The mass of belief of each code, 0-1, (256,); NaN for a class that the matrix does not tell of."""
    table = np.zeros((CODES, CODES))
    for (mapped, true), count in counts.items():
        if 0 <= mapped < CODES and 0 <= true < CODES:
            table[mapped, true] += count
    right, by_map, by_truth = table.diagonal(), table.sum(axis=1), table.sum(axis=0)
    if measure == "precision":
        return _ratio(right, by_map)
    if measure == "recall":
        return _ratio(right, by_truth)
    overall = right.sum() / table.sum()
    if measure == "kappa":
        chance = float(by_map @ by_truth) / table.sum() ** 2
        overall = max(0.0, (overall - chance) / (1 - chance)) if chance < 1 else 1.0
    return np.where(by_map + by_truth > 0, overall, np.nan)


def overall_accuracy(counts: Counts) -> float:
    """The share of the counts that is right."""
    return sum(count for (mapped, true), count in counts.items() if mapped == true) / sum(counts.values())


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
