# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive as a static STAC 1.1 catalogue: a Collection per tile and index, an Item per image.

https://github.com/radiantearth/stac-spec (1.1.0), with the extensions projection, raster, eo, grid, sat, processing,
file and scientific. Links between the documents are relative, so that the folder can be moved and served by any
web server. Texts are in English, with French beside them (``title_fr``).
"""

from terracite.timeseries.stac.catalogue import write_catalogue
from terracite.timeseries.stac.items import item

__all__ = ["item", "write_catalogue"]
