# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each year's map says of a cell: its probabilities, or its class and how often that class is right."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classes import Nomenclature
from terracite.landcover.classmap import ClassMap
from terracite.landcover.judging.under import count_cells
from terracite.landcover.mapping.matrices import Counts, read_matrix
from terracite.raster.grid import Block
from terracite.raster.read import opened

NO_SHARE = 255
LEAST = 0.005  #: of a class that the votes or the matrix leave out: a zero would be certain for ever
_HALF = 0.5  #: points, shared out over a row or column of a matrix: what was not seen is rare, not impossible


@dataclass(frozen=True, slots=True)
class Year:
    """One map of the series."""

    year: int
    map: ClassMap
    shares: Path | None  #: probabilities.tif, one band a class; None = `table` says what its class is worth
    table: NDArray[np.float32] | None  #: (256, classes): likelihood of a code on the map, given each class
    prior: NDArray[np.float64] | None = None  #: (classes,): how much of each there is, where `table` is used

    def evidence(self, block: Block, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(cells, classes): likelihoods up to a factor; 1 where the map says nothing."""
        if self.shares is None:
            assert self.table is not None
            return np.asarray(self.table[codes.ravel()])
        with opened(self.shares) as image:
            percents = image.read(window=block.window()).reshape(image.count, -1)
        found = np.maximum(percents.T.astype(np.float32) / np.float32(100), np.float32(LEAST))
        silent = (codes.ravel() == 0) | (percents[0] == NO_SHARE)
        return np.where(silent[:, None], np.float32(1), found)


def likelihoods(found: ClassMap, matrix: Path, known: Nomenclature) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """From a confusion matrix: how likely each code of the map is, given each class, and the share of each class.

    The first is (256, classes); the second, (classes,), is what a cell is before the map is looked at: without it, the
    few cells of a rare class would count as many.

    Of points drawn at random or by class of the map, a row tells what the class of the map is; with the cells of each
    class it becomes what the map makes of a true class (Bayes). The matrices of model scores tell the latter at once:
    their samples were taken class by class.
    """
    counts = _table(read_matrix(matrix), known) + _HALF / len(known)
    cells = np.maximum(count_cells(found)[list(known.codes)], 1)
    if _is_model_score(matrix):
        shares, there = counts / counts.sum(axis=0), cells / cells.sum()
    else:
        joint = cells[:, None] * counts / counts.sum(axis=1, keepdims=True)
        shares, there = joint / joint.sum(axis=0), joint.sum(axis=0) / joint.sum()
    table = np.ones((256, len(known)), np.float32)
    table[list(known.codes)] = np.maximum(shares, 1e-6)
    return table, there


def _table(counts: Counts, known: Nomenclature) -> NDArray[np.float64]:
    rank = {code: position for position, code in enumerate(known.codes)}
    table = np.zeros((len(known), len(known)))
    for (mapped, true), count in counts.items():
        if mapped in rank and true in rank:
            table[rank[mapped], rank[true]] += count
    return table


def _is_model_score(path: Path) -> bool:
    """Whether the file says where its counts are from, and none are of a probability sample."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        sources = {row.get("source") for row in csv.DictReader(file)}
    return sources.isdisjoint({"sample", None})


@dataclass(frozen=True, slots=True)
class Told:
    """What all years say of the cells of a block, each kind of cell once."""

    evidence: NDArray[np.float32]  #: (kinds, years, classes)
    kinds: NDArray[np.int64]  #: (cells,), which each cell is
    codes: NDArray[np.uint8]  #: (years, cells), of the maps themselves; 0 = not mapped


def tell(years: Sequence[Year], block: Block) -> Told:
    """Read a block of every year. Where all years are classes, cells of the same classes are one kind."""
    codes = np.stack([one.map.read(block) for one in years])
    flat = codes.reshape(len(years), -1)
    if all(one.shares is None for one in years):
        rows = np.ascontiguousarray(flat.T)
        packed = rows.view(np.dtype((np.void, len(years)))).ravel()
        _, first, kinds = np.unique(packed, return_index=True, return_inverse=True)
        tables = [one.table for one in years if one.table is not None]
        evidence = np.stack([table[rows[first, t]] for t, table in enumerate(tables)], axis=1)
        return Told(evidence, kinds.ravel().astype(np.int64), flat)
    evidence = np.stack([one.evidence(block, codes[t]) for t, one in enumerate(years)], axis=1)
    return Told(evidence, np.arange(flat.shape[1]), flat)
