# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole job: scan an archive, then one crate per tile, index and year, and one of the inventory.

Running again writes only what changed. A run that is killed leaves every crate old or new, never half; the next run
goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terracite.crate.read import up_to_date
from terracite.errors import ArchiveError, Problem, ProblemsError
from terracite.raster.products import guess, named
from terracite.raster.products.walking import Roots, checked
from terracite.raster.series import Series, series
from terracite.timeseries.archive import Scan, check_apart, common_root, scan_with
from terracite.timeseries.archive_crate import write_archive_crate
from terracite.timeseries.disk_room import check_room, check_target
from terracite.timeseries.failures import Failure
from terracite.timeseries.inventory import SeriesSummary, inventory
from terracite.timeseries.listing import refreshed
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.other_cuts import other_cuts
from terracite.timeseries.planning import Plan, Sample, Target, make_plan, measure, targets
from terracite.timeseries.series_crate import Outcome, provenance_of
from terracite.timeseries.units import Unit, granularity, units
from terracite.timeseries.wording import counted
from terracite.timeseries.writing import Bar, Progress, Work, write_units
from terracite.timeseries.yearly import yearly

MEMORY = ".terracite-memory.sqlite"  #: beside the crates; may be deleted, costs only time


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    crates: tuple[Path, ...]  #: every crate of the archive, the inventory's last
    written: tuple[Path, ...]  #: those that were made or made again
    inventory: tuple[SeriesSummary, ...]
    problems: tuple[Problem, ...]  #: files left out, each with its cure
    notes: tuple[Problem, ...] = ()  #: files that look wrong or are left for the next run, crates of another cut


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

    ``told`` hears one line per finished step. Raises `ArchiveError` when the archive holds nothing of the type, nothing
    passes the filters, or the disk cannot take what would be written: nothing is written then. A crate that cannot be
    made does not stop the others; `ProblemsError` says so at the end.
    """
    options = options or Options()
    granularity(options.granularity)
    archive = _roots(archive)
    check_apart(archive, output)
    check_target(output)
    memory = Memory.load(common_root(archive), output / MEMORY)
    try:
        _check_names(archive, options, memory)
        memory.autosave = True
        memory.save()
        return _run(archive, output, options, memory, progress, told)
    finally:
        memory.close()


def _check_names(archive: tuple[Path, ...], options: Options, memory: Memory) -> None:
    """Raise what the scan would, before the first trace of a run is left, when no name of a file passes the filters."""
    if memory.path is not None and memory.path.exists():
        return
    kind = named(guess(archive) if options.product == "auto" else options.product)
    with memory.writing() as connection:
        listing = refreshed(connection, archive, kind, settle_s=options.settle_s)
    found = (one for _, files in listing.tiles() for one in series(files))
    if not any(options.wants(one.tile, one.index) and _has_year(one, options.years) for one in found):
        _wanted(_scan(archive, options, memory, _silent, keep=False), options)


def _has_year(one: Series, years: tuple[int, ...]) -> bool:
    return not years or any(image.sensed_at.year in years for image in one.images)


def _run(
    archive: Roots,
    output: Path,
    options: Options,
    memory: Memory,
    progress: Progress,
    told: Callable[[str], None],
) -> RunResult:
    found = _scan(archive, options, memory, progress)
    files, many = counted(found.file_count, "en", "file", "files"), counted(len(found.series), "en", "series", "series")
    told(f"scanned {files}, opened {found.opened}: {many}")
    wanted = _wanted(found, options)
    todo = tuple(unit for unit in wanted if not _is_fresh(unit, options, output, memory))
    with progress("measuring some images") as bar:
        check_room(todo, options, output, bar)
    made = _write(wanted, todo, found, options, output, memory, progress, told)
    outcomes = [one for one in made if isinstance(one, Outcome)]
    failures = [one for one in made if isinstance(one, Failure)]
    if not any(one.is_of_disk for one in failures):
        outcomes.append(write_archive_crate(found, options, output))
        told(f"{outcomes[-1].folder.name}: {'written' if outcomes[-1].changed else 'unchanged'}")
    _raise(failures, len(wanted), len(outcomes))
    return RunResult(
        crates=tuple(outcome.folder for outcome in outcomes if outcome.folder.is_dir()),
        written=tuple(outcome.folder for outcome in outcomes if outcome.changed),
        inventory=tuple(inventory(found)),
        problems=(*found.problems, *(problem for outcome in outcomes for problem in outcome.problems)),
        notes=(*found.suspicions, *found.waiting, *other_cuts(wanted, output)),
    )


def _write(
    wanted: Sequence[Unit],
    todo: tuple[Unit, ...],
    found: Scan,
    options: Options,
    output: Path,
    memory: Memory,
    progress: Progress,
    told: Callable[[str], None],
) -> list[Outcome | Failure]:
    """What became of the units of ``wanted``, in their order: ``todo`` are those that have to be made."""
    for unit in wanted:
        if unit not in todo:
            told(f"{unit.name}: {counted(unit.dates, 'en', 'date', 'dates')}, unchanged")
    work = Work(todo, options, output, memory, progress, told, lambda unit: _left_out(found, unit))
    made = {_name(one): one for one in write_units(work)}
    fresh = {unit.name: Outcome(output / unit.name, False) for unit in wanted if unit not in todo}
    return [(made | fresh)[unit.name] for unit in wanted if unit.name in made or unit.name in fresh]


def _name(one: Outcome | Failure) -> str:
    return one.name if isinstance(one, Failure) else one.folder.name


def _is_fresh(unit: Unit, options: Options, output: Path, memory: Memory) -> bool:
    """Whether the crate of ``unit`` is there, made from these images with these choices."""
    folder = output / unit.name
    return folder.is_dir() and up_to_date(folder, provenance_of(unit, options, memory, dt.datetime.now(dt.UTC)))


def _raise(failures: Sequence[Failure], wanted: int, whole: int) -> None:
    """`ProblemsError` with every crate that could not be made."""
    if failures:
        raise ProblemsError(
            f"{counted(len(failures), 'en', 'crate', 'crates')} of {wanted} could not be made.",
            [failure.problem() for failure in failures],
            hint=f"The others ({whole}) are whole: the same command goes on with what is missing.",
        )


def _left_out(found: Scan, unit: Unit) -> int:
    """How many other versions of the images of ``unit`` the archive has."""
    own = {(one.tile, one.index, one.year) for one in unit.series}
    return sum(
        (file.tile, file.index, file.sensed_at.year) in own
        for file, _ in found.duplicates
        if file.sensed_at is not None and not file.mask
    )


def plan(archive: Roots, output: Path, options: Options | None = None, progress: Progress = _silent) -> list[Planned]:
    """What `run` would make; nothing is written."""
    options = options or Options()
    granularity(options.granularity)
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
    granularity(options.granularity)
    archive = _roots(archive)
    check_apart(archive, output)
    memory = Memory.load(common_root(archive), output / MEMORY)
    found = _scan(archive, options, memory, progress, keep=False)
    parts = [one for unit in _wanted(found, options) for one in unit.series]
    with progress("measuring some images") as bar:
        sample = measure(parts, options.compression, bar)
    return make_plan(parts, sample, output, wanted, list(targets().values()))


def _planned(unit: Unit, sample: Sample, options: Options, output: Path, memory: Memory) -> Planned:
    fresh = _is_fresh(unit, options, output, memory)
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
