# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often the sets of a map hold the truth, by its probability sample: the one figure that is of the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.uncertainty.layers import held_in

if TYPE_CHECKING:
    from terracite.landcover.outcome import Outcome


def coverage(found: Outcome) -> tuple[float, float, int] | None:
    """Share of the mapped area whose set holds the true class, half its 95 % interval, and the points it rests on.

    Stratified estimator (Cochran 1977, equations 5.1 and 5.6), each stratum by its area, that of the sample or the
    mapped one of its class. None without sets, sample or areas, where a stratum has fewer than two mapped points, and
    for points in clusters or of unequal chances, which this estimator is not for.
    """
    prepared, facts = found.prepared, found.facts
    part, sample = prepared.recipe.validation.sample, prepared.sample
    if part is None or sample is None or facts.sample_sets is None:
        return None
    if sample.clusters is not None or sample.inclusion is not None:
        return None
    mapped = facts.sample_codes > 0
    held = held_in(facts.sample_sets, len(prepared.nomenclature))
    there = held[prepared.sample_labels, np.arange(mapped.size)]
    strata, areas = np.zeros(mapped.size, np.int64), np.ones(1)
    if part.design == "map":
        if facts.areas_ha is None:
            return None
        codes = np.asarray(prepared.nomenclature.codes)
        strata, areas = np.searchsorted(codes, facts.sample_codes), facts.areas_ha
    elif sample.areas_ha:
        names = list(sample.areas_ha)
        strata = np.array([names.index(name) for name in sample.strata], np.int64)
        areas = np.array([sample.areas_ha[name] for name in names])
    return _stratified(there[mapped], strata[mapped], areas)


def _stratified(
    there: NDArray[np.bool_], strata: NDArray[np.int64], areas: NDArray[np.float64]
) -> tuple[float, float, int] | None:
    counts = np.bincount(strata, minlength=areas.size)
    if (counts[areas > 0] < 2).any():
        return None
    used = areas > 0
    share = areas[used] / areas[used].sum()
    mean = np.bincount(strata, there, areas.size)[used] / counts[used]
    variance = mean * (1 - mean) / (counts[used] - 1)
    return float(share @ mean), float(1.96 * np.sqrt(share**2 @ variance)), int(counts.sum())
