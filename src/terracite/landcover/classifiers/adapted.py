# SPDX-License-Identifier: AGPL-3.0-or-later
"""A model of somewhere else, heard through a table of what its classes mean here, and a model of here beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, Model
from terracite.landcover.classifiers.nesting import packed, unpacked

_CELLS = 2**14  #: at once, so that the other model's features are never held for a whole block


@dataclass(frozen=True, slots=True)
class Dates:
    """How the features of the other model are made of the features of here: each between two of them, in time."""

    first: NDArray[np.int64]  #: (its features,): position of a feature of here
    second: NDArray[np.int64]
    part: NDArray[np.float32]  #: of the second, 0-1

    def of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The features of the other model, (its features, cells); ``values``: (features, cells)."""
        part = self.part[:, None]
        found = np.asarray(values[self.first] * (1 - part) + values[self.second] * part, np.float32)
        return np.ascontiguousarray(found)


@dataclass(frozen=True, slots=True)
class Adapted:
    """The shares of two models added up: those of the other one, in classes of here, and those of one of here."""

    NAME: ClassVar[str] = "adapted"

    base_name: str
    base: Model  #: of somewhere else
    dates: Dates
    meaning: NDArray[np.float64]  #: (its classes, classes of here), rows of sum 1
    own_name: str  #: "" = none
    own: Model | None
    sees_base: bool  #: whether the model of here has the roots of the other's shares for more features
    voice: float  #: of the other model, 0-1
    classes: NDArray[np.int64]
    features: int

    @property
    def importance(self) -> NDArray[np.float64]:
        """Of the features of here; a feature of the other model counts for those that it is made of."""
        weight = self.voice
        total = np.zeros(self.features)
        if self.own is not None:
            own = self.own.importance
            weight += (1 - self.voice) * float(own[self.features :].sum())
            total += (1 - self.voice) * own[: self.features]
        base = weight * self.base.importance
        np.add.at(total, self.dates.first, base * (1 - self.dates.part))
        np.add.at(total, self.dates.second, base * self.dates.part)
        return np.asarray(total / total.sum(), np.float64)

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.empty((values.shape[1], self.classes.size), np.float32)
        for start in range(0, values.shape[1], _CELLS):
            part = np.ascontiguousarray(values[:, start : start + _CELLS])
            result[start : start + _CELLS] = self._shares(part)
        return result

    def _shares(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        base = self.base.predict_proba(self.dates.of(values))
        found = self.voice * (base @ self.meaning)
        if self.own is not None:
            seen = np.vstack([values, seen_shares(base).T]) if self.sees_base else values
            found[:, np.searchsorted(self.classes, self.own.classes)] += (1 - self.voice) * self.own.predict_proba(
                np.ascontiguousarray(seen, np.float32)
            )
        return np.asarray(found, np.float64)

    def arrays(self) -> Arrays:
        own = packed("own", self.own_name, self.own) if self.own is not None else {}
        return {
            "first": self.dates.first,
            "second": self.dates.second,
            "part": self.dates.part,
            "meaning": self.meaning,
            "classes": self.classes,
            "mixed": np.array([self.voice, float(self.sees_base), float(self.features)]),
            **packed("base", self.base_name, self.base),
            **own,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Adapted:
        base_name, base = unpacked("base", arrays)
        own_name, own = unpacked("own", arrays) if "own:kind" in arrays else ("", None)
        voice, sees_base, features = (float(number) for number in arrays["mixed"])
        dates = Dates(*(np.asarray(arrays[name]) for name in ("first", "second", "part")))
        meaning, classes = np.asarray(arrays["meaning"], np.float64), np.asarray(arrays["classes"], np.int64)
        same = dates.first.shape == dates.second.shape == dates.part.shape == base.importance.shape
        within = same and dates.first.size > 0 and max(int(dates.first.max()), int(dates.second.max())) < features
        seen = int(features) + (base.classes.size if sees_base else 0)
        fits = own is None or (own.importance.size == seen and bool(np.isin(own.classes, classes).all()))
        if not within or meaning.shape != (base.classes.size, classes.size) or not fits:
            raise ValueError("its two models do not fit together")
        return cls(base_name, base, dates, meaning, own_name, own, bool(sees_base), voice, classes, int(features))


def seen_shares(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares as features of another model: their roots, which tell small ones apart."""
    return np.sqrt(shares, dtype=np.float32)
