# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map judged with a probability sample: accuracy, areas, comparison and change, with their intervals."""

from terracite.landcover.judging.placing import PlacedSample, place_sample

__all__ = ["PlacedSample", "place_sample"]
