# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write a raster as a cloud-optimised GeoTIFF (COG), block by block, under its final name only when whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import DTypeLike, NDArray
from rasterio.errors import RasterioError
from rasterio.shutil import copy

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid

TILE = 512  #: side of the tiles of a COG, in cells
CACHE_BYTES = 128 * 2**20

Blocks = Iterable[tuple[Block, NDArray[np.generic]]]


def write_cog(
    path: str | Path,
    blocks: Blocks,
    grid: Grid,
    *,
    dtype: DTypeLike,
    nodata: float | None,
    colours: Mapping[int, str] | None = None,
    descriptions: Sequence[str] = ("",),
    tags: Mapping[str, str] | None = None,
    scale: float | None = None,
    offset: float = 0.0,
    compression: str = "deflate",
) -> Path:
    """Write ``blocks`` to ``path`` as a COG with overviews, and return ``path``.

    ``blocks``: pairs (block, values), values (y, x) or (band, y, x), in any order; cells of no block are ``nodata``
    (0 when that is None). ``colours``: "#rrggbb" per value, for one band of uint8 or uint16: stored as the colour
    table, and the overviews then take the commonest value instead of the mean. ``descriptions``: one per band.
    ``tags``: more metadata, kept in the file; looked at after the last block, so that they may tell what the blocks
    hold. ``scale`` and ``offset``: physical value = number x scale + offset. ``compression``: "deflate", which every
    reader knows and which carries checksums, or "zstd".

    A failure leaves nothing under ``path`` but what was there. Raises `RasterError` when the disk refuses.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft, part = (target.with_name(f".{target.name}.{kind}.tif") for kind in ("draft", "part"))
    try:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
            _write_draft(
                draft,
                blocks,
                grid,
                np.dtype(dtype),
                nodata,
                colours,
                descriptions,
                {} if tags is None else tags,
                None if scale is None else (scale, offset),
            )
            _to_cog(draft, part, categorical=bool(colours), compression=compression)
        _sync(part)
        part.replace(target)
    except RasterioError as error:
        raise RasterError(
            f"The raster '{target}' could not be written: {error}.",
            hint="Check that the disk has room and that the folder may be written to, then run the command again.",
        ) from error
    finally:
        for leftover in (draft, part):
            with suppress(FileNotFoundError):
                leftover.unlink()
    return target


def _write_draft(
    path: Path,
    blocks: Blocks,
    grid: Grid,
    dtype: np.dtype[np.generic],
    nodata: float | None,
    colours: Mapping[int, str] | None,
    descriptions: Sequence[str],
    tags: Mapping[str, str],
    scaling: tuple[float, float] | None,
) -> None:
    """A plain tiled GeoTIFF, written in any order; a COG has to be written front to back."""
    profile = {
        "driver": "GTiff", "width": grid.width, "height": grid.height, "count": len(descriptions), "dtype": dtype.name,
        "crs": grid.crs, "transform": rasterio.Affine(*grid.transform), "nodata": nodata,
        "tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "zstd", "zstd_level": 1, "bigtiff": "if_safer",
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as image:
        if colours:
            image.write_colormap(1, {value: rgba(colour) for value, colour in colours.items()})
        for band, description in enumerate(descriptions, start=1):
            image.set_band_description(band, description)
        if scaling is not None:
            image.scales, image.offsets = ([number] * len(descriptions) for number in scaling)
        for block, values in blocks:
            stack = values if values.ndim == 3 else values[None]
            image.write(stack.astype(dtype, copy=False), window=block.window())
        image.update_tags(**tags)


def _to_cog(draft: Path, target: Path, *, categorical: bool, compression: str) -> None:
    resampling = "MODE" if categorical else "NEAREST"
    copy(
        draft, target, driver="COG", blocksize=TILE, compress=compression, predictor="YES", bigtiff="IF_SAFER",
        overviews="AUTO", overview_resampling=resampling, num_threads="ALL_CPUS",
    )  # fmt: skip


def rgba(colour: str) -> tuple[int, int, int, int]:
    """ "#ff8000" as (255, 128, 0, 255)."""
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"{colour!r} is not a colour like '#ff8000'")
    red, green, blue = (int(digits[start : start + 2], 16) for start in (0, 2, 4))
    return red, green, blue, 255


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
