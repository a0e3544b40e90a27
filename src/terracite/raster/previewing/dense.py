# SPDX-License-Identifier: AGPL-3.0-or-later
"""How dense very many points are, as one small picture. Runs in the child process of `previews`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 600  #: pixels of the longer side
_COLOUR = (0xC8, 0x5A, 0x1E)  #: to be seen on light and dark ground


def density_picture(points: NDArray[np.float32], box: tuple[float, float, float, float], path: Path) -> None:
    """A PNG of ``box``, transparent where no point is."""
    west, south, east, north = box
    side = max(east - west, north - south) or 1.0
    wide, tall = max(1, round((east - west) / side * SIDE)), max(1, round((north - south) / side * SIDE))
    edges = ((south, max(north, south + 1e-9)), (west, max(east, west + 1e-9)))
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=(tall, wide), range=edges)
    strength = np.log1p(counts[::-1]) / np.log1p(max(counts.max(), 1))
    cells = np.empty((tall, wide, 4), np.uint8)
    cells[..., :3] = _COLOUR
    cells[..., 3] = np.where(strength > 0, 90 + 165 * strength, 0)
    Image.fromarray(cells, "RGBA").save(path, optimize=True)
