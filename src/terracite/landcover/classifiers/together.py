# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several classifiers together: all with one voice, or with voices learnt from samples that they had not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.boosting import Boosted, boosting
from terracite.landcover.classifiers.contract import Arrays, Model, Settings, Training, folds_of
from terracite.landcover.classifiers.forest import Forest, extra_trees, random_forest
from terracite.landcover.classifiers.intervals import Intervals, intervals
from terracite.landcover.classifiers.kernel import Kernel, kernel
from terracite.landcover.classifiers.temporal import Temporal, temporal

Trainer = Callable[[Training, Settings], Model]

#: the classifiers that can be members: how each is trained, and what reads its arrays
SINGLE: Mapping[str, tuple[Trainer, type[Model]]] = {
    "random_forest": (random_forest, Forest),
    "extra_trees": (extra_trees, Forest),
    "boosting": (boosting, Boosted),
    "intervals": (intervals, Intervals),
    "kernel": (kernel, Kernel),
    "temporal": (temporal, Temporal),
}
ENSEMBLE = ("kernel", "intervals", "extra_trees")
STACKED = (*ENSEMBLE, "boosting")
_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Together:
    """Members whose shares are averaged with weights; all know the same classes."""

    names: tuple[str, ...]
    members: tuple[Model, ...]
    voices: NDArray[np.float64]  #: (members,), sum 1

    @property
    def classes(self) -> NDArray[np.int64]:
        return self.members[0].classes

    @property
    def importance(self) -> NDArray[np.float64]:
        total = sum(voice * member.importance for voice, member in zip(self.voices, self.members, strict=True))
        return np.asarray(total, np.float64)

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.zeros((values.shape[1], self.classes.size), np.float32)
        for voice, member in zip(self.voices, self.members, strict=True):
            if voice > 0:
                result += np.float32(voice) * member.predict_proba(values)
        return result

    def arrays(self) -> Arrays:
        found: dict[str, NDArray] = {"names": np.array(self.names), "voices": self.voices}  # type: ignore[type-arg]
        for name, member in zip(self.names, self.members, strict=True):
            found |= {f"{name}.{key}": array for key, array in member.arrays().items()}
        return found

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Together:
        names = tuple(str(name) for name in arrays["names"])
        voices = np.asarray(arrays["voices"], np.float64)
        members = []
        for name in names:
            own = {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}
            members.append(SINGLE[name][1].from_arrays(own))
        same = all(
            np.array_equal(member.classes, members[0].classes) and member.importance.size == members[0].importance.size
            for member in members
        )
        if not members or voices.shape != (len(members),) or not (voices >= 0).all() or not same:
            raise ValueError("its members do not fit together")
        return cls(names, tuple(members), voices)


def ensemble(data: Training, settings: Settings) -> Together:
    """The kernel, trees on intervals and trees on dates, which err on different samples, with the same voice."""
    return _members(data, settings, ENSEMBLE, np.full(len(ENSEMBLE), 1 / len(ENSEMBLE)))


def stacking(data: Training, settings: Settings) -> Together:
    """The ensemble and boosting, with voices learnt from samples left out in turn (after Wolpert 1992)."""
    folds = _folds(data, settings.seed)
    seen = np.zeros((len(STACKED), data.positions.size))
    for fold in range(int(folds.max()) + 1):
        kept, left = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        part = data.take(kept)
        for number, name in enumerate(STACKED):
            model = _trained(name, part, settings)
            shares = model.predict_proba(np.ascontiguousarray(data.values[left].T))
            seen[number, left] = _share_of_own(shares, model.classes, data.classes[data.positions[left]])
    return _members(data, settings, STACKED, _voices(seen, data.weights))


def _members(data: Training, settings: Settings, names: tuple[str, ...], voices: NDArray[np.float64]) -> Together:
    return Together(names, tuple(_trained(name, data, settings) for name in names), voices)


def _trained(name: str, data: Training, settings: Settings) -> Model:
    """One member; its trees grow as far as the samples bear it."""
    return SINGLE[name][0](data, settings if name == "boosting" else settings.fully_grown(data))


def _folds(data: Training, seed: int) -> NDArray[np.int64]:
    """The fold of each sample; -1 for a class that one sample or polygon has alone: it is always learnt from."""
    rng = np.random.default_rng(seed)
    positions = data.positions
    if data.grouped:
        folds = folds_of(data.groups, _FOLDS, rng)
        spread = [np.unique(folds[positions == position]).size for position in range(data.classes.size)]
        return np.where(np.array(spread)[positions] > 1, folds, -1)
    folds = np.empty(positions.size, np.int64)
    for position in np.unique(positions):
        members = rng.permutation(np.flatnonzero(positions == position))
        folds[members] = np.arange(members.size) % _FOLDS if members.size > 1 else -1
    return folds


def _share_of_own(
    shares: NDArray[np.float32], classes: NDArray[np.int64], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The share that each sample's own class was given."""
    column = np.searchsorted(classes, labels)
    return shares[np.arange(labels.size), column].astype(np.float64)


def _voices(seen: NDArray[np.float64], weights: NDArray[np.float64], turns: int = 200) -> NDArray[np.float64]:
    """Weights of sum 1 that make the samples most likely, by expectation-maximisation; ``seen``: (members, samples)."""
    judged = seen.sum(axis=0) > 0
    likely, weights = np.maximum(seen[:, judged], 1e-6), weights[judged]
    voices = np.full(len(seen), 1 / len(seen))
    for _ in range(turns):
        part = voices[:, None] * likely
        voices = (part / part.sum(axis=0) * weights).sum(axis=1) / weights.sum()
    return voices
