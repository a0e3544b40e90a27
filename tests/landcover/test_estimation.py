# SPDX-License-Identifier: AGPL-3.0-or-later
"""Design-based estimates: three published oracles, a simulation, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.landcover.estimation import SampleError, from_matrix, from_points

MATRIX = [[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]]
PIXELS = [200_000, 150_000, 3_200_000, 6_450_000]
HECTARES_PER_PIXEL = 0.09


def test_the_worked_example_of_olofsson_2014_to_the_digit() -> None:
    found = from_matrix(MATRIX, np.array(PIXELS) * HECTARES_PER_PIXEL)
    assert np.round(found.areas.value).tolist() == [21_158, 11_686, 285_770, 581_386]
    assert np.round(found.areas.half_width).tolist() == [6_158, 3_756, 15_510, 16_282]
    assert (round(float(found.overall.value), 3), round(float(found.overall.half_width), 3)) == (0.947, 0.018)
    assert np.round(found.users.value, 2).tolist() == [0.88, 0.73, 0.93, 0.96]
    assert np.round(found.users.half_width, 2).tolist() == [0.07, 0.10, 0.04, 0.02]
    assert np.round(found.producers.value, 2).tolist() == [0.75, 0.85, 0.93, 0.96]
    assert np.round(found.producers.half_width, 2).tolist() == [0.21, 0.25, 0.03, 0.02]
    assert found.method == "stratified by map class"


def _stehman_2014() -> tuple[list[int], list[int], list[str], dict[str, float]]:
    def positions(text: str) -> list[int]:
        return ["ABCD".index(letter) for letter in text]

    mapped = "AAAAAAABBB" + "ABBBBBBBBB" + "BBCCCCCCBB" + "DDDDDDDDDD"
    reference = "AAAAACBABC" + "ABBBBBAABB" + "CCCCCDDBBA" + "DDDDDDDCCB"
    strata = list("A" * 10 + "B" * 10 + "C" * 10 + "D" * 10)
    return (
        positions(mapped),
        positions(reference),
        strata,
        {"A": 40_000, "B": 30_000, "C": 20_000, "D": 10_000},
    )


def test_the_worked_example_of_stehman_2014() -> None:
    found = from_points(*_stehman_2014(), 4)
    assert (float(found.overall.value), round(float(found.overall.error), 3)) == (pytest.approx(0.63), 0.085)
    assert found.proportions.value.tolist() == pytest.approx([0.35, 0.34, 0.20, 0.11])
    assert np.round(found.proportions.error[[0, 2]], 3).tolist() == [0.082, 0.064]
    assert (round(found.users.value[1], 3), round(found.users.error[1], 3)) == (0.574, 0.125)
    assert round(found.producers.value[1], 3) == 0.794
    assert found.matrix[1, 2] == pytest.approx(0.08)
    assert found.method == "stratified"


def test_a_published_map_of_rondonia(shared_data: Path) -> None:
    case = json.loads((shared_data / "olofsson-oracle" / "rondonia2022_sits_olofsson.json").read_text())
    found = from_matrix(case["error_matrix"], case["mapped_area_ha"])
    published = case["published"]
    np.testing.assert_allclose(found.areas.value, published["adj"], rtol=2e-7)
    np.testing.assert_allclose(found.areas.half_width, published["ci"], rtol=8e-8)
    assert round(float(found.overall.value), 2) == published["OA"]
    assert np.round(found.users.value, 2).tolist() == published["UA"]
    assert np.round(found.producers.value, 2).tolist() == published["PA"]


def test_both_estimators_agree_where_the_strata_are_the_map_classes() -> None:
    pairs = [(i, j) for i, row in enumerate(MATRIX) for j, count in enumerate(row) for _ in range(count)]
    mapped, reference = (list(side) for side in zip(*pairs, strict=True))
    by_map = from_matrix(MATRIX, PIXELS)
    areas = {str(i): float(area) for i, area in enumerate(PIXELS)}
    by_points = from_points(mapped, reference, [str(i) for i in mapped], areas, 4)
    for name in ("overall", "users", "producers", "proportions"):
        one, other = getattr(by_map, name), getattr(by_points, name)
        np.testing.assert_allclose(one.value, other.value)
        np.testing.assert_allclose(one.error, other.error)
    np.testing.assert_allclose(by_map.matrix, by_points.matrix)
    assert np.array_equal(by_map.counts, by_points.counts)


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
@settings(max_examples=25, deadline=None)
def test_areas_always_sum_to_the_whole(counts: list[list[int]]) -> None:
    counts = [[n + 1 if i == j else n for j, n in enumerate(row)] for i, row in enumerate(counts)]
    counts = [[n + 1 for n in row] for row in counts]
    found = from_matrix(counts, [10.0, 20.0, 70.0])
    assert found.areas.value.sum() == pytest.approx(100.0)
    assert found.matrix.sum() == pytest.approx(1.0)
    assert (found.producers.value <= 1).all()


def test_the_intervals_hold_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(7)
    truth = rng.random(60_000) < np.repeat([0.05, 0.4, 0.9], 20_000)
    mapped = truth ^ (rng.random(60_000) < 0.15)
    strata = np.repeat(["low", "middle", "high"], 20_000)
    inside = 0
    for _ in range(300):
        drawn = np.concatenate([rng.choice(20_000, 60, replace=False) + 20_000 * k for k in range(3)])
        areas = dict.fromkeys(("low", "middle", "high"), 20_000.0)
        found = from_points(mapped[drawn], truth[drawn], strata[drawn].tolist(), areas, 2)
        inside += abs(found.areas.value[1] - truth.sum()) <= found.areas.half_width[1]
    assert 0.92 <= inside / 300 <= 0.98


def test_a_class_off_the_map_needs_no_points() -> None:
    found = from_matrix([[9, 1, 0], [1, 9, 0], [0, 0, 0]], [50.0, 50.0, 0.0])
    assert found.areas.value.tolist() == pytest.approx([50.0, 50.0, 0.0])
    assert np.isnan(found.users.value[2])
    assert np.isnan(found.producers.value[2])


def test_a_sample_too_small_is_refused_and_each_reason_named() -> None:
    with pytest.raises(SampleError) as refusal:
        from_matrix([[1, 0, 0], [0, 9, 0], [0, 0, 0]], [10.0, 80.0, 10.0])
    assert [problem.where for problem in refusal.value.problems] == ["map class '0'", "map class '2'"]


def test_a_stratum_without_area_or_points_is_refused() -> None:
    with pytest.raises(SampleError, match="no area"):
        from_points([0, 0, 1], [0, 0, 1], ["a", "a", "b"], {"a": 5.0}, 2)
    with pytest.raises(SampleError, match="stratum 'b'"):
        from_points([0, 0, 1], [0, 0, 1], ["a", "a", "b"], {"a": 5.0, "b": 5.0}, 2)
    with pytest.raises(SampleError, match="cover no area"):
        from_matrix([[0]], [0.0])


def test_simple_random_sampling_is_one_stratum() -> None:
    found = from_points([0, 0, 1, 1], [0, 1, 1, 1], ["all"] * 4, {"all": 400.0}, 2)
    assert found.method == "simple random"
    assert float(found.overall.value) == 0.75
    assert float(found.overall.error) == pytest.approx(np.sqrt(0.75 * 0.25 / 3))
    assert found.areas.value.tolist() == [100.0, 300.0]
