# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much a classifier needs each band, index and date: how many samples it gets wrong once these are shuffled.

Permutation importance (Breiman 2001, section 10) on samples that the model had not learnt from, by groups of features:
all dates of one band or index together, and all bands and indices of one date together. So hundreds of features that
say much the same become a short list and a curve over the season. Any classifier can be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.accuracy import interval
from terracite.landcover.features import FeaturePlan
from terracite.landcover.samples import Samples

ROWS = 30_000  #: predictions in all, at most: about those of one block of a map
MOST, LEAST = 200, 20  #: samples asked of in each run
_AT_ONCE = 10_000
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

Shares = Callable[[Samples], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Group:
    """Features that are shuffled together."""

    kind: str  #: "series" (a band, an index, or what has no date) or "date"
    name: str  #: "NDVI", "2022-01-01"
    columns: tuple[int, ...]


@dataclass(slots=True)
class Importances:
    """Takes in, run by run, how much accuracy is lost when the features of a group are shuffled."""

    groups: tuple[Group, ...]
    runs: int  #: that will be taken in
    seed: int = 1
    drops: list[NDArray[np.float64]] = field(default_factory=list)  #: (groups,) of each run

    @classmethod
    def of(cls, wanted: FeaturePlan, runs: int, seed: int = 1) -> Importances:
        """Nothing taken in yet."""
        channels = [channel.name for channel in (*wanted.images, *wanted.computed)]
        return cls(grouped(wanted.names, channels), runs, seed)

    @property
    def rows(self) -> int:
        """Samples that each run is asked of; 0 where there are too many groups for it to be cheap."""
        fit = ROWS // max(1, len(self.groups) * self.runs)
        return min(fit, MOST) if fit >= LEAST else 0

    def add(self, shares: Shares, classes: NDArray[np.int64], tested: Samples) -> None:
        """Ask a model: ``shares`` (samples, columns of ``classes``) of samples that it had not learnt from."""
        if not self.rows or len(self.drops) >= self.runs or len(tested) < 2:
            return
        rng = np.random.default_rng([self.seed, len(self.drops)])
        asked = tested.take(_even(tested.labels, self.rows, rng))
        right = (classes[shares(asked).argmax(axis=1)] == asked.labels).mean()
        orders = [rng.permutation(len(asked)) for _ in self.groups]
        chunk = max(1, _AT_ONCE // len(asked))
        lost = []
        for first in range(0, len(self.groups), chunk):
            some = range(first, min(first + chunk, len(self.groups)))
            mixed = np.concatenate([_shuffled(asked.values, self.groups[one], orders[one]) for one in some])
            many = replace(asked.take(np.tile(np.arange(len(asked)), len(some))), values=mixed)
            found = classes[shares(many).argmax(axis=1)] == many.labels
            lost.append(right - found.reshape(len(some), -1).mean(axis=1))
        self.drops.append(np.concatenate(lost))

    def said(self) -> dict[str, Any]:
        """For the model's card: the share of samples lost by each group, series by their loss, dates in order."""
        if not self.drops:
            return {}
        entries = []
        for group, values in zip(self.groups, np.array(self.drops).T, strict=True):
            mean = interval(values)
            half = round(mean.half_width, 4) if np.isfinite(mean.half_width) else None
            entries.append({"kind": group.kind, "name": group.name, "drop": round(mean.mean, 4), "half_width": half})
        series = sorted((one for one in entries if one["kind"] == "series"), key=lambda one: -float(str(one["drop"])))
        dates = sorted((one for one in entries if one["kind"] == "date"), key=lambda one: str(one["name"]))
        return {"runs": len(self.drops), "samples": self.rows, "groups": [*series, *dates]}


def grouped(names: Sequence[str], channels: Sequence[str]) -> tuple[Group, ...]:
    """The groups of features ``names``: "NDVI 2022-01-01", "NDVI mean" and "NDVI season 1 start" are of NDVI.

    Dates make groups where there are two or more, and so do bands and indices.
    """
    series: dict[str, list[int]] = {}
    dates: dict[str, list[int]] = {}
    known = sorted(channels, key=len, reverse=True)
    for column, name in enumerate(names):
        own = next((one for one in known if name == one or name.startswith(f"{one} ")), None)
        series.setdefault(own or _DATE.sub("", name).strip() or name, []).append(column)
        if date := _DATE.search(name):
            dates.setdefault(date.group(), []).append(column)
    tables = (("series", series), ("date", dates))
    return tuple(
        Group(kind, name, tuple(columns)) for kind, table in tables if len(table) > 1 for name, columns in table.items()
    )


def _even(labels: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """About ``count`` samples, as many of each class as there are."""
    order = rng.permutation(len(labels))
    kinds = np.unique(labels)
    each = -(-count // kinds.size)
    return np.sort(np.concatenate([order[labels[order] == kind][:each] for kind in kinds]))


def _shuffled(values: NDArray[np.float32], group: Group, order: NDArray[np.int64]) -> NDArray[np.float32]:
    columns = np.array(group.columns)
    mixed = values.copy()
    mixed[:, columns] = values[np.ix_(order, columns)]
    return mixed
