# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which stratum of a sample each cell lies in: the one that its centre lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize
from shapely import STRtree, box

from terracite.landcover.zonal.units import Units
from terracite.raster.grid import Block

_CODES = 256


@dataclass(frozen=True, slots=True, eq=False)
class StrataCells:
    """Strata on a grid; the number after the last one stands for cells in none."""

    strata: Units
    tree: STRtree

    def of(self, block: Block) -> NDArray[np.int32]:
        """(y, x) number of the stratum of each cell."""
        here, none = self.strata.grid.crop(block), len(self.strata)
        near = np.sort(self.tree.query(box(*here.bounds)))
        if not near.size:
            return np.full(block.shape, none, np.int32)
        shapes = zip(self.strata.shapes[near].tolist(), near.tolist(), strict=True)
        found = rasterize(shapes, block.shape, fill=none, transform=Affine(*here.transform), dtype="int32")
        return np.asarray(found, np.int32)

    def keys(self, block: Block, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
        """(y, x) stratum and code of each cell in one number."""
        return np.asarray(self.of(block) * _CODES + codes, np.int32)


def strata_cells(strata: Units) -> StrataCells:
    """The strata, ready to be looked up by block."""
    return StrataCells(strata, STRtree(strata.shapes))
