# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a map takes, said before it is made: images, classes, blocks, memory, hours, disk, and what will fail later.

Hours and memory come from some blocks of the recipe's own images, really read, filled and classified.
"""

from terracite.landcover.planning.plan import ClassCount, IndexFacts, Plan, plan
from terracite.landcover.planning.text import as_json, as_text

__all__ = ["ClassCount", "IndexFacts", "Plan", "as_json", "as_text", "plan"]
