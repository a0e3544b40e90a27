# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blocks in worker processes of this machine; one that dies costs the block it had in hand, no more.

A worker keeps its block on disk and answers with a name and a hash, so this process stays as small as it is. A lost
block is made again at once by a new worker alone on the machine; if that one is lost, too, the run stops.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from terracite.errors import EngineError, ProblemsError, TerraciteError
from terracite.landcover.block_files import Kept, said
from terracite.landcover.engine.job import Job, Means, Task, Warn, cause, is_short_of_memory, lost, out_of_memory

_START = "forkserver"  #: workers come from a process that has loaded everything once and computed nothing
_PRELOAD = [
    "terracite.landcover.engine.processes",
    "terracite.landcover.classifiers.registry",
    "numba.np.ufunc.parallel",
]
_PATIENCE_S = 2.0  #: after which an idle worker looks whether anybody still waits for it


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a worker answers when a block cannot be made, but the worker lives."""

    message: str
    hint: str = ""
    kind: type[TerraciteError] = EngineError
    short_of_memory: bool = False

    def error(self) -> TerraciteError:
        return self.kind(self.message, hint=self.hint)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task | None = None


@dataclass(slots=True)
class _Crew:
    """The workers of one run and what each has in hand."""

    job: Job
    means: Means
    size: int
    warn: Warn
    workers: list[_Worker] = field(default_factory=list)

    def idle(self) -> _Worker:
        """A worker with nothing in hand, a new one if need be."""
        free = next((worker for worker in self.workers if worker.task is None), None)
        if free is None:
            free = _started(self.job, self.means)
            self.workers.append(free)
        return free

    def answers(self) -> Iterator[tuple[Task, Kept | Refusal | str]]:
        """Wait for at least one answer: what was kept, a refusal, or why the worker is gone."""
        busy = {worker.pipe: worker for worker in self.workers if worker.task is not None}
        for pipe in connection.wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index] # those that were given
            task, worker.task = worker.task, None
            assert task is not None
            try:
                yield task, worker.pipe.recv()
            except (EOFError, ConnectionError):
                yield task, self._buried(worker)

    def busy(self) -> int:
        return sum(worker.task is not None for worker in self.workers)

    def stop(self) -> None:
        """End every worker: one with nothing in hand leaves by itself, and an unfinished block is never seen."""
        for worker in self.workers:
            worker.pipe.close()
        for worker in self.workers:
            worker.process.join(0 if worker.task else _PATIENCE_S)
            worker.process.kill()
            worker.process.join()
        self.workers.clear()

    def _buried(self, worker: _Worker) -> str:
        worker.process.join()
        worker.pipe.close()
        self.workers.remove(worker)
        if worker.process.exitcode == -signal.SIGKILL:  # memory, most often: fewer at a time
            self.size = max(1, self.size - 1)
        return cause(worker.process.exitcode)


def made(job: Job, todo: Sequence[Task], workers: int, means: Means, warn: Warn) -> Iterator[Kept]:
    """Map the blocks with ``workers`` processes, in whatever order they get done.

    Raises `EngineError` naming a block that cannot be made twice over; those that others have in hand are waited for.
    """
    crew, waiting, again = _Crew(job, means, workers, warn), deque(todo), deque[Task]()
    try:
        while waiting or again or crew.busy():
            if again and not crew.busy():
                yield _alone(crew, again.popleft())
                continue
            while waiting and not again and crew.busy() < crew.size:
                _hand(crew.idle(), waiting.popleft())
            for task, answer in crew.answers():
                if isinstance(answer, Kept):
                    yield answer
                elif _can_be_tried_again(answer):
                    why = answer if isinstance(answer, str) else "ran short of memory"
                    warn(f"a worker {why}, with {said(task.block)} in hand; that block is made again, alone")
                    again.append(task)
                elif isinstance(answer, Refusal):
                    yield from _rest(crew)
                    raise answer.error()
    finally:
        crew.stop()


def _can_be_tried_again(answer: Refusal | str) -> bool:
    return isinstance(answer, str) or answer.short_of_memory


def _rest(crew: _Crew) -> Iterator[Kept]:
    """What the others still finish before the run stops."""
    while crew.busy():
        yield from (answer for _, answer in crew.answers() if isinstance(answer, Kept))


def _alone(crew: _Crew, task: Task) -> Kept:
    """The block by a new worker while nobody else is at work, with as little as it can do with."""
    single = _Crew(crew.job, crew.means.lean(), 1, crew.warn)
    try:
        _hand(single.idle(), task)
        ((_, answer),) = single.answers()
    finally:
        single.stop()
    if isinstance(answer, Kept):
        return answer
    if isinstance(answer, str):
        raise lost(task.block, answer)
    raise out_of_memory(task.block) if answer.short_of_memory else answer.error()


def _hand(worker: _Worker, task: Task) -> None:
    worker.task = task
    with suppress(ConnectionError):  # it has just died: its answer will say so
        worker.pipe.send(task)


def _started(job: Job, means: Means) -> _Worker:
    context = get_context(_START)
    if _START == "forkserver":
        context.set_forkserver_preload(_PRELOAD)
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, job, means, os.getpid()), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(pipe: Connection, job: Job, means: Means, driver: int) -> None:
    """The life of a worker: blocks until there are no more, or nobody to answer to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to everybody; the driver ends its workers
    means.apply()
    with suppress(EOFError, ConnectionError):
        while _asked(pipe, driver):
            pipe.send(_answer(job, pipe.recv()))


def _asked(pipe: Connection, driver: int) -> bool:
    while not pipe.poll(_PATIENCE_S):
        if not _lives(driver):
            return False
    return True


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _answer(job: Job, task: Task) -> Kept | Refusal:
    try:
        return job.make(task)
    except (MemoryError, RuntimeError) as error:
        if not is_short_of_memory(error):
            raise
        return Refusal("", short_of_memory=True)
    except TerraciteError as error:
        return (
            Refusal(str(error)) if isinstance(error, ProblemsError) else Refusal(error.message, error.hint, type(error))
        )
    except OSError as error:
        return Refusal(f"{said(task.block).capitalize()} could not be made: {error}.", "Run the same command again.")
