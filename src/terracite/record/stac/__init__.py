# SPDX-License-Identifier: AGPL-3.0-or-later
"""STAC: the record as a Collection or as Items, and the record in any STAC document from 0.6 to 1.1."""

from __future__ import annotations

from terracite.record.stac.carried import CARRIES_STAC, CARRIES_STAC_ITEMS
from terracite.record.stac.reading import read_stac, read_stac_items
from terracite.record.stac.writing import to_collection, to_items, write_stac, write_stac_items

__all__ = [
    "CARRIES_STAC",
    "CARRIES_STAC_ITEMS",
    "read_stac",
    "read_stac_items",
    "to_collection",
    "to_items",
    "write_stac",
    "write_stac_items",
]
