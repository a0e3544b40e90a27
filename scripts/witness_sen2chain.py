# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree that the real Sen2Chain wrote: whether we name every file of it, and read its numbers as it meant them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from witness_corpus import ROOT
from witnesses import sen2chain_library

from terracite.raster.indices import FORMULAS
from terracite.raster.products import ProductFile, walk
from terracite.raster.read import read_physical
from terracite.raster.series import Series, SeriesImage
from terracite.timeseries.archive import scan

PYTHON = Path("/usr/bin/python3")  # Debian's, for which Debian's package of GDAL is made
ENVIRONMENT = ROOT / ".venv-witnesses" / "sen2chain"
BOUND = 0.003  #: difference of two physical values that lossy compression explains, in the median cell

Figure = Callable[[str, int, int, float], bool]


def ask_about_sen2chain(figure: Figure) -> list[bool]:
    """One figure per question; nothing is asked where Sen2Chain cannot run, and why is said."""
    if not _has_gdal():
        print("sen2chain: this machine has no GDAL for its own Python; not asked. Cure: apt-get install python3-gdal")
        return []
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        said = _made(Path(folder))
        seconds = time.monotonic() - started
        stopped = {step: why for step, why in said["steps"].items() if why}
        print(f"sen2chain {said['version']}: {len(said['made'])} files in {seconds:.0f} s; what stopped it: {stopped}")
        library = Path(folder) / "sen2chain_data" / "data"
        return [
            *_names(figure, library, said["made"]),
            *_listed(figure, library, said["library"]),
            *_values(figure, library),
            _run(figure, library, Path(folder) / "crates"),
        ]


def _has_gdal() -> bool:
    """Whether Debian's Python has GDAL; it is installed where that is allowed."""

    def found() -> bool:
        return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import osgeo"], capture_output=True).returncode == 0

    if not found() and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        quiet = {"capture_output": True, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "python3-gdal"], **quiet)  # type: ignore[call-overload]
    return found()


def _environment() -> Path:
    packages = sen2chain_library.PACKAGES
    ready = ENVIRONMENT / "ready"
    if not ready.exists() or ready.read_text() != "\n".join(packages):
        uv = Path(sys.executable).with_name("uv")
        make = [uv, "venv", "--quiet", "--clear", "--python", PYTHON, "--system-site-packages", ENVIRONMENT]
        subprocess.run(make, check=True)
        install = [
            uv,
            "pip",
            "install",
            "--quiet",
            "--only-binary",
            ":all:",
            "--python",
            ENVIRONMENT / "bin" / "python",
        ]
        subprocess.run([*install, *packages], check=True)
        ready.write_text("\n".join(packages))
    return ENVIRONMENT / "bin" / "python"


def _made(folder: Path) -> dict[str, Any]:
    program = ROOT / "scripts" / "witnesses" / "sen2chain_library.py"
    done = subprocess.run([_environment(), program, folder], capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"Sen2Chain stopped: {done.stderr[-1500:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _names(figure: Figure, library: Path, made: list[str]) -> list[bool]:
    """Every file that it wrote has a kind; all but forgotten temporary ones have a tile, a product and a time."""
    started = time.monotonic()
    found = {str(file.path.relative_to(library)): file for file in walk(library, "sen2chain")}
    known = {path: file for path, file in found.items() if isinstance(file, ProductFile)}
    lasting = [file for file in known.values() if file.kind != "temporary"]
    placed = [file for file in lasting if file.tile and file.product_id and file.sensed_at]
    for path in sorted(set(made) - set(known))[:5]:
        print(f"    not known: {path}")
    seconds = time.monotonic() - started
    return [
        figure("sen2chain: files named", len(set(made) & set(known)), len(made), seconds),
        figure("sen2chain: tile, product and time of each", len(placed), len(lasting), seconds),
    ]


def _listed(figure: Figure, library: Path, said: Mapping[str, Mapping[str, list[str]]]) -> list[bool]:
    """The images and masked images that we see are those that Sen2Chain's own library lists."""
    started = time.monotonic()
    ours: dict[str, dict[str, list[str]]] = {}
    for file in walk(library, "sen2chain"):
        if isinstance(file, ProductFile) and file.kind == "index":
            ours.setdefault(file.index, {"raw": [], "masked": []})["masked" if file.mask else "raw"].append(
                file.path.name
            )
    same = sum(
        sorted(ours.get(index, {}).get(kind, [])) == names
        for index, lists in said.items()
        for kind, names in lists.items()
    )
    asked = sum(len(lists) for lists in said.values())
    return [figure("sen2chain: lists of its own library", same, asked, time.monotonic() - started)]


def _values(figure: Figure, library: Path) -> list[bool]:
    """Each index read from its image is the formula on the bands of its product, as we read those."""
    started = time.monotonic()
    indices = {one.index: one for one in scan(library / "INDICES", "sen2chain").series}
    bands: dict[str, Series] = {one.index: one for one in scan(library / "L2A", "safe-l2a").series}
    agree = 0
    asked = 0
    for name, (needed, formula) in FORMULAS.items():
        for image in indices[name].images if name in indices else ():
            expected = formula(*(_at_10m(_of(bands[band], image)) for band in needed))
            wrong = np.abs(_at_10m(image) - expected)
            asked += 1
            agree += bool(np.nanmedian(wrong) < BOUND)
            if np.nanmedian(wrong) >= BOUND:
                print(f"    {image.path.name}: median difference {np.nanmedian(wrong):.4f}")
    return [
        figure("sen2chain: indices with images", len(indices), len(sen2chain_library.INDICES), 0),
        figure("sen2chain: values of images, from ESA's bands", agree, asked, time.monotonic() - started),
    ]


def _of(bands: Series, image: SeriesImage) -> SeriesImage:
    """The band of the same product."""
    return next(band for band in bands.images if band.product_id == image.product_id)


def _at_10m(image: SeriesImage) -> Any:
    values = read_physical(image, masked=False)
    step = sen2chain_library.CELLS[10] // values.shape[0]
    return values.repeat(step, 0).repeat(step, 1)


def _run(figure: Figure, library: Path, output: Path) -> bool:
    """A run over the tree makes a crate of each index and year."""
    started = time.monotonic()
    command = [Path(sys.executable).with_name("terracite"), "timeseries", "run", library, "--output", output]
    done = subprocess.run([*command, "--creator", "Payet, Marie", "--json"], capture_output=True, text=True)
    if done.returncode:
        print(f"    {done.stderr[-800:]}")
    years = {sensed[:4] for sensed, *_ in sen2chain_library.PRODUCTS}
    made = list(output.glob("40KCB-*/data/*.nc")) + list(output.glob("40KCB-*/*.nc"))
    expected = len(sen2chain_library.INDICES) * len(years)
    return figure("sen2chain: series files of a run", len(made), expected, time.monotonic() - started)
