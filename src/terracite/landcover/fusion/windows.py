# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fused map, window by window: what is read, combined, and kept until the rasters are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.fusion.beliefs import masses, overall_accuracy
from terracite.landcover.fusion.combine import Combined, dempster, vote
from terracite.landcover.fusion.options import Options
from terracite.landcover.fusion.sources import MapSource
from terracite.landcover.mapping.nearest import read_nearest
from terracite.landcover.progress import Progress
from terracite.raster.cell_areas import areas_if_known
from terracite.raster.class_areas import add_areas
from terracite.raster.grid import Block, Grid

LAYERS = ("classes", "support", "conflict", "undecided")


@dataclass(frozen=True, slots=True)
class Judge:
    """What the word of each map is worth."""

    believes: bool
    table: NDArray[np.float64]  #: vote: (map,), weights; Dempster-Shafer: (map, 256), masses by code

    @classmethod
    def of(cls, sources: Sequence[MapSource], options: Options) -> Judge:
        if options.method == "dempster-shafer":
            return cls(True, np.array([masses(source.counts or {}, options.measure) for source in sources]))
        if options.method == "vote":
            return cls(False, np.ones(len(sources)))
        weights = options.weights or [overall_accuracy(source.counts or {}) for source in sources]
        return cls(False, np.asarray(weights, np.float64))

    def combine(self, values: NDArray[np.uint8], trust: NDArray[np.float32] | None) -> Combined:
        """One window; ``values``: (map, y, x)."""
        return (dempster if self.believes else vote)(values, self.table, trust)


def combined(sources: Sequence[MapSource], judge: Judge, block: Block, grid: Grid, by_confidence: bool) -> Combined:
    """One window of the fused map on ``grid``; maps on other grids are read at the middles of its cells."""
    values = np.stack([read_nearest(source.path, block, grid) for source in sources])
    trust: NDArray[np.float32] | None = None
    if by_confidence:
        read = [read_nearest(source.confidence or source.path, block, grid) for source in sources]
        trust = np.minimum(np.stack(read), 100).astype(np.float32) / np.float32(100)
    return judge.combine(values, trust)


def keep_all(
    folder: Path, sources: Sequence[MapSource], options: Options, grid: Grid, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
    """Combine every window into ``folder``; returns the cells of each code, and their m² on the ellipsoid, which are
    None where the grid lies nowhere. Memory does not grow with the map.
    """
    judge, cells = Judge.of(sources, options), np.zeros(256, np.int64)
    areas, measured = areas_if_known(grid), np.zeros(256)
    blocks = list(grid.blocks(options.block))
    for done, block in enumerate(blocks, start=1):
        found = combined(sources, judge, block, grid, options.by_confidence)
        cells += np.bincount(found.classes.ravel(), minlength=256)
        if areas is not None:
            add_areas(found.classes, block, areas, measured)
        np.save(_path(folder, block), np.stack([getattr(found, name) for name in LAYERS]))
        progress(done, len(blocks))
    return cells, None if areas is None else measured


def kept(folder: Path, layer: str, grid: Grid, size: int) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
    """Every window of one layer, in order."""
    for block in grid.blocks(size):
        values: NDArray[np.uint8] = np.load(_path(folder, block), mmap_mode="r")[LAYERS.index(layer)]
        yield block, np.asarray(values)


def _path(folder: Path, block: Block) -> Path:
    return folder / f"{block.row}-{block.col}.npy"
