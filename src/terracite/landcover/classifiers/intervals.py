# SPDX-License-Identifier: AGPL-3.0-or-later
"""Series told apart by quantiles of their intervals, with extremely randomised trees.

After Dempster, Schmidt and Webb 2024, "QUANT: a minimalist interval method for time series classification"
(doi:10.1007/s10618-024-01036-9): each channel, its first and second differences and the sizes of its waves are cut
into ever shorter intervals, and each interval is told by a quarter as many quantiles as it has values, every second
one from the interval's mean. Written from the paper; here the first difference is not smoothed, as a year of images
has few dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, Layout, Settings, Training, training
from terracite.landcover.classifiers.forest import Forest, extra_trees

_DEPTH = 6  #: the shortest intervals are a 32nd of the series
_VALUES_A_QUANTILE = 4
_CELLS = 4096  #: handled together: bounds the memory


@dataclass(frozen=True, slots=True)
class Intervals:
    """A forest on quantiles of intervals."""

    forest: Forest
    layout: Layout
    importance: NDArray[np.float64]  #: of the features before they were cut up

    @property
    def classes(self) -> NDArray[np.int64]:
        return self.forest.classes

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.empty((values.shape[1], self.classes.size), np.float32)
        for first in range(0, values.shape[1], _CELLS):
            part = slice(first, first + _CELLS)
            result[part] = self.forest.predict_proba(cut(np.ascontiguousarray(values[:, part]), self.layout))
        return result

    def arrays(self) -> Arrays:
        layout = np.array([self.layout.channels, self.layout.dates, self.importance.size])
        return {**{f"forest.{name}": array for name, array in self.forest.arrays().items()}, "layout": layout}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Intervals:
        prefix = "forest."
        inner = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        forest = Forest.from_arrays(inner)
        channels, dates, features = (int(number) for number in arrays["layout"])
        layout = Layout(channels, dates)
        if min(channels, dates, features - layout.in_time) < 0 or len(_sources(layout, features)) != len(
            forest.importance
        ):
            raise ValueError("its intervals are not those of its series")
        return cls(forest, layout, _traced(forest.importance, layout, features))


def intervals(data: Training, settings: Settings) -> Intervals:
    """Extremely randomised trees on the quantiles of intervals; trees grow until their leaves are pure, as there."""
    features = data.values.shape[1]
    pieces = cut(np.ascontiguousarray(data.values.T), data.layout).T
    inner = training(pieces, data.classes[data.positions], data.weights)
    settings = Settings(trees=settings.trees, depth=60, min_leaf=1, seed=settings.seed)
    forest = extra_trees(inner, settings, max_features=0.1, criterion="entropy")
    return Intervals(forest, data.layout, _traced(forest.importance, data.layout, features))


def cut(values: NDArray[np.float32], layout: Layout) -> NDArray[np.float32]:
    """(pieces, cells): every quantile of every interval, then what does not change in time; ``values`` likewise."""
    plan, cosines, sines = _plan(layout.dates)
    per_channel = int(plan[-1, 4]) if len(plan) else 0
    still = values[layout.in_time :]
    result = np.empty((per_channel * layout.channels + len(still), values.shape[1]), np.float32)
    if per_channel:
        _cut(values, layout.channels, layout.dates, plan, cosines, sines, per_channel, result)
    result[per_channel * layout.channels :] = still
    return result


@lru_cache(maxsize=8)
def _plan(dates: int) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Rows (form, from, to, quantiles, number of pieces so far); then the waves, (frequency, date)."""
    lengths = (dates, dates - 1, dates - 2, dates // 2 + 1) if dates > 0 else ()
    rows, total = [], 0
    for form, length in enumerate(lengths):
        for start, end in _spans(length):
            count = 1 + (end - start - 1) // _VALUES_A_QUANTILE
            total += count
            rows.append((form, start, end, count, total))
    angle = 2 * np.pi * np.outer(np.arange(dates // 2 + 1), np.arange(dates)) / max(dates, 1)
    plan = np.array(rows, np.int64).reshape(-1, 5)
    return plan, np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def _spans(length: int) -> list[tuple[int, int]]:
    """Halves, quarters and so on of the length, and the same again moved by half an interval."""
    found: dict[tuple[int, int], None] = {}
    for level in range(_DEPTH):
        count = 2**level
        if length < count:
            break
        edges = np.linspace(0, length, count + 1).round().astype(int).tolist()
        found.update(dict.fromkeys(pairwise(edges)))
        half = (edges[1] - edges[0]) // 2
        if count > 1 and half:
            found.update(dict.fromkeys((a + half, b + half) for a, b in pairwise(edges[:-1])))
    return [(start, end) for start, end in found if end > start]


def _sources(layout: Layout, features: int) -> list[tuple[int, int]]:
    """Which features each piece comes from: (first, one past the last)."""
    found = []
    plan = _plan(layout.dates)[0]
    for channel in range(layout.channels):
        base = channel * layout.dates
        for form, start, end, count, _ in plan.tolist():
            span = (base, base + layout.dates) if form == 3 else (base + start, base + min(end + form, layout.dates))
            found += [span] * count
    return found + [(still, still + 1) for still in range(layout.in_time, features)]


def _traced(importance: NDArray[np.float64], layout: Layout, features: int) -> NDArray[np.float64]:
    """The importance of pieces, shared out evenly among the features that each comes from."""
    result: NDArray[np.float64] = np.zeros(features)
    for (first, last), share in zip(_sources(layout, features), importance, strict=True):
        result[first:last] += share / (last - first)
    result /= result.sum()
    return result


@njit(parallel=True, cache=True, error_model="numpy")
def _cut(values, channels, dates, plan, cosines, sines, per_channel, result):  # type: ignore[no-untyped-def] # pragma: no cover
    for cell in prange(values.shape[1]):
        forms = np.empty((4, dates), np.float32)
        for channel in range(channels):
            _forms(values, channel * dates, cell, dates, cosines, sines, forms)
            base = channel * per_channel
            for row in range(len(plan)):
                count = plan[row, 3]
                piece = np.sort(forms[plan[row, 0], plan[row, 1] : plan[row, 2]])
                mean = np.float32(piece.sum() / piece.size)
                first = base + plan[row, 4] - count
                for k in range(count):
                    spot = (piece.size - 1) * (k / (count - 1) if count > 1 else 0.5)
                    low = int(spot)
                    high = min(low + 1, piece.size - 1)
                    value = piece[low] + np.float32(spot - low) * (piece[high] - piece[low])
                    result[first + k, cell] = value - mean if k % 2 else value


@njit(cache=True, error_model="numpy")
def _forms(values, first, cell, dates, cosines, sines, forms):  # type: ignore[no-untyped-def] # pragma: no cover
    """The series itself, its first and second differences, and the sizes of its waves."""
    for t in range(dates):
        forms[0, t] = values[first + t, cell]
    for t in range(dates - 1):
        forms[1, t] = forms[0, t + 1] - forms[0, t]
    for t in range(dates - 2):
        forms[2, t] = forms[1, t + 1] - forms[1, t]
    for wave in range(len(cosines)):
        real, imaginary = np.float32(0), np.float32(0)
        for t in range(dates):
            real += cosines[wave, t] * forms[0, t]
            imaginary += sines[wave, t] * forms[0, t]
        forms[3, wave] = np.sqrt(real * real + imaginary * imaginary)
