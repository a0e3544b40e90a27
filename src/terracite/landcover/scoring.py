# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model score: train on a part of the samples, predict the other part, several times over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.accuracy import Interval, confusion_matrix, interval, scores
from terracite.landcover.classifiers.contract import Layout, Model, Settings
from terracite.landcover.classifiers.registry import train
from terracite.landcover.mapping.regional import Placed
from terracite.landcover.progress import Progress
from terracite.landcover.recipe import ClassifierPart, Recipe
from terracite.landcover.samples import Heard, Samples, fold_splits, polygon_splits, spatial_blocks

Split = tuple[NDArray[np.bool_], NDArray[np.bool_]]
Learner = Callable[[Samples], Model | Placed]  #: what makes a model of samples


@dataclass(frozen=True, slots=True)
class ModelScore:
    """One way of scoring a model. It is not the accuracy of the map: the samples were not drawn at random."""

    scheme: str  #: "polygon", "block" or "random"
    matrices: NDArray[np.int64]  #: (runs, classes, classes), rows predicted, columns reference

    @property
    def matrix(self) -> NDArray[np.int64]:
        """All runs together."""
        total: NDArray[np.int64] = self.matrices.sum(axis=0)
        return total

    @property
    def overall(self) -> Interval:
        return interval([scores(matrix).overall for matrix in self.matrices])

    @property
    def kappa(self) -> Interval:
        return interval([scores(matrix).kappa for matrix in self.matrices])

    @property
    def f_scores(self) -> tuple[Interval, ...]:
        """One per class, over the runs in which it was tested."""
        runs = np.array([scores(matrix).f_score for matrix in self.matrices])
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
) -> tuple[ModelScore, ...]:
    """Every score that the recipe asks for; a scheme that these samples cannot be split by is left out.

    ``learner``: what learns, the recipe's classifier by default. ``heard``: takes in what each run says of the
    samples that it had not learnt from.
    """
    teach = learner or (lambda known: learn(known, recipe.classifier, layout))
    wanted = [(scheme, list(_splits(scheme, samples, recipe))) for scheme in recipe.scores]
    total, done = sum(len(splits) for _, splits in wanted), 0
    found = []
    for scheme, splits in wanted:
        matrices = []
        for split in splits:
            predicted = _run(samples, split, teach, heard)
            matrices.append(confusion_matrix(predicted, samples.labels[split[1]], classes))
            done += 1
            progress(done, total)
        if matrices:
            found.append(ModelScore(scheme, np.array(matrices)))
    return tuple(found)


def _splits(scheme: str, samples: Samples, recipe: Recipe) -> Iterator[Split]:
    runs, seed = recipe.validation.runs, recipe.samples.seed
    if scheme == "polygon":
        usable = polygon_splits(samples, runs, recipe.validation.train_share, seed)
        return (split for split in usable if split[1].any())
    if scheme == "block":
        return fold_splits(spatial_blocks(samples.lonlat, recipe.validation.block_degrees), max(runs, 2), seed)
    return fold_splits(np.arange(len(samples)), max(runs, 2), seed)


def _run(samples: Samples, split: Split, learner: Learner, heard: Heard | None) -> NDArray[np.int64]:
    """The class that each sample tested is taken for."""
    model = learner(samples.take(split[0]))
    tested = samples.take(split[1])
    shares = model.shares_of(tested) if isinstance(model, Placed) else model.predict_proba(tested.values.T)
    if heard is not None:
        heard.add(split[1], model.classes, shares)
    return np.asarray(model.classes[shares.argmax(axis=1)], np.int64)


def counts_by_class(labels: Sequence[int] | NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """How many samples each class has."""
    return np.bincount(np.asarray(labels, np.int64), minlength=classes)


def groups_by_class(samples: Samples, classes: int) -> NDArray[np.int64]:
    """How many polygons (or points) each class has."""
    pairs = np.unique(np.column_stack([samples.labels, samples.groups]), axis=0)
    return counts_by_class(pairs[:, 0], classes)
