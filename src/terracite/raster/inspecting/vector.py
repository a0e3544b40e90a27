# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from features: GeoPackage, GeoJSON, Shapefile. Runs in the child process of `inspect`."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyogrio
import pyproj
import shapely

from terracite.errors import InspectionError
from terracite.raster.grid import LONLAT, crs_label, crs_of
from terracite.raster.inspect import Facts, Point, VariableFact, iso_or_none
from terracite.raster.inspect_kinds import KINDS, Kind
from terracite.raster.inspecting.placing import ring_of
from terracite.raster.inspecting.table import is_time, moment_of

_DRIVERS = {
    "geopackage": {"GPKG"}, "geojson": {"GeoJSON", "GeoJSONSeq"}, "shapefile": {"ESRI Shapefile"},
    "flatgeobuf": {"FlatGeobuf"}, "kml": {"KML", "LIBKML"}, "gpx": {"GPX"},
}  # fmt: skip
_MOST_DRAWN = 20_000  #: features: a hull is drawn around fewer
_MOST_DATED = 500_000
_CONSTANT_FIELDS = {  #: what a driver adds to every layer of its format
    "kml": frozenset({"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder",
                      "icon", "snippet"}),
}  # fmt: skip
_MOST_LAYERS = 50
_MOST_VARIABLES = 200

Box = tuple[float, float, float, float]


def facts(path: Path, kind: Kind) -> Facts:
    """What a file of features holds."""
    if kind.name == "shapefile" and not path.with_suffix(".shx").exists():
        note = "A Shapefile is several files (.shp .shx .dbf .prj): deposit them together, as one zip."
        return Facts(kind.format, kind.media_type, representation="vector", warnings=(note,))
    found = facts_of_layers(str(path), kind)
    if kind.name == "shapefile" and (table := path.with_suffix(".dbf")).exists():
        with table.open("rb") as stream:
            return replace(found, created=dbf_day(stream.read(4)))
    return replace(found, created=_last_change(path)) if kind.name == "geopackage" else found


def dbf_day(head: bytes) -> str | None:
    """The day that a dBASE table was last written, from its first bytes; GDAL's stand-in for "no day" is none."""
    if len(head) < 4 or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31 and 70 <= head[1] <= 200):
        return None
    day = f"{1900 + head[1]}-{head[2]:02}-{head[3]:02}"
    return None if day == "1995-07-26" or iso_or_none(day) is None else day


def _last_change(path: Path) -> str | None:
    """The day on which the contents of a GeoPackage last changed, as it keeps it itself."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
        rows = database.execute("SELECT max(last_change) FROM gpkg_contents").fetchall()
    text = str(rows[0][0] or "")[:10] if rows else ""
    return text if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


def facts_of_layers(source: str, kind: Kind) -> Facts:
    """The same, from whatever `pyogrio` opens; box and fields are those of all layers together."""
    names = [str(name) for name, _ in pyogrio.list_layers(source)][:_MOST_LAYERS]
    if not names:
        raise InspectionError("The file has no layer.", hint="Save the layer again; rasters belong in a GeoTIFF.")
    layers = [_layer(source, name, kind) for name in names]
    boxes = [box for layer in layers if (box := _lonlat_box(layer))]
    systems = list(dict.fromkeys(str(layer["crs"]) for layer in layers if layer["crs"]))
    several = len(layers) > 1
    start, end = _period(source, layers)
    return Facts(
        format=kind.format,
        media_type=kind.media_type,
        box=_union(boxes),
        crs=crs_label(systems[0]) if systems else "",
        crs_wkt=str(crs_of(systems[0]).to_wkt()) if systems else "",
        start=start,
        end=end,
        footprint=_hull(source, layers),
        representation="vector" if any(layer["geometry_type"] for layer in layers) else "textTable",
        variables=tuple(item for layer in layers for item in _fields(layer, kind, several=several))[:_MOST_VARIABLES],
        attributes=_attributes(layers),
        rows=sum(max(int(layer["features"]), 0) for layer in layers),
        columns=len(layers[0]["fields"]),
        warnings=_warnings(layers, systems),
    )


def _layer(source: str, name: str, kind: Kind) -> dict[str, Any]:
    found: dict[str, Any] = pyogrio.read_info(
        source, layer=name, force_feature_count=True, force_total_bounds=True, **_options(kind)
    )
    if found.get("driver") not in _DRIVERS[kind.name]:
        raise InspectionError(
            f"This is not a {KINDS[kind.name].format}.",
            hint="Save it again in the format that its name says.",
        )
    return found | {"name": name}


def _options(kind: Kind) -> dict[str, str]:
    return {"IMMUTABLE": "YES"} if kind.name == "geopackage" else {}


def _lonlat_box(layer: dict[str, Any]) -> Box | None:
    bounds = layer["total_bounds"]
    if not layer["crs"] or bounds is None or not np.isfinite(bounds).all():
        return None
    to_degrees = pyproj.Transformer.from_crs(crs_of(str(layer["crs"])), LONLAT, always_xy=True)
    left, bottom, right, top = bounds
    if crs_of(str(layer["crs"])).is_geographic:
        inside = left >= -180 and right <= 180 and bottom >= -90 and top <= 90
        return (float(left), float(bottom), float(right), float(top)) if inside else None
    box = to_degrees.transform_bounds(left, bottom, right, top, densify_pts=21)
    return box if np.isfinite(box).all() else None


def _union(boxes: list[Box]) -> Box | None:
    if not boxes:
        return None
    if len(boxes) == 1:
        return boxes[0]
    wests, souths, easts, norths = zip(*boxes, strict=True)
    if any(west > east for west, _, east, _ in boxes):
        return -180.0, min(souths), 180.0, max(norths)
    return min(wests), min(souths), max(easts), max(norths)


def _hull(source: str, layers: list[dict[str, Any]]) -> tuple[Point, ...]:
    """The hull of one layer that is not large, in degrees."""
    drawn = [layer for layer in layers if layer["geometry_type"]]
    if len(drawn) != 1 or not 3 <= drawn[0]["features"] <= _MOST_DRAWN or not (box := _lonlat_box(drawn[0])):
        return ()
    if box[0] > box[2]:
        return ()
    _, _, geometry, _ = pyogrio.raw.read(source, layer=drawn[0]["name"], columns=[], force_2d=True)
    shapes = shapely.from_wkb([item for item in geometry if item is not None], on_invalid="ignore")
    hull = shapely.convex_hull(shapely.geometrycollections([shape for shape in shapes if shape is not None]))
    to_degrees = pyproj.Transformer.from_crs(crs_of(str(drawn[0]["crs"])), LONLAT, always_xy=True)
    return ring_of(shapely.transform(hull, lambda at: np.column_stack(to_degrees.transform(at[:, 0], at[:, 1]))))


def _period(source: str, layers: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    """First and last day of the fields that say when something was seen."""
    found: list[str] = []
    for layer in layers:
        dated = [name for name in layer["fields"] if is_time(str(name).lower())]
        if not dated or not 0 < layer["features"] <= _MOST_DATED:
            continue
        _, _, _, columns = pyogrio.raw.read(source, layer=layer["name"], columns=dated, read_geometry=False)
        found += [moment for column in columns for value in column if (moment := moment_of(str(value or "")))]
    return (min(found), max(found)) if found else (None, None)


def _fields(layer: dict[str, Any], kind: Kind, *, several: bool) -> list[VariableFact]:
    prefix = f"{layer['name']}." if several else ""
    added = _CONSTANT_FIELDS.get(kind.name, frozenset())
    return [
        VariableFact(name=f"{prefix}{field}", is_word=str(dtype) == "object" or str(dtype).startswith("datetime"))
        for field, dtype in zip(layer["fields"], layer["dtypes"], strict=True)
        if field not in added
    ]


def _attributes(layers: list[dict[str, Any]]) -> dict[str, str]:
    first = layers[0].get("layer_metadata") or {}
    found = {"layers": ", ".join(layer["name"] for layer in layers)}
    found |= {"geometry": ", ".join(sorted({layer["geometry_type"] for layer in layers if layer["geometry_type"]}))}
    names = {"IDENTIFIER": "title", "DESCRIPTION": "summary"}
    found |= {names[key]: str(text).strip() for key, text in first.items() if key in names}
    return {name: text for name, text in found.items() if text}


def _warnings(layers: list[dict[str, Any]], systems: list[str]) -> tuple[str, ...]:
    found = []
    if len(systems) > 1:
        found.append(f"The layers have different reference systems: {', '.join(map(crs_label, systems))}.")
    found += [
        f"The layer '{layer['name']}' has no reference system."
        for layer in layers
        if layer["geometry_type"] and not layer["crs"]
    ]
    found += [
        f"The coordinates of the layer '{layer['name']}' do not lie on Earth in its reference system."
        for layer in layers
        if layer["crs"] and layer["total_bounds"] is not None and layer["features"] > 0 and not _lonlat_box(layer)
    ]
    found += [f"The layer '{layer['name']}' is empty." for layer in layers if layer["features"] == 0]
    return tuple(found)
