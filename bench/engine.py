# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether who hands out the blocks grows with the map: 20 and 200 tiles of tiny rasters through each engine.

    python bench/engine.py

Each figure is a whole process of its own. Its memory is the highest of the driver alone (with the Dask scheduler, which
runs in it), workers not counted. Blocks a second are those of the scheduling: there is next to nothing to classify.

One line a figure: name, ours, at 20 tiles, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FEW, MANY = 20, 200
BARS = {"processes": 1.1, "dask": 1.1}  #: memory at 200 tiles, beside that at 20


def measure(kind: str, count: int) -> None:
    """Print what mapping ``count`` tiles takes: MiB of the driver, blocks a second."""
    from common.figures import peak_mb
    from common.tiny_tiles import BLOCK, write

    from terracite.landcover.engine import map_blocks
    from terracite.landcover.recipe import EnginePart
    from terracite.landcover.work import Work

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tiles = write(folder, count)
        start = time.perf_counter()
        with Work.open(folder / "map", "bench") as work:
            made = map_blocks(work, tiles, BLOCK, _unheard, EnginePart(kind=kind, workers=2))  # type: ignore[arg-type]
        seconds = time.perf_counter() - start
    print(json.dumps({"memory": peak_mb(), "pace": made / seconds, "blocks": made}))


def _unheard(done: int, total: int) -> None:
    """Nobody listens to the progress."""


def main() -> int:
    met = 0
    for kind, bar in BARS.items():
        few, many = (_measured(kind, count) for count in (FEW, MANY))
        ratio = many["memory"] / few["memory"]
        met += ratio <= bar
        verdict = "met" if ratio <= bar else "NOT MET"
        print(
            f"{kind}: memory of the driver at {MANY} tiles  {many['memory']:.0f} MiB  at {FEW} tiles "
            f"{few['memory']:.0f} MiB  ratio {ratio:.2f}  bar {bar}  {verdict}"
        )
        print(f"{kind}: blocks a second, start included  {many['pace']:.1f} of {many['blocks']} blocks")
    print(f"{met} of {len(BARS)} bars met")
    return 0 if met == len(BARS) else 1


def _measured(kind: str, count: int) -> dict[str, float]:
    command = [sys.executable, __file__, kind, str(count)]
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(command, env=here, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        sys.exit(main())
