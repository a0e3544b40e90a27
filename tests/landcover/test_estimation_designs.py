# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clusters, two stages, two maps, change and units: small cases computed by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from terracite.landcover.accuracy import student_quantile
from terracite.landcover.estimation import (
    Estimate,
    SampleError,
    by_design,
    by_unit,
    change,
    compare,
    drawn,
    from_matrix,
    from_points,
    from_sample,
)


def test_clusters_of_unequal_size_by_hand() -> None:
    # right points of 3 clusters: 2 of 2, 1 of 2, 2 of 4; residuals .75, -.25, -.5; 3/2 * .875 / 8²
    mapped, reference = np.array([0, 0, 0, 0, 0, 0, 0, 0]), np.array([0, 0, 0, 1, 0, 0, 1, 1])
    sample = drawn(np.zeros(8), [800.0], [7, 7, 9, 9, 4, 4, 4, 4])
    found = from_sample(mapped, reference, sample, 2, "cluster")
    assert float(found.overall.value) == pytest.approx(5 / 8)
    assert float(found.overall.error) == pytest.approx(np.sqrt(1.5 * 0.875 / 64))
    assert float(found.overall.half_width / found.overall.error) == pytest.approx(student_quantile(2))
    assert found.areas.value.tolist() == pytest.approx([500.0, 300.0])


def test_clusters_of_one_point_are_a_sample_of_points() -> None:
    rng = np.random.default_rng(0)
    mapped, reference, strata = rng.integers(0, 3, (3, 200))
    names = [str(one) for one in strata]
    points = from_points(mapped, reference, names, {"0": 5.0, "1": 3.0, "2": 2.0}, 3)
    clusters = from_sample(mapped, reference, drawn(strata, [5.0, 3.0, 2.0], np.arange(200)), 3, "cluster")
    for name in ("overall", "users", "producers", "proportions"):
        one, other = getattr(points, name), getattr(clusters, name)
        np.testing.assert_allclose(one.value, other.value)
        np.testing.assert_allclose(one.error, other.error)


def test_a_point_with_half_the_chance_stands_for_twice_the_area() -> None:
    sample = drawn(np.zeros(4), [90.0], [0, 0, 1, 1], [0.2, 0.2, 0.1, 0.1])
    assert sample.weights.tolist() == pytest.approx([15.0, 15.0, 30.0, 30.0])
    found = from_sample([0, 0, 0, 0], [0, 0, 1, 1], sample, 2, "two-stage")
    assert found.areas.value.tolist() == pytest.approx([30.0, 60.0])
    assert float(found.overall.error) == pytest.approx(np.sqrt(2 * 2 * (1 / 3 * 2 / 3) ** 2))


def test_many_strata_are_summed_as_few_are() -> None:
    strata = np.repeat(np.arange(40), 3)
    right = (np.arange(120) % 7 > 1).astype(int)
    found = from_sample(np.ones(120, int), right, drawn(strata, np.full(40, 2.0)), 2, "")
    means = right.reshape(40, 3)
    assert float(found.overall.error) == pytest.approx(np.sqrt((means.var(axis=1, ddof=1) / 3).sum()) / 40)


def test_clusters_are_refused_with_every_reason() -> None:
    with pytest.raises(SampleError, match="1 clusters have points in more than one stratum"):
        drawn([0, 1, 1], [1.0, 1.0], [5, 5, 6])
    with pytest.raises(SampleError, match=r"stratum 'hills' has|stratum 'hills': has 1 clusters"):
        drawn([0, 0, 1, 1], [1.0, 1.0], [1, 2, 3, 3], names=["plain", "hills"])


def test_two_maps_on_the_same_points_by_hand() -> None:
    reference, first, second = [0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0]
    found = compare(first, second, reference, drawn(np.zeros(4), [1.0]), 2, "simple random")
    assert float(found.overall.value) == pytest.approx(0.25)
    assert float(found.overall.error) == pytest.approx(np.sqrt(np.var([0, -1, 1, 1], ddof=1) / 4))
    assert (float(found.first.overall.value), float(found.second.overall.value)) == (0.5, 0.75)
    assert found.producers.value[0] == pytest.approx(0.25)
    assert np.isnan(found.users.value[1]) or found.users.value[1] == 0.0


def test_maps_that_err_together_differ_surely() -> None:
    rng = np.random.default_rng(4)
    reference = rng.integers(0, 2, 400)
    first = np.where(rng.random(400) < 0.2, 1 - reference, reference)
    second = np.where((first != reference) & (rng.random(400) < 0.25), reference, first)  # some errors corrected
    found = compare(first, second, reference, drawn(np.zeros(400), [1.0]), 2, "")
    apart = np.hypot(found.first.overall.error, found.second.overall.error)
    assert float(found.overall.low) > 0
    assert float(found.overall.error) < 0.5 * float(apart)


def test_change_by_hand() -> None:
    found = change([0, 0, 1, 1], [0, 1, 1, 1], drawn(np.zeros(4), [100.0]), 2)
    assert found.transitions.value.tolist() == [[25.0, 25.0], [0.0, 50.0]]
    assert found.net.value.tolist() == [-25.0, 25.0]
    assert found.gain.value.tolist() == [0.0, 25.0]
    assert found.loss.value.tolist() == [25.0, 0.0]
    assert float(found.changed.value) == 25.0
    assert found.net.error.tolist() == pytest.approx([25.0, 25.0])
    assert found.before.value.tolist() == [50.0, 50.0]
    assert (found.transitions.low >= 0).all()
    assert found.counts.tolist() == [[1, 1], [0, 2]]


def test_intervals_stay_within_what_is_possible() -> None:
    found = from_matrix([[30, 0, 0], [0, 29, 1], [0, 0, 30]], [30.0, 30.0, 40.0])
    for one in (found.overall, found.users, found.producers, found.proportions):
        assert (one.low >= 0).all()
        assert (one.high <= 1).all()
        assert (one.low < one.value).all() or one is found.producers
        assert (one.low <= one.value).all()
        assert (one.high >= one.value).all()
    assert found.users.high.tolist()[0] == 1.0
    assert found.users.low.tolist()[0] == pytest.approx(30 / (30 + 1.96**2))  # Wilson: none wrong of thirty
    assert (found.areas.high <= 100.0).all()
    assert found.users.half_width[0] == 0.0  # as published


def test_wilson_of_a_simple_random_share() -> None:
    one = Estimate(np.array(0.05), np.sqrt(np.array(0.05 * 0.95 / 100)))
    assert (round(float(one.low), 4), round(float(one.high), 4)) == (0.0215, 0.1118)


UNIT_AREAS = np.array([[[600.0, 400.0]], [[300.0, 200.0]], [[60.0, 40.0]], [[0.0, 0.0]]])


def _units(least: int = 30):  # type: ignore[no-untyped-def]
    """80 points in the first unit, 15 in the second, 3 in the third: nine in ten right."""
    units = np.repeat([0, 1, 2], [80, 15, 3])
    mapped = np.tile([0, 1], 49)
    reference = np.where(np.arange(98) % 10 == 0, 1 - mapped, mapped)
    return by_unit(mapped, reference, np.zeros(98), [1600.0], units, UNIT_AREAS, 2, least)


def test_a_unit_is_estimated_directly_by_a_model_or_not_at_all() -> None:
    direct, assisted, refused, empty = _units()
    assert [one.method for one in (direct, assisted, refused, empty)] == [
        "direct", "model-assisted", "refused", "refused",
    ]  # fmt: skip
    assert [one.missing for one in (direct, assisted, refused)] == [0, 15, 27]
    assert [one.points for one in (direct, assisted, refused, empty)] == [80, 15, 3, 0]
    assert direct.overall is not None
    assert float(direct.overall.value) == pytest.approx(0.9)
    assert direct.areas is not None
    assert direct.areas.value.sum() == pytest.approx(1000.0)
    assert assisted.areas is not None
    assert assisted.areas.value.sum() == pytest.approx(500.0)
    assert "as they do elsewhere" in assisted.reason.en
    assert refused.overall is None
    assert "3 points are not enough" in refused.reason.en
    assert empty.reason.fr == "La carte n'y a aucune surface."


def test_the_map_moves_a_model_assisted_estimate() -> None:
    """The unit holds 60 % of class 0 where its points fell half and half: the direct mean would not know."""
    assisted = _units()[1]
    points = np.arange(80, 95)
    reference = np.where(points % 10 == 0, 1 - points % 2, points % 2)
    assert assisted.areas is not None
    assert assisted.areas.value[0] > 500 * (reference == 0).mean() + 10


def test_a_stratum_of_the_unit_without_points_is_said() -> None:
    areas = np.array([[[500.0], [500.0]]])
    found = by_unit(np.zeros(80), np.zeros(80), [0] * 40 + [1] * 40, [900.0, 900.0], [0] * 40 + [-1] * 40, areas, 1)
    assert (found[0].method, found[0].missing) == ("model-assisted", 2)


def test_points_off_the_map_are_errors_where_that_area_is_given() -> None:
    mapped = np.repeat([0, 1], [30, 10])  # 1 = not mapped
    kept = by_unit(mapped, np.zeros(40), np.zeros(40), [100.0], np.zeros(40), [[[75.0]]], 1)[0]
    counted = by_unit(mapped, np.zeros(40), np.zeros(40), [100.0], np.zeros(40), [[[75.0, 25.0]]], 1)[0]
    assert kept.overall is not None
    assert counted.overall is not None
    assert (float(kept.overall.value), float(counted.overall.value)) == (1.0, 0.75)
    assert counted.areas is not None
    assert counted.areas.value.tolist() == [100.0]


def test_units_of_a_cluster_sample() -> None:
    mapped = np.zeros(200, int)
    reference = np.where(np.arange(200) % 40 < 4, 1, 0)
    clusters = np.arange(200) // 4
    areas = np.array([[[100.0, 0.0]], [[100.0, 0.0]]])
    units = np.arange(200) // 100
    found = by_unit(mapped, reference, np.zeros(200), [200.0], units, areas, 2, 20, clusters=clusters)
    assert [one.method for one in found] == ["direct", "direct"]
    assert found[0].overall is not None
    assert float(found[0].overall.value) == pytest.approx(0.88)


def test_the_design_chooses_the_estimator() -> None:
    mapped, reference = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])
    by_map = by_design("map", mapped, reference, mapped, [50.0, 50.0], 2)
    assert (by_map.method, int(by_map.counts.sum())) == ("stratified by map class", 4)
    anywhere = by_design("random", mapped, reference, np.zeros(5), [100.0], 2)
    assert (anywhere.method, float(anywhere.overall.value)) == ("simple random", 0.6)  # the point off the map is wrong
    assert anywhere.areas.value.tolist() == pytest.approx([40.0, 60.0])
