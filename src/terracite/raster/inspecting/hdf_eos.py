# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from HDF4: the metadata that HDF-EOS keeps as plain text in the file. The pixels are not read."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from terracite.raster.inspect import Facts, VariableFact
from terracite.raster.inspect_kinds import Kind

_MOST_TEXT = 4 * 2**20
_BOUNDS = ("WESTBOUNDINGCOORDINATE", "SOUTHBOUNDINGCOORDINATE", "EASTBOUNDINGCOORDINATE", "NORTHBOUNDINGCOORDINATE")
_ADVICE = "HDF4 is hard to reuse: add a copy as NetCDF or GeoTIFF."


def facts(path: Path, kind: Kind) -> Facts:
    """What the text of an HDF-EOS file tells; nothing but the kind for another HDF4 file."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        text = "".join(_groups(content))
    start, end = _moment(text, "RANGEBEGINNING"), _moment(text, "RANGEENDING")
    fields = dict.fromkeys(re.findall(r'DataFieldName="([^"]+)"', text))
    attributes = {"short_name": _value(text, "SHORTNAME"), "id": _value(text, "LOCALGRANULEID")}
    made = _value(text, "PRODUCTIONDATETIME")[:10]
    return Facts(
        format="HDF-EOS (HDF4)" if text else kind.format,
        media_type=kind.media_type,
        box=_box(text),
        representation="grid" if "GridName=" in text else "",
        start=start,
        end=end,
        created=made if re.fullmatch(r"\d{4}-\d{2}-\d{2}", made) else None,
        variables=tuple(VariableFact(name=name) for name in list(fields)[:200]),
        attributes={name: value for name, value in attributes.items() if value},
        warnings=(_ADVICE,),
    )


def _groups(content: mmap.mmap) -> list[str]:
    """The texts of the structure, the inventory and the archive."""
    found = []
    for name in (b"GROUP=SwathStructure", b"GROUP                  = INVENTORYMETADATA",
                 b"GROUP                  = ARCHIVEDMETADATA"):  # fmt: skip
        at = content.find(name)
        if at >= 0:
            chunk = content[at : at + _MOST_TEXT]
            found.append(chunk[: (chunk + b"\0").index(b"\0")].decode("latin-1"))
    return found


def _value(text: str, name: str) -> str:
    found = re.search(rf"OBJECT\s*=\s*{name}\b.{{0,300}}?VALUE\s*=\s*(\"[^\"]*\"|\S+)", text, re.DOTALL)
    return found[1].strip('"') if found else ""


def _moment(text: str, name: str) -> str | None:
    day, clock = _value(text, f"{name}DATE"), _value(text, f"{name}TIME")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        return None
    return f"{day}T{clock[:8]}+00:00" if re.match(r"\d{2}:\d{2}:\d{2}", clock) else day


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(_value(text, name)) for name in _BOUNDS)
    except ValueError:
        return None
    inside = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if inside else None
