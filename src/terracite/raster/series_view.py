# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of another format, seen as `netcdf_read.SeriesFile` sees a NetCDF file: same questions, same answers.

A format gives its variables as `Variable`; reading by blocks, masks and physical values are then those of NetCDF.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from terracite.errors import RasterError
from terracite.raster.netcdf_read import SeriesFile
from terracite.raster.packing import STEP


@dataclass(frozen=True)
class Variable:
    """One variable; its attributes are those of the object, as netCDF4 has it."""

    name: str
    dimensions: tuple[str, ...]
    kind: str  #: of its numbers as numpy writes it
    shape: tuple[int, ...]
    cut: Callable[[Any], Any]  #: the values that a key of numpy's takes
    facts: Mapping[str, Any] = field(default_factory=dict)  #: its attributes
    chunks: tuple[int, ...] = ()

    def __getitem__(self, key: Any) -> Any:
        return self.cut(key)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def ndim(self) -> int:
        """How many dimensions it has."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        return np.dtype(self.kind)

    def ncattrs(self) -> list[str]:
        """The names of its attributes."""
        return list(self.facts)

    def getncattr(self, name: str) -> Any:
        """One attribute."""
        return self.facts[name]


@dataclass(frozen=True)
class View:
    """Everything that a series holds."""

    variables: Mapping[str, Variable]
    facts: Mapping[str, Any]  #: the global attributes

    def __getitem__(self, name: str) -> Variable:
        return self.variables[name]

    def ncattrs(self) -> list[str]:
        """The names of the global attributes."""
        return list(self.facts)

    def getncattr(self, name: str) -> Any:
        """One global attribute."""
        return self.facts[name]

    def close(self) -> None:
        """Nothing is kept open."""


class ViewedSeries(SeriesFile):
    """A series that is not one NetCDF file; use it as one."""

    def __init__(self, path: Path, view: View) -> None:
        self.path = Path(path)
        self._file = cast(Any, view)
        try:
            self._variable = self._found()
            self.variable = self._variable.name
            self.times = self._times()
            self.grid = self._grid()
        except (LookupError, AttributeError, ValueError, TypeError) as error:
            raise RasterError(
                f"'{self.path}' lacks what a series has ({error}).",
                hint="Make it again with `terracite timeseries run`.",
            ) from error
        self.chunk_shape: tuple[int, int] = self._variable.chunks[-2:]
        self.is_float = self._variable.dtype.kind == "f"
        self.scale = STEP if self.is_float else float(getattr(self._variable, "scale_factor", 1.0))
        self.offset = float(getattr(self._variable, "add_offset", 0.0))
