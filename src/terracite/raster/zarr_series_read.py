# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a series store (Zarr v3) back, by blocks, as `netcdf_read` reads a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from terracite.errors import RasterError
from terracite.raster.netcdf_read import SeriesFile
from terracite.raster.series_view import Variable, View, ViewedSeries
from terracite.raster.zarr_series_layout import METADATA


def open_zarr(path: Path) -> SeriesFile:
    """The series in the store ``path``, to be used with ``with``; `RasterError` when it is none or lacks a file."""
    path = Path(path)
    try:
        group = zarr.open_group(path, mode="r", zarr_format=3)
        arrays = dict(group.arrays())
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RasterError(f"'{path}' cannot be opened as Zarr.", hint="Check the path, or make it again.") from error
    for name, array in arrays.items():
        _check_shards(path / name, array)
    variables = {name: _variable(name, array) for name, array in arrays.items()}
    return ViewedSeries(path, View(variables, dict(group.attrs)))


def is_zarr(path: Path) -> bool:
    """Whether ``path`` is the folder of a Zarr v3 group or array."""
    return (path / METADATA).is_file()


def _check_shards(folder: Path, array: Any) -> None:
    """To Zarr, a file that is not there means nothing but nodata; here it means that it was lost."""
    if array.shards is None:
        return
    for number in range(-(-array.shape[0] // array.shards[0])):
        path = folder / "c" / str(number) / "0" / "0"
        if not path.is_file():
            raise RasterError(f"The series lacks the file '{path}'.", hint="Make the series again, or copy it again.")


def _variable(name: str, array: Any) -> Variable:
    kind = "O" if array.dtype.kind not in "iuf" else array.dtype.str
    facts = {key: np.array(value) if isinstance(value, list) else value for key, value in array.attrs.items()}
    return Variable(
        name, tuple(array.metadata.dimension_names or ()), kind, array.shape, _cut(array), facts, array.chunks
    )


def _cut(array: Any) -> Callable[[Any], Any]:
    def cut(key: Any) -> Any:
        try:
            return np.asarray(array[key])
        except (ValueError, LookupError) as error:  # a checksum that differs
            raise OSError(str(error)) from error

    return cut
