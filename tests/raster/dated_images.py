# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small dated images, with their cloud masks, to make series of."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin

from terracite.raster.series import SeriesImage

START = dt.datetime(2022, 1, 3, 6, 29, 31, tzinfo=dt.UTC)


def dated_image(
    path: Path, values: NDArray[Any], number: int = 0, *, mask: NDArray[np.uint8] | None = None, **changes: Any
) -> SeriesImage:
    """An NDVI image as Sen2Chain has it (but without loss), five days after the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mask_path = None
    if mask is not None:
        mask_path = _tif(path.with_name(f"{path.stem}-mask.tif"), mask, None, 10.0 * values.shape[1] / mask.shape[1])
    facts: dict[str, Any] = {
        "path": _tif(path, values, 16383, 10.0),
        "tile": "40KCB",
        "index": "NDVI",
        "sensed_at": START + dt.timedelta(days=5 * number),
        "product": "sen2chain",
        "product_id": f"S2A_MSIL2A_2022010{number}",
        "platform": "S2A",
        "orbit": "120",
        "baseline": "0301",
        "nodata": 16383,
        "scale": 1e-4,
        "offset": 0.0,
        "valid": (-10000, 10000),
        "mask": "CM001" if mask is not None else "",
        "mask_path": mask_path,
        "clear": (0,),
    }
    return SeriesImage(**(facts | changes))


def three_dates(folder: Path) -> list[SeriesImage]:
    """Three dates of 6 x 8 cells with a cloud mask at half the resolution; a corner of nodata on the first."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(3):
        values = rng.integers(-10000, 10000, (6, 8)).astype(np.int16)
        if number == 0:
            values[:2, :2] = 16383
        mask = np.zeros((3, 4), np.uint8)
        mask[number, :2] = 1
        found.append(dated_image(folder / f"{number}.tif", values, number, mask=mask))
    return found


def as_images(folder: Path, stack: NDArray[np.int16], masks: NDArray[np.uint8] | None = None) -> list[SeriesImage]:
    """One image a date of ``stack`` (time, y, x)."""
    return [
        dated_image(folder / f"{number}.tif", values, number, mask=None if masks is None else masks[number])
        for number, values in enumerate(stack)
    ]


def _tif(path: Path, values: NDArray[Any], nodata: float | None, cell: float) -> Path:
    profile = {
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": "EPSG:32740",
        "nodata": nodata,
    }
    place = from_origin(321000.0, 7660000.0, cell, cell)
    with rasterio.open(path, "w", driver="GTiff", transform=place, **profile) as image:
        image.write(values, 1)
    return path
