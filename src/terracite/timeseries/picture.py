# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture of a series: its clearest date, small, in colours from dry to green."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning

from terracite.raster.netcdf import DateCount
from terracite.raster.series_open import open_any

SIDE = 512  #: pixels of the longer side, at most
_HIDDEN = (226, 228, 230)  # cloud and no data: a neutral grey
_COLOURS = np.array(
    [(84, 58, 32), (176, 130, 74), (233, 214, 168), (173, 204, 120), (74, 143, 72), (12, 74, 46)], float
)


def write_picture(path: Path, series_file: Path, counts: Sequence[DateCount]) -> None:
    """A PNG of the date of ``series_file`` with most clear cells; the colours span the middle 96 % of its values."""
    clearest = max(range(len(counts)), key=lambda number: counts[number].clear_share)
    with open_any(series_file) as series:
        values = series.read_physical(dates=slice(clearest, clearest + 1))[0]
    _write_png(path, to_colours(_sized(values)))


def to_colours(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """``values`` (y, x) as (3, y, x) red, green, blue; NaN in grey."""
    seen = np.isfinite(values)
    low, high = np.percentile(values[seen], [2, 98]) if seen.any() else (0.0, 1.0)
    share = ((np.nan_to_num(values) - low) / max(high - low, 1e-6)).clip(0, 1)
    steps = np.linspace(0, 1, len(_COLOURS))
    bands = [np.interp(share, steps, _COLOURS[:, band]) for band in range(3)]
    return np.stack([np.where(seen, band, grey) for band, grey in zip(bands, _HIDDEN, strict=True)]).astype(np.uint8)


def _sized(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every nth cell of a large image; each cell several times of a tiny one."""
    longer = max(values.shape)
    step, times = -(-longer // SIDE), max(1, SIDE // 2 // longer)
    small = values[::step, ::step]
    return np.repeat(np.repeat(small, times, axis=0), times, axis=1)


def _write_png(path: Path, colours: NDArray[np.uint8]) -> None:
    profile = {
        "driver": "PNG",
        "count": 3,
        "height": colours.shape[1],
        "width": colours.shape[2],
        "dtype": "uint8",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **profile) as image:
            image.write(colours)
