# SPDX-License-Identifier: AGPL-3.0-or-later
"""Administrative units, or any other polygons with a name, put on the grid of a map."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, RasterError, Severity
from terracite.landcover.zonal import unit_checks
from terracite.landcover.zonal.unit_files import UnitFile, open_units
from terracite.raster.grid import Grid, crs_of, same_crs, transformer

Shapes = NDArray[np.object_]
NO_UNIT = -1
_DENSE_CELLS = 64  #: an edge that is bent by another reference system is followed so closely


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Named polygons that touch a map, in the order of their file."""

    names: tuple[str, ...]
    shapes: Shapes  #: valid, in the reference system of the map
    drawn: Shapes  #: valid, as the file has them
    crs: str  #: of ``drawn``
    grid: Grid  #: of the map
    path: Path
    name_column: str
    notes: tuple[Problem, ...] = ()  #: what was repaired or left out

    def __len__(self) -> int:
        return len(self.names)

    @property
    def grid_outline(self) -> shapely.Polygon:
        """The edge of the map, in its own coordinates."""
        return outline(self.grid)

    def of(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """(points,) the unit that each point lies in, `NO_UNIT` in none; ``x``, ``y``: on the map's grid.

        A point on a border belongs to the first of its units.
        """
        found = np.full(len(x), NO_UNIT, np.int64)
        points, units = shapely.STRtree(self.shapes).query(shapely.points(x, y), predicate="intersects")
        order = np.argsort(units, kind="stable")[::-1]
        found[points[order]] = units[order]
        return found


def read_units(path: Path, name_column: str, grid: Grid, *, layer: str = "") -> Units:
    """The units of a vector file, put on the grid of a map.

    ``name_column``: what names them; "" = the column that is called so ("nom", "name"), where there is one. Raises
    `ProblemsError` with every mistake: no polygons, no reference system, names that are empty or there twice, units
    that overlap or lie elsewhere. What can be repaired or left out is in ``notes``.
    """
    problems: list[Problem] = []
    found = find_units(path, name_column, grid, problems, layer=layer)
    if found is None:
        raise ProblemsError(f"The units of '{path.name}' cannot be used.", problems)
    return found


def find_units(
    path: Path,
    name_column: str,
    grid: Grid | None,
    problems: list[Problem],
    *,
    layer: str = "",
    where: tuple[str, str] = ("units", "unit name"),
) -> Units | None:
    """`read_units` that adds mistakes to ``problems`` (warnings too) and returns None where there is one.

    ``where``: what messages call the file and the column. Without a ``grid``, what can be checked is.
    """
    before = len(problems)
    given = open_units(path, name_column, layer, where, problems)
    if given is None:
        return None
    unit_checks.of_names(given, where[1], problems)
    shapes = unit_checks.repaired(given, where[0], problems)
    if shapes is None or grid is None:
        return None
    found = _placed(given, shapes, grid, where[0], problems)
    if any(one.severity is Severity.ERROR for one in problems[before:]):
        return None
    return found


def _placed(given: UnitFile, shapes: Shapes, grid: Grid, where: str, problems: list[Problem]) -> Units | None:
    try:
        moved = on_grid(shapes, given.crs, grid)
    except RasterError as error:
        problems.append(Problem(where, error.message, error.hint))
        return None
    box = outline(grid)
    here = shapely.intersects(moved, box) & ~shapely.touches(moved, box)
    names = np.array(given.names, dtype=object)
    unit_checks.of_place(given, here, where, problems)
    if not here.any():
        return None
    unit_checks.of_overlaps(given.path.name, shapes[here], tuple(names[here]), where, problems)
    return Units(
        tuple(names[here].tolist()), moved[here], shapes[here], given.crs, grid, given.path, given.name_column,
        tuple(one for one in problems if one.severity is Severity.WARNING and one.where == where),
    )  # fmt: skip


def on_grid(shapes: Shapes, crs: str, grid: Grid) -> Shapes:
    """Shapes in the reference system of a grid; edges that another system bends are followed."""
    if same_crs(crs, grid.crs):
        return shapes
    dense = shapely.segmentize(shapes, _DENSE_CELLS * grid.cell_size_m / _metres(crs))
    turn = transformer(crs, grid.crs)

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(turn.transform(points[:, 0], points[:, 1]))

    found = shapely.transform(dense, moved)
    lost = ~np.isfinite(shapely.bounds(found)).all(axis=1)
    found[lost] = shapely.Polygon()  # on the other side of the Earth
    return np.asarray(shapely.make_valid(found) if not shapely.is_valid(found).all() else found)


def _metres(crs: str) -> float:
    """Metres of a unit of length of a reference system, or of a degree at most."""
    known = crs_of(crs)
    factor = float(known.axis_info[0].unit_conversion_factor) if known.axis_info else 1.0
    return factor * 6_378_137.0 if known.is_geographic else factor


def outline(grid: Grid) -> shapely.Polygon:
    """The edge of a grid in its own coordinates."""
    corners = [grid.corner(*at) for at in ((0, 0), (grid.width, 0), (grid.width, grid.height), (0, grid.height))]
    return shapely.Polygon(corners)
