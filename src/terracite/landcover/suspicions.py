# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a recipe can be run and looks wrong all the same, or will fail later: places, classes, dates, grids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from terracite.errors import Problem, RasterError, Severity
from terracite.landcover.classes import Nomenclature
from terracite.landcover.layers import Layer
from terracite.landcover.tiles import TiledLayer, bounds_in, grids_of
from terracite.raster.grid import Grid, same_crs

Box = tuple[float, float, float, float]  #: left, bottom, right, top

_USUAL = ("EPSG:4326", "EPSG:2154", "EPSG:3857")  #: systems that files are often in without saying so
_NAMED = 5  #: dates or files that a warning names
_ALIGNED = 0.01  #: of a cell: edges nearer than this are one
_WHOLE = 0.9999  #: a share of the map above this is all of it


@runtime_checkable
class HasFiles(Protocol):
    """A layer whose dates are image files."""

    def image_grids(self) -> Sequence[tuple[Path, Grid | None]]:
        """Every image with its grid; None where that cannot be told."""
        ...


def of_place(frame: Any, grid: Grid, where: str, name: str, area: bool = False) -> list[Problem]:
    """Shapes that do not lie on the images: an error when none does, with what their coordinates fit instead.

    ``frame``: a GeoDataFrame with a reference system. ``name``: of its file.
    ``area``: the grid is a part of the images only.
    """
    from shapely.geometry import box

    shapes = frame.geometry.to_crs(grid.wkt())
    outside = int((~shapes.intersects(box(*grid.bounds))).sum())
    if outside == 0:
        return []
    if outside < len(shapes):
        what = f"{outside} of {len(shapes)} shapes of '{name}' lie outside the images."
        return [Problem(where, what, "They are not used.", Severity.WARNING)]
    if area:
        what = f"none of the {len(shapes)} shapes of '{name}' lies in the area that is mapped."
        return [Problem(where, what, "Make [area] larger, or add reference data there.")]
    what = f"none of the {len(shapes)} shapes of '{name}' lies on the images ({_around(frame)}; images: {_of(grid)})."
    return [Problem(where, what, _cure(frame, grid))]


def of_classes(labels: NDArray[np.int64], groups: NDArray[np.int64], classes: Nomenclature, kind: str) -> list[Problem]:
    """Classes that cannot be learnt, or not be tested. ``labels``: positions; ``kind``: "polygons", "points"."""
    found = []
    for position, item in enumerate(classes.classes):
        count = len(np.unique(groups[labels == position]))
        title = f"class {item.code} '{item.label.best('en')}'"
        if count == 0:
            what, cure = f"{title} has none of the {kind} of the reference.", "Add some: the map cannot show it."
        elif count == 1 and kind != "series":
            what, cure = f"{title} has one of the {kind} only.", "Add some: it is learnt, and never tested."
        else:
            continue
        found.append(Problem("nomenclature", what, cure, Severity.WARNING))
    return found


def of_layers(layers: Sequence[Layer]) -> list[Problem]:
    """Dates in disorder, and dates that one index lacks where others of the same images have one."""
    found: list[Problem] = []
    each = [part for layer in layers for part in _by_tile(layer) if not layer.still]
    for name, layer in each:
        if (np.diff(layer.days) < 0).any():
            what = f"the dates of {name} are not in order."
            found.append(Problem("images", what, "Make that series again, or give the images themselves."))
    for name, layer in each:
        found += _missing_dates(name, layer, [other for _, other in each])
    return found


def of_extents(layer: Layer, where: str) -> list[Problem]:
    """Images of a layer that lie nowhere, or on another grid than the others of their tile."""
    found: list[Problem] = []
    for name, part in _by_tile(layer):
        files = list(part.image_grids()) if isinstance(part, HasFiles) and getattr(part, "has_tiles", True) else []
        grids = Counter(grid for _, grid in files if grid is not None)
        if not grids:
            continue  # nothing of it can be read: told as such
        usual = grids.most_common(1)[0][0]
        found += [_lost(path, where) for path, grid in files if grid is None][:_NAMED]
        odd = [(path, grid) for path, grid in files if grid is not None and not grid.matches(usual)]
        if odd:
            path, grid = odd[0]
            what = f"{len(odd)} of {len(files)} images of {name} lie on another grid"
            what += f" ({path.name}: {_size(grid)}) than the others ({_size(usual)})."
            found.append(Problem(where, what, "They are resampled; check that they are whole.", Severity.WARNING))
    return found


def of_grids(layers: Sequence[Layer], grid: Grid) -> list[Problem]:
    """Indices whose images lie otherwise than the map, and those that do not cover it."""
    found = []
    for layer in layers:
        extents = grids_of(layer)
        if len(extents) == 1 and not layer.still and not any(_is_nested(extent, grid) for extent in extents):
            what = (
                f"the images of {layer.index} lie on another grid ({_size(extents[0])}) than the map ({_size(grid)})."
            )
            found.append(Problem("images", what, "Theirs is resampled.", Severity.WARNING))
        share = _covered(extents, grid)
        if share == 0:
            what = f"the images of {layer.index} lie elsewhere than the map."
            found.append(Problem("images", what, "Check their reference system, or leave them out."))
        elif share < 1:
            what = f"the images of {layer.index} cover {share:.0%} of the map."
            found.append(Problem("images", what, "The rest cannot be mapped with them.", Severity.WARNING))
    return found


def _is_nested(extent: Grid, grid: Grid) -> bool:
    """Whether the cells of both share their edges: those of one are cut into those of the other."""
    if not same_crs(extent.crs, grid.crs):
        return False
    coarse, fine = sorted((extent, grid), key=lambda one: -abs(one.transform[0]))
    a, b, c, d, e, f = fine.transform
    steps = (
        coarse.transform[0] / a,
        coarse.transform[4] / e,
        (coarse.transform[2] - c) / a,
        (coarse.transform[5] - f) / e,
    )
    return not (b or d) and all(abs(step - round(step)) < _ALIGNED for step in steps)


def _covered(extents: Sequence[Grid], grid: Grid) -> float:
    """The share of the map's rectangle within the rectangles of the images; whole to a cell is 1."""
    from shapely import box, union_all

    cell = abs(grid.transform[0])
    image = union_all([box(*bounds_in(extent, grid.crs)) for extent in extents]).buffer(cell)
    whole = box(*grid.bounds)
    share = float(image.intersection(whole).area / whole.area)
    return 1.0 if share > _WHOLE else share


def _by_tile(layer: Layer) -> list[tuple[str, Layer]]:
    """A layer of several tiles as one for each, with their names."""
    if isinstance(layer, TiledLayer):
        return [(f"{layer.index} of {tile}", part) for tile, part in zip(layer.tiles, layer.parts, strict=True)]
    return [(layer.index, layer)]


def _lost(path: Path, where: str) -> Problem:
    """Why an image lies nowhere."""
    try:
        Grid.of(path)
    except RasterError as error:
        return Problem(where, error.message, f"{error.hint} It is left out.", Severity.WARNING)
    return Problem(where, f"'{path.name}' could not be read at first.", "Check it again.", Severity.WARNING)


def _missing_dates(name: str, layer: Layer, others: Sequence[Layer]) -> list[Problem]:
    """Dates that most images of the same acquisitions have; other sensors share few dates, and do not count."""
    own = layer.days
    alike = [
        other.days for other in others if 2 * np.intersect1d(own, other.days).size > min(own.size, other.days.size)
    ]
    every = np.unique(np.concatenate([own, *alike]))
    lacking = np.setdiff1d(every, own)
    if not 0 < lacking.size < every.size / 2:
        return []
    named = ", ".join(str(_date(day)) for day in lacking[:_NAMED])
    more = f" and {lacking.size - _NAMED} more" if lacking.size > _NAMED else ""
    what = f"{name} has no image on {named}{more}, where others have."
    return [Problem("images", what, "The gap is filled; look for the files.", Severity.WARNING)]


def _date(day: float) -> np.datetime64:
    return np.datetime64("0001-01-01") + np.timedelta64(int(day) - 1, "D")


def _cure(frame: Any, grid: Grid) -> str:
    """What the coordinates fit: another system than the file says, or x and y exchanged."""
    left, bottom, right, top = (float(number) for number in frame.total_bounds)
    own = frame.crs.to_string() if len(frame.crs.to_string()) < 20 else frame.crs.name
    if _overlap((bottom, left, top, right), _box_in(grid, frame.crs)):
        return "Its x and y are exchanged: swap the two columns."
    for system in _candidates(grid):
        if _overlap((left, bottom, right, top), _box_in(grid, CRS.from_user_input(system))):
            return f"Its coordinates fit {system} and the file says {own}: assign {system} (QGIS: Layer, Set CRS)."
    return "Check its reference system, and that it is of the same place."


def _candidates(grid: Grid) -> Iterable[str]:
    """Systems that a file near these images may be in: theirs, the usual ones, and the UTM zones around."""
    west, south, east, north = grid.lonlat_box()
    zone, base = int(((west + east) / 2 + 180) // 6) + 1, 32700 if south + north < 0 else 32600
    yield grid.crs_label()
    yield from _USUAL
    yield from (f"EPSG:{base + number}" for number in (zone, zone - 1, zone + 1) if 1 <= number <= 60)


def _box_in(grid: Grid, system: CRS) -> Box | None:
    try:
        box = Transformer.from_crs(grid.wkt(), system, always_xy=True).transform_bounds(*grid.bounds)
    except ProjError:
        return None
    return box if np.isfinite(box).all() else None


def _overlap(one: Box, other: Box | None) -> bool:
    if other is None:
        return False
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _around(frame: Any) -> str:
    left, bottom, right, top = (float(number) for number in frame.geometry.to_crs("OGC:CRS84").total_bounds)
    return _point((left + right) / 2, (bottom + top) / 2)


def _of(grid: Grid) -> str:
    west, south, east, north = grid.lonlat_box()
    return _point((west + east) / 2, (south + north) / 2)


def _point(longitude: float, latitude: float) -> str:
    if not np.isfinite([longitude, latitude]).all():
        return "nowhere on Earth"
    east, north = "E" if longitude >= 0 else "W", "N" if latitude >= 0 else "S"
    return f"{abs(latitude):.2f}° {north}, {abs(longitude):.2f}° {east}"


def _size(grid: Grid) -> str:
    return f"{grid.width} x {grid.height} cells of {grid.cell_size_m:g} m"
