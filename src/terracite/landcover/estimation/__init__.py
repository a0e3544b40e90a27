# SPDX-License-Identifier: AGPL-3.0-or-later
"""Design-based estimates from probability samples: accuracy, areas, change. Pure functions on arrays."""

from terracite.landcover.estimation.stratified import (
    Z95,
    Estimate,
    MapAccuracy,
    SampleError,
    from_matrix,
    from_points,
)

__all__ = ["Z95", "Estimate", "MapAccuracy", "SampleError", "from_matrix", "from_points"]
