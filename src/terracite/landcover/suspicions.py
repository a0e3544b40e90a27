# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a recipe can be run and looks wrong all the same, or will fail later: places, classes, dates, grids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from terracite.errors import Problem, Severity
from terracite.landcover.classes import Nomenclature
from terracite.landcover.layers import Layer
from terracite.raster.grid import Grid

Box = tuple[float, float, float, float]  #: left, bottom, right, top

_USUAL = ("EPSG:4326", "EPSG:2154", "EPSG:3857")  #: systems that files are often in without saying so
_NAMED = 5  #: dates that a warning names


def of_place(frame: Any, grid: Grid, where: str, name: str) -> list[Problem]:
    """Shapes that do not lie on the images: an error when none does, with what their coordinates fit instead.

    ``frame``: a GeoDataFrame with a reference system. ``name``: of its file.
    """
    from shapely.geometry import box

    shapes = frame.geometry.to_crs(grid.wkt())
    outside = int((~shapes.intersects(box(*grid.bounds))).sum())
    if outside == 0:
        return []
    if outside < len(shapes):
        what = f"{outside} of {len(shapes)} shapes of '{name}' lie outside the images."
        return [Problem(where, what, "They are not used.", Severity.WARNING)]
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
    """Dates in disorder, dates that one index lacks, and indices on other grids."""
    found: list[Problem] = []
    for layer in layers:
        if (np.diff(layer.days) < 0).any():
            what = f"the dates of {layer.index} are not in order."
            found.append(Problem("images", what, "Make that series again, or give the images themselves."))
    found += _missing_dates(layers)
    return found


def of_grids(layers: Sequence[Layer], grids: Sequence[Grid]) -> list[Problem]:
    """Indices whose images lie on another grid than the map, which is that of the first one."""
    what = "the images of {} lie on another grid ({}) than the map ({})."
    return [
        Problem(
            "images", what.format(layer.index, _size(grid), _size(grids[0])), "Theirs is resampled.", Severity.WARNING
        )
        for layer, grid in zip(layers, grids, strict=True)
        if not grid.matches(grids[0])
    ]


def _missing_dates(layers: Sequence[Layer]) -> list[Problem]:
    if len(layers) < 2:
        return []
    every = np.unique(np.concatenate([layer.days for layer in layers]))
    found = []
    for layer in layers:
        lacking = np.setdiff1d(every, layer.days)
        if 0 < lacking.size < every.size / 2:  # two sensors share few dates: nothing is missing then
            named = ", ".join(str(_date(day)) for day in lacking[:_NAMED])
            more = f" and {lacking.size - _NAMED} more" if lacking.size > _NAMED else ""
            what = f"{layer.index} has no image on {named}{more}, where others have."
            found.append(Problem("images", what, "The gap is filled; look for the files.", Severity.WARNING))
    return found


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
