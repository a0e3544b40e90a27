# SPDX-License-Identifier: AGPL-3.0-or-later
"""A table of entities or contacts by geoflow's own rules, cell by cell, before geoflow stops at it."""

from terracite.record.geoflow.checking.finding import Finding
from terracite.record.geoflow.checking.report import to_dict, to_html, to_text
from terracite.record.geoflow.checking.table import TableCheck, check_table

__all__ = ["Finding", "TableCheck", "check_table", "to_dict", "to_html", "to_text"]
