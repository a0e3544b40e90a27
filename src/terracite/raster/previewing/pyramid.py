# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the finest tiles to the coarser ones, row by row, in little memory; what is counted on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.raster.previewing.mercator import TILE, lonlat
from terracite.raster.previewing.pack import Mask, PackWriter, Values

HALF = TILE // 2
_SAMPLED = 1_000_000  #: values that percentiles are worked out from, about
_MOST_CODES = 20_000

Shrink = Callable[[Values, Mask], tuple[Values, Mask]]


@dataclass
class Counted:
    """What is known of the values of the finest tiles; cells of classes weigh what they cover on the ground."""

    step: int = 8  #: one in so many cells is sampled, each way
    sample: list[NDArray[Any]] = field(default_factory=list)
    weights: dict[int, float] = field(default_factory=dict)
    least: float = math.inf
    most: float = -math.inf

    @classmethod
    def for_tiles(cls, count: int) -> Counted:
        """Samples about a million cells of that many tiles."""
        return cls(step=max(1, min(64, math.isqrt(max(1, count * TILE * TILE // _SAMPLED)))))

    def add(self, values: Values, mask: Mask, weight: float, *, codes: bool) -> None:
        """Take the first band of one tile into account; ``codes``: count each value."""
        valid = values[0][mask]
        if not valid.size:
            return
        self.least, self.most = min(self.least, float(valid.min())), max(self.most, float(valid.max()))
        if codes and len(self.weights) < _MOST_CODES:
            found, counts = np.unique(valid, return_counts=True)
            for code, count in zip(found.tolist(), counts.tolist(), strict=True):
                self.weights[int(code)] = self.weights.get(int(code), 0.0) + count * weight
        thin = (slice(None, None, self.step),) * 2
        self.sample.append(values[0][thin][mask[thin]])

    def percentiles(self, low: float = 2, high: float = 98) -> tuple[float, float]:
        """The values that ``low`` and ``high`` per cent of the sampled cells lie under."""
        taken = np.concatenate(self.sample) if self.sample else np.empty(0)
        if not taken.size:
            return self.least, self.most
        first, last = np.percentile(taken, [low, high]).tolist()
        return (first, last) if last > first else (self.least, self.most)


class Pyramid:
    """Tiles of one plane: give the finest ones row after row, and the coarser ones are written too."""

    def __init__(
        self, writer: PackWriter, plane: int, zooms: tuple[int, int], shrink: Shrink, counted: Counted | None = None
    ) -> None:
        self._writer, self._plane, self._shrink, self._counted = writer, plane, shrink, counted
        self._coarsest, self._finest = zooms
        self._growing: dict[int, dict[tuple[int, int], tuple[Values, Mask]]] = {zoom: {} for zoom in range(zooms[1])}

    def put(self, x: int, y: int, values: Values, mask: Mask, *, weigh_ground: bool = True) -> None:
        """One of the finest tiles, (band, 256, 256)."""
        if not mask.any():
            return
        if self._counted is not None:
            weight = _ground(self._finest, y) if weigh_ground else 1.0
            self._counted.add(values, mask, weight, codes=self._shrink is majority)
        self._write(self._finest, x, y, values, mask)

    def row_done(self, y: int) -> None:
        """No more tile of that row will come."""
        self._done(self._finest, y)

    def end(self) -> None:
        """No more tile will come."""
        for zoom in range(self._finest - 1, self._coarsest - 1, -1):
            for place in list(self._growing[zoom]):
                self._write(zoom, *place, *self._growing[zoom].pop(place))

    def _done(self, zoom: int, y: int) -> None:
        above = zoom - 1
        if above < max(1, self._coarsest) or y % 2 == 0:  # zoom 0 joins both sides of the antimeridian
            return
        for x, row in [place for place in self._growing[above] if place[1] <= y // 2]:
            self._write(above, x, row, *self._growing[above].pop((x, row)))
        self._done(above, y // 2)

    def _write(self, zoom: int, x: int, y: int, values: Values, mask: Mask) -> None:
        self._writer.add(self._plane, zoom, x, y, values, mask)
        if zoom <= self._coarsest:
            return
        growing = self._growing[zoom - 1]
        place = (x // 2, y // 2)
        if place not in growing:
            growing[place] = np.zeros_like(values), np.zeros((TILE, TILE), np.bool_)
        whole, known = growing[place]
        quarter = slice(y % 2 * HALF, y % 2 * HALF + HALF), slice(x % 2 * HALF, x % 2 * HALF + HALF)
        whole[:, *quarter], known[quarter] = self._shrink(values, mask)


def mean(values: Values, mask: Mask) -> tuple[Values, Mask]:
    """Half as many cells each way: the mean of those of the four that have data."""
    counts = _quads(mask[None]).sum(0, dtype=np.uint8)[0]
    wide = np.where(mask, values, 0).astype(np.float32 if values.dtype.itemsize < 4 else np.float64)
    sums = _quads(wide).sum(0)
    means = sums / np.maximum(counts, 1)
    if values.dtype.kind in "iu":
        means = np.rint(means)
    return means.astype(values.dtype), counts > 0


def majority(values: Values, mask: Mask) -> tuple[Values, Mask]:
    """Half as many cells each way: the code that most of the four have, the first of equals."""
    codes, valid = _quads(values), np.broadcast_to(_quads(mask[None]), (4, *_quads(values).shape[1:]))
    first = codes[3]
    for place in (2, 1, 0):
        first = np.where(valid[place], codes[place], first)
    a, b, c, d = (np.where(valid[place], codes[place], first) for place in range(4))
    found = np.where((b == c) | (b == d), b, np.where(c == d, c, a))
    known = np.asarray(valid[:, 0].any(0))
    return np.where((a == b) | (a == c) | (a == d), a, found), known


def _quads(values: NDArray[Any]) -> NDArray[Any]:
    """The four cells of each square, (4, band, y / 2, x / 2)."""
    return np.stack([values[:, row::2, column::2] for row in (0, 1) for column in (0, 1)])


def _ground(zoom: int, y: int) -> float:
    """What a cell of that row of tiles covers on the ground, relative to one at the equator."""
    _, lat = lonlat(0, y + 0.5, zoom)
    return math.cos(math.radians(lat)) ** 2
