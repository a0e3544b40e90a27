# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawing cells so that every hectare is as likely as every other, on grids in metres and in degrees.

What is drawn depends on the seed and the counts of cells by row, never on how the map is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Cells of one stratum: of row ``rows``, the ``places``-th cell (from 0) of the stratum."""

    rows: Counts
    places: Counts
    inclusion: Floats  #: probability with which each cell was to be drawn


def draw(cells: Counts, areas: Floats, points: int, rng: np.random.Generator) -> Drawn:
    """``points`` different cells of a stratum, each with a probability in proportion to its area.

    ``cells``: (rows,) how many each row has; ``areas``: (rows,) area of one of them. Where cells are of one area this
    is a simple random sample. Else each row gets its share by area, rounded at random so that its expectation is
    exact (systematic rounding of rows in random order), and a simple random sample of its cells: probabilities are
    points x area / total exactly, but for rows whose cells are all certain.
    """
    total = int(cells.sum())
    points = min(points, total)
    used = cells > 0
    if points == total or np.ptp(areas[used]) <= 1e-9 * areas[used].max():
        found = np.sort(rng.choice(total, points, replace=False))
        ends = np.cumsum(cells)
        rows = np.searchsorted(ends, found, side="right")
        return Drawn(rows, found - (ends - cells)[rows], np.full(points, points / total))
    shares = _shares(cells, areas, points)
    each = _rounded(shares, rng)
    rows = np.repeat(np.arange(cells.size), each)
    places = [np.sort(rng.choice(cells[row], each[row], replace=False)) for row in np.flatnonzero(each)]
    return Drawn(rows, np.concatenate(places), (shares / np.maximum(cells, 1))[rows])


def _shares(cells: Counts, areas: Floats, points: int) -> Floats:
    """(rows,) points that each row gets on average: by area, and never more than it has cells."""
    shares, full = np.zeros(cells.size), np.zeros(cells.size, bool)
    while True:
        weights = np.where(full, 0.0, cells * areas)
        left = points - int(cells[full].sum())
        shares = np.where(full, cells, weights / max(weights.sum(), np.finfo(float).tiny) * left)
        over = ~full & (shares > cells)
        if not over.any():
            return shares
        full |= over


def _rounded(shares: Floats, rng: np.random.Generator) -> Counts:
    """Whole numbers next to ``shares`` whose sum is that of these, and whose expectations are these."""
    order = rng.permutation(np.flatnonzero(shares > 0))
    ends = np.cumsum(shares[order])
    ends *= round(ends[-1]) / ends[-1]  # the sum is whole but for rounding
    steps = np.floor(ends + rng.random() + 1e-12).astype(np.int64)
    result = np.zeros(shares.size, np.int64)
    result[order] = np.diff(steps, prepend=0)
    return result


def draw_groups(areas: Floats, groups: int, rng: np.random.Generator) -> tuple[Counts, Floats]:
    """``groups`` different groups of cells, in proportion to their areas, and the probability of each.

    Systematic selection along a random order (Madow 1949). Groups so large that they are certain are taken.
    """
    ones = np.ones(areas.size, np.int64)
    shares = _shares(ones, areas, min(groups, areas.size))
    return np.flatnonzero(_rounded(shares, rng)), shares


def lattice(
    row_areas: Floats, width: int, cell_width_m: float, spacing_m: float, rng: np.random.Generator
) -> tuple[Counts, Counts]:
    """The (rows, columns) of cells at a regular spacing from a random start, over a whole grid.

    Rows follow the area above them, so that a cell's probability is its area over ``spacing_m`` squared on any grid
    (in degrees, this is a square lattice in the equal-area cylindrical projection).
    """
    step_cols = max(spacing_m / cell_width_m, 1.0)
    step_area = spacing_m**2 / step_cols
    ends = np.cumsum(row_areas)
    down = np.arange(rng.random() * step_area, ends[-1], step_area)
    across = np.arange(rng.random() * step_cols, width, step_cols)
    rows = np.searchsorted(ends, down, side="right")
    grid_rows, grid_cols = np.meshgrid(rows, across.astype(np.int64), indexing="ij")
    return grid_rows.ravel(), grid_cols.ravel()
