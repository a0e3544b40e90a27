# SPDX-License-Identifier: AGPL-3.0-or-later
"""From cells or labelled series to samples: the numbers that the classifier sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.features import BlockFeatures, FeaturePlan, of_block, of_objects, of_series
from terracite.landcover.layers import Layer
from terracite.landcover.reference import LabelledSeries
from terracite.landcover.samples.cells import Cells
from terracite.landcover.samples.values import Samples
from terracite.raster.grid import Block, Grid


def from_cells(cells: Cells, layers: Sequence[Layer], wanted: FeaturePlan, grid: Grid, block_size: int) -> Samples:
    """The samples at ``cells``, in their order; cells that were never clear are left out.

    Of each block that holds some, the part around them is read once, and their features alone are computed.
    """
    values, kept = [], []
    for block in grid.blocks(block_size):
        inside = cells.within(block)
        if not inside.size:
            continue
        found = _of_cells(cells.take(inside), layers, wanted, block, grid)
        usable = found.usable[0]
        values.append(found.values[:, 0, usable].T)
        kept.append(inside[usable])
    numbers = np.concatenate(kept) if kept else np.empty(0, np.intp)
    stack = np.concatenate(values) if values else np.empty((0, len(wanted.names)), np.float32)
    order = np.argsort(numbers)
    chosen = cells.take(numbers[order])
    return Samples(stack[order], chosen.labels, chosen.groups, _lonlat(grid, chosen), chosen.strata)


def _of_cells(cells: Cells, layers: Sequence[Layer], wanted: FeaturePlan, block: Block, grid: Grid) -> BlockFeatures:
    """The features of cells of one block, as if they were one row of it."""
    if wanted.function is not None:  # what a user's function looks at around a cell is not known
        found = of_block(layers, wanted, block, grid)
        rows, cols = cells.rows - block.row, cells.cols - block.col
        return BlockFeatures(found.values[:, None, rows, cols], found.clear[None, rows, cols])
    top, left = int(cells.rows.min()), int(cells.cols.min())
    part = Block(top, left, int(cells.rows.max()) - top + 1, int(cells.cols.max()) - left + 1)
    rows, cols = cells.rows - top, cells.cols - left
    series = {}
    for layer in layers:
        values = layer.read(part, grid)
        series[layer.index] = (np.ascontiguousarray(values[:, None, rows, cols]), layer.days)
    said = of_objects(layers, wanted, part, grid)
    return of_series(series, wanted, None if said is None else np.ascontiguousarray(said[:, None, rows, cols]))


def from_series(series: LabelledSeries, labels: NDArray[np.int64], wanted: FeaturePlan) -> Samples:
    """The samples of labelled series, through the same gap filling as the images; each is its own group."""
    found = of_series({index: (values[:, None, :], series.days) for index, values in series.values.items()}, wanted)
    usable = found.usable[0]
    values = np.ascontiguousarray(found.values[:, 0, usable].T)
    groups = np.flatnonzero(usable).astype(np.int64)
    return Samples(values, labels[usable], groups, series.lonlat[usable])


def _lonlat(grid: Grid, cells: Cells) -> NDArray[np.float64]:
    import pyproj

    a, b, c, d, e, f = grid.transform
    cols, rows = cells.cols + 0.5, cells.rows + 0.5
    to_lonlat = pyproj.Transformer.from_crs(grid.wkt(), "OGC:CRS84", always_xy=True)
    return np.column_stack(to_lonlat.transform(a * cols + b * rows + c, d * cols + e * rows + f))
