# SPDX-License-Identifier: AGPL-3.0-or-later
"""Probabilities that are kept, sets that hold the truth as often as wanted, cells that are like nothing learnt from."""

from __future__ import annotations

import numpy as np
import pytest

from terracite.landcover.classifiers import model as model_files
from terracite.landcover.classifiers.contract import Settings
from terracite.landcover.classifiers.model import Card
from terracite.landcover.classifiers.registry import train
from terracite.landcover.uncertainty import calibration, conformal, dissimilarity, reliability
from terracite.landcover.uncertainty.calibrated import Calibrated
from terracite.landcover.uncertainty.calibration import Calibrator
from terracite.landcover.uncertainty.conformal import Thresholds
from terracite.landcover.uncertainty.dissimilarity import MOST, UNIT, Dissimilarity

ONE = np.float32(1)


def probabilities(count: int, classes: int = 4, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and classes drawn with them."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.ones(classes), count)
    labels = (true.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1).clip(0, classes - 1)
    return true.astype(np.float32), labels


def sharpened(shares: np.ndarray, power: float) -> np.ndarray:
    """Shares that say less than the truth (power below 1) or more."""
    found = shares.clip(1e-3) ** power
    return (found / found.sum(axis=1, keepdims=True)).astype(np.float32)


class TestCalibration:
    @pytest.mark.parametrize("power", [0.4, 2.5])
    def test_of_shares_that_say_too_little_or_too_much(self, power: float) -> None:
        true, labels = probabilities(3000)
        said = sharpened(true, power)
        found, losses = calibration.choose(said[:2000], labels[:2000], np.arange(2000))
        before = reliability.overall(said[2000:], labels[2000:])
        after = reliability.overall(found.applied(said[2000:]), labels[2000:])
        assert found.method == "temperature"
        assert np.allclose(found.slopes, 1 / power, rtol=0.1)
        assert after.log_loss < before.log_loss - 0.03
        assert after.brier < before.brier
        assert after.ece < 0.05 < before.ece
        assert losses["temperature"] < losses["none"]

    def test_leaves_probabilities_alone(self) -> None:
        true, labels = probabilities(1000)
        found, _ = calibration.choose(true, labels, np.arange(1000))
        assert found.method == "none"
        assert found.applied(true) is true

    def test_of_one_class_that_is_said_too_often(self) -> None:
        true, labels = probabilities(2000)
        said = true * np.array([4, 1, 1, 1], np.float32)
        said /= said.sum(axis=1, keepdims=True)
        found, _ = calibration.choose(said, labels, np.arange(2000))
        assert found.method == "vector"
        assert not found.keeps_order
        assert found.bias[0] < found.bias[1:].min() - 0.8  # ln 4 is 1.4
        assert reliability.of_class(0, found.applied(said), labels).ece < 0.02

    def test_keeps_the_order_of_classes_with_a_temperature(self) -> None:
        said, labels = probabilities(500)
        found = calibration.fit("temperature", sharpened(said, 3), labels)
        assert found.keeps_order
        assert np.array_equal(found.applied(said).argmax(axis=1), said.argmax(axis=1))

    def test_does_not_tell_classes_apart_that_were_held_back_once(self) -> None:
        true, labels = probabilities(400)
        groups = np.where(labels == 3, 1000, np.arange(400))
        _, losses = calibration.choose(true, labels, groups)
        assert set(losses) == {"none", "temperature"}

    def test_of_too_few_polygons_is_none(self) -> None:
        true, labels = probabilities(90)
        found, losses = calibration.choose(sharpened(true, 3), labels, np.arange(90) // 10)
        assert (found.method, losses) == ("none", {})

    def test_counts_polygons_and_not_their_cells(self) -> None:
        true, labels = probabilities(30)
        said, labels = np.repeat(sharpened(true, 1.3), 50, axis=0), np.repeat(labels, 50)
        assert calibration.choose(said, labels, np.repeat(np.arange(30), 50))[0].method == "none"
        assert calibration.choose(said, labels, np.arange(1500))[0].method != "none"

    def test_is_the_same_however_the_cells_are_cut(self) -> None:
        true, labels = probabilities(1000)
        found = calibration.fit("vector", true, labels)
        whole = found.applied(true)
        parts = [found.applied(true[start : start + 77]) for start in range(0, 1000, 77)]
        assert whole.tobytes() == np.concatenate(parts).tobytes()
        assert np.allclose(whole.sum(axis=1), 1, atol=1e-6)


class TestCalibratedModel:
    @pytest.fixture
    def model(self) -> Calibrated:
        rng = np.random.default_rng(1)
        values = rng.normal(size=(60, 3)).astype(np.float32)
        labels = np.repeat([0, 2], 30)
        values[labels == 2] += 1
        base = train("extra_trees", values, labels, settings=Settings(trees=5))
        return Calibrated.of(base, Calibrator("vector", np.array([1.0, 2, 3]), np.array([0.0, 1, 0.5])), "extra_trees")

    def test_corrects_the_classes_that_it_knows(self, model: Calibrated) -> None:
        values = np.random.default_rng(2).normal(size=(3, 20)).astype(np.float32)
        assert model.calibrator.slopes.tolist() == [1, 3]
        expected = model.calibrator.applied(model.base.predict_proba(values))
        assert np.array_equal(model.predict_proba(values), expected)
        assert not np.array_equal(expected, model.base.predict_proba(values))

    def test_is_kept_in_the_file_of_the_model(self, model: Calibrated, tmp_path) -> None:
        card = Card("extra_trees", {}, ("a", "b", "c"), "1", "", (), {}, {}, {})
        model_files.save(tmp_path, model, card)
        again, about = model_files.load(tmp_path)
        values = np.random.default_rng(2).normal(size=(3, 20)).astype(np.float32)
        assert np.array_equal(again.predict_proba(values), model.predict_proba(values))
        assert (about["classifier"], about["form"]) == ("extra_trees", "calibrated")


class TestReliability:
    def test_curve_counts_what_was_so(self) -> None:
        said = np.array([0.05, 0.1, 0.75, 0.8, 1.0], np.float32)
        found = reliability.curve(said, np.array([False, False, True, False, True]))
        assert [(one.low, one.high, one.samples) for one in found] == [(0, 0.1, 2), (0.7, 0.8, 2), (0.9, 1, 1)]
        assert [one.seen for one in found] == [0, 0.5, 1]
        assert found[1].said == pytest.approx(0.775)

    def test_measures_of_a_small_case(self) -> None:
        shares = np.array([[0.8, 0.2], [0.6, 0.4]], np.float32)
        found = reliability.overall(shares, np.array([0, 1]))
        assert found.ece == pytest.approx((0.2 + 0.6) / 2)
        assert found.brier == pytest.approx((2 * 0.04 + 2 * 0.36) / 2)
        assert found.log_loss == pytest.approx(-(np.log(0.8) + np.log(0.4)) / 2)


class TestSets:
    def test_hold_the_truth_as_often_as_wanted_over_1000_draws(self) -> None:
        draws, count, wanted = 1000, 60, 0.9
        rng = np.random.default_rng(1)
        given = rng.random((draws, count + 1), np.float32)  # the share of the own class, of exchangeable samples
        groups = np.arange(count)
        least = np.array([conformal.quantile(own[:-1], groups, wanted) for own in given])
        held = (given[:, -1] >= least).mean()
        exact = np.ceil((count + 1) * wanted) / (count + 1)
        assert abs(held - exact) < 3 * np.sqrt(exact * (1 - exact) / draws)

    def test_count_polygons_as_one_each_over_1000_draws(self) -> None:
        draws, count, wanted = 1000, 40, 0.8
        rng = np.random.default_rng(2)
        cells = rng.integers(1, 8, count)
        groups = np.repeat(np.arange(count), cells)
        level = rng.random((draws, count + 1), np.float32)  # all cells of a polygon are alike
        least = np.array([conformal.quantile(own[:-1][groups], groups, wanted) for own in level])
        held = (level[:, -1] >= least).mean()
        exact = np.ceil((count + 1) * wanted) / (count + 1)
        assert abs(held - exact) < 3 * np.sqrt(exact * (1 - exact) / draws)

    def test_hold_each_class_as_often_as_wanted(self) -> None:
        true, labels = probabilities(8000, 3)
        found = conformal.thresholds(true[:4000], labels[:4000], np.arange(4000), 0.9)
        held = found.sets(true[4000:].T)
        assert found.own == (True, True, True)
        for label in range(3):
            rows = labels[4000:] == label
            assert conformal.coverage(held[:, rows], labels[4000:][rows], np.arange(rows.sum())).share > 0.87

    def test_are_never_empty(self) -> None:
        found = Thresholds(0.9, (0.9, 0.9), (True, True)).sets(np.array([[0.6, 0.95], [0.4, 0.05]], np.float32))
        assert found.tolist() == [[True, True], [False, False]]

    def test_share_a_threshold_where_a_class_has_few_polygons(self) -> None:
        true, labels = probabilities(300, 3)
        few = np.where(labels == 2, np.arange(300) % 8 + 1000, np.arange(300))
        found = conformal.thresholds(true, labels, few, 0.9)
        assert found.own == (True, True, False)
        assert conformal.fewest(0.9) == 9
        assert conformal.fewest(0.95) == 19

    def test_hold_every_class_where_nothing_is_known(self) -> None:
        nothing = np.empty((0, 3), np.float32), np.empty(0, np.int64), np.empty(0, np.int64)
        assert conformal.thresholds(*nothing, 0.9).least == (0, 0, 0)
        assert np.isnan(conformal.coverage(np.empty((3, 0), bool), *nothing[1:]).share)

    def test_coverage_has_the_width_of_its_polygons(self) -> None:
        held = np.repeat([[True, True, True, False], [False, False, False, True]], 100, axis=1)
        labels = np.zeros(400, np.int64)
        cells, polygons = (
            conformal.coverage(held, labels, groups) for groups in (np.arange(400), np.arange(400) // 100)
        )
        assert (cells.share, cells.size, cells.groups, polygons.groups) == (0.75, 1, 400, 4)
        assert polygons.half_width == pytest.approx(1.96 * 0.25)
        assert polygons.half_width > 9 * cells.half_width


@pytest.fixture(scope="module")
def known() -> tuple[np.ndarray, Dissimilarity]:
    """Training samples, and what was learnt of them."""
    rng = np.random.default_rng(1)
    seasons = np.sin(np.linspace(0, 6, 24) + rng.normal(size=(300, 1))) * rng.random((300, 1))
    values = (seasons + rng.normal(0, 0.05, (300, 24))).astype(np.float32)
    importance = rng.random(24)
    return values, dissimilarity.learn(values, np.arange(300) // 3, importance / importance.sum())


class TestDissimilarity:
    def test_is_0_on_training_samples(self, known) -> None:
        values, found = known
        assert not found.index(np.ascontiguousarray(values.T)).any()

    def test_grows_away_from_them(self, known) -> None:
        values, found = known
        far = values[:1].T + np.arange(12, dtype=np.float32) * 0.4
        index = found.percent(far)
        assert (np.diff(index.astype(int)) >= 0).all()
        assert index[0] == 0
        assert index[-1] == MOST

    def test_sees_what_samples_never_vary_in(self) -> None:
        rng = np.random.default_rng(1)
        values = np.column_stack([rng.normal(size=(200, 2)), np.full(200, 5)]).astype(np.float32)
        found = dissimilarity.learn(values, np.arange(200), np.full(3, 1 / 3))
        inside, outside = np.array([[0, 0], [0, 0], [5, 25]], np.float32).T
        assert found.percent(inside[:, None])[0] < UNIT < found.percent(outside[:, None])[0]

    def test_is_never_more_than_on_all_features(self, known) -> None:
        values, found = known
        cells = (values[:50] + np.random.default_rng(3).normal(0, 0.1, (50, 24))).astype(np.float32)
        scaled = [(one - found.middle) * found.scale for one in (cells, values)]
        exact = np.linalg.norm(scaled[0][:, None] - scaled[1][None], axis=2).min(axis=1) / found.mean
        index = found.index(np.ascontiguousarray(cells.T))
        told = np.isfinite(index)
        assert told.sum() > 10
        assert (index[told] <= exact[told] + 1e-5).all()
        assert (index[told] >= 0.5 * exact[told]).all()

    def test_limit_leaves_most_samples_inside(self, known) -> None:
        values, _ = known
        half = dissimilarity.learn(values[:150], np.arange(150) // 3, np.full(24, 1 / 24))
        assert (half.percent(np.ascontiguousarray(values[150:].T)) <= UNIT).mean() > 0.8

    def test_is_the_same_however_the_cells_are_cut_and_kept(self, known) -> None:
        _, found = known
        cells = np.random.default_rng(4).normal(0, 0.4, (24, 3000)).astype(np.float32)
        whole = found.percent(cells)
        again = Dissimilarity.from_arrays(found.arrays())
        parts = [again.percent(cells[:, start : start + 701]) for start in range(0, 3000, 701)]
        assert np.array_equal(whole, np.concatenate(parts))

    def test_of_samples_that_are_all_alike(self) -> None:
        found = dissimilarity.learn(np.ones((5, 2), np.float32), np.arange(5), np.array([0.5, 0.5]))
        assert found.percent(np.array([[1, 3], [1, 1]], np.float32)).tolist() == [0, MOST]
