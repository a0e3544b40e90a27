# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attributes of a NetCDF file: of the whole and of each variable, without reading any value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import netCDF4

from terracite.errors import RasterError

Attributes = dict[str, Any]

_MAPPING = {"grid_mapping_name", "crs_wkt", "spatial_ref", "epsg_code"}


def header(path: Path) -> tuple[Attributes, dict[str, Attributes]]:
    """The global attributes, and those of each variable by its name; texts, numbers, and lists of them.

    Variables of a group are named "group/variable". Coordinate variables, which are named as their dimension and say
    where and when, are left out, and so are their bounds.

    Raises `RasterError` for a file that is not NetCDF or is broken.
    """
    try:
        with netCDF4.Dataset(path) as data:
            return _attributes(data), {name: _attributes(variable) for name, variable in _variables(data, "")}
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise RasterError(
            f"'{path}' cannot be read as NetCDF: {error}.", hint="Check that the file is whole."
        ) from error


def _variables(group: Any, above: str) -> Iterator[tuple[str, Any]]:
    """Those of a group and of the groups in it."""
    axes = {name: variable for name, variable in group.variables.items() if _is_axis(variable)}
    bounds = {getattr(variable, name, "") for variable in axes.values() for name in ("bounds", "climatology")}
    for name, variable in group.variables.items():
        if name not in axes and name not in bounds:
            yield f"{above}{name}", variable
    for name, inner in group.groups.items():
        yield from _variables(inner, f"{above}{name}/")


def _is_axis(variable: Any) -> bool:
    """Whether it is a coordinate variable; a grid mapping may be named as a dimension too."""
    return variable.dimensions == (variable.name,) and not _MAPPING & set(variable.ncattrs())


def _attributes(holder: Any) -> Attributes:
    return {name: _plain(_decoded(holder, name)) for name in holder.ncattrs()}


def _decoded(holder: Any, name: str) -> Any:
    """Text in UTF-8, else in Latin-1, as older programs of Western Europe write it."""
    value = holder.getncattr(name)
    if isinstance(value, str) and "\N{REPLACEMENT CHARACTER}" in value:
        return holder.getncattr(name, encoding="latin-1")
    return value


def _plain(value: Any) -> Any:
    """As Python has it: a list for several values; one value is itself; numbers of any width are floats."""
    items = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(items, list) and len(items) == 1:
        items = items[0]
    return float(items) if isinstance(items, int) else items
