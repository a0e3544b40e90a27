# SPDX-License-Identifier: AGPL-3.0-or-later
"""Intervals of series: quantiles as numpy has them, sorting that sorts, and series too short to cut."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from terracite.landcover.classifiers.contract import Layout
from terracite.landcover.classifiers.intervals import _network, _plan, cut


@pytest.mark.parametrize("size", range(1, 12))
def test_the_steps_sort_every_order(size: int) -> None:
    """By the 0-1 principle: what sorts all sequences of 0 and 1 sorts everything."""
    values = np.array(list(product([0, 1], repeat=size)), np.int8)
    for one, other in _network(size):
        pair = np.sort(values[:, [one, other]], axis=1)
        values[:, [one, other]] = pair
    assert (np.diff(values, axis=1) >= 0).all()


@pytest.mark.parametrize("dates", [1, 2, 3, 9, 36])
def test_pieces_are_the_quantiles_of_numpy(dates: int) -> None:
    rng = np.random.default_rng(dates)
    values = rng.normal(0, 1, (2 * dates + 1, 70)).astype(np.float32)
    found = cut(values, Layout(2, dates))
    series = values[dates : 2 * dates]
    forms = [series, np.diff(series, axis=0), np.diff(series, 2, axis=0), np.abs(np.fft.rfft(series, axis=0))]
    expected = []
    for form, start, end, count, *_ in _plan(dates).rows.tolist():
        piece = forms[form][start:end]
        quantiles = np.quantile(piece, np.linspace(0, 1, count) if count > 1 else [0.5], axis=0)
        quantiles[1::2] -= piece.mean(axis=0)
        expected.append(quantiles)
    np.testing.assert_allclose(found[len(found) // 2 : -1], np.concatenate(expected), atol=2e-5)
    np.testing.assert_array_equal(found[-1], values[-1])
    assert len(found) == 2 * _plan(dates).pieces + 1
