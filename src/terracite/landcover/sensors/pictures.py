# SPDX-License-Identifier: AGPL-3.0-or-later
"""One band of one acquisition: its file, its numbers and its masks, read on any grid."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.raster.grid import Block, Grid
from terracite.raster.read import address, opened
from terracite.raster.warp import look, nearest, warped

_KEPT_BYTES = 64 * 2**20  #: of masks: those of a date are the same for all of its bands


@dataclass(frozen=True, slots=True)
class MaskFile:
    """A mask, and which of its numbers make a cell unusable."""

    path: Path
    bits: int = 0  #: unusable where one of these is set
    values: tuple[int, ...] = ()  #: or where it has one of these

    def unusable(self, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        """Which cells of the mask, (y, x), are unusable."""
        if self.values:
            return np.isin(numbers, self.values)
        return np.asarray((numbers.astype(np.int64) & self.bits) != 0, bool)


@dataclass(frozen=True, slots=True)
class Picture:
    """One band of one acquisition. Physical value = number x ``scale`` + ``offset``."""

    path: Path
    product_id: str
    platform: str = ""
    band: int = 1
    scale: float = 1.0
    offset: float = 0.0
    missing: tuple[float, ...] = ()  #: numbers that are no value, besides the nodata that the file declares
    masks: tuple[MaskFile, ...] = ()
    declared: bool = False  #: whether scale and offset of the file itself go before
    inner: str = ""  #: variable of a NetCDF file
    metadata: Path | None = None  #: what scale and offset were read from

    @property
    def files(self) -> tuple[Path, ...]:
        """The image and its masks."""
        return self.path, *(mask.path for mask in self.masks)


def read_picture(picture: Picture, block: Block, grid: Grid) -> NDArray[np.float32]:
    """Physical values (y, x) of ``block`` of ``grid``; NaN = no value, or unusable.

    Where the picture lies on another grid its numbers are interpolated and its masks take the nearest cell; a much
    finer one is masked first, then averaged.
    """
    with opened(address(picture.path, picture.inner)) as image:
        own = Grid.of_dataset(image)
        if own.matches(grid):
            return _masked(_physical(image, picture, block), picture, block, grid)
        view = look(own, grid, block)
        if view is None:
            return np.full(block.shape, np.nan, np.float32)
        if view.is_finer:
            return warped(lambda part: _masked(_physical(image, picture, part), picture, part, own), own, grid, block)
        values = warped(lambda part: _physical(image, picture, part), own, grid, block)
    return _masked(values, picture, block, grid)


def _physical(image: Any, picture: Picture, block: Block) -> NDArray[np.float32]:
    numbers = image.read(picture.band, window=block.window())
    scale, offset, position = picture.scale, picture.offset, picture.band - 1
    if picture.declared and (image.scales[position], image.offsets[position]) != (1.0, 0.0):
        scale, offset = image.scales[position], image.offsets[position]
    values: NDArray[np.float32] = numbers.astype(np.float32) * np.float32(scale) + np.float32(offset)
    lost = np.zeros(numbers.shape, bool)
    for missing in (*picture.missing, image.nodatavals[position]):
        if missing is not None and not np.isnan(missing):
            lost |= numbers == missing
    values[lost | ~np.isfinite(values)] = np.nan
    return values


def _masked(values: NDArray[np.float32], picture: Picture, block: Block, grid: Grid) -> NDArray[np.float32]:
    for mask in picture.masks:
        if np.isnan(values).all():
            break
        values[_masks.unusable(mask, block, grid)] = np.nan
    return values


class _Masks:
    """Masks that were read last: a date has one for all of its bands."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, tuple[NDArray[np.uint8], tuple[int, int]]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def unusable(self, mask: MaskFile, block: Block, grid: Grid) -> NDArray[np.bool_]:
        """Which cells (y, x) of ``block`` of ``grid`` are unusable; those that the mask does not reach are."""
        key = (mask, mask.path.stat().st_mtime_ns, block, grid)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is None:
            lost = _read_mask(mask, block, grid)
            self._keep(key, np.packbits(lost), lost.shape)
            return lost
        bits, (height, width) = found
        return np.unpackbits(bits, count=height * width).reshape(height, width).astype(bool)

    def _keep(self, key: Any, bits: NDArray[np.uint8], shape: tuple[int, int]) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (bits, shape)
            self._bytes += bits.nbytes
            while self._bytes > _KEPT_BYTES:
                _, (dropped, _) = self._kept.popitem(last=False)
                self._bytes -= dropped.nbytes


_masks = _Masks()


def _read_mask(mask: MaskFile, block: Block, grid: Grid) -> NDArray[np.bool_]:
    with opened(mask.path) as image:
        own = Grid.of_dataset(image)
        if own.matches(grid):
            return mask.unusable(image.read(1, window=block.window()))

        def lost(part: Block) -> NDArray[np.bool_]:
            return mask.unusable(image.read(1, window=part.window()))

        return nearest(lost, own, grid, block, fill=True)
