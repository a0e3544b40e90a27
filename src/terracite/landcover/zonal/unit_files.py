# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the polygons and the names of a units file: no other column is read, and no table library is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.recipe import nearest
from terracite.raster.grid import crs_of

_GEOPARQUET = frozenset({".parquet", ".pq", ".geoparquet"})
_USUAL = ("nom", "name", "nom_officiel", "nom_com", "libelle", "libgeo", "name_en", "name_fr", "nombre", "naam")
_FORMATS = "Give GeoPackage, GeoJSON, Shapefile, FlatGeobuf or GeoParquet."


@dataclass(frozen=True, slots=True, eq=False)
class UnitFile:
    """What a file of units holds, in its order."""

    path: Path
    names: tuple[str, ...]  #: "" where there is none
    shapes: NDArray[np.object_]  #: None where there is none
    crs: str
    name_column: str
    columns: tuple[str, ...]
    layer: str = ""


def open_units(
    path: Path, name_column: str, layer: str, where: tuple[str, str], problems: list[Problem]
) -> UnitFile | None:
    """The units of ``path``; None where there is no file, no shape, no reference system or no column of names."""
    if not path.exists():
        problems.append(Problem(where[0], f"there is no file '{path}'.", "Check the path."))
        return None
    import pyogrio.errors

    try:
        if path.suffix.lower() in _GEOPARQUET:
            return _parquet(path, name_column, where, problems)
        return _vector(path, name_column, layer, where, problems)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.GEOSException) as error:
        problems.append(Problem(where[0], f"'{path.name}' cannot be read: {error}.", _FORMATS))
    except (ValueError, OSError, IndexError) as error:
        problems.append(Problem(where[0], f"'{path.name}' cannot be read: {error}.", _FORMATS))
    return None


def _vector(path: Path, wanted: str, layer: str, where: tuple[str, str], problems: list[Problem]) -> UnitFile | None:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if not layers or (layer and layer not in layers):
        what = f"'{path.name}' has no layer '{layer}'." if layer else f"'{path.name}' holds no shapes."
        problems.append(Problem(where[0], what, nearest(layer, layers) if layers else "Give polygons."))
        return None
    layer = layer or layers[0]
    info = pyogrio.read_info(path, layer=layer)
    columns = tuple(str(name) for name in info["fields"])
    column = _column(path, wanted, columns, where[1], problems)
    if not _has_place(path, info["crs"], where[0], problems) or column is None:
        return None
    _, _, shapes, fields = pyogrio.raw.read(path, layer=layer, columns=[column], force_2d=True)
    return UnitFile(path, _words(fields[0]), shapely.from_wkb(shapes), info["crs"], column, columns, layer)


def _parquet(path: Path, wanted: str, where: tuple[str, str], problems: list[Problem]) -> UnitFile | None:
    import geopandas

    frame = geopandas.read_parquet(path)
    columns = tuple(str(name) for name in frame.columns if name != frame.geometry.name)
    column = _column(path, wanted, columns, where[1], problems)
    if not _has_place(path, frame.crs, where[0], problems) or column is None:
        return None
    shapes = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    return UnitFile(path, _words(frame[column].to_numpy()), shapes, frame.crs.to_wkt(), column, columns)


def _has_place(path: Path, crs: object, where: str, problems: list[Problem]) -> bool:
    if crs:
        crs_of(str(crs) if isinstance(crs, str) else crs.to_wkt())  # type: ignore[attr-defined]
        return True
    problems.append(Problem(where, f"'{path.name}' has no reference system.", "Assign one in QGIS."))
    return False


def _column(path: Path, wanted: str, columns: Sequence[str], where: str, problems: list[Problem]) -> str | None:
    """The column of names: the one that is wanted, else one that is usually called so."""
    if not columns:
        problems.append(Problem(where, f"'{path.name}' has no columns.", "Give each unit a name in a column."))
        return None
    lowered = {name.lower(): name for name in reversed(columns)}
    if wanted:
        if wanted in columns:
            return wanted
        problems.append(Problem(where, f"'{path.name}' has no column '{wanted}'.", nearest(wanted, columns)))
        return None
    usual = next((lowered[name] for name in _USUAL if name in lowered), None)
    if usual is None:
        what = f"it is not said which column of '{path.name}' names the units."
        problems.append(Problem(where, what, f"Choose among: {', '.join(columns)}."))
    return usual


def _words(values: NDArray[np.generic]) -> tuple[str, ...]:
    """Names as text; whole numbers without decimals, nothing for a missing one."""
    return tuple(_word(value) for value in values.tolist())


def _word(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
