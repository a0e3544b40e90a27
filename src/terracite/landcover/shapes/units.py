# SPDX-License-Identifier: AGPL-3.0-or-later
"""The polygons of each administrative unit, cut at its border."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from terracite.landcover.shapes.attributes import GEOMETRY
from terracite.landcover.shapes.files import write_geopackage
from terracite.landcover.zonal.units import Units


def cut(source: Path, folder: Path, units: Units, layer: str, area: str) -> Iterator[tuple[str, str, Path]]:
    """(name of the unit, name for its files, GeoPackage) of each unit with polygons, one unit in memory at a time.

    A polygon that a border cuts keeps its attributes, but for its area, which is cut in proportion.
    """
    import pyarrow as pa
    import pyogrio
    import shapely

    used: set[str] = set()
    for name, shape in zip(units.names, units.shapes, strict=True):
        shapely.prepare(shape)
        facts, table = pyogrio.read_arrow(source, bbox=tuple(shapely.bounds(shape).tolist()))
        column = facts["geometry_name"] or "wkb_geometry"
        shapes = shapely.from_wkb(np.array(table[column].to_pylist(), object))
        meets = shapely.intersects(shape, shapes)
        table, shapes = table.filter(pa.array(meets)), shapes[meets]
        crossing = ~shapely.covers(shape, shapes)
        parts = shapes.copy()
        parts[crossing] = shapely.intersection(shapes[crossing], shape)
        share = shapely.area(parts) / shapely.area(shapes)
        if area in table.column_names:
            values = np.round(table[area].to_numpy() * share, 4)
            table = table.set_column(table.column_names.index(area), area, pa.array(values))
        pieces, rows = shapely.get_parts(parts, return_index=True)
        solid = shapely.get_dimensions(pieces) == 2
        pieces, rows = pieces[solid], rows[solid]
        if not len(pieces):
            continue
        if area in table.column_names:  # of a polygon in several pieces, each has its own
            own = table[area].to_numpy()[rows] * shapely.area(pieces) / shapely.area(parts[rows])
        table = table.drop_columns([column]).take(pa.array(rows))
        if area in table.column_names:
            table = table.set_column(table.column_names.index(area), area, pa.array(np.round(own, 4)))
        field = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
        table = table.append_column(field, pa.array(shapely.to_wkb(pieces), pa.binary()))
        called = _file_name(name, used)
        path = folder / f"{called}.gpkg"
        write_geopackage(path, table.to_batches(), units.grid, layer)
        yield name, called, path


def _file_name(name: str, used: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unit"
    found, turn = stem, 2
    while found in used:
        found, turn = f"{stem}-{turn}", turn + 1
    used.add(found)
    return found
