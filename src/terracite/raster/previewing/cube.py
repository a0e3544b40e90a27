# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cubes as tiles of real values per variable and date, and as series per place: NetCDF and zipped Zarr.

Bounded: `MOST_STEPS` dates, evenly chosen from more; as many variables, and cells as fine, as `MOST_CELLS` allow. The
page says what is left out. Runs in the child process.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import InspectionError
from terracite.raster.grid import crs_label
from terracite.raster.previewing import Made
from terracite.raster.previewing.cube_layers import Layer, Plan, kept, plan_of
from terracite.raster.previewing.cube_open import open_variables
from terracite.raster.previewing.cube_place import Place
from terracite.raster.previewing.mercator import TILE, Tiles, cell_m, coarsest_zoom, finest_zoom, tiles_of
from terracite.raster.previewing.pack import SERIES_INDEX, SERIES_PACK, SERIES_SIDE, PackWriter
from terracite.raster.previewing.pyramid import Counted, Pyramid, majority, mean

SUFFIXES = (".nc", ".nc4", ".cdf", ".zip")
MOST_CELLS = 2**29  #: of the finest zoom, of all variables and dates
MOST_STEP_CELLS = 2**22  #: of one variable at one date
_LEAST_CELLS = 4 * TILE * TILE
_DEEPEST = 18
_GROUP_BYTES = 256 * 2**20
_READ_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Frame:
    """The tiles of the finest zoom."""

    zooms: tuple[int, int]
    parts: tuple[Tiles, ...]
    stride: int  #: one in so many cells of the file is read, each way


def make(path: Path, folder: Path) -> Made:
    """The tiles of every layer and step, the series, and the facts: space, box, zooms, layers, steps."""
    warnings.simplefilter("ignore")
    with ExitStack() as stack:
        plan = plan_of(open_variables(path, stack))
        steps = max(1, len(plan.steps))
        most = max(1, min(len(plan.layers), MOST_CELLS // (steps * _LEAST_CELLS)))
        layers = plan.layers[:most]
        frame = _frame(plan.place, min(MOST_STEP_CELLS, MOST_CELLS / (steps * most)))
        place = plan.place.thinned(frame.stride)
        cells = {
            (x, y): place.cells_of(frame.zooms[1], x, y)
            for part in frame.parts
            for y in range(part.top, part.bottom + 1)
            for x in range(part.left, part.right + 1)
        }
        described = _build(folder, plan, layers, frame, cells)
        told = [plan.place.why_not, *plan.said]
        if len(layers) < len(plan.layers):
            told.append(f"The first {len(layers)} of {len(plan.layers)} variables and levels are shown.")
        shown_m = _shown_m(plan.place, frame.zooms[1])
        if plan.place.box and shown_m > 1.5 * plan.place.ground_m:
            told.append(
                f"The map shows cells of about {shown_m:.3g} m; those of the file have {plan.place.ground_m:.3g} m."
            )
        facts = {
            "space": "map" if plan.place.box else "picture",
            "box": list(plan.place.box) if plan.place.box else None,
            "zooms": list(frame.zooms),
            "crs": crs_label(plan.place.crs.to_wkt()) if plan.place.crs else "EPSG:4326" if plan.place.box else "",
            "cell_m": plan.place.ground_m,
            "shown_m": shown_m,
            "size": [place.xs.size, place.ys.size],
            "axis": plan.axis,
            "steps": list(plan.steps),
            "layers": described,
        }
        return Made(facts, tuple(text for text in told if text))


def _frame(place: Place, most_cells: float) -> Frame:
    if place.box is None:
        stride = max(1, math.ceil(math.sqrt(place.xs.size * place.ys.size / most_cells)))
        columns, rows = (math.ceil(math.ceil(size / stride) / TILE) for size in (place.xs.size, place.ys.size))
        finest = math.ceil(math.log2(max(columns, rows)))
        return Frame((0, finest), (Tiles(finest, 0, 0, columns - 1, rows - 1),), stride)
    finest = min(_DEEPEST, finest_zoom(place.box, place.ground_m, most_cells))
    stride = max(1, math.floor(_shown_m(place, finest) / place.ground_m + 1e-6))
    return Frame((coarsest_zoom(place.box, finest), finest), tuple(tiles_of(place.box, finest)), stride)


def _shown_m(place: Place, zoom: int) -> float:
    if place.box is None:
        return 0.0
    return cell_m(zoom) * math.cos(math.radians((place.box[1] + place.box[3]) / 2))


Cells = dict[tuple[int, int], NDArray[np.int64]]


def _build(folder: Path, plan: Plan, layers: Sequence[Layer], frame: Frame, cells: Cells) -> list[dict[str, Any]]:
    described = []
    steps = max(1, len(plan.steps))
    with PackWriter(folder) as writer, PackWriter(folder, SERIES_PACK, SERIES_INDEX) as series:
        for number, layer in enumerate(layers):
            counted = Counted.for_tiles(len(cells) * steps)
            for step, values, mask in _steps(plan, layer, frame.stride):
                pyramid = Pyramid(
                    writer, number * steps + step, frame.zooms, majority if layer.is_classes else mean, counted
                )
                _fill(pyramid, cells, values, mask, on_ground=plan.place.box is not None)
            if plan.steps:
                _write_series(writer, series, number, steps, frame, cells, layer)
            described.append(layer.described(counted) | {"plane": number * steps, "number": number})
    if all(layer["is_empty"] for layer in described):
        raise InspectionError("None of its cells has data.", hint="Its bytes are kept as they are.")
    return described


def _fill(pyramid: Pyramid, cells: Cells, values: NDArray[Any], mask: NDArray[np.bool_], *, on_ground: bool) -> None:
    flat, known = values.ravel(), mask.ravel()
    for (x, y), numbers in cells.items():
        valid = (numbers >= 0) & known[numbers]
        pyramid.put(x, y, np.where(valid, flat[numbers], flat.dtype.type(0))[None], valid, weigh_ground=on_ground)
    pyramid.end()


def _steps(plan: Plan, layer: Layer, stride: int) -> Iterator[tuple[int, NDArray[Any], NDArray[np.bool_]]]:
    """Number, values and mask of each step, with one in ``stride`` cells; read as many steps at once as chunks hold."""
    rows, columns = plan.place.ys.size, plan.place.xs.size
    size = math.ceil(rows / stride) * math.ceil(columns / stride) * 8
    together = max(1, min(layer.chunk_steps, _GROUP_BYTES // max(1, size)))
    for group in _groups(plan.chosen or [0], together):
        high = max(1, _READ_BYTES // max(1, columns * 8 * len(group)) // stride) * stride
        parts = [layer.read(group, slice(top, min(rows, top + high)), stride, top) for top in range(0, rows, high)]
        stored = np.concatenate(parts, axis=1)
        for place, number in enumerate(group):
            step = plan.chosen.index(number) if plan.chosen else 0
            yield step, *kept(stored[place], layer.variable)


def _groups(chosen: Sequence[int], together: int) -> Iterator[list[int]]:
    """Steps that follow each other, at most so many at once."""
    for start in range(0, len(chosen), together):
        yield list(chosen[start : start + together])


def _write_series(
    writer: PackWriter, series: PackWriter, number: int, steps: int, frame: Frame, cells: Cells, layer: Layer
) -> None:
    """Blocks of 32 x 32 cells with every step, so that one read gives the series of a place."""
    pack, per_tile = writer.reader(), TILE // SERIES_SIDE
    whole = np.empty((steps, TILE, TILE), np.float32)
    for x, y in cells:
        whole.fill(np.nan)
        for step in range(steps):
            block = pack.block(number * steps + step, frame.zooms[1], x, y, layer.dtype)
            if block is not None:
                np.copyto(whole[step], block[0][0].astype(np.float32), where=block[1])
        for row in range(per_tile):
            for column in range(per_tile):
                down, right = row * SERIES_SIDE, column * SERIES_SIDE
                part = whole[:, down : down + SERIES_SIDE, right : right + SERIES_SIDE]
                if np.isfinite(part).any():
                    all_known = np.ones((SERIES_SIDE, SERIES_SIDE), np.bool_)
                    series.add(number, 0, x * per_tile + column, y * per_tile + row, part, all_known)
