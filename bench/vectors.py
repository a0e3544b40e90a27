# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sieve and polygons of a class map beside GDAL's own programs, in one run: read the ratios, not the seconds.

    python bench/vectors.py                         10,980 x 10,980 cells: ten minutes
    python bench/vectors.py --size 2745             a sixteenth: the start of programs weighs more

The map is simulated: patches of all sizes in 12 classes and the speckle of a map made cell by cell (55,000 patches a
million cells). Both ways drop patches under 50 cells, 4-connected, and write a GeoPackage with a spatial index; ours
also counts the shares of the classes in each polygon on the map before. The peer is Debian's GDAL (`apt-get install
python3-gdal`): gdal_sieve.py, then gdal_polygonize.py. Each is a whole process, start, reading and writing included.
Whole processes hold what a program loads before it does anything; a second line of memory leaves that out.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common.figures import Figures, Met, bar, bar_is, head, peak_mb, summary
from numpy.typing import NDArray

CLASSES, MINIMUM = 12, 50
PEERS = {"sieve": shutil.which("gdal_sieve.py"), "polygonize": shutil.which("gdal_polygonize.py")}


def make_map(path: Path, size: int) -> None:
    """A class map: the largest of twelve smooth random fields, with 12 % of the cells taken from nearby."""
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.windows import Window

    rng = np.random.default_rng(1)
    tile = _patches(rng, 1024)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "width": size, "height": size, "nodata": 0}
    place = {"crs": "EPSG:32740", "transform": from_origin(300_000, 7_700_000, 10, 10)}
    with rasterio.open(path, "w", **profile, **place, compress="deflate", tiled=True) as image:
        for top in range(0, size, 256):
            rows, cols = np.arange(top, min(top + 256, size))[:, None], np.arange(size)[None, :]
            moved = rng.random((len(rows), size)) < 0.12
            rows = np.abs(rows + np.where(moved, rng.integers(-9, 10, moved.shape), 0))
            cols = np.abs(cols + np.where(moved, rng.integers(-9, 10, moved.shape), 0))
            turn = (rows // 1024 * 7 + cols // 1024 * 3) % CLASSES  # mirrored tiles, whose classes change places
            found = (tile[_mirrored(rows), _mirrored(cols)] + turn) % CLASSES + 1
            image.write(found.astype(np.uint8), 1, window=Window(0, top, size, len(found)))
        image.update_tags(**{f"CLASS_{code}": f"Class {code}" for code in range(1, CLASSES + 1)})


def _mirrored(place: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(place // 1024 % 2, 1023 - place % 1024, place % 1024)


def _patches(rng: np.random.Generator, side: int) -> NDArray[np.int64]:
    from scipy.ndimage import gaussian_filter

    fields = []
    for _ in range(CLASSES):
        scales = [gaussian_filter(rng.standard_normal((side, side)), reach, mode="wrap") for reach in (2, 8, 30)]
        fields.append(sum(one / one.std() * weight for one, weight in zip(scales, (0.55, 1, 1), strict=True)))
    return np.argmax(fields, axis=0)


def ours(folder: Path) -> None:
    """`terracite.landcover.shapes`, sieve and polygons in one pass over the rows."""
    from terracite.landcover.classmap import open_map
    from terracite.landcover.shapes import Effects, Regular
    from terracite.landcover.shapes.files import write_geopackage
    from terracite.landcover.shapes.vectorise import Drawing, Drawn, _batches, _columns

    known = open_map(folder / "map.tif")
    found = Drawn(folder, Effects(np.zeros((256, 256), np.int64)))
    drawing, columns = Drawing(Regular(minimum=MINIMUM)), _columns(known, "oso")
    batches = _batches(known, drawing, columns, found, _unheard)
    write_geopackage(folder / "ours.gpkg", batches, known.grid, "landcover")


def _unheard(done: int, total: int) -> None:
    pass


def loaded(folder: Path) -> None:  # noqa: ARG001 - like the others
    """What our program loads before it reads a cell."""
    import pyarrow  # noqa: F401
    import pyogrio  # noqa: F401

    from terracite.landcover.shapes import vectorise  # noqa: F401


WAYS = {"ours": ours, "loaded": loaded}


def measured(command: list[str]) -> Figures:
    """Seconds (wall, CPU) and peak memory in MB of a whole process."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    code = f"import sys, subprocess, resource; subprocess.run({command!r}, check=True, stdout=subprocess.DEVNULL); " + (
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": time.perf_counter() - start, "cpu": cpu, "MB": float(done.stdout.split()[-1])}


def _peer(folder: Path) -> tuple[Figures, Figures]:
    sieve, polygonize = (str(PEERS[name]) for name in ("sieve", "polygonize"))
    for name in ("sieved.tif", "peer.gpkg"):
        (folder / name).unlink(missing_ok=True)
    first = measured([sieve, "-q", "-st", str(MINIMUM), "-4", str(folder / "map.tif"), str(folder / "sieved.tif")])
    second = measured([polygonize, "-q", str(folder / "sieved.tif"), str(folder / "peer.gpkg")])
    both = {"wall": first["wall"] + second["wall"], "cpu": first["cpu"] + second["cpu"]}
    start = min(
        measured(["/usr/bin/python3", "-c", "from osgeo import gdal, ogr; import osgeo_utils.gdal_polygonize"])["MB"]
        for _ in range(1)
    )
    return {**both, "MB": max(first["MB"], second["MB"])}, {"MB": start}


def _ours(folder: Path) -> tuple[Figures, Figures]:
    (folder / "ours.gpkg").unlink(missing_ok=True)
    commands = {way: [sys.executable, __file__, "--way", way, "--folder", str(folder)] for way in WAYS}
    return measured(commands["ours"]), measured(commands["loaded"])


def _counts(folder: Path) -> tuple[int, int]:
    import pyogrio

    return tuple(pyogrio.read_info(folder / name)["features"] for name in ("ours.gpkg", "peer.gpkg"))  # type: ignore[return-value]


def main() -> int:
    """Make the map, run both, and say which bars are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_980)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep the map there, and use it again")
    chosen = parser.parse_args()
    if chosen.way:
        WAYS[chosen.way](chosen.folder)
        print(json.dumps({"MB": peak_mb()}))
        return 0
    if not all(PEERS.values()):
        print("GDAL's programs are not here: apt-get install python3-gdal")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "map.tif").exists():
            make_map(folder / "map.tif", chosen.size)
        return summary(_compare(folder, chosen.size))


def _compare(folder: Path, size: int) -> list[Met]:
    (mine, empty), (theirs, bare) = _ours(folder), _peer(folder)
    counts = _counts(folder)
    print(
        f"{size} x {size} cells, patches under {MINIMUM} cells dropped; {counts[0]} polygons, the peer's {counts[1]};"
    )
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    head()
    return [
        bar("sieve and polygons, s (peer: GDAL)", mine["wall"], theirs["wall"], least=1),
        bar("sieve and polygons, CPU s (peer: GDAL)", mine["cpu"], theirs["cpu"], least=1),
        bar("peak memory, MB (peer: GDAL)", mine["MB"], theirs["MB"], least=5),
        bar("memory beyond the loaded program, MB", mine["MB"] - empty["MB"], theirs["MB"] - bare["MB"]),
        bar_is("no polygon under the minimum but islands", _smallest(folder) >= MINIMUM),
    ]


def _smallest(folder: Path) -> float:
    import pyogrio

    found = pyogrio.raw.read(folder / "ours.gpkg", columns=["Area"], read_geometry=False)[3][0]
    return float(found.min()) * 100  # cells of 10 m


if __name__ == "__main__":
    sys.exit(main())
