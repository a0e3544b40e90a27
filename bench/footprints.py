# SPDX-License-Identifier: AGPL-3.0-or-later
"""True data footprints beside the straightforward way, in one run: read the ratios, not the seconds.

    python bench/footprints.py                         2 images of 5490 x 5490
    python bench/footprints.py --size 10980 --turns 1

The straightforward way reads each image whole, has `rasterio.features.shapes` outline its cells with data, unites and
simplifies the shapes to a cell, and brings them to longitude and latitude. Ours is `raster.footprint.data_footprint`.
The images are the same JPEG 2000 files: a swath that ends aslant, holes and specks of nodata. Each way runs in turn, in
a process of its own; figures are the best of the turns. Then both outlines are compared, with holes filled as ours are.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from common.figures import Met, bar, head, in_turns, spent_by, summary
from rasterio.features import shapes
from rasterio.transform import from_origin
from rasterio.warp import transform_geom

from terracite.raster.footprint import data_footprint

NODATA = 16383
CELL_M = 10.0
FASTER, LIGHTER, ALIKE = 5.0, 2.0, 0.99  #: bars


def make_image(path: Path, size: int, number: int) -> None:
    """A swath that ends aslant, a few holes, and specks of nodata."""
    rng = np.random.default_rng(number)
    rows, cols = np.ogrid[:size, :size]
    values = (3000 + 2000 * np.sin(rows / 300) * np.cos(cols / 200) + rng.normal(0, 150, (size, size))).astype(np.int16)
    values[cols > size * (0.55 + 0.1 * number) + 0.2 * rows] = NODATA
    for row, col in rng.integers(0, size, (300, 2)):
        values[row : row + 3, col : col + 3] = NODATA
    profile = {"height": size, "width": size, "count": 1, "dtype": "int16", "crs": "EPSG:32740", "nodata": NODATA}
    place = {"transform": from_origin(300000, 7700020, CELL_M, CELL_M)}
    with rasterio.open(path, "w", driver="JP2OpenJPEG", NBITS=15, QUALITY=20, **profile, **place) as image:
        image.write(values, 1)


def ours(path: Path) -> Any:
    """Terracite's way."""
    return data_footprint(path, product="sen2chain")


def straightforward(path: Path) -> Any:
    """Read everything, outline everything."""
    with rasterio.open(path) as image:
        values = image.read(1)
        affine, crs = image.transform, image.crs
    present = values < NODATA - 100  # lossy compression moves nodata by a few numbers
    found = shapes(present.astype(np.uint8), mask=present, connectivity=8, transform=affine)
    whole = shapely.union_all([shapely.geometry.shape(geometry) for geometry, _ in found]).simplify(CELL_M)
    return shapely.geometry.shape(transform_geom(crs, "EPSG:4326", shapely.geometry.mapping(whole)))


WAYS = {"ours": ours, "straightforward": straightforward}


def main() -> int:
    """Print the figures; exit code 1 when one misses its bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("size", 5490), ("images", 2), ("turns", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name in ("way", "folder"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        return _one_way(chosen.way, Path(chosen.folder))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for number in range(chosen.images):
            make_image(folder / f"{number}.jp2", chosen.size, number)
        commands = {way: [__file__, "--way", way, "--folder", made] for way in WAYS}
        best = in_turns(commands, chosen.turns)
        print(f"footprints of {chosen.images} images of {chosen.size} x {chosen.size}; load {os.getloadavg()[0]:.1f}")
        return summary(_told(best, folder))


def _told(best: dict[str, dict[str, float]], folder: Path) -> list[Met]:
    fast, slow = best["ours"], best["straightforward"]
    head()
    return [
        bar("footprints, s (peer: straightforward)", fast["wall"], slow["wall"], least=FASTER),
        bar("footprints, CPU s (peer: straightforward)", fast["cpu"], slow["cpu"]),
        bar("peak memory, MB (peer: straightforward)", fast["MB"], slow["MB"], least=LIGHTER),
        bar("points of an outline (peer: straightforward)", *_points(folder)),
        bar(f"area that differs, % (peer: {100 * (1 - ALIKE):g} %)", *_difference(folder), least=1),
    ]


def _one_way(way: str, folder: Path) -> int:
    outlines: dict[str, str] = {}

    def work() -> None:
        outlines.update({path.name: WAYS[way](path).wkt for path in sorted(folder.glob("*.jp2"))})

    spent = spent_by(work)
    (folder / f"{way}.json").write_text(json.dumps(outlines))
    print(json.dumps(spent))
    return 0


def _outlines(folder: Path, way: str) -> list[Any]:
    return list(shapely.from_wkt(list(json.loads((folder / f"{way}.json").read_text()).values())))


def _points(folder: Path) -> tuple[float, float]:
    mine, peer = (np.mean([shapely.get_num_coordinates(shape) for shape in _outlines(folder, way)]) for way in WAYS)
    return float(mine), float(peer)


def _difference(folder: Path) -> tuple[float, float]:
    """Share of the area that only one of both outlines holds, holes filled, the largest of the images; the bar."""
    shares = []
    for mine, peer in zip(_outlines(folder, "ours"), _outlines(folder, "straightforward"), strict=True):
        filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(peer)])
        shares.append(mine.symmetric_difference(filled).area / filled.area)
    return 100 * max(shares), 100 * (1 - ALIKE)


if __name__ == "__main__":
    sys.exit(main())
