# SPDX-License-Identifier: AGPL-3.0-or-later
"""Croissant 1.1, the description that machine learning loads datasets by: schema.org, files, tables, columns."""

from __future__ import annotations

from terracite.record.croissant.reading import read_croissant
from terracite.record.croissant.writing import to_croissant, write_croissant
from terracite.record.schema_org.carried import CARRIES_SCHEMA_ORG

CARRIES_CROISSANT = CARRIES_SCHEMA_ORG

__all__ = ["CARRIES_CROISSANT", "read_croissant", "to_croissant", "write_croissant"]
