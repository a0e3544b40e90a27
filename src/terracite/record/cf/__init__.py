# SPDX-License-Identifier: AGPL-3.0-or-later
"""CF and ACDD: the attributes of a NetCDF file from a record, and the record that such attributes tell."""

from __future__ import annotations

from terracite.record.cf.carried import CARRIES_ACDD
from terracite.record.cf.reading import from_attributes, read_acdd
from terracite.record.cf.writing import CONVENTIONS, acdd_attributes, write_acdd

__all__ = ["CARRIES_ACDD", "CONVENTIONS", "acdd_attributes", "from_attributes", "read_acdd", "write_acdd"]
