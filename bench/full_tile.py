# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the map of a whole Sentinel-2 tile takes: 10,980 x 10,980 cells, 36 dates x 10 bands, on two cores.

    python bench/full_tile.py                            a strip of 512 rows, scaled to the tile
    python bench/full_tile.py --rows 10980 --work /big   the tile itself: 90 GB of images, hours
    python bench/full_tile.py --classifier random_forest

The tile is simulated from real series (`shared/data/sits-samples`, S2_T20LKP: 481 points of Rondônia, Sentinel-2): each
parcel of 24 x 24 cells has the series of one point, each cell its own soil and noise, and three in ten of the dates are
clouded. The images are GeoTIFF (int16, deflate, tiles of 512), one file a band, and the map is made by the command that
anyone uses, `terracite landcover run`, in a process of its own: hashing, learning, reading, filling, classifying and
writing, all on two cores.

One line a figure. What grows with the tile (everything but start and learning) is scaled, and said to be so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERIES = ROOT.parent / "shared/data/sits-samples/S2_T20LKP_481_3classes_11bands.parquet"
SIDE, PARCEL, CLOUDY = 10_980, 24, 0.3
BANDS = ("B02", "B03", "B07", "B08", "B8A", "B11", "B12", "EVI", "NDVI", "SAVI")  # as the data call them
RECIPE = """
[[images]]
product = "stack"
folder = "images"
scale = 0.0001

[period]
step_days = 0

[reference]
kind = "series"
file = "{series}"
class_column = "label"

[classifier]
name = "{classifier}"

[validation]
scores = ["random"]
runs = 1

[[record.creators]]
organisation = "Terracite bench"
"""


def main() -> int:
    """Make the strip, map it, and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--columns", type=int, default=SIDE, help="fewer for a trial of this program")
    parser.add_argument("--classifier", default="ensemble")
    parser.add_argument("--work", type=Path, help="folder with room [a temporary one]")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not SERIES.is_file():
        print(f"skipped: there is no '{SERIES}'")
        return 0
    if chosen.make:
        make_images(chosen.make, chosen.rows, chosen.columns)
        return 0
    with tempfile.TemporaryDirectory(dir=chosen.work) as name:
        return _measured(Path(name), chosen)


def _measured(folder: Path, chosen: argparse.Namespace) -> int:
    size = chosen.rows * chosen.columns * len(BANDS) * 36 * 2
    free = shutil.disk_usage(folder).free
    if size > 0.9 * free:
        print(f"'{folder}' has {free / 1e9:.0f} GB free of the {size / 1e9:.0f} GB that the images may take (--work)")
        return 1
    # in a process of its own: the peak memory of a child begins with that of its parent
    own = [sys.executable, __file__, "--make", str(folder), "--rows", str(chosen.rows), "--columns"]
    subprocess.run([*own, str(chosen.columns)], check=True)
    (folder / "tile.toml").write_text(RECIPE.format(series=SERIES.resolve(), classifier=chosen.classifier))
    marks, peak_mb, code = _run(folder)
    if code:
        return code
    _say(marks, peak_mb, chosen)
    return 0


def _run(folder: Path) -> tuple[dict[str, float], float, int]:
    """Seconds since the start at which each step ended, peak memory in MB, and the exit code."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    command = [sys.executable, "-m", "terracite", "landcover", "run", "tile.toml", "--output", "crate"]
    limits = {"NUMBA_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    start, marks = time.perf_counter(), {}
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)  # the child inherits it
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **limits}
    ) as run:
        os.sched_setaffinity(0, before)
        for line in run.stderr or ():
            words = line.lstrip("✓! ").split(":")[0].split(" ")[0]
            marks[words] = time.perf_counter() - start
            print(f"    {marks[words]:8.1f} s  {line.rstrip()}", flush=True)
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    marks["end"] = time.perf_counter() - start
    return marks, used.ru_maxrss / 1024, run.returncode


def _say(marks: dict[str, float], peak_mb: float, chosen: argparse.Namespace) -> None:
    learnt = marks.get("model", 0) - marks.get("images", 0)
    fixed = learnt + marks.get("recipe", 0)
    share = SIDE * SIDE / (chosen.rows * chosen.columns)
    hours = (fixed + (marks["end"] - fixed) * share) / 3600
    how = "measured" if share == 1 else f"SCALED {share:.1f} times from {chosen.rows} rows of {chosen.columns} cells"
    cells = chosen.rows * chosen.columns / 1e6
    print(f"classifier                             {chosen.classifier}")
    print(f"learning                               {learnt:.0f} s")
    print(f"start and checks                       {marks.get('recipe', 0):.0f} s")
    print(f"everything else, a million cells       {(marks['end'] - fixed) / cells:.1f} s")
    print(f"peak memory of the strip               {peak_mb:.0f} MB")
    print(f"full tile on two cores                 {hours:.2f} h ({how})")


def make_images(folder: Path, rows: int, columns: int) -> None:
    """``images/BAND.tif``, each with 36 dates: written strip by strip, in little memory."""
    import numpy as np
    import pandas as pd
    import rasterio
    from rasterio.transform import from_origin

    frame = pd.read_parquet(SERIES).sort_values(["sample_id", "date"])
    dates = [str(date)[:10] for date in frame["date"].iloc[:36]]
    points = frame["sample_id"].nunique()
    profile = {
        "driver": "GTiff", "dtype": "int16", "count": 36, "height": rows, "width": columns, "nodata": -32768,
        "crs": "EPSG:32720", "transform": from_origin(399960, 9000040, 10, 10), "tiled": True, "blockxsize": 512,
        "blockysize": 512, "interleave": "band", "compress": "deflate", "predictor": 2, "num_threads": 2,
        "bigtiff": "if_safer",
    }  # fmt: skip
    (folder / "images").mkdir()
    for number, band in enumerate(BANDS):
        known = (10_000 * frame[band].to_numpy().reshape(points, 36)).astype(np.int16)
        with rasterio.open(folder / "images" / f"{band}.tif", "w", **profile) as image:
            for date, day in enumerate(dates, start=1):
                image.set_band_description(date, day)
            for top in range(0, rows, 512):
                height = min(512, rows - top)
                cells = _cells(known, number, top, height, columns)
                image.write(cells, window=rasterio.windows.Window(0, top, columns, height))


def _cells(known, band: int, top: int, height: int, columns: int):  # type: ignore[no-untyped-def]
    """(36, height, columns): series of parcels with soil, noise and clouds, the same however it is cut into strips."""
    import numpy as np

    of_parcels = np.random.default_rng(7)
    across = -(-columns // PARCEL)
    parcels = of_parcels.integers(0, len(known), (-(-SIDE // PARCEL), across))
    own = parcels[np.ix_(np.arange(top, top + height) // PARCEL, np.arange(columns) // PARCEL)]
    noise = np.random.default_rng([8, band, top])
    soil = noise.normal(0, 100, own.shape).astype(np.int16)
    clouds = np.random.default_rng([9, top])  # the same for all bands
    result = np.empty((36, height, columns), np.int16)
    for date in range(36):
        covered = np.kron(clouds.random((-(-height // 64), -(-columns // 64))) < CLOUDY, np.ones((64, 64), bool))
        jitter = noise.integers(-80, 81, own.shape, np.int16)
        result[date] = np.where(covered[:height, :columns], -32768, known[own, date] + soil + jitter)
    return result


if __name__ == "__main__":
    sys.exit(main())
