# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who maps which block, when, and what happens to it if somebody is killed."""

from terracite.landcover.engine.blocks import finished, map_blocks
from terracite.landcover.engine.share import Share, chosen

__all__ = ["Share", "chosen", "finished", "map_blocks"]
