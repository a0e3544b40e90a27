# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judging a whole tile with 10,000 points: under a second, the reading of the map included.

    python bench/estimation.py                  a map of 10,980 x 10,980 cells, 12 classes, 10,000 points: a minute
    python bench/estimation.py --size 2000      smaller

The map is simulated (fields, and cells of other classes among them) and compressed as Terracite writes maps. Each way
is a process of its own; what is counted is the work of the command without the start of Python: open the map, read the
points, read every cell once (the areas of the classes are those of the strata), estimate, and make the tables. Seconds
are of the processor, all cores together: on an idle machine of two cores the clock shows less.

The peer does the same as a script would, with rasterio and numpy: the map read whole, points looked up, areas by
`numpy.unique`, and the formulas of Olofsson et al. 2014 class by class. Figures are the best of the turns.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from common.figures import bar, head, in_turns, spent_by, summary

CLASSES, POINTS = 12, 10_000


def make_inputs(folder: Path, size: int) -> None:
    """``map.tif`` and ``points.gpkg``."""
    import geopandas
    import rasterio
    from rasterio.windows import Window

    rng = np.random.default_rng(1)
    place = rasterio.transform.from_origin(600_000, 4_900_000, 10, 10)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": size, "width": size, "crs": "EPSG:32631",
               "transform": place, "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate",
               "nodata": 0}  # fmt: skip
    fields = rng.integers(1, CLASSES + 1, (size // 24 + 1, size // 24 + 1)).astype(np.uint8)
    with rasterio.open(folder / "map.tif", "w", **profile) as image:
        for row in range(0, size, 512):
            rows = np.arange(row, min(row + 512, size))
            values = fields[rows[:, None] // 24, np.arange(size)[None] // 24]
            other = rng.random(values.shape) < 0.03
            values = np.where(other, rng.integers(1, CLASSES + 1, values.shape), values).astype(np.uint8)
            image.write(values, 1, window=Window(0, row, size, rows.size))
    rows, cols = rng.integers(0, size, (2, POINTS))
    true = fields[rows // 24, cols // 24]
    true = np.where(rng.random(POINTS) < 0.1, rng.integers(1, CLASSES + 1, POINTS), true).astype(np.int64)
    x, y = 600_000 + (cols + 0.5) * 10, 4_900_000 - (rows + 0.5) * 10
    shapes = geopandas.points_from_xy(x, y)
    geopandas.GeoDataFrame({"class": true}, geometry=shapes, crs="EPSG:32631").to_file(folder / "points.gpkg")


def judge_ours(folder: Path) -> float:
    """What `terracite landcover accuracy --design map` does, but for starting Python."""
    from terracite.landcover.classmap import open_map
    from terracite.landcover.judging import files, judge_map, telling
    from terracite.landcover.recipe import SamplePart

    found = judge_map(open_map(folder / "map.tif"), SamplePart(file=folder / "points.gpkg", design="map"))
    files.tables_of(found), files.facts_of(found), telling.told(found, "en")
    return float(found.accuracy.overall.error) if found.accuracy else 0.0


def judge_plainly(folder: Path) -> float:
    """The same in a script: Olofsson et al. 2014, equations 1 to 11."""
    import geopandas
    import rasterio

    frame = geopandas.read_file(folder / "points.gpkg")
    with rasterio.open(folder / "map.tif") as image:
        values = image.read(1)
        rows, cols = rasterio.transform.rowcol(image.transform, frame.geometry.x, frame.geometry.y)
        cell = abs(image.transform.a * image.transform.e) / 10_000
    mapped = values[np.asarray(rows), np.asarray(cols)]
    codes, cells = np.unique(values, return_counts=True)
    areas, true = cells * cell, frame["class"].to_numpy()
    weights = areas / areas.sum()
    n = np.array([[np.sum((mapped == one) & (true == other)) for other in codes] for one in codes])
    sizes = n.sum(axis=1)
    users = np.diag(n) / sizes
    shares = weights[:, None] * n / sizes[:, None]
    for column in range(codes.size):
        spread = sum(
            (weights[i] * shares[i, column] - shares[i, column] ** 2) / (sizes[i] - 1) for i in range(codes.size)
        )
        areas[column] = areas.sum() * spread
    return float(np.sqrt((weights**2 * users * (1 - users) / (sizes - 1)).sum()))


def warm(folder: Path, way: str) -> None:
    """Import what the way needs, which is start-up, by judging a corner of the map."""
    import geopandas
    import rasterio
    from rasterio.windows import Window

    small = folder / "corner"
    small.mkdir(exist_ok=True)
    if not (small / "map.tif").exists():
        with rasterio.open(folder / "map.tif") as image:
            values = image.read(1, window=Window(0, 0, 512, 512))
            with rasterio.open(small / "map.tif", "w", **(image.profile | {"width": 512, "height": 512})) as out:
                out.write(values, 1)
        rng = np.random.default_rng(0)
        rows, cols = rng.integers(0, 512, (2, 600))
        shapes = geopandas.points_from_xy(600_000 + (cols + 0.5) * 10, 4_900_000 - (rows + 0.5) * 10)
        frame = geopandas.GeoDataFrame({"class": values[rows, cols].astype(int)}, geometry=shapes, crs="EPSG:32631")
        frame.to_file(small / "points.gpkg")
    WAYS[way](small)


WAYS = {"ours": judge_ours, "plain": judge_plainly}


def main() -> int:
    """Every way in turns, or one of them (``--way``) in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_980)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.way:
        warm(asked.folder, asked.way)
        found: list[float] = []
        figures = spent_by(lambda: found.append(WAYS[asked.way](asked.folder)))
        print(json.dumps(figures | {"error": found[0]}))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_inputs(folder, asked.size)
        commands = {way: [__file__, "--way", way, "--folder", name] for way in WAYS}
        found_of = in_turns(commands, asked.turns)
    ours, plain = found_of["ours"], found_of["plain"]
    if abs(ours["error"] / plain["error"] - 1) > 1e-4:  # the script takes the areas of the plane
        print(f"the two ways disagree: {ours['error']} and {plain['error']}", file=sys.stderr)
        return 1
    head()
    return summary([
        bar("accuracy of 10,000 points, of a second (s CPU)", ours["cpu"], 1.0, least=1.0),
        bar("the same beside a plain script (s CPU)", ours["cpu"], plain["cpu"], least=1.0),
        bar("the same by the clock (s)", ours["wall"], plain["wall"]),
        bar("peak memory beside a plain script (MB)", ours["MB"], plain["MB"], least=1.0),
    ])  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
