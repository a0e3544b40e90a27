# SPDX-License-Identifier: AGPL-3.0-or-later
"""The estimator that fits how a sample was drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from terracite.landcover.accuracy import confusion_matrix
from terracite.landcover.estimation.measures import MapAccuracy, from_sample
from terracite.landcover.estimation.sample import drawn
from terracite.landcover.estimation.stratified import from_matrix

METHODS = {"strata": "stratified", "random": "simple random", "cluster": "cluster", "two-stage": "two-stage"}


def by_design(
    design: str,
    mapped: ArrayLike,
    reference: ArrayLike,
    strata: ArrayLike,
    areas: ArrayLike,
    classes: int,
    *,
    names: Sequence[str] | None = None,
    clusters: ArrayLike | None = None,
    inclusion: ArrayLike | None = None,
) -> MapAccuracy:
    """Accuracy and areas from points of any probability design.

    ``design``: "map" (the strata are the classes of the map: points that are not mapped are left out, and the estimate
    is for what is mapped), or a key of `METHODS` (a point that is not mapped is an error of the map). ``mapped``,
    ``reference``: (points,) class positions, ``classes`` = not mapped. ``strata``: (points,) position of the stratum;
    ``areas``: (strata,) area of each, any unit; ``names`` of them. ``clusters``, ``inclusion``: as `drawn` takes them.
    Raises `SampleError` naming everything that the sample lacks.
    """
    rows, columns = np.asarray(mapped, np.int64), np.asarray(reference, np.int64)
    if design == "map":
        on_map = rows < classes
        return from_matrix(confusion_matrix(rows[on_map], columns[on_map], classes), areas, names)
    sample = drawn(strata, areas, clusters, inclusion, names)
    return from_sample(rows, columns, sample, classes + 1, METHODS[design]).without_last()
