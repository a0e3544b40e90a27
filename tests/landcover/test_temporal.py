# SPDX-License-Identifier: AGPL-3.0-or-later
"""The temporal network: slopes as differences have them, what it learns that trees on dates do not, and its limits."""

from __future__ import annotations

import numpy as np
import pytest

from terracite.landcover.classifiers import network as net
from terracite.landcover.classifiers.contract import Layout, Settings, predict
from terracite.landcover.classifiers.network import Network, windows
from terracite.landcover.classifiers.registry import train
from terracite.landcover.classifiers.temporal import Temporal


@pytest.mark.parametrize(("channels", "dates", "still"), [(2, 7, 3), (1, 1, 0), (0, 0, 4)])
def test_slopes_are_those_of_small_differences(
    channels: int, dates: int, still: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net, "FILTERS", 4)
    monkeypatch.setattr(net, "DENSE", 8)
    rng = np.random.default_rng(3)
    network = Network.drawn(channels, dates, still, 3, rng)
    series = rng.normal(0, 1, (dates, 20, channels)).astype(np.float32)
    others = rng.normal(0, 1, (20, still)).astype(np.float32)
    pull = rng.normal(0, 1, (20, 3)).astype(np.float32)

    def total() -> float:
        scores, _ = network.forward(series, others, np.random.default_rng(5))
        return float((scores.astype(np.float64) * pull).sum())

    _, traces = network.forward(series, others, np.random.default_rng(5))
    changes, in_time, back = network.backward(pull, traces, dates)
    slopes = [*changes, *([in_time] if channels else []), *([back] if still else [])]
    arrays = [*network.learnt, *([series] if channels else []), *([others] if still else [])]
    found, expected = [], []
    for array, slope in zip(arrays, slopes, strict=True):
        assert slope.shape == array.shape
        for place in rng.permutation(array.size)[:12]:
            cell, before = np.unravel_index(place, array.shape), array.flat[place]
            array[cell] = before + 1e-3
            above = total()
            array[cell] = before - 1e-3
            expected.append((above - total()) / 2e-3)
            array[cell] = before
            found.append(float(slope[cell]))
    close = np.isclose(found, expected, rtol=0.03, atol=0.03)
    assert close.mean() > 0.9  # a value that crosses zero, where it is cut off, has another slope
    assert np.corrcoef(found, expected)[0, 1] > 0.99


def test_windows_show_the_neighbours_in_time() -> None:
    values = np.arange(1, 7, dtype=np.float32).reshape(3, 2, 1)  # 3 dates, 2 cells, 1 channel
    assert windows(values)[::2].tolist() == [[0, 0, 1, 3, 5], [0, 1, 3, 5, 0], [1, 3, 5, 0, 0]]


def test_the_order_of_dates_is_learnt() -> None:
    """A rise or a fall at any time of the year: no date tells them apart by itself."""
    rng = np.random.default_rng(1)
    labels = np.arange(160) % 2
    values = rng.normal(0, 0.1, (160, 12)).astype(np.float32)
    for row, start in enumerate(rng.integers(0, 8, 160)):
        values[row, start : start + 4] += [0.2, 0.6, 1, 1.4] if labels[row] else [1.4, 1, 0.6, 0.2]
    model = train("temporal", values[:120], labels[:120], layout=Layout(1, 12), settings=Settings(epochs=25))
    assert (predict(model, values[120:].T)[0] == labels[120:]).mean() > 0.9


def test_it_learns_from_what_does_not_change_in_time_too() -> None:
    rng = np.random.default_rng(2)
    labels = np.arange(200) % 2
    values = rng.normal(0, 1, (200, 13)).astype(np.float32)
    values[:, 12] += 4 * labels  # 12 dates of noise, one height
    model = train("temporal", values, labels, layout=Layout(1, 12), settings=Settings(epochs=25))
    assert (predict(model, values.T)[0] == labels).mean() > 0.9
    assert model.importance.argmax() == 12


def test_the_same_model_on_any_number_of_threads() -> None:
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(2)
    labels = np.arange(60) % 3
    values = (rng.normal(0, 0.3, (60, 16)) + labels[:, None]).astype(np.float32)
    settings = Settings(epochs=5)
    with threadpool_limits(1):
        one = train("temporal", values, labels, layout=Layout(2, 8), settings=settings)
    two = train("temporal", values, labels, layout=Layout(2, 8), settings=settings)
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, two.arrays()[name])
    assert Temporal.from_arrays(one.arrays()).layout == Layout(2, 8)


def test_many_samples_do_not_take_more_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    from terracite.landcover.classifiers import temporal as module

    monkeypatch.setattr(module, "_STEPS", 3)
    steps = []
    monkeypatch.setattr(module, "_move", lambda *given: steps.append(given[3]))
    train("temporal", np.random.default_rng(1).normal(0, 1, (500, 4)), np.arange(500) % 2, layout=Layout(1, 4))
    assert steps == [1, 2, 3]
