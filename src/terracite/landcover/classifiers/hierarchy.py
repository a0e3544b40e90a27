# SPDX-License-Identifier: AGPL-3.0-or-later
"""A model of parent classes, and one of the children of each: the shares of a child and of its parent multiplied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, Model
from terracite.landcover.classifiers.nesting import packed, unpacked

#: trains a classifier with the samples of some rows, under other labels
Teach = Callable[[NDArray[np.intp], NDArray[np.int64]], Model]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Models of one classifier: of the parents, and of the children of each parent that has several."""

    NAME: ClassVar[str] = "hierarchical"

    name: str  #: of the classifier
    top: Model
    below: Mapping[int, Model]  #: by parent
    parents: NDArray[np.int64]  #: of each class
    classes: NDArray[np.int64]

    @property
    def importance(self) -> NDArray[np.float64]:
        """The mean over the models."""
        found = np.mean([self.top.importance, *(model.importance for model in self.below.values())], axis=0)
        return np.asarray(found, np.float64)

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        shares = self.top.predict_proba(values)
        result = np.ascontiguousarray(shares[:, np.searchsorted(self.top.classes, self.parents)])
        for model in self.below.values():
            result[:, np.searchsorted(self.classes, model.classes)] *= model.predict_proba(values)
        return result

    def arrays(self) -> Arrays:
        found: dict[str, NDArray] = {"parents": self.parents, "classes": self.classes}  # type: ignore[type-arg]
        found |= packed("top", self.name, self.top)
        for parent, model in self.below.items():
            found |= packed(f"below {parent}", self.name, model)
        return found

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Hierarchy:
        name, top = unpacked("top", arrays)
        parents, classes = (np.asarray(arrays[key], np.int64) for key in ("parents", "classes"))
        kinds = [key.removesuffix(":kind") for key in arrays if key.startswith("below ") and key.endswith(":kind")]
        below = {int(key.removeprefix("below ")): unpacked(key, arrays)[1] for key in kinds}
        known, counts = np.unique(parents, return_counts=True)
        wanted = {int(parent) for parent in known[counts > 1]}
        fits = all(np.array_equal(model.classes, classes[parents == parent]) for parent, model in below.items())
        same = all(model.importance.size == top.importance.size for model in below.values())
        if parents.shape != classes.shape or not np.array_equal(top.classes, known) or set(below) != wanted:
            raise ValueError("its classes and their parents do not fit together")
        if not (fits and same):
            raise ValueError("its models do not fit together")
        return cls(name, top, below, parents, classes)


def hierarchical(name: str, labels: NDArray[np.int64], parents: Mapping[int, int], teach: Teach) -> Model:
    """A model of parents, then children. ``parents``: of each label; ``name``: of the classifier that ``teach`` trains.

    Where the samples are of one parent, or no parent has two classes, one flat model says the same.
    """
    classes = np.unique(labels)
    above = np.array([parents[int(label)] for label in classes], np.int64)
    own = above[np.searchsorted(classes, labels)]
    known, counts = np.unique(above, return_counts=True)
    every = np.arange(labels.size)
    if known.size < 2 or counts.max() < 2:
        return teach(every, labels)
    top = teach(every, own)
    below = {
        int(parent): teach(rows, labels[rows])
        for parent in known[counts > 1]
        for rows in [np.flatnonzero(own == parent)]
    }
    return Hierarchy(name, top, below, above, classes)
