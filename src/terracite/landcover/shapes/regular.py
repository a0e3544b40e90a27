# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of a map, regularised while they are read: memory is that of a strip, and the cells do not depend on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classmap import ClassMap
from terracite.landcover.shapes.majority import majority
from terracite.landcover.shapes.options import Regular
from terracite.landcover.shapes.sieve import sieved
from terracite.raster.grid import Block

ROWS = 256  #: of a strip
_CELLS = 2**19  #: of a strip, at most

Strip = tuple[int, NDArray[np.uint8]]  #: first row, codes (rows, x)


@dataclass(frozen=True, slots=True)
class Effects:
    """What regularising changed."""

    cells: NDArray[np.int64]  #: (256, 256): cells by class before (row) and after (column)

    @property
    def mapped(self) -> int:
        """Cells that have a class."""
        return int(self.cells[1:].sum())

    @property
    def changed_share(self) -> float:
        """Of the mapped cells, the share whose class is another one."""
        return 1 - float(np.trace(self.cells[1:, 1:])) / max(self.mapped, 1)

    def by_class(self) -> Iterator[tuple[int, int, int, int, int]]:
        """(code, cells before, after, lost to others, won from others) of each class there is."""
        before, after, same = self.cells.sum(axis=1), self.cells.sum(axis=0), np.diagonal(self.cells)
        for code in np.flatnonzero(before + after):
            if code:
                was, now, kept = int(before[code]), int(after[code]), int(same[code])
                yield int(code), was, now, was - kept, now - kept


def rows_at_once(width: int) -> int:
    """Rows of a strip: 256, or fewer of a wide map."""
    return max(16, min(ROWS, _CELLS // max(width, 1)))


def regular_strips(
    known: ClassMap, how: Regular, rows: int = 0, effects: Effects | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, NDArray[np.uint8], NDArray[np.uint8]]]:  # fmt: skip
    """(first row, codes before, codes after) of strips of ``rows`` rows, from the top down; ``effects`` is added to."""
    height = known.grid.height
    rows = rows or rows_at_once(known.grid.width)
    strips = _strips(known, rows)
    if how.majority:
        strips = _filtered(known, rows, how)
    if how.minimum > 1:
        strips = _even(sieved(strips, height, how.minimum, how.kept, how.corners), rows)
    top = 0
    for after in strips:
        before = after if how.does_nothing else known.read(Block(top, 0, len(after), known.grid.width))
        if effects is not None:
            pairs = before.ravel().astype(np.uint16) * 256 + after.ravel()
            effects.cells[:] += np.bincount(pairs, minlength=65536).reshape(256, 256)
        yield top, before, after
        top += len(after)
        if progress is not None:
            progress(top, height)


def _strips(known: ClassMap, rows: int) -> Iterator[NDArray[np.uint8]]:
    grid = known.grid
    for top in range(0, grid.height, rows):
        yield known.read(Block(top, 0, min(rows, grid.height - top), grid.width))


def _filtered(known: ClassMap, rows: int, how: Regular) -> Iterator[NDArray[np.uint8]]:
    grid, reach, keep = known.grid, how.majority // 2, how.kept
    votes = np.zeros(256, np.int64)
    for top in range(0, grid.height, rows):
        height = min(rows, grid.height - top)
        first, last = max(top - reach, 0), min(top + height + reach, grid.height)
        found = np.empty((height, grid.width), np.uint8)
        majority(known.read(Block(first, 0, last - first, grid.width)), top - first, how.majority, keep, found, votes)
        yield found


def _even(strips: Iterable[NDArray[np.uint8]], rows: int) -> Iterator[NDArray[np.uint8]]:
    """The same rows in strips of ``rows`` rows, but for the last one."""
    waiting: list[NDArray[np.uint8]] = []
    for strip in strips:
        waiting.append(strip)
        if sum(map(len, waiting)) >= rows:
            whole = np.concatenate(waiting)
            for top in range(0, len(whole) - rows + 1, rows):
                yield whole[top : top + rows]
            waiting = [whole[len(whole) - len(whole) % rows :]]
    if rest := [strip for strip in waiting if len(strip)]:
        yield np.concatenate(rest)
