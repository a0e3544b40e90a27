# SPDX-License-Identifier: AGPL-3.0-or-later
"""Design-based estimates from probability samples: accuracy, areas, change. Pure functions on arrays."""

from terracite.landcover.estimation.changing import Change, change
from terracite.landcover.estimation.comparing import Comparison, compare
from terracite.landcover.estimation.designs import by_design
from terracite.landcover.estimation.estimate import Z95, Estimate
from terracite.landcover.estimation.measures import MapAccuracy, from_sample
from terracite.landcover.estimation.sample import Sample, SampleError, drawn
from terracite.landcover.estimation.stratified import from_matrix, from_points
from terracite.landcover.estimation.units import UnitEstimate, by_unit

__all__ = [
    "Z95",
    "Change",
    "Comparison",
    "Estimate",
    "MapAccuracy",
    "Sample",
    "SampleError",
    "UnitEstimate",
    "by_design",
    "by_unit",
    "change",
    "compare",
    "drawn",
    "from_matrix",
    "from_points",
    "from_sample",
]
