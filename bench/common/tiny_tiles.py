# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many tiles with all their metadata and few cells: a mapper that reads them, and the grid they lie on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from terracite.landcover.block_map import BlockMap
from terracite.raster.grid import Block, Grid

SIDE, BLOCK = 128, 64  #: cells of a tile, and of a block


@dataclass(frozen=True)
class Tiles:
    """Reads the tile that a block lies in."""

    folder: Path
    count: int

    @property
    def grid(self) -> Grid:
        return Grid("EPSG:32740", (10.0, 0.0, 300_000.0, 0.0, -10.0, 7_700_000.0), SIDE * self.count, SIDE)

    def read(self, block: Block) -> NDArray[np.uint8]:
        with rasterio.open(self.folder / f"{block.col // SIDE}.tif") as image:
            window = Block(block.row, block.col % SIDE, block.height, block.width).window()
            values: NDArray[np.uint8] = image.read(1, window=window)
        return values

    def classify(self, values: NDArray[np.uint8]) -> BlockMap:
        return BlockMap(values, values // 2, values.astype(np.uint16))


def write(folder: Path, count: int) -> Tiles:
    """``count`` rasters of ``SIDE`` x ``SIDE`` cells."""
    rng = np.random.default_rng(1)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": SIDE, "width": SIDE, "crs": "EPSG:32740"}
    for number in range(count):
        place = rasterio.transform.from_origin(300_000 + number * SIDE * 10, 7_700_000, 10, 10)
        with rasterio.open(folder / f"{number}.tif", "w", **profile, transform=place) as image:
            image.write(rng.integers(1, 20, (SIDE, SIDE), np.uint8), 1)
    return Tiles(folder, count)
