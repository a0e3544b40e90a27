# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a map's crate: rasters, legend, tables, model, report."""

from terracite.landcover.products.areas import warnings
from terracite.landcover.products.card import card, said
from terracite.landcover.products.crate import write
from terracite.landcover.products.files import README, REPORT, THUMBNAIL, Item, standing
from terracite.landcover.products.rasters import CLEAR, CONFIDENCE, MAP

__all__ = [
    "CLEAR",
    "CONFIDENCE",
    "MAP",
    "README",
    "REPORT",
    "THUMBNAIL",
    "Item",
    "card",
    "said",
    "standing",
    "warnings",
    "write",
]
