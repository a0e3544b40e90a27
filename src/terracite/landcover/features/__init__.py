# SPDX-License-Identifier: AGPL-3.0-or-later
"""From gappy series to the numbers a classifier sees: channels on the same regular dates, then what does not change."""

from terracite.landcover.features.compute import (
    BlockFeatures,
    GappySeries,
    invented,
    of_block,
    of_objects,
    of_series,
    read_series,
)
from terracite.landcover.features.derived import extended
from terracite.landcover.features.plan import FeaturePlan, check, needed, plan

__all__ = [
    "BlockFeatures",
    "FeaturePlan",
    "GappySeries",
    "check",
    "extended",
    "invented",
    "needed",
    "of_block",
    "of_objects",
    "of_series",
    "plan",
    "read_series",
]
