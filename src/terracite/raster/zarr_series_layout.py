# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series as a Zarr v3 group: the variables of `netcdf_layout`, the attributes as xarray expects them.

One file of metadata tells everything (``zarr.json`` of the group, consolidated), beside one a variable.
"""

from __future__ import annotations

import base64
import json
import math
import struct
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import BloscCodec, Crc32cCodec, ZstdCodec
from zarr.errors import ZarrUserWarning

from terracite.raster import netcdf_layout as layout
from terracite.raster.netcdf_layout import Variable
from terracite.raster.zarr_series_shards import DATES, ENTRY_BYTES, LEVEL, Cut

METADATA = "zarr.json"


def cut_of(variable: Variable, dates: int, shape: tuple[int, int]) -> Cut:
    """How a variable of three dimensions is cut; ``shape``: of the grid."""
    rows, cols = (layout.chunk_length(cells) for cells in shape)
    fill = layout.FILL if variable.fill is None else variable.fill
    return Cut((dates, *shape), (rows, cols), variable.kind, fill)


def define(
    folder: Path, described: Sequence[Variable], cuts: Mapping[str, Cut], attributes: Mapping[str, str | float]
) -> None:
    """Everything of the group in ``folder`` but the pixels and what `netcdf_layout.KNOWN_LATER` names."""
    told = {"Conventions": "CF-1.11, ACDD-1.3"} | dict(attributes)
    group: Any = zarr.open_group(folder, mode="w", zarr_format=3, attributes=_plain(told))
    dates = next(len(one.values) for one in described if one.name == "time" and one.values is not None)
    for variable in described:
        common = {"attributes": _attributes(variable), "dimension_names": variable.dimensions}
        if variable.is_gridded:
            group.create_array(variable.name, **_sharded(cuts[variable.name]), **common)
        else:
            made = group.create_array(variable.name, **_small(variable, dates), **common)
            if variable.values is not None:
                made[...] = _written(variable.values)


def fill_in(folder: Path, facts: Mapping[str, NDArray[Any]]) -> None:
    """The values that are known once the images were read, of the variables that there are."""
    group: Any = zarr.open_group(folder, mode="r+", zarr_format=3)
    for name, values in facts.items():
        if name in group:
            group[name][...] = values


def consolidate(folder: Path) -> None:
    """The metadata of every variable into that of the group: one request opens the store."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ZarrUserWarning)  # an extension that Zarr v3 has not adopted yet
        zarr.consolidate_metadata(folder, zarr_format=3)


def packing_of(folder: Path) -> Any:
    """Of an array: type, chunks, codecs, fill value and the shape of one date; None when there is no array."""
    try:
        told = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        names = ("data_type", "chunk_grid", "codecs", "fill_value")
        return [told["shape"][1:], *(told[name] for name in names)]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def bytes_per_date(folder: Path) -> int:
    """What each further date of the store in ``folder``, which has one, adds: chunks, and a share of their index."""
    total = 0
    for shard in folder.glob("*/c/0/0/0"):
        told = json.loads((shard.parents[3] / METADATA).read_text(encoding="utf-8"))
        outer = told["chunk_grid"]["configuration"]["chunk_shape"]
        inner = told["codecs"][0]["configuration"]["chunk_shape"]
        index = ENTRY_BYTES * math.prod(whole // part for whole, part in zip(outer, inner, strict=True))
        total += shard.stat().st_size - index + index // DATES
    return total


def _sharded(cut: Cut) -> dict[str, Any]:
    itemsize = np.dtype(cut.kind).itemsize
    blosc = BloscCodec(
        typesize=itemsize,
        cname="zstd",
        clevel=LEVEL,
        shuffle="shuffle" if itemsize > 1 else "noshuffle",
        blocksize=cut.bytes,
    )
    return {
        "shape": cut.shape,
        "dtype": cut.kind,
        "chunks": (1, *cut.chunk),
        "shards": cut.shard,
        "fill_value": cut.fill,
        "compressors": [blosc, Crc32cCodec()],
    }


def _small(variable: Variable, dates: int) -> dict[str, Any]:
    """A variable in one chunk: a coordinate, or a value for each date."""
    shape = variable.values.shape if variable.values is not None else (dates,) * len(variable.dimensions)
    more = {} if variable.fill is None else {"fill_value": variable.fill}
    kind: Any = str if variable.kind.startswith("S") else variable.kind
    return {"shape": shape, "chunks": shape, "dtype": kind, "compressors": [ZstdCodec(level=LEVEL)], **more}


def _written(values: NDArray[Any]) -> Any:
    if values.dtype.kind == "S":
        return np.array([value.decode() for value in values.tolist()], dtype=object)
    return values


def _attributes(variable: Variable) -> dict[str, Any]:
    """Those of the variable, and ``_FillValue``: xarray masks by it, and not by Zarr's own fill value."""
    told = _plain(variable.attributes)
    if variable.fill is not None:
        told["_FillValue"] = _fill_value(variable)
    return told


def _fill_value(variable: Variable) -> int | str:
    """A whole number as it is; others as xarray writes them into JSON: their eight bytes in base 64."""
    if variable.fill is None or not variable.kind.startswith("f"):
        return int(variable.fill or 0)
    return base64.b64encode(struct.pack("<d", variable.fill)).decode()


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.tolist() if hasattr(value, "tolist") else value for name, value in attributes.items()}
