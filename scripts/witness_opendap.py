# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series file that a run wrote, served by a real OPeNDAP server and read over HTTP by netCDF-C (and Debian's ncdump).

What is compared, and what the server changes by itself, stands in `witnesses/opendap.py`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ask_witnesses import PROGRAMS, environment

from terracite.timeseries.options import Options
from terracite.timeseries.run import run
from terracite.timeseries.simulate import make_archive

Figure = Callable[[str, int, int, float], bool]
PROGRAM = PROGRAMS / "opendap.py"
DUMPED = ("time", "y", "x", "orbit", "cloud_cover", "masked_cells")  # not the images: it asks for them row by row


def ask_about_opendap(figure: Figure) -> list[bool]:
    """One line for values, times, grid mapping, attributes, ncdump; nothing is asked where there is no server."""
    try:
        python = environment("opendap") / "bin" / "python"
    except subprocess.CalledProcessError as error:
        print(f"opendap: its packages could not be installed ({error}); not asked. Cure: a network, or a package index")
        return []
    with tempfile.TemporaryDirectory() as folder:
        archive = make_archive(Path(folder) / "archive", size=128, years=(2022,), indices=("NDVI",))
        done = run(archive.root, Path(folder) / "crates", Options(indices=("NDVI",)))
        (series,) = (path for crate in done.crates for path in crate.glob("*.nc"))
        return [*_netcdf_c(python, series, figure), *_ncdump(python, series, figure)]


def _netcdf_c(python: Path, series: Path, figure: Figure) -> list[bool]:
    started = time.monotonic()
    done = subprocess.run([python, PROGRAM, series], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"    the server stopped: {done.stderr[-800:].strip()}")
        return [figure("OPeNDAP x netCDF-C", 0, 1, time.monotonic() - started)]
    answer = json.loads(lines[-1])
    if answer["why"]:
        print(f"    {answer['why']}")
    seconds = time.monotonic() - started
    return [
        figure(f"OPeNDAP x netCDF-C: {kind}", answer["same"][kind], asked, seconds)
        for kind, asked in answer["asked"].items()
    ]


def _ncdump(python: Path, series: Path, figure: Figure) -> list[bool]:
    """The numbers that Debian's ncdump prints from the address are those that it prints from the file."""
    program = shutil.which("ncdump")
    if program is None:
        print("ncdump of Debian (netcdf-bin) is not on this machine; not asked")
        return []
    started = time.monotonic()
    with subprocess.Popen(
        [python, PROGRAM, "--serve", series],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        address = server.stdout.readline().strip() if server.stdout else ""
        same = sum(
            bool(one := _dumped(program, str(series), name)) and one == _dumped(program, address, name)
            for name in DUMPED
        )
        if server.stdin:
            server.stdin.close()
    return [figure("OPeNDAP x ncdump: values", same, len(DUMPED), time.monotonic() - started)]


def _dumped(program: str, source: str, name: str) -> str:
    """What ncdump prints of the numbers of a variable, to the last digit."""
    done = subprocess.run([program, "-p", "9,17", "-v", name, source], capture_output=True, text=True)
    found = re.search(rf"^ {name} =(.*?);", done.stdout.partition("\ndata:")[2], re.DOTALL | re.MULTILINE)
    return "".join(found[1].split()) if found else ""


if __name__ == "__main__":
    from ask_witnesses import figure

    sys.exit(0 if all(ask_about_opendap(figure)) else 1)
