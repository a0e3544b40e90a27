# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one look at an image tells: its grid, how much of it holds data, how much is clear, its outline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling

from terracite.errors import RasterError
from terracite.raster.footprint import decimated, present_footprint
from terracite.raster.grid import Grid, same_crs
from terracite.raster.packing import WHOLE_NUMBERS, takes_floats
from terracite.raster.products import named
from terracite.raster.read import check_opened, missing_dn, nodata_in, opened
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


@dataclass(frozen=True, slots=True)
class _Look:
    """One decimated reading of an image."""

    grid: Grid
    missing: NDArray[np.bool_]  #: (y, x)
    nodata: float | None  #: as the file declares it
    dtype: str  #: see `ImageFacts`


def look_at(image: SeriesImage) -> ImageFacts:
    """Open the image and its mask once each; raises `UnreadableFileError` for the one that cannot be used."""
    found = _look(image, image.path)
    data = float(1 - found.missing.mean())
    clear = data if image.mask else None  # already masked: what is left is clear
    if image.mask_path is not None:
        clear = float(np.mean(_clear(image.mask_path, image.clear, found)))
    elif image.masked_path is not None:
        masked = _look(image, image.masked_path)
        _check_place(image.masked_path, masked.grid, found.grid)
        clear = float(1 - masked.missing.mean())
    footprint = shapely.to_wkt(present_footprint(~found.missing, found.grid), rounding_precision=7)
    return ImageFacts(found.grid, data, clear, footprint, found.nodata, found.dtype)


def _look(image: SeriesImage, path: Path) -> _Look:
    """``path``, the image or its masked version, read as the product of ``image`` says."""
    with _checked(path) as source:
        is_float = np.issubdtype(source.dtypes[0], np.floating)
        if is_float and not takes_floats(named(image.product)):
            raise RasterError(
                f"The numbers of '{path}' are {source.dtypes[0]}: its type of product has whole ones.",
                hint=WHOLE_NUMBERS,
            )
        size = decimated(source.shape, SIZE)
        values = source.read(1, out_shape=size, resampling=Resampling.nearest)
        # lossy compression moves nodata by a few numbers: only the range of this very index tells it apart
        missing = missing_dn(values, nodata_in(source, image.nodata), image.valid)
        declared = None if source.nodata is None else float(source.nodata)
        return _Look(Grid.of_dataset(source), missing, declared, str(source.dtypes[0]) if is_float else "")


def _clear(path: Path, clear: tuple[int, ...], found: _Look) -> NDArray[np.bool_]:
    """Which cells of the decimated image hold data and are clear by the mask ``path``."""
    with _checked(path) as source:
        own = Grid.of_dataset(source)
        mask = source.read(1, out_shape=found.missing.shape, resampling=Resampling.nearest)
    _check_place(path, own, found.grid)
    return np.asarray(np.isin(mask, clear) & ~found.missing)


@contextmanager
def _checked(path: Path) -> Iterator[Any]:
    """An image opened that can be read to its end; what is wrong with it, or with its use, is told of ``path``."""
    try:
        with opened(path) as source:
            check_opened(source)
            yield source
    except RasterError as error:
        raise UnreadableFileError(path, error) from error


def _check_place(mask: Path, own: Grid, grid: Grid) -> None:
    """A mask may have other cells than its image, but must reach as far, to about one of them."""
    cell = abs(own.transform[0]) + abs(own.transform[1])
    left, bottom, right, top = own.bounds
    west, south, east, north = grid.bounds
    covers = left - cell <= west and bottom - cell <= south and right + cell >= east and top + cell >= north
    if not (covers and same_crs(own.crs, grid.crs)):
        hint = "Produce the mask again from the product of its image, or take it out of the archive."
        raise MisplacedMaskError(mask, RasterError(f"The mask '{mask}' lies on another grid.", hint=hint))
