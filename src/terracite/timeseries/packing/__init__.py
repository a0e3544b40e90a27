# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zips of the images of an archive, to be deposited or sent: one per index, tile, year of sensing and kind of image.

`pack` makes them; nothing is decoded, and nothing in the archive is touched.
"""

from __future__ import annotations

from terracite.timeseries.packing.choosing import KINDS, Pack, Wanted
from terracite.timeseries.packing.job import Packed, PackResult, pack

__all__ = ["KINDS", "Pack", "PackResult", "Packed", "Wanted", "pack"]
