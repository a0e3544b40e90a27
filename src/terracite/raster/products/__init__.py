# SPDX-License-Identifier: AGPL-3.0-or-later
"""The declarative registry of image trees: what a file is, read from its name alone.

The types themselves are data (``data/products.toml``). The time of an image is its sensing time; the
discriminator, the last timestamp of a Sentinel-2 name, only orders reprocessed versions of one acquisition.
"""

from terracite.raster.products.known import named, product_type, registry
from terracite.raster.products.types import FilePattern, ProductFile, ProductType, UnknownFile
from terracite.raster.products.walking import guess, walk

__all__ = [
    "FilePattern",
    "ProductFile",
    "ProductType",
    "UnknownFile",
    "guess",
    "named",
    "product_type",
    "registry",
    "walk",
]
