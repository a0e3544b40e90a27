# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calibration, sets and dissimilarity, learnt beside a model and checked on polygons that neither learnt from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Model
from terracite.landcover.samples import Samples
from terracite.landcover.uncertainty import calibration, conformal, reliability
from terracite.landcover.uncertainty.calibrated import Calibrated
from terracite.landcover.uncertainty.calibration import Calibrator
from terracite.landcover.uncertainty.conformal import Coverage, Thresholds
from terracite.landcover.uncertainty.held import HeldOut, Told, checks, joined

if TYPE_CHECKING:
    from terracite.landcover.recipe import OutputPart

FEWEST = 10  #: polygons of a third group, below which nothing is calibrated
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt from the samples that the runs of the score held back, and what it is worth."""

    calibrator: Calibrator | None = None  #: None = the shares are not calibrated
    thresholds: Thresholds | None = None
    facts: dict[str, Any] = field(default_factory=dict)  #: for the card of the model
    curves: tuple[tuple[str, int, reliability.Bin], ...] = ()  #: (before or after, class position or -1, bin)
    coverages: tuple[tuple[str, int, Coverage], ...] = ()  #: ("all", "class", "region" or "far", position, it)

    def teaching(self, teach: Callable[[Samples], Model], classifier: str) -> Callable[[Samples], Model]:
        """What makes a calibrated model of samples; ``teach`` as it is where nothing has to be corrected."""
        found = self.calibrator
        if found is None or found.method == "none":
            return teach
        return lambda samples: Calibrated.of(teach(samples), found, classifier)


def learn(held: HeldOut, samples: Samples, wanted: OutputPart, seed: int) -> Learnt:
    """What ``[output]`` asks for, from what the runs of the score said of samples that they had not learnt from."""
    if not (wanted.calibrate or wanted.sets):
        return Learnt()
    scheme, parts = held.best(samples, FEWEST)
    every = joined(parts, held.classes)
    groups = int(np.unique(every.groups).size)
    found = Learnt(facts={"held_back": scheme, "samples": len(every), "groups": groups})
    losses = dict[str, float]()
    if wanted.calibrate and groups >= FEWEST:
        calibrator, losses = calibration.choose(every.shares, every.labels, every.groups, every.weights, seed)
        found = replace(found, calibrator=calibrator)
    elif wanted.calibrate:
        found = replace(found, facts=found.facts | {"not_calibrated": FEWEST})
    pairs = [_corrected(found.calibrator, *pair) for pair in checks(every, seed)]
    if found.calibrator is not None:
        found = _with_reliability(found, losses, pairs)
    if wanted.sets:
        found = _with_sets(found, wanted.sets, _applied(found.calibrator, every), pairs)
    far = joined(held.told(samples, "block"), held.classes) if scheme != "block" else every.take(np.zeros(0, np.intp))
    return _with_far(found, _applied(found.calibrator, far)) if len(far) else found


@dataclass(frozen=True, slots=True)
class _Pair:
    """One of the `checks`: as the model said it, and as corrected by what the first part taught."""

    learnt: Told
    raw: Told
    checked: Told


def _corrected(kind: Calibrator | None, learnt: Told, checked: Told) -> _Pair:
    if kind is None:
        return _Pair(learnt, checked, checked)
    count = np.unique(learnt.groups).size
    own = calibration.fit(kind.method, learnt.shares, learnt.labels, learnt.weights, count)
    return _Pair(_applied(own, learnt), checked, _applied(own, checked))


def _applied(calibrator: Calibrator | None, told: Told) -> Told:
    return told if calibrator is None else told.with_shares(calibrator.applied(told.shares))


def _with_reliability(found: Learnt, losses: dict[str, float], pairs: list[_Pair]) -> Learnt:
    raw, checked = joined([pair.raw for pair in pairs]), joined([pair.checked for pair in pairs])
    states = (("before", raw), ("after", checked))
    measured = {name: _measures(told) for name, told in states}
    curves = [
        (name, place, one)
        for name, told in states
        for place, told_so, so in reliability.chosen_and_each(told.shares, told.labels)
        for one in reliability.curve(told_so, so, told.weights)
    ]
    changed = float((raw.shares.argmax(axis=1) != checked.shares.argmax(axis=1)).mean())
    said = {
        "method": found.calibrator.method if found.calibrator else "",
        "tried": _rounded(losses),
        "changed": round(changed, _DIGITS),
        "untested": np.setdiff1d(np.arange(raw.shares.shape[1]), np.unique(checked.labels)).tolist(),
        **measured,
        "curve": [asdict(one) for name, place, one in curves if name == "after" and place < 0],
    }
    return replace(found, facts=found.facts | {"calibration": said}, curves=tuple(curves))


def _measures(told: Told) -> dict[str, Any]:
    """Of the chosen class and all together, and of each class."""
    shares, labels, weights = told.shares, told.labels, told.weights
    classes = [reliability.of_class(place, shares, labels, weights) for place in range(shares.shape[1])]
    overall = _rounded(asdict(reliability.overall(shares, labels, weights)))
    return {**overall, "classes": [_rounded(asdict(one)) for one in classes]}


def _with_sets(found: Learnt, wanted: float, every: Told, pairs: list[_Pair]) -> Learnt:
    final = conformal.thresholds(every.shares, every.labels, every.groups, wanted)
    coverages: tuple[tuple[str, int, Coverage], ...] = ()
    if pairs:
        held = [_learnt_sets(pair, wanted) for pair in pairs]
        coverages = tuple(_coverages(np.concatenate(held, axis=1), joined([pair.checked for pair in pairs])))
    said = [{"of": of, "position": place, **_rounded(asdict(one))} for of, place, one in coverages]
    facts = found.facts | {"sets": asdict(final), "coverage": said}
    return replace(found, thresholds=final, coverages=coverages, facts=facts)


def _learnt_sets(pair: _Pair, wanted: float) -> NDArray[np.bool_]:
    own = conformal.thresholds(pair.learnt.shares, pair.learnt.labels, pair.learnt.groups, wanted)
    return own.sets(pair.checked.shares.T)


def _coverages(held: NDArray[np.bool_], told: Told) -> list[tuple[str, int, Coverage]]:
    """Of all that was checked, of each class, and of each region (-1 = in none), where there are several."""
    found = [("all", -1, conformal.coverage(held, told.labels, told.groups))]
    keys = [("class", told.labels)]
    if np.unique(told.strata).size > 1:
        keys.append(("region", told.strata))
    for of, key in keys:
        for place in np.unique(key).tolist():
            rows = key == place
            found.append((of, place, conformal.coverage(held[:, rows], told.labels[rows], told.groups[rows])))
    return found


def _with_far(found: Learnt, far: Told) -> Learnt:
    """What is kept of it far from samples: on squares of land that the models of the score by block had not seen."""
    facts: dict[str, Any] = {"groups": int(np.unique(far.groups).size), **_measures(far)}
    facts.pop("classes")
    if found.thresholds is None:
        return replace(found, facts=found.facts | {"far": facts})
    covered = conformal.coverage(found.thresholds.sets(far.shares.T), far.labels, far.groups)
    facts["coverage"] = _rounded(asdict(covered))
    return replace(found, facts=found.facts | {"far": facts}, coverages=(*found.coverages, ("far", -1, covered)))


def _rounded(numbers: dict[str, Any]) -> dict[str, Any]:
    """Numbers for a card; None where there is none."""
    return {
        name: value if isinstance(value, int) else round(value, _DIGITS) if np.isfinite(value) else None
        for name, value in numbers.items()
    }
