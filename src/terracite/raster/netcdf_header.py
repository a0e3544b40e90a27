# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attributes of a NetCDF file: of the whole and of each variable, without reading any value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netCDF4

from terracite.errors import RasterError

Attributes = dict[str, str | float]


def header(path: Path) -> tuple[Attributes, dict[str, Attributes]]:
    """The global attributes, and those of each variable by its name; numbers stay numbers, arrays become text.

    Raises `RasterError` for a file that is not NetCDF or is broken.
    """
    try:
        with netCDF4.Dataset(path) as data:
            return _attributes(data), {name: _attributes(variable) for name, variable in data.variables.items()}
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise RasterError(
            f"'{path}' cannot be read as NetCDF: {error}.", hint="Check that the file is whole."
        ) from error


def _attributes(holder: Any) -> Attributes:
    return {name: _plain(holder.getncattr(name)) for name in holder.ncattrs()}


def _plain(value: Any) -> str | float:
    if isinstance(value, str):
        return value
    if getattr(value, "size", 0) == 1:
        return float(value.item()) if not isinstance(value.item(), str | bytes) else str(value.item())
    items = value.tolist() if hasattr(value, "tolist") else value
    return " ".join(str(item) for item in items) if isinstance(items, list) else str(items)
