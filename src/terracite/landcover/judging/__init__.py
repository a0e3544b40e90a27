# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map judged with a probability sample: accuracy, areas, comparison and change, with their intervals."""

from terracite.landcover.judging.compared import Changed, Compared, compare_maps, measure_change
from terracite.landcover.judging.judged import Judged, JudgedUnit, accuracy_of, judge_map
from terracite.landcover.judging.per_unit import estimates_by_unit
from terracite.landcover.judging.placing import PlacedSample, place_sample, read_classes

__all__ = [
    "Changed",
    "Compared",
    "Judged",
    "JudgedUnit",
    "PlacedSample",
    "accuracy_of",
    "compare_maps",
    "estimates_by_unit",
    "judge_map",
    "measure_change",
    "place_sample",
    "read_classes",
]
