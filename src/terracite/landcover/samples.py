# SPDX-License-Identifier: AGPL-3.0-or-later
"""Samples to train and test with, and how they are split so that a test says something.

Cells of one polygon look alike: a polygon is either trained with or tested on, never both. A class with fewer than
two polygons cannot be tested and is only trained with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize

from terracite.landcover.features import FeaturePlan, of_block, of_series
from terracite.landcover.layers import Layer
from terracite.landcover.reference import Features, LabelledSeries
from terracite.raster.grid import Block, Grid


@dataclass(frozen=True, slots=True)
class Samples:
    """What a classifier learns from; one row per sample."""

    values: NDArray[np.float32]  #: (samples, features), no NaN
    labels: NDArray[np.int64]  #: position of the class
    groups: NDArray[np.int64]  #: polygon or point
    lonlat: NDArray[np.float64]  #: (samples, 2) degrees

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Samples:
        return Samples(self.values[rows], self.labels[rows], self.groups[rows], self.lonlat[rows])


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the images under the reference."""

    rows: NDArray[np.int64]
    cols: NDArray[np.int64]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]

    def take(self, kept: NDArray[np.intp] | NDArray[np.bool_]) -> Cells:
        return Cells(self.rows[kept], self.cols[kept], self.labels[kept], self.groups[kept])


def cells_of(features: Features, labels: NDArray[np.int64], grid: Grid, block_size: int) -> Cells:
    """The cells whose centre lies in a polygon, or that hold a point; block by block, so that no full image is held.

    ``labels``: class position of each feature. Where polygons overlap, the last one counts.
    """
    shapes = features.frame.geometry.to_crs(grid.wkt())
    found = []
    for block in grid.blocks(block_size):
        target = grid.crop(block)
        near = np.sort(shapes.sindex.query(_box(target)))
        if near.size:
            found.append(_cells_of_block(shapes.iloc[near], near, block, target))
    if not found:
        return Cells(*(np.empty(0, np.int64) for _ in range(4)))
    rows, cols, ids = (np.concatenate(part) for part in zip(*found, strict=True))
    return Cells(rows, cols, labels[ids], features.groups[ids])


def _cells_of_block(
    shapes: object, numbers: NDArray[np.intp], block: Block, target: Grid
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    burnt = rasterize(
        zip(shapes, numbers + 1, strict=True),  # type: ignore[call-overload]
        out_shape=target.shape,
        transform=Affine(*target.transform),
        dtype="int32",
    )
    rows, cols = np.nonzero(burnt)
    return rows + block.row, cols + block.col, burnt[rows, cols].astype(np.int64) - 1


def _box(grid: Grid) -> object:
    from shapely.geometry import box

    return box(*grid.bounds)


def thin(cells: Cells, per_class: int, seed: int) -> Cells:
    """At most ``per_class`` cells of each class, drawn at random."""
    rng = np.random.default_rng(seed)
    kept = [
        np.sort(rng.permutation(members)[:per_class])
        for label in np.unique(cells.labels)
        for members in [np.flatnonzero(cells.labels == label)]
    ]
    return cells.take(np.concatenate(kept)) if kept else cells


def from_cells(cells: Cells, layers: Sequence[Layer], wanted: FeaturePlan, grid: Grid, block_size: int) -> Samples:
    """The samples at ``cells``, reading only the blocks that hold some; cells that were never clear are left out."""
    values, kept = [], []
    for block in grid.blocks(block_size):
        inside = np.flatnonzero(_in_block(cells, block))
        if not inside.size:
            continue
        found = of_block(layers, wanted, block, grid)
        rows, cols = cells.rows[inside] - block.row, cells.cols[inside] - block.col
        usable = found.usable[rows, cols]
        values.append(found.values[:, rows[usable], cols[usable]].T)
        kept.append(inside[usable])
    order = np.concatenate(kept) if kept else np.empty(0, np.intp)
    stack = np.concatenate(values) if values else np.empty((0, len(wanted.names)), np.float32)
    chosen = cells.take(order)
    return Samples(np.ascontiguousarray(stack), chosen.labels, chosen.groups, _lonlat(grid, chosen))


def from_series(series: LabelledSeries, labels: NDArray[np.int64], wanted: FeaturePlan) -> Samples:
    """The samples of labelled series, through the same gap filling as the images; each is its own group."""
    found = of_series({index: (values[:, None, :], series.days) for index, values in series.values.items()}, wanted)
    usable = found.usable[0]
    values = np.ascontiguousarray(found.values[:, 0, usable].T)
    groups = np.flatnonzero(usable).astype(np.int64)
    return Samples(values, labels[usable], groups, series.lonlat[usable])


def polygon_splits(
    samples: Samples, runs: int, train_share: float, seed: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """``runs`` pairs of (training rows, test rows): the polygons of each class are drawn anew for each run.

    Every class with two polygons or more has at least one on either side.
    """
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        tested: list[NDArray[np.int64]] = []
        for label in np.unique(samples.labels):
            groups = np.unique(samples.groups[samples.labels == label])
            if groups.size >= 2:
                size = int(np.clip(round(groups.size * (1 - train_share)), 1, groups.size - 1))
                tested.append(rng.permutation(groups)[:size])
        test = np.isin(samples.groups, np.concatenate(tested)) if tested else np.zeros(len(samples), bool)
        yield ~test, test


def fold_splits(
    groups: NDArray[np.int64], runs: int, seed: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """``runs`` folds: every group is tested on once and trained with otherwise; folds are of about equal size."""
    names, members = np.unique(groups, return_inverse=True)
    sizes = np.bincount(members)
    rng = np.random.default_rng(seed)
    folds, load = np.empty(names.size, np.int64), np.zeros(runs)
    for group in sorted(rng.permutation(names.size), key=lambda position: -sizes[position]):
        folds[group] = np.argmin(load)
        load[folds[group]] += sizes[group]
    for run in range(runs):
        test = folds[members] == run
        if test.any() and not test.all():
            yield ~test, test


def spatial_blocks(lonlat: NDArray[np.float64], degrees: float) -> NDArray[np.int64]:
    """The number of the square of ``degrees`` a side that each point lies in."""
    squares = np.floor(lonlat / degrees).astype(np.int64)
    return np.unique(squares, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _in_block(cells: Cells, block: Block) -> NDArray[np.bool_]:
    rows = (cells.rows >= block.row) & (cells.rows < block.row + block.height)
    return rows & (cells.cols >= block.col) & (cells.cols < block.col + block.width)


def _lonlat(grid: Grid, cells: Cells) -> NDArray[np.float64]:
    import pyproj

    a, b, c, d, e, f = grid.transform
    cols, rows = cells.cols + 0.5, cells.rows + 0.5
    to_lonlat = pyproj.Transformer.from_crs(grid.wkt(), "OGC:CRS84", always_xy=True)
    return np.column_stack(to_lonlat.transform(a * cols + b * rows + c, d * cols + e * rows + f))
