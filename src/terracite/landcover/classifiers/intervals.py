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
_STRIP = 64  #: cells sorted together


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
            result[part] = self.forest.predict_proba(
                cut(np.ascontiguousarray(values[:, part], np.float32), self.layout)
            )
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
    """Extremely randomised trees on the quantiles of intervals.

    Trees grow until their leaves are pure, as in the paper; but where samples come from polygons, whose cells resemble
    each other, leaves keep ``min_leaf`` samples and large polygons weigh less.
    """
    data = data.evened() if data.grouped else data
    features = data.values.shape[1]
    pieces = cut(np.ascontiguousarray(data.values.T), data.layout).T
    inner = training(pieces, data.classes[data.positions], data.weights)
    forest = extra_trees(inner, settings.fully_grown(data), max_features=0.1, criterion="entropy")
    return Intervals(forest, data.layout, _traced(forest.importance, data.layout, features))


def cut(values: NDArray[np.float32], layout: Layout) -> NDArray[np.float32]:
    """(pieces, cells): every quantile of every interval, then what does not change in time; ``values`` likewise."""
    plan = _plan(layout.dates)
    per_channel = plan.pieces
    still = values[layout.in_time :]
    result = np.empty((per_channel * layout.channels + len(still), values.shape[1]), np.float32)
    if per_channel:
        arrays = (plan.rows, plan.sorting, plan.cosines, plan.sines)
        _cut(values, layout.channels, layout.dates, *arrays, per_channel, result)
    result[per_channel * layout.channels :] = still
    return result


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done to every channel of so many dates."""

    rows: NDArray[np.int64]  #: (intervals, 7): form, from, to, quantiles, pieces so far; first and last step of sorting
    sorting: NDArray[np.int64]  #: (steps, 2): which two values are put in order
    cosines: NDArray[np.float32]  #: (waves, dates)
    sines: NDArray[np.float32]

    @property
    def pieces(self) -> int:
        return int(self.rows[-1, 4]) if len(self.rows) else 0


@lru_cache(maxsize=8)
def _plan(dates: int) -> _Plan:
    lengths = (dates, dates - 1, dates - 2, dates // 2 + 1) if dates > 0 else ()
    rows: list[tuple[int, ...]] = []
    steps: list[tuple[int, int]] = []
    total = 0
    known: dict[int, tuple[int, int]] = {}
    for form, length in enumerate(lengths):
        for start, end in _spans(length):
            size = end - start
            if size not in known:
                more = _network(size)
                known[size] = (len(steps), len(steps) + len(more))
                steps += more
            count = 1 + (size - 1) // _VALUES_A_QUANTILE
            total += count
            rows.append((form, start, end, count, total, *known[size]))
    angle = 2 * np.pi * np.outer(np.arange(dates // 2 + 1), np.arange(dates)) / max(dates, 1)
    return _Plan(
        np.array(rows, np.int64).reshape(-1, 7),
        np.array(steps, np.int64).reshape(-1, 2),
        np.cos(angle).astype(np.float32),
        np.sin(angle).astype(np.float32),
    )


def _network(size: int) -> list[tuple[int, int]]:
    """Pairs that sort ``size`` values whatever they are: Batcher's merge exchange (Knuth, vol. 3, 5.2.2, algorithm M).

    The same steps for all cells let the processor sort many cells at once.
    """
    found = []
    top = 1 << max(0, (size - 1).bit_length() - 1)
    step = top
    while step > 0:
        other, rest, gap = top, 0, step
        while True:
            found += [(i, i + gap) for i in range(size - gap) if i & step == rest]
            if other == step:
                break
            gap, other, rest = other - step, other // 2, step
        step //= 2
    return found


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
    plan = _plan(layout.dates).rows
    for channel in range(layout.channels):
        base = channel * layout.dates
        for form, start, end, count, *_ in plan.tolist():
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
def _cut(values, channels, dates, plan, sorting, cosines, sines, per_channel, result):  # type: ignore[no-untyped-def] # pragma: no cover
    cells = values.shape[1]
    for strip in prange((cells + _STRIP - 1) // _STRIP):
        first = strip * _STRIP
        size = min(_STRIP, cells - first)
        forms = np.zeros((4, dates, _STRIP), np.float32)
        piece = np.zeros((dates, _STRIP), np.float32)
        for channel in range(channels):
            _forms(values, channel * dates, first, size, cosines, sines, forms)
            for row in range(len(plan)):
                form, start, end, count = plan[row, 0], plan[row, 1], plan[row, 2], plan[row, 3]
                for t in range(end - start):  # a slice would be copied seven times as slowly
                    for i in range(_STRIP):
                        piece[t, i] = forms[form, start + t, i]
                for step in range(plan[row, 5], plan[row, 6]):
                    _put_in_order(piece, sorting[step, 0], sorting[step, 1])
                target = channel * per_channel + plan[row, 4] - count
                _quantiles(piece, end - start, count, target, first, size, result)


@njit(cache=True, inline="always")
def _put_in_order(piece, one, other):  # type: ignore[no-untyped-def] # pragma: no cover
    for i in range(_STRIP):
        low, high = piece[one, i], piece[other, i]
        piece[one, i] = low if low < high else high
        piece[other, i] = high if low < high else low


@njit(cache=True, error_model="numpy")
def _quantiles(piece, length, count, target, first, size, result):  # type: ignore[no-untyped-def] # pragma: no cover
    """Evenly spread quantiles of sorted values; every second one is told from the mean."""
    mean = np.zeros(_STRIP, np.float32)
    for t in range(length if count > 1 else 0):
        for i in range(_STRIP):
            mean[i] += piece[t, i]
    for k in range(count):
        spot = (length - 1) * (k / (count - 1) if count > 1 else 0.5)
        low = int(spot)
        high = min(low + 1, length - 1)
        part = np.float32(spot - low)
        taken = np.float32(k % 2) / np.float32(length)
        own = result[target + k, first : first + size]  # an index that may be negative costs a test for each value
        for i in range(size):
            value = piece[low, i] + part * (piece[high, i] - piece[low, i])
            own[i] = value - taken * mean[i]


@njit(cache=True, error_model="numpy")
def _forms(values, row, first, size, cosines, sines, forms):  # type: ignore[no-untyped-def] # pragma: no cover
    """The series themselves, their first and second differences, and the sizes of their waves."""
    waves, dates = cosines.shape
    for t in range(dates):
        for i in range(size):
            forms[0, t, i] = values[row + t, first + i]
    for form in range(1, 3):
        for t in range(dates - form):
            for i in range(_STRIP):
                forms[form, t, i] = forms[form - 1, t + 1, i] - forms[form - 1, t, i]
    real, imaginary = np.empty(_STRIP, np.float32), np.empty(_STRIP, np.float32)
    for wave in range(waves):
        real[:] = 0
        imaginary[:] = 0
        for t in range(dates):
            cosine, sine = cosines[wave, t], sines[wave, t]
            for i in range(_STRIP):
                real[i] += cosine * forms[0, t, i]
                imaginary[i] += sine * forms[0, t, i]
        for i in range(_STRIP):
            forms[3, wave, i] = np.sqrt(real[i] * real[i] + imaginary[i] * imaginary[i])
