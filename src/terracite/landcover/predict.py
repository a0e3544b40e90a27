# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map of one block: its class, how sure the model is, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.block_map import BlockMap
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.classifiers.contract import Model, predict
from terracite.landcover.features import BlockFeatures, FeaturePlan, GappySeries, of_series, read_series
from terracite.landcover.layers import Layer
from terracite.raster.grid import Block, Grid


@dataclass(frozen=True, slots=True)
class Mapper:
    """All that it takes to map any block, in whatever process: it can be sent elsewhere."""

    layers: tuple[Layer, ...]
    wanted: FeaturePlan
    grid: Grid
    model: Model
    codes: tuple[int, ...]  #: of each class position

    def read(self, block: Block) -> GappySeries:
        """What the images hold for one block."""
        return read_series(self.layers, block, self.grid)

    def classify(self, series: GappySeries) -> BlockMap:
        """The map of a block that was read."""
        return classify(of_series(series, self.wanted), self.model, self.codes)


def classify(features: BlockFeatures, model: Model, codes: Sequence[int]) -> BlockMap:
    """Class, confidence and clear dates of a block; ``codes``: the code of each class position."""
    usable = features.usable
    classes = np.full(usable.shape, NOT_MAPPED, np.uint8)
    confidence = np.zeros(usable.shape, np.uint8)
    if usable.any():
        values = features.values.reshape(len(features.values), -1)
        cells = values if usable.all() else values[:, usable.ravel()]
        positions, share = predict(model, cells)
        classes[usable] = np.asarray(codes, np.uint8)[positions]
        confidence[usable] = percent(share)
    return BlockMap(classes, confidence, features.clear)


def percent(share: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A share 0-1 as whole percents, at least 1: 0 is kept for "not mapped"."""
    return np.clip(np.rint(share * 100), 1, 100).astype(np.uint8)
