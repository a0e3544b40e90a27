# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas of classes per unit by other programs; runs in an environment of its own and prints figures as JSON.

    python zonal_statistics.py rasterstats|exactextract FOLDER

Reads ``map.tif`` and ``units.gpkg``, writes ``<way>.csv`` (unit, code, cells), as each program's manual does it.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGES = ["rasterstats==0.20.0", "exactextract==0.2.2", "geopandas==1.1.1", "rasterio==1.4.3", "numpy<2.4"]

Row = tuple[str, int, float]


def rasterstats(folder: Path) -> Iterator[Row]:
    """Cells whose centre lies in a unit."""
    from rasterstats import zonal_stats

    found = zonal_stats(str(folder / "units.gpkg"), str(folder / "map.tif"), categorical=True, geojson_out=True)
    for feature in found:
        name = feature["properties"]["name"]
        for code, count in feature["properties"].items():
            if isinstance(code, int):
                yield name, code, float(count)


def exactextract(folder: Path) -> Iterator[Row]:
    """Cells by the share of each that lies in a unit."""
    from exactextract import exact_extract

    found = exact_extract(
        str(folder / "map.tif"), str(folder / "units.gpkg"), ["count", "unique", "frac"], include_cols=["name"]
    )
    for feature in found:
        own = feature["properties"]
        for code, share in zip(own["unique"], own["frac"], strict=True):
            yield own["name"], int(code), float(share * own["count"])


WAYS: dict[str, Callable[[Path], Iterator[Row]]] = {"rasterstats": rasterstats, "exactextract": exactextract}


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> int:
    """One way, once."""
    way, folder = sys.argv[1], Path(sys.argv[2])
    start = time.perf_counter()
    with (folder / f"{way}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(WAYS[way](folder))
    wall, spent = time.perf_counter() - start, os.times()
    print(json.dumps({"wall": wall, "cpu": spent.user + spent.system, "MB": _peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
