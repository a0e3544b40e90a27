# SPDX-License-Identifier: AGPL-3.0-or-later
"""Images as tiles of real values: GeoTIFF, JPEG 2000 and the like, of any size. Runs in the child process.

The finest zoom is the one that shows every cell of the file, or the finest whose cells take `MOST_BYTES` at most: a
preview is for looking, and should neither double the store nor keep the worker for hours. The page says when it
shows less than the file holds.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from terracite.errors import InspectionError
from terracite.raster.grid import crs_label
from terracite.raster.previewing import Made
from terracite.raster.previewing.mercator import LIMIT, TILE, Tiles, cell_m, coarsest_zoom, finest_zoom, tiles_of
from terracite.raster.previewing.pack import Mask, PackWriter, Values
from terracite.raster.previewing.pyramid import Counted, Pyramid, majority, mean
from terracite.raster.previewing.raster_layers import MOST_CLASSES, MOST_LAYERS, Layer, layers_of
from terracite.raster.previewing.raster_read import AsItIs, Place, TileReader, Warped, place_of, reduced

MOST_SOURCE_CELLS = 10**11
MOST_BYTES = 2**30  #: of the finest zoom of all layers, before compression
_CHUNK_TILES = 96  #: read at once
#: only the driver that the suffix promises is tried
_DRIVERS = {
    ".tif": "GTiff", ".tiff": "GTiff", ".jp2": "JP2OpenJPEG", ".j2k": "JP2OpenJPEG", ".img": "HFA", ".asc": "AAIGrid",
    ".bil": "EHdr", ".hgt": "SRTMHGT", ".dem": "USGSDEM", ".grd": "GSBG", ".rst": "RST", ".sdat": "SAGA",
}  # fmt: skip
SUFFIXES = tuple(_DRIVERS)
_CACHE_BYTES = 256 * 2**20


def make(path: Path, folder: Path) -> Made:
    """The pyramid and its facts: space, box, zooms, layers with their ranges or classes."""
    warnings.simplefilter("ignore")
    with rasterio.Env(GDAL_CACHEMAX=_CACHE_BYTES), ExitStack() as stack:
        image = stack.enter_context(rasterio.open(path, driver=_DRIVERS[path.suffix.lower()]))
        _check_size(image)
        layers, place = layers_of(image), place_of(image)
        per_cell = sum(len(layer.bands) * np.dtype(layer.dtype).itemsize for layer in layers)
        plan = _on_map if place.box else _as_picture
        return plan(path, folder, image, layers, place, MOST_BYTES / per_cell, stack)


def _check_size(image: Any) -> None:
    cells = image.width * image.height
    if not cells:
        raise InspectionError("The image has no cells.", hint="Save it again.")
    if cells > MOST_SOURCE_CELLS:
        size = f"{image.width:,} x {image.height:,}".replace(",", " ")
        raise InspectionError(
            f"The image says that it has {size} cells: too many to be drawn.",
            hint="Save it as several files, or coarser.",
        )


def _on_map(
    path: Path, folder: Path, image: Any, layers: Sequence[Layer], place: Place, most_cells: float, stack: ExitStack
) -> Made:
    box = place.box or (-180.0, -LIMIT, 180.0, LIMIT)
    finest = finest_zoom(box, place.ground_m, most_cells)
    zooms = coarsest_zoom(box, finest), finest
    lat = math.radians((box[1] + box[3]) / 2)
    shown_m = cell_m(finest) * math.cos(lat)
    source = _reduced(path, image, shown_m / place.ground_m, layers, stack)
    parts = tiles_of(box, finest)
    described = _build(Warped(source, finest, stack), folder, layers, parts, zooms)
    told: tuple[str, ...] = () if shown_m < 1.5 * place.ground_m else (_said(place.ground_m, shown_m),)
    told += _beyond(image)
    facts = {
        "space": "map", "box": list(box), "zooms": list(zooms),
        "crs": crs_label(image.crs.to_wkt()) if image.crs else "",
        "cell_m": place.ground_m, "shown_m": shown_m, "size": [image.width, image.height],
    }  # fmt: skip
    return Made(facts | described, (*told, *_left_out(image, layers)))


def _as_picture(
    path: Path, folder: Path, image: Any, layers: Sequence[Layer], place: Place, most_cells: float, stack: ExitStack
) -> Made:
    factor = max(1, math.ceil(math.sqrt(image.width * image.height / most_cells)))
    source = _reduced(path, image, factor, layers, stack)
    columns, rows = math.ceil(source.width / TILE), math.ceil(source.height / TILE)
    finest = max(0, math.ceil(math.log2(max(columns, rows))))
    parts = [Tiles(finest, 0, 0, columns - 1, rows - 1)]
    described = _build(AsItIs(source), folder, layers, parts, (0, finest), on_ground=False)
    facts = {"space": "picture", "box": None, "zooms": [0, finest], "crs": "", "size": [source.width, source.height]}
    told = (f"One in {factor} x {factor} cells is shown.",) if source.width < image.width else ()
    return Made(facts | described, (place.why_not, *told, *_left_out(image, layers)))


def _reduced(path: Path, image: Any, ratio: float, layers: Sequence[Layer], stack: ExitStack) -> Any:
    factor = math.floor(ratio + 1e-6)
    if factor < 2 or image.gcps[0]:
        return image
    return reduced(path, factor, stack, codes=layers[0].kind == "classes")


def _build(
    reader: TileReader,
    folder: Path,
    layers: Sequence[Layer],
    parts: Sequence[Tiles],
    zooms: tuple[int, int],
    *,
    on_ground: bool = True,
) -> dict[str, Any]:
    """Write the pyramid of every layer; returns their facts."""
    described = []
    with PackWriter(folder) as writer:
        for plane, layer in enumerate(layers):
            counted = Counted.for_tiles(sum(part.count for part in parts))
            pyramid = Pyramid(writer, plane, zooms, majority if layer.kind == "classes" else mean, counted)
            for part in parts:
                _fill(pyramid, reader, part, layer, on_ground=on_ground)
            pyramid.end()
            described.append(_described(layer, counted, plane))
    return {"layers": described, "steps": []}


def _fill(pyramid: Pyramid, reader: TileReader, part: Tiles, layer: Layer, *, on_ground: bool) -> None:
    """Every tile of one part of the finest zoom, rows from the north; read many at once."""
    wide = min(part.right - part.left + 1, _CHUNK_TILES)
    high = max(1, _CHUNK_TILES // wide // len(layer.bands))
    for top in range(part.top, part.bottom + 1, high):
        rows = min(high, part.bottom + 1 - top)
        for left in range(part.left, part.right + 1, wide):
            columns = min(wide, part.right + 1 - left)
            values, mask = reader.read(left, top, columns, rows, layer.bands)
            for x, y, cells in _cut(left, top, columns, rows):
                pyramid.put(x, y, _kept(values[:, *cells], mask[cells], layer), mask[cells], weigh_ground=on_ground)
        for y in range(top, top + rows):
            pyramid.row_done(y)


def _cut(left: int, top: int, columns: int, rows: int) -> Iterator[tuple[int, int, tuple[slice, slice]]]:
    for row in range(rows):
        for column in range(columns):
            down, right = row * TILE, column * TILE
            yield left + column, top + row, (slice(down, down + TILE), slice(right, right + TILE))


def _kept(values: Values, mask: Mask, layer: Layer) -> Values:
    """As it is kept: colours stretched to 0-255, other values in their own type."""
    if not layer.stretch:
        return np.ascontiguousarray(values.astype(layer.dtype, copy=False))
    low, high = (np.array(ends, np.float32)[:, None, None] for ends in zip(*layer.stretch, strict=True))
    shown = np.where(mask, (values.astype(np.float32) - low) / (high - low), 0)
    stretched: Values = np.rint(np.clip(shown, 0, 1) * 255).astype(np.uint8)
    return stretched


def _described(layer: Layer, counted: Counted, plane: int) -> dict[str, Any]:
    """What the page and the tiles need of one layer."""
    facts = {name: value for name, value in asdict(layer).items() if name not in {"named", "stretch", "bands"}}
    facts |= {"bands": len(layer.bands), "plane": plane, "is_empty": not counted.sample}
    if layer.kind == "classes":
        return facts | {"classes": _classes(layer, counted)}
    if layer.kind == "colours" or not counted.sample:
        return facts | {"range": [0.0, 1.0], "extremes": None}
    low, high = counted.percentiles()
    return facts | {"range": [low, high if high > low else low + 1.0], "extremes": [counted.least, counted.most]}


def _classes(layer: Layer, counted: Counted) -> list[dict[str, Any]]:
    """Classes that are there, with their share of the ground; those of the file's own list first."""
    whole = sum(counted.weights.values()) or 1.0
    named = {item["code"]: item for item in layer.named}
    common = sorted(counted.weights, key=lambda code: -counted.weights[code])[:MOST_CLASSES]
    return [
        {"code": code, "label": "", "colour": ""} | named.get(code, {}) | {"share": counted.weights[code] / whole}
        for code in sorted(common)
    ]


def _said(cell: float, shown: float) -> str:
    return f"The map shows cells of about {shown:.3g} m; those of the file have {cell:.3g} m."


def _beyond(image: Any) -> tuple[str, ...]:
    if image.crs and image.crs.is_geographic and (image.bounds.top > 85.06 or image.bounds.bottom < -85.06):
        return ("What lies beyond 85 degrees north or south is not on the map.",)
    return ()


def _left_out(image: Any, layers: Sequence[Layer]) -> tuple[str, ...]:
    left = image.count - sum(len(layer.bands) for layer in layers)
    if len(layers) < MOST_LAYERS or left <= 0:
        return ()
    return (f"The first {MOST_LAYERS} of {image.count} bands are shown.",)
