# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every classifier takes and gives: one shape of training data, one shape of model, one set of refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.errors import ModelError

Arrays = Mapping[str, NDArray]  # type: ignore[type-arg] # of any kind of number


@dataclass(frozen=True, slots=True)
class Layout:
    """How features follow each other: channel by channel, each on the same dates; then what does not change in time.

    Example: NDVI and EVI on 36 dates and a slope are ``Layout(channels=2, dates=36)`` and 73 features.
    """

    channels: int = 0
    dates: int = 0  #: at regular steps

    @property
    def in_time(self) -> int:
        """How many features, from the first one, are values in time."""
        return self.channels * self.dates


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may set; each classifier uses what it knows."""

    trees: int = 100
    depth: int = 25
    min_leaf: int = 5
    seed: int = 1
    epochs: int = 100  #: how often a network sees each sample

    def fully_grown(self, data: Training) -> Settings:
        """The same for trees with pure leaves; where samples share polygons, leaves still keep ``min_leaf``."""
        return replace(self, depth=60, min_leaf=self.min_leaf if data.grouped else 1)


@dataclass(frozen=True, slots=True)
class Training:
    """What a classifier learns from, checked by `training`."""

    values: NDArray[np.float32]  #: (samples, features), finite
    positions: NDArray[np.int64]  #: (samples,): of each sample's label in ``classes``
    weights: NDArray[np.float64]  #: (samples,), mean 1
    classes: NDArray[np.int64]  #: labels, in order
    groups: NDArray[np.int64]  #: (samples,): the polygon that each lies in, or a number of its own
    layout: Layout

    @property
    def even(self) -> bool:
        """Whether all samples weigh the same."""
        return bool((self.weights == self.weights[0]).all())

    @property
    def grouped(self) -> bool:
        """Whether some samples share a polygon, so that they resemble each other more than two polygons do."""
        return 1 < np.unique(self.groups).size < self.groups.size

    def take(self, rows: NDArray[np.intp]) -> Training:
        """Some of the samples. Every class must keep one."""
        labels = self.classes[self.positions[rows]]
        return training(self.values[rows], labels, self.weights[rows], self.layout, self.groups[rows])

    def evened(self) -> Training:
        """The same samples, those of large polygons weighing less: by the square root of the polygon's samples."""
        _, group, sizes = np.unique(self.groups, return_inverse=True, return_counts=True)
        weights = self.weights / np.sqrt(sizes[group.reshape(-1)])
        return replace(self, weights=weights / weights.mean())


class Model(Protocol):
    """A trained classifier. It is its `arrays`: no code is kept with it."""

    @property
    def classes(self) -> NDArray[np.int64]:
        """The labels, in the order of the columns of `predict_proba`."""
        ...

    @property
    def importance(self) -> NDArray[np.float64]:
        """How much each feature counts, (features,); the sum is 1."""
        ...

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes), rows of sum 1; ``values``: (features, cells), no NaN."""
        ...

    def arrays(self) -> Arrays:
        """Everything that the model is."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """The model again. Raises `KeyError` or `ValueError` where arrays are missing or do not fit together."""
        ...


def predict(model: Model, values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The label with the greatest share, and that share (0-1); ``values``: (features, cells).

    The share is a degree of agreement, not a probability, until it is calibrated.
    """
    shares = model.predict_proba(values)
    best = shares.argmax(axis=1)
    return model.classes[best], shares[np.arange(len(best)), best]


def training(
    values: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike | None = None,
    layout: Layout | None = None,
    groups: ArrayLike | None = None,
) -> Training:
    """Training data that any classifier takes.

    ``values``: (samples, features); ``labels``: (samples,) whole numbers; ``weights``: (samples,), positive;
    ``groups``: (samples,), which polygon each lies in. Raises `ModelError` where shapes do not fit, a value is not
    finite, or there are fewer than two classes.
    """
    x = np.ascontiguousarray(values, np.float32)
    y = np.asarray(labels)
    w = np.ones(y.shape) if weights is None else np.asarray(weights, np.float64)
    g = np.arange(y.size) if groups is None else np.asarray(groups, np.int64)
    where = layout or Layout()
    _check_shapes(x, y, w, where)
    if g.shape != y.shape:
        raise ModelError(f"There are {g.size} groups for {y.size} samples.", hint="Give the polygon of each sample.")
    bad = ~np.isfinite(x)
    if bad.any():
        rows, column = int(bad.any(axis=1).sum()), int(bad.any(axis=0).argmax())
        raise ModelError(
            f"{rows} of {len(x)} samples have no value somewhere, first in feature {column + 1}.",
            hint="Fill the gaps, or leave those samples out.",
        )
    if not np.isfinite(w).all() or (w <= 0).any():
        raise ModelError("Some weights are not positive numbers.", hint="Leave samples without weight out.")
    classes, positions = np.unique(y.astype(np.int64), return_inverse=True)
    if classes.size < 2:
        raise ModelError(
            f"The samples are of {classes.size} class; a classifier needs two.",
            hint="Add reference data of another class.",
        )
    return Training(x, positions.reshape(-1).astype(np.int64), w / w.mean(), classes, g, where)


def _check_shapes(
    values: NDArray[np.float32], labels: NDArray[np.int64], weights: NDArray[np.float64], layout: Layout
) -> None:
    if values.ndim != 2 or labels.shape != values.shape[:1] or weights.shape != labels.shape:
        raise ModelError(
            f"Values {values.shape}, labels {labels.shape} and weights {weights.shape} do not fit together.",
            hint="Give one row of values, one label and one weight per sample.",
        )
    if layout.in_time > values.shape[1]:
        raise ModelError(
            f"{layout.channels} channels on {layout.dates} dates are more than {values.shape[1]} features.",
            hint="Give the features channel by channel, each on every date.",
        )


def folds_of(groups: NDArray[np.int64], folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The fold of each sample: polygons are never split, and folds are about as large."""
    names, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    chosen, load = np.empty(names.size, np.int64), np.zeros(min(folds, names.size))
    for number in sorted(rng.permutation(names.size).tolist(), key=lambda one: -int(sizes[one])):
        chosen[number] = load.argmin()
        load[chosen[number]] += sizes[number]
    return chosen[group.reshape(-1)]


def balanced(labels: NDArray[np.int64], power: float = 1.0) -> NDArray[np.float64]:
    """Weights that make classes count alike (``power`` 1), as they are (0), or something between; mean 1."""
    _, positions, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = (1.0 / counts[positions]) ** power
    return np.asarray(weights / weights.mean(), np.float64)
