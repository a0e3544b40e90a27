# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mappers that start at once, and to which something happens: for tests of who maps the blocks."""

from __future__ import annotations

import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from terracite.errors import RasterError
from terracite.landcover.block_map import BlockMap
from terracite.raster.grid import Block, Grid

GRID = Grid("EPSG:32740", (10.0, 0.0, 300_000.0, 0.0, -10.0, 7_700_000.0), 160, 120)
FIRST = Block(0, 0, 64, 64)


@dataclass(frozen=True)
class Plain:
    """A mapper that starts at once: the class of a cell is told by where it is."""

    grid: Grid = GRID

    def read(self, block: Block) -> np.ndarray:
        rows, cols = np.mgrid[block.slices]
        return (rows * 7 + cols * 3) % 200

    def classify(self, values: np.ndarray) -> BlockMap:
        return BlockMap(values.astype(np.uint8), (values // 2).astype(np.uint8), values.astype(np.uint16))


@dataclass(frozen=True)
class Troubled(Plain):
    """Something happens to it at its first block, once or always: the flag file says that it did."""

    flag: Path = Path()
    trouble: str = ""
    always: bool = False

    def read(self, block: Block) -> np.ndarray:
        if block == FIRST and (self.always or not self.flag.exists()):
            self.flag.touch()
            if self.trouble == "memory":
                np.empty(5 * 2**30, np.uint8)  # more than a worker may have, less than there is
                if self.always:
                    raise MemoryError
            elif self.trouble == "threads":
                raise RuntimeError("can't start new thread")  # what Python says where a stack finds no room
            elif self.trouble == "disk":
                sys.dont_write_bytecode = True  # Python keeps what was cut short
                resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
            elif self.trouble == "image":
                raise RasterError("'a.tif' is torn.", hint="Copy it again.")
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return Plain.read(self, block)
