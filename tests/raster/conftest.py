# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small real images to test with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.shutil import copy

WriteImage = Callable[..., Path]

#: the corner of MGRS tile 40KCB, 10 m cells
TRANSFORM = (10.0, 0.0, 300000.0, 0.0, -10.0, 7700020.0)


@pytest.fixture
def write_image(tmp_path: Path) -> WriteImage:
    """``write_image(name, values, **profile)``: an image in the test's folder; JPEG 2000 when its name ends so."""

    def write(
        name: str, values: NDArray[Any], *, nodata: float | None = None, jp2: dict[str, str] | None = None, **more: Any
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        bands = values if values.ndim == 3 else values[None]
        profile = {
            "driver": "GTiff",
            "count": bands.shape[0],
            "height": bands.shape[1],
            "width": bands.shape[2],
            "dtype": bands.dtype.name,
            "crs": "EPSG:32740",
            "transform": rasterio.Affine(*TRANSFORM),
            "nodata": nodata,
        } | more
        target = path if path.suffix != ".jp2" else path.with_suffix(".draft.tif")
        with rasterio.open(target, "w", **profile) as image:
            image.write(bands)
        if target != path:
            copy(target, path, driver="JP2OpenJPEG", **(jp2 or {"QUALITY": "100", "REVERSIBLE": "YES"}))
            target.unlink()
        return path

    return write


@pytest.fixture
def ramp() -> NDArray[np.int16]:
    """DN of a vegetation index, 60 rows by 80 columns, smooth from 1000 to about 8000."""
    rows, cols = np.mgrid[0:60, 0:80]
    return (1000 + 50 * rows + 50 * cols).astype(np.int16)
