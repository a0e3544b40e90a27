# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are broken or made to hurt: what a look into each costs, and that whoever asked lives on."""

from __future__ import annotations

import contextlib
import resource
import tempfile
import time
from pathlib import Path

from common.figures import bar_is

TIMEOUT_S, MEMORY_MB = 60, 2048  #: what a look is given (`terracite.repository.described.inspect`)
_VARIABLES = 1_000_000
_GB = 1 << 30


def nasty_bars(folder: Path) -> list[bool]:
    """A line a figure: the files of ``folder``, a NetCDF of a million variables, a table of one line of 1 GB."""
    looked = {path.name: _look(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    found = [_told(f"{len(looked)} nasty files", max(looked.values(), default=0.0))]
    with tempfile.TemporaryDirectory() as own:
        for name, make in (("a million variables (NetCDF header)", _variables), ("one line of 1 GB (CSV)", _line)):
            found.append(_told(name, _look(make(Path(own)))))
    return [*found, bool(bar_is("whoever asked lives on", _lives()))]


def _told(name: str, seconds: float) -> bool:
    """Peak memory is that of the largest child so far."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    met = seconds <= TIMEOUT_S + 3 and peak <= MEMORY_MB
    return bool(bar_is(f"{name}: {seconds:.1f} s, {peak:.0f} MB at most", met))


def _look(path: Path) -> float:
    from terracite.errors import InspectionError
    from terracite.repository.described import inspect

    start = time.perf_counter()
    with contextlib.suppress(InspectionError):  # told to the depositor: that is right
        inspect(path, timeout_s=TIMEOUT_S, memory_mb=MEMORY_MB)
    return time.perf_counter() - start


def _variables(folder: Path) -> Path:
    """NetCDF classic, written by hand: no dimension, no attribute, scalar bytes."""
    path = folder / "variables.nc"
    size = sum(4 + (len(f"v{at}") + 3) // 4 * 4 + 4 + 8 + 12 for at in range(_VARIABLES))
    start = 4 + 4 + 8 + 8 + 8 + size
    with path.open("wb") as file:
        file.write(b"CDF\x01" + (0).to_bytes(4, "big") + bytes(8) + bytes(8))
        file.write((11).to_bytes(4, "big") + _VARIABLES.to_bytes(4, "big"))
        for at in range(_VARIABLES):
            name = f"v{at}".encode()
            file.write(len(name).to_bytes(4, "big") + name.ljust((len(name) + 3) // 4 * 4, b"\0") + bytes(4) + bytes(8))
            file.write((1).to_bytes(4, "big") + (4).to_bytes(4, "big") + (start + 4 * at).to_bytes(4, "big"))
        file.truncate(start + 4 * _VARIABLES)
    return path


def _line(folder: Path) -> Path:
    path = folder / "line.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,")
        file.truncate(_GB)
    return path


def _lives() -> bool:
    """Whether a plain file is read after all that."""
    from terracite.repository.described import inspect

    with tempfile.TemporaryDirectory() as own:
        path = Path(own) / "plain.csv"
        path.write_text("name,value\nA,1\nB,2\n", encoding="utf-8")
        return inspect(path).rows == 2
