# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an archive would become, before anything is written: files, bytes, hours, DOIs, and who can hold it."""

from terracite.timeseries.planning.plan import Choice, Plan, make_plan
from terracite.timeseries.planning.sample import Sample, measure
from terracite.timeseries.planning.targets import Target, target, targets
from terracite.timeseries.planning.text import as_json, as_text, human_time

__all__ = [
    "Choice",
    "Plan",
    "Sample",
    "Target",
    "as_json",
    "as_text",
    "human_time",
    "make_plan",
    "measure",
    "target",
    "targets",
]
