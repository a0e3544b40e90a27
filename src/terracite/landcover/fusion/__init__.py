# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several maps of one place made into one: by vote, or by what each is worth (Dempster and Shafer)."""

from terracite.landcover.fusion.fuse import Fused, fuse
from terracite.landcover.fusion.options import MEASURES, METHODS, FusionError, Options

__all__ = ["MEASURES", "METHODS", "Fused", "FusionError", "Options", "fuse"]
