# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scripts that make a map with the jobs of SLURM or PBS alone: one trains, an array maps, one writes the crate."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from terracite.landcover.recipe import EnginePart

_JOBS, _THREADS, _MEMORY_GB = 4, 2, 8.0  #: when the recipe does not say


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a queue spells what every queue knows."""

    mark: str  #: before each line of options
    submit: str  #: prints the number of the job
    array: str
    after: str  #: option that waits for a job, however it ended
    after_ok: str  #: the same, if it ended well
    number: str  #: of a job in its array
    options: tuple[str, ...]
    queue: str
    account: str
    begin: str = "export PYTHONUNBUFFERED=1"  #: first command of a job


_DIALECTS: dict[str, _Dialect] = {
    "slurm": _Dialect(
        "#SBATCH", "sbatch --parsable", "--array=1-{n}", "--dependency=afterany:{id}", "--dependency=afterok:{id}",
        "${SLURM_ARRAY_TASK_ID}",
        ("--job-name={name}", "--cpus-per-task={threads}", "--mem={mega}M", "--time={hours:02d}:{minutes:02d}:00"),
        "--partition={}", "--account={}",
    ),
    "pbs": _Dialect(
        "#PBS", "qsub", "-J 1-{n}", "-W depend=afterany:{id}", "-W depend=afterok:{id}",
        "${PBS_ARRAY_INDEX:-$PBS_ARRAYID}",
        ("-N {name}", "-l select=1:ncpus={threads}:mem={mega}mb", "-l walltime={hours:02d}:{minutes:02d}:00"),
        "-q {}", "-A {}", 'cd "$PBS_O_WORKDIR"',
    ),
}  # fmt: skip


def submission(how: EnginePart, recipe: Path, output: Path) -> str:
    """A shell script that submits everything to the queue of ``how``.

    Run again, it goes on where the jobs before it stopped. A job of the array that fails costs nothing but time: the
    last job maps what is missing.
    """
    dialect, jobs = _DIALECTS[how.kind], max(2, how.workers or _JOBS)
    lines = [
        "#!/bin/bash",
        f"# Makes the map of {recipe.name} with {how.kind.upper()}: one job trains, {jobs} map, one writes the crate.",
        "# Start it with bash, on a disk that every node has under the same path.",
        "set -euo pipefail",
        "",
        *_job(dialect, "learn", how, (recipe, output, f"0/{jobs}"), (), how.learn_memory_gb or how.memory_gb),
        "",
        *_job(
            dialect, "map", how, (recipe, output, f"{dialect.number}/{jobs}"),
            (dialect.array.format(n=jobs), dialect.after_ok.format(id="${learn}")), how.memory_gb,
        ),
        "",
        *_job(dialect, "write", how, (recipe, output, ""), (dialect.after.format(id="${map}"),), how.memory_gb),
        'echo "submitted: ${learn}, ${map}, ${write}"',
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _job(
    dialect: _Dialect, step: str, how: EnginePart, words: tuple[Path, Path, str], waits: Sequence[str], memory_gb: float
) -> Iterator[str]:
    """The lines that submit one step and keep its number under the step's name."""
    recipe, output, share = words
    minutes = round(how.hours * 60)
    facts = {
        "name": f"terracite-{step}", "threads": how.threads or _THREADS, "hours": minutes // 60,
        "minutes": minutes % 60, "mega": round((memory_gb or _MEMORY_GB) * 1024),
    }  # fmt: skip
    yield f"{step}=$({' '.join([dialect.submit, *waits])} <<'JOB'"
    yield "#!/bin/bash"
    yield from (f"{dialect.mark} {option.format(**facts)}" for option in dialect.options)
    for pattern, value in ((dialect.queue, how.queue), (dialect.account, how.account)):
        if value:
            yield f"{dialect.mark} {pattern.format(value)}"
    yield from (f"{dialect.mark} {option}" for option in how.options)
    yield from how.setup
    yield "set -euo pipefail"
    yield dialect.begin
    command = f"terracite landcover run {shlex.quote(str(recipe))} --output {shlex.quote(str(output))} --engine local"
    yield f'{command} --blocks "{share}"' if share else command
    yield "JOB"
    yield ")"
    yield f"{step}=${{{step}%%;*}}"
