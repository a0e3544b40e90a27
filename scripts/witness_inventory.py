# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks programs of others about the inventory of a simulated archive: STAC validators, Debian's GDAL and QGIS.

``witness_inventory.py`` alone, or `ask_about_inventory` from another script. Programs that are not on this machine are
named and not asked (``apt-get install gdal-bin python3-qgis``).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ask_witnesses import PROGRAMS, environment, figure

from terracite.timeseries.archive import scan
from terracite.timeseries.inventory_files import write_inventory
from terracite.timeseries.simulate import make_archive

Figure = Callable[[str, int, int, float], bool]
LAYERS = ("series", "images", "tiles")
DEBIAN = "/usr/bin/python3"


def ask_about_inventory(figure: Figure) -> list[bool]:
    """One line a witness; whether each accepts everything."""
    with tempfile.TemporaryDirectory() as folder:
        archive = make_archive(Path(folder) / "archive", size=64, years=(2022,))
        output = Path(folder) / "inventory"
        write_inventory(scan(archive.root), output, ("footprints", "stac", "sen2val"))
        layers = [str(path) for path in sorted(output.glob("sen2val/*.shp"))]
        package = output / "footprints.gpkg"
        return [
            _stac(output / "stac" / "catalog.json", figure),
            *_gdal([*layers, str(package)], figure),
            *_qgis([*layers, *(f"{package}|layername={name}" for name in LAYERS)], figure),
        ]


def _stac(root: Path, figure: Figure) -> bool:
    started = time.monotonic()
    python = environment("stac") / "bin" / "python"
    done = subprocess.run([python, PROGRAMS / "stac_archive.py", root], capture_output=True, text=True)
    answer = json.loads(done.stdout) if done.stdout else {"ok": False, "why": done.stderr[-800:], "items": 0}
    if answer["why"]:
        print(f"    {answer['why']}")
    documents = len([*root.parent.rglob("*.json")])
    accepted = documents if answer["ok"] else 0
    return figure("archive as STAC x stac", accepted, documents, time.monotonic() - started)


def _gdal(paths: list[str], figure: Figure) -> list[bool]:
    program = shutil.which("ogrinfo")
    if program is None:
        print("GDAL of Debian (gdal-bin) is not on this machine; not asked")
        return []
    started = time.monotonic()
    silent = 0
    for path in paths:
        done = subprocess.run([program, "-ro", "-al", "-so", path], capture_output=True, text=True)
        silent += done.returncode == 0 and not done.stderr
        if done.stderr:
            print(f"    {done.stderr.strip()}")
    return [figure("inventory layers x gdal", silent, len(paths), time.monotonic() - started)]


def _qgis(names: list[str], figure: Figure) -> list[bool]:
    started = time.monotonic()
    if not Path(DEBIAN).exists() or subprocess.run([DEBIAN, "-c", "import qgis"], capture_output=True).returncode:
        print("QGIS of Debian (python3-qgis) is not on this machine; not asked")
        return []
    done = subprocess.run([DEBIAN, PROGRAMS / "qgis_layers.py", *names], capture_output=True, text=True)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for answer in answers:
        if not answer["ok"]:
            print(f"    {answer['file']}: {answer['why']}")
    accepted = sum(answer["ok"] for answer in answers)
    return [figure("inventory layers x qgis", accepted, len(names), time.monotonic() - started)]


if __name__ == "__main__":
    sys.exit(0 if all(ask_about_inventory(figure)) else 1)
