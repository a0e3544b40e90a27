# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quality certificate of a series: what was counted in it, and what a user should know before using it."""

from terracite.timeseries.quality.as_json import to_dict, to_json
from terracite.timeseries.quality.certificate import Certificate, DateQuality, StepTest, Verdict
from terracite.timeseries.quality.checks import Check, Level, checks, verdict
from terracite.timeseries.quality.examining import examine, examine_files, examine_unit
from terracite.timeseries.quality.in_record import stac_of_date, with_quality
from terracite.timeseries.quality.page import to_html
from terracite.timeseries.quality.wording import title

__all__ = [
    "Certificate",
    "Check",
    "DateQuality",
    "Level",
    "StepTest",
    "Verdict",
    "checks",
    "examine",
    "examine_files",
    "examine_unit",
    "stac_of_date",
    "title",
    "to_dict",
    "to_html",
    "to_json",
    "verdict",
    "with_quality",
]
