# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map, block by block, in this process: while one block is classified, the next one is read."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from terracite.landcover.block_map import BlockMap
from terracite.landcover.predict import Mapper
from terracite.landcover.progress import Progress
from terracite.landcover.work import Work
from terracite.raster.grid import Block, Grid


def map_blocks(work: Work, mapper: Mapper, block_size: int, progress: Progress) -> int:
    """Map every block that is not finished yet, and return how many that were. Memory does not grow with the map."""
    blocks = list(mapper.grid.blocks(block_size))
    todo = [block for block in blocks if not work.has(block)]
    done = len(blocks) - len(todo)
    progress(done, len(blocks))
    with ThreadPoolExecutor(1) as reader:
        pending = reader.submit(mapper.read, todo[0]) if todo else None
        for block, following in zip(todo, chain(todo[1:], [None]), strict=False):
            if pending is None:
                break
            series = pending.result()
            pending = reader.submit(mapper.read, following) if following else None
            work.keep(block, mapper.classify(series))
            done += 1
            progress(done, len(blocks))
    return len(todo)


def finished(work: Work, grid: Grid, block_size: int) -> Iterator[tuple[Block, BlockMap]]:
    """Every block with its map, in order."""
    for block in grid.blocks(block_size):
        yield block, work.block(block)
