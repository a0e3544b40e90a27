# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas per class and unit, as mapped and as a sample estimates them side by side: table, files, chart, text."""

from terracite.landcover.area_tables.crate import write_crate
from terracite.landcover.area_tables.files import write_files
from terracite.landcover.area_tables.making import Asked, area_table
from terracite.landcover.area_tables.table import AreaTable, Place
from terracite.landcover.area_tables.text import as_json, as_text

__all__ = ["AreaTable", "Asked", "Place", "area_table", "as_json", "as_text", "write_crate", "write_files"]
