# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small network over time, its forward and backward passes in plain numpy: three convolutions and two dense layers.

After Pelletier, Webb and Petitjean 2019, "Temporal convolutional neural network for the classification of satellite
image time series" (doi:10.3390/rs11050523): convolutions over five dates with 64 filters, a dense layer of 256, each
normalised over the batch (Ioffe and Szegedy 2015), cut off at zero and half dropped while it learns. What does not
change in time joins at the dense layer. Written from the paper.

Values go through as (dates, cells, channels): a step in time is then a step of whole blocks of memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TAPS = 5  #: dates that a convolution looks at
FILTERS = 64
CONVOLUTIONS = 3
DENSE = 256
_KEPT = np.float32(0.5)  #: share of values not dropped while learning
_MEMORY = np.float32(0.9)  #: of running means, at each step
_TINY = np.float32(1e-5)


@dataclass(slots=True)
class Layer:
    """Products with ``weight``, normalised over the batch, then scaled and shifted."""

    weight: Floats  #: (inputs, outputs)
    scale: Floats  #: (outputs,)
    shift: Floats
    mean: Floats  #: running, of the products
    spread: Floats  #: running variance

    @classmethod
    def drawn(cls, inputs: int, outputs: int, rng: np.random.Generator) -> Layer:
        """Weights at random (He 2015)."""
        weight = rng.normal(0, np.sqrt(2 / max(inputs, 1)), (inputs, outputs)).astype(np.float32)
        ones, zeros = np.ones(outputs, np.float32), np.zeros(outputs, np.float32)
        return cls(weight, ones, zeros, zeros.copy(), ones.copy())

    def folded(self) -> tuple[Floats, Floats]:
        """The same as one product and one sum, once nothing is learnt any more: (weight, bias)."""
        factor = self.scale / np.sqrt(self.spread + _TINY)
        return self.weight * factor, self.shift - self.mean * factor


@dataclass(slots=True)
class Trace:
    """What the backward pass of one layer needs."""

    inputs: Floats  #: (rows, inputs)
    normal: Floats  #: (rows, outputs), normalised
    spread: Floats  #: (outputs,): standard deviation over the batch
    open: Floats  #: (rows, outputs): what is passed on: 0 or 1 / `_KEPT`


@dataclass(slots=True)
class Network:
    """All that is learnt."""

    convolutions: list[Layer]  #: none where nothing changes in time
    dense: Layer
    weight: Floats  #: (DENSE, classes)
    bias: Floats  #: (classes,)

    @classmethod
    def drawn(cls, channels: int, dates: int, still: int, classes: int, rng: np.random.Generator) -> Network:
        sizes = [channels, *[FILTERS] * CONVOLUTIONS] if channels * dates else []
        layers = [Layer.drawn(TAPS * one, other, rng) for one, other in pairwise(sizes)]
        dense = Layer.drawn((dates * FILTERS if layers else 0) + still, DENSE, rng)
        weight = rng.normal(0, np.sqrt(1 / DENSE), (DENSE, classes)).astype(np.float32)
        return cls(layers, dense, weight, np.zeros(classes, np.float32))

    @property
    def learnt(self) -> list[Floats]:
        """Every array that a step changes, in place."""
        layers = [array for one in (*self.convolutions, self.dense) for array in (one.weight, one.scale, one.shift)]
        return [*layers, self.weight, self.bias]

    def forward(self, series: Floats, still: Floats, rng: np.random.Generator) -> tuple[Floats, list[Trace]]:
        """Scores (cells, classes) while learning, and the traces; ``series``: (dates, cells, channels)."""
        traces = []
        dates, cells = series.shape[:2]
        values = series
        for layer in self.convolutions:
            flat, trace = _learning(layer, windows(values), rng)
            values = flat.reshape(dates, cells, -1)
            traces.append(trace)
        hidden, trace = _learning(self.dense, joined(values if self.convolutions else None, still), rng)
        traces.append(trace)
        return hidden @ self.weight + self.bias, [*traces, Trace(hidden, hidden, self.bias, hidden)]

    def backward(self, slope: Floats, traces: Sequence[Trace], dates: int) -> tuple[list[Floats], Floats, Floats]:
        """What each of `learnt` changes, and series and still values too; ``slope``: of the scores."""
        hidden = traces[-1].inputs
        changes: list[Floats] = [hidden.T @ slope, slope.sum(axis=0)]
        own, back = _back(self.dense, slope @ self.weight.T, traces[-2])
        changes = [*own, *changes]
        cells = len(slope)
        width = dates * FILTERS if self.convolutions else 0
        still = back[:, width:]
        series = np.zeros((dates, cells, 0), np.float32)
        if self.convolutions:
            series = np.ascontiguousarray(back[:, :width].reshape(cells, dates, FILTERS).transpose(1, 0, 2))
        for layer, trace in zip(reversed(self.convolutions), reversed(traces[:-2]), strict=True):
            own, flat = _back(layer, series.reshape(dates * cells, -1), trace)
            series = _unwound(flat.reshape(dates, cells, TAPS, -1))
            changes = [*own, *changes]
        return changes, series, still


def windows(values: Floats) -> Floats:
    """(dates x cells, taps x channels): each value with its neighbours in time, zeros beyond the ends."""
    dates, cells, channels = values.shape
    wide = np.zeros((dates, cells, TAPS, channels), np.float32)
    for tap, (here, there) in enumerate(_shifts(dates)):
        wide[here, :, tap] = values[there]
    return wide.reshape(dates * cells, TAPS * channels)


def joined(values: Floats | None, still: Floats) -> Floats:
    """(cells, all): the filters of all dates, then what does not change; ``values``: (dates, cells, filters)."""
    if values is None:
        return still
    dates, cells, channels = values.shape
    flat = np.empty((cells, dates * channels + still.shape[1]), np.float32)
    flat[:, : dates * channels].reshape(cells, dates, channels)[:] = values.transpose(1, 0, 2)
    flat[:, dates * channels :] = still
    return flat


def _unwound(wide: Floats) -> Floats:
    """The slopes of values from those of their windows."""
    dates, cells, _, channels = wide.shape
    values = np.zeros((dates, cells, channels), np.float32)
    for tap, (here, there) in enumerate(_shifts(dates)):
        values[there] += wide[here, :, tap]
    return values


def _shifts(dates: int) -> list[tuple[slice, slice]]:
    """For each tap: the dates that it serves, and those that it looks at."""
    found = []
    for shift in range(-(TAPS // 2), TAPS // 2 + 1):
        first, last = min(max(0, -shift), dates), max(dates - max(0, shift), min(max(0, -shift), dates))
        found.append((slice(first, last), slice(first + shift, last + shift) if last > first else slice(0, 0)))
    return found


def _learning(layer: Layer, inputs: Floats, rng: np.random.Generator) -> tuple[Floats, Trace]:
    normal = inputs @ layer.weight
    mean = normal.mean(axis=0)
    normal -= mean
    variance = np.einsum("ij,ij->j", normal, normal) / np.float32(len(normal))
    layer.mean += (1 - _MEMORY) * (mean - layer.mean)
    layer.spread += (1 - _MEMORY) * (variance - layer.spread)
    spread = np.sqrt(variance + _TINY)
    drawn = rng.random(normal.shape, np.float32)
    passed, values = np.empty_like(normal), np.empty_like(normal)
    _passed(normal, 1 / spread, layer.scale, layer.shift, drawn, _KEPT, passed, values)
    return values, Trace(inputs, normal, spread, passed)


def _back(layer: Layer, slope: Floats, trace: Trace) -> tuple[list[Floats], Floats]:
    scale, shift = np.zeros_like(layer.scale), np.zeros_like(layer.shift)
    slope = np.ascontiguousarray(slope)
    _turned_back(slope, trace.normal, trace.open, layer.scale / trace.spread, scale, shift)
    return [trace.inputs.T @ slope, scale, shift], slope @ layer.weight.T


@njit(cache=True, error_model="numpy")
def _passed(normal, factor, scale, shift, drawn, kept, passed, values):  # type: ignore[no-untyped-def] # pragma: no cover
    """Normalise in place, scale, shift, cut off at zero, and drop."""
    rows, columns = normal.shape
    more = np.float32(1) / kept
    for row in range(rows):
        for column in range(columns):
            one = normal[row, column] * factor[column]
            normal[row, column] = one
            value = one * scale[column] + shift[column]
            through = more if (value > 0) & (drawn[row, column] < kept) else np.float32(0)
            passed[row, column] = through
            values[row, column] = value * through


@njit(cache=True, error_model="numpy")
def _turned_back(slope, normal, passed, factor, scale, shift):  # type: ignore[no-untyped-def] # pragma: no cover
    """The slopes of what was normalised, in place; those of scale and shift are added up."""
    rows, columns = slope.shape
    for row in range(rows):
        for column in range(columns):
            one = slope[row, column] * passed[row, column]
            slope[row, column] = one
            scale[column] += one * normal[row, column]
            shift[column] += one
    count = np.float32(1) / np.float32(rows)
    for row in range(rows):
        for column in range(columns):
            mean = shift[column] * count + normal[row, column] * (scale[column] * count)
            slope[row, column] = (slope[row, column] - mean) * factor[column]


@njit(cache=True, error_model="numpy")
def moved(flat, change, mean, square, factor, decay):  # type: ignore[no-untyped-def] # pragma: no cover
    """One step of Adam (Kingma and Ba 2015) for each value of ``flat``, in place."""
    first, second, tiny = np.float32(0.1), np.float32(0.001), np.float32(1e-8)
    for i in range(flat.size):
        one = change[i]
        mean[i] += first * (one - mean[i])
        square[i] += second * (one * one - square[i])
        flat[i] = flat[i] * decay - factor * mean[i] / (np.sqrt(square[i]) + tiny)
