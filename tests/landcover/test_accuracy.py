# SPDX-License-Identifier: AGPL-3.0-or-later
"""Model scores: counts by hand, scikit-learn as a witness, intervals with runs - 1 degrees of freedom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.landcover.accuracy import confusion_matrix, interval, scores, student_quantile


def test_rows_are_predictions_and_columns_the_reference() -> None:
    assert confusion_matrix([0, 1, 1, 2], [0, 0, 1, 2], 3).tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]


def test_scores_of_a_matrix_worked_by_hand() -> None:
    found = scores([[8, 2], [0, 10]])
    assert found.overall == 0.9
    assert found.kappa == pytest.approx(0.8)
    assert found.users.tolist() == [0.8, 1.0]
    assert found.producers.tolist() == pytest.approx([1.0, 10 / 12])
    assert found.f_score.tolist() == pytest.approx([16 / 18, 20 / 22])


def test_a_class_that_never_occurs_has_no_score_rather_than_zero() -> None:
    found = scores([[5, 0], [0, 0]])
    assert np.isnan(found.users[1])
    assert np.isnan(found.producers[1])
    assert np.isnan(found.f_score[1])
    assert found.overall == 1.0
    assert np.isnan(found.kappa)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=5, max_size=60))
@settings(max_examples=30, deadline=None)
def test_scikit_learn_agrees(pairs: list[tuple[int, int]]) -> None:
    from sklearn import metrics

    predicted, reference = (list(side) for side in zip(*pairs, strict=True))
    matrix = confusion_matrix(predicted, reference, 4)
    assert np.array_equal(matrix.T, metrics.confusion_matrix(reference, predicted, labels=range(4)))
    found = scores(matrix)
    assert found.overall == pytest.approx(metrics.accuracy_score(reference, predicted))
    expected = metrics.f1_score(reference, predicted, labels=range(4), average=None, zero_division=0)
    assert np.nan_to_num(found.f_score).tolist() == pytest.approx(expected.tolist())
    if len(set(predicted) | set(reference)) > 1:
        assert found.kappa == pytest.approx(metrics.cohen_kappa_score(reference, predicted))


def test_two_runs_have_one_degree_of_freedom() -> None:
    found = interval([0.913 - 0.01448, 0.913 + 0.01448])
    assert (found.mean, found.runs) == (pytest.approx(0.913), 2)
    assert found.half_width == pytest.approx(0.184, abs=5e-4)  # with classes - 1 = 9 it would be 0.033
    assert (found.low, found.high) == (pytest.approx(0.729, abs=1e-3), pytest.approx(1.097, abs=1e-3))


def test_one_run_has_no_interval_and_missing_runs_are_left_out() -> None:
    assert np.isnan(interval([0.9]).half_width)
    assert interval([0.8, np.nan, 0.9]).runs == 2
    assert np.isnan(interval([]).mean)


def test_student() -> None:
    assert student_quantile(1) == pytest.approx(12.7062, abs=1e-4)
    assert student_quantile(4) == pytest.approx(2.7764, abs=1e-4)


def test_bad_positions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        confusion_matrix([0, 2], [0, 1], 2)
    with pytest.raises(ValueError, match="compared"):
        confusion_matrix([0, 1], [0], 2)
