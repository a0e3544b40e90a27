# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a configuration of iota2, the chain of CESBIO, to a recipe, with a report of what could not come along.

Learnt from iota2's public documentation and from public configurations of 2016 to 2025; nothing of it is copied.
"""

from terracite.landcover.iota2.convert import Converted, convert, write
from terracite.landcover.iota2.report import Fate, Item, as_json, as_text

__all__ = ["Converted", "Fate", "Item", "as_json", "as_text", "convert", "write"]
