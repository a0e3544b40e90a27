# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who maps which block, when, and what happens to it if somebody is killed."""

from terracite.landcover.engine.blocks import Share, finished, map_blocks

__all__ = ["Share", "finished", "map_blocks"]
