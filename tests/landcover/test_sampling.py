# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sampling designs: a published one, and sums that are exact."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.landcover.sampling import allocate, sample_size


def test_the_size_of_a_published_design(shared_data: Path) -> None:
    case = json.loads((shared_data / "olofsson-oracle" / "rondonia2022_sits_olofsson.json").read_text())
    names, design = case["sampling_design_classes_order"], case["sampling_design"]
    guess = [design["expected_ua"].get(name, design["expected_ua"]["others"]) for name in names]
    shares = [design["prop"][name] for name in names]
    assert sample_size(shares, guess, design["std_err"]) == sum(design["alloc_prop"]) == 1892
    assert np.abs(allocate(1892, shares) - design["alloc_prop"]).max() <= 1  # they round each class


def test_size_by_hand() -> None:
    assert sample_size([1, 1], [0.9, 0.9], 0.01) == 900


def test_rare_classes_get_their_least() -> None:
    assert allocate(100, [0.9, 0.09, 0.01], least=10).tolist() == [80, 10, 10]


@given(st.integers(0, 2000), st.lists(st.floats(0.01, 1), min_size=1, max_size=9), st.integers(0, 30))
@settings(max_examples=25, deadline=None)
def test_the_sum_is_exact_and_nobody_gets_less_than_the_least(points: int, shares: list[float], least: int) -> None:
    if points < least * len(shares):
        with pytest.raises(ValueError, match="cannot give"):
            allocate(points, shares, least=least)
    else:
        given_points = allocate(points, shares, least=least)
        assert given_points.sum() == points
        assert given_points.min() >= least


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="standard error"):
        sample_size([1], [0.9], 0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        sample_size([1], [1.2], 0.01)
