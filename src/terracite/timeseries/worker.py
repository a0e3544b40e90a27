# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process of a worker (see `crew`): reads tasks from standard input, answers on standard output.

When standard input ends while a crate is being made, whoever wanted it is gone: it is given up, and its staging folder
removed.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from terracite.timeseries.crew import Made, Task


def main() -> None:
    """Make one crate after the other, until there is no more to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the work; its pipe tells us
    signal.signal(signal.SIGTERM, _give_up)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints does not get among the answers
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    is_busy = threading.Event()
    threading.Thread(target=_read, args=(sys.stdin.buffer, tasks, is_busy), daemon=True).start()
    while (task := tasks.get()) is not None:
        pickle.dump(_made(task), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
        is_busy.clear()


def _read(source: BinaryIO, tasks: queue.SimpleQueue[Any], is_busy: threading.Event) -> None:
    try:
        while True:
            task = pickle.load(source)  # from our own parent, through its own pipe
            is_busy.set()
            tasks.put(task)
    except (EOFError, OSError, pickle.UnpicklingError):
        tasks.put(None)
        if is_busy.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def _give_up(*_: object) -> None:
    raise SystemExit(1)


def _made(task: Task) -> Made:
    from terracite.errors import TerraciteError
    from terracite.timeseries.failures import failure_of
    from terracite.timeseries.memory import Memory
    from terracite.timeseries.series_crate import write_crate

    memory = Memory(task.root)
    try:
        for path, digest in task.hashes.items():
            memory.put(path, "sha256", digest)
        return write_crate(task.unit, task.options, task.output, memory, left_out=task.left_out)
    except (TerraciteError, OSError) as error:
        return failure_of(task.unit.name, error, task.output)
    finally:
        memory.close()


if __name__ == "__main__":
    main()
