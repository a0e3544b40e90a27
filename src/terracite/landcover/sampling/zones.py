# SPDX-License-Identifier: AGPL-3.0-or-later
"""Polygons as strata of a sample: regions, administrative units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError
from terracite.landcover.products.files import safe
from terracite.landcover.recipe import nearest
from terracite.raster.grid import Block, Grid

_TOLD = 10  #: overlaps that are named, at most
_SLIVER = 1e-6  #: of the smaller polygon: less of an overlap is the rounding of coordinates


@dataclass(frozen=True, slots=True)
class Zones:
    """Polygons with a name each, on the grid of a map."""

    names: tuple[str, ...]  #: in order of names
    shapes: Any  #: (polygons,) shapely, in the reference system of the grid
    owners: NDArray[np.int32]  #: (polygons,) position of the name of each

    def burnt(self, grid: Grid, block: Block) -> NDArray[np.int32]:
        """The position of the zone of each cell of ``block``, (y, x), by its centre; -1 outside."""
        import shapely
        from rasterio import Affine
        from rasterio.features import rasterize

        here = grid.crop(block)
        near = np.sort(self.shapes.sindex.query(shapely.box(*here.bounds)))
        if not near.size:
            return np.full(block.shape, -1, np.int32)
        pairs = zip(self.shapes.iloc[near], self.owners[near], strict=True)
        burnt = rasterize(pairs, block.shape, fill=-1, transform=Affine(*here.transform), dtype="int32")
        return np.asarray(burnt, np.int32)


def read_zones(path: Path, column: str, grid: Grid) -> Zones:
    """The polygons of ``path`` named by ``column`` ("" = the only text column).

    Raises `ProblemsError` with everything that is wrong: unreadable, no polygons, no names, overlaps.
    """
    import geopandas
    import pyogrio.errors

    problems: list[Problem] = []
    try:
        frame = geopandas.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        problems.append(Problem(path.name, f"cannot be read: {error}.", "Give GeoPackage, GeoJSON or Shapefile."))
        raise _refused(path, problems) from error
    column = column or _only_text(frame)
    problems += _mistakes(frame, column, path)
    if problems:
        raise _refused(path, problems)
    frame = frame.assign(**{column: [safe(str(value).strip()) for value in frame[column]]})
    shapes = frame.geometry.make_valid().to_crs(grid.wkt())
    names = tuple(sorted(set(frame[column])))
    owners = np.array([names.index(name) for name in frame[column]], np.int32)
    problems += islice(_overlaps(shapes, [names[owner] for owner in owners], path), _TOLD)
    if problems:
        raise _refused(path, problems)
    return Zones(names, shapes, owners)


def _refused(path: Path, problems: list[Problem]) -> ProblemsError:
    return ProblemsError(f"The polygons of '{path.name}' cannot be strata.", problems)


def _only_text(frame: Any) -> str:
    texts = [str(name) for name in frame.columns if name != "geometry" and frame[name].dtype.kind in "OUT"]
    return texts[0] if len(texts) == 1 else ""


def _mistakes(frame: Any, column: str, path: Path) -> Iterator[Problem]:
    columns = [str(name) for name in frame.columns if name != "geometry"]
    if column not in columns:
        what = f"has no column '{column}'." if column else "does not say which column names the polygons."
        choices = f"Choose among: {', '.join(columns)}."
        yield Problem(path.name, what, nearest(column, columns) if column else choices)
    elif lost := int(frame[column].isna().sum()):
        yield Problem(path.name, f"{lost} polygons have no '{column}'.", "Name them.")
    if getattr(frame, "crs", None) is None:
        yield Problem(path.name, "has no coordinate reference system.", "Assign one, for example with QGIS.")
    elif not set(frame.geom_type.dropna()) <= {"Polygon", "MultiPolygon"} or frame.geometry.isna().any():
        yield Problem(path.name, "holds something else than polygons.", "Keep polygons only.")


def _overlaps(shapes: Any, names: list[str], path: Path) -> Iterator[Problem]:
    first, second = shapes.sindex.query(shapes.array, predicate="intersects")
    for one, other in zip(first, second, strict=True):
        if one >= other or names[one] == names[other]:
            continue
        shared = shapes.iloc[one].intersection(shapes.iloc[other]).area
        if shared > _SLIVER * min(shapes.iloc[one].area, shapes.iloc[other].area):
            what = f"'{names[one]}' and '{names[other]}' overlap."
            yield Problem(path.name, what, "A cell has one stratum: cut them apart.")
