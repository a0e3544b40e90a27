# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from CDL, the text form of NetCDF: dimensions, variables, attributes; the values are not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from terracite.errors import InspectionError
from terracite.raster.inspect import Facts, iso_or_none
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting import netcdf
from terracite.raster.inspecting.attributed import Attributed

_MOST_BYTES = 8 * 2**20
_TYPES = "byte|char|short|int|long|float|real|double|ubyte|ushort|uint|int64|uint64|string"
_VARIABLE = re.compile(rf"^(?:{_TYPES})\s+([^\s(]+)\s*(?:\(([^)]*)\))?$")
_ATTRIBUTE = re.compile(rf"^(?:(?:{_TYPES})\s+)?([^\s:=]*):([^\s=]+)\s*=\s*(.*)$", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|;|[^";/]+|/', re.DOTALL)
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\", "\\'": "'"}


class _Variable(Attributed):
    """A variable without values."""

    def __init__(self, name: str, dimensions: tuple[str, ...]) -> None:
        super().__init__({})
        self.name, self.dimensions, self.shape = name, dimensions, (1,) * len(dimensions)

    def put(self, name: str, value: Any) -> None:
        """Keep an attribute."""
        self._attributes[name] = value


def facts(path: Path, kind: Kind) -> Facts:
    """What a CDL file says of the data; raises `InspectionError` when it is not CDL."""
    with path.open("rb") as stream:
        text = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    whole = _Variable("", ())
    variables: dict[str, Any] = {}
    for statement in _statements(text):
        _take(statement, whole, variables)
    if not variables:
        raise InspectionError("This is not CDL.", hint="Save it again with ncdump, or deposit the NetCDF file.")
    named = netcdf.data_variables(variables)
    return Facts(
        format=kind.format,
        media_type=kind.media_type,
        box=netcdf.acdd_box(whole),
        start=iso_or_none(netcdf.text_of(whole, "time_coverage_start")),
        end=iso_or_none(netcdf.text_of(whole, "time_coverage_end")),
        variables=tuple(netcdf.described(name, item) for name, item in list(named.items())[:200]),
        attributes=netcdf.attributes(whole),
        warnings=("The text form of NetCDF: deposit the NetCDF file too, which programs read.",),
        documents=(netcdf.attributes_document(whole, named, path.name),),
    )


def _statements(text: str) -> Iterator[str]:
    """Between semicolons, up to the values."""
    body = text.partition("{")[2]
    held: list[str] = []
    for token in _TOKEN.findall(body):
        if token == ";":
            yield "".join(held).strip()
            held = []
        elif not token.startswith("//"):
            held.append(token)
        if token.strip() == "data:" or token.rstrip().endswith("\ndata:"):
            return


def _take(statement: str, whole: _Variable, variables: dict[str, Any]) -> None:
    statement = re.sub(r"^(dimensions|variables|group:[^{]*\{|types)\s*:?\s*", "", statement).strip()
    if found := _VARIABLE.match(statement):
        dimensions = tuple(part.strip() for part in (found[2] or "").split(",") if part.strip())
        variables[found[1]] = _Variable(found[1], dimensions)
    elif found := _ATTRIBUTE.match(statement):
        owner = variables.get(found[1]) if found[1] else whole
        if owner is not None:
            owner.put(found[2], _value(found[3].strip()))


def _value(text: str) -> Any:
    if text.startswith('"'):
        return re.sub(r"\\.", lambda found: _ESCAPES.get(found[0], found[0]), "".join(_QUOTED.findall(text)))
    numbers = [_number(part) for part in text.split(",")]
    return numbers[0] if len(numbers) == 1 else numbers


def _number(text: str) -> float | str:
    plain = re.sub(r"(?<=[\d.])[fFbBsSlLuUdD]+$", "", text.strip())
    try:
        return float(plain)
    except ValueError:
        return text.strip()
