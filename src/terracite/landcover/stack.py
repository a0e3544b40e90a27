# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map straight from an image whose bands are the features of a model, window by window.

Memory does not grow with the image: one window is classified while the next one is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError

from terracite.errors import ModelError, RasterError
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.classifiers.contract import Model, predict
from terracite.landcover.predict import percent
from terracite.raster.grid import Block, Grid

WINDOW = 256  #: side of the windows, in cells
_CACHE_BYTES = 64 * 2**20  #: of GDAL, whose own choice is a share of the machine's memory


def map_stack(image: Path, model: Model, classes: Path, confidence: Path) -> None:
    """Write the map of ``image`` to ``classes`` and the share of the winning class, 1-100 %, to ``confidence``.

    ``image``: as many bands as the model has features, in its order and its unit. Labels must be 1-255. A cell that
    misses a band (no data, or not a number) is 0 in both. Raises `ModelError` where image and model do not fit, and
    `RasterError` where the image cannot be read or a file not be written; a failure leaves neither file.
    """
    if model.classes.min() < 1 or model.classes.max() > 255:
        raise ModelError("The labels of this model do not fit into a map of bytes.", hint="Use codes from 1 to 255.")
    parts = [path.with_name(f".{path.name}.part.tif") for path in (classes, confidence)]
    try:
        with rasterio.Env(GDAL_CACHEMAX=_CACHE_BYTES), rasterio.open(image) as source:
            _check(source, model, image)
            _write(source, model, parts)
        for part, path in zip(parts, (classes, confidence), strict=True):
            part.replace(path)
    except (RasterioError, OSError) as error:
        raise RasterError(
            f"The map of '{image.name}' could not be made: {error}.",
            hint="Check that the image is whole and that the disk has room, then run the command again.",
        ) from error
    finally:
        for part in parts:
            with suppress(FileNotFoundError):
                part.unlink()


def _check(source: Any, model: Model, image: Path) -> None:
    if source.count != model.importance.size:
        raise ModelError(
            f"'{image.name}' has {source.count} bands; the model was trained on {model.importance.size} features.",
            hint="Give one band for each feature that model.json lists, in that order.",
        )


def _write(source: Any, model: Model, parts: Sequence[Path]) -> None:
    profile = {
        "driver": "GTiff", "dtype": "uint8", "count": 1, "height": source.height, "width": source.width,
        "crs": source.crs, "transform": source.transform, "nodata": NOT_MAPPED, "tiled": True,
        "blockxsize": WINDOW, "blockysize": WINDOW, "compress": "deflate",
    }  # fmt: skip
    with ExitStack() as stack:
        targets = [stack.enter_context(rasterio.open(part, "w", **profile)) for part in parts]
        for block, values in _read(source, stack.enter_context(ThreadPoolExecutor(1))):
            for target, found in zip(targets, _mapped(values, source.nodata, model), strict=True):
                target.write(found, 1, window=block.window())


def _read(source: Any, reader: ThreadPoolExecutor) -> Iterator[tuple[Block, NDArray[Any]]]:
    """Every window with its values (band, y, x); the next one is on its way."""
    blocks = list(Grid("", (1, 0, 0, 0, 1, 0), source.width, source.height).blocks(WINDOW))
    pending = reader.submit(source.read, window=blocks[0].window())
    for number, block in enumerate(blocks):
        values = pending.result()
        if number + 1 < len(blocks):
            pending = reader.submit(source.read, window=blocks[number + 1].window())
        yield block, values


def _mapped(values: NDArray[Any], nodata: float | None, model: Model) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Class and confidence (y, x) of one window."""
    shape = values.shape[1:]
    cells = values.reshape(len(values), -1)
    good = _whole(cells, nodata)
    classes, confidence = np.full(good.size, NOT_MAPPED, np.uint8), np.zeros(good.size, np.uint8)
    if good.any():
        labels, share = predict(model, cells if good.all() else cells[:, good])
        classes[good], confidence[good] = labels.astype(np.uint8), percent(share)
    return classes.reshape(shape), confidence.reshape(shape)


def _whole(cells: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    """Which cells have a value in every band."""
    good = np.ones(cells.shape[1], bool)
    for band in cells:
        if band.dtype.kind == "f":
            good &= np.isfinite(band)
        if nodata is not None and not np.isnan(nodata):
            good &= band != nodata
    return good
