# SPDX-License-Identifier: AGPL-3.0-or-later
"""The classes of a cell through the years: against every path there is, and against a known truth."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.errors import ProblemsError
from terracite.landcover.classes import from_parts
from terracite.landcover.recipe import ClassPart
from terracite.landcover.years.chain import chain_of
from terracite.landcover.years.smoothing import _expected, estimate, smooth

KNOWN = from_parts("", [ClassPart(code=code, en=name) for code, name in ((1, "water"), (2, "field"), (7, "forest"))])


def _all_paths(evidence: np.ndarray, matrix: np.ndarray, start: np.ndarray) -> dict[tuple[int, ...], float]:
    """The probability of each path of one cell, up to a factor."""
    years, classes = evidence.shape
    found = {}
    for path in itertools.product(range(classes), repeat=years):
        steps = np.prod([matrix[a, b] for a, b in itertools.pairwise(path)])
        found[path] = start[path[0]] * steps * np.prod([evidence[t, k] for t, k in enumerate(path)])
    return found


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 3))
def test_the_path_is_the_best_of_all_and_forbidden_steps_never_happen(seed, years, forbidden):
    rng = np.random.default_rng(seed)
    matrix = rng.random((3, 3)) + 0.01
    for _ in range(forbidden):
        matrix[tuple(rng.choice(3, 2, replace=False))] = 0  # staying is always possible
    matrix /= matrix.sum(axis=1, keepdims=True)
    start = rng.dirichlet(np.ones(3))
    evidence = (rng.random((2, years, 3)) ** 3 + 1e-3).astype(np.float32)
    paths, sure = smooth(evidence, matrix, start)
    for cell in range(2):
        found = _all_paths(evidence[cell], matrix, start)
        own = tuple(int(k) for k in paths[cell])
        assert found[own] == pytest.approx(max(found.values()), rel=1e-9)
        assert all(matrix[a, b] > 0 for a, b in itertools.pairwise(own))
        whole = sum(found.values())
        for t in range(years):
            exact = sum(value for path, value in found.items() if path[t] == own[t]) / whole
            assert abs(int(sure[cell, t]) - 100 * exact) <= 0.5 + 1e-6


def test_a_hundred_years_do_not_underflow():
    matrix = chain_of(KNOWN, 0.9, None, ["water>*"]).matrix
    evidence = np.full((2, 100, 3), 1e-6, np.float32)
    evidence[:, :, 1] = 1
    evidence[1, 60:] = [1, 1e-6, 1e-6]
    paths, sure = smooth(evidence, matrix, np.full(3, 1 / 3))
    assert (paths[0] == 1).all()
    assert paths[1].tolist() == [1] * 60 + [0] * 40
    assert sure.min() >= 99


def test_expected_transitions_are_those_of_all_paths():
    rng = np.random.default_rng(5)
    matrix, start = rng.dirichlet(np.ones(3), 3), rng.dirichlet(np.ones(3))
    evidence, weights = (rng.random((5, 4, 3)) + 0.05).astype(np.float32), rng.random(5)
    moves, first = np.zeros((3, 3)), np.zeros(3)
    for cell in range(5):
        found = _all_paths(evidence[cell], matrix, start)
        whole = sum(found.values())
        for path, value in found.items():
            first[path[0]] += weights[cell] * value / whole
            for a, b in itertools.pairwise(path):
                moves[a, b] += weights[cell] * value / whole
    ours = _expected(evidence, weights, matrix, start)
    np.testing.assert_allclose(ours[0], moves, rtol=1e-6)
    np.testing.assert_allclose(ours[1], first, rtol=1e-6)


def test_transitions_are_found_again_and_forbidden_ones_stay_so():
    rng = np.random.default_rng(8)
    true = np.array([[0.97, 0.03, 0.0], [0.02, 0.90, 0.08], [0.0, 0.05, 0.95]])
    evidence, _ = _maps(_truth(rng, true, 8000, 6), rng, 0.85, 0.0)
    begun = chain_of(KNOWN, 0.8, None, ["water>forest", "forest>water"])
    matrix, start = estimate(evidence, np.ones(len(evidence)), begun.matrix, begun.start)
    np.testing.assert_allclose(matrix, true, atol=0.012)
    assert matrix[0, 2] == matrix[2, 0] == 0
    assert start.sum() == pytest.approx(1)


def _truth(rng: np.random.Generator, matrix: np.ndarray, cells: int, years: int) -> np.ndarray:
    """(cells, years), class positions drawn from a chain."""
    path = np.empty((cells, years), int)
    path[:, 0] = rng.integers(0, len(matrix), cells)
    for t in range(1, years):
        path[:, t] = (rng.random(cells)[:, None] > matrix[path[:, t - 1]].cumsum(axis=1)).sum(axis=1)
    return path


def _maps(
    truth: np.ndarray, rng: np.random.Generator, right: float, repeated: float, classes: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """(evidence from the true confusion rates, mapped classes): an error repeats last year's with some probability."""
    shape = truth.shape
    shift, wrong = rng.integers(1, classes, shape), rng.random(shape) > right
    again = rng.random(shape) < repeated
    for t in range(1, shape[1]):
        wrong[:, t] = np.where(again[:, t], wrong[:, t - 1], wrong[:, t])
        shift[:, t] = np.where(again[:, t], shift[:, t - 1], shift[:, t])
    mapped = np.where(wrong, (truth + shift) % classes, truth)
    table = np.full((classes, classes), (1 - right) / (classes - 1))
    np.fill_diagonal(table, right)
    return table[mapped].astype(np.float32), mapped


def effect(right: float, repeated: float, cells: int = 20_000) -> tuple[float, float, float, float]:
    """Accuracy of yearly maps before and after, and cells said to change each year; the truth changes 4 %."""
    rng = np.random.default_rng(2)
    matrix = chain_of(KNOWN, 0.96, None, ()).matrix
    truth = _truth(rng, matrix, cells, 6)
    evidence, mapped = _maps(truth, rng, right, repeated)
    path, _ = smooth(evidence, matrix, np.full(3, 1 / 3))
    changed = [float((one[:, 1:] != one[:, :-1]).mean()) for one in (mapped, path)]
    return float((mapped == truth).mean()), float((path == truth).mean()), *changed  # type: ignore[return-value]


def test_independent_errors_are_mended_and_repeated_ones_are_not():
    before, after, seen, left = effect(0.8, 0.0)
    assert before == pytest.approx(0.8, abs=0.01)
    assert after > 0.90
    assert seen > 0.3  # what the maps say changes each year, most of it errors
    assert left < 0.05
    before, mended, _, _ = effect(0.8, 0.5)
    assert 0.02 < mended - before < 0.05
    before, mended, _, _ = effect(0.8, 0.9)  # the same errors nearly every year: smoothing makes the maps worse
    assert before == pytest.approx(0.8, abs=0.01)
    assert -0.02 < mended - before < 0


def test_a_chain_is_read_checked_and_forbidden(tmp_path: Path):
    chain = chain_of(KNOWN, 0.9, None, ["water>forest", "7>*"])
    np.testing.assert_allclose(chain.matrix, [[0.9 / 0.95, 0.05 / 0.95, 0], [0.05, 0.9, 0.05], [0, 0, 1]])
    table = tmp_path / "moves.csv"
    table.write_text("from_code,to_code,probability\n1,1,0.9\n1,2,0.1\n2,2,0.7\n2,forest,0.3\n")
    np.testing.assert_allclose(chain_of(KNOWN, 0.5, table, ()).matrix, [[0.9, 0.1, 0], [0, 0.7, 0.3], [0, 0, 1]])
    table.write_text("from_code,to_code,probability\n1,1,0.9\n2,9,0.1\n2,2,x\n")
    with pytest.raises(ProblemsError) as refusal:
        chain_of(KNOWN, 0.5, table, ["lake>forest", "water"])
    assert [one.where for one in refusal.value.problems] == [
        "moves.csv, line 3", "moves.csv, line 4", "moves.csv", "--forbid", "--forbid",
    ]  # fmt: skip
    with pytest.raises(ProblemsError, match="nothing may follow 'water'"):
        chain_of(KNOWN, 1.0, None, ["water>water"])
