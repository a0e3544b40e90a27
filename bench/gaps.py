# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gap filling beside numpy and xarray, and decoding, filling and classifying at once beside each alone, in one run.

    python bench/gaps.py                     a map of 768 x 768 cells, 36 dates x 10 bands: a few minutes
    python bench/gaps.py --size 384 --dates 12

Filling: a year of images with a third of clouds, on the same dates, by `terracite.raster.gaps.fill`; by numpy,
vectorised over all pixels; and by `xarray.interpolate_na` (a tenth of the image, ten times its time). Smooth curves
and composites have no bar.

Fused: images of int16 (deflate, tiles as large as the blocks of the map) and a forest of 100 trees, depth 25. Reading
alone decodes every block; filling and classifying alone takes blocks that are read already; both at once is the map as
it is made, one block being read while another is classified. Both share the cores of this machine: what is faster
than their sum is gained. Figures are the best of the turns.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from common.figures import Met, bar, bar_is, head, summary
from numpy.typing import NDArray
from rasterio.transform import from_origin

from terracite.landcover.classifiers.contract import Settings
from terracite.landcover.classifiers.registry import train
from terracite.landcover.engine import map_blocks
from terracite.landcover.features import of_series, plan
from terracite.landcover.images import find
from terracite.landcover.predict import Mapper
from terracite.landcover.recipe import ImageSource, PeriodPart
from terracite.landcover.work import Work
from terracite.raster.gaps import Filling, fill

BANDS, CLASSES, SAMPLES = 10, 20, 6000
FIRST = dt.date(2022, 1, 1)


def timed(work: Callable[[], object], turns: int) -> float:
    """Seconds, the best of the turns."""
    best = np.inf
    for _ in range(turns):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return float(best)


def fillings(turns: int, side: int = 200, dates: int = 36) -> list[Met]:
    """One index of a year: milliseconds of each way."""
    rng = np.random.default_rng(3)
    days = np.sort(rng.choice(365, dates, replace=False)).astype(np.float64)
    series = rng.uniform(0, 1, (dates, side, side)).astype(np.float32)
    series[rng.uniform(size=series.shape) < 0.33] = np.nan
    wanted = np.arange(0, 365, 10.0)
    ways = {method: Filling(method) for method in ("linear", "whittaker", "composite")}
    for how in ways.values():
        fill(series[:, :8, :8], days, wanted, how)  # compiled
    ours = {
        method: 1000 * timed(lambda how=how: fill(series, days, wanted, how), 3 * turns) for method, how in ways.items()
    }
    numpy = 1000 * timed(lambda: vectorised(series, days, wanted), turns)
    slow = 10_000 * timed(lambda: by_xarray(series[:, : side // 10], days, wanted), turns)
    same = np.allclose(vectorised(series, days, wanted), fill(series, days, wanted)[0], atol=1e-5, equal_nan=True)
    return [
        bar("fill gaps, ms (peer: vectorised numpy)", ours["linear"], numpy, least=8),
        bar("fill gaps, ms (peer: xarray.interpolate_na)", ours["linear"], slow, least=300),
        bar_is("same values as vectorised numpy", bool(same)),
        bar("smooth curves, ms (peer: straight lines)", ours["whittaker"], ours["linear"]),
        bar("composites, ms (peer: straight lines)", ours["composite"], ours["linear"]),
    ]


def vectorised(series: NDArray[np.float32], days: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[Any]:
    """Linear in time for all pixels at once: the clear dates before and after are found by running maxima."""
    clear = np.isfinite(series)
    number = np.arange(len(days))[:, None, None]
    before = np.maximum.accumulate(np.where(clear, number, -1), axis=0)
    after = np.minimum.accumulate(np.where(clear, number, len(days))[::-1], axis=0)[::-1]
    at = np.searchsorted(days, wanted, side="right") - 1
    one = np.where((at >= 0)[:, None, None], before[at.clip(0)], -1)
    following = np.searchsorted(days, wanted, side="right")
    other = np.where((following < len(days))[:, None, None], after[following.clip(max=len(days) - 1)], len(days))
    has_one, has_other = one >= 0, other < len(days)
    one, other = np.where(has_one, one, other), np.where(has_other, other, one)
    one, other = one.clip(0, len(days) - 1), other.clip(0, len(days) - 1)
    low, high = np.take_along_axis(series, one, axis=0), np.take_along_axis(series, other, axis=0)
    span = days[other] - days[one]
    share = np.where(span > 0, (wanted[:, None, None] - days[one]) / np.where(span > 0, span, 1), 0)
    return (low + share * (high - low)).astype(np.float32)


def by_xarray(series: NDArray[np.float32], days: NDArray[np.float64], wanted: NDArray[np.float64]) -> None:
    """As most scripts do it."""
    import xarray

    array = xarray.DataArray(series, dims=("time", "y", "x"), coords={"time": days})
    array.interpolate_na("time", method="linear", fill_value="extrapolate").interp(time=wanted)


def make_images(folder: Path, size: int, dates: int, block: int) -> None:
    """A file for each band and date, as the Brazil Data Cube names them; fields, seasons, noise and clouds."""
    rng = np.random.default_rng(5)
    fields = np.kron(rng.integers(0, CLASSES, (size // 16 + 1,) * 2), np.ones((16, 16), int))[:size, :size]
    level, peak = rng.uniform(500, 3000, (CLASSES, BANDS)), rng.uniform(0, 1, CLASSES)
    profile = {
        "driver": "GTiff", "dtype": "int16", "count": 1, "height": size, "width": size, "nodata": -9999,
        "crs": "EPSG:32631", "transform": from_origin(300_000, 4_800_000, 10, 10), "compress": "deflate",
        "tiled": True, "blockxsize": block, "blockysize": block,
    }  # fmt: skip
    for number in range(dates):
        date = FIRST + dt.timedelta(days=number * 360 // dates)
        season = 1 + 0.6 * np.cos(2 * np.pi * (number / dates - peak))
        cloud = np.kron(rng.uniform(size=(size // 32 + 1,) * 2) < 0.3, np.ones((32, 32), bool))[:size, :size]
        for one in range(BANDS):
            values = (level[:, one] * season)[fields] + rng.normal(0, 150, fields.shape)
            stamp = f"{date}_{date + dt.timedelta(days=5)}"
            with rasterio.open(folder / f"S2_10_16D_STK_022024_{stamp}_B{one + 1}.tif", "w", **profile) as image:
                image.write(np.where(cloud, -9999, values).astype(np.int16), 1)


def fused(folder: Path, size: int, dates: int, turns: int) -> list[Met]:
    """Seconds of the map, beside those of reading and of classifying alone."""
    block = max(64, size // 4 // 16 * 16)
    images = folder / "images"
    images.mkdir()
    make_images(images, size, dates, block)
    mapper = mapper_of(images)
    blocks = list(mapper.grid.blocks(block))
    read = [mapper.read(one) for one in blocks[:4]]
    mapper.classify(read[0])  # compiled
    turn, spent = iter(range(1000)), {}

    def map_all() -> None:
        with Work.open(folder / f"map{next(turn)}", "bench") as work:
            map_blocks(work, mapper, block, lambda *_: None)

    for _ in range(turns):
        for name, way in (
            ("read", lambda: [mapper.read(one) for one in blocks]),
            ("classify", lambda: [mapper.classify(read[number % 4]) for number in range(len(blocks))]),
            ("both", map_all),
        ):
            spent[name] = min(spent.get(name, np.inf), timed(way, 1))
    slower = max(spent["read"], spent["classify"])
    return [
        bar("read, fill and classify, s (peer: its slower part)", spent["both"], slower, least=1 / 1.3),
        bar("read, fill and classify, s (peer: reading alone)", spent["both"], spent["read"]),
        bar("read, fill and classify, s (peer: classifying alone)", spent["both"], spent["classify"]),
    ]


def mapper_of(images: Path) -> Mapper:
    """A forest that has learnt chance classes of chance cells: as deep as one can be."""
    problems: list[Any] = []
    layers = find(ImageSource(folder=images, product="bdc"), "images", problems)
    if problems:
        raise SystemExit(str(problems[0]))
    wanted, grid = plan(layers, PeriodPart()), layers[0].grid
    rng = np.random.default_rng(1)
    found = of_series(Mapper(tuple(layers), wanted, grid, None, ()).read(next(iter(grid.blocks(256)))).series, wanted)
    usable = found.values[:, found.usable]
    values = usable[:, rng.integers(0, usable.shape[1], SAMPLES)].T
    labels = (values[:, 3] * 1e4).astype(int) // 150 % CLASSES
    model = train("random_forest", values, labels, settings=Settings(100, 25, 5))
    return Mapper(tuple(layers), wanted, grid, model, tuple(range(1, CLASSES + 1)))


def measured(size: int, dates: int, turns: int) -> Iterator[Met]:
    """Every figure."""
    head()
    yield from fillings(turns)
    with tempfile.TemporaryDirectory() as folder:
        yield from fused(Path(folder), size, dates, turns)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("size", 768), ("dates", 36), ("turns", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    return summary(list(measured(chosen.size, chosen.dates, chosen.turns)))


if __name__ == "__main__":
    sys.exit(main())
