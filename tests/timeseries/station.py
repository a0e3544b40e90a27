# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Sen2Chain library of images whose every number is known: lossless, made by tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin

NODATA = 16383
ORIGIN = (300000.0, 7700020.0)


def product_id(sensed: str, *, baseline: str = "0300", tile: str = "40KCB", made: str = "") -> str:
    """A Sentinel-2 product name; ``sensed`` is "20210304T063511"."""
    return f"S2A_MSIL2A_{sensed}_N{baseline}_R134_T{tile}_{made or sensed}"


def put_image(
    root: Path,
    sensed: str,
    values: NDArray[Any],
    *,
    index: str = "NDVI",
    suffix: str = "tif",
    nodata: int | None = NODATA,
    shift_m: float = 0.0,
    **named: str,
) -> Path:
    """An index image of a 10 m grid; JPEG 2000 (with its sidecar) or GeoTIFF, both without loss."""
    name = product_id(sensed, **named)
    folder = root / "INDICES" / index / named.get("tile", "40KCB") / name
    return _write(folder / f"{name}_{index}.{suffix}", values.astype(np.int16), 10.0, nodata, shift_m)


def put_mask(
    root: Path, sensed: str, mask: NDArray[np.uint8], *, cell_m: float = 20.0, shift_m: float = 0.0, **named: str
) -> Path:
    """A cloud mask, 1 = cloud."""
    name = product_id(sensed, **named)
    folder = root / "CLOUDMASKS" / named.get("tile", "40KCB") / name
    return _write(folder / f"{name}_CM001.jp2", mask.astype(np.uint8), cell_m, None, shift_m)


def _write(path: Path, values: NDArray[Any], cell_m: float, nodata: int | None, shift_m: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lossless = {"QUALITY": 100, "REVERSIBLE": "YES"} if path.suffix == ".jp2" else {"compress": "deflate"}
    profile = {
        "driver": "JP2OpenJPEG" if path.suffix == ".jp2" else "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": "EPSG:32740",
        "transform": from_origin(ORIGIN[0] + shift_m, ORIGIN[1], cell_m, cell_m),
        "nodata": nodata,
    }
    with rasterio.open(path, "w", **profile, **lossless) as image:
        image.write(values, 1)
    return path
