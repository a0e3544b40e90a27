# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gap filling: straight lines between clear dates, held at the ends, counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from terracite.raster.gaps import fill, regular_days

NAN = np.nan


def _pixel(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(-1, 1, 1)


def test_a_gap_is_a_straight_line_in_time_and_the_ends_are_held() -> None:
    filled, clear = fill(_pixel(NAN, 1.0, NAN, 3.0, NAN), [0, 10, 15, 20, 30], [0, 10, 15, 20, 30])
    assert filled[:, 0, 0].tolist() == [1.0, 1.0, 2.0, 3.0, 3.0]
    assert clear.tolist() == [[2]]


def test_uneven_dates_weigh_by_days_not_by_rank() -> None:
    filled, _ = fill(_pixel(0.0, NAN, 10.0), [0, 1, 10], [2, 5])
    assert filled[:, 0, 0].tolist() == [2.0, 5.0]


def test_a_pixel_never_clear_stays_missing_and_counts_zero() -> None:
    filled, clear = fill(_pixel(NAN, NAN), [0, 10], [0, 5, 10])
    assert np.isnan(filled).all()
    assert clear[0, 0] == 0


def test_two_images_of_one_day_are_averaged_and_both_counted() -> None:
    filled, clear = fill(_pixel(1.0, 3.0, 2.0, 8.0), [0, 0, 0, 10], [0, 5])
    assert filled[:, 0, 0].tolist() == [2.0, 5.0]
    assert clear[0, 0] == 4


def test_targets_may_come_in_any_order() -> None:
    series = _pixel(0.0, 10.0)
    assert fill(series, [0, 10], [9, 1, 5])[0][:, 0, 0].tolist() == [9.0, 1.0, 5.0]


@given(
    arrays(np.float32, (6, 2, 70), elements=st.one_of(st.just(np.float32(np.nan)), st.floats(-1, 1, width=32))),
    st.lists(st.integers(-5, 60), min_size=1, max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_agrees_with_numpy_interp_pixel_by_pixel(values: np.ndarray, targets: list[int]) -> None:
    days = np.array([0, 7, 8, 21, 40, 41])
    filled, clear = fill(values, days, targets)
    assert np.array_equal(clear, np.isfinite(values).sum(0))
    for y, x in np.ndindex(clear.shape):
        good = np.isfinite(values[:, y, x])
        expected = np.interp(targets, days[good], values[good, y, x]) if good.any() else np.full(len(targets), NAN)
        np.testing.assert_allclose(filled[:, y, x], expected, atol=1e-6)


def test_a_clear_series_on_its_own_dates_is_unchanged() -> None:
    values = np.random.default_rng(1).random((5, 3, 130), dtype=np.float32)
    filled, _ = fill(values, range(5), range(5))
    assert np.array_equal(filled, values)


@pytest.mark.parametrize(
    ("values", "days"),
    [(np.zeros((3, 2)), [0, 1, 2]), (np.zeros((3, 1, 1)), [0, 1]), (np.zeros((2, 1, 1)), [5, 1])],
)
def test_shapes_and_order_are_checked(values: np.ndarray, days: list[int]) -> None:
    with pytest.raises(ValueError, match=r"values|order"):
        fill(values.astype(np.float32), days, [0])


def test_regular_days() -> None:
    assert regular_days(3, 25, 10).tolist() == [3, 13, 23]
    assert regular_days(0, 20, 10).tolist() == [0, 10, 20]
    with pytest.raises(ValueError, match="at least 1"):
        regular_days(0, 10, 0)
    with pytest.raises(ValueError, match="before"):
        regular_days(10, 0, 5)
