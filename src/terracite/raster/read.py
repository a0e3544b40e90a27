# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading images by blocks: raw numbers, physical values and cloud masks.

Every function opens and closes the file itself, so that blocks can be read from several threads or processes.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid, same_crs
from terracite.raster.products import ProductType, named
from terracite.raster.series import SeriesImage

CACHE_BYTES = 64 * 2**20  #: GDAL's block cache; rasterio takes bytes, and a small number would mean no cache at all
_HOLE = bytes(4096)  #: a page of zeros: what a broken copy or a full disk leaves; coded data never holds as many
_DAMAGED = "The file is damaged or not complete: copy or produce it again, or take it out of the archive."


@contextmanager
def opened(path: str | Path, cache_bytes: int = CACHE_BYTES) -> Iterator[Any]:
    """The image opened with rasterio; whatever GDAL refuses becomes a `RasterError` that names the file."""
    with explained(path), rasterio.Env(GDAL_CACHEMAX=cache_bytes), rasterio.open(path) as image:
        yield image


@contextmanager
def explained(path: str | Path) -> Iterator[None]:
    """What GDAL refuses, as a `RasterError` that names the file."""
    try:
        yield
    except RasterioError as error:
        missing = not Path(path).exists()
        hint = "Check the path." if missing else _DAMAGED
        raise RasterError(f"The image '{path}' cannot be read.", hint=hint) from error


def read_block(
    path: str | Path,
    block: Block | None = None,
    *,
    band: int = 1,
    grid: Grid | None = None,
    fill: int | float | None = None,
) -> NDArray[Any]:
    """The raw numbers (DN) of one band, in the file's own type, shape (y, x).

    ``block`` and ``grid``: the cells wanted; None means all, and the file's own grid. When ``grid`` is not the
    file's, each cell takes the nearest one of the file, and cells that the file does not reach get ``fill`` (the
    file's nodata, else 0).
    """
    with opened(path) as image:
        return _read(image, block, band, grid, fill)


def read_physical(
    image: SeriesImage, block: Block | None = None, grid: Grid | None = None, *, masked: bool = True
) -> NDArray[np.float32]:
    """Physical values, float32, shape (y, x); NaN = nodata, out of the valid range, or cloud when ``masked``."""
    values, missing = _values(image, block, grid)
    if masked:
        mask = read_mask(image, block, grid)
        missing |= mask == 1
    result = values.astype(np.float32) * np.float32(image.scale) + np.float32(image.offset)
    result[missing] = np.nan
    return result


def read_mask(image: SeriesImage, block: Block | None = None, grid: Grid | None = None) -> NDArray[np.uint8]:
    """The cloud mask, shape (y, x): 0 clear, 1 masked, 255 not known because the image has no mask.

    From the mask file where there is one; else from the cells that the masked image lost.
    """
    target = grid or Grid.of(image.path)
    if image.mask_path is not None:
        outside = next(value for value in range(len(image.clear) + 1) if value not in image.clear)
        mask = read_block(image.mask_path, block, grid=target, fill=outside)
        return (~np.isin(mask, image.clear)).astype(np.uint8)
    if image.masked_path is not None:
        _, missing = _values(image, block, target)
        _, lost = _values(image, block, target, path=image.masked_path)
        return (lost & ~missing).astype(np.uint8)
    return np.full(block.shape if block else target.shape, 255, np.uint8)


def nodata_of(path: str | Path, product: str | ProductType) -> float | None:
    """The number that means "no data": the one in the file or in its ``.aux.xml`` sidecar, else the type's default."""
    with opened(path) as image:
        return nodata_in(image, named(product).nodata)


def check_readable(path: str | Path, *, whole: bool = False) -> None:
    """Return quietly when the image can be read; raise `RasterError` with a cure when it cannot.

    Decodes the first and the last cells, which finds files cut short; ``whole`` decodes everything. A JPEG 2000 file
    with a hole of zeros is refused too: it decodes without complaint, to wrong numbers.
    """
    with opened(path) as image:
        check_opened(image, whole=whole)


def check_opened(image: Any, *, whole: bool = False) -> None:
    """`check_readable` of an image that is open already: what it decodes stays in GDAL's cache for the next reading."""
    if image.driver.startswith("JP2") and _has_hole(Path(image.name)):
        raise RasterError(f"The image '{image.name}' has a hole: part of it is only zeros.", hint=_DAMAGED)
    if whole:
        for block in Grid("", (1, 0, 0, 0, 1, 0), image.width, image.height).blocks(2048):
            image.read(1, window=block.window())
        return
    width, height = min(image.width, 64), min(image.height, 64)
    image.read(1, window=Window(0, 0, width, height))
    image.read(1, window=Window(image.width - width, image.height - height, width, height))


def grid_of(path: Path, inner: str = "") -> Grid | None:
    """The grid of an image; None where its header cannot be read, or does not say where it lies.

    ``inner``: the variable of a NetCDF file. Remembered as long as the file stays as it is.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return _grid_of(path, inner, status.st_mtime_ns, status.st_size)


def address(path: Path, inner: str = "") -> str:
    """What `opened` takes: the path, or one variable of a NetCDF file."""
    return f"netcdf:{path}:{inner}" if inner else str(path)


@lru_cache(maxsize=2**16)
def _grid_of(path: Path, inner: str, _modified: int, _size: int) -> Grid | None:
    try:
        return Grid.of(address(path, inner))
    except RasterError:
        return None


def _has_hole(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_HOLE) >= 0


def missing_dn(values: NDArray[Any], nodata: float | None, valid: tuple[int, int]) -> NDArray[np.bool_]:
    """Which DN are missing: nodata, NaN, or outside ``valid`` (lossy compression moves nodata by a few numbers)."""
    missing: NDArray[np.bool_] = (values < valid[0]) | (values > valid[1])
    if values.dtype.kind == "f":
        missing |= np.isnan(values)
    return missing if nodata is None else missing | (values == nodata)


def _values(
    image: SeriesImage, block: Block | None, grid: Grid | None, path: Path | None = None
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    with opened(path or image.path) as source:
        nodata = nodata_in(source, image.nodata)
        fill = 0 if nodata is None else nodata
        values = _read(source, block, 1, grid, fill)
        missing = missing_dn(values, nodata, image.valid)
        if nodata is None and grid is not None:
            missing |= ~_covered(source, block, grid)
    return values, missing


def nodata_in(image: Any, default: int | None) -> float | None:
    """The nodata of an opened image, else ``default``."""
    if image.nodata is not None:
        return float(image.nodata)
    return None if default is None else float(default)


def _read(image: Any, block: Block | None, band: int, grid: Grid | None, fill: float | None) -> NDArray[Any]:
    own = Grid.of_dataset(image) if grid is not None else None
    if grid is None or own is None or own.matches(grid):
        values: NDArray[Any] = image.read(band, window=block.window() if block else None)
        return values
    target = grid.crop(block) if block else grid
    value = fill if fill is not None else (image.nodata if image.nodata is not None else 0)
    upright = not any((*own.transform[1:4:2], *target.transform[1:4:2]))
    if upright and same_crs(own.crs, target.crs):
        return _nearest(image, own, target, band, value)
    return _warped(image, target, band, value)


def _nearest(image: Any, own: Grid, target: Grid, band: int, fill: float) -> NDArray[Any]:
    """Cells of ``target`` from the nearest cells of an image in the same reference system."""
    rows, cols = _positions(own, target)
    inside_rows, inside_cols = rows >= 0, cols >= 0
    result = np.full(target.shape, fill, image.dtypes[band - 1])
    if not (inside_rows.any() and inside_cols.any()):
        return result
    top, left = rows[inside_rows].min(), cols[inside_cols].min()
    height, width = rows.max() - top + 1, cols.max() - left + 1
    source = image.read(band, window=Window(left, top, width, height))
    picked = source[np.ix_(rows[inside_rows] - top, cols[inside_cols] - left)]
    result[np.ix_(inside_rows, inside_cols)] = picked
    return result


def _positions(own: Grid, target: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row of ``own`` for each row of ``target``, and the same for columns; -1 outside. Both are north-up."""
    xs, ys = target.xs(), target.ys()
    a, _, c, _, e, f = own.transform
    cols, rows = np.floor((xs - c) / a).astype(np.int64), np.floor((ys - f) / e).astype(np.int64)
    return (
        np.where((rows >= 0) & (rows < own.height), rows, -1),
        np.where((cols >= 0) & (cols < own.width), cols, -1),
    )


def _covered(image: Any, block: Block | None, grid: Grid) -> NDArray[np.bool_]:
    """Which cells of ``grid`` the image reaches."""
    own, target = Grid.of_dataset(image), grid.crop(block) if block else grid
    xs, ys = np.meshgrid(target.xs(), target.ys())
    rows, _ = own.cells(xs, ys, crs=target.crs)
    return rows >= 0


def _warped(image: Any, target: Grid, band: int, fill: float) -> NDArray[Any]:
    options = {
        "crs": target.crs,
        "transform": rasterio.Affine(*target.transform),
        "width": target.width,
        "height": target.height,
        "resampling": Resampling.nearest,
        "nodata": fill,
    }
    with WarpedVRT(image, **options) as view:
        values: NDArray[Any] = view.read(band)
        return values
