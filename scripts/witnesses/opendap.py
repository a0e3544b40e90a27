# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a series file is the same when a real OPeNDAP server serves it and netCDF-C reads it over HTTP.

The server is xpublish with xpublish-opendap, on this machine only. It opens the file with xarray without decoding
anything (packed numbers stay packed, times stay numbers); netCDF-C, by netCDF4-python, reads what it serves.

Values, variables and their order of axes must be equal bit for bit, and attributes too, but for what that server and
DAP2 themselves change, which is compared as it arrives:

- an attribute with several numbers comes as their text, "[-10000  10000]", for the server knows no lists; so does a
  number of a kind that it does not know;
- variables of characters (the identity of each product) are not served: opendap-protocol 1.1.1 sends arrays of strings
  without their lengths, which no client can read, and netCDF-C asks for all small variables at once;
- a single number (the grid mapping) is served as one on an axis of length 1: a bare one, too, it encodes wrongly;
- an unsigned byte (the cloud mask) arrives at netCDF-C as a signed one of the same bits: its DAP2 has no other;
- an axis without a variable of its own gets a counter; one of float64 gets a _FillValue of NaN, which xarray adds;
- netCDF-C's DAP2 client knows the order of the axes, not that of the variables.

``python opendap.py FILE...`` prints one line of JSON a file: {"file", "ok", "why", "asked": {...}, "same": {...}}.
With ``--serve FILE`` it serves until its standard input ends; the first line that it prints is the address.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

PACKAGES = [
    "--no-binary=opendap-protocol",  # it comes as source only, and is plain Python
    "setuptools==80.9.0",  # one of the last with pkg_resources, which opendap-protocol imports
    "opendap-protocol==1.1.1",
    "xpublish==0.5.2",
    "xpublish-opendap==0.2.0",
    "netCDF4==1.7.5.1.post1",
]
_AXIS = "_axis"  #: what is added to the name of a single number, for its axis


@contextmanager
def served(path: str) -> Iterator[str]:
    """The address at which the file is served."""
    import uvicorn
    import xarray
    import xpublish
    from xpublish_opendap import OpenDapPlugin

    dataset = xarray.open_dataset(path, decode_cf=False, engine="netcdf4").load()
    dataset = dataset.drop_vars([name for name, variable in dataset.variables.items() if variable.dtype.kind == "S"])
    bare = [name for name, variable in dataset.variables.items() if not variable.dims]
    dataset = dataset.assign({name: dataset[name].expand_dims(f"{name}{_AXIS}") for name in bare})
    rest = xpublish.Rest({"series": dataset}, plugins={"opendap": OpenDapPlugin()})
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(rest.app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/datasets/series/opendap"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def main(paths: list[str]) -> None:
    for path in paths:
        asked: dict[str, int] = {}
        same: dict[str, int] = {}
        why = []
        with served(path) as address:
            for kind, name, is_same in compared(path, address):
                asked[kind] = asked.get(kind, 0) + 1
                same[kind] = same.get(kind, 0) + is_same
                why += [] if is_same else [f"{kind}: {name}"]
        answer = {"file": path, "ok": not why, "why": "; ".join(why)[:1500], "asked": asked, "same": same}
        print(json.dumps(answer), flush=True)


def compared(path: str, address: str) -> Iterator[tuple[str, str, bool]]:
    """(what is compared, of which variable, whether it is the same)."""
    import netCDF4

    with netCDF4.Dataset(path) as ours, netCDF4.Dataset(address) as theirs:
        for dataset in (ours, theirs):
            dataset.set_auto_maskandscale(False)
        yield from _attributes(ours, theirs, "the file")
        for name, variable in ours.variables.items():
            if variable.dtype.kind == "S":
                continue
            if name not in theirs.variables:
                yield "variables", f"{name} is not served", False
                continue
            kind = {"time": "times", "crs": "grid mapping"}.get(name, "values")
            yield kind, name, _values(variable, theirs[name])
            yield from _attributes(variable, theirs[name], name)


def _values(ours: Any, theirs: Any) -> bool:
    """Whether numbers, their type and their axes are equal."""
    mine, other = ours[...], theirs[...]
    axes = ours.dimensions or (f"{ours.name}{_AXIS}",)
    is_placed = theirs.dimensions == axes and other.shape == (mine.shape or (1,))
    kind = np.dtype(np.int8) if mine.dtype == np.uint8 else mine.dtype
    return is_placed and kind == other.dtype and mine.tobytes() == other.tobytes()


def _attributes(ours: Any, theirs: Any, name: str) -> Iterator[tuple[str, str, bool]]:
    served_ones = {key: theirs.getncattr(key) for key in theirs.ncattrs()}
    for key in ours.ncattrs():
        there = served_ones.pop(key, None)
        yield "attributes", f"{name}:{key} is {there!r}", any(_is(there, way(ours.getncattr(key))) for way in WAYS)
    for key, value in served_ones.items():
        is_known = key == "_xpublish_id" or (key == "_FillValue" and bool(np.isnan(value)))
        yield "attributes", f"{name}:{key} is {value!r}, and not in the file", is_known


def _signed(value: Any) -> Any:
    return value.view(np.int8) if isinstance(value, np.uint8) else value


#: how an attribute may arrive: as it is, or as the text that the server makes of what it does not know
WAYS: tuple[Callable[[Any], Any], ...] = (_signed, str)


def _is(there: Any, expected: Any) -> bool:
    if isinstance(expected, np.ndarray) or there is None:
        return False
    return type(there) is type(expected) and bool(there == expected)


def serve(path: str) -> None:
    """Serve a file until standard input ends."""
    with served(path) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[2]) if sys.argv[1] == "--serve" else main(sys.argv[1:])
