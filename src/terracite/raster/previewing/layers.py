# SPDX-License-Identifier: AGPL-3.0-or-later
"""The layers of a file of features, whatever its format, read in batches. Runs in the child process of `previews`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from numpy.typing import NDArray

from terracite.errors import InspectionError
from terracite.raster.grid import crs_label, crs_of
from terracite.raster.previewing.columns import type_of
from terracite.raster.previewing.words import name_and_unit
from terracite.raster.previewing.zipped import leads_out, refuse_bomb

BATCH = 8192
_INSIDE = (".shp", ".gpkg", ".geojson", ".fgb", ".kml", ".gml", ".gpx", ".tab")
_DRIVERS = frozenset(
    {"GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "FlatGeobuf", "KML", "LIBKML", "GML", "GPX", "TopoJSON",
     "MapInfo File"}
)  # fmt: skip

#: attributes of some features, and their geometries as WKB (None: no geometry)
Batch = tuple[pa.RecordBatch, NDArray[np.object_] | None]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, not read yet."""

    name: str
    geometry: str  #: "" for a table
    count: int  #: -1 when only reading tells
    crs: str  #: "EPSG:32740", or a name
    crs_text: str  #: what `crs_of` takes; "" when the file does not say
    columns: list[dict[str, str]]  #: name, unit, type
    batches: Callable[[], Iterator[Batch]]


def layers_of(path: Path) -> list[Layer]:
    """The layers of a file; of a zip, those of the files of features inside it."""
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".geoparquet"}:
        return [_geoparquet(path)]
    if suffix == ".zip":
        names = [item.filename for item in refuse_bomb(path) if item.filename.lower().endswith(_INSIDE)]
        sources = [f"/vsizip/{{{path}}}/{name}" for name in names[:20] if not leads_out(name)]
    else:
        sources = [str(path)]
    if suffix == ".shp" and not path.with_suffix(".shx").exists():
        raise InspectionError(
            f"'{path.name}' is one part of a Shapefile.", hint="Deposit .shp, .shx, .dbf and .prj together, or as zip."
        )
    return [_layer(source, str(name)) for source in sources for name, _ in pyogrio.list_layers(source)]


def _layer(source: str, name: str) -> Layer:
    info = pyogrio.read_info(source, layer=name, force_feature_count=True)
    if info.get("driver") not in _DRIVERS:
        raise InspectionError("The file is not what its name says.", hint="Save it again, or rename it.")
    text = str(info["crs"] or "")
    kinds = zip(info["fields"], info["dtypes"], strict=True)
    return Layer(
        name=name,
        geometry=_geometry(info["geometry_type"]),
        count=int(info["features"]),
        crs=crs_label(text) if text else "",
        crs_text=text,
        columns=[_column(str(field), _plain_type(str(kind))) for field, kind in kinds],
        batches=lambda: _read(source, name, [str(field) for field in info["fields"]]),
    )


def _read(source: str, name: str, fields: list[str]) -> Iterator[Batch]:
    with pyogrio.raw.open_arrow(source, layer=name, batch_size=BATCH, use_pyarrow=True) as (meta, reader):
        geometry = meta["geometry_name"] or "wkb_geometry"
        for batch in reader:
            held = geometry in batch.schema.names
            yield batch.select(fields), _wkb(batch.column(geometry)) if held else None


def _wkb(column: Any) -> NDArray[np.object_]:
    storage = getattr(column, "storage", column)
    return np.asarray(storage.to_numpy(zero_copy_only=False), dtype=object)


def _geoparquet(path: Path) -> Layer:
    with pq.ParquetFile(path, memory_map=False) as file:
        schema, count = file.schema_arrow, file.metadata.num_rows
    geo = (schema.metadata or {}).get(b"geo")
    if not geo:
        raise InspectionError(f"'{path.name}' holds no geometry.", hint="It is shown as a table.")
    told = json.loads(geo)
    primary = told["primary_column"]
    column = told["columns"][primary]
    system = column.get("crs", "OGC:CRS84")
    text = "" if system is None else json.dumps(system) if isinstance(system, dict) else str(system)
    kinds = column.get("geometry_types") or ["Geometry"]
    fields = [item for item in schema if item.name not in told["columns"] and not pa.types.is_nested(item.type)]
    return Layer(
        name=path.stem,
        geometry=_geometry(", ".join(kinds)),
        count=count,
        crs=crs_label(crs_of(text).to_wkt()) if text else "",
        crs_text=text,
        columns=[_column(item.name, type_of(item.type)) for item in fields],
        batches=lambda: _read_parquet(path, primary, [item.name for item in fields]),
    )


def _read_parquet(path: Path, geometry: str, fields: list[str]) -> Iterator[Batch]:
    with pq.ParquetFile(path, memory_map=False) as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=[*fields, geometry]):
            yield batch.select(fields), _wkb(batch.column(geometry))


def _column(name: str, kind: str) -> dict[str, str]:
    label, unit = name_and_unit(name)
    return {"name": label, "unit": unit, "type": kind}


def _plain_type(kind: str) -> str:
    """A numpy type as a word."""
    beginnings = {"int": "integer", "uint": "integer", "float": "number", "bool": "boolean"}
    if kind.startswith("datetime64"):
        return "date" if kind.endswith("[D]") else "time"
    return next((word for start, word in beginnings.items() if kind.startswith(start)), "text")


def _geometry(name: str | None) -> str:
    """ "Polygon" of "Polygon Z" or "3D Polygon"."""
    plain = (name or "").replace("3D ", "").replace("Measured ", "")
    return plain.removesuffix(" ZM").removesuffix(" Z").removesuffix(" M").replace("Unknown", "Geometry")
