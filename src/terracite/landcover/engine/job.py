# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every engine does with a block, wherever it runs: read it, classify it, put it on the shared disk."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from terracite.errors import EngineError
from terracite.landcover import block_files
from terracite.landcover.block_files import Kept, said
from terracite.landcover.predict import Mapper
from terracite.raster.grid import Block

Warn = Callable[[str], None]
_SMALLER = "Set a smaller block in [output], or fewer workers or more memory_gb in [engine]; what is finished is kept."


@dataclass(frozen=True, slots=True)
class Task:
    """One block to map, and the key that its file is kept under."""

    block: Block
    key: str


@dataclass(frozen=True, slots=True)
class Job:
    """All that it takes to map any block of a run; it can be sent to any process that sees the folder."""

    folder: Path
    mapper: Mapper

    def make(self, task: Task) -> Kept:
        """Map a block and keep it: only its name and its hash come back."""
        return self.keep(task, self.mapper.read(task.block))

    def keep(self, task: Task, series: object) -> Kept:
        """Classify a block that was read, and keep it."""
        found = self.mapper.classify(series)  # type: ignore[arg-type] # what `read` gave
        return block_files.write(self.folder, task.block, task.key, found)


@dataclass(frozen=True, slots=True)
class Means:
    """What a process may use."""

    threads: int
    memory_bytes: int = 0  #: 0 = as much as there is

    def lean(self) -> Means:
        """The least that a block can be mapped with: one thread, so that nothing is held twice."""
        return replace(self, threads=1, memory_bytes=0)

    def apply(self) -> None:
        """Keep this process within them. Beyond its memory Python raises `MemoryError`, and nobody is killed."""
        os.environ["GDAL_CACHEMAX"] = "32" if self.threads == 1 else "64"  # MB; GDAL's own is a share of the machine's
        import numba
        from threadpoolctl import threadpool_limits

        numba.set_num_threads(min(self.threads, numba.get_num_threads()))
        threadpool_limits(self.threads)
        if self.memory_bytes:
            import resource

            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            limit = self.memory_bytes if hard == resource.RLIM_INFINITY else min(self.memory_bytes, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def cause(code: int | None) -> str:
    """Why a process ended, from its exit code: "was killed (SIGKILL), as happens when memory runs out"."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"was killed ({name}){', as happens when memory runs out' if -code == signal.SIGKILL else ''}"
    return f"ended by itself (exit code {code})"


def is_short_of_memory(error: BaseException) -> bool:
    """Whether memory has run out: a thread that cannot be started has no room for its stack."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "start new thread" in str(error))


def out_of_memory(block: Block) -> EngineError:
    return EngineError(f"Memory is too short for {said(block)}.", hint=_SMALLER)


def lost(block: Block, why: str) -> EngineError:
    """A block that took two workers with it."""
    return EngineError(f"Two workers were lost over {said(block)}: the last one {why}.", hint=_SMALLER)
