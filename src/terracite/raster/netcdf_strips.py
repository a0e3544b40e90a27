# SPDX-License-Identifier: AGPL-3.0-or-later
"""The images of a series read strip by strip, each file opened once, each of its tiles decoded once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid, same_crs
from terracite.raster.packing import WHOLE_NUMBERS, packed
from terracite.raster.read import missing_dn, nodata_in, opened, read_mask
from terracite.raster.series import SeriesImage

STRIP_ROWS = 600  #: rows decoded at once, at most
_CACHE_BYTES = (16 * 2**20, 512 * 2**20)  #: of GDAL, least and most
MaskRows = Callable[[Block, NDArray[Any]], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Strip:
    """Whole rows of one date, as the files hold them."""

    block: Block
    values: NDArray[Any]  #: DN in the file's own type, or as `packing` made them
    nodata: float | None
    valid: tuple[float, float]
    mask: NDArray[np.uint8] | None  #: 0 clear, 1 masked
    lost: int = 0  #: cells whose value does not fit into the series file
    error: float = 0.0  #: largest difference from the image, physical


def row_blocks(grid: Grid) -> Iterator[Block]:
    """Whole-width strips, each a whole number of chunks high."""
    chunk = layout.chunk_length(grid.height)
    rows = chunk * max(1, STRIP_ROWS // chunk)
    for row in range(0, grid.height, rows):
        yield Block(row, 0, min(rows, grid.height - row), grid.width)


def strips(image: SeriesImage, grid: Grid) -> Iterator[Strip]:
    """The strips of one image, from the top. Raises `RasterError` when it cannot be read or has another grid."""
    with ExitStack() as stack:
        source = stack.enter_context(opened(image.path))
        if not Grid.of_dataset(source).matches(grid):
            raise RasterError(
                f"The image '{image.path}' is not on the grid of its series.",
                hint="Images of one tile and index must have the same cells; take it out or resample it.",
            )
        nodata = nodata_in(source, image.nodata)
        mask = _mask_rows(image, grid, nodata, stack)
        stack.enter_context(rasterio.Env(GDAL_CACHEMAX=_cache_bytes(source)))
        for block in row_blocks(grid):
            values = source.read(1, window=block.window())
            yield _strip(block, values, nodata, image, mask(block, values) if mask else None)


def _strip(
    block: Block, values: NDArray[Any], nodata: float | None, image: SeriesImage, mask: NDArray[np.uint8] | None
) -> Strip:
    """A strip as it goes into the series file, which may have another scale or type than the image."""
    how = image.packing
    if how is not None:
        made = packed(values, nodata, image, how)
        return Strip(block, made.values, layout.FILL, how.valid, mask, made.lost, made.error)
    if values.dtype.kind == "f":
        raise RasterError(
            f"The numbers of '{image.path}' are {values.dtype}: a series file holds whole ones.", hint=WHOLE_NUMBERS
        )
    return Strip(block, values, nodata, image.valid, mask)


def to_packed(
    values: NDArray[Any], nodata: float | None, valid: tuple[float, float]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """DN as int16 with nodata as -32768, and which cells are missing: nodata or outside ``valid``.

    Numbers that int16 cannot hold are missing too; those outside ``valid`` are kept as they are.
    """
    if values.dtype == np.float32 and nodata == layout.FILL:  # already as the file holds them
        return values, (values == nodata) | (values < valid[0]) | (values > valid[1])
    if values.dtype == np.int16 and _all_valid(values, nodata, valid):
        return values, np.zeros(values.shape, bool)
    lost = np.zeros(values.shape, bool) if nodata is None else values == nodata
    if not np.can_cast(values.dtype, np.int16):
        lost |= ~((values >= -32767) & (values <= 32767))  # this way round, NaN is lost too
    packed = np.where(lost, np.int16(layout.FILL), values).astype(np.int16, copy=False)
    return packed, (packed < max(valid[0], layout.FILL + 1)) | (packed > valid[1])


def _all_valid(values: NDArray[np.int16], nodata: float | None, valid: tuple[float, float]) -> bool:
    """Whether none of ``values`` is missing, told by their range: most chunks of most images."""
    low, high = values.min(), values.max()
    is_inside = low >= max(valid[0], layout.FILL + 1) and high <= valid[1]
    return bool(is_inside and (nodata is None or not low <= nodata <= high))


def digest(image: SeriesImage) -> str:
    """SHA-256 of the files behind one date (image, mask, their sidecars) and of how they are read: 64 characters.

    Raises `RasterError` for a file that cannot be read.
    """
    total = hashlib.sha256()
    for path in (image.path, image.mask_path, image.masked_path):
        for part in [] if path is None else [path, path.with_name(f"{path.name}.aux.xml")]:
            total.update(_file_digest(part, required=part == path))
    choices: tuple[object, ...] = (image.nodata, image.valid, image.scale, image.offset, image.mask, image.clear)
    if image.packing is not None:
        choices = (*choices, image.packing)
    total.update(repr(choices).encode())
    return total.hexdigest()


def _file_digest(path: Path, *, required: bool) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except FileNotFoundError as error:
        if required:
            raise RasterError(f"The image '{path}' cannot be read.", hint="Check the path.") from error
        return bytes(32)
    except OSError as error:
        raise RasterError(f"'{path}' cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def _cache_bytes(source: Any) -> int:
    """Room for the rows of tiles that one strip touches, so that none is decoded twice, and as much for the mask."""
    tile_rows = source.block_shapes[0][0]
    rows = STRIP_ROWS + 2 * tile_rows
    least, most = _CACHE_BYTES
    wanted: int = 3 * rows * source.width * np.dtype(source.dtypes[0]).itemsize // 2
    return max(least, min(most, wanted))


def _mask_rows(image: SeriesImage, grid: Grid, nodata: float | None, stack: ExitStack) -> MaskRows | None:
    """What reads the mask of a strip, given the image's own numbers there; None for an image that has none."""
    path = image.mask_path or image.masked_path
    if path is None:
        return None
    source = stack.enter_context(opened(path))
    own = Grid.of_dataset(source)
    if image.mask_path is None and own.matches(grid):
        return _LostCells(source, nodata, image)
    is_upright = not any(own.transform[1:4:2]) and same_crs(own.crs, grid.crs)
    if image.mask_path is not None and is_upright and np.dtype(source.dtypes[0]) == np.uint8:
        return _UprightMask(source, own, grid, image.clear)
    return lambda block, _: read_mask(image, block, grid)


class _UprightMask:
    """A mask of any resolution in the reference system of the grid: each cell takes the mask's nearest one."""

    def __init__(self, source: Any, own: Grid, grid: Grid, clear: tuple[int, ...]) -> None:
        self._source = source
        a, _, c, _, e, f = own.transform
        self._rows = np.floor((grid.ys() - f) / e).astype(np.int64)
        self._cols = np.floor((grid.xs() - c) / a).astype(np.int64)
        self._outside = ((self._rows < 0) | (self._rows >= own.height), (self._cols < 0) | (self._cols >= own.width))
        self._cols = self._cols.clip(0, own.width - 1)
        self._rows = self._rows.clip(0, own.height - 1)
        self._is_masked = (~np.isin(np.arange(256), clear)).astype(np.uint8)

    def __call__(self, block: Block, _: NDArray[Any]) -> NDArray[np.uint8]:
        rows, cols = block.slices
        wanted = self._rows[rows]
        top, left = int(wanted.min()), int(self._cols.min())
        height, width = int(wanted.max()) - top + 1, int(self._cols.max()) - left + 1
        found = self._is_masked[self._source.read(1, window=Window(left, top, width, height))]
        mask: NDArray[np.uint8] = found.take(self._cols[cols] - left, axis=1).take(wanted - top, axis=0)
        mask[self._outside[0][rows]] = 1
        mask[:, self._outside[1][cols]] = 1
        return mask


class _LostCells:
    """A mask that is told by an image already masked, on the same grid: the cells that it lost."""

    def __init__(self, source: Any, nodata: float | None, image: SeriesImage) -> None:
        self._source, self._nodata, self._image = source, nodata, image

    def __call__(self, block: Block, values: NDArray[Any]) -> NDArray[np.uint8]:
        valid = self._image.valid
        masked = self._source.read(1, window=block.window())
        lost = missing_dn(masked, nodata_in(self._source, self._image.nodata), valid)
        return (lost & ~missing_dn(values, self._nodata, valid)).astype(np.uint8)
