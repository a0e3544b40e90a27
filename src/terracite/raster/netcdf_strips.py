# SPDX-License-Identifier: AGPL-3.0-or-later
"""The images of a series read strip by strip, each of their tiles decoded once, ahead of its use."""

from __future__ import annotations

import hashlib
import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_bands import Bands
from terracite.raster.netcdf_masks import Mask, Values, joined, masks_of
from terracite.raster.packing import WHOLE_NUMBERS, packed
from terracite.raster.series import SeriesImage

STRIP_ROWS = 600  #: rows of a strip, at most
Item = TypeVar("Item")


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


class Strips:
    """The strips of one image: `ask` for each some time before it is `taken`, so that it is decoded meanwhile.

    One thread asks and takes; the threads of ``pool`` decode. Raises `RasterError` when the image or its mask cannot
    be opened, or the image has another grid.
    """

    def __init__(self, image: SeriesImage, grid: Grid, pool: Executor) -> None:
        with ExitStack() as stack:
            self._values = Bands(image.path, pool)
            stack.callback(self._values.close)
            if not self._values.grid.matches(grid):
                raise RasterError(
                    f"The image '{image.path}' is not on the grid of its series.",
                    hint="Images of one tile and index must have the same cells; take it out or resample it.",
                )
            self._image = image
            default = None if image.nodata is None else float(image.nodata)
            self._nodata = default if self._values.nodata is None else self._values.nodata
            self._masks = masks_of(image, grid, self._nodata, pool)
            stack.pop_all()

    @property
    def depth(self) -> int:
        """How many bands of tiles the image has."""
        return self._values.count

    def ask(self, block: Block) -> int:
        """Have a strip decoded; the number of the last band of tiles that takes."""
        if self._masks:
            self._masks.ask(block)
        return self._values.ask(block.row, block.row + block.height)

    def reserve(self, threads: int) -> int:
        """How many bands must have been asked for beyond the one waited for, so that no thread has to wait too."""
        return math.ceil(2 * threads / self._values.jobs)

    def taken(self, block: Block) -> Callable[[], Strip]:
        """What makes a strip, in any thread, of what was decoded; waits for that.

        Both this and what it returns raise `RasterError` for what cannot be read.
        """
        parts = self._values.taken(block.row, block.row + block.height)
        return partial(self._made, block, parts, self._masks.taken(block) if self._masks else None)

    def close(self) -> None:
        """Let go of the files; nothing that was asked for may be left."""
        self._values.close()
        if self._masks:
            self._masks.close()

    def _made(self, block: Block, parts: list[Values], mask: Callable[[Values], Mask] | None) -> Strip:
        values = joined(parts)
        return _strip(block, values, self._nodata, self._image, mask(values) if mask else None)


def strips(image: SeriesImage, grid: Grid) -> Iterator[Strip]:
    """The strips of one image, from the top. Raises `RasterError` when it cannot be read or has another grid."""
    threads = os.cpu_count() or 1
    pool = ThreadPoolExecutor(threads)
    source = None
    try:
        source = opened = Strips(image, grid, pool)
        reserve = opened.reserve(threads)
        asked = ((block, band := opened.ask(block), band + reserve) for block in row_blocks(grid))
        for block in ahead(asked):
            yield opened.taken(block)()
    finally:
        pool.shutdown(cancel_futures=True)
        if source is not None:
            source.close()


def ahead(items: Iterable[tuple[Item, int, int]]) -> Iterator[Item]:
    """The first of each (item, band, reach), once an item came whose band is no less than that ``reach``."""
    waiting: deque[tuple[Item, int]] = deque()
    for item, band, reach in items:
        waiting.append((item, reach))
        while waiting and band >= waiting[0][1]:
            yield waiting.popleft()[0]
    for item, _ in waiting:
        yield item


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
