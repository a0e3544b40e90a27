# SPDX-License-Identifier: AGPL-3.0-or-later
"""The classes of a map on any grid, taken onto the cells of another one: each cell gets what lies at its middle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid, same_crs, transformer
from terracite.raster.read import CACHE_BYTES

NOTHING = 0  #: where the map has no value, or ends


_LOOKED_AT = 512  #: rows and columns of a map, at most, that are looked at for values that are no classes


def check_classes(path: Path) -> None:
    """Raise `RasterError` where a raster has values that are no classes: below 0, above 255, or with decimals.

    Some of its cells are looked at, spread over all of it; bytes cannot be wrong.
    """
    try:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), rasterio.open(path) as image:
            if image.dtypes[0] == "uint8":
                return
            shape = min(image.height, _LOOKED_AT), min(image.width, _LOOKED_AT)
            values = image.read(1, out_shape=shape, masked=True).compressed()
    except RasterioError as error:
        raise RasterError(f"'{path.name}' cannot be read: {error}.", hint="Copy or produce it again.") from error
    values = values[np.isfinite(values)]
    odd = values[(values < 0) | (values > 255) | (values % 1 != 0)]
    if odd.size:
        cure = "Give a raster of whole numbers from 1 to 255, or set its nodata value."
        raise RasterError(f"'{path.name}' is no map of classes: it has the value {odd[0]:g}.", hint=cure)


def read_nearest(path: Path, block: Block, grid: Grid) -> NDArray[np.uint8]:
    """The values of the first band at the middles of the cells of a block of ``grid``, (y, x), `NOTHING` elsewhere.

    The middles are computed from the whole grid and transformed one by one: a cell gets the same value in whatever
    block it is asked for. Only the part of the file under the block is read. Raises `RasterError`.
    """
    try:
        with rasterio.open(path) as image:
            source = Grid.of_dataset(image)
            rows, cols = _places(block, grid, source)
            inside = rows >= 0
            values = np.full(block.shape, NOTHING, np.uint8)
            if not inside.any():
                return values
            top, left = int(rows[inside].min()), int(cols[inside].min())
            window = Window(left, top, int(cols[inside].max()) - left + 1, int(rows[inside].max()) - top + 1)
            read = image.read(1, window=window)
            known = (read >= 0) & (read <= 255) if image.nodata is None else (read != image.nodata)
            read = np.where(known & (read >= 0) & (read <= 255), read, NOTHING).astype(np.uint8)
    except RasterioError as error:
        raise RasterError(f"'{path.name}' cannot be read: {error}.", hint="Copy or produce it again.") from error
    values[inside] = read[rows[inside] - top, cols[inside] - left]
    return values


def _places(block: Block, grid: Grid, source: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column in ``source`` of the middle of each cell, -1 outside."""
    a, b, c, d, e, f = grid.transform
    cols = np.arange(block.col, block.col + block.width) + 0.5
    rows = np.arange(block.row, block.row + block.height)[:, None] + 0.5
    x, y = np.broadcast_arrays(a * cols + b * rows + c, d * cols + e * rows + f)
    if not same_crs(grid.crs, source.crs):
        x, y = transformer(grid.crs, source.crs).transform(x, y)
    return source.cells(x, y)
