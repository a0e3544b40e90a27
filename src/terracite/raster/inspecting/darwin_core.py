# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from Darwin Core archives: the core table that meta.xml names, or the only table of a simple archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import PurePosixPath

from terracite.raster.inspect import Facts, VariableFact
from terracite.raster.inspecting import table
from terracite.raster.inspecting.styles import parsed

_MOST_BYTES = 200 * 2**20
_TERMS = frozenset({"scientificname", "occurrenceid", "taxonid", "basisofrecord", "gbifid", "eventid", "genus"})
_ESCAPES = {"\\t": "\t", "\\n": "\n", "": ""}


@dataclass(frozen=True, slots=True)
class Core:
    """The main table of an archive: where it lies, how it is cut, what its columns are."""

    name: str
    delimiter: str
    header: tuple[str, ...]  #: "" for a column that has no term
    skipped: int  #: lines before the values
    encoding: str = "utf-8"


def core_of(archive: zipfile.ZipFile, names: list[str]) -> Core | None:
    """The core of a Darwin Core archive; None for any other archive."""
    meta = next((name for name in names if PurePosixPath(name).name.lower() == "meta.xml"), None)
    try:
        return _described_core(archive, meta) if meta else _simple_core(archive, names)
    except (ValueError, KeyError, SyntaxError):  # lxml's XMLSyntaxError is a SyntaxError
        return None


def with_core(found: Facts, archive: zipfile.ZipFile, core: Core) -> Facts:
    """With what the rows of the core say."""
    names = tuple(name for name in core.header if name)
    answer = replace(
        found,
        format="Darwin Core archive",
        representation="textTable",
        columns=len(core.header),
        variables=tuple(VariableFact(name=name) for name in names)[:200],
    )
    if archive.getinfo(core.name).file_size > _MOST_BYTES:
        return answer
    with archive.open(core.name) as stream:
        lines = TextIOWrapper(stream, core.encoding, errors="replace", newline="")
        seen = table.looked_at(lines, core.delimiter, list(core.header), skipped=core.skipped)
    return table.placed(replace(answer, rows=seen.rows), seen)


def _described_core(archive: zipfile.ZipFile, meta: str) -> Core | None:
    core = parsed(archive.read(meta)).find("{*}core")
    if core is None:
        return None
    location = core.findtext("{*}files/{*}location", "").strip()
    fields = {
        int(item.get("index")): _term(item.get("term", "")) for item in core.iter("{*}field") if item.get("index")
    }
    width = max([*fields, 0]) + 1
    if width > 2000:
        return None
    delimiter = core.get("fieldsTerminatedBy", ",")
    return Core(
        str(PurePosixPath(meta).parent / location),
        _ESCAPES.get(delimiter, delimiter)[:1] or ",",
        tuple(fields.get(at, "") for at in range(width)),
        int(core.get("ignoreHeaderLines", "0") or 0),
        core.get("encoding", "utf-8"),
    )


def _term(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2].rpartition("#")[2]


def _simple_core(archive: zipfile.ZipFile, names: list[str]) -> Core | None:
    """The only table of an archive, when its header has terms of Darwin Core."""
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in {".csv", ".tsv", ".txt"}]
    if len(tables) != 1:
        return None
    with archive.open(tables[0]) as stream:
        first = stream.readline(100_000).decode("utf-8-sig", "replace").strip("\r\n")
    delimiter = max("\t,;|", key=first.count)
    header = tuple(cell.strip().strip('"') for cell in first.split(delimiter))
    return Core(tables[0], delimiter, header, 1) if {name.lower() for name in header} & _TERMS else None
