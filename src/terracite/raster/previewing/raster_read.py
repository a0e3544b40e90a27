# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells of an image as tiles: put on a web map, or as they lie when the image has no place on one."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import rasterio
import rasterio.warp
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from terracite.errors import RasterError
from terracite.raster.grid import Grid
from terracite.raster.previewing.mercator import HALF, LIMIT, TILE, Box, cell_m
from terracite.raster.previewing.pack import Mask, Values

_STRIP = 64 * 2**20  #: bytes of a strip of a reduced copy
_WARP_MB = 64


class TileReader(Protocol):
    """Reads a rectangle of tiles of the finest zoom."""

    def read(self, left: int, top: int, columns: int, rows: int, bands: Sequence[int]) -> tuple[Values, Mask]:
        """Values (band, y, x) and mask (y, x) of ``columns`` x ``rows`` tiles."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image lies on a web map; ``why_not`` says in words why it does not."""

    box: Box | None = None
    ground_m: float = 0.0  #: side of a cell
    why_not: str = ""


def place_of(image: Any) -> Place:
    """From the reference system and transform, or from ground control points."""
    points, points_crs = image.gcps
    if points and points_crs:
        return _on_map(_box_of_points(points, points_crs), _size_of(image))
    if not image.crs or image.transform.is_identity:
        return Place(why_not="The image does not say where it lies: it is shown as a picture.")
    try:
        grid = Grid.of_dataset(image)
        return _on_map(grid.lonlat_box(), grid.cell_size_m)
    except RasterError as error:
        return Place(why_not=f"{error.message} It is shown as a picture.")


def _on_map(box: Box | None, ground_m: float | None) -> Place:
    if box is None or not all(map(math.isfinite, box)) or box[1] > box[3]:
        return Place(why_not="Where the image lies cannot be worked out: it is shown as a picture.")
    west, south, east, north = box
    if south >= LIMIT or north <= -LIMIT:
        return Place(why_not="The image lies beyond 85 degrees, where a web map ends: it is shown as a picture.")
    size_m = ground_m or (north - south) * 111_000 / 1000
    return Place((west, max(south, -LIMIT), east, min(north, LIMIT)), size_m)


def _box_of_points(points: Sequence[Any], crs: Any) -> Box | None:
    lons, lats = rasterio.warp.transform(crs, "EPSG:4326", [p.x for p in points], [p.y for p in points])
    box = min(lons), min(lats), max(lons), max(lats)
    return box if box[2] - box[0] < 180 else None  # points on both sides of the antimeridian say too little


def _size_of(image: Any) -> float | None:
    points, crs = image.gcps
    box = _box_of_points(points, crs)
    return (box[3] - box[1]) * 111_000 / max(1, image.height) if box else None


class Warped:
    """An image put on a web map, the nearest cell at each place."""

    def __init__(self, image: Any, zoom: int, stack: ExitStack) -> None:
        self._zoom = zoom
        self._nodata = image.nodata
        self._alpha = _alpha_band(image)
        side = TILE * 2**zoom
        common = {
            "crs": "EPSG:3857",
            "transform": rasterio.Affine(cell_m(zoom), 0, -HALF, 0, -cell_m(zoom), HALF),
            "width": min(side, 2**31 - 1),
            "height": min(side, 2**31 - 1),
            "resampling": Resampling.nearest,
            "warp_mem_limit": _WARP_MB,
            "add_alpha": self._nodata is None and not self._alpha,
        }
        self._views = [stack.enter_context(WarpedVRT(image, **common, **moved)) for moved in _turns(image)]

    def read(self, left: int, top: int, columns: int, rows: int, bands: Sequence[int]) -> tuple[Values, Mask]:
        window = Window(left * TILE, top * TILE, columns * TILE, rows * TILE)
        values, mask = _cells(self._views[0], window, bands, self._nodata, self._alpha)
        for view in self._views[1:]:
            more, known = _cells(view, window, bands, self._nodata, self._alpha)
            np.copyto(values, more, where=known & ~mask)
            mask |= known
        return values, mask


class AsItIs:
    """An image without a place: cell for cell, from its upper left corner."""

    def __init__(self, image: Any) -> None:
        self._image = image

    def read(self, left: int, top: int, columns: int, rows: int, bands: Sequence[int]) -> tuple[Values, Mask]:
        height, width = rows * TILE, columns * TILE
        inside = (
            min(height, max(0, self._image.height - top * TILE)),
            min(width, max(0, self._image.width - left * TILE)),
        )
        values = np.zeros((len(bands), height, width), self._image.dtypes[bands[0] - 1])
        mask = np.zeros((height, width), np.bool_)
        if all(inside):
            window = Window(left * TILE, top * TILE, inside[1], inside[0])
            part = slice(0, inside[0]), slice(0, inside[1])
            values[:, *part] = self._image.read(list(bands), window=window)
            known = self._image.dataset_mask(window=window) > 0
            mask[part] = known & _finite(values[:, *part])
        return values, mask


def reduced(path: Path, factor: int, stack: ExitStack, *, codes: bool) -> Any:
    """The image with about one in ``factor`` x ``factor`` cells: an overview of it, else a copy read in one pass."""
    image = stack.enter_context(rasterio.open(path))
    if factor < 2:
        return image
    levels = [level for level, size in enumerate(image.overviews(1)) if size <= factor * 1.01]
    if levels:
        return stack.enter_context(rasterio.open(path, overview_level=levels[-1]))
    return stack.enter_context(rasterio.open(_copy(image, factor, stack, codes=codes)))


def _copy(image: Any, factor: int, stack: ExitStack, *, codes: bool) -> Path:
    """Strips of the image, reduced, in a file of the temporary folder that goes away with the process."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    height, width = math.ceil(image.height / factor), math.ceil(image.width / factor)
    moved = image.transform * rasterio.Affine.scale(image.width / width, image.height / height)
    how = Resampling.nearest if codes else Resampling.average
    has_mask = _has_mask(image)
    profile = {"driver": "GTiff", "height": height, "width": width, "count": image.count, "dtype": image.dtypes[0]}
    profile |= {"crs": image.crs, "transform": moved, "nodata": image.nodata, "tiled": True, "compress": "zstd"}
    rows = max(1, min(height, _STRIP // max(1, width * image.count * np.dtype(image.dtypes[0]).itemsize)))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(folder / "reduced.tif", "w", **profile) as copy:
        for first in range(0, height, rows):
            count = min(rows, height - first)
            source = Window(0, first * factor, image.width, min(count * factor, image.height - first * factor))
            target = Window(0, first, width, count)
            copy.write(image.read(window=source, out_shape=(image.count, count, width), resampling=how), window=target)
            if has_mask:
                copy.write_mask(image.dataset_mask(window=source, out_shape=(count, width)), window=target)
        copy.colorinterp = image.colorinterp
    return folder / "reduced.tif"


def _has_mask(image: Any) -> bool:
    flags = image.mask_flag_enums[0]
    return MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags


def _turns(image: Any) -> list[dict[str, Any]]:
    """Longitudes that run beyond 180 degrees are looked for there too, a whole turn away."""
    if not image.crs or not image.crs.is_geographic or image.gcps[0]:
        return [{}]
    left, _, right, _ = image.bounds
    turns = [turn for turn in (-360, 0, 360) if left + turn < 180 - 1e-9 and right + turn > -180 + 1e-9]
    if turns == [0]:
        return [{}]
    return [
        {"src_transform": rasterio.Affine.translation(turn, 0) * image.transform, "src_crs": image.crs}
        for turn in turns
    ]


def _alpha_band(image: Any) -> int:
    """The number of the band that says how opaque a cell is; 0: none."""
    places = [number for number, role in enumerate(image.colorinterp, 1) if role == ColorInterp.alpha]
    return places[0] if places else 0


def _cells(view: Any, window: Window, bands: Sequence[int], nodata: float | None, alpha: int) -> tuple[Values, Mask]:
    if nodata is not None:
        values = view.read(list(bands), window=window)
        known = ~np.isnan(values) if math.isnan(nodata) else values != nodata
        return values, known.any(0) & _finite(values)
    read = view.read([*bands, alpha or view.count], window=window)
    return read[:-1], (read[-1] > 0) & _finite(read[:-1])


def _finite(values: Values) -> Any:
    return np.isfinite(values).all(0) if values.dtype.kind == "f" else np.True_
