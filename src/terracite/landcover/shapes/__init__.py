# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps made fit to be drawn and queried: small patches removed, and polygons whose borders are shared."""

from terracite.landcover.shapes.options import Regular, options_of
from terracite.landcover.shapes.regular import Effects, regular_strips

__all__ = ["Effects", "Regular", "options_of", "regular_strips"]
