# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small pictures of a map, as PNG: for the report, the landing page and the search results."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from terracite.raster.write import rgba

#: from low to high confidence: one hue, darker = surer, readable without colour vision
_RAMP = np.array([[247, 236, 214], [222, 184, 120], [171, 116, 66], [107, 63, 41], [48, 28, 26]], np.float64)


def map_png(path: Path, colours: Mapping[int, str], longest: int) -> bytes:
    """The map, at most ``longest`` pixels a side; cells that are not mapped are transparent."""
    values = _reduced(path, longest)
    table = np.zeros((256, 4), np.uint8)
    for code, colour in colours.items():
        table[code] = rgba(colour)
    return png(table[values])


def confidence_png(path: Path, longest: int) -> bytes:
    """The confidence in percent, pale = unsure, dark = sure; cells that are not mapped are transparent."""
    values = _reduced(path, longest).astype(np.float64)
    steps = np.linspace(0, 100, len(_RAMP))
    picture = np.zeros((*values.shape, 4), np.uint8)
    for band in range(3):
        picture[..., band] = np.interp(values, steps, _RAMP[:, band]).round()
    picture[..., 3] = np.where(values > 0, 255, 0)
    return png(picture)


def ramp_colours() -> list[str]:
    """The colours of the confidence ramp, from 0 to 100 %."""
    return [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in _RAMP]


def png(pixels: NDArray[np.uint8]) -> bytes:
    """RGBA pixels (y, x, 4) as a PNG file; the same pixels give the same bytes."""
    height, width, _ = pixels.shape
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture lies nowhere, and needs not
        with memory.open(driver="PNG", height=height, width=width, count=4, dtype="uint8") as image:
            image.write(np.moveaxis(pixels, -1, 0))
        return bytes(memory.read())


def _reduced(path: Path, longest: int) -> NDArray[np.uint8]:
    with rasterio.open(path) as image:
        scale = max(1.0, max(image.shape) / longest)
        shape = tuple(max(1, round(side / scale)) for side in image.shape)
        values: NDArray[np.uint8] = image.read(1, out_shape=shape, resampling=Resampling.nearest)
    return values
