# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a sample was drawn, and the one variance that all estimators here rest on.

Every design is written in one way: each point stands for some area (its weight), points are drawn in clusters (a
cluster of one point where they are drawn one by one), and clusters are drawn at random within strata of known area. An
estimator is linearised: its error is that of a weighted sum of residuals, one per point (Taylor; Särndal, Swensson and
Wretman 1992, section 5.5).

The variance of such a sum compares the clusters of a stratum (Cochran 1977, equations 9A.7 and 11.30; Stehman 1997,
doi:10.1016/S0034-4257(96)00176-9, for accuracies): with e the weighted residuals about the stratum's mean, summed over
a cluster, and n clusters, it is the sum over strata of n / (n - 1) * sum of e². For clusters of one point it is
equation 25 of Stehman 2014. For two stages it holds what both stages add, and leans to the safe side (it takes the
first stage as drawn with replacement). No finite population correction: areas are large beside a sample.

Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.errors import Problem, ProblemsError
from terracite.landcover.accuracy import student_quantile
from terracite.landcover.estimation.estimate import Z95, Estimate, Floats

Ints = NDArray[np.int64]
_SMALL = 32  #: strata up to which a product of matrices is faster than counting


class SampleError(ProblemsError, ValueError):
    """A probability sample cannot support an estimate; every reason is listed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Points drawn by chance: what area each stands for, and with which others it was drawn."""

    weights: Floats  #: (points,) area that each point stands for; sums to ``area``
    area: float  #: in the unit that the caller gave
    strata: Ints  #: (points,) rank of the stratum of each point among those with points
    clusters: Ints | None  #: (points,) rank of its cluster; None where points were drawn one by one
    spread: Floats  #: n / (n - 1) of the stratum of each cluster, or of each point
    quantile: float  #: standard errors in half a 95 % interval
    unseen: float  #: variance of a mean, were half a further point wrong in each stratum

    def mean(self, values: ArrayLike) -> Floats:
        """Mean over the whole area of ``values`` (..., points): equation 2 of Stehman 2014."""
        return np.asarray(np.asarray(values, np.float64) @ self.weights / self.area, np.float64)

    def variance(self, residuals: Floats) -> Floats:
        """Variance of the mean of ``residuals`` (kinds, points): shape (kinds,)."""
        weights = self.weights / self.area
        if self.strata.size and self.strata.max() > 0:
            whole = np.bincount(self.strata, weights)
            sums = residuals * weights
            members = self.strata[:, None] == np.arange(whole.size) if whole.size <= _SMALL else None
            means = (grouped(sums, self.strata) if members is None else sums @ members) / whole
            parts = np.asarray((residuals - means[:, self.strata]) * weights)
        else:
            parts = np.asarray((residuals - residuals @ weights[:, None]) * weights)
        if self.clusters is not None:
            parts = grouped(parts, self.clusters)
        return np.asarray((parts**2) @ self.spread, np.float64)

    def bearing(self, members: Floats) -> Floats:
        """How many points, as if equally weighted, ``members`` (kinds, points; 0 or 1) are (Kish 1965): (kinds,)."""
        weights = members * self.weights
        if self.clusters is not None:
            weights = grouped(weights, self.clusters)
        squares = (weights**2).sum(axis=1)
        sums = weights.sum(axis=1) ** 2
        return np.asarray(np.divide(sums, squares, out=np.zeros_like(sums), where=squares > 0))

    def residuals(self, above: Floats, below: Floats) -> tuple[Floats, Floats]:
        """Ratios of two totals, (kinds,), and what each point adds to their error, (kinds, points).

        Equations 27 and 28 of Stehman 2014. NaN where the total of ``below`` is 0.
        """
        top, bottom = self.mean(above), self.mean(below)
        value = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
        bottom = np.where(bottom > 0, bottom, np.nan)
        return value, (above - value[:, None] * below) / bottom[:, None]

    def ratio(self, above: ArrayLike, below: ArrayLike) -> Estimate:
        """Ratios of two totals with their standard errors, for values (kinds, points)."""
        y, x = np.asarray(above, np.float64), np.asarray(below, np.float64)
        value, residuals = self.residuals(y, x)
        share = np.broadcast_to(self.mean(x), value.shape)
        unseen = np.divide(self.unseen, share**2, out=np.zeros_like(value), where=share > 0)
        error, points = np.sqrt(self.variance(residuals)), np.broadcast_to(self.bearing(x), value.shape)
        return Estimate(value, error, unseen=unseen, points=points, quantile=self.quantile)

    def signed(self, value: Floats, residuals: Floats) -> Estimate:
        """A difference with the error that its residuals (kinds, points) tell."""
        everyone = np.ones((1, self.weights.size))
        points = np.broadcast_to(self.bearing(everyone), np.shape(value))
        error, unseen = np.sqrt(self.variance(residuals)), np.full(np.shape(value), self.unseen)
        return Estimate(value, error, unseen=unseen, points=points, signed=True, quantile=self.quantile)


def drawn(
    strata: ArrayLike,
    areas: ArrayLike,
    clusters: ArrayLike | None = None,
    inclusion: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Sample:
    """The sample, checked.

    ``strata``: (points,) position of the stratum of each point. ``areas``: (strata,) area of each, any unit.
    ``clusters``: (points,) what each point was drawn with, any numbers. ``inclusion``: (points,) chance of each point
    to be drawn, up to a factor; None = the same within a stratum. ``names``: of the strata, for messages.
    Raises `SampleError` naming each stratum without area, or with fewer than two points (or clusters), and each
    cluster that lies in two strata.
    """
    stratum, area = np.asarray(strata, np.int64), np.asarray(areas, np.float64)
    called = [str(name) for name in (names or range(area.size))]
    cluster = None if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1].astype(np.int64)
    home = None if cluster is None else _homes(cluster, stratum)
    count = np.bincount(stratum if home is None else home, minlength=area.size)
    check_sizes(count, area, called, "stratum", "sample points" if cluster is None else "clusters")
    weights = np.ones(stratum.size) if inclusion is None else 1 / np.asarray(inclusion, np.float64)
    weights *= (area / np.maximum(np.bincount(stratum, weights, area.size), np.finfo(float).tiny))[stratum]
    spread = (count / np.maximum(count - 1, 1))[stratum if home is None else home]
    used = np.unique(stratum, return_inverse=True)[1].astype(np.int64)
    freedom = 0 if cluster is None else int(count.sum() - np.count_nonzero(count))
    quantile = Z95 if cluster is None else max(Z95, student_quantile(freedom))
    size = np.bincount(stratum, minlength=area.size)
    unseen = unseen_variance(area, size)
    return Sample(weights, float(area.sum()), used, cluster, spread, quantile, unseen)


def unseen_variance(areas: Floats, points: Ints) -> float:
    """Variance of a mean over all strata, were half a further point wrong in each: 0.5 (W / n)², summed."""
    return float(0.5 * ((areas / areas.sum() / np.maximum(points, 1)) ** 2).sum())


def grouped(values: Floats, groups: Ints) -> Floats:
    """Sums of ``values`` (kinds, points) over the points of each group: (kinds, groups)."""
    return np.array([np.bincount(groups, row) for row in values]).reshape(values.shape[0], -1)


def check_sizes(points: Ints, areas: Floats, names: Sequence[str], kind: str, of: str = "sample points") -> None:
    """Every stratum that covers some area needs two points, or no error can be computed."""
    problems = []
    for name, size, area in zip(names, points.tolist(), areas.tolist(), strict=True):
        if not np.isfinite(area) or area < 0:
            problems.append(Problem(f"{kind} '{name}'", f"has an area of {area}.", "Give an area of 0 or more."))
        elif (area > 0 and size < 2) or (area == 0 and size > 0):
            what = f"has {size} {of} for an area of {area:g}."
            cure = "Draw at least two points in each stratum, and only there."
            if of == "clusters":
                cure = "Draw at least two clusters in each stratum, and only there."
            problems.append(Problem(f"{kind} '{name}'", what, cure))
    if not areas.sum() > 0:
        problems.append(Problem("strata", "cover no area at all.", "Give the areas of the strata."))
    if problems:
        raise SampleError("The probability sample is too small, or does not fit its strata.", problems)


def _homes(clusters: Ints, strata: Ints) -> Ints:
    """The stratum of each cluster: (clusters,)."""
    homes = np.full(int(clusters.max(initial=-1)) + 1, -1, np.int64)
    homes[clusters] = strata
    torn = np.unique(clusters[homes[clusters] != strata])
    if torn.size:
        what = f"{torn.size} clusters have points in more than one stratum."
        cure = "Give each cluster the stratum that it was drawn in."
        raise SampleError("The clusters do not fit their strata.", [Problem("clusters", what, cure)])
    return homes
