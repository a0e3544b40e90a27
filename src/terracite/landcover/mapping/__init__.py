# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what models say of each cell to the map: priors, regions with blended borders, smoothing, further rasters."""

from terracite.landcover.mapping.extras import Extra, extras_of
from terracite.landcover.mapping.smoothing import margin, smooth
from terracite.landcover.mapping.wording import steps

__all__ = ["Extra", "extras_of", "margin", "smooth", "steps"]
