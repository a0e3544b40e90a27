# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of each class lies in each unit, in hectares on the ellipsoid, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.classmap import ClassMap
from terracite.landcover.zonal.coverage import Band, band, edges_of
from terracite.landcover.zonal.strata import StrataCells, strata_cells
from terracite.landcover.zonal.units import Units
from terracite.raster.cell_areas import CellAreas, cell_areas
from terracite.raster.class_areas import add_runs, areas_before
from terracite.raster.grid import Block

Floats = NDArray[np.float64]

_CODES = 256
HECTARE_M2 = 10_000.0
_BLOCK = 512


@dataclass(frozen=True, slots=True, eq=False)
class UnitAreas:
    """Mapped areas in hectares; their sum over classes and what is not mapped is the area of a unit on the map."""

    names: tuple[str, ...]  #: of the units
    codes: tuple[int, ...]  #: of the classes: those of the map's nomenclature, then others that the map has
    areas_ha: Floats  #: (units, classes)
    unmapped_ha: Floats  #: (units,) on the map's grid, without class
    share_on_map: Floats  #: (units,) 0-1: how much of each unit lies on the grid of the map
    map_ha: Floats  #: (classes,) of the whole map, whatever lies in a unit
    map_unmapped_ha: float
    stretch: tuple[float, float]  #: least and most by which the map's own plane says areas too large
    unknown: tuple[int, ...] = ()  #: codes that the map has and its nomenclature has not: the last ones of ``codes``
    by_stratum: Floats | None = None  #: (units, strata + 1, classes + 1); last: in no stratum, without class


def areas_by_unit(classes: ClassMap, units: Units, strata: Units | None = None, *, block: int = _BLOCK) -> UnitAreas:
    """The area of every class in every unit, and of the whole map.

    A cell on a border counts in each unit with the exact share that lies in it, so that units which tile the map sum
    to the map. ``strata``: polygons of the strata of a sample; a cell belongs to the one that its centre lies in.
    Memory is bounded by a block of the map and by the units. Raises `RasterError` where cells cannot be measured.
    """
    areas = cell_areas(classes.grid)
    cells = strata_cells(strata) if strata else None
    depth = len(strata) + 1 if strata else 1
    found = np.zeros((len(units) + 1, depth * _CODES))
    for here, codes, cover in walk(classes, units, block):
        keys = codes if cells is None else cells.keys(here, codes)
        _count(keys, here.col, areas.of(here), areas.step, cover.borders, cover.spans, found)
    return _result(classes, units, found.reshape(len(units) + 1, depth, _CODES), areas, cells)


def walk(classes: ClassMap, units: Units, size: int) -> Iterator[tuple[Block, NDArray[np.uint8], Band]]:
    """Every block of the map with its codes, and what the units cover of its rows."""
    edges, cover = edges_of(units.shapes, classes.grid), None
    for here, codes in classes.blocks(size):
        if cover is None or cover.row != here.row:
            cover = band(edges, here.row, here.height, classes.grid.width)
        yield here, codes, cover


def _result(classes: ClassMap, units: Units, found: Floats, areas: CellAreas, cells: StrataCells | None) -> UnitAreas:
    known, whole = classes.nomenclature.codes, found[-1].sum(axis=0)
    strange = tuple(int(code) for code in np.flatnonzero(whole) if code != NOT_MAPPED and code not in known)
    codes = (*known, *strange)
    by_code = found[:-1].sum(axis=1)
    return UnitAreas(
        units.names,
        codes,
        by_code[:, codes] / HECTARE_M2,
        by_code[:, NOT_MAPPED] / HECTARE_M2,
        _share_on_map(units),
        whole[list(codes)] / HECTARE_M2,
        float(whole[NOT_MAPPED] / HECTARE_M2),
        areas.stretch,
        strange if known else (),
        found[:-1, :, [*codes, NOT_MAPPED]] / HECTARE_M2 if cells else None,
    )


def _share_on_map(units: Units) -> Floats:
    """How much of each unit the grid covers, by areas on its plane."""
    outline = units.grid_outline
    share = np.ones(len(units))
    beyond = ~shapely.covers(outline, units.shapes)
    cut = shapely.intersection(units.shapes[beyond], outline)
    share[beyond] = shapely.area(cut) / shapely.area(units.shapes[beyond])
    return share


@njit(cache=True, nogil=True)
def _count(keys, col, base, step, borders, spans, found):  # type: ignore[no-untyped-def] # pragma: no cover
    """Add the areas of a block; ``keys``: (y, x) columns of ``found``, whose last row is for the whole map."""
    border_first, border_col, border_unit, share = borders
    span_first, start, stop, span_unit = spans
    height, width = keys.shape
    before = np.empty(width + 1)
    for r in range(height):
        areas_before(base[r], step, col, before)
        add_runs(keys[r], 0, width, before, found[-1])
        for k in range(border_first[r], border_first[r + 1]):
            c = border_col[k] - col
            if 0 <= c < width:
                found[border_unit[k], keys[r, c]] += share[k] * (before[c + 1] - before[c])
        for k in range(span_first[r], span_first[r + 1]):
            begin, end = max(start[k] - col, 0), min(stop[k] - col, width)
            if begin < end:
                add_runs(keys[r], begin, end, before, found[span_unit[k]])
