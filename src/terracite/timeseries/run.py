# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole job: scan an archive, then one crate per tile, index and year, and one of the inventory.

Running again writes only what changed. A run that is killed leaves every crate old or new, never half; the next run
goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from terracite.crate.read import up_to_date
from terracite.errors import ArchiveError, Problem
from terracite.timeseries.archive import Scan, scan_with
from terracite.timeseries.archive_crate import write_archive_crate
from terracite.timeseries.inventory import SeriesSummary, inventory
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.series_crate import Outcome, provenance_of, write_series_crate
from terracite.timeseries.yearly import YearSeries, yearly

MEMORY = ".terracite-memory.json"  #: beside the crates; may be deleted, costs only time

Bar = Callable[[int, int], None]
Progress = Callable[[str], AbstractContextManager[Bar]]  #: a labelled progress bar, such as `cli.console.progress`
_BYTES_PER_CELL = 1.6  # measured: 2 bytes of index and 1 of mask, compressed


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    crates: tuple[Path, ...]  #: every crate of the archive, the inventory's last
    written: tuple[Path, ...]  #: those that were made or made again
    inventory: tuple[SeriesSummary, ...]
    problems: tuple[Problem, ...]  #: files left out, each with its cure


@dataclass(frozen=True, slots=True)
class Planned:
    """One crate that a run would make."""

    name: str
    dates: int
    estimated_bytes: int
    up_to_date: bool  #: nothing would be written


@contextmanager
def _silent(label: str) -> Iterator[Bar]:  # noqa: ARG001 - the shape of `Progress`
    yield lambda done, total: None  # noqa: ARG005


def run(
    archive: Path,
    output: Path,
    options: Options | None = None,
    progress: Progress = _silent,
    *,
    told: Callable[[str], None] = lambda message: None,  # noqa: ARG005
) -> RunResult:
    """Make the crates of ``archive`` in the folder ``output``.

    ``told`` hears one line per finished step. Raises `ArchiveError` when the archive holds nothing of the type, or
    nothing passes the filters.
    """
    options = options or Options()
    _check_apart(archive, output)
    memory = Memory.load(archive, output / MEMORY)
    found = _scan(archive, options, memory, progress)
    told(f"scanned {found.file_count} files, opened {found.opened}: {len(found.series)} series")
    outcomes: list[Outcome] = []
    for one in _wanted(found, options):
        with progress(one.name) as bar:
            outcomes.append(write_series_crate(one, options, output, memory, bar))
        memory.save()
        told(f"{one.name}: {len(one.images)} dates, {'written' if outcomes[-1].changed else 'unchanged'}")
    outcomes.append(write_archive_crate(found, options, output))
    told(f"{outcomes[-1].folder.name}: {'written' if outcomes[-1].changed else 'unchanged'}")
    return RunResult(
        crates=tuple(outcome.folder for outcome in outcomes if outcome.folder.is_dir()),
        written=tuple(outcome.folder for outcome in outcomes if outcome.changed),
        inventory=tuple(inventory(found)),
        problems=(*found.problems, *(problem for outcome in outcomes for problem in outcome.problems)),
    )


def plan(archive: Path, output: Path, options: Options | None = None, progress: Progress = _silent) -> list[Planned]:
    """What `run` would make; nothing is written."""
    options = options or Options()
    memory = Memory.load(archive, output / MEMORY)
    found = _scan(archive, options, memory, progress, keep=False)
    return [_planned(one, options, output, memory) for one in _wanted(found, options)]


def _planned(one: YearSeries, options: Options, output: Path, memory: Memory) -> Planned:
    now = dt.datetime.now(dt.UTC)
    fresh = up_to_date(output / one.name, provenance_of(one, options, memory, now))
    cells = one.grid.width * one.grid.height * len(one.images)
    return Planned(one.name, len(one.images), round(cells * _BYTES_PER_CELL), fresh)


def _scan(archive: Path, options: Options, memory: Memory, progress: Progress, *, keep: bool = True) -> Scan:
    with progress("looking into images") as bar:
        found = scan_with(archive, options.product, memory, bar)
    if keep:
        memory.save()
    return found


def _wanted(found: Scan, options: Options) -> list[YearSeries]:
    wanted = yearly(found, options)
    if not wanted:
        there = ", ".join(f"{one.tile} {one.index}" for one in found.series) or "no readable series"
        raise ArchiveError("No series passes the choice of tiles, indices and years.", hint=f"There is: {there}.")
    return wanted


def _check_apart(archive: Path, output: Path) -> None:
    if output.resolve().is_relative_to(archive.resolve()):
        raise ArchiveError(
            f"The output folder '{output}' lies inside the archive.",
            hint="Choose a folder elsewhere: the archive is never written to.",
        )
