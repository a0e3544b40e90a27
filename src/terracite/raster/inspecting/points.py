# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from point clouds: the headers of LAS, LAZ and COPC (ASPRS LAS 1.0 to 1.4), and of PLY. Nothing is unpacked."""

from __future__ import annotations

import datetime as dt
import math
import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyproj

from terracite.errors import InspectionError
from terracite.raster.grid import LONLAT, crs_label
from terracite.raster.inspect import Facts, VariableFact
from terracite.raster.inspect_kinds import Kind

_MOST_RECORDS = 1000
_LONGEST_RECORD = 4 * 2**20
_WKT, _GEO_KEYS = (2112, 34735)  #: ids of the records that hold the reference system
_GEOGRAPHIC_KEY, _PROJECTED_KEY = 2048, 3072
_FIELDS = (  #: of a point, by the formats that have them
    ("intensity", range(11)), ("classification", range(11)), ("gps_time", (1, 3, 4, 5, 6, 7, 8, 9, 10)),
    ("red", (2, 3, 5, 7, 8, 10)), ("green", (2, 3, 5, 7, 8, 10)), ("blue", (2, 3, 5, 7, 8, 10)), ("nir", (8, 10)),
)  # fmt: skip
_PLY_HEADER = 64 * 1024


def facts(path: Path, kind: Kind) -> Facts:
    """What a point cloud holds, as its header tells."""
    return _ply(path, kind) if kind.name == "ply" else _las(path, kind)


def _las(path: Path, kind: Kind) -> Facts:
    with path.open("rb") as stream:
        header = stream.read(375)
        if len(header) < 227:
            raise InspectionError("The header is cut short.", hint="Copy the file again.")
        minor, size = header[25], struct.unpack_from("<H", header, 94)[0]
        stream.seek(size)
        records = _records(stream, struct.unpack_from("<I", header, 100)[0])
    x_max, x_min, y_max, y_min, z_max, z_min = struct.unpack_from("<6d", header, 179)
    count = struct.unpack_from("<I", header, 107)[0]
    if minor >= 4 and len(header) >= 255:
        count = struct.unpack_from("<Q", header, 247)[0] or count
    layout = header[104] & 0x3F
    crs = _crs(records)
    is_packed = any(owner == "laszip encoded" for owner, _ in records)
    is_copc = any(owner == "copc" for owner, _ in records)
    names = ["x", "y", "z", *(name for name, layouts in _FIELDS if layout in layouts)]
    found = Facts(
        format=f"{'COPC' if is_copc else 'LAZ' if is_packed else 'LAS'} 1.{minor}",
        media_type="application/vnd.laszip" if is_packed else kind.media_type,
        representation="vector",
        variables=tuple(VariableFact(name=name) for name in names),
        created=_created(header),
        attributes=_attributes(header),
        rows=count,
        columns=len(names),
    )
    if crs is None:
        return replace(found, warnings=("The points do not say where they lie: they have no reference system.",))
    label = crs_label(_plane(crs).to_wkt())
    found = replace(found, crs=label, crs_wkt=str(_plane(crs).to_wkt()))
    box = _box(crs, (x_min, y_min, x_max, y_max)) if count else None
    heights = (z_min, z_max) if count and _heights_in_metres(crs) else (None, None)
    return replace(found, box=box, lowest_m=_height(heights[0]), highest_m=_height(heights[1]))


def _records(stream: Any, count: int) -> dict[tuple[str, int], bytes]:
    """The variable length records, by owner and id."""
    found: dict[tuple[str, int], bytes] = {}
    for _ in range(min(count, _MOST_RECORDS)):
        head = stream.read(54)
        if len(head) < 54:
            break
        owner, number, length = head[2:18].split(b"\0")[0].decode("latin-1"), *struct.unpack_from("<HH", head, 18)
        body = stream.read(length)
        found[owner, number] = body[:_LONGEST_RECORD]
    return found


def _crs(records: dict[tuple[str, int], bytes]) -> pyproj.CRS | None:
    wkt = records.get(("LASF_Projection", _WKT), b"").split(b"\0")[0].decode("utf-8", "replace").strip()
    keys = records.get(("LASF_Projection", _GEO_KEYS), b"")
    for text in (wkt, _epsg(keys)):
        try:
            if text:
                return pyproj.CRS.from_user_input(text)
        except pyproj.exceptions.CRSError:
            continue
    return None


def _epsg(keys: bytes) -> str:
    values = struct.unpack(f"<{len(keys) // 2}H", keys[: len(keys) // 2 * 2])
    entries = {values[at]: values[at + 3] for at in range(4, len(values) - 3, 4) if values[at + 1] == 0}
    code = entries.get(_PROJECTED_KEY) or entries.get(_GEOGRAPHIC_KEY)
    return f"EPSG:{code}" if code and code < 32767 else ""  # 32767: defined by the user


def _plane(crs: pyproj.CRS) -> pyproj.CRS:
    return crs.sub_crs_list[0] if crs.is_compound else crs


def _heights_in_metres(crs: pyproj.CRS) -> bool:
    """Only where the system has a vertical axis that says so."""
    units = [axis.unit_name for axis in crs.axis_info if axis.direction == "up"]
    return units == ["metre"]


def _box(crs: pyproj.CRS, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float] | None:
    to_degrees = pyproj.Transformer.from_crs(_plane(crs), LONLAT, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*bounds, densify_pts=21)
    fits = all(map(math.isfinite, (west, south, east, north))) and -90 <= south <= north <= 90
    return (west, south, east, north) if fits and -180 <= west <= 180 and -180 <= east <= 180 else None


def _height(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 3)


def _created(header: bytes) -> str | None:
    day, year = struct.unpack_from("<HH", header, 90)
    if not (1990 <= year <= 2100 and 1 <= day <= 366):
        return None
    return (dt.date(year, 1, 1) + dt.timedelta(days=day - 1)).isoformat()


def _attributes(header: bytes) -> dict[str, str]:
    texts = {"system": header[26:58], "software": header[58:90]}
    named = {name: raw.split(b"\0")[0].decode("latin-1").strip() for name, raw in texts.items()}
    return {name: text for name, text in named.items() if text}


def _ply(path: Path, kind: Kind) -> Facts:
    with path.open("rb") as stream:
        head = stream.read(_PLY_HEADER)
    header, mark, _ = head.partition(b"end_header")
    if not mark:
        raise InspectionError("The header has no end.", hint="Copy the file again.")
    text = header.decode("latin-1")
    vertices = re.search(r"element vertex (\d+)\s+((?:property .*\s+)*)", text)
    names = re.findall(r"property \S+ (\w+)", vertices[2]) if vertices else []
    return Facts(
        kind.format,
        kind.media_type,
        variables=tuple(VariableFact(name=name) for name in names[:200]),
        attributes={"comment": " ".join(re.findall(r"^comment (.*)$", text, re.MULTILINE))[:1000]},
        rows=int(vertices[1]) if vertices else None,
        columns=len(names),
        warnings=("The points do not say where they lie: PLY has no reference system.",),
    )
