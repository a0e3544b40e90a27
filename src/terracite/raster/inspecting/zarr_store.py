# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from Zarr: a zipped store, or a folder of files. Runs in the child process of `inspect`.

Arrays are shown to the reader of NetCDF as if they were its variables: the conventions are the same.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import zarr

from terracite.errors import InspectionError
from terracite.raster.inspect import Facts
from terracite.raster.inspect_kinds import KINDS, Kind
from terracite.raster.inspecting.attributed import Attributed
from terracite.raster.inspecting.netcdf import facts_of

ROOTS = (".zmetadata", ".zgroup", "zarr.json")  #: what lies at the root of a store
_MOST_ARRAYS = 2000
_MOST_READ = 50_000_000  #: values of one coordinate


class _Variable(Attributed):
    """An array that answers like a variable of netCDF4, unscaled; missing values are masked."""

    def __init__(self, name: str, array: Any) -> None:
        super().__init__(_without_dimensions(array.attrs))
        self.array, self.name, self.shape = array, name.rpartition("/")[2], array.shape
        self.ndim, self.size, self.dtype = array.ndim, int(np.prod(array.shape)), array.dtype
        named = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS") or ()
        self.dimensions = tuple(str(item) for item in named)

    def __getitem__(self, where: Any) -> Any:
        if isinstance(where, slice) and self.size > _MOST_READ:
            raise InspectionError(f"The coordinate '{self.name}' is too large.", hint="Describe the place by hand.")
        values = np.ma.asarray(self.array[...] if isinstance(where, slice) else self.array.oindex[where])
        fill = self._attributes.get("_FillValue", self._attributes.get("missing_value"))
        return np.ma.masked_equal(values, fill) if isinstance(fill, int | float) else values


def _without_dimensions(attributes: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(attributes).items() if name != "_ARRAY_DIMENSIONS"}


def root_of(names: list[str]) -> str | None:
    """The folder of a store among names of files, "" for the outermost one; None when there is none."""
    roots = [PurePosixPath(name) for name in names if PurePosixPath(name).name in ROOTS]
    if not roots:
        return None
    shortest = min(roots, key=lambda path: len(path.parts))
    return "" if len(shortest.parts) == 1 else str(shortest.parent)


def facts(path: Path, kind: Kind) -> Facts:
    """What the store holds whose root this file is, its other files beside it."""
    return _facts(zarr.storage.LocalStore(path.parent, read_only=True), "", kind, path.name)


def facts_in_zip(path: Path, root: str) -> Facts:
    """What a zipped store holds."""
    with zipfile.ZipFile(path) as archive:
        size = sum(item.file_size for item in archive.infolist())
    store = zarr.storage.ZipStore(path, mode="r")
    found = _facts(store, root, KINDS["zarr"], path.name)
    return replace(
        found,
        format="Zarr (zip)",
        media_type="application/zip",
        attributes=found.attributes | {"unpacked_bytes": str(size)},
    )


def _facts(store: Any, root: str, kind: Kind, name: str) -> Facts:
    group = zarr.open_group(store, path=root, mode="r")
    variables = {title: _Variable(title, array) for title, array in _arrays(group)}
    if not variables:
        raise InspectionError("The store has no array.", hint="Send every file of the folder, or zip it.")
    return facts_of(Attributed(dict(group.attrs)), variables, kind, name)


def _arrays(group: Any, prefix: str = "", depth: int = 0) -> list[tuple[str, Any]]:
    found = [(prefix + name, array) for name, array in group.arrays()][:_MOST_ARRAYS]
    if depth < 5:
        for name, inner in group.groups():
            found += _arrays(inner, f"{prefix}{name}/", depth + 1)
    return found[:_MOST_ARRAYS]
