# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawing the points of a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.sampling.clusters import drawn_clusters
from terracite.landcover.sampling.drawing import Drawn, draw, lattice
from terracite.landcover.sampling.frame import CODES, Frame
from terracite.landcover.sampling.planning import Plan

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Cells of a map that were drawn, in random order: the order tells nothing of strata."""

    rows: Counts
    cols: Counts
    strata: Counts  #: position of the stratum in the plan
    codes: Counts  #: what the map says
    inclusion: NDArray[np.float64]  #: probability of each cell, 0-1
    clusters: Counts | None = None

    def __len__(self) -> int:
        return self.rows.size

    def xy(self, plan: Plan) -> NDArray[np.float64]:
        """(points, 2) centres of the cells, in the reference system of the map."""
        a, b, c, d, e, f = plan.frame.map.grid.transform
        cols, rows = self.cols + 0.5, self.rows + 0.5
        return np.column_stack([a * cols + b * rows + c, d * cols + e * rows + f])


def drawn(plan: Plan) -> Sample:
    """The points of a plan; the same seed gives the same points, in blocks of any size."""
    by_method = {"systematic": _systematic, "two-stage": _two_stage}
    found = by_method.get(plan.wanted.method, _stratified)(plan)
    order = np.random.default_rng([plan.wanted.seed, 1]).permutation(len(found))
    clusters = None if found.clusters is None else found.clusters[order]
    return Sample(
        found.rows[order], found.cols[order], found.strata[order], found.codes[order], found.inclusion[order], clusters
    )


def _stratified(plan: Plan) -> Sample:
    parts = [
        draw(plan.counted.rows(stratum.kinds), plan.counted.row_areas_m2, stratum.points, _rng(plan, number))
        for number, stratum in enumerate(plan.strata)
    ]
    labels = np.repeat(np.arange(len(parts)), [part.rows.size for part in parts])
    rows, cols, inclusion = _found(plan.frame, parts, labels, [stratum.kinds for stratum in plan.strata])
    return Sample(rows, cols, labels, plan.frame.read_at(rows, cols) % CODES, inclusion)


def _systematic(plan: Plan) -> Sample:
    grid = plan.frame.map.grid
    areas = plan.counted.row_areas_m2
    # the side of a cell where a map in degrees has its middle; on other maps, all cells are alike
    side = float(np.sqrt(areas[grid.height // 2]))
    rows, cols = lattice(areas, grid.width, side, plan.spacing_m, _rng(plan, 0))
    kinds = plan.frame.read_at(rows, cols)
    kept = np.isin(kinds, plan.strata[0].kinds)
    rows, cols, kinds = rows[kept], cols[kept], kinds[kept]
    zeros = np.zeros(rows.size, np.int64)
    return Sample(rows, cols, zeros, kinds % CODES, areas[rows] / plan.spacing_m**2)


def _two_stage(plan: Plan) -> Sample:
    wanted = plan.wanted
    frame, shares = drawn_clusters(plan.frame, plan.cluster_cells, plan.clusters, wanted.per_cluster, _rng(plan, 0))
    counted = frame.count()
    kinds = [np.array([number * CODES]) for number in range(shares.size)]
    parts = [
        draw(counted.rows(own), counted.row_areas_m2, wanted.per_cluster, _rng(plan, 1 + number))
        for number, own in enumerate(kinds)
    ]
    clusters = np.repeat(np.arange(len(parts)), [part.rows.size for part in parts])
    rows, cols, inclusion = _found(frame, parts, clusters, kinds)
    codes = plan.frame.read_at(rows, cols) % CODES
    return Sample(rows, cols, np.zeros(rows.size, np.int64), codes, inclusion * shares[clusters], clusters + 1)


def _found(
    frame: Frame, parts: list[Drawn], labels: Counts, kinds: list[Counts]
) -> tuple[Counts, Counts, NDArray[np.float64]]:
    rows, places = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "places"))
    return rows, frame.find(labels, kinds, rows, places), np.concatenate([part.inclusion for part in parts])


def _rng(plan: Plan, number: int) -> np.random.Generator:
    return np.random.default_rng([plan.wanted.seed, 0, number])
