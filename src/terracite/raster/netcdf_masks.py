# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cloud masks of a series, strip by strip, on the grid of the images: 0 clear, 1 masked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from terracite.raster.grid import Block, Grid, same_crs
from terracite.raster.netcdf_bands import Bands
from terracite.raster.read import missing_dn, read_mask
from terracite.raster.series import SeriesImage

Values = NDArray[Any]
Mask = NDArray[np.uint8]


class Masks(Protocol):
    """Where the masks of the strips of one date come from; `ask` for each some time before it is `taken`."""

    def ask(self, block: Block) -> None:
        """Have what the mask of ``block`` needs decoded."""

    def taken(self, block: Block) -> Callable[[Values], Mask]:
        """What makes that mask, in any thread, from the image's own numbers there; waits for the decoding."""

    def close(self) -> None:
        """Let go of the files."""


def masks_of(image: SeriesImage, grid: Grid, nodata: float | None, pool: Executor) -> Masks | None:
    """The masks of ``image``, whose own nodata is ``nodata``; None for an image that has none.

    Raises `RasterError` when the mask cannot be opened.
    """
    path = image.mask_path or image.masked_path
    if path is None:
        return None
    source = Bands(path, pool)
    own = source.grid
    if image.mask_path is None and own.matches(grid):
        return _LostCells(source, nodata, image)
    is_upright = not any(own.transform[1:4:2]) and same_crs(own.crs, grid.crs)
    if image.mask_path is not None and is_upright and source.kind == np.uint8:
        return _UprightMask(source, grid, image.clear)
    source.close()
    return _AnyMask(image, grid)


class _UprightMask:
    """A mask of any resolution in the reference system of the grid: each cell takes the mask's nearest one."""

    def __init__(self, source: Bands, grid: Grid, clear: tuple[int, ...]) -> None:
        own = source.grid
        a, _, c, _, e, f = own.transform
        rows = np.floor((grid.ys() - f) / e).astype(np.int64)
        cols = np.floor((grid.xs() - c) / a).astype(np.int64)
        self._outside = ((rows < 0) | (rows >= own.height), (cols < 0) | (cols >= own.width))
        self._rows, self._cols = rows.clip(0, own.height - 1), cols.clip(0, own.width - 1)
        self._left = int(self._cols.min())
        self._source, self._clear = source, clear
        source.narrow(self._left, int(self._cols.max()) + 1)

    def ask(self, block: Block) -> None:
        self._source.ask(*self._span(block))

    def taken(self, block: Block) -> Callable[[Values], Mask]:
        return partial(self._spread, block, self._source.taken(*self._span(block)))

    def close(self) -> None:
        self._source.close()

    def _span(self, block: Block) -> tuple[int, int]:
        wanted = self._rows[block.slices[0]]
        return int(wanted.min()), int(wanted.max()) + 1

    def _spread(self, block: Block, parts: list[Mask], _: Values) -> Mask:
        rows, cols = block.slices
        given = joined(parts)
        found = np.ones(given.shape, bool)
        for value in self._clear:  # a pass for each of the few values is faster than a table of all
            found &= given != value
        mask: Mask = found.view(np.uint8).take(self._cols[cols] - self._left, axis=1)
        mask = mask.take(self._rows[rows] - self._span(block)[0], axis=0)
        mask[self._outside[0][rows]] = 1
        mask[:, self._outside[1][cols]] = 1
        return mask


class _LostCells:
    """A mask that is told by an image already masked, on the same grid: the cells that it lost."""

    def __init__(self, source: Bands, nodata: float | None, image: SeriesImage) -> None:
        self._source, self._nodata, self._image = source, nodata, image

    def ask(self, block: Block) -> None:
        self._source.ask(block.row, block.row + block.height)

    def taken(self, block: Block) -> Callable[[Values], Mask]:
        return partial(self._compared, self._source.taken(block.row, block.row + block.height))

    def close(self) -> None:
        self._source.close()

    def _compared(self, parts: list[Values], values: Values) -> Mask:
        valid = self._image.valid
        own = self._source.nodata
        nodata = self._image.nodata if own is None else own
        lost = missing_dn(joined(parts), nodata, valid)
        return (lost & ~missing_dn(values, self._nodata, valid)).astype(np.uint8)


class _AnyMask:
    """A mask on a grid of another kind: read where it is needed, and brought to the grid of the image."""

    def __init__(self, image: SeriesImage, grid: Grid) -> None:
        self._image, self._grid = image, grid

    def ask(self, block: Block) -> None:
        """Nothing can be done ahead."""

    def taken(self, block: Block) -> Callable[[Values], Mask]:
        return lambda _: read_mask(self._image, block, self._grid)

    def close(self) -> None:
        """No file stays open."""


def joined(parts: list[Values]) -> Values:
    """Rows that follow each other, as one array; no copy where they are one already."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
