# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map, block by block, by whichever engine the recipe asks for: the bytes are the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from terracite.landcover.block_files import Kept
from terracite.landcover.block_map import BlockMap
from terracite.landcover.engine import cluster, local, processes
from terracite.landcover.engine.job import Job, Means, Task, Warn
from terracite.landcover.engine.share import Share
from terracite.landcover.predict import Mapper
from terracite.landcover.progress import Progress
from terracite.landcover.recipe import EnginePart
from terracite.landcover.work import Work
from terracite.raster.grid import Block, Grid

KeyOf = Callable[[Block], str]


def map_blocks(
    work: Work,
    mapper: Mapper,
    block_size: int,
    progress: Progress,
    how: EnginePart | None = None,
    key_of: KeyOf = lambda _: "",
    share: Share | None = None,
    warn: Warn = lambda _: None,
) -> int:
    """Map every block that is not finished yet, and return how many that were.

    ``key_of``: the key of all that a block depends on; a block finished under another one is made again. Whatever
    stops the run, the blocks that are finished stay so.
    """
    blocks = (share or Share()).cut(list(mapper.grid.blocks(block_size)))
    keyed = (Task(block, key_of(block)) for block in blocks)
    todo = [task for task in keyed if not work.has(task.block, task.key)]
    done = len(blocks) - len(todo)
    progress(done, len(blocks))
    for kept in _made(Job(work.folder, mapper), todo, how or EnginePart(), warn):
        work.manifest.add(kept)
        done += 1
        progress(done, len(blocks))
    return len(todo)


def _made(job: Job, todo: Sequence[Task], how: EnginePart, warn: Warn) -> Iterator[Kept]:
    if not todo or how.kind == "local":
        return local.made(job, todo)
    if how.kind == "processes":
        workers = min(how.workers or os.cpu_count() or 1, len(todo))
        return processes.made(job, todo, workers, means_of(how, workers), warn)
    return cluster.made(job, todo, how, warn)


def means_of(how: EnginePart, workers: int) -> Means:
    """The share of each of ``workers`` processes of one machine."""
    cores = how.threads or max(1, (os.cpu_count() or 1) // workers)
    return Means(cores, int(how.memory_gb * 2**30 / workers))


def finished(work: Work, grid: Grid, block_size: int) -> Iterator[tuple[Block, BlockMap]]:
    """Every block with its map, in order."""
    for block in grid.blocks(block_size):
        yield block, work.block(block)
