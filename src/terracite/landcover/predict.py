# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map, block by block: while one block is classified, the next one is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.classifiers.contract import Model, predict
from terracite.landcover.features import BlockFeatures, FeaturePlan, of_series, read_series
from terracite.landcover.layers import Layer
from terracite.landcover.progress import Progress
from terracite.landcover.work import BlockMap, Work
from terracite.raster.grid import Block, Grid


def map_blocks(
    work: Work,
    layers: Sequence[Layer],
    wanted: FeaturePlan,
    grid: Grid,
    model: Model,
    codes: Sequence[int],
    block_size: int,
    progress: Progress,
) -> int:
    """Map every block that is not finished yet, and return how many that were. Memory does not grow with the map."""
    blocks = list(grid.blocks(block_size))
    todo = [block for block in blocks if not work.has(block)]
    done = len(blocks) - len(todo)
    progress(done, len(blocks))
    with ThreadPoolExecutor(1) as reader:
        pending = reader.submit(read_series, layers, todo[0], grid) if todo else None
        for block, following in zip(todo, chain(todo[1:], [None]), strict=False):
            if pending is None:
                break
            series = pending.result()
            pending = reader.submit(read_series, layers, following, grid) if following else None
            work.keep(block, classify(of_series(series, wanted), model, codes))
            done += 1
            progress(done, len(blocks))
    return len(todo)


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


def finished(work: Work, grid: Grid, block_size: int) -> Iterator[tuple[Block, BlockMap]]:
    """Every block with its map, in order."""
    for block in grid.blocks(block_size):
        yield block, work.block(block)
