# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a record as assets, by their paths; with the file, raster, projection and timestamps extensions."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from terracite.record import instants
from terracite.record.model import AccessKind, DataFile, DateKind, FileRole, Record
from terracite.record.stac.links import multihash
from terracite.record.stac.names import FILE_ROLES
from terracite.record.stac.subjects import classes
from terracite.record.two_languages import spread

Node = dict[str, Any]
_LOCAL_PATH = re.compile(r"(?!-)[^/]+(?<!-)(/(?!-)[^/]+(?<!-))*")  #: what file:local_path may be
_TIMES = {"created": DateKind.CREATED, "published": DateKind.ISSUED, "unpublished": DateKind.WITHDRAWN}


def assets(record: Record, landing_url: str) -> Node:
    rasters = [file for file in record.files if is_raster(file)]
    found = {file.path: _asset(file, record, landing_url) for file in record.files}
    for file in rasters:
        found[file.path] |= _grid(record)
    if len(rasters) == 1 and record.classes:
        found[rasters[0].path]["classification:classes"] = classes(record)
    return found


def is_raster(file: DataFile) -> bool:
    return file.role is FileRole.DATA and file.media_type.partition(";")[0] in {"image/tiff", "image/jp2"}


def _asset(file: DataFile, record: Record, landing_url: str) -> Node:
    roles = [FILE_ROLES[file.role]]
    if file.path == record.thumbnail and "thumbnail" not in roles:
        roles.append("thumbnail")
    node: Node = {
        "href": f"{landing_url.rstrip('/')}/files/{quote(file.path)}",
        "type": file.media_type,
        "title": file.path,
        **spread("description", file.description, record.language),
        "roles": roles,
        "file:size": file.bytes,
        "file:checksum": multihash(file.sha256),
    }
    if _LOCAL_PATH.fullmatch(file.path):
        node["file:local_path"] = file.path
    return node | (asset_times(record) if file.role is FileRole.DATA else {})


def asset_times(record: Record) -> Node:
    """When the data were made and published: ``created`` of an asset is the data's, of an Item the record's.

    Data under an embargo were not published with their record.
    """
    days = {name: record.date(kind) for name, kind in _TIMES.items()}
    if record.access.kind is AccessKind.EMBARGOED:
        days["published"] = None
    return {name: instants.written(day) for name, day in days.items() if day}


def record_times(record: Record) -> Node:
    """When the record was published and withdrawn, of Items; Collections have no field for it."""
    days = {"published": record.date(DateKind.ISSUED), "unpublished": record.date(DateKind.WITHDRAWN)}
    return {name: instants.written(day) for name, day in days.items() if day}


def _grid(record: Record) -> Node:
    """Cell size and reference system, where the record has one of each."""
    distances = [item.distance_m for item in record.resolutions if item.distance_m]
    codes = [item.code for item in record.reference_systems if item.code]
    node: Node = {}
    if len(distances) == 1:
        node |= {"gsd": distances[0], "raster:spatial_resolution": distances[0]}
    return node | ({"proj:code": codes[0]} if len(codes) == 1 and is_code(codes[0]) else {})


def is_code(code: str) -> bool:
    """Whether the projection extension takes it: an authority and a code."""
    return bool(re.fullmatch(r"[A-Za-z]+:[A-Za-z0-9.]+", code))
