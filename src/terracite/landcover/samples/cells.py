# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells of the images that lie under the reference, and those that several classes lay claim to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize

from terracite.landcover.reference import Features
from terracite.landcover.samples.values import NO_STRATUM
from terracite.raster.grid import Block, Grid

Number = NDArray[np.int64]


def _nothing() -> Number:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the images under the reference. Strata that are not given are none."""

    rows: Number
    cols: Number
    labels: Number
    groups: Number
    strata: Number = field(default_factory=_nothing)  #: position of the region, or `NO_STRATUM`

    def __post_init__(self) -> None:
        if self.strata.size != len(self.labels):
            object.__setattr__(self, "strata", np.full(len(self.labels), NO_STRATUM, np.int64))

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, kept: NDArray[np.intp] | NDArray[np.bool_]) -> Cells:
        own = (self.rows, self.cols, self.labels, self.groups, self.strata)
        return Cells(*(array[kept] for array in own))

    def within(self, block: Block) -> NDArray[np.intp]:
        """Which of them lie in ``block``."""
        rows = (self.rows >= block.row) & (self.rows < block.row + block.height)
        return np.flatnonzero(rows & (self.cols >= block.col) & (self.cols < block.col + block.width))


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies under the reference."""

    cells: Cells
    contested: int = 0  #: cells under features of different classes
    claimants: int = 0  #: features that lie over such a cell


def cells_of(features: Features, labels: Number, grid: Grid, block_size: int) -> Cells:
    """The cells whose centre lies in a polygon, or that hold a point; those of several classes are left out."""
    return survey(features, labels, grid, block_size).cells


def survey(
    features: Features,
    labels: Number,
    grid: Grid,
    block_size: int,
    *,
    strata: Number | None = None,
    keep_last: bool = False,
) -> Survey:
    """The cells under the reference; block by block, so that no full image is held.

    ``labels``: class position of each feature; ``strata``: the region of each. A cell under features of several
    classes is left out, or belongs to the last of them (``keep_last``). Under features of one class, to the last.
    """
    shapes = features.frame.geometry.to_crs(grid.wkt())
    found: list[tuple[Number, Number, Number]] = []
    contested, claimants = 0, set[int]()
    for block in grid.blocks(block_size):
        target = grid.crop(block)
        near = np.sort(shapes.sindex.query(_box(target)))
        if not near.size:
            continue
        owner, disputed, rivals = _owners(shapes.iloc[near], near, labels[near], target)
        contested += int(disputed.sum())
        claimants |= rivals
        rows, cols = np.nonzero(owner if keep_last else np.where(disputed, 0, owner))
        found.append((rows + block.row, cols + block.col, owner[rows, cols].astype(np.int64) - 1))
    rows, cols, ids = (np.concatenate(part) for part in zip(*found, strict=True)) if found else (_nothing(),) * 3
    order = np.lexsort((cols, rows))  # row by row, whatever the blocks: the model must not depend on how the map is cut
    rows, cols, ids = rows[order], cols[order], ids[order]
    own = strata[ids] if strata is not None else _nothing()
    return Survey(Cells(rows, cols, labels[ids], features.groups[ids], own), contested, len(claimants))


def _owners(
    shapes: Any, numbers: NDArray[np.intp], labels: Number, target: Grid
) -> tuple[NDArray[np.int32], NDArray[np.bool_], set[int]]:
    """The last feature over each cell (its number + 1), the cells under several classes, and who lies over those."""
    layers = list(_by_class(shapes, numbers, labels, target))
    owner = layers[0].copy()
    disputed = np.zeros(target.shape, bool)
    for layer in layers[1:]:
        disputed |= (owner > 0) & (layer > 0)
        np.maximum(owner, layer, out=owner)
    if not disputed.any():
        return owner, disputed, set()
    rivals = {int(one) for layer in layers for one in np.unique(layer[disputed]) if one > 0}
    return owner, disputed, rivals


def _by_class(shapes: Any, numbers: NDArray[np.intp], labels: Number, target: Grid) -> Iterator[NDArray[np.int32]]:
    """The features of each class burnt on their own: which class lies over another can be told from nothing less."""
    for label in np.unique(labels):
        own = labels == label
        yield rasterize(
            zip(shapes[own], numbers[own] + 1, strict=True),
            out_shape=target.shape,
            transform=Affine(*target.transform),
            dtype="int32",
        )


def _box(grid: Grid) -> object:
    from shapely.geometry import box

    return box(*grid.bounds)
