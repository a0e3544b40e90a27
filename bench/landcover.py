# SPDX-License-Identifier: AGPL-3.0-or-later
"""Learning and classifying beside Orfeo ToolBox and scikit-learn, in one run: read the ratios, not the seconds.

    python bench/landcover.py                       an image of 768 x 768 cells, 48,000 samples: ten minutes
    python bench/landcover.py --size 512 --samples 6000   the training of so few says little

The image is simulated: 36 dates x 10 bands of int16 reflectance, 20 classes whose seasons differ, noise, and one label
in twenty wrong. Every way has the same samples (a GeoPackage), the same settings (100 trees, depth 25, smallest leaf 5)
and every core; each is a whole process, start, reading and writing included, with a map of confidence. Orfeo ToolBox
trains
a forest of its own, since no other program reads or writes its models; scikit-learn classifies windows of rasterio with
the very forest that Terracite is given. Figures are the best of the turns. Orfeo ToolBox is Debian's
(`apt-get install otb-bin`); without it its lines are left out.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from common.figures import Figures, Met, bar, bar_is, head, peak_mb, summary
from numpy.typing import NDArray

DATES, BANDS, CLASSES = 36, 10, 20
FEATURES = DATES * BANDS
FOREST = {"trees": 100, "depth": 25, "min_leaf": 5}
OTB = shutil.which("otbcli_ImageClassifier")
NAMES = [f"f{number:03d}" for number in range(FEATURES)]


def make_inputs(folder: Path, size: int, samples: int) -> None:
    """``stack.tif`` and ``samples.gpkg``: seasons of 20 classes, with the noise of weather and of soils."""
    rng = np.random.default_rng(1)
    seasons = _seasons(rng)
    labels = rng.integers(0, CLASSES, samples)
    told = np.where(rng.uniform(size=samples) < 0.05, rng.integers(0, CLASSES, samples), labels)
    _write_samples(folder / "samples.gpkg", _observed(rng, seasons, labels), told + 1)
    for name, side in (("stack", size), ("half", size // 2)):
        _write_stack(folder / f"{name}.tif", seasons, side, rng)


def _seasons(rng: np.random.Generator) -> NDArray[np.float32]:
    """(classes, features): a smooth season for each band of each class."""
    days = np.arange(DATES)
    peak, width = rng.uniform(8, 28, CLASSES), rng.uniform(3, 9, CLASSES)
    season = np.exp(-((days - peak[:, None]) ** 2) / (2 * width[:, None] ** 2))
    level, swing = rng.uniform(300, 2500, (CLASSES, BANDS)), rng.uniform(-900, 1800, (CLASSES, BANDS))
    found = level[:, :, None] + swing[:, :, None] * season[:, None, :]
    return found.reshape(CLASSES, FEATURES).astype(np.float32)


def _observed(rng: np.random.Generator, seasons: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.int16]:
    """Series of cells: each has its own soil (per band), its own delay, and noise on each date."""
    delay = rng.integers(-4, 5, labels.size)
    own = seasons.reshape(CLASSES, BANDS, DATES)[labels]
    moved = np.take_along_axis(own, ((np.arange(DATES) - delay[:, None]) % DATES)[:, None, :], axis=2)
    soil = rng.normal(0, 500, (labels.size, BANDS, 1))
    noise = rng.normal(0, 700, (labels.size, BANDS, DATES))
    return (moved + soil + noise).clip(0, 10_000).astype(np.int16).reshape(labels.size, FEATURES)


def _write_samples(path: Path, values: NDArray[np.int16], labels: NDArray[np.int64]) -> None:
    import geopandas
    import pandas as pd

    table = pd.DataFrame(values.astype(np.int32), columns=NAMES)
    table["class"] = labels.astype(np.int32)
    points = geopandas.points_from_xy(np.arange(len(table)) % 100, np.arange(len(table)) // 100)
    geopandas.GeoDataFrame(table, geometry=points, crs="EPSG:32631").to_file(path)


def _write_stack(path: Path, seasons: NDArray[np.float32], side: int, rng: np.random.Generator) -> None:
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.windows import Window

    profile = {
        "driver": "GTiff",
        "dtype": "int16",
        "count": FEATURES,
        "height": side,
        "width": side,
        "tiled": True,
        "interleave": "band",
    }
    place = {"crs": "EPSG:32631", "transform": from_origin(300_000, 4_800_000, 10, 10), "BIGTIFF": "IF_SAFER"}
    fields = np.kron(rng.integers(0, CLASSES, (side // 16 + 1, side // 16 + 1)), np.ones((16, 16), np.int64))
    with rasterio.Env(GDAL_CACHEMAX=2**26), rasterio.open(path, "w", **profile, **place) as image:
        for row in range(0, side, 256):
            for col in range(0, side, 256):
                part = fields[row : row + 256, col : col + 256][: side - row, : side - col]
                values = _observed(rng, seasons, part.ravel()).T.reshape(FEATURES, *part.shape)
                image.write(values, window=Window(col, row, part.shape[1], part.shape[0]))


def learn_ours(folder: Path) -> None:
    """Read the samples, train, and keep the model."""
    from terracite.landcover.classifiers import model
    from terracite.landcover.classifiers.contract import Settings
    from terracite.landcover.classifiers.registry import train

    values, labels = _read_samples(folder)
    trained = train("random_forest", values, labels, settings=Settings(**FOREST))
    card = model.Card("random_forest", {}, tuple(NAMES), "0.0001", "none", (), {}, {}, {})
    model.save(folder, trained, card)


def _read_samples(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    import pyogrio

    _, _, _, columns = pyogrio.raw.read(folder / "samples.gpkg", read_geometry=False)
    return np.stack(columns[:-1], axis=1).astype(np.float32), columns[-1].astype(np.int64)


def learn_otb(folder: Path) -> None:
    """TrainVectorClassifier on the same samples."""
    options = ["-classifier", "rf", "-classifier.rf.max", "25", "-classifier.rf.min", "5", "-classifier.rf.var", "19"]
    more = ["-classifier.rf.nbtrees", "100", "-classifier.rf.acc", "0", "-cfield", "class", "-feat", *NAMES]
    inputs = ["-io.vd", str(folder / "samples.gpkg"), "-io.out", str(folder / "otb.rf")]
    _otb("TrainVectorClassifier", *inputs, *options, *more)


def convert(folder: Path) -> None:
    """scikit-learn's forest as a model of Terracite's, so that both classify with the same one."""
    import joblib

    from terracite.landcover.classifiers import model
    from terracite.landcover.classifiers.forest import flatten

    (folder / "known").mkdir(exist_ok=True)
    card = model.Card("random_forest", {}, tuple(NAMES), "0.0001", "none", (), {}, {}, {})
    model.save(folder / "known", flatten(joblib.load(folder / "sklearn.joblib")), card)


def classify_ours(folder: Path, image: str = "stack", name: str = "ours") -> None:
    """`terracite.landcover.stack.map_stack`."""
    from terracite.landcover.classifiers import model
    from terracite.landcover.stack import map_stack

    trained, _ = model.load(folder / "known")
    map_stack(folder / f"{image}.tif", trained, folder / f"{name}.tif", folder / f"{name}_confidence.tif")


def classify_half(folder: Path) -> None:
    """The same on a quarter of the cells."""
    classify_ours(folder, "half", "ours_half")


def classify_otb(folder: Path) -> None:
    """ImageClassifier with its confidence map."""
    outputs = ["-out", str(folder / "otb.tif"), "uint8", "-confmap", str(folder / "otb_confidence.tif")]
    _otb("ImageClassifier", "-in", str(folder / "stack.tif"), "-model", str(folder / "otb.rf"), *outputs)


def _otb(name: str, *arguments: str) -> None:
    threads = {"OTB_MAX_RAM_HINT": "512", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS": str(os.cpu_count())}
    environment = {**os.environ, **threads, "OTB_LOGGER_LEVEL": "WARNING"}
    subprocess.run([f"otbcli_{name}", *arguments], check=True, capture_output=True, env=environment)


def learn_sklearn(folder: Path) -> None:
    """Train the same forest, and keep it as scikit-learn does."""
    import joblib
    from sklearn.ensemble import RandomForestClassifier

    values, labels = _read_samples(folder)
    known = RandomForestClassifier(100, max_depth=25, min_samples_leaf=5, random_state=1, n_jobs=-1)
    joblib.dump(known.fit(values, labels), folder / "sklearn.joblib")


def classify_sklearn(folder: Path) -> None:
    """The forest on windows of rasterio, class and confidence."""
    import joblib
    import rasterio

    known = joblib.load(folder / "sklearn.joblib")
    with rasterio.Env(GDAL_CACHEMAX=2**26), rasterio.open(folder / "stack.tif") as image:
        profile = {**image.profile, "count": 1, "dtype": "uint8"}
        with (
            rasterio.open(folder / "sklearn.tif", "w", **profile) as classes,
            rasterio.open(folder / "sklearn_confidence.tif", "w", **profile) as confidence,
        ):
            for _, window in image.block_windows(1):
                values = image.read(window=window)
                shares = known.predict_proba(values.reshape(FEATURES, -1).T.astype(np.float32))
                shape = values.shape[1:]
                classes.write(known.classes_[shares.argmax(axis=1)].astype(np.uint8).reshape(shape), 1, window=window)
                confidence.write(np.rint(100 * shares.max(axis=1)).astype(np.uint8).reshape(shape), 1, window=window)


def read_only(folder: Path) -> None:
    """Reading every window, and no more: the limit that a disk sets."""
    import rasterio
    from rasterio.windows import Window

    with rasterio.Env(GDAL_CACHEMAX=2**26), rasterio.open(folder / "stack.tif") as image:
        for row in range(0, image.height, 256):
            for col in range(0, image.width, 256):
                image.read(window=Window(col, row, min(256, image.width - col), min(256, image.height - row)))


WAYS: Mapping[str, Callable[[Path], None]] = {
    "learn ours": learn_ours,
    "learn sklearn": learn_sklearn,
    "convert": convert,
    "learn otb": learn_otb,
    "read": read_only,
    "ours": classify_ours,
    "half": classify_half,
    "sklearn": classify_sklearn,
    "otb": classify_otb,
}


def measured(way: str, folder: Path) -> Figures:
    """Seconds (wall, CPU of it and its children) and peak memory of one way, in a fresh process."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def _one_way(way: str, folder: Path) -> int:
    start = time.perf_counter()
    WAYS[way](folder)
    wall, spent = time.perf_counter() - start, os.times()
    cpu = spent.user + spent.system + spent.children_user + spent.children_system
    print(json.dumps({"wall": wall, "cpu": cpu, "MB": peak_mb()}))
    return 0


def main() -> int:
    """Make the inputs, run everything, and say which bars are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("size", 768), ("samples", 48_000), ("turns", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep the inputs there, and use them again")
    chosen = parser.parse_args()
    if chosen.way:
        return _one_way(chosen.way, chosen.folder)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "half.tif").exists():
            make_inputs(folder, chosen.size, chosen.samples)
        return summary(_compare(folder, chosen))


def _compare(folder: Path, chosen: argparse.Namespace) -> list[Met]:
    ways = [way for way in WAYS if OTB or "otb" not in way]
    if not OTB:
        print("Orfeo ToolBox is not here (apt-get install otb-bin): its lines are left out")
    found: dict[str, list[Figures]] = {way: [] for way in ways}
    for turn in range(chosen.turns):
        for way in ways:
            if turn == 0 or way not in {"learn otb", "convert"}:  # the first takes minutes, the second is not compared
                found[way].append(measured(way, folder))
    best = {way: {key: min(one[key] for one in results) for key in results[0]} for way, results in found.items()}
    cells = chosen.size**2
    print(f"{chosen.size} x {chosen.size} cells, {FEATURES} features, {CLASSES} classes, {chosen.samples} samples;")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; best of {chosen.turns} turns")
    head()
    lines = [*_versus_sklearn(best, cells), *_memory(best)]
    if OTB:
        lines += _versus_otb(best)
    lines.append(bar_is("same labels as scikit-learn's forest", _same(folder)))
    return lines


def _versus_sklearn(best: dict[str, Figures], cells: int) -> list[Met]:
    ours, peer, read = best["ours"], best["sklearn"], best["read"]
    return [
        bar("classify, s (peer: scikit-learn)", ours["wall"], peer["wall"], least=3),
        bar("classify, CPU s (peer: scikit-learn)", ours["cpu"], peer["cpu"]),
        bar("classify, s (peer: reading alone)", ours["wall"], read["wall"]),
        bar("classify, s per million cells (peer: sk.)", 1e6 * ours["wall"] / cells, 1e6 * peer["wall"] / cells),
        bar("train, s (peer: scikit-learn)", best["learn ours"]["wall"], best["learn sklearn"]["wall"]),
    ]


def _versus_otb(best: dict[str, Figures]) -> list[Met]:
    ours, otb = best["ours"], best["otb"]
    mine, theirs = best["learn ours"], best["learn otb"]
    return [
        bar("classify, s (peer: OTB with confidence)", ours["wall"], otb["wall"], least=8),
        bar("classify, CPU s (peer: OTB)", ours["cpu"], otb["cpu"]),
        bar("train, s (peer: OTB)", mine["wall"], theirs["wall"], least=2.5),
        bar("train, CPU s (peer: OTB)", mine["cpu"], theirs["cpu"]),
    ]


def _memory(best: dict[str, Figures]) -> list[Met]:
    ours, half = best["ours"]["MB"], best["half"]["MB"]
    return [
        bar("peak memory, MB (peer: 600 MB)", ours, 600, least=1),
        bar("peak memory, MB (peer: a quarter of the cells)", ours, half, least=1 / 1.1),
    ]


def _same(folder: Path) -> bool:
    import rasterio

    with rasterio.open(folder / "ours.tif") as one, rasterio.open(folder / "sklearn.tif") as other:
        return bool(np.array_equal(one.read(1), other.read(1)))


if __name__ == "__main__":
    sys.exit(main())
