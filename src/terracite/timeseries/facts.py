# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one look at an image tells: its grid, how much of it holds data, how much is clear, its outline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling

from terracite.errors import RasterError
from terracite.raster.footprint import data_footprint
from terracite.raster.grid import Grid
from terracite.raster.products import named
from terracite.raster.read import check_readable, missing_dn, nodata_in, opened
from terracite.raster.series import SeriesImage

SIZE = 512  #: cells a side of the decimated look


class UnreadableFileError(RasterError):
    """``path`` cannot be read: the image, or the mask that belongs to it."""

    def __init__(self, path: Path, error: RasterError) -> None:
        super().__init__(error.message, hint=error.hint)
        self.path = path


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """From a decimated reading, so shares are estimates."""

    grid: Grid
    data_share: float  #: cells that hold data, 0-1
    clear_share: float | None  #: cells that hold data and are clear, 0-1; None without a mask
    footprint: str  #: outline of the data, WKT, longitude latitude

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        grid = [self.grid.crs, list(self.grid.transform), self.grid.width, self.grid.height]
        return {"grid": grid, "data": self.data_share, "clear": self.clear_share, "footprint": self.footprint}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        crs, transform, width, height = content["grid"]
        grid = Grid(crs, tuple(transform), width, height)
        return cls(grid, content["data"], content["clear"], content["footprint"])


def look_at(image: SeriesImage) -> ImageFacts:
    """Open the image and its mask once; raises `UnreadableFileError` for the one that cannot be read."""
    mask_path = image.mask_path or image.masked_path
    for path in (image.path, mask_path):
        if path is not None:
            _check(path)
    missing = _missing(image, image.path)
    # lossy compression moves nodata by a few numbers: only the range of this very index tells it apart
    kind = replace(named(image.product), valid=image.valid)
    footprint = data_footprint(image.path, SIZE, product=kind)
    data = float(1 - missing.mean())
    clear = data if image.mask else None  # already masked: what is left is clear
    if mask_path is not None:
        clear = float(np.mean(_clear(image, missing)))
    return ImageFacts(Grid.of(image.path), data, clear, shapely.to_wkt(footprint, rounding_precision=7))


def _check(path: Path) -> None:
    try:
        check_readable(path)
    except RasterError as error:
        raise UnreadableFileError(path, error) from error


def _missing(image: SeriesImage, path: Path) -> NDArray[np.bool_]:
    with opened(path) as source:
        values = source.read(1, out_shape=_size(source), resampling=Resampling.nearest)
        return missing_dn(values, nodata_in(source, image.nodata), image.valid)


def _clear(image: SeriesImage, missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which cells of the decimated image hold data and are clear."""
    if image.mask_path is None:
        return ~_missing(image, image.masked_path or image.path)
    with opened(image.mask_path) as source:
        mask = source.read(1, out_shape=missing.shape, resampling=Resampling.nearest)
    return np.asarray(np.isin(mask, image.clear) & ~missing)


def _size(source: Any) -> tuple[int, int]:
    step = max(1.0, max(source.height, source.width) / SIZE)
    return max(1, round(source.height / step)), max(1, round(source.width / step))
