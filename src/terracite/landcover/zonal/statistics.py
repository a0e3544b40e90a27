# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mean and standard deviation of other rasters of a map (confidence, clear dates) per unit and class."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.landcover.classmap import ClassMap
from terracite.landcover.zonal.counting import walk
from terracite.landcover.zonal.units import Units
from terracite.raster.cell_areas import cell_areas
from terracite.raster.class_areas import areas_before
from terracite.raster.grid import Grid
from terracite.raster.read import opened

Floats = NDArray[np.float64]

_CODES, _BLOCK = 256, 512


@dataclass(frozen=True, slots=True, eq=False)
class UnitStatistics:
    """Area-weighted figures of one raster; NaN where a unit has none of a class. The last class is all of them."""

    raster: Path
    codes: tuple[int, ...]  #: of the classes; what is not mapped counts nowhere
    mean: Floats  #: (units, classes + 1)
    sd: Floats  #: (units, classes + 1), of the cells, not of the mean
    area_m2: Floats  #: (units, classes + 1) that have a value


def statistics_by_unit(
    classes: ClassMap, units: Units, rasters: Sequence[Path], *, block: int = _BLOCK
) -> tuple[UnitStatistics, ...]:
    """Mean and standard deviation of each of ``rasters`` (first band, same cells as the map) per unit and class.

    Cells on borders weigh by the share that lies in the unit. Cells without class, and those that a raster says are
    missing (its nodata value, NaN), are left out. Raises `RasterError` where a raster has other cells than the map.
    """
    for path in rasters:
        if not Grid.of(path).matches(classes.grid):
            raise RasterError(f"'{path.name}' has other cells than the map.", hint="Put it on the grid of the map.")
    sums = np.zeros((len(rasters), len(units), _CODES, 3))
    areas = cell_areas(classes.grid)
    with ExitStack() as stack:
        images = [stack.enter_context(opened(path)) for path in rasters]
        for here, cells, cover in walk(classes, units, block):
            base = areas.of(here)
            for number, image in enumerate(images):
                values = _values(image, here)
                _sum(cells, values, here.col, base, areas.step, cover.borders, cover.spans, sums[number])
    present = np.flatnonzero(sums[..., 0].sum(axis=(0, 1)))
    codes = tuple(dict.fromkeys((*classes.nomenclature.codes, *(int(code) for code in present if code))))
    return tuple(_figures(path, codes, one[:, list(codes)]) for path, one in zip(rasters, sums, strict=True))


def _values(image: Any, block: Any) -> NDArray[np.float32]:
    values = image.read(1, window=block.window())
    found = values.astype(np.float32)
    if image.nodata is not None:
        found[values == image.nodata] = np.nan
    return np.asarray(found)


def _figures(path: Path, codes: tuple[int, ...], sums: Floats) -> UnitStatistics:
    with_all = np.concatenate([sums, sums.sum(axis=1, keepdims=True)], axis=1)
    area, total, squares = with_all[..., 0], with_all[..., 1], with_all[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / area
        spread = np.sqrt(np.maximum(squares / area - mean**2, 0.0))
    return UnitStatistics(path, codes, mean, spread, area)


@njit(cache=True, nogil=True)
def _sum(codes, values, col, base, step, borders, spans, sums):  # type: ignore[no-untyped-def] # pragma: no cover
    """Add area, area x value and area x value² of a block, by unit and code."""
    border_first, border_col, border_unit, share = borders
    span_first, start, stop, span_unit = spans
    height, width = codes.shape
    before = np.empty(width + 1)
    for r in range(height):
        areas_before(base[r], step, col, before)
        for k in range(border_first[r], border_first[r + 1]):
            c = border_col[k] - col
            if 0 <= c < width and codes[r, c] and values[r, c] == values[r, c]:
                _one(sums[border_unit[k], codes[r, c]], share[k] * (before[c + 1] - before[c]), values[r, c])
        for k in range(span_first[r], span_first[r + 1]):
            for c in range(max(start[k] - col, 0), min(stop[k] - col, width)):
                if codes[r, c] and values[r, c] == values[r, c]:
                    _one(sums[span_unit[k], codes[r, c]], before[c + 1] - before[c], values[r, c])


@njit(cache=True, nogil=True)
def _one(sums, weight, value):  # type: ignore[no-untyped-def] # pragma: no cover
    sums[0] += weight
    sums[1] += weight * value
    sums[2] += weight * value * value
