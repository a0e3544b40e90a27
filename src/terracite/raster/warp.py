# SPDX-License-Identifier: AGPL-3.0-or-later
"""Images brought onto another grid, block by block, with cells that have no value kept apart from those that have.

Where each cell of the target lies in the image is worked out exactly, cell by cell, from the whole grid: a cell gets
the same number whatever block it is read with. Numbers are interpolated between the four cells around (bilinear), or
averaged where the image is at least twice as fine; a cell is missing where the cell of the image that it lies in is,
or where more than half of those it is averaged from are. Masks and classes take the nearest cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terracite.raster.grid import Block, Grid, same_crs, transformer

_FINER = 1.999  #: an image whose cells are this many times smaller is averaged
_MOST_CELLS = 2**23  #: of the image, held at once
_DIGITS = 6  #: of a position, in cells: what lies between is rounding
_lock = Lock()

Reader = Callable[[Block], NDArray[Any]]  #: the values (..., y, x) of a block of the image's own grid


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """Where the cells of a block lie in an image; whole numbers are the centres of its cells."""

    block: Block  #: of the image: what has to be read
    rows: NDArray[np.float64]  #: (y, x), counted from the first row of the image
    cols: NDArray[np.float64]  #: (y, x), counted from its first column
    size: tuple[float, float]  #: of a cell of the target, (height, width) in cells of the image

    @property
    def is_finer(self) -> bool:
        """Whether the image is so much finer that its cells are averaged."""
        return min(self.size) >= _FINER


def look(own: Grid, target: Grid, block: Block) -> View | None:
    """Where the cells of ``block`` of ``target`` lie in an image on ``own``; None when it reaches none of them."""
    with _lock:  # threads that read the images of one layer all want the same view
        return _look(own, target, block)


def warped(read: Reader, own: Grid, target: Grid, block: Block) -> NDArray[np.float32]:
    """Numbers (..., y, x) of ``block`` of ``target``, from an image on ``own`` that ``read`` reads; NaN = missing.

    The leading dimensions are those of what ``read`` gives, float32 with NaN for what is missing. Memory does not
    grow with how much finer the image is. A block that the image does not reach is NaN, without leading dimensions.
    """
    view = look(own, target, block)
    if view is None:
        return np.full(block.shape, np.nan, np.float32)
    if view.block.height * view.block.width > _MOST_CELLS and block.height > 1:
        upper, lower = _halves(block)
        parts = [warped(read, own, target, part) for part in (upper, lower)]
        leading = max((part.shape[:-2] for part in parts), key=len)
        return np.concatenate([np.broadcast_to(part, (*leading, *part.shape[-2:])) for part in parts], axis=-2)
    values = np.asarray(read(view.block), np.float32)
    flat = np.ascontiguousarray(values.reshape(-1, *values.shape[-2:]))
    result = np.empty((len(flat), *block.shape), np.float32)
    for source, found in zip(flat, result, strict=True):
        if view.is_finer:
            _mean(source, view.block.row, view.block.col, view.rows, view.cols, *view.size, found)
        else:
            _bilinear(source, view.block.row, view.block.col, view.rows, view.cols, found)
    return result.reshape(*values.shape[:-2], *block.shape)


def nearest(read: Reader, own: Grid, target: Grid, block: Block, fill: int | float) -> NDArray[Any]:
    """Classes or masks (y, x) of ``block`` of ``target``: those of the nearest cells; ``fill`` outside the image."""
    view = look(own, target, block)
    if view is None:
        return np.full(block.shape, fill)
    values = read(view.block)
    with np.errstate(invalid="ignore"):
        rows, cols = np.floor(view.rows + 0.5) - view.block.row, np.floor(view.cols + 0.5) - view.block.col
        inside = (rows >= 0) & (rows < values.shape[0]) & (cols >= 0) & (cols < values.shape[1])
    result = np.full(block.shape, fill, values.dtype)
    result[inside] = values[rows[inside].astype(np.int64), cols[inside].astype(np.int64)]
    return result


def depth_m(own: Grid, target: Grid, block: Block) -> NDArray[np.float64]:
    """How far inside ``own`` the cells of ``block`` of ``target`` lie: metres to its nearest edge; negative outside."""
    rows, cols = _positions(own, target, block)
    edges = np.minimum(np.minimum(rows + 0.5, own.height - 0.5 - rows), np.minimum(cols + 0.5, own.width - 0.5 - cols))
    return np.nan_to_num(edges, nan=-1.0, posinf=-1.0, neginf=-1.0) * own.cell_size_m


@lru_cache(maxsize=8)
def _look(own: Grid, target: Grid, block: Block) -> View | None:
    rows, cols = _positions(own, target, block)
    size = _size(own, target)
    around = math.ceil(max(size) / 2) + 1
    with np.errstate(invalid="ignore"):
        near = (rows > -around) & (rows < own.height + around) & (cols > -around) & (cols < own.width + around)
    if not near.any():
        return None
    top, bottom = _span(rows[near], around, own.height)
    left, right = _span(cols[near], around, own.width)
    if top >= bottom or left >= right:
        return None
    return View(Block(top, left, bottom - top, right - left), rows, cols, size)


def _span(positions: NDArray[np.float64], around: int, most: int) -> tuple[int, int]:
    first, last = math.floor(positions.min()) - around, math.ceil(positions.max()) + around + 1
    return max(first, 0), min(last, most)


def _positions(own: Grid, target: Grid, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Row and column of the centres of the cells, (y, x), in cells of ``own`` whose centres are whole numbers."""
    across = np.arange(block.col, block.col + block.width, dtype=np.float64) + 0.5
    down = np.arange(block.row, block.row + block.height, dtype=np.float64) + 0.5
    a, b, c, d, e, f = target.transform
    col, row = np.meshgrid(across, down)
    xs, ys = a * col + b * row + c, d * col + e * row + f
    if not same_crs(own.crs, target.crs):
        xs, ys = transformer(target.crs, own.crs).transform(xs, ys)
    a, b, c, d, e, f = own.transform
    determinant = a * e - b * d
    with np.errstate(invalid="ignore"):
        cols = (e * (xs - c) - b * (ys - f)) / determinant - 0.5
        rows = (a * (ys - f) - d * (xs - c)) / determinant - 0.5
        return np.round(rows, _DIGITS), np.round(cols, _DIGITS)


def _size(own: Grid, target: Grid) -> tuple[float, float]:
    """Height and width of a cell of the target in cells of the image, the same for every block of one grid."""
    if same_crs(own.crs, target.crs):
        height = math.hypot(target.transform[1], target.transform[4]) / math.hypot(own.transform[1], own.transform[4])
        width = math.hypot(target.transform[0], target.transform[3]) / math.hypot(own.transform[0], own.transform[3])
        return round(height, _DIGITS), round(width, _DIGITS)
    ratio = round(target.cell_size_m / own.cell_size_m, 3)
    return ratio, ratio


def _halves(block: Block) -> tuple[Block, Block]:
    upper = block.height // 2
    return (
        Block(block.row, block.col, upper, block.width),
        Block(block.row + upper, block.col, block.height - upper, block.width),
    )


@njit(cache=True, nogil=True)
def _bilinear(values, first_row, first_col, rows, cols, found):  # type: ignore[no-untyped-def] # pragma: no cover
    """Between the four cells around that have a value; missing where the nearest one is."""
    last_row, last_col = first_row + values.shape[0], first_col + values.shape[1]
    for y in range(found.shape[0]):
        for x in range(found.shape[1]):
            row, col = rows[y, x], cols[y, x]
            found[y, x] = np.nan
            if not (first_row - 0.5 <= row < last_row - 0.5 and first_col - 0.5 <= col < last_col - 0.5):
                continue
            if np.isnan(values[int(np.floor(row + 0.5)) - first_row, int(np.floor(col + 0.5)) - first_col]):
                continue
            top, left = int(np.floor(row)), int(np.floor(col))
            total, weights = 0.0, 0.0
            for i in range(max(top, first_row), min(top + 2, last_row)):
                for j in range(max(left, first_col), min(left + 2, last_col)):
                    weight = (1 - abs(row - i)) * (1 - abs(col - j))
                    value = values[i - first_row, j - first_col]
                    if weight > 0 and value == value:
                        total += weight * value
                        weights += weight
            found[y, x] = total / weights


@njit(cache=True, nogil=True)
def _mean(values, first_row, first_col, rows, cols, tall, wide, found):  # type: ignore[no-untyped-def] # pragma: no cover
    """Of the cells whose centres lie in the cell of the target; missing where more than half of them are."""
    last_row, last_col = first_row + values.shape[0], first_col + values.shape[1]
    for y in range(found.shape[0]):
        for x in range(found.shape[1]):
            row, col = rows[y, x], cols[y, x]
            found[y, x] = np.nan
            if not (first_row - tall < row < last_row + tall and first_col - wide < col < last_col + wide):
                continue
            top, bottom = int(np.ceil(row - tall / 2)), int(np.ceil(row + tall / 2))
            left, right = int(np.ceil(col - wide / 2)), int(np.ceil(col + wide / 2))
            total, count = 0.0, 0
            for i in range(max(top, first_row), min(bottom, last_row)):
                for j in range(max(left, first_col), min(right, last_col)):
                    value = values[i - first_row, j - first_col]
                    if value == value:
                        total += value
                        count += 1
            if count > 0 and 2 * count >= (bottom - top) * (right - left):
                found[y, x] = total / count
