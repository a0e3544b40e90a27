# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a moderator would say of a document, or of a folder of them: for a terminal, as JSON, as a page."""

from terracite.record.report.one import Report, fair_line, report_on, to_dict, to_html, verdict
from terracite.record.report.survey import Entry, Survey, survey_to_dict, survey_to_html, survey_to_text
from terracite.record.report.words import word

__all__ = [
    "Entry",
    "Report",
    "Survey",
    "fair_line",
    "report_on",
    "survey_to_dict",
    "survey_to_html",
    "survey_to_text",
    "to_dict",
    "to_html",
    "verdict",
    "word",
]
