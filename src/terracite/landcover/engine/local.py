# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blocks in this process, with every core: while one block is classified, the next one is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from terracite.landcover.block_files import Kept
from terracite.landcover.engine.job import Job, Task, is_short_of_memory, out_of_memory


def made(job: Job, todo: Sequence[Task]) -> Iterator[Kept]:
    """Map the blocks one after the other. Memory does not grow with the map."""
    with ThreadPoolExecutor(1) as reader:
        pending = reader.submit(job.mapper.read, todo[0].block) if todo else None
        for task, following in zip(todo, chain(todo[1:], [None]), strict=False):
            if pending is None:
                break
            try:
                series = pending.result()
                pending = reader.submit(job.mapper.read, following.block) if following else None
                kept = job.keep(task, series)
            except (MemoryError, RuntimeError) as error:
                if not is_short_of_memory(error):
                    raise
                raise out_of_memory(task.block) from error
            yield kept
