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
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.errors import Problem, ProblemsError

Z95 = 1.96  #: half-width of a 95 % interval in standard errors, as both papers have it

Floats = NDArray[np.float64]


class SampleError(ProblemsError, ValueError):
    """A probability sample cannot support an estimate; every reason is listed."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Values with their standard errors: shapes () or (classes,). NaN where the sample says nothing."""

    value: Floats
    error: Floats

    @property
    def half_width(self) -> Floats:
        """Half the width of the 95 % interval."""
        return Z95 * self.error


@dataclass(frozen=True, slots=True)
class MapAccuracy:
    """Accuracy of a map and areas of its classes, as estimated from a probability sample."""

    overall: Estimate  #: share of the area that is mapped right, 0-1
    users: Estimate  #: per map class: share of what is mapped so that is so
    producers: Estimate  #: per reference class: share of what is so that is mapped so
    proportions: Estimate  #: per reference class: share of the total area
    total_area: float  #: in the unit that the caller gave (cells, hectares...)
    matrix: Floats  #: estimated share of the area per (map, reference) pair
    counts: NDArray[np.int64]  #: sample points per (map, reference) pair
    method: str  #: "stratified by map class" or "stratified" or "simple random"

    @property
    def areas(self) -> Estimate:
        """Adjusted area per class, in the unit of ``total_area``."""
        return Estimate(self.proportions.value * self.total_area, self.proportions.error * self.total_area)


def from_matrix(counts: ArrayLike, mapped_areas: ArrayLike) -> MapAccuracy:
    """Accuracy and areas where the sample was stratified by the classes of the map itself.

    ``counts``: (classes, classes) sample points, rows map and columns reference. ``mapped_areas``: (classes,) area
    of each class on the map, any unit. A class that is not on the map (area 0) needs no points.
    Raises `SampleError` naming (by position) each mapped class with fewer than two points.
    """
    n = np.asarray(counts, dtype=np.float64)
    mapped = np.asarray(mapped_areas, dtype=np.float64)
    if n.shape != (mapped.size, mapped.size):
        raise ValueError(f"a matrix {n.shape} does not go with {mapped.size} mapped areas")
    sizes = n.sum(axis=1)
    _check_sizes({str(row): (int(sizes[row]), float(mapped[row])) for row in range(mapped.size)}, "map class")
    weights, shares = mapped / mapped.sum(), _ratio(n, sizes[:, None], missing=0.0)
    spread = _ratio(shares * (1 - shares), sizes[:, None] - 1, missing=0.0)
    matrix = weights[:, None] * shares
    users = _ratio(np.diag(n), sizes)
    users_variance = _ratio(users * (1 - users), sizes - 1)
    overall_variance = np.nansum(weights**2 * users_variance)
    return MapAccuracy(
        overall=Estimate(np.trace(matrix), np.sqrt(overall_variance)),
        users=Estimate(users, np.sqrt(users_variance)),
        producers=_producers(matrix, mapped, users_variance, spread),
        proportions=Estimate(matrix.sum(axis=0), np.sqrt((weights[:, None] ** 2 * spread).sum(axis=0))),
        total_area=float(mapped.sum()),
        matrix=matrix,
        counts=np.asarray(counts, dtype=np.int64),
        method="stratified by map class",
    )


def _producers(matrix: Floats, mapped: Floats, users_variance: Floats, spread: Floats) -> Estimate:
    """Producer's accuracies and their errors: equations 3 and 7 of Olofsson et al. 2014."""
    reference = matrix.sum(axis=0)
    accuracy = _ratio(np.diag(matrix), reference)
    own = mapped**2 * (1 - accuracy) ** 2 * np.nan_to_num(users_variance)
    elsewhere = (mapped[:, None] ** 2 * spread).sum(axis=0) - mapped**2 * np.diag(spread)
    variance = _ratio(own + accuracy**2 * elsewhere, (reference * mapped.sum()) ** 2)
    return Estimate(accuracy, np.sqrt(variance))


def from_points(
    mapped: ArrayLike, reference: ArrayLike, strata: Sequence[str], areas: Mapping[str, float], classes: int
) -> MapAccuracy:
    """Accuracy and areas from points stratified by something else than the map, or not stratified at all.

    ``mapped`` and ``reference``: class position 0..classes-1 of each point. ``strata``: the stratum of each point (one
    name for all = a simple random sample). ``areas``: area of each stratum, any unit; counted in cells or not, it is
    taken as large beside the sample (no finite population correction, which would narrow the intervals).
    Raises `SampleError` naming each stratum without area, unknown, or with fewer than two points.
    """
    rows, columns = np.asarray(mapped, np.int64), np.asarray(reference, np.int64)
    names = np.asarray(strata, dtype=object)
    if not rows.shape == columns.shape == names.shape:
        raise ValueError("every point needs a map class, a reference class and a stratum")
    _check_strata(names, areas)
    sample = _Stratified(tuple(np.flatnonzero(names == name) for name in areas), np.array(list(areas.values())))
    is_mapped, is_true = rows == np.arange(classes)[:, None], columns == np.arange(classes)[:, None]
    right = is_mapped & is_true
    pairs = np.array([[sample.mean(m & t) for t in is_true] for m in is_mapped])
    return MapAccuracy(
        overall=sample.ratio(rows == columns, np.ones(rows.size)),
        users=_stack([sample.ratio(hit, of) for hit, of in zip(right, is_mapped, strict=True)]),
        producers=_stack([sample.ratio(hit, of) for hit, of in zip(right, is_true, strict=True)]),
        proportions=_stack([sample.ratio(of, np.ones(rows.size)) for of in is_true]),
        total_area=float(sum(areas.values())),
        matrix=pairs,
        counts=np.bincount(rows * classes + columns, minlength=classes**2).reshape(classes, classes),
        method="simple random" if len(areas) == 1 else "stratified",
    )


@dataclass(frozen=True, slots=True)
class _Stratified:
    """The points of each stratum (positions) and the area of each stratum."""

    members: tuple[NDArray[np.intp], ...]
    areas: Floats

    def mean(self, values: ArrayLike) -> float:
        """Mean of ``values`` over the whole area: equation 2 of Stehman 2014."""
        y = np.asarray(values, np.float64)
        return float(sum(a * y[i].mean() for a, i in zip(self.areas, self.members, strict=True)) / self.areas.sum())

    def ratio(self, above: ArrayLike, below: ArrayLike) -> Estimate:
        """Ratio of two totals with its standard error: equations 27 and 28 of Stehman 2014.

        With ``below`` = 1 everywhere this is a mean and its usual stratified error.
        """
        y, x = np.asarray(above, np.float64), np.asarray(below, np.float64)
        divisor = self.mean(x)
        if divisor == 0:
            return Estimate(np.float64("nan"), np.float64("nan"))  # type: ignore[arg-type]
        value = self.mean(y) / divisor
        residual = y - value * x
        weights = self.areas / self.areas.sum()
        variance = sum(w**2 * residual[i].var(ddof=1) / i.size for w, i in zip(weights, self.members, strict=True))
        return Estimate(np.asarray(value), np.asarray(np.sqrt(variance) / divisor))


def _stack(estimates: list[Estimate]) -> Estimate:
    return Estimate(np.array([e.value for e in estimates]), np.array([e.error for e in estimates]))


def _check_strata(names: NDArray[np.object_], areas: Mapping[str, float]) -> None:
    unknown = sorted(set(names.tolist()) - set(areas))
    if unknown:
        problems = [Problem(f"stratum '{name}'", "has points but no area.", "Give its area.") for name in unknown]
        raise SampleError("The probability sample does not fit its strata.", problems)
    _check_sizes({name: (int((names == name).sum()), area) for name, area in areas.items()}, "stratum")


def _check_sizes(found: Mapping[str, tuple[int, float]], kind: str) -> None:
    """Every stratum that covers some area needs two points, or no error can be computed."""
    problems = []
    for name, (points, area) in found.items():
        if not np.isfinite(area) or area < 0:
            problems.append(Problem(f"{kind} '{name}'", f"has an area of {area}.", "Give an area of 0 or more."))
        elif (area > 0 and points < 2) or (area == 0 and points > 0):
            what = f"has {points} sample points for an area of {area:g}."
            problems.append(
                Problem(f"{kind} '{name}'", what, "Draw at least two points in each stratum, and only there.")
            )
    if not sum(area for _, area in found.values()) > 0:
        problems.append(Problem("strata", "cover no area at all.", "Give the areas of the strata."))
    if problems:
        raise SampleError("The probability sample is too small, or does not fit its strata.", problems)


def _ratio(above: ArrayLike, below: ArrayLike, missing: float = np.nan) -> Floats:
    top, bottom = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    out = np.full(top.shape, missing)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out
