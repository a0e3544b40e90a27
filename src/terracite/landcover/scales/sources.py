# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the cells of a map count for: their class, or the probabilities of all classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, RasterError
from terracite.landcover.classmap import PROBABILITIES, ClassMap, named
from terracite.raster.grid import Block, Grid
from terracite.raster.read import opened
from terracite.record.model import MapClass

_NO_SHARE = 255
_NONE: NDArray[np.float32] = np.zeros((0, 0, 0), np.float32)


@dataclass(frozen=True, slots=True)
class Source:
    """A map whose cells are counted; the band after those of the classes is "not mapped"."""

    map: ClassMap
    classes: tuple[MapClass, ...]
    probabilities: Path | None  #: None = each cell counts for its class
    table: NDArray[np.int16] = field(repr=False)  #: code -> band
    areas_m2: NDArray[np.float64] = field(repr=False)  #: (rows,), of one cell

    @property
    def grid(self) -> Grid:
        return self.map.grid

    @property
    def bands(self) -> int:
        return len(self.classes) + 1

    def read(self, block: Block) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
        """(band of each cell, (y, x); shares (band, y, x) of the cells whose band is -1)."""
        places = np.asarray(self.table[self.map.read(block)], np.int16)
        if self.probabilities is None:
            return places, _NONE
        with opened(self.probabilities) as image:
            percents = image.read(window=block.window())
        known = (percents[0] != _NO_SHARE) & (percents.sum(axis=0, dtype=np.int32) > 0)
        shares = np.zeros((self.bands, *block.shape), np.float32)
        np.divide(percents, percents.sum(axis=0, dtype=np.float32), out=shares[:-1], where=known)
        return np.where(known, -1, places).astype(np.int16), shares

    def totals_m2(self, size: int = 1024) -> NDArray[np.float64]:
        """The area of each class and of what is not mapped, counted cell by cell, (band,)."""
        total = np.zeros(self.bands)
        for block in self.grid.blocks(size):
            places, shares = self.read(block)
            total += sums(places, shares, self.areas_m2[block.row : block.row + block.height], self.bands)
        return total


def sums(
    places: NDArray[np.int16], shares: NDArray[np.float32], weights: NDArray[np.float64], bands: int
) -> NDArray[np.float64]:
    """What the cells of a block add up to, (band,); ``weights``: (rows,), what one cell counts.

    Cells are counted, row by row, before anything is multiplied.
    """
    sure = places >= 0
    at = (places + bands * np.arange(len(weights))[:, None])[sure]
    found = weights @ np.bincount(at, minlength=bands * len(weights)).reshape(-1, bands)
    if shares.size:
        found += np.where(sure, 0.0, shares * weights[:, None]).sum(axis=(1, 2), dtype=np.float64)
    return np.asarray(found, np.float64)


def source_of(found: ClassMap, from_probabilities: bool = False) -> Source:
    """The map as something to count.

    Raises `ProblemsError` for codes without a class, and for probabilities that are asked for and not there;
    `RasterError` where cells have no area that can be told.
    """
    classes = found.nomenclature.classes or _met(found)
    table = np.full(256, -2, np.int16)
    table[0] = len(classes)
    table[[one.code for one in classes]] = np.arange(len(classes))
    _check_codes(found, table)
    probabilities = _probabilities(found, len(classes)) if from_probabilities else None
    return Source(found, classes, probabilities, table, found.grid.row_areas_m2())


def _met(found: ClassMap) -> tuple[MapClass, ...]:
    """The classes of a map that tells of none: its codes."""
    codes = sorted({int(code) for _, codes in found.blocks(1024) for code in np.unique(codes)} - {0})
    if not codes:
        raise RasterError(f"'{found.name}' maps nothing.", hint="Give a raster of codes from 1 to 255.")
    return tuple(named(code, {}, rank) for rank, code in enumerate(codes))


def _check_codes(found: ClassMap, table: NDArray[np.int16]) -> None:
    counts = np.zeros(256, np.int64)
    for _, codes in found.blocks(1024):
        counts += np.bincount(codes.ravel(), minlength=256)
    cure = "Give all classes with --nomenclature CSV."
    problems = [
        Problem(f"code {code}", f"is on {counts[code]} cells and is no class of the map.", cure)
        for code in np.flatnonzero((counts > 0) & (table == -2))
    ]
    if problems:
        raise ProblemsError(f"'{found.name}' has codes that its nomenclature does not know.", problems)


def _probabilities(found: ClassMap, classes: int) -> Path:
    path = found.beside(PROBABILITIES)
    what = f"'{found.name}' has no probabilities.tif."
    if path is not None:
        with opened(path) as image:
            bands = image.count
        if bands == classes:
            return path
        what = f"The probabilities of '{found.name}' have {bands} bands for {classes} classes."
    cure = "Make the map with probabilities = true in [output], or leave --from-probabilities out."
    raise ProblemsError("Shares cannot be counted from probabilities.", [Problem("probabilities", what, cure)])
