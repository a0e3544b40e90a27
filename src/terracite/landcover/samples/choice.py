# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many of the cells are learnt from, drawn at random, and how much those of each class count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.classes import Nomenclature
from terracite.landcover.recipe import SamplesPart, nearest
from terracite.landcover.samples.cells import Cells


def caps_of(part: SamplesPart, classes: Nomenclature, problems: list[Problem]) -> dict[int, int]:
    """The limit of each class position that ``caps`` names by code or by name; unknown ones go to ``problems``."""
    found = {}
    for name, limit in part.caps.items():
        position = classes.position(name)
        if position is None:
            what = f"there is no class '{name}' in the nomenclature."
            problems.append(Problem("samples.caps", what, nearest(name, classes.names)))
        else:
            found[position] = limit
    return found


def choose(cells: Cells, part: SamplesPart, caps: Mapping[int, int]) -> Cells:
    """At most ``per_polygon`` cells of each polygon, then ``per_class`` of each class in each region, at random."""
    kept = limited(cells, cells.groups, part.per_polygon, part.seed) if part.per_polygon else cells
    return thin(kept, part.per_class, part.seed, caps)


def thin(cells: Cells, per_class: int, seed: int, caps: Mapping[int, int] | None = None) -> Cells:
    """At most ``per_class`` cells of each class in each region, drawn at random; ``caps``: other limits of some."""
    rng, limits = np.random.default_rng(seed), caps or {}
    kept = [
        np.sort(rng.permutation(members)[: limits.get(int(label), per_class)])
        for stratum in np.unique(cells.strata)
        for label in np.unique(cells.labels)
        for members in [np.flatnonzero((cells.labels == label) & (cells.strata == stratum))]
    ]
    return cells.take(np.concatenate(kept)) if kept else cells


def limited(cells: Cells, keys: NDArray[np.int64], limit: int, seed: int) -> Cells:
    """At most ``limit`` cells of each key, drawn at random, in the order that they were."""
    order = np.random.default_rng([seed, limit]).permutation(len(cells))
    own = keys[order]
    by_key = np.argsort(own, kind="stable")
    ordered = own[by_key]
    first = np.searchsorted(ordered, ordered)  # where each key begins
    return cells.take(np.sort(order[by_key[np.arange(len(cells)) - first < limit]]))


def weights_of(labels: NDArray[np.int64], balance: Literal["none", "even", "sqrt"]) -> NDArray[np.float64]:
    """How much each sample counts, mean 1: all alike, each class alike, or half-way (by the root of its samples)."""
    from terracite.landcover.classifiers.contract import balanced

    if balance == "none" or not labels.size:
        return np.ones(labels.size)
    return balanced(labels, 1.0 if balance == "even" else 0.5)
