# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one look at an image tells: its grid, how much of it holds data, how much is clear, its outline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling

from terracite.errors import RasterError
from terracite.raster.footprint import data_footprint
from terracite.raster.grid import Grid, same_crs
from terracite.raster.packing import WHOLE_NUMBERS, takes_floats
from terracite.raster.products import named
from terracite.raster.read import check_readable, missing_dn, nodata_in, opened
from terracite.raster.series import SeriesImage

SIZE = 512  #: cells a side of the decimated look


class UnreadableFileError(RasterError):
    """``path`` cannot be read: the image, or the mask that belongs to it."""

    verdict = "This file cannot be read, and was left out."

    def __init__(self, path: Path, error: RasterError) -> None:
        super().__init__(error.message, hint=error.hint)
        self.path = path


class MisplacedMaskError(UnreadableFileError):
    """``path`` is a mask that does not cover its image."""

    verdict = "This mask lies on another grid than its image, and was left out."


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """From a decimated reading, so shares are estimates."""

    grid: Grid
    data_share: float  #: cells that hold data, 0-1
    clear_share: float | None  #: cells that hold data and are clear, 0-1; None without a mask
    footprint: str  #: outline of the data, WKT, longitude latitude
    nodata: float | None = None  #: as the file or its sidecar declares it
    dtype: str = ""  #: of its numbers, when they are floating-point ones: "float32"

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        grid = [self.grid.crs, list(self.grid.transform), self.grid.width, self.grid.height]
        shares = {"data": self.data_share, "clear": self.clear_share}
        dtype = {"dtype": self.dtype} if self.dtype else {}
        return {"grid": grid, **shares, "footprint": self.footprint, "nodata": self.nodata, **dtype}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        crs, transform, width, height = content["grid"]
        grid = _grid(crs, tuple(transform), width, height)
        footprint = intern(content["footprint"])
        dtype = intern(content.get("dtype", ""))
        return cls(grid, content["data"], content["clear"], footprint, content.get("nodata"), dtype)


@lru_cache(maxsize=1024)
def _grid(crs: str, transform: tuple[float, float, float, float, float, float], width: int, height: int) -> Grid:
    """The images of a tile share one grid, in the computer's memory too."""
    return Grid(crs, transform, width, height)


def look_at(image: SeriesImage) -> ImageFacts:
    """Open the image and its mask once; raises `UnreadableFileError` for the one that cannot be used."""
    mask_path = image.mask_path or image.masked_path
    for path in (image.path, mask_path):
        if path is not None:
            _check(path)
    missing, nodata, dtype = _missing(image, image.path)
    # lossy compression moves nodata by a few numbers: only the range of this very index tells it apart
    kind = replace(named(image.product), valid=image.valid)
    footprint = data_footprint(image.path, SIZE, product=kind)
    grid = Grid.of(image.path)
    data = float(1 - missing.mean())
    clear = data if image.mask else None  # already masked: what is left is clear
    if mask_path is not None:
        _check_place(mask_path, grid)
        clear = float(np.mean(_clear(image, missing)))
    return ImageFacts(grid, data, clear, shapely.to_wkt(footprint, rounding_precision=7), nodata, dtype)


def _check_place(mask: Path, grid: Grid) -> None:
    """A mask may have other cells than its image, but must reach as far, to about one of them."""
    own = Grid.of(mask)
    cell = abs(own.transform[0]) + abs(own.transform[1])
    left, bottom, right, top = own.bounds
    west, south, east, north = grid.bounds
    covers = left - cell <= west and bottom - cell <= south and right + cell >= east and top + cell >= north
    if not (covers and same_crs(own.crs, grid.crs)):
        hint = "Produce the mask again from the product of its image, or take it out of the archive."
        raise MisplacedMaskError(mask, RasterError(f"The mask '{mask}' lies on another grid.", hint=hint))


def _check(path: Path) -> None:
    try:
        check_readable(path)
    except RasterError as error:
        raise UnreadableFileError(path, error) from error


def _missing(image: SeriesImage, path: Path) -> tuple[NDArray[np.bool_], float | None, str]:
    """Which cells of the decimated image are missing, the nodata that the file declares, `ImageFacts.dtype`."""
    with opened(path) as source:
        is_float = np.issubdtype(source.dtypes[0], np.floating)
        if is_float and not takes_floats(named(image.product)):
            error = RasterError(
                f"The numbers of '{path}' are {source.dtypes[0]}: its type of product has whole ones.",
                hint=WHOLE_NUMBERS,
            )
            raise UnreadableFileError(path, error)
        values = source.read(1, out_shape=_size(source), resampling=Resampling.nearest)
        declared = None if source.nodata is None else float(source.nodata)
        missing = missing_dn(values, nodata_in(source, image.nodata), image.valid)
        return missing, declared, str(source.dtypes[0]) if is_float else ""


def _clear(image: SeriesImage, missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which cells of the decimated image hold data and are clear."""
    if image.mask_path is None:
        return ~_missing(image, image.masked_path or image.path)[0]
    with opened(image.mask_path) as source:
        mask = source.read(1, out_shape=missing.shape, resampling=Resampling.nearest)
    return np.asarray(np.isin(mask, image.clear) & ~missing)


def _size(source: Any) -> tuple[int, int]:
    step = max(1.0, max(source.height, source.width) / SIZE)
    return max(1, round(source.height / step)), max(1, round(source.width / step))
