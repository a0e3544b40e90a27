# SPDX-License-Identifier: AGPL-3.0-or-later
"""Series files and archive walks beside the straightforward ways, in one run: read the ratios, not the seconds.

    python bench/timeseries.py                      4 dates of 5490 x 5490, 20,000 products
    python bench/timeseries.py --size 10980 --dates 2 --products 100000

1. JPEG 2000 to NetCDF: `raster.netcdf.write_series` against rasterio + netCDF4, date by date, as most scripts do it
   (whole images, the library's own chunks). Same values, same mask; each way in a process of its own, for its memory.
2. The same files read back: one cell through time, and one whole date.
3. Listing and parsing a tree of products: `raster.products.walk` against bare `os.scandir` and against pathlib.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import rasterio
from rasterio.transform import from_origin

from terracite.raster.netcdf import open_series, write_series
from terracite.raster.products import ProductFile, walk
from terracite.raster.series import series
from terracite.timeseries.simulate.landscape import smooth_noise

START = dt.datetime(2022, 1, 3, 6, 29, 31, tzinfo=dt.UTC)


def make_tree(root: Path, size: int, dates: int) -> None:
    """Sen2Chain images of natural-looking texture, with their 20 m masks."""
    rng = np.random.default_rng(1)
    ground = sum(smooth_noise(rng, size, step) * weight for step, weight in ((900, 3000), (90, 1500), (9, 700)))
    for number in range(dates):
        sensed = START + dt.timedelta(days=5 * number)
        product = f"S2A_MSIL2A_{sensed:%Y%m%dT%H%M%S}_N0509_R120_T40KCB_{sensed:%Y%m%dT%H%M%S}"
        values = (ground + 2500 + rng.normal(0, 150, (size, size))).clip(-10000, 10000).astype(np.int16)
        values[: size // 5, : size // 4] = 16383
        mask = (smooth_noise(rng, size // 2, size / 12) > 0.3).astype(np.uint8)
        folder = root / "INDICES/NDVI/40KCB" / product
        _jp2(folder / f"{product}_NDVI.jp2", values, 10.0, nodata=16383, NBITS=15, QUALITY=20)
        _jp2(
            root / "CLOUDMASKS/40KCB" / product / f"{product}_CM001.jp2",
            mask,
            20.0,
            QUALITY=100,
            REVERSIBLE="YES",
        )


def _jp2(path: Path, values: Any, cell: float, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
    transform = from_origin(300000, 7700020, cell, cell)
    with rasterio.open(
        path, "w", driver="JP2OpenJPEG", crs="EPSG:32740", transform=transform, **profile, **options
    ) as image:
        image.write(values, 1)


def ours(root: Path, target: Path) -> None:
    """Terracite's way, default settings."""
    write_series(target, _images(root))


def straightforward(root: Path, target: Path) -> None:
    """Read each image and its mask whole, double the mask, let the library choose its chunks."""
    images = _images(root)
    with rasterio.open(images[0].path) as first:
        height, width = first.shape
    with netCDF4.Dataset(target, "w") as file:
        for name, length in (("time", len(images)), ("y", height), ("x", width)):
            file.createDimension(name, length)
        ndvi = file.createVariable("ndvi", "i2", ("time", "y", "x"), zlib=True, complevel=4, fill_value=-32768)
        cloud = file.createVariable("cloud_mask", "u1", ("time", "y", "x"), zlib=True, complevel=4)
        ndvi.set_auto_maskandscale(False)
        for number, image in enumerate(images):
            with rasterio.open(image.path) as source:
                values = source.read(1)
            values[values == 16383] = -32768
            ndvi[number] = values
            with rasterio.open(image.mask_path) as source:
                cloud[number] = np.kron(source.read(1), np.ones((2, 2), np.uint8))[:height, :width]


def _images(root: Path) -> tuple[Any, ...]:
    return series(file for file in walk(root, "sen2chain") if isinstance(file, ProductFile))[0].images


def measured(way: str, root: Path, target: Path) -> dict[str, float]:
    """Seconds (wall and CPU) and peak memory of one way, in a fresh process."""
    command = [sys.executable, __file__, "--way", way, "--root", str(root), "--target", str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {**json.loads(done.stdout), "MB": target.stat().st_size / 1e6}


def _one_way(way: str, root: Path, target: Path) -> None:
    base = _peak_kb()
    start, cpu = time.perf_counter(), time.process_time()
    {"ours": ours, "straightforward": straightforward}[way](root, target)
    peak = _peak_kb()
    spent = {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    print(json.dumps(spent | {"peak_MB": peak / 1024, "grown_MB": (peak - base) / 1024}))


def _peak_kb() -> int:
    """Largest resident memory of this process (not of its parent, which `resource` would count)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def read_back(path: Path) -> dict[str, float]:
    """Milliseconds to read one cell's series, and one date; medians of 5, in cells not read before."""
    cells, days = [], []
    for turn in range(5):
        with netCDF4.Dataset(path) as file:
            variable = file["ndvi"]
            variable.set_auto_maskandscale(False)
            cell = variable.shape[1] // 7 * (turn + 1)
            cells.append(_timed(lambda variable=variable, cell=cell: variable[:, cell, cell]))
        with netCDF4.Dataset(path) as file:
            variable = file["ndvi"]
            variable.set_auto_maskandscale(False)
            days.append(_timed(lambda variable=variable: variable[1]))
    return {"cell_ms": 1000 * float(np.median(cells)), "date_ms": 1000 * float(np.median(days))}


def _timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def make_names(root: Path, products: int) -> None:
    """A tree of empty files with the names of ``products`` index images (and sidecars)."""
    for number in range(products):
        sensed = START + dt.timedelta(hours=number % 40000)
        tile = f"40K{chr(65 + number % 8)}{chr(65 + number // 40000)}"
        product = f"S2A_MSIL2A_{sensed:%Y%m%dT%H%M%S}_N0509_R120_T{tile}_{sensed:%Y%m%dT%H%M%S}"
        folder = root / "INDICES/NDVI" / tile / product
        folder.mkdir(parents=True, exist_ok=True)
        for suffix in (".jp2", ".jp2.aux.xml"):
            (folder / f"{product}_NDVI{suffix}").touch()


def bare_scandir(root: Path) -> int:
    """The floor: every entry and its status, nothing parsed."""
    count, pending = 0, [os.fspath(root)]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.is_dir():
                pending.append(entry.path)
            else:
                count += entry.stat().st_size >= 0
    return count


def with_pathlib(root: Path) -> int:
    """What one writes first: rglob, stat, split the name."""
    found = [(path, path.stat().st_size, path.name.split("_")) for path in root.rglob("*") if path.is_file()]
    return len(found)


def main() -> None:
    """Run everything and print one table per question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("size", 5490), ("dates", 4), ("products", 20000), ("turns", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name in ("way", "root", "target"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        return _one_way(chosen.way, Path(chosen.root), Path(chosen.target))
    with tempfile.TemporaryDirectory() as folder:
        compare_writing(Path(folder), chosen.size, chosen.dates, chosen.turns)
        compare_walking(Path(folder) / "names", chosen.products)
    return None


def compare_writing(folder: Path, size: int, dates: int, turns: int) -> None:
    """JPEG 2000 to NetCDF, alternating the two ways so that both meet the same machine."""
    root = folder / "tree"
    make_tree(root, size, dates)
    print(f"{dates} dates of {size} x {size}, JPEG 2000 to NetCDF; medians of {turns}")
    found: dict[str, list[dict[str, float]]] = {"straightforward": [], "ours": []}
    for _ in range(turns):
        for way, results in found.items():
            results.append(measured(way, root, folder / f"{way}.nc"))
    middle = {
        way: {key: float(np.median([result[key] for result in results])) for key in results[0]}
        for way, results in found.items()
    }
    for way in found:
        middle[way] |= read_back(folder / f"{way}.nc")
    for key in middle["ours"]:
        slow, fast = middle["straightforward"][key], middle["ours"][key]
        print(f"  {key:9} straightforward {slow:9.2f}   ours {fast:9.2f}   ratio {slow / max(fast, 1e-9):6.2f}")
    with open_series(folder / "ours.nc") as one, netCDF4.Dataset(folder / "straightforward.nc") as two:
        two["ndvi"].set_auto_maskandscale(False)
        same = all(np.array_equal(one.read(dates=slice(n, n + 1))[0], two["ndvi"][n]) for n in range(dates))
    print(f"  same values: {same}")


def compare_walking(root: Path, products: int) -> None:
    """Listing a tree, three ways, best of three."""
    make_names(root, products)
    print(f"{products} products ({2 * products} files), listed; best of 3")
    ways = {
        "os.scandir, nothing parsed": bare_scandir,
        "pathlib rglob, split names": with_pathlib,
        "terracite walk, parsed": lambda tree: sum(1 for _ in walk(tree, "sen2chain")),
    }
    best = {name: min(_timed(lambda way=way: way(root)) for _ in range(3)) for name, way in ways.items()}
    floor = best["os.scandir, nothing parsed"]
    for name, seconds in best.items():
        print(f"  {name:27} {seconds:7.2f} s   {seconds / floor:5.2f} x the floor")


if __name__ == "__main__":
    main()
