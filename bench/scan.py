# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scanning an archive beside a bare walk of the same tree, in one run: read the ratios, not the seconds.

    python bench/scan.py                        100,000 products
    python bench/scan.py --products 10000 --turns 5

The floor is `os.scandir` over the whole tree, with the size and time of every file, nothing parsed. The usual way is
pathlib's rglob, a regular expression and a stat a file. Each turn runs every way once, each in a process of its own;
the figures are the best of the turns. Images are empty: none is opened here. The complete scan is the one that
commands make (series, facts, suspicions) of the unchanged tree, with facts that were made up before.

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from terracite.raster.products import named
from terracite.timeseries.listing import refreshed
from terracite.timeseries.memory import Memory

if TYPE_CHECKING:  # GDAL and the like are loaded by the complete scan alone
    from terracite.raster.series import SeriesImage
    from terracite.timeseries.facts import ImageFacts

START = dt.datetime(2022, 1, 3, 6, 29, 31, tzinfo=dt.UTC)
FIRST, AGAIN = 4.0, 1.0  #: bars: times the floor
PEAK_MB = 300.0  #: bar
AN_HOUR_AGO = time.time() - 3600
NAME = re.compile(r"(S2[A-D])_MSIL2A_(\d{8}T\d{6})_N(\d{4})_R(\d{3})_T(\w{5})_(\d{8}T\d{6})_([A-Z]+)\.jp2(\.aux\.xml)?")


def product_name(number: int) -> str:
    """Of the index images of one acquisition; twelve tiles an hour."""
    sensed = START + dt.timedelta(hours=number // 12)
    return f"S2A_MSIL2A_{sensed:%Y%m%dT%H%M%S}_N0509_R120_T40K{chr(65 + number % 12)}B_{sensed:%Y%m%dT%H%M%S}"


def make_product(root: Path, number: int) -> None:
    """One NDVI image, empty, and its sidecar, which would be told if it were."""
    product = product_name(number)
    folder = root / "INDICES/NDVI" / product[39:44] / product
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{product}_NDVI.jp2").touch()
    (folder / f"{product}_NDVI.jp2.aux.xml").write_bytes(b"x")


def make_tree(root: Path, products: int) -> None:
    """A tree that was left alone for an hour."""
    for number in range(products):
        make_product(root, number)
    for folder, _, _ in os.walk(root):
        os.utime(folder, (AN_HOUR_AGO, AN_HOUR_AGO))


def floor(root: Path, state: Path) -> int:  # noqa: ARG001
    """Every entry and its status, nothing parsed."""
    count, pending = 0, [os.fspath(root)]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.is_dir():
                pending.append(entry.path)
            else:
                count += entry.stat().st_size >= 0
    return count


def names_alone(root: Path, state: Path) -> int:  # noqa: ARG001
    """The same without the status: what changed cannot be told from it."""
    count, pending = 0, [os.fspath(root)]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.is_dir():
                pending.append(entry.path)
            else:
                count += 1
    return count


def usual(root: Path, state: Path) -> int:  # noqa: ARG001
    """What one writes first."""
    found = [
        (path, path.stat().st_size, match.groups())
        for path in root.rglob("*")
        if path.is_file() and (match := NAME.fullmatch(path.name))
    ]
    return len(found)


def ours(root: Path, state: Path) -> int:
    """Every file named, parsed and stored in the state file; or only what changed since it was written."""
    memory = Memory.load(root, state, autosave=True)
    with memory.writing() as connection:
        count = refreshed(connection, [root], named("sen2chain")).file_count
    memory.close()
    return count


def made_up(image: SeriesImage) -> ImageFacts:
    """What a look at an image would tell; every third outline is its own."""
    from terracite.raster.grid import Grid
    from terracite.timeseries.facts import ImageFacts

    day = image.sensed_at.timetuple().tm_yday
    left = 55 + (image.sensed_at.timestamp() % 3600 / 1e4 if day % 3 == 0 else 0)
    grid = Grid("EPSG:32740", (10, 0, 300000 + 109800 * ord(image.tile[3]), 0, -10, 7700020), 10980, 10980)
    outline = f"POLYGON (({left:.7f} -21, 56 -21, 56 -22, {left:.7f} -22, {left:.7f} -21))"
    return ImageFacts(grid, 0.5 + day / 1000, 0.1 + day / 1000, outline, 16383.0)


def filled(root: Path, state: Path) -> int:
    """The memory of a complete scan; not measured."""
    from terracite.timeseries import looking
    from terracite.timeseries.archive import scan

    looking.look_at = made_up
    return scan([root], "sen2chain", state=state).opened


def complete(root: Path, state: Path) -> int:
    """The scan of a command, with nothing to open."""
    from terracite.timeseries.archive import scan

    return len(scan([root], "sen2chain", state=state).facts)


WAYS: dict[str, Callable[[Path, Path], int]] = {
    "floor": floor, "names": names_alone, "usual": usual, "first": ours, "again": ours, "one more": ours,
    "filled": filled, "complete": complete,
}  # fmt: skip


def main() -> int:
    """Print the figures; exit code 1 when one misses its bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("products", 100_000), ("turns", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name in ("way", "root", "state"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        return _one_way(chosen.way, Path(chosen.root), Path(chosen.state))
    with tempfile.TemporaryDirectory() as folder:
        small, large = (
            measured(Path(folder) / str(n), n, chosen.turns) for n in (chosen.products // 4, chosen.products)
        )
    met = [item for item in told(small, large, chosen.products) if item is not None]
    print(f"{sum(met)} of {len(met)} bars met")
    return 0 if all(met) else 1


def measured(folder: Path, products: int, turns: int) -> dict[str, dict[str, float]]:
    """Seconds and megabytes of every way, the best of the turns."""
    root, state = folder / "tree", folder / "state.sqlite"
    make_tree(root, products)
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for turn in range(turns):
        state.unlink(missing_ok=True)
        for way, results in found.items():
            if way == "one more":
                make_product(root, products + turn)
            command = [sys.executable, __file__, "--way", way, "--root", str(root), "--state", str(state)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            results.append(json.loads(done.stdout))
    return {way: {key: min(one[key] for one in results) for key in results[0]} for way, results in found.items()}


def told(small: dict[str, dict[str, float]], large: dict[str, dict[str, float]], products: int) -> list[bool | None]:
    """The lines, and whether each bar was met."""
    print(f"{products} products ({2 * products} files, {products} folders); wall seconds")
    return [
        _times("first scan: named, parsed, stored", "first", "floor", large, bar=FIRST),
        _times("second scan of the unchanged tree", "again", "floor", large, bar=AGAIN),
        _times("scan after one more product", "one more", "floor", large),
        _times("second scan beside a walk without sizes", "again", "names", large),
        _times("first scan beside rglob, re, stat", "first", "usual", large),
        _line("peak memory, MB", large["first"]["MB"], PEAK_MB, f"<= {PEAK_MB:g}", large["first"]["MB"] <= PEAK_MB),
        _line("peak memory of the complete scan, MB", *_complete(large)),
        _line("memory beside a tree 4 times smaller, MB", large["first"]["MB"], small["first"]["MB"], "", None),
        _line("time beside a tree 4 times smaller, s", large["first"]["wall"], small["first"]["wall"], "", None),
    ]


def _complete(found: dict[str, dict[str, float]]) -> tuple[float, float, str, bool]:
    """Beside the first listing alone."""
    peak = found["complete"]["MB"]
    return peak, found["first"]["MB"], f"<= {PEAK_MB:g}", peak <= PEAK_MB


def _times(
    name: str, ours: str, peer: str, found: dict[str, dict[str, float]], *, bar: float | None = None
) -> bool | None:
    one, other = found[ours]["wall"], found[peer]["wall"]
    return _line(name, one, other, f"<= {bar:g}" if bar else "", None if bar is None else one <= bar * other)


def _line(name: str, ours: float, peer: float, bar: str, met: bool | None) -> bool | None:
    verdict = "no bar" if met is None else "met" if met else "NOT MET"
    print(f"{name:<42} {ours:10.2f} {peer:10.2f} {ours / peer:8.2f}  {bar:<8} {verdict}", flush=True)
    return met


def _one_way(way: str, root: Path, state: Path) -> int:
    start = time.perf_counter()
    WAYS[way](root, state)
    spent = time.perf_counter() - start
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(json.dumps({"wall": spent, "MB": peak / 1024}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
