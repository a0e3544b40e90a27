# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a map has in each administrative unit: areas on the ellipsoid, cells on borders shared by exact share."""

from terracite.landcover.zonal.counting import UnitAreas, areas_by_unit
from terracite.landcover.zonal.statistics import UnitStatistics, statistics_by_unit
from terracite.landcover.zonal.units import Units, find_units, read_units

__all__ = [
    "UnitAreas",
    "UnitStatistics",
    "Units",
    "areas_by_unit",
    "find_units",
    "read_units",
    "statistics_by_unit",
]
