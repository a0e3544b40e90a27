# SPDX-License-Identifier: AGPL-3.0-or-later
"""Simulation: 95 % intervals hold the known truth 93 to 97 times in a hundred, over 1,000 draws, for each estimator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from terracite.landcover.estimation import (
    Estimate,
    by_unit,
    change,
    compare,
    drawn,
    from_matrix,
    from_sample,
)

DRAWS, CELLS, CLASSES = 1_000, 60_000, 3
Drawing = Callable[[np.random.Generator], list[Estimate]]


@pytest.fixture(scope="module")
def ground() -> dict[str, NDArray[np.int64]]:
    """A country of 60,000 cells: truth at two dates, two maps whose errors are related, regions, units, clusters."""
    rng = np.random.default_rng(11)
    region = np.repeat([0, 1, 2], [30_000, 20_000, 10_000])
    shares = np.array([[0.2, 0.3, 0.5], [0.5, 0.3, 0.2], [0.3, 0.6, 0.1]])
    cluster = np.arange(CELLS) // 10
    kind = rng.random(CELLS // 10)[cluster]  # a cluster has mostly one class, so that its points say little new
    at = np.where(rng.random(CELLS) < 0.6, kind, rng.random(CELLS))
    truth = (at[:, None] > np.cumsum(shares, axis=1)[region][:, :-1]).sum(axis=1)
    hard = rng.random(CELLS) < 0.25  # cells that both maps find hard
    others = (truth + rng.integers(1, CLASSES, (2, CELLS))) % CLASSES
    wrong = rng.random((2, CELLS)) < np.where(hard, 0.5, 0.08)
    maps = np.where(wrong, others, truth)
    later = np.where(rng.random(CELLS) < 0.12, rng.integers(0, CLASSES, CELLS), truth)
    unit = rng.permutation(CELLS) % 8
    return {"truth": truth, "later": later, "map": maps[0], "other": maps[1], "region": region, "cluster": cluster,
            "unit": unit}  # fmt: skip


def _hits(draw: Drawing, truths: list[NDArray[np.float64]], *, published: bool = False) -> NDArray[np.float64]:
    """Share of the draws in which each interval holds its truth."""
    rng = np.random.default_rng(2)
    expected = np.concatenate([np.atleast_1d(truth) for truth in truths])
    inside = np.zeros(expected.size)
    for _ in range(DRAWS):
        found = draw(rng)
        if published:
            ends = [(one.value - one.half_width, one.value + one.half_width) for one in found]
        else:
            ends = [(one.low, one.high) for one in found]
        low, high = (np.concatenate([np.atleast_1d(end[side]) for end in ends]) for side in (0, 1))
        inside += (low <= expected) & (expected <= high)
    return inside / DRAWS


def _truths(mapped: NDArray[np.int64], truth: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Overall, user's and producer's accuracies, shares of the classes."""
    pairs = np.bincount(mapped * CLASSES + truth, minlength=CLASSES**2).reshape(CLASSES, CLASSES) / truth.size
    right = np.diag(pairs)
    return [np.array(right.sum()), right / pairs.sum(axis=1), right / pairs.sum(axis=0), pairs.sum(axis=0)]


def _picker(strata: NDArray[np.int64], sizes: list[int]) -> Callable[[np.random.Generator], NDArray[np.int64]]:
    """Draws points with equal chances in each stratum (with replacement: cells are many)."""
    order = np.argsort(strata, kind="stable")
    ends = np.searchsorted(strata[order], np.arange(len(sizes) + 1))
    return lambda rng: np.concatenate(
        [order[rng.integers(ends[k], ends[k + 1], size)] for k, size in enumerate(sizes)]
    )  # fmt: skip


def _accuracies(mapped, truth, sample) -> list[Estimate]:  # type: ignore[no-untyped-def]
    found = from_sample(mapped, truth, sample, CLASSES, "")
    return [found.overall, found.users, found.producers, found.proportions]


def _nineteen_in_twenty(shares: NDArray[np.float64]) -> bool:
    return bool(((shares >= 0.93) & (shares <= 0.97)).all())


def test_strata_that_are_the_classes_of_the_map(ground: dict[str, NDArray[np.int64]]) -> None:
    mapped, truth, sizes = ground["map"], ground["truth"], [150, 150, 150]
    areas = np.bincount(mapped).astype(float)
    rates = np.array([np.bincount(truth[mapped == k], minlength=CLASSES) for k in range(CLASSES)]) / areas[:, None]

    def draw(rng: np.random.Generator) -> list[Estimate]:
        found = from_matrix([rng.multinomial(size, row) for size, row in zip(sizes, rates, strict=True)], areas)
        return [found.overall, found.users, found.producers, found.proportions]

    assert _nineteen_in_twenty(_hits(draw, _truths(mapped, truth)))


def test_other_strata(ground: dict[str, NDArray[np.int64]]) -> None:
    mapped, truth, region = ground["map"], ground["truth"], ground["region"]
    picked, areas = _picker(region, [150, 150, 100]), np.bincount(region)

    def draw(rng: np.random.Generator) -> list[Estimate]:
        at = picked(rng)
        return _accuracies(mapped[at], truth[at], drawn(region[at], areas))

    assert _nineteen_in_twenty(_hits(draw, _truths(mapped, truth)))


def test_a_simple_random_sample(ground: dict[str, NDArray[np.int64]]) -> None:
    mapped, truth = ground["map"], ground["truth"]

    def draw(rng: np.random.Generator) -> list[Estimate]:
        at = rng.integers(0, CELLS, 300)
        return _accuracies(mapped[at], truth[at], drawn(np.zeros(300), [CELLS]))

    assert _nineteen_in_twenty(_hits(draw, _truths(mapped, truth)))


def test_clusters_looked_at_whole(ground: dict[str, NDArray[np.int64]]) -> None:
    mapped, truth = ground["map"], ground["truth"]

    def draw(rng: np.random.Generator) -> list[Estimate]:
        chosen = rng.choice(CELLS // 10, 60, replace=False)
        at = (chosen[:, None] * 10 + np.arange(10)).ravel()
        return _accuracies(mapped[at], truth[at], drawn(np.zeros(at.size), [CELLS], np.repeat(np.arange(60), 10)))

    assert _nineteen_in_twenty(_hits(draw, _truths(mapped, truth)))


def test_two_stages_within_strata(ground: dict[str, NDArray[np.int64]]) -> None:
    mapped, truth, region = ground["map"], ground["truth"], ground["region"]
    picked, areas, clusters = _picker(region[::10], [100, 60, 60]), np.bincount(region), np.repeat(np.arange(220), 3)

    def draw(rng: np.random.Generator) -> list[Estimate]:
        chosen = picked(rng)
        at = (chosen[:, None] * 10 + rng.integers(0, 10, (chosen.size, 3))).ravel()
        return _accuracies(mapped[at], truth[at], drawn(region[at], areas, clusters))

    assert _nineteen_in_twenty(_hits(draw, _truths(mapped, truth)))


def test_two_maps_on_one_sample(ground: dict[str, NDArray[np.int64]]) -> None:
    first, second, truth, region = (ground[name] for name in ("map", "other", "truth", "region"))
    picked, areas = _picker(region, [150, 150, 100]), np.bincount(region)
    ours, theirs = _truths(first, truth), _truths(second, truth)

    def draw(rng: np.random.Generator) -> list[Estimate]:
        at = picked(rng)
        sample = drawn(region[at], areas)
        found = compare(first[at], second[at], truth[at], sample, CLASSES, "")
        return [found.overall, found.users, found.producers]

    truths = [other - own for own, other in zip(ours[:3], theirs[:3], strict=True)]
    assert _nineteen_in_twenty(_hits(draw, truths))


def test_change_from_paired_points(ground: dict[str, NDArray[np.int64]]) -> None:
    before, after, region = ground["truth"], ground["later"], ground["region"]
    picked, areas = _picker(region, [400, 400, 300]), np.bincount(region)
    share = [np.bincount(dated, minlength=CLASSES) for dated in (before, after)]
    moved = before != after
    truths = [share[1] - share[0], *(np.bincount(dated[moved], minlength=CLASSES) for dated in (after, before))]

    def draw(rng: np.random.Generator) -> list[Estimate]:
        at = picked(rng)
        found = change(before[at], after[at], drawn(region[at], areas), CLASSES)
        return [found.net, found.gain, found.loss, found.changed]

    assert _nineteen_in_twenty(_hits(draw, [*truths, np.array(moved.sum())]))


@pytest.mark.parametrize(("points", "least", "method"), [(350, 30, "direct"), (120, 100, "model-assisted")])
def test_units(ground: dict[str, NDArray[np.int64]], points: int, least: int, method: str) -> None:
    mapped, truth = ground["map"], ground["truth"]
    unit = np.where(ground["unit"] < 2, ground["unit"], -1)
    areas = np.array([np.diag(np.bincount(mapped[unit == k])) for k in range(2)])  # strata: the classes of the map
    truths = [value for k in range(2) for value in (
        np.array((mapped == truth)[unit == k].mean()), np.bincount(truth[unit == k], minlength=CLASSES))]  # fmt: skip
    told: list[str] = []
    picked, whole = _picker(mapped, [points] * 3), np.bincount(mapped)

    def draw(rng: np.random.Generator) -> list[Estimate]:
        at = picked(rng)
        found = by_unit(mapped[at], truth[at], mapped[at], whole, unit[at], areas, CLASSES, least)
        told.extend(one.method for one in found)
        return [part for one in found for part in (one.overall, one.areas) if part is not None]

    hits = _hits(draw, truths)
    assert set(told) == {method}
    assert _nineteen_in_twenty(hits), hits
