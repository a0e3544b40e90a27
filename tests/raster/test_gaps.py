# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gap filling: straight lines between clear dates, held at the ends, counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from terracite.raster.gaps import Filling, fill, regular_days

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


# --- curves and composites

EVEN = np.arange(0, 361, 10)


def _season(days: np.ndarray) -> np.ndarray:
    return 0.5 + 0.3 * np.sin(2 * np.pi * np.asarray(days) / 365)


def _noisy(side: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    days = np.sort(rng.choice(360, 60, replace=False)).astype(float)
    values = (_season(days)[:, None, None] + rng.normal(0, 0.05, (60, side, side))).astype(np.float32)
    values[rng.random(values.shape) < 0.4] = NAN
    return values, days


def test_curves_are_nearer_to_what_is_under_the_noise_than_lines() -> None:
    values, days = _noisy()
    inner = slice(3, -3)  # the ends are held
    truth = _season(EVEN)[inner, None, None]
    ways = (Filling(), Filling("whittaker"), Filling("whittaker", stiffness=1e4))
    off = [float(np.sqrt(np.mean((fill(values, days, EVEN, how)[0][inner] - truth) ** 2))) for how in ways]
    assert off[1] < off[0]
    assert off[2] < 0.6 * off[0]


def test_a_curve_through_too_few_dates_is_a_straight_line() -> None:
    filled, clear = fill(_pixel(0.0, NAN, 10.0), [0, 50, 100], [0, 10, 20], Filling("whittaker"))
    assert filled[:, 0, 0].tolist() == [0.0, 1.0, 2.0]
    assert clear[0, 0] == 2


def test_a_composite_is_the_median_of_half_a_step_on_either_side() -> None:
    series = _pixel(1.0, 2.0, 9.0, NAN, 4.0, 7.0)
    filled, clear = fill(series, [5, 6, 14, 20, 36, 44], [10, 20, 30, 40], Filling("composite"))
    # 10: 1, 2 and 9; 20 and 30: nothing, so between 2 and 5.5; 40: 4 and 7
    np.testing.assert_allclose(filled[:, 0, 0], [2.0, 2 + 3.5 / 3, 2 + 7 / 3, 5.5], rtol=1e-6)
    assert clear[0, 0] == 5


def test_a_composite_without_a_date_in_any_window_holds_what_there_is() -> None:
    filled, _ = fill(_pixel(3.0), [90], [0, 10, 20], Filling("composite"))
    assert filled[:, 0, 0].tolist() == [3.0, 3.0, 3.0]


@pytest.mark.parametrize("method", ["linear", "whittaker", "composite"])
def test_rows_give_the_same_alone_as_together_and_where_they_are_told_to(method: str) -> None:
    values, days = _noisy(70)
    days = np.floor(days / 20) * 20  # several images of one day, too
    whole, clear = fill(values, days, EVEN, Filling(method))
    out = np.empty((EVEN.size, 3, 70), np.float32)
    part, some = fill(values[:, 65:68], days, EVEN, Filling(method), out=out)
    assert part is out
    assert np.array_equal(part, whole[:, 65:68])
    assert np.array_equal(some, clear[65:68])
    assert np.isfinite(whole).all()


@pytest.mark.parametrize("method", ["whittaker", "composite"])
def test_curves_and_composites_need_even_targets(method: str) -> None:
    with pytest.raises(ValueError, match="evenly spaced"):
        fill(_pixel(1, 2, 3), [0, 1, 2], [0, 1, 5], Filling(method))
