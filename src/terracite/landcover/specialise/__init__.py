# SPDX-License-Identifier: AGPL-3.0-or-later
"""My area, my classes: a model or a map of somewhere else, adapted to a few polygons and classes of one's own."""

from terracite.landcover.specialise.checking import check
from terracite.landcover.specialise.choice import Trial, adapt, said
from terracite.landcover.specialise.maps import class_layers
from terracite.landcover.specialise.start import Start, files_of_start, open_start, unsuited

__all__ = ["Start", "Trial", "adapt", "check", "class_layers", "files_of_start", "open_start", "said", "unsuited"]
