# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map of one block: its class, how sure the model is, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.block_map import BlockMap
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.features import BlockFeatures, FeaturePlan, GappySeries, of_objects, of_series, read_series
from terracite.landcover.layers import Layer
from terracite.landcover.mapping import extras, shares
from terracite.landcover.mapping.extras import Extra
from terracite.landcover.mapping.priors import Priors
from terracite.landcover.mapping.regional import Models
from terracite.landcover.mapping.smoothing import margin, smooth
from terracite.landcover.recipe import SmoothPart
from terracite.landcover.strata import OUTSIDE
from terracite.landcover.uncertainty.layers import Doubt
from terracite.raster.grid import Block, Grid


@dataclass(frozen=True, slots=True)
class Choice:
    """How a class is chosen from the shares, and what is kept of them."""

    smooth: SmoothPart | None = None
    extras: tuple[Extra, ...] = ()
    priors: Priors | None = None
    models: Models | None = None  #: of the regions, and what each was taught with; None = the one model, no priors
    doubt: Doubt = field(default_factory=Doubt)  #: what sets and dissimilarity are made of


@dataclass(frozen=True, slots=True)
class Reading:
    """What the images hold for a block and the cells around it that it listens to."""

    block: Block
    around: Block  #: the block with its margin, within the grid
    series: GappySeries  #: of ``around``

    @property
    def inner(self) -> tuple[slice, slice]:
        """What cuts the block out of an array (y, x) of ``around``."""
        top, left = self.block.row - self.around.row, self.block.col - self.around.col
        return slice(top, top + self.block.height), slice(left, left + self.block.width)


@dataclass(frozen=True, slots=True)
class Mapper:
    """All that it takes to map any block, in whatever process: it can be sent elsewhere.

    A block's map depends on nothing but the images, however the grid is cut into blocks and whoever maps the others.
    """

    layers: tuple[Layer, ...]
    wanted: FeaturePlan
    grid: Grid
    model: Model
    codes: tuple[int, ...]  #: of each class position
    choice: Choice = field(default_factory=Choice)

    def read(self, block: Block) -> Reading:
        """What the images hold for one block, and around it as far as smoothing reaches."""
        around = grown(block, margin(self.choice.smooth), self.grid)
        return Reading(block, around, read_series(self.layers, around, self.grid))

    def classify(self, reading: Reading) -> BlockMap:
        """The map of a block that was read."""
        objects = of_objects(self.layers, self.wanted, reading.around, self.grid)
        features = of_series(reading.series, self.wanted, objects)
        said, found = self._shares(features, reading.around)
        usable, clear = features.usable, features.clear
        if self.choice.smooth is not None:
            found = smooth(found, usable, self.choice.smooth)
        rows, cols = reading.inner
        chosen, mapped = found[:, rows, cols], usable[rows, cols]
        doubts = self.choice.doubt.layers(said[:, rows, cols], chosen, mapped, features.values[:, rows, cols])
        return choose(chosen, mapped, clear[rows, cols], self.codes, self.choice.extras, doubts)

    def _shares(self, features: BlockFeatures, around: Block) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the models say of the cells alone, and with what was known before taken in, (class, y, x)."""
        models, priors, usable = self.choice.models, self.choice.priors, features.usable
        if models is None or not usable.any():
            alone = shares_of(features, self.model, len(self.codes))
            return alone, alone
        borders = models.borders
        weights = {OUTSIDE: np.ones(int(usable.sum()), np.float32)}
        if borders is not None:
            weights = {region: own[usable] for region, own in borders.weights(around, models.apart).items()}
        told = None
        if priors is not None and priors.known is not None:
            told = priors.known.told(around, self.grid)[usable]
        said = models.said(_cells(features), weights)
        found = shares.on_cells(models.blended(said, weights, priors, told), usable)
        if priors is None or self.choice.doubt.thresholds is None:
            return found, found
        return shares.on_cells(models.blended(said, weights), usable), found


def grown(block: Block, cells: int, grid: Grid) -> Block:
    """The block with ``cells`` more on every side, as far as the grid goes."""
    row, col = max(block.row - cells, 0), max(block.col - cells, 0)
    bottom, right = min(block.row + block.height + cells, grid.height), min(block.col + block.width + cells, grid.width)
    return Block(row, col, bottom - row, right - col)


def classify(features: BlockFeatures, model: Model, codes: Sequence[int]) -> BlockMap:
    """Class, confidence and clear dates of a block; ``codes``: the code of each class position."""
    return choose(shares_of(features, model, len(codes)), features.usable, features.clear, codes)


def shares_of(features: BlockFeatures, model: Model, classes: int) -> NDArray[np.float32]:
    """The share of each class, (class, y, x), sum 1; 0 throughout where a series is never clear."""
    usable = features.usable
    if not usable.any():
        return np.zeros((classes, *usable.shape), np.float32)
    return shares.on_cells(shares.of_model(model, _cells(features), classes), usable)


def _cells(features: BlockFeatures) -> NDArray[np.float32]:
    """The features of the usable cells, (features, cells)."""
    values = features.values.reshape(len(features.values), -1)
    return values if features.usable.all() else values[:, features.usable.ravel()]


def choose(
    found: NDArray[np.float32],
    usable: NDArray[np.bool_],
    clear: NDArray[np.uint16],
    codes: Sequence[int],
    wanted: Sequence[Extra] = (),
    doubts: Mapping[str, NDArray[np.uint8]] | None = None,
) -> BlockMap:
    """The class of the greatest share, the first one of equals; ``found``: (class, y, x).

    ``doubts``: the further rasters that are not made of these shares.
    """
    best = found.argmax(axis=0)
    known = np.asarray(codes, np.uint8)
    share = np.take_along_axis(found, best[None], axis=0)[0]
    return BlockMap(
        np.where(usable, known[best], NOT_MAPPED).astype(np.uint8),
        np.where(usable, percent(share), 0).astype(np.uint8),
        np.ascontiguousarray(clear),
        extras.compute(found, usable, known, wanted, doubts),
    )


def percent(share: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A share 0-1 as whole percents, at least 1: 0 is kept for "not mapped"."""
    return np.clip(np.rint(share * 100), 1, 100).astype(np.uint8)
