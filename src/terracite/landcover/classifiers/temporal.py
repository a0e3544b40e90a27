# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small temporal network: learnt with Adam, mapped by matrix products."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.boosting import shares_of
from terracite.landcover.classifiers.contract import Arrays, Layout, Settings, Training
from terracite.landcover.classifiers.kernel import one_thread
from terracite.landcover.classifiers.network import CONVOLUTIONS, FILTERS, TAPS, Floats, Network, joined, moved, windows

_BATCH = 64
_STEPS = 6000  #: at most: bounds the time that many samples take
_A_ROUND = 4  #: steps at least: few samples are seen more often
_RATE = 2e-3  #: of the first step; it falls to nothing as half a wave does
_DECAY = 1e-4  #: of weights, at each step, in proportion of the rate
_CELLS = 128  #: mapped together: bounds the memory
_ASKED = 128  #: samples that the importance rests on


@dataclass(frozen=True, slots=True)
class Temporal:
    """A network of which nothing is learnt any more: products, sums and cuts at zero."""

    layout: Layout
    middle: Floats  #: (features,), taken from each value
    scale: Floats  #: (features,), which it is then divided by
    layers: Mapping[str, Floats]  #: "weight0", "bias0" ...: convolutions, dense layer and scores, in this order
    classes: NDArray[np.int64]
    importance: NDArray[np.float64]

    def predict_proba(self, values: Floats) -> Floats:
        """Share of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        result = np.empty((values.shape[1], self.classes.size), np.float32)
        parts = [slice(first, first + _CELLS) for first in range(0, values.shape[1], _CELLS)]
        with one_thread(), ThreadPoolExecutor(os.cpu_count()) as workers:
            for part, shares in zip(parts, workers.map(lambda part: self.shares(values[:, part]), parts), strict=True):
                result[part] = shares
        return result

    def shares(self, values: Floats) -> Floats:
        """The same for few cells."""
        series, still = shaped((values - self.middle[:, None]) / self.scale[:, None], self.layout)
        last = len(self.layers) // 2 - 1
        for number in range(last - 1):
            flat = self._product(number, windows(series))
            series = np.maximum(flat, 0, out=flat).reshape(*series.shape[:2], FILTERS)
        hidden = self._product(last - 1, joined(series if last > 1 else None, still))
        return shares_of(self._product(last, np.maximum(hidden, 0, out=hidden)).astype(np.float64))

    def _product(self, number: int, values: Floats) -> Floats:
        product: Floats = values @ self.layers[f"weight{number}"]
        product += self.layers[f"bias{number}"]
        return product

    def arrays(self) -> Arrays:
        own: Arrays = {
            "middle": self.middle,
            "scale": self.scale,
            "classes": self.classes,
            "importance": self.importance,
        }
        layout = np.array([self.layout.channels, self.layout.dates])
        return {**own, **self.layers, "layout": layout}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Temporal:
        layout = Layout(*(int(number) for number in arrays["layout"]))
        count = (CONVOLUTIONS if layout.in_time else 0) + 2
        layers = {
            f"{kind}{number}": np.asarray(arrays[f"{kind}{number}"]) for number in range(count) for kind in _KINDS
        }
        own: dict[str, Any] = {name: np.asarray(arrays[name]) for name in ("middle", "scale", "classes", "importance")}
        features = own["middle"].size
        sizes = [(layers[f"weight{number}"].shape, layers[f"bias{number}"].shape) for number in range(count)]
        fits = (
            min(layout.channels, layout.dates, features - layout.in_time) >= 0
            and own["scale"].shape == own["importance"].shape == (features,)
            and sizes == _sizes(layout, features, own["classes"].size, len(layers[f"bias{count - 2}"]))
            and all(np.isfinite(array).all() for array in (*layers.values(), *own.values()))
        )
        if not fits:
            raise ValueError("its layers do not fit together")
        return cls(layout, layers=layers, **own)


_KINDS = ("weight", "bias")


def _sizes(layout: Layout, features: int, classes: int, dense: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The shapes of weight and bias of every layer."""
    steps = [(TAPS * layout.channels, FILTERS), *[(TAPS * FILTERS, FILTERS)] * (CONVOLUTIONS - 1)]
    still = features - layout.in_time
    inputs = layout.dates * FILTERS + still if layout.in_time else still
    sizes = [*(steps if layout.in_time else []), (inputs, dense), (dense, classes)]
    return [(size, size[1:]) for size in sizes]


def temporal(data: Training, settings: Settings) -> Temporal:
    """A temporal convolutional network; ``seed`` draws its weights, its batches and what is dropped.

    Each sample is seen ``epochs`` times; more often where samples are few, more rarely where they are many. Sums are
    made by one thread, so that they are the same on any number of cores.
    """
    rng = np.random.default_rng(settings.seed)
    data = data.evened() if data.grouped else data
    middle, scale = _standard(data)
    series, still = shaped(((data.values - middle) / scale).T, data.layout)
    network = Network.drawn(data.layout.channels, len(series), still.shape[1], data.classes.size, rng)
    with one_thread():
        _learn(network, data, (series, still), settings.epochs, rng)
    pairs = [*(layer.folded() for layer in (*network.convolutions, network.dense)), (network.weight, network.bias)]
    layers = {
        f"{kind}{number}": array for number, pair in enumerate(pairs) for kind, array in zip(_KINDS, pair, strict=True)
    }
    found = Temporal(data.layout, middle, scale, layers, data.classes, np.zeros(middle.size))
    rows = rng.permutation(data.positions.size)[:_ASKED]
    with one_thread():
        return replace(found, importance=_importance(found, np.ascontiguousarray(data.values[rows].T)))


def shaped(values: Floats, layout: Layout) -> tuple[Floats, Floats]:
    """Series (dates, cells, channels) and what does not change (cells, features), of ``values`` (features, cells)."""
    cells = values.shape[1]
    series = values[: layout.in_time].reshape(layout.channels, layout.dates if layout.in_time else 0, cells)
    return np.ascontiguousarray(series.transpose(1, 2, 0)), np.ascontiguousarray(values[layout.in_time :].T)


def _standard(data: Training) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each feature; of each channel over all dates, so that seasons keep their shape."""
    layout = data.layout
    middle, scale = data.values.mean(axis=0), data.values.std(axis=0)
    if layout.in_time:
        series = data.values[:, : layout.in_time].reshape(-1, layout.channels, layout.dates)
        middle[: layout.in_time] = np.repeat(series.mean(axis=(0, 2)), layout.dates)
        scale[: layout.in_time] = np.repeat(series.std(axis=(0, 2)), layout.dates)
    return middle, np.where(scale > 0, scale, 1).astype(np.float32)


def _learn(
    network: Network, data: Training, inputs: tuple[Floats, Floats], epochs: int, rng: np.random.Generator
) -> None:
    series, still = inputs
    samples = data.positions.size
    size = min(_BATCH, samples)
    steps = min(epochs * max(samples // size, _A_ROUND), _STEPS)
    targets = (data.positions[:, None] == np.arange(data.classes.size)).astype(np.float32)
    weights = data.weights.astype(np.float32)
    moments = [(np.zeros(array.size, np.float32), np.zeros(array.size, np.float32)) for array in network.learnt]
    order: NDArray[np.int64] = np.empty(0, np.int64)
    for step in range(1, steps + 1):
        while order.size < size:
            order = np.concatenate([order, rng.permutation(samples)])
        rows, order = order[:size], order[size:]
        scores, traces = network.forward(np.ascontiguousarray(series[:, rows]), still[rows], rng)
        slope = (shares_of(scores.astype(np.float64)) - targets[rows]) * (weights[rows, None] / np.float32(size))
        changes, _, _ = network.backward(slope, traces, len(series))
        _move(network.learnt, changes, moments, step, _RATE * (1 + np.cos(np.pi * step / steps)) / 2)


def _move(
    learnt: list[Floats], changes: list[Floats], moments: list[tuple[Floats, Floats]], step: int, rate: float
) -> None:
    """One step of Adam, the decay of weights kept apart from the slopes (Loshchilov and Hutter 2019)."""
    factor = np.float32(rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step))
    for array, change, (mean, square) in zip(learnt, changes, moments, strict=True):
        decay = np.float32(1 - rate * _DECAY if array.ndim > 1 else 1)
        moved(array.reshape(-1), np.ascontiguousarray(change).reshape(-1), mean, square, factor, decay)


def _importance(model: Temporal, values: Floats) -> NDArray[np.float64]:
    """How much the shares change when a feature is put to its mean; ``values``: (features, cells)."""
    before = model.shares(values)
    found = np.empty(len(values))
    for feature, row in enumerate(values):
        changed = values.copy()
        changed[feature] = row.mean()
        found[feature] = np.abs(model.shares(changed) - before).mean()
    return found / found.sum() if found.sum() > 0 else np.full(found.size, 1 / found.size)
