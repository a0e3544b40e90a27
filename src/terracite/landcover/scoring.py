# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model score: train on a part of the samples, predict the other part, several times over.

Samples near those learnt from and samples far from any are two questions: polygons held out answer the first, squares
of land held out the second. Both are asked, and where the answers differ much the second one is what a reader needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, Severity
from terracite.landcover.accuracy import Interval, confusion_matrix, interval, scores
from terracite.landcover.classifiers.contract import Layout, Model, Settings
from terracite.landcover.classifiers.registry import train
from terracite.landcover.importance import Importances
from terracite.landcover.mapping.regional import Placed
from terracite.landcover.progress import Progress
from terracite.landcover.recipe import ClassifierPart, Recipe
from terracite.landcover.samples import Heard, Samples, blocks_of, fold_splits, polygon_splits
from terracite.landcover.uncertainty.held import HeldOut

Split = tuple[NDArray[np.bool_], NDArray[np.bool_]]
Learner = Callable[[Samples], Model | Placed]  #: what makes a model of samples
MUCH = 0.05  #: of overall accuracy: how far the score by block lies below another before a reader is warned


@dataclass(frozen=True, slots=True)
class ModelScore:
    """One way of scoring a model. It is not the accuracy of the map: the samples were not drawn at random."""

    scheme: str  #: "polygon", "block" or "random"
    matrices: NDArray[np.int64]  #: (runs, classes, classes), rows predicted, columns reference
    block_degrees: float = 0.0  #: side of the squares, of a score by block
    unknown: tuple[int, ...] = ()  #: classes that some run tested on without any sample of them to learn from

    @property
    def matrix(self) -> NDArray[np.int64]:
        """All runs together."""
        total: NDArray[np.int64] = self.matrices.sum(axis=0)
        return total

    @property
    def overall(self) -> Interval:
        return interval([scores(matrix).overall for matrix in self.matrices])

    @property
    def overall_of_known(self) -> Interval:
        """Overall accuracy without the classes that some run could not know: what these cost, and no fault of place."""
        kept = np.delete(self.matrices, self.unknown, axis=2).sum(axis=(1, 2))
        right = np.delete(np.diagonal(self.matrices, axis1=1, axis2=2), self.unknown, axis=1).sum(axis=1)
        return interval(right[kept > 0] / kept[kept > 0])

    @property
    def kappa(self) -> Interval:
        return interval([scores(matrix).kappa for matrix in self.matrices])

    @property
    def f_scores(self) -> tuple[Interval, ...]:
        """One per class, over the runs in which it was tested."""
        return self._by_class("f_score")

    @property
    def users(self) -> tuple[Interval, ...]:
        """User's accuracy of each class: of what is predicted so, the share that is so."""
        return self._by_class("users")

    @property
    def producers(self) -> tuple[Interval, ...]:
        """Producer's accuracy of each class: of what is so, the share that is predicted so."""
        return self._by_class("producers")

    def _by_class(self, name: str) -> tuple[Interval, ...]:
        runs = np.array([getattr(scores(matrix), name) for matrix in self.matrices])
        tested = self.matrices.sum(axis=1) > 0  # (runs, classes)
        return tuple(interval(runs[tested[:, c], c]) for c in range(runs.shape[1]))

    @property
    def untested(self) -> tuple[int, ...]:
        """Positions of the classes that no run could test (fewer than two polygons)."""
        return tuple(int(position) for position in np.flatnonzero(self.matrix.sum(axis=0) == 0))


def learn(samples: Samples, wanted: ClassifierPart, layout: Layout | None = None) -> Model:
    """The classifier that the recipe asks for, trained; ``layout``: which features are series."""
    settings = Settings(wanted.trees, wanted.depth, wanted.min_leaf, wanted.seed, wanted.epochs)
    return train(
        wanted.name,
        samples.values,
        samples.labels,
        weights=samples.weights,
        groups=samples.groups,
        layout=layout,
        settings=settings,
    )


def model_scores(
    samples: Samples,
    recipe: Recipe,
    classes: int,
    progress: Progress,
    layout: Layout | None = None,
    *,
    learner: Learner | None = None,
    heard: Heard | None = None,
    asked: Importances | None = None,
    held: HeldOut | None = None,
) -> tuple[ModelScore, ...]:
    """Every score that the recipe asks for; a scheme that these samples cannot be split by is left out.

    Where the recipe names none and nothing else is possible, the samples are split at random. ``learner``: what learns,
    the recipe's classifier by default. ``heard`` and ``asked``: take in what the runs of the first scheme say of
    samples that they had not learnt from, and which features they need for it. ``held``: the same of every scheme.
    """
    teach = learner or (lambda known: learn(known, recipe.classifier, layout))
    wanted = [(scheme, *_splits(scheme, samples, recipe)) for scheme in recipe.scores]
    wanted = [entry for entry in wanted if entry[1]]
    if not wanted and not recipe.validation.scores:
        wanted = [("random", *_splits("random", samples, recipe))]
    total, done = sum(len(splits) for _, splits, _ in wanted), 0
    found = []
    for number, (scheme, splits, degrees) in enumerate(wanted):
        matrices = []
        for split in splits:
            hear = partial(held.add, scheme) if held is not None else None
            predicted = _run(samples, split, teach, *((heard, asked) if number == 0 else (None, None)), hear)
            matrices.append(confusion_matrix(predicted, samples.labels[split[1]], classes))
            done += 1
            progress(done, total)
        if matrices:
            found.append(ModelScore(scheme, np.array(matrices), degrees, _unknown(splits, samples.labels)))
    return tuple(found)


def _splits(scheme: str, samples: Samples, recipe: Recipe) -> tuple[list[Split], float]:
    """What is learnt from and tested on in each run, and the side of the blocks in degrees."""
    runs, seed, degrees = recipe.runs_of(scheme), recipe.samples.seed, 0.0
    if scheme == "polygon":
        every = polygon_splits(samples, runs, recipe.validation.train_share, seed)
    elif scheme == "block":
        blocks, degrees = blocks_of(samples, recipe.validation.block_degrees)
        every = fold_splits(blocks, max(runs, 2), seed)
    else:
        every = fold_splits(np.arange(len(samples)), max(runs, 2), seed)
    usable = (split for split in every if split[1].any() and np.unique(samples.labels[split[0]]).size > 1)
    return list(usable), degrees


def _unknown(splits: Sequence[Split], labels: NDArray[np.int64]) -> tuple[int, ...]:
    """The classes that some run is tested on and cannot have learnt; they count as errors."""
    lost = [np.setdiff1d(labels[test], labels[train]) for train, test in splits]
    return tuple(np.unique(np.concatenate(lost)).tolist())


def gap(found: Sequence[ModelScore]) -> tuple[ModelScore, ModelScore] | None:
    """The score near the samples and the one by block, where the latter is lower by `MUCH` or more."""
    by_name = {score.scheme: score for score in found}
    near, far = by_name.get("polygon") or by_name.get("random"), by_name.get("block")
    if near is None or far is None or not near.overall.mean - far.overall.mean >= MUCH:
        return None
    return near, far


def notes(found: Sequence[ModelScore], recipe: Recipe) -> list[Problem]:
    """What a person should know of the scores: what could not be asked, and that the model does not travel."""
    problems, known = [], {score.scheme for score in found}
    for scheme in recipe.scores:
        if scheme not in known:
            what = f"the samples cannot be split by {scheme}: no such score is given."
            cure = "Add reference data: two polygons of a class, in more than one place."
            problems.append(Problem("validation.scores", what, cure, Severity.WARNING))
    if apart := gap(found):
        near, far = (score.overall.mean for score in apart)
        what = f"the model score falls from {near:.2f} (by {apart[0].scheme}) to {far:.2f} (by spatial block)."
        cure = f"Expect about {far:.2f} where there are no samples nearby; add reference data there."
        if apart[1].unknown:
            known_only = apart[1].overall_of_known.mean
            cure += f" Some classes were sampled in one place only; without them it is {known_only:.2f}."
        problems.append(Problem("validation", what, cure, Severity.WARNING))
    return problems


def _run(
    samples: Samples,
    split: Split,
    learner: Learner,
    heard: Heard | None,
    asked: Importances | None,
    held: Callable[[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float32]], None] | None = None,
) -> NDArray[np.int64]:
    """The class that each sample tested is taken for."""
    model = learner(samples.take(split[0]))
    tested = samples.take(split[1])

    def shares_of(known: Samples) -> NDArray[np.float32]:
        if isinstance(model, Placed):
            return model.shares_of(known)
        return model.predict_proba(known.values.T)

    shares = shares_of(tested)
    if heard is not None:
        heard.add(split[1], model.classes, shares)
    if held is not None:
        held(split[1], model.classes, shares)
    if asked is not None:
        asked.add(shares_of, np.asarray(model.classes, np.int64), tested)
    return np.asarray(model.classes[shares.argmax(axis=1)], np.int64)


def counts_by_class(labels: Sequence[int] | NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """How many samples each class has."""
    return np.bincount(np.asarray(labels, np.int64), minlength=classes)


def groups_by_class(samples: Samples, classes: int) -> NDArray[np.int64]:
    """How many polygons (or points) each class has."""
    pairs = np.unique(np.column_stack([samples.labels, samples.groups]), axis=0)
    return counts_by_class(pairs[:, 0], classes)
