# SPDX-License-Identifier: AGPL-3.0-or-later
"""Samples: the right cells, and a polygon never on both sides."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from landcover.conftest import CRS, Scene
from terracite.landcover import samples as module
from terracite.landcover.checks import prepare
from terracite.landcover.features import of_block, plan
from terracite.landcover.reference import Features
from terracite.landcover.samples import Cells, Samples, cells_of, fold_splits, polygon_splits, spatial_blocks, thin


def _samples(labels: list[int], groups: list[int]) -> Samples:
    size = len(labels)
    return Samples(np.zeros((size, 1), np.float32), np.array(labels), np.array(groups), np.zeros((size, 2)))


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=4, max_size=80),
    st.floats(0.05, 0.95),
    st.integers(0, 99),
)
@settings(max_examples=25, deadline=None)
def test_no_polygon_is_on_both_sides_and_every_class_that_can_be_tested_is(
    drawn: list[tuple[int, int]], share: float, seed: int
) -> None:
    labels, groups = [label for label, _ in drawn], [label * 10 + group for label, group in drawn]
    samples = _samples(labels, groups)
    for training, test in polygon_splits(samples, 3, share, seed):
        assert not (set(samples.groups[training]) & set(samples.groups[test]))
        assert (training ^ test).all()
        for label in set(labels):
            polygons = len({group for own, group in zip(labels, groups, strict=True) if own == label})
            assert (label in samples.labels[test]) == (polygons >= 2)
            assert label in samples.labels[training]


def test_each_region_tests_its_own_polygons_and_shared_ones_leave_every_class_something_to_learn_from() -> None:
    samples = _samples([0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6, 7, 7])
    regions = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    regional = Samples(samples.values, samples.labels, samples.groups, samples.lonlat, regions)
    for _, test in polygon_splits(regional, 5, 0.5, 1):
        assert [int(test[regions == region][:2].sum()) for region in (0, 1)] == [1, 1]
        assert not test[6:].any()  # class 1 has one polygon in region 1, of two cells
        assert test[4:6].sum() == 1
    shared = _samples([0, 1, 0, 0, 0], [1, 1, 2, 3, 4])
    assert not any(test[:2].any() for _, test in polygon_splits(shared, 8, 0.3, 1))


def test_runs_differ_and_the_same_seed_gives_the_same_runs() -> None:
    samples = _samples([0] * 20 + [1] * 20, list(range(40)))
    first, second = (np.array([test for _, test in polygon_splits(samples, 4, 0.5, seed)]) for seed in (1, 1))
    assert np.array_equal(first, second)
    assert len(np.unique(first, axis=0)) == 4
    assert first.sum(axis=1).tolist() == [20] * 4
    assert np.ptp(first.sum(axis=0)) == 0  # each polygon is tested on as often as another


@given(st.lists(st.integers(0, 9), min_size=6, max_size=60), st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_each_group_is_tested_on_once(groups: list[int], runs: int) -> None:
    keys = np.array(groups)
    folds = list(fold_splits(keys, runs, seed=3))
    if len(set(groups)) < 2:
        assert folds == []
        return
    times = np.sum([test for _, test in folds], axis=0)
    assert times.tolist() == [1] * len(groups)
    assert all(not set(keys[training]) & set(keys[test]) for training, test in folds)


def test_spatial_blocks_are_squares_of_degrees() -> None:
    lonlat = np.array([[-45.9, -12.1], [-45.6, -12.4], [-45.4, -12.1], [-45.9, -12.6]])
    numbers = spatial_blocks(lonlat, 0.5)
    assert numbers[0] == numbers[1]
    assert len(set(numbers.tolist())) == 3


def test_thinning_keeps_at_most_so_many_of_each_class() -> None:
    labels = np.array([0] * 50 + [1] * 5)
    cells = Cells(np.arange(55), np.arange(55), labels, np.arange(55))
    kept = thin(cells, 10, seed=1)
    assert np.bincount(kept.labels).tolist() == [10, 5]
    assert np.array_equal(kept.rows, thin(cells, 10, seed=1).rows)
    assert not np.array_equal(kept.rows, thin(cells, 10, seed=2).rows)


def test_the_cells_of_a_polygon_are_those_whose_centre_it_holds(landscape: Scene) -> None:
    prepared = prepare(landscape.recipe)
    assert isinstance(prepared.known, Features)
    cells = cells_of(prepared.known, prepared.labels, prepared.grid, 64)
    by_block = np.column_stack([cells.rows, cells.cols, cells.labels, cells.groups])
    whole = cells_of(prepared.known, prepared.labels, prepared.grid, 512)
    at_once = np.column_stack([whole.rows, whole.cols, whole.labels, whole.groups])
    assert np.array_equal(by_block, at_once), "the model must not depend on how the map is cut"
    assert len(by_block) == 15 * 64
    assert (landscape.truth[cells.rows, cells.cols] == cells.labels + 1).all()


def test_points_are_the_cells_that_hold_them_in_any_reference_system(landscape: Scene) -> None:
    import geopandas

    prepared = prepare(landscape.recipe)
    frame = geopandas.read_file(landscape.folder / "points.gpkg").iloc[:20]
    assert frame.crs == CRS
    for one in (frame, frame.to_crs("EPSG:4326")):
        features = Features(one, tuple(one["class"]), np.arange(20), "points")
        cells = cells_of(features, np.zeros(20, np.int64), prepared.grid, 64)
        rows, cols = prepared.grid.cells(frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy())
        assert set(zip(cells.rows.tolist(), cells.cols.tolist(), strict=True)) == set(
            zip(rows.tolist(), cols.tolist(), strict=True)
        )


def test_samples_hold_the_features_of_their_cells(landscape: Scene) -> None:
    prepared = prepare(landscape.recipe)
    assert isinstance(prepared.known, Features)
    wanted = plan(prepared.layers, prepared.recipe.period)
    cells = thin(cells_of(prepared.known, prepared.labels, prepared.grid, 64), 20, seed=1)
    by_block, at_once = (module.from_cells(cells, prepared.layers, wanted, prepared.grid, size) for size in (64, 512))
    for found in (by_block, at_once):
        assert found.values.shape == (60, 28)
        assert np.isfinite(found.values).all()
    order, other = (np.lexsort(found.values.T) for found in (by_block, at_once))
    assert np.array_equal(by_block.values[order], at_once.values[other])
    assert np.array_equal(by_block.labels[order], at_once.labels[other])
    for block in prepared.grid.blocks(64):
        whole, inside = of_block(prepared.layers, wanted, block, prepared.grid), cells.within(block)
        expected = whole.values[:, cells.rows[inside] - block.row, cells.cols[inside] - block.col].T
        np.testing.assert_array_equal(by_block.values[inside], expected)
    water = by_block.values[by_block.labels == 0]
    assert water[:, :14].mean() == np.float32(water[:, :14].mean())
    assert abs(float(water[:, :14].mean()) + 0.2) < 0.05
    west, south, east, north = prepared.grid.lonlat_box()
    assert ((by_block.lonlat > [west, south]) & (by_block.lonlat < [east, north])).all()
