# SPDX-License-Identifier: AGPL-3.0-or-later
"""Series files beside the straightforward way and beside decoding alone, in one run: read the ratios, not the seconds.

    python bench/timeseries.py                              4 dates of 5490 x 5490
    python bench/timeseries.py --size 10980 --dates 2
    python bench/timeseries.py --tree /tmp/images           keep the images, and use them again

Three ways, in turn, each in a process of its own: decoding the JPEG 2000 files and no more, with every core (the
limit); `raster.netcdf.write_series`; and rasterio + netCDF4 date by date, as most scripts do it (whole images, zlib 4,
the library's own chunks). Same values, same mask. One date appended. Then both files read back in turns, each in a
process of its own: one cell through time, one whole date; by Terracite beside the peer's way, and both by netCDF4, as
any other program reads them. There the files differ in the shape of chunks only, not in how much is to be unpacked:
one date takes as long, to 5 % of noise. Figures are the best of the turns: on a busy machine, take more turns.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import rasterio
from common.figures import Figures, Met, bar, bar_is, head, in_turns, spent_by, summary
from rasterio.transform import from_origin

from terracite.raster.grid import Grid
from terracite.raster.netcdf import open_series, write_series
from terracite.raster.products import ProductFile, walk
from terracite.raster.series import series

START = dt.datetime(2022, 1, 3, 6, 29, 31, tzinfo=dt.UTC)


def make_tree(root: Path, size: int, dates: int) -> None:
    """Sen2Chain images of natural-looking texture, with their 20 m masks."""
    from terracite.timeseries.simulate.landscape import smooth_noise  # loads pandas, which no way needs

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


def decoding(root: Path, _: Path) -> None:
    """Every image and mask decoded whole, with every core; nothing kept."""
    for image in _images(root):
        for path in (image.path, image.mask_path):
            with rasterio.Env(GDAL_NUM_THREADS="ALL_CPUS"), rasterio.open(path) as source:
                source.read(1)


def ours(root: Path, target: Path) -> None:
    """Terracite's way, default settings."""
    write_series(target, _images(root))


def appending(root: Path, target: Path) -> None:
    """The last date added to a file of the others."""
    write_series(target, _images(root), previous=target.with_name("before.nc"))


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


def _one_way(way: str, root: Path, target: Path) -> int:
    """What a process of its own measures."""
    is_reading, is_ours = way == "reading", target.stem == "ours"
    found = read_back(target, is_ours=is_ours) if is_reading else spent_by(lambda: WAYS[way](root, target))
    print(json.dumps(found))
    return 0


def read_back(path: Path, *, is_ours: bool) -> Figures:
    """Milliseconds to read one cell's series, and one date; the best of 7, each time opened anew."""
    found: dict[str, list[float]] = {"cell": [], "date": [], "date, Terracite": []}
    for turn in range(7):
        with netCDF4.Dataset(path) as file:
            cell = file["ndvi"].shape[1] // 9 * (turn + 1)
            file["ndvi"].set_auto_maskandscale(False)
            found["cell"].append(_timed(lambda: file["ndvi"][:, cell, cell]))  # noqa: B023  # called at once
        with netCDF4.Dataset(path) as file:
            file["ndvi"].set_auto_maskandscale(False)
            found["date"].append(_timed(lambda: file["ndvi"][1]))
        if is_ours:
            with open_series(path) as mine:
                found["date, Terracite"].append(_timed(lambda: mine.read(dates=slice(1, 2))))
    return {key: 1000 * min(values) for key, values in found.items() if values}


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Make the images where they are not there yet, run everything, and say which bars are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("size", 5490), ("dates", 4), ("turns", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--tree", type=Path)
    for name in ("way", "target"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        return _one_way(chosen.way, chosen.tree, Path(chosen.target))
    with tempfile.TemporaryDirectory() as folder:
        root = chosen.tree or Path(folder) / "tree"
        if not root.exists():
            make_tree(root, chosen.size, chosen.dates)
        return summary(_compare(Path(folder), root, chosen.turns))


def _compare(folder: Path, root: Path, turns: int) -> list[Met]:
    images = _images(root)
    write_series(folder / "before.nc", images[:-1])
    best = in_turns({way: _command(way, root, folder / f"{way}.nc") for way in WAYS}, turns)
    files = {way: folder / f"{way}.nc" for way in ("ours", "straightforward")}
    read = in_turns({way: _command("reading", root, path) for way, path in files.items()}, 2 * turns + 1)
    shape = Grid.of(images[0].path).shape
    print(f"series of {len(images)} dates of {shape}; load {os.getloadavg()[0]:.1f}; best of {turns} turns")
    head()
    return [
        *_writing_bars(best),
        bar("size, MB (peer: straightforward)", *(path.stat().st_size / 1e6 for path in files.values()), least=1),
        bar(
            "cell's series, netCDF4, ms (peer: straightforward)",
            read["ours"]["cell"],
            read["straightforward"]["cell"],
            least=12,
        ),
        bar(
            "one date, ms (peer: straightforward)",
            read["ours"]["date, Terracite"],
            read["straightforward"]["date"],
            least=1,
        ),
        bar(
            "one date, netCDF4, ms (peer: straightforward)",
            read["ours"]["date"],
            read["straightforward"]["date"],
            least=0.95,
        ),
        bar_is("same values as the straightforward way", _same(folder, len(images))),
        bar_is(
            "append is a fresh build, byte for byte",
            (folder / "ours.nc").read_bytes() == (folder / "appending.nc").read_bytes(),
        ),
    ]


def _command(way: str, root: Path, target: Path) -> list[str]:
    return [__file__, "--way", way, "--tree", str(root), "--target", str(target)]


def _writing_bars(best: dict[str, Figures]) -> list[Met]:
    limit, slow, fast, added = (best[way] for way in ("decoding", "straightforward", "ours", "appending"))
    return [
        bar("write, s (peer: decoding alone)", fast["wall"], limit["wall"], least=1 / 1.2),
        bar("write, CPU s (peer: decoding alone)", fast["cpu"], limit["cpu"]),
        bar("write, s (peer: straightforward)", fast["wall"], slow["wall"], least=1.6),
        bar("write, CPU s (peer: straightforward)", fast["cpu"], slow["cpu"]),
        bar("peak memory, MB (peer: straightforward)", fast["MB"], slow["MB"], least=2),
        bar("peak memory, MB (peer: 1 GB)", fast["MB"], 1000, least=1),
        bar("one date more, CPU s (peer: fresh build)", added["cpu"], fast["cpu"]),
    ]


def _same(folder: Path, dates: int) -> bool:
    with netCDF4.Dataset(folder / "ours.nc") as one, netCDF4.Dataset(folder / "straightforward.nc") as two:
        for name in ("ndvi", "cloud_mask"):
            one[name].set_auto_maskandscale(False)
            two[name].set_auto_maskandscale(False)
            if not all(np.array_equal(one[name][number], two[name][number]) for number in range(dates)):
                return False
    return True


WAYS = {"decoding": decoding, "straightforward": straightforward, "ours": ours, "appending": appending}


if __name__ == "__main__":
    sys.exit(main())
