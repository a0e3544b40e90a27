# SPDX-License-Identifier: AGPL-3.0-or-later
"""Samples to train and test with: which cells, how many of each class, and how they are split.

Cells of one polygon look alike: a polygon is either trained with or tested on, never both. A class with fewer than
two polygons cannot be tested and is only trained with.
"""

from terracite.landcover.samples.cells import Cells, Survey, cells_of, survey
from terracite.landcover.samples.choice import caps_of, choose, thin, weights_of
from terracite.landcover.samples.extraction import from_cells, from_series
from terracite.landcover.samples.gather import Gathered, chosen, gather, surveyed
from terracite.landcover.samples.splits import blocks_of, fold_splits, polygon_splits, spatial_blocks
from terracite.landcover.samples.suspects import Heard, Suspect, Suspicions, cleaned
from terracite.landcover.samples.values import NO_STRATUM, Samples

__all__ = [
    "NO_STRATUM",
    "Cells",
    "Gathered",
    "Heard",
    "Samples",
    "Survey",
    "Suspect",
    "Suspicions",
    "blocks_of",
    "caps_of",
    "cells_of",
    "choose",
    "chosen",
    "cleaned",
    "fold_splits",
    "from_cells",
    "from_series",
    "gather",
    "polygon_splits",
    "spatial_blocks",
    "survey",
    "surveyed",
    "thin",
    "weights_of",
]
