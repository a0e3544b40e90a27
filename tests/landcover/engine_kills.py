# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps the landscape again and again while somebody kills its workers and its driver at random moments.

    python engine_kills.py FOLDER KILLS SEED

A program of its own: it loads everything once and forks each driver, and each driver forks its workers, so that
a kill costs milliseconds. It prints how many drivers and workers were killed, and fails when a map differs.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import sys
import time
from pathlib import Path

import numpy as np

from terracite.errors import CrateError, EngineError
from terracite.landcover.engine import map_blocks, processes
from terracite.landcover.predict import Mapper
from terracite.landcover.recipe import EnginePart
from terracite.landcover.work import Work
from terracite.raster.grid import Block

BLOCK = 32
HOW = EnginePart(kind="processes", workers=2)


def drive(folder: Path, mapper: Mapper) -> None:
    """What a driver does: map what is missing."""
    with Work.open(folder / "map", "kills") as work:
        map_blocks(work, mapper, BLOCK, lambda done, total: None, HOW)


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("block-*.npz")}


def begin(folder: Path, mapper: Mapper) -> int:
    driver = os.fork()
    if driver == 0:
        try:
            drive(folder, mapper)
        except EngineError:  # a block was unlucky twice
            os._exit(3)
        except CrateError:  # forked workers hold the lock of the driver that was killed until they see that it is gone
            time.sleep(0.05)
            os._exit(3)
        except BaseException:  # noqa: BLE001 - a fork must never go on as its parent
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return driver


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def main(folder: Path, kills: int, seed: int) -> str:
    mapper, wanted = pickle.loads((folder / "mapper.pickle").read_bytes())
    processes._START, processes._PATIENCE_S = "fork", 0.05
    mapper.classify(mapper.read(Block(0, 0, BLOCK, BLOCK)))  # all that is compiled is loaded before the first fork
    rng, done, maps = np.random.default_rng(seed), {"drivers": 0, "workers": 0}, 0
    work = folder / ".map.work"
    driver = begin(folder, mapper)
    while True:
        if sum(done.values()) < kills:
            time.sleep(rng.uniform(0.0, 0.12))
        ended, status = os.waitpid(driver, os.WNOHANG if sum(done.values()) < kills else 0)
        if not ended:
            workers = children(driver)
            if workers and sum(done.values()) % 3:  # of three kills one is the driver's
                os.kill(int(rng.choice(workers)), signal.SIGKILL)
                done["workers"] += 1
                continue
            os.kill(driver, signal.SIGKILL)
            done["drivers"] += 1
            _, status = os.waitpid(driver, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 1:
            raise SystemExit("a driver failed")
        if code == 0:
            assert hashes(work) == wanted, "the map differs"
            maps += 1
            if sum(done.values()) >= kills:
                return f"{done['drivers']} drivers and {done['workers']} workers killed, {maps} maps the same"
            for path in list(work.glob("block-*.npz"))[:: int(rng.integers(1, 4))]:  # go on from a part of it
                path.write_bytes(path.read_bytes()[: int(rng.integers(0, 500))])
        driver = begin(folder, mapper)


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])) + "\n")
