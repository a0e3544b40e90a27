# SPDX-License-Identifier: AGPL-3.0-or-later
"""What follows from a series: composites, clear-sky counts, smoothed series, phenology.

`derive` makes the crate; `composite`, `smooth` and `seasons` work on arrays.
"""

from __future__ import annotations

from terracite.raster.curves.phenology import SeasonRule, Seasons, longest_gaps, seasons
from terracite.timeseries.derived.choices import Choices
from terracite.timeseries.derived.composites import composite
from terracite.timeseries.derived.crate import derive
from terracite.timeseries.derived.smoothing import Smoothing, smooth

__all__ = [
    "Choices",
    "SeasonRule",
    "Seasons",
    "Smoothing",
    "composite",
    "derive",
    "longest_gaps",
    "seasons",
    "smooth",
]
