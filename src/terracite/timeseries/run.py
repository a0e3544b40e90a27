# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole job: scan an archive, then one crate per tile, index and year, and one of the inventory.

Running again writes only what changed. A run that is killed leaves every crate old or new, never half; the next run
goes on from there.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from terracite.crate.read import up_to_date
from terracite.errors import ArchiveError, Problem
from terracite.raster.products.walking import Roots, checked
from terracite.timeseries.archive import Scan, check_apart, common_root, scan_with
from terracite.timeseries.archive_crate import write_archive_crate
from terracite.timeseries.inventory import SeriesSummary, inventory
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.planning import Plan, Sample, Target, human_time, make_plan, measure, targets
from terracite.timeseries.series_crate import Outcome, provenance_of, write_crate
from terracite.timeseries.units import Unit, granularity, units
from terracite.timeseries.yearly import yearly

MEMORY = ".terracite-memory.sqlite"  #: beside the crates; may be deleted, costs only time

Bar = Callable[[int, int], None]
Progress = Callable[[str], AbstractContextManager[Bar]]  #: a labelled progress bar, such as `cli.console.progress`


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    crates: tuple[Path, ...]  #: every crate of the archive, the inventory's last
    written: tuple[Path, ...]  #: those that were made or made again
    inventory: tuple[SeriesSummary, ...]
    problems: tuple[Problem, ...]  #: files left out, each with its cure
    notes: tuple[Problem, ...] = ()  #: files that look wrong, or are left for the next run


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
    archive: Roots,
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
    archive = _roots(archive)
    check_apart(archive, output)
    memory = Memory.load(common_root(archive), output / MEMORY, autosave=True)
    try:
        return _run(archive, output, options, memory, progress, told)
    finally:
        memory.close()


def _run(
    archive: Roots,
    output: Path,
    options: Options,
    memory: Memory,
    progress: Progress,
    told: Callable[[str], None],
) -> RunResult:
    found = _scan(archive, options, memory, progress)
    told(f"scanned {found.file_count} files, opened {found.opened}: {len(found.series)} series")
    outcomes = list(_write_units(found, options, output, memory, progress, told))
    outcomes.append(write_archive_crate(found, options, output))
    told(f"{outcomes[-1].folder.name}: {'written' if outcomes[-1].changed else 'unchanged'}")
    return RunResult(
        crates=tuple(outcome.folder for outcome in outcomes if outcome.folder.is_dir()),
        written=tuple(outcome.folder for outcome in outcomes if outcome.changed),
        inventory=tuple(inventory(found)),
        problems=(*found.problems, *(problem for outcome in outcomes for problem in outcome.problems)),
        notes=(*found.suspicions, *found.waiting),
    )


def _write_units(
    found: Scan,
    options: Options,
    output: Path,
    memory: Memory,
    progress: Progress,
    told: Callable[[str], None],
) -> Iterator[Outcome]:
    """One crate after the other: the images of one are decoded and compressed on every core already."""
    wanted = _wanted(found, options)
    clock = _Clock(sum(unit.dates for unit in wanted))
    for unit in wanted:
        with progress(unit.name) as bar:
            outcome = write_crate(unit, options, output, memory, bar, left_out=_left_out(found, unit))
        memory.save()
        left = clock.left_after(unit.dates, worked=outcome.changed)
        told(f"{unit.name}: {unit.dates} dates, {'written' if outcome.changed else 'unchanged'}{left}")
        yield outcome


def _left_out(found: Scan, unit: Unit) -> int:
    """How many other versions of the images of ``unit`` the archive has."""
    own = {(one.tile, one.index, one.year) for one in unit.series}
    return sum(
        (file.tile, file.index, file.sensed_at.year) in own
        for file, _ in found.duplicates
        if file.sensed_at is not None and not file.mask
    )


@dataclass(slots=True)
class _Clock:
    """How long the rest will take, from the crates that were really written."""

    dates: int  #: still to come
    started: float = field(default_factory=time.monotonic)
    idle: float = 0.0  #: seconds spent on crates that were there already
    written: int = 0
    last: float = field(default_factory=time.monotonic)

    def left_after(self, dates: int, *, worked: bool) -> str:
        """ ", about 12 min left" after a crate of so many dates; "" at the end, or when nothing is known yet."""
        now = time.monotonic()
        self.dates -= dates
        if worked:
            self.written += dates
        else:
            self.idle += now - self.last
        self.last = now
        if not self.dates or not self.written:
            return ""
        seconds = (now - self.started - self.idle) / self.written * self.dates
        return f", about {human_time(seconds)} left"


def plan(archive: Roots, output: Path, options: Options | None = None, progress: Progress = _silent) -> list[Planned]:
    """What `run` would make; nothing is written."""
    options = options or Options()
    archive = _roots(archive)
    memory = Memory.load(common_root(archive), output / MEMORY)
    found = _scan(archive, options, memory, progress, keep=False)
    wanted = _wanted(found, options)
    sample = measure([one for unit in wanted for one in unit.series], options.compression)
    return [_planned(unit, sample, options, output, memory) for unit in wanted]


def weigh(
    archive: Roots, output: Path, wanted: Target, options: Options | None = None, progress: Progress = _silent
) -> Plan:
    """Files, bytes, hours and DOIs of a run, for every way of cutting; nothing is written.

    ``wanted``: the place to publish. Raises `ArchiveError` as `run` does.
    """
    options = options or Options()
    archive = _roots(archive)
    check_apart(archive, output)
    memory = Memory.load(common_root(archive), output / MEMORY)
    found = _scan(archive, options, memory, progress, keep=False)
    series = [one for unit in _wanted(found, options) for one in unit.series]
    with progress("measuring some images") as bar:
        sample = measure(series, options.compression, bar)
    return make_plan(series, sample, output, wanted, list(targets().values()))


def _planned(unit: Unit, sample: Sample, options: Options, output: Path, memory: Memory) -> Planned:
    now = dt.datetime.now(dt.UTC)
    fresh = up_to_date(output / unit.name, provenance_of(unit, options, memory, now))
    return Planned(unit.name, unit.dates, sum(sample.bytes_of(one) for one in unit.series), fresh)


def _scan(archive: Roots, options: Options, memory: Memory, progress: Progress, *, keep: bool = True) -> Scan:
    with progress("looking into images") as bar:
        found = scan_with(archive, options.product, memory, bar, settle_s=options.settle_s)
    if keep:
        memory.save()
    return found


def _wanted(found: Scan, options: Options) -> list[Unit]:
    wanted = units(yearly(found, options), granularity(options.granularity))
    if not wanted:
        raise ArchiveError("No series passes the choice of tiles, indices and years.", hint=_there_is(found))
    return wanted


def _there_is(found: Scan) -> str:
    """What could be chosen instead."""
    if not found.series:
        waiting = f"; {len(found.waiting)} images are too young for --settle" if found.waiting else ""
        return f"There is no readable series{waiting}."
    there = (
        f"{one.tile} {one.index} ({one.start.year} to {one.end.year})"
        if one.start.year != one.end.year
        else f"{one.tile} {one.index} ({one.start.year})"
        for one in found.series
    )
    return f"There is: {', '.join(there)}."


def _roots(archive: Roots) -> tuple[Path, ...]:
    """Where to look; several folders by their absolute paths, so that what they have in common holds them all."""
    folders = checked(archive)
    return folders if len(folders) == 1 else tuple(folder.absolute() for folder in folders)
