# SPDX-License-Identifier: AGPL-3.0-or-later
"""What to make of a model of somewhere else: tried on polygons left out, it is used only as far as it helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.adapted import Adapted, seen_shares
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.classifiers.nesting import name_of
from terracite.landcover.samples import Samples
from terracite.landcover.specialise.start import Start

Shares = NDArray[np.float64]
_SAME = 1.0  #: samples' worth of belief that classes of one name are the same
_ANY = 0.2  #: samples' worth of belief that a class of another name is any of these
_FOLDS, _MANY = 5, 500  #: polygons beyond which three folds are enough
_LEAST = 1e-3  #: share taken for the likelihood of a class that was given none


@dataclass(frozen=True, slots=True)
class Way:
    """One way of using the other model: which model of here, and how loud the other one is beside it."""

    own: str  #: "" = none, "new" = from scratch, "stacked" = it sees what the other one says
    voice: float


#: from the plainest on: where two do as well, the first one is taken
WAYS: Mapping[str, Way] = {
    "new": Way("new", 0.0),
    "base": Way("", 1.0),
    "both": Way("new", 0.5),
    "both, base first": Way("new", 0.75),
    "both, new first": Way("new", 0.25),
    "stacked": Way("stacked", 0.0),
    "stacked and base": Way("stacked", 0.5),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried on polygons left out, and what was chosen."""

    chosen: str
    accuracy: Mapping[str, float]  #: of each way, 0-1; empty where there were too few polygons to try


def said(trial: Trial) -> str:
    """One line for a console."""
    if not trial.accuracy:
        return "model to start from: not used, for want of classes with two polygons to try it on"
    new, chosen = trial.accuracy["new"], trial.accuracy[trial.chosen]
    if trial.chosen == "new":
        return f"model to start from: not used, it does not help (from scratch {new:.3f} on polygons left out)"
    return f"model to start from: '{trial.chosen}', {chosen:.3f} on polygons left out, from scratch {new:.3f}"


def adapt(
    samples: Samples,
    start: Start,
    names: Sequence[frozenset[str]],
    learner: Callable[[Samples], Model],
    classifier: str,
    *,
    seed: int = 1,
) -> tuple[Model, Trial]:
    """The model to map with: of those that do at least as well as one from scratch on polygons left out, the best.

    ``names``: what each class position is called; ``learner``: trains ``classifier``, the one of the recipe.
    """
    said = start.model.predict_proba(start.dates.of(samples.values.T)).astype(np.float64)
    known = _Known(samples, said, _prior(start, names, np.unique(samples.labels)), learner)
    trial = _tried(known, seed)
    way = WAYS[trial.chosen]
    own = None if not way.own else learner(known.seen if way.own == "stacked" else samples)
    if way.voice == 0 and way.own == "new" and own is not None:
        return own, trial
    features = samples.values.shape[1]
    meaning = known.meaning(np.arange(len(samples)))
    own_name = name_of(own, classifier) if own is not None else ""
    base = (start.name, start.model, start.dates, meaning)
    return Adapted(*base, own_name, own, way.own == "stacked", way.voice, known.classes, features), trial


@dataclass(frozen=True, slots=True)
class _Known:
    """The samples, what the other model says of them, and what its classes are believed to mean."""

    samples: Samples
    said: Shares  #: (samples, its classes)
    prior: Shares  #: (its classes, classes)
    learner: Callable[[Samples], Model]

    @property
    def classes(self) -> NDArray[np.int64]:
        return np.unique(self.samples.labels)

    @property
    def seen(self) -> Samples:
        """The samples, with what the other model says as more features."""
        more = seen_shares(self.said.astype(np.float32))
        return replace(self.samples, values=np.hstack([self.samples.values, more]))

    def meaning(self, rows: NDArray[np.intp]) -> Shares:
        """What each of its classes means here, (its classes, classes), rows of sum 1; each class here counts alike."""
        labels = self.samples.labels[rows]
        mean = np.stack([_mean(self.said[rows][labels == label]) for label in self.classes], axis=1)
        found = mean + self.prior
        return np.asarray(found / found.sum(axis=1, keepdims=True), np.float64)


def _mean(said: Shares) -> Shares:
    return said.mean(axis=0) if len(said) else np.zeros(said.shape[1])


def _prior(start: Start, names: Sequence[frozenset[str]], classes: NDArray[np.int64]) -> Shares:
    """What is believed of the classes of the other model before any sample: those of the same name are the same."""
    same = np.array([[bool(other & names[int(label)]) for label in classes] for other in start.classes], np.float64)
    any_of_these = np.full(same.shape, _ANY / classes.size)
    return np.asarray(np.where(same.any(axis=1, keepdims=True), _SAME * same, any_of_these), np.float64)


def _tried(known: _Known, seed: int) -> Trial:
    """The accuracy of every way on polygons left out in turn, and the best of those not worse than from scratch."""
    folds = folds_by_class(known.samples, seed)
    tested = np.flatnonzero(folds >= 0)
    if not tested.size:
        return Trial("new", {})
    shares = {name: np.zeros((len(folds), known.classes.size)) for name in WAYS}
    for fold in range(int(folds.max()) + 1):
        training, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if test.size:
            _try(known, training, test, shares)
    own = np.searchsorted(known.classes, known.samples.labels)[tested]
    right = {name: float((found[tested].argmax(axis=1) == own).mean()) for name, found in shares.items()}
    likely = {name: float(np.log(np.maximum(found[tested, own], _LEAST)).mean()) for name, found in shares.items()}
    good = [name for name in WAYS if right[name] >= right["new"]]
    best = max(good, key=lambda name: (round(right[name], 6), likely[name]))
    return Trial(best, right)


def _try(known: _Known, training: NDArray[np.intp], test: NDArray[np.intp], shares: Mapping[str, Shares]) -> None:
    """What each way says of the samples ``test`` when it has learnt from ``training``."""
    base = known.said[test] @ known.meaning(training)
    own = {"": np.zeros_like(base)}
    for kind, samples in (("new", known.samples), ("stacked", known.seen)):
        own[kind] = np.zeros_like(base)
        model = known.learner(samples.take(training))
        columns = np.searchsorted(known.classes, model.classes)
        own[kind][:, columns] = model.predict_proba(np.ascontiguousarray(samples.values[test].T))
    for name, way in WAYS.items():
        shares[name][test] = way.voice * base + (1 - way.voice) * own[way.own]


def folds_by_class(samples: Samples, seed: int) -> NDArray[np.int64]:
    """The fold of each sample; polygons are whole, classes alike in each; -1: of a class that has one polygon."""
    rng = np.random.default_rng(seed)
    groups, first, group = np.unique(samples.groups, return_index=True, return_inverse=True)
    kinds = samples.labels[first]
    folds = np.full(groups.size, -1, np.int64)
    count, place = _FOLDS if groups.size <= _MANY else 3, 0
    for kind in np.unique(kinds):
        members = rng.permutation(np.flatnonzero(kinds == kind))
        if members.size > 1:
            folds[members] = (np.arange(members.size) + place) % count
            place += members.size
    return np.asarray(folds[group.reshape(-1)], np.int64)
