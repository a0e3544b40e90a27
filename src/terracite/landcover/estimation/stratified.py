# SPDX-License-Identifier: AGPL-3.0-or-later
"""Map accuracy and areas from a probability sample: design-based, with 95 % intervals.

Counting the pixels of a map gives its mapped areas, errors included. A sample of points drawn at random in known
strata and looked at independently of the map gives unbiased areas and honest accuracies.

- `from_matrix`: the strata are the classes of the map (Olofsson et al. 2014, doi:10.1016/j.rse.2014.02.015).
- `from_points`: the strata are anything else, or there are none (Stehman 2014, doi:10.1080/01431161.2014.930207).

Pure functions. Rows of a matrix are map classes, columns reference classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from terracite.errors import Problem
from terracite.landcover.estimation.estimate import Estimate, Floats
from terracite.landcover.estimation.measures import MapAccuracy, from_sample, omitted
from terracite.landcover.estimation.sample import SampleError, check_sizes, drawn, unseen_variance


def from_matrix(counts: ArrayLike, mapped_areas: ArrayLike, names: Sequence[str] | None = None) -> MapAccuracy:
    """Accuracy and areas where the sample was stratified by the classes of the map itself.

    ``counts``: (classes, classes) sample points, rows map and columns reference. ``mapped_areas``: (classes,) area
    of each class on the map, any unit. A class that is not on the map (area 0) needs no points. ``names``: of the
    classes, for messages. Raises `SampleError` naming each mapped class with fewer than two points.
    """
    n = np.asarray(counts, dtype=np.float64)
    mapped = np.asarray(mapped_areas, dtype=np.float64)
    if n.shape != (mapped.size, mapped.size):
        raise ValueError(f"a matrix {n.shape} does not go with {mapped.size} mapped areas")
    sizes = n.sum(axis=1)
    called = [str(name) for name in (names or range(mapped.size))]
    check_sizes(sizes.astype(np.int64), mapped, called, "map class")
    weights, shares = mapped / mapped.sum(), _ratio(n, sizes[:, None], missing=0.0)
    spread = _ratio(shares * (1 - shares), sizes[:, None] - 1, missing=0.0)
    matrix, each = weights[:, None] * shares, _ratio(weights, sizes, missing=0.0)[:, None]
    users = _ratio(np.diag(n), sizes)
    users_variance = _ratio(users * (1 - users), sizes - 1)
    overall_variance = np.nansum(weights**2 * users_variance)
    whole, unseen = np.asarray(1 / (each[:, 0] ** 2 * sizes).sum()), unseen_variance(mapped, sizes.astype(np.int64))
    of_reference = _ratio((n * each).sum(axis=0) ** 2, (n * each**2).sum(axis=0), missing=0.0)
    return MapAccuracy(
        overall=Estimate(np.trace(matrix), np.sqrt(overall_variance), unseen=np.asarray(unseen), points=whole),
        users=Estimate(users, np.sqrt(users_variance), points=sizes),
        producers=omitted(_producers(matrix, mapped, users_variance, spread, of_reference, unseen)),
        proportions=Estimate(
            matrix.sum(axis=0),
            np.sqrt((weights[:, None] ** 2 * spread).sum(axis=0)),
            unseen=np.full(mapped.shape, unseen),
            points=np.broadcast_to(whole, mapped.shape),
        ),
        total_area=float(mapped.sum()),
        matrix=matrix,
        counts=np.asarray(counts, dtype=np.int64),
        method="stratified by map class",
    )


def _producers(
    matrix: Floats, mapped: Floats, users_variance: Floats, spread: Floats, points: Floats, unseen: float
) -> Estimate:
    """Producer's accuracies and their errors: equations 3 and 7 of Olofsson et al. 2014."""
    reference = matrix.sum(axis=0)
    accuracy = _ratio(np.diag(matrix), reference)
    own = mapped**2 * (1 - accuracy) ** 2 * np.nan_to_num(users_variance)
    elsewhere = (mapped[:, None] ** 2 * spread).sum(axis=0) - mapped**2 * np.diag(spread)
    variance = _ratio(own + accuracy**2 * elsewhere, (reference * mapped.sum()) ** 2)
    further = _ratio(unseen, reference**2, missing=0.0)
    return Estimate(accuracy, np.sqrt(variance), unseen=further, points=points)


def from_points(
    mapped: ArrayLike, reference: ArrayLike, strata: Sequence[str], areas: Mapping[str, float], classes: int
) -> MapAccuracy:
    """Accuracy and areas from points stratified by something else than the map, or not stratified at all.

    ``mapped`` and ``reference``: class position 0..classes-1 of each point. ``strata``: the stratum of each point (one
    name for all = a simple random sample). ``areas``: area of each stratum, any unit; counted in cells or not, it is
    taken as large beside the sample (no finite population correction, which would narrow the intervals).
    Raises `SampleError` naming each stratum without area, unknown, or with fewer than two points.
    """
    names = {name: position for position, name in enumerate(areas)}
    unknown = sorted(set(strata) - set(names))
    if unknown:
        problems = [Problem(f"stratum '{name}'", "has points but no area.", "Give its area.") for name in unknown]
        raise SampleError("The probability sample does not fit its strata.", problems)
    sample = drawn([names[name] for name in strata], list(areas.values()), names=list(names))
    return from_sample(mapped, reference, sample, classes, "simple random" if len(areas) == 1 else "stratified")


def _ratio(above: ArrayLike, below: ArrayLike, missing: float = np.nan) -> Floats:
    top, bottom = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    out = np.full(top.shape, missing)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out
