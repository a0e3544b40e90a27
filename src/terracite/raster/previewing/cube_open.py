# SPDX-License-Identifier: AGPL-3.0-or-later
"""The variables of a NetCDF file or of a zipped Zarr store, alike. Runs in the child process."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import InspectionError

_MOST_VARIABLES = 2000
_MARKS = (".zmetadata", "zarr.json", ".zgroup")


@dataclass(frozen=True)
class Variable:
    """An array with named dimensions; ``read`` takes one slice or number a dimension and gives what is stored."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    attributes: dict[str, Any]
    read: Callable[[tuple[Any, ...]], NDArray[Any]]
    chunks: tuple[int, ...] | None = None

    def text(self, name: str) -> str:
        """An attribute as text, "" when it is missing."""
        return str(self.attributes.get(name, "")).strip()

    def all(self) -> NDArray[Any]:
        """Everything, for coordinates."""
        return np.asarray(self.read(tuple(slice(None) for _ in self.dims)))


def open_variables(path: Path, stack: ExitStack) -> dict[str, Variable]:
    """All variables of numbers, by name ("group/name")."""
    found = _zarr(path, stack) if path.suffix.lower() == ".zip" else _netcdf(path, stack)
    if not found:
        raise InspectionError("There are no variables of numbers in it.", hint="Its bytes are kept as they are.")
    return dict(list(found.items())[:_MOST_VARIABLES])


def _netcdf(path: Path, stack: ExitStack) -> dict[str, Variable]:
    import netCDF4

    data = stack.enter_context(netCDF4.Dataset(path))
    data.set_auto_maskandscale(False)
    found: dict[str, Variable] = {}

    def take(group: Any, prefix: str) -> None:
        for name, item in group.variables.items():
            if (item.dtype is str or np.dtype(item.dtype).kind not in "iufb") and not item.ncattrs():
                continue
            found[prefix + name] = _netcdf_variable(prefix + name, item)
        for name, inner in group.groups.items():
            take(inner, f"{prefix}{name}/")

    take(data, "")
    return found


def _netcdf_variable(name: str, item: Any) -> Variable:
    kind = np.dtype("S1") if item.dtype is str else np.dtype(item.dtype)
    chunks = item.chunking()
    attributes = {}
    for attribute in item.ncattrs():
        try:
            attributes[attribute] = item.getncattr(attribute)
        except (UnicodeDecodeError, ValueError, RuntimeError, AttributeError):
            continue

    def read(index: tuple[Any, ...]) -> NDArray[Any]:
        return np.asarray(item[index])

    sizes = tuple(chunks) if isinstance(chunks, list) else None
    return Variable(name, tuple(item.dimensions), tuple(item.shape), kind, attributes, read, sizes)


def _zarr(path: Path, stack: ExitStack) -> dict[str, Variable]:
    import zarr
    from zarr.storage import ZipStore

    with zipfile.ZipFile(path) as archive:
        places = [name.rpartition("/")[0] for name in archive.namelist() if name.rpartition("/")[2] in _MARKS]
    if not places:
        raise InspectionError("There is no Zarr store in this zip.", hint="Zip the folder that ends in '.zarr'.")
    store = ZipStore(path, mode="r")
    stack.callback(store.close)
    root = min(places, key=len)
    group = zarr.open_group(store, path=root, mode="r")
    found: dict[str, Variable] = {}
    for name, item in group.members(max_depth=4):
        if isinstance(item, zarr.Array) and np.dtype(item.dtype).kind in "iufb":
            found[name] = _zarr_variable(name, item)
    return found


def _zarr_variable(name: str, item: Any) -> Variable:
    attributes = dict(item.attrs)
    named = attributes.get("_ARRAY_DIMENSIONS") or getattr(item.metadata, "dimension_names", None)
    dims = tuple(str(dim) for dim in named) if named else tuple(f"{name}_{place}" for place in range(item.ndim))
    if "_FillValue" not in attributes and item.fill_value is not None and item.ndim > 1:
        attributes["_FillValue"] = item.fill_value

    def read(index: tuple[Any, ...]) -> NDArray[Any]:
        return np.asarray(item[index])

    return Variable(name, dims, tuple(item.shape), np.dtype(item.dtype), attributes, read, tuple(item.chunks))
