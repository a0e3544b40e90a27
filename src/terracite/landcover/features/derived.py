# SPDX-License-Identifier: AGPL-3.0-or-later
"""Images that are computed from another one's surroundings: slope and aspect of heights, texture of finer images.

They are layers like others, so that whoever reads a block need not know how far around it they look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ArchiveError, Problem, RasterError
from terracite.landcover.features.bands import spelt
from terracite.landcover.features.channels import is_still
from terracite.landcover.features.terrain import NAMES, describe
from terracite.landcover.layer_over import LayerOver
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import FeaturesPart, nearest
from terracite.raster.grid import Block, Grid

FINEST = 32  #: cells of a finer image along a cell of the map, at most; of finer ones fewer are looked at
_STRIP_CELLS = 4 * 2**20  #: of a finer image, read at once


@dataclass(frozen=True, slots=True)
class DerivedLayer(LayerOver):
    """What a layer without dates comes to."""

    what: str  #: "slope", "sd"
    index: str

    @property
    def still(self) -> bool:
        return True

    @property
    def days(self) -> NDArray[np.float64]:
        return np.empty(0)

    def checked(self) -> tuple[Layer, list[Problem]]:
        return replace(self, layer=self.layer.checked()[0]), []  # what is wrong is told of the layer itself

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        """(1, y, x) on ``grid``; NaN = no data."""
        if self.what in NAMES:
            return describe(self.layer, self.what, block, grid)[None]
        return _textured(self.layer, self.what, block, grid)[None]


def extended(layers: Sequence[Layer], part: FeaturesPart | None, problems: list[Problem]) -> list[Layer]:
    """The layers with those that ``[features]`` derives from them; mistakes go to ``problems``."""
    if part is None:
        return list(layers)
    return [*layers, *_of_terrain(layers, part, problems), *_of_texture(layers, part, problems)]


def _of_terrain(layers: Sequence[Layer], part: FeaturesPart, problems: list[Problem]) -> list[Layer]:
    if not part.terrain:
        return []
    still = {spelt(layer.index): layer for layer in layers if is_still(layer)}
    if spelt(part.dem) not in still:
        names = [layer.index for layer in still.values()]
        cure = nearest(part.dem, names) if names else "Add [[images]] of heights, without dates."
        problems.append(Problem("features.dem", f"there is no image '{part.dem}' without dates.", cure))
        return []
    heights = still[spelt(part.dem)]
    wanted = {"slope": NAMES[:1], "aspect": NAMES[1:]}
    return [DerivedLayer(heights, name, name) for word in part.terrain for name in wanted[word]]


def _of_texture(layers: Sequence[Layer], part: FeaturesPart, problems: list[Problem]) -> list[Layer]:
    if not part.texture:
        return []
    try:
        sizes = {layer.index: layer.grid.cell_size_m for layer in layers}
    except (ArchiveError, RasterError):
        return []  # told elsewhere, with the file
    coarse = min((sizes[layer.index] for layer in layers if not is_still(layer)), default=max(sizes.values()))
    fine = [layer for layer in layers if is_still(layer) and 2 * sizes[layer.index] <= coarse]
    if not fine:
        what = f"no image without dates is twice as fine as the map ({coarse:g} m)."
        problems.append(Problem("features.texture", what, "Add a finer one to [[images]], or leave texture out."))
    return [DerivedLayer(layer, word, f"{layer.index} {word}") for layer in fine for word in part.texture]


def _textured(layer: Layer, what: str, block: Block, grid: Grid) -> NDArray[np.float32]:
    """The mean, spread, least or largest of the finer cells in each cell, (y, x), over those that have a value."""
    parts = int(np.clip(round(grid.cell_size_m / layer.grid.cell_size_m), 2, FINEST))
    a, b, left, d, e, top = grid.transform
    finer = Grid(
        grid.crs, (a / parts, b / parts, left, d / parts, e / parts, top), grid.width * parts, grid.height * parts
    )
    found = np.empty(block.shape, np.float32)
    rows = max(1, _STRIP_CELLS // (block.width * parts * parts))
    for row in range(0, block.height, rows):
        height = min(rows, block.height - row)
        here = Block((block.row + row) * parts, block.col * parts, height * parts, block.width * parts)
        values = layer.read(here, finer)[0].reshape(height, parts, block.width, parts).swapaxes(1, 2)
        found[row : row + height] = _summary(values.reshape(height, block.width, parts * parts), what)
    return found


def _summary(values: NDArray[np.float32], what: str) -> NDArray[np.float32]:
    """Over the last axis; NaN where nothing has a value."""
    there = np.isfinite(values)
    count = there.sum(axis=-1)
    if what in {"min", "max"}:
        worst = np.inf if what == "min" else -np.inf
        found = (np.min if what == "min" else np.max)(np.where(there, values, np.float32(worst)), axis=-1)
    else:
        mean = np.where(there, values, 0).sum(axis=-1, dtype=np.float64) / np.maximum(count, 1)
        found = mean
        if what == "sd":
            apart = np.where(there, values - mean[..., None], 0)
            found = np.sqrt((apart**2).sum(axis=-1) / np.maximum(count, 1))
    return np.where(count > 0, found, np.nan).astype(np.float32)
