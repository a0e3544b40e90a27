# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas of classes per unit beside rasterstats and exactextract, in one run: read the ratios, not the seconds.

    python bench/areas.py                 a map of 10,980 x 10,980 cells, 300 units: some minutes
    python bench/areas.py --size 2745     a quarter of the side

The map is simulated: fields and woods of some hectares, 20 classes, patches rather than noise, in tiles of 512 cells
(deflate). The units tile it, with crooked borders of a few hundred points each, as communes have. Every way is a whole
process, start, reading and writing included. exactextract shares border cells by the exact covered share, as Terracite
does; rasterstats counts cells whose centre lies in a unit: its figures may differ by the cells on borders. Both count
cells; Terracite measures them on the ellipsoid besides. Figures are the best of the turns; peers have an environment of
their own (.venv-witnesses/zonal-peers). "Memory of the map" is the peak of the whole process, less that of the same
program on a map of 64 x 64 cells and 3 units: libraries take the rest before any work is done. A peer that reads the
window of one unit after the other holds little where units are small; its memory is compared on 12 large ones, too.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from common.figures import Figures, Met, bar, bar_is, head, peak_mb, summary
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "scripts"))

from ask_witnesses import environment_with, packages_in  # noqa: E402

PEER = ROOT / "bench" / "peers" / "zonal_statistics.py"
CELL, LEFT, TOP, CRS = 10.0, 4_000_000.0, 3_000_000.0, "EPSG:3035"
CLASSES = 20
REGIONS = 12  #: large units: a peer that reads the window of a unit holds a twelfth of the map and more
PEERS = ("rasterstats", "exactextract")
Table = dict[str, dict[int, float]]  #: unit -> code -> cells


def make_inputs(folder: Path, size: int, units: int) -> None:
    """``map.tif`` and ``units.gpkg``."""
    folder.mkdir(parents=True, exist_ok=True)
    same = folder.parent / "full" / "map.tif"
    if folder.name == "regions" and same.exists():
        (folder / "map.tif").hardlink_to(same)
    else:
        _write_map(folder / "map.tif", size)
    _write_units(folder / "units.gpkg", size, units)


def _write_map(path: Path, size: int) -> None:
    import rasterio
    from rasterio.windows import Window

    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": size, "width": size, "crs": CRS}
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "nodata": 0}
    place = rasterio.Affine(CELL, 0, LEFT, 0, -CELL, TOP)
    with rasterio.open(path, "w", transform=place, **profile, **tiles) as image:
        for row in range(0, size, 512):
            rows = np.arange(row, min(row + 512, size))[:, None]
            image.write(_classes(rows, np.arange(size)[None, :]), 1, window=Window(0, row, size, rows.size))


def _classes(y: NDArray[np.int64], x: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Fields of about 30 x 40 cells with bent borders within districts of 700 that grow mostly one class; lakes."""
    bent_x = x + 12 * np.sin(y / 37.0) + 5 * np.sin((x + y) / 11.0)
    bent_y = y + 9 * np.cos(x / 53.0) + 4 * np.sin((x - y) / 7.0)
    field = np.floor(bent_x / 41).astype(np.int64) * 73_856_093 ^ np.floor(bent_y / 29).astype(np.int64) * 19_349_663
    district = (
        np.floor(bent_x / 700).astype(np.int64) * 83_492_791 ^ np.floor(bent_y / 900).astype(np.int64) * 50_331_653
    )
    own = 1 + (field >> 3) % CLASSES
    found = np.where((field >> 9) % 3 == 0, 1 + (district >> 4) % CLASSES, own)
    return np.where((field >> 7) % 60 == 0, 0, found).astype(np.uint8)


def _write_units(path: Path, size: int, count: int) -> None:
    import geopandas
    import shapely

    rng = np.random.default_rng(2)
    side = size * CELL
    seeds = shapely.MultiPoint(np.column_stack([rng.uniform(0, side, count), rng.uniform(0, side, count)]))
    whole = shapely.box(0, 0, side, side)
    parts = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=whole))
    nodes = shapely.segmentize(shapely.intersection(parts, whole), 120.0)

    def crooked(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points.T
        room = np.clip(np.minimum.reduce([x, side - x, y, side - y]) / 500, 0, 1)  # the edge of the map stays straight
        x = x + room * (60 * np.sin(y / 310) + 45 * np.sin((x + 2 * y) / 170))
        y = y + room * (55 * np.cos(points[:, 0] / 290) + 40 * np.sin((2 * points[:, 0] - y) / 190))
        return np.column_stack([LEFT + x, TOP - side + y])

    shapes = shapely.transform(nodes, crooked)
    names = [f"unit {number:03d}" for number in range(count)]
    geopandas.GeoDataFrame({"name": names}, geometry=list(shapes), crs=CRS).to_file(path)


def ours(folder: Path) -> None:
    """`terracite.landcover.zonal`: hectares of every class in every unit, as a table."""
    from terracite.landcover.classmap import open_map
    from terracite.landcover.zonal import areas_by_unit, read_units

    found = open_map(folder / "map.tif")
    areas = areas_by_unit(found, read_units(folder / "units.gpkg", "name", found.grid))
    cells = 100  # of 10 m in a hectare; the map is on an equal-area grid
    with (folder / "ours.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for name, unmapped, own in zip(areas.names, areas.unmapped_ha, areas.areas_ha, strict=True):
            writer.writerows([name, code, ha * cells] for code, ha in zip(areas.codes, own, strict=True))
            writer.writerow([name, 0, unmapped * cells])


def _figures(command: list[str]) -> Figures:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(way: str, folder: Path) -> Figures:
    """Seconds (wall, CPU) and peak memory of one way, in a fresh process."""
    if way == "ours":
        return _figures([sys.executable, __file__, "--way", "ours", "--folder", str(folder)])
    python = environment_with("zonal-peers", packages_in(PEER)) / "bin" / "python"
    return _figures([str(python), str(PEER), way, str(folder)])


def _one_way(folder: Path) -> int:
    start = time.perf_counter()
    ours(folder)
    wall, spent = time.perf_counter() - start, os.times()
    print(json.dumps({"wall": wall, "cpu": spent.user + spent.system, "MB": peak_mb()}))
    return 0


def main() -> int:
    """Make the inputs, run everything, and say which bars are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("size", 10_980), ("units", 300), ("turns", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep the inputs there, and use them again")
    chosen = parser.parse_args()
    if chosen.way:
        return _one_way(chosen.folder)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        full, half = (chosen.size, chosen.units), (chosen.size // 2, chosen.units // 4)
        sizes = {"full": full, "regions": (chosen.size, REGIONS), "half": half, "tiny": (64, 3)}
        for name, (size, units) in sizes.items():
            if not (folder / name / "units.gpkg").exists():
                make_inputs(folder / name, size, units)
        return summary(_compare(folder, chosen))


def _compare(folder: Path, chosen: argparse.Namespace) -> list[Met]:
    ways = ("ours", *PEERS)
    measured("ours", folder / "tiny")  # what is compiled once is compiled now
    turns = [{way: measured(way, folder / "full") for way in ways} for _ in range(chosen.turns)]
    best = {way: {key: min(turn[way][key] for turn in turns) for key in turns[0][way]} for way in ways}
    large = {way: measured(way, folder / "regions") for way in ways}
    start = {way: measured(way, folder / "tiny")["MB"] for way in ways}
    half = measured("ours", folder / "half")
    print(f"{chosen.size} x {chosen.size} cells, {chosen.units} units; load {os.getloadavg()[0]:.1f} on")
    print(f"{os.cpu_count()} cores; best of {chosen.turns} turns")
    head()
    lines = []
    for peer in PEERS:
        lines += [
            bar(f"{chosen.units} units, s (peer: {peer})", best["ours"]["wall"], best[peer]["wall"], least=1),
            bar(f"{chosen.units} units, CPU s (peer: {peer})", best["ours"]["cpu"], best[peer]["cpu"], least=1),
            bar(f"{REGIONS} units, s (peer: {peer})", large["ours"]["wall"], large[peer]["wall"], least=1),
        ]
        mine, theirs = (large[way]["MB"] - start[way] for way in ("ours", peer))
        lines.append(bar(f"{REGIONS} units, memory of the map, MB (peer: {peer})", mine, theirs, least=5))
        mine, theirs = (best[way]["MB"] - start[way] for way in ("ours", peer))
        lines.append(bar(f"{chosen.units} units, memory of the map, MB (peer: {peer})", mine, theirs))
        lines.append(bar(f"whole process, MB (peer: {peer})", large["ours"]["MB"], large[peer]["MB"]))
    lines.append(bar("peak memory, MB (peer: a quarter of the cells)", best["ours"]["MB"], half["MB"], least=1 / 1.1))
    return [*lines, *_agreement(folder / "full")]


def _agreement(folder: Path) -> list[Met]:
    """The same cells as exactextract to a millionth; as rasterstats within the cells on borders."""
    mine, exact, centres = (_read(folder / f"{way}.csv") for way in ("ours", "exactextract", "rasterstats"))
    worst = max(
        abs(mine[unit].get(code, 0.0) - cells) / max(sum(exact[unit].values()), 1.0)
        for unit in exact for code, cells in exact[unit].items()
    )  # fmt: skip
    near = all(
        abs(mine[unit].get(code, 0.0) - cells) <= 4 * sum(mine[unit].values()) ** 0.5
        for unit in centres for code, cells in centres[unit].items()
    )  # fmt: skip
    return [
        bar_is("same cells as exactextract (1e-6 of a unit)", worst < 1e-6),
        bar_is("same cells as rasterstats but on borders", near),
    ]


def _read(path: Path) -> Table:
    found: Table = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for unit, code, cells in csv.reader(file):
            if int(code):
                found[unit][int(code)] = float(cells)
    return found


if __name__ == "__main__":
    sys.exit(main())
