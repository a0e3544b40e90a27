# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accuracy and areas of parts of a map (communes, departments): direct, model-assisted, or refused.

*Direct*: the points of the unit alone, each part of a stratum inside the unit counting as its known area says
(post-stratified estimator of a domain: Cochran 1977, section 5A.14; Särndal, Swensson and Wretman 1992, section 10.6).
Right on average, whatever the map is worth there.

*Model-assisted*: too few points for that, so the map says first what the unit holds, corrected by the error rates of
the whole sample; then the unit's own points correct what is left (difference or generalised regression estimator,
Särndal et al. 1992, equation 6.3.1; for maps McRoberts 2011, doi:10.1016/j.rse.2010.10.013, and Stehman 2009,
doi:10.1016/j.rse.2009.07.006). Still right on average; but its error leans on the assumption that errors vary inside
the unit as they do elsewhere, since so few points cannot tell.

*Refused*: fewer still.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from terracite.landcover.accuracy import student_quantile
from terracite.landcover.estimation.estimate import Estimate, Floats
from terracite.landcover.estimation.measures import indicators
from terracite.landcover.estimation.sample import Ints, Sample, drawn
from terracite.record.model import Text

DIRECT, ASSISTED = 30, 12  #: fewest points (as if equally weighted) for each, as simulations have it
_PRIOR = 10.0  #: points that the spread seen in the whole sample counts for, beside the unit's own
_NEGLIGIBLE = 0.1  #: share of a unit that may lie in strata where it has no two points

Method = Literal["direct", "model-assisted", "refused"]


@dataclass(frozen=True, slots=True)
class UnitEstimate:
    """What is known of one unit."""

    points: int  #: of the sample, inside it
    method: Method
    overall: Estimate | None  #: share of its area that is mapped right
    areas: Estimate | None  #: (classes,) in the unit of the given areas
    missing: int  #: points still needed for a direct estimate; 0 where there is one
    reason: Text  #: why not direct, or what is assumed


@dataclass(frozen=True, slots=True)
class _Known:
    """The whole sample, and what it says of each class of the map."""

    mapped: Ints
    reference: Ints
    strata: Ints
    clusters: Ints | None
    sample: Sample
    classes: int  #: of the map, "not mapped" included where units may hold such area
    rates: Floats  #: (map classes, reference classes): what is on the ground where the map says a class
    support: Ints  #: points of the whole sample per map class

    def values(self, members: Ints) -> Floats:
        """(1 + reference classes, members): whether mapped right, and of each class."""
        truth = self.reference[members]
        return np.concatenate([(self.mapped[members] == truth)[None] * 1.0, indicators(truth, self.classes)])


def by_unit(
    mapped: ArrayLike,
    reference: ArrayLike,
    strata: ArrayLike,
    stratum_areas: ArrayLike,
    units: ArrayLike,
    unit_areas: ArrayLike,
    classes: int,
    least: int = DIRECT,
    *,
    clusters: ArrayLike | None = None,
    inclusion: ArrayLike | None = None,
) -> tuple[UnitEstimate, ...]:
    """Accuracy and areas of each unit.

    ``mapped`` and ``reference``: (points,) class positions, ``classes`` = not mapped. ``strata``: (points,) position
    of the stratum; ``stratum_areas``: (strata,) ha. ``units``: (points,) position of the unit, -1 = in none.
    ``unit_areas``: (units, strata, classes) ha mapped per unit, stratum and class; with one class more, the last one
    is the area without class, where the map is wrong. Without it, estimates are for what is mapped, and points that
    are not are left out. ``least``: points for a direct estimate, as many as if equally weighted.
    ``clusters`` and ``inclusion``: as `drawn` takes them. Raises `SampleError` as `drawn` does.
    """
    areas = np.asarray(unit_areas, np.float64)
    rows, columns, place = (np.asarray(values, np.int64) for values in (mapped, reference, units))
    kept = rows < areas.shape[2]
    whole = drawn(strata, stratum_areas, clusters, inclusion)
    known = _known(rows, columns, np.asarray(strata, np.int64), whole, areas.shape[2])
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(areas.shape[0] + 1))
    inside = (order[first:last] for first, last in pairwise(bounds))
    return tuple(
        _cut(_unit(members[kept[members]], area, known, least), classes)
        for members, area in zip(inside, areas, strict=True)
    )


def _known(rows: Ints, columns: Ints, strata: Ints, sample: Sample, classes: int) -> _Known:
    on_map = rows < classes
    pairs = np.bincount(rows[on_map] * classes + columns[on_map], sample.weights[on_map], classes**2)
    rates = pairs.reshape(classes, classes)
    total = rates.sum(axis=1, keepdims=True)
    marginal = rates.sum(axis=0) / max(rates.sum(), np.finfo(float).tiny)
    rates = np.divide(rates, total, out=np.broadcast_to(marginal, rates.shape).copy(), where=total > 0)
    support = np.bincount(rows[on_map], minlength=classes)
    return _Known(rows, columns, strata, sample.clusters, sample, classes, rates, support)


def _unit(members: Ints, area: Floats, known: _Known, least: int) -> UnitEstimate:
    """One unit: ``members`` are its points, ``area`` (strata, classes) what it holds."""
    if not area.sum() > 0:
        reason = Text(fr="La carte n'y a aucune surface.", en="The map has no area there.")
        return UnitEstimate(members.size, "refused", None, None, least, reason)
    local, uncovered = _local(members, area.sum(axis=1), known)
    bearing = float(local.bearing(np.ones((1, members.size)))[0]) if local is not None else 0.0
    missing = max(least - int(bearing + 1e-6), 0) + uncovered
    if local is not None and not missing:
        found = local.ratio(known.values(members), np.ones((1, members.size)))
        return _answer(members.size, "direct", found, area, 0, Text())
    unseen = float(area.sum(axis=0)[known.support < 2].sum() / area.sum())
    if local is None or bearing + 1e-6 < min(ASSISTED, least) or unseen > _NEGLIGIBLE:
        return UnitEstimate(members.size, "refused", None, None, missing, _refused(members.size, least, unseen))
    found = _assisted(members, area.sum(axis=0) / area.sum(), local, known, bearing)
    return _answer(members.size, "model-assisted", found, area, missing, _assumed(members.size, least))


def _local(members: Ints, pieces: Floats, known: _Known) -> tuple[Sample | None, int]:
    """The unit's points as a sample of it, and how many more its strata need.

    A piece of a stratum with fewer than two points joins the largest one that has them (Cochran 1977, section 5A.12).
    """
    if members.size < 2:
        return None, 2
    weights, clusters = known.sample.weights[members], known.clusters
    if clusters is not None:
        own = clusters[members]
        alone = np.unique(own).size < 2
        sample = None if alone else drawn(np.zeros(members.size), [pieces.sum()], own, 1 / weights)
        return sample, 0 if sample is not None else 2
    strata = known.strata[members]
    count = np.bincount(strata, minlength=pieces.size)
    bare = (count < 2) & (pieces > 0)
    full = np.flatnonzero((count >= 2) & (pieces > 0))
    if not full.size:
        return drawn(np.zeros(members.size), [pieces.sum()], None, 1 / weights), int((2 - count[bare]).sum())
    home = full[np.argmax(pieces[full])]
    merged = np.where(np.isin(np.arange(pieces.size), full), pieces, 0.0)
    merged[home] += pieces[bare].sum()
    strata = np.where(np.isin(strata, full), strata, home)
    lacking = int((2 - count[bare]).sum()) if pieces[bare].sum() > _NEGLIGIBLE * pieces.sum() else 0
    return drawn(strata, merged, None, 1 / weights), lacking


def _assisted(members: Ints, shares: Floats, local: Sample, known: _Known, bearing: float) -> Estimate:
    """Shares (1 + classes,): what map and error rates say, plus the mean residual of the unit's points."""
    rates = np.concatenate([np.diag(known.rates)[:, None], known.rates], axis=1)
    expected = rates[known.mapped[members]].T
    residuals = known.values(members) - expected
    value = np.clip(shares @ rates + local.mean(residuals), 0.0, 1.0)
    support = known.support[:, None]
    smoothed = (rates * support + 1) / (support + 2)  # no rate is so sure that it has no spread
    elsewhere = shares @ (smoothed * (1 - smoothed))
    own = local.variance(residuals) * bearing
    spread = (own * bearing + elsewhere * _PRIOR) / (bearing + _PRIOR)
    points = np.full(value.shape, bearing)
    quantile = max(known.sample.quantile, student_quantile(int(bearing + _PRIOR) - 1))
    return Estimate(value, np.sqrt(spread / bearing), points=points, wilson=False, quantile=quantile)


def _answer(points: int, method: Method, found: Estimate, area: Floats, missing: int, reason: Text) -> UnitEstimate:
    return UnitEstimate(
        points, method, found.part(0), found.part(slice(1, None)).times(float(area.sum())), missing, reason
    )


def _cut(found: UnitEstimate, classes: int) -> UnitEstimate:
    """Without the area that is not mapped, once it has counted as an error."""
    if found.areas is None or found.areas.value.size == classes:
        return found
    areas = found.areas.part(slice(None, classes))
    return replace(found, areas=areas)


def _refused(points: int, least: int, unseen: float) -> Text:
    if unseen > _NEGLIGIBLE:
        share = round(100 * unseen)
        return Text(
            fr=f"{share} % de l'unité est de classes que l'échantillon entier n'a presque jamais vues.",
            en=f"{share} % of the unit is of classes that the whole sample has hardly seen.",
        )
    return Text(
        fr=f"{points} points n'y suffisent pas : il en faut {ASSISTED} pour une estimation assistée par un modèle, "
        f"{least} pour une estimation directe.",
        en=f"{points} points are not enough: a model-assisted estimate needs {ASSISTED}, a direct one {least}.",
    )


def _assumed(points: int, least: int) -> Text:
    return Text(
        fr=f"Trop peu de points ({points}, il en faudrait {least}) : la carte, corrigée par les taux d'erreur de tout "
        "l'échantillon puis par ces points. L'intervalle suppose que les erreurs y varient comme ailleurs.",
        en=f"Too few points ({points}, where {least} are needed): the map, corrected by the error rates of the whole "
        "sample, then by these points. The interval assumes that errors vary there as they do elsewhere.",
    )
