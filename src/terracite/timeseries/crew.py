# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several crates made at once, each in a process of its own: for small images, of which one does not use every core.

HDF5 and GDAL work under locks, so threads would wait for each other. A worker is a plain process (`worker`) that gets
one unit at a time through a pipe. What it writes is what this process would write, byte for byte; when this process
ends, however it does, the pipes close and the workers give up what they were at.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terracite.errors import ArchiveError
from terracite.timeseries.failures import Failure, failure_of
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.series_crate import Outcome
from terracite.timeseries.units import Unit

SMALL_CELLS = 3_000_000  #: of an image: a larger one keeps the cores busy by itself
WORTH_CELLS = 80_000_000  #: in all: less is done before the workers have started
_WORKER_BYTES = 500 * 2**20  #: of memory, at most, with small images
_PATIENCE_S = 20  #: for a worker to put away what it was at

Made = Outcome | Failure


@dataclass(frozen=True, slots=True)
class Task:
    """One unit, and what a worker must know to make its crate."""

    unit: Unit
    options: Options
    output: Path
    root: Path  #: of the archive
    hashes: dict[Path, str]  #: SHA-256 of the images, already known
    left_out: int


def is_small(unit: Unit) -> bool:
    """Whether the crate of ``unit`` is better made beside others."""
    return all(one.grid.width * one.grid.height <= SMALL_CELLS for one in unit.series)


def size_for(units: Sequence[Unit]) -> int:
    """How many workers are worth it; 0 when this process had better do the work itself."""
    cells = sum(one.grid.width * one.grid.height * len(one.images) for unit in units for one in unit.series)
    if cells < WORTH_CELLS:
        return 0
    most = min(_cores(), len(units), _free_memory() // 2 // _WORKER_BYTES)
    return most if most > 1 else 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _free_memory() -> int:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):  # a system that does not tell
        return 4 * _WORKER_BYTES


class Crew:
    """Workers at the ready; use it with ``with``."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._all = [_Worker() for _ in range(size)]
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            worker.dismiss()
        for worker in self._all:
            worker.wait()

    def make(self, tasks: Iterator[Task]) -> Generator[tuple[Unit, Made]]:
        """The crates of ``tasks``, as they are finished; the next task is taken when a worker is free.

        The iterator may be closed at any time: what is being made then is given up by `__exit__`.
        """
        pool = ThreadPoolExecutor(self.size)
        pending: dict[Future[Made], Unit] = {}
        try:
            for task in tasks:
                pending[pool.submit(self._make, task)] = task.unit
                if len(pending) >= self.size:
                    yield from _finished(pending)
            while pending:
                yield from _finished(pending)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _make(self, task: Task) -> Made:
        worker = self._idle.get()
        try:
            return worker.make(task)
        finally:
            self._idle.put(worker)


def _finished(pending: dict[Future[Made], Unit]) -> Iterator[tuple[Unit, Made]]:
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        yield pending.pop(future), future.result()


def tasks_of(
    units: Sequence[Unit], options: Options, output: Path, memory: Memory, left_out: Callable[[Unit], int]
) -> Iterator[Task]:
    """The task of each unit; its images are hashed only when it is asked for."""
    for unit in units:
        images = [image for one in unit.series for image in one.images]
        paths = {path for image in images for path in (image.path, image.mask_path, image.masked_path) if path}
        # a file that went away meanwhile is the worker's to tell
        hashes = {path: memory.sha256(path) for path in sorted(paths) if path.is_file()}
        yield Task(unit, options, output, memory.root, hashes, left_out(unit))


class _Worker:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        # one thread a worker: as many workers as cores are at work
        alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "terracite.timeseries.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **alone, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def make(self, task: Task) -> Made:
        """Have one crate made."""
        try:
            pickle.dump(task, self._to, protocol=pickle.HIGHEST_PROTOCOL)
            self._to.flush()
            made: Made = pickle.load(self._from)  # from our own process, through our own pipe
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            gone = ArchiveError(
                "The process that was making it ended.", hint="Run again; with less memory in use if that was short."
            )
            gone.__cause__ = error
            return failure_of(task.unit.name, gone, task.output)
        return made

    def dismiss(self) -> None:
        """Let it end: at once when it waits for work, else when it has put away what it was at."""
        with contextlib.suppress(OSError, ValueError):
            self._to.close()

    def wait(self) -> None:
        """Until it has ended."""
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._from.close()

    @property
    def _to(self) -> Any:
        return self._process.stdin

    @property
    def _from(self) -> Any:
        return self._process.stdout
