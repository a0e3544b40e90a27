# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs of others read from a series store (Zarr v3): xarray by its consolidated metadata, and tensorstore.

tensorstore (Google, C++) shares no code with zarr-python, which the store is made with. Beside the store lies
``<store>.expected.json``: the SHA-256 of the numbers and of the mask that the NetCDF file of the same images holds,
and the physical values of one cell. Every witness must find the same.

``python zarr_read.py STORE...`` prints one line of JSON per store: {"file", "ok", "why"}.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGES = ["xarray==2026.9.0", "zarr==3.1.6", "dask==2026.8.0", "tensorstore==0.1.76"]


def _sha256(values: Any) -> str:
    return hashlib.sha256(values.tobytes()).hexdigest()


def _by_xarray(store: str, expected: dict[str, Any]) -> Iterator[str]:
    import numpy as np
    import xarray as xr

    with xr.open_zarr(store, consolidated=True, mask_and_scale=False) as raw:
        yield from _same("xarray", raw["ndvi"].values, raw["cloud_mask"].values, expected)
    with xr.open_zarr(store, consolidated=True, decode_coords="all") as series:
        row, col = expected["cell"]
        cell = series["ndvi"].isel(y=row, x=col).values
        wanted = np.array([np.nan if value is None else value for value in expected["values"]])
        if not np.allclose(cell, wanted, atol=1e-6, equal_nan=True):
            yield f"xarray: the cell holds {cell}, not {wanted}"
        times = [str(time)[:19] for time in series["time"].values]
        if times != expected["times"]:
            yield f"xarray: times are {times}"
        if "crs" not in series.coords or "spatial_ref" not in series["crs"].attrs:
            yield "xarray: no grid mapping"


def _by_tensorstore(store: str, expected: dict[str, Any]) -> Iterator[str]:
    import tensorstore as ts

    found = {}
    for name in ("ndvi", "cloud_mask"):
        place = {"driver": "file", "path": str(Path(store) / name)}
        found[name] = ts.open({"driver": "zarr3", "kvstore": place}).result().read().result()
    yield from _same("tensorstore", found["ndvi"], found["cloud_mask"], expected)


def _same(witness: str, values: Any, mask: Any, expected: dict[str, Any]) -> Iterator[str]:
    for name, array in (("values", values), ("mask", mask)):
        if _sha256(array) != expected[f"{name}_sha256"]:
            yield f"{witness}: the {name} differ"


def main(stores: list[str]) -> None:
    for store in stores:
        expected = json.loads(Path(f"{store}.expected.json").read_text(encoding="utf-8"))
        why = []
        for witness in (_by_xarray, _by_tensorstore):
            try:
                why += list(witness(store, expected))
            except Exception as error:  # noqa: BLE001 - whatever a witness says is its answer
                why.append(f"{witness.__name__}: {error}")
        print(json.dumps({"file": store, "ok": not why, "why": "; ".join(why)[:1500]}))


if __name__ == "__main__":
    main(sys.argv[1:])
