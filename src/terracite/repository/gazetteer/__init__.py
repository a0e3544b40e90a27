# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places by name: countries, regions, departements and communes of France, each with a box; offline."""

from terracite.repository.gazetteer.containing import place_around
from terracite.repository.gazetteer.places import Found, find
from terracite.repository.gazetteer.shapes import MAX_SHAPE_BYTES, extent_of_shape

__all__ = ["MAX_SHAPE_BYTES", "Found", "extent_of_shape", "find", "place_around"]
