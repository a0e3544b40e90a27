# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blocks on the workers of a Dask cluster: one that runs, one of this machine, or jobs of SLURM or PBS.

Workers put their blocks on a disk that all nodes share and answer with names and hashes; a bounded number of blocks is
under way at a time. So neither the scheduler nor this process grows with the map.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from terracite.errors import EngineError
from terracite.landcover.block_files import Kept
from terracite.landcover.engine.job import Job, Task, Warn, lost, out_of_memory
from terracite.landcover.recipe import EnginePart

_JOBS = 4  #: of a cluster, when the recipe does not say
_AHEAD = 2  #: blocks under way for each thread of a worker
_ANSWER_S = 30  #: that a scheduler has to answer
_TURN = threading.Lock()  #: of a worker: while one block is classified with all its cores, the next one is read


def made(job: Job, todo: Sequence[Task], how: EnginePart, warn: Warn) -> Iterator[Kept]:
    """Map the blocks in whatever order they get done. A block that loses two workers is named.

    Raises `EngineError` without Dask, and where no scheduler answers.
    """
    with _client(how) as client:
        if not client.nthreads():
            warn("no worker has started yet: waiting for the cluster")
        client.wait_for_workers(1)
        yield from _through(client, job, todo)


def job_script(how: EnginePart) -> str:
    """The script of one job, as dask-jobqueue submits it for SLURM or PBS."""
    with ExitStack() as stack:
        cluster = _queue(how)
        stack.callback(cluster.close)
        text: str = cluster.job_script()
    return text


def _through(client: Any, job: Job, todo: Sequence[Task]) -> Iterator[Kept]:
    _, distributed = _needed()
    shared = client.submit(pickle.loads, pickle.dumps(job), key=f"terracite-{os.urandom(8).hex()}")
    under_way: dict[Any, Task] = {}
    answers, waiting = distributed.as_completed(loop=client.loop), iter(todo)
    task = next(waiting, None)
    while task is not None or under_way:
        room = max(_AHEAD, _AHEAD * sum(client.nthreads().values())) - len(under_way)
        while task is not None and room > 0:
            future = client.submit(_make, shared, task, pure=False)
            under_way[future] = task
            answers.add(future)
            task, room = next(waiting, None), room - 1
        future = next(answers)
        yield _result(future, under_way.pop(future), job)
        future.release()


def _make(job: Job, task: Task) -> Kept:
    """On a worker: a block read, classified and kept."""
    series = job.mapper.read(task.block)
    with _TURN:
        return job.keep(task, series)


def _result(future: Any, task: Task, job: Job) -> Kept:
    from distributed import KilledWorker

    try:
        kept: Kept = future.result()
    except KilledWorker as error:
        raise lost(task.block, f"({error.last_worker.address}) did not come back") from error
    except MemoryError as error:
        raise out_of_memory(task.block) from error
    except FileNotFoundError as error:
        raise EngineError(
            f"A worker does not see '{error.filename or job.folder}'.",
            hint="Put images and crate on a disk that every node has under the same path.",
        ) from error
    return kept


@contextmanager
def _client(how: EnginePart) -> Iterator[Any]:
    """A client of the cluster that the recipe asks for; what was started here is stopped here."""
    dask, distributed = _needed()
    quiet = {"distributed.scheduler.allowed-failures": 1, "distributed.worker.daemon": True}
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(quiet))
        address: Any = how.scheduler
        if not address:
            address = _queue(how) if how.kind in _QUEUES else _own(how)
            stack.callback(address.close)
            if how.kind in _QUEUES:
                address.scale(jobs=how.workers or _JOBS)
        try:
            client = distributed.Client(address, timeout=_ANSWER_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineError(
                f"No Dask scheduler answers at '{address}': {error}.",
                hint="Start one with: dask scheduler, and workers with: dask worker tcp://HOST:8786.",
            ) from error
        stack.callback(client.close)
        yield client


def _own(how: EnginePart) -> Any:
    """A cluster of this machine."""
    _, distributed = _needed()
    workers = how.workers or os.cpu_count() or 1
    limit = int(how.memory_gb * 2**30 / workers)
    return distributed.LocalCluster(n_workers=workers, threads_per_worker=1, memory_limit=limit, dashboard_address=None)


_QUEUES = {"slurm": "SLURMCluster", "pbs": "PBSCluster"}


def _queue(how: EnginePart) -> Any:
    """Jobs of SLURM or PBS, each a worker."""
    _needed()
    import dask_jobqueue

    minutes = round(how.hours * 60)
    return getattr(dask_jobqueue, _QUEUES[how.kind])(
        cores=how.threads or 2,
        processes=1,
        memory=f"{how.memory_gb or 8:g} GiB",
        walltime=f"{minutes // 60:02d}:{minutes % 60:02d}:00",
        queue=how.queue or None,
        account=how.account or None,
        job_extra_directives=list(how.options),
        job_script_prologue=list(how.setup),
        job_name="terracite",
    )


def _needed() -> tuple[Any, Any]:
    try:
        import dask
        import dask_jobqueue  # noqa: F401 - part of the same extra
        import distributed
    except ImportError as error:
        raise EngineError(
            f"Dask is not installed: there is no '{error.name}'.",
            hint="Install it with: pip install 'terracite[dask]', or set kind = \"processes\" in [engine].",
        ) from error
    return dask, distributed
