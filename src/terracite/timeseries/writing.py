# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crates of a run: small images several at a time, large ones one after the other; one failure stops no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

from terracite.errors import TerraciteError
from terracite.timeseries import crew
from terracite.timeseries.failures import Failure, failure_of
from terracite.timeseries.memory import Memory
from terracite.timeseries.options import Options
from terracite.timeseries.planning import human_time
from terracite.timeseries.series_crate import Outcome, write_crate
from terracite.timeseries.units import Unit
from terracite.timeseries.wording import counted

Bar = Callable[[int, int], None]
Progress = Callable[[str], AbstractContextManager[Bar]]  #: a labelled progress bar, such as `cli.console.progress`
Made = Outcome | Failure


@dataclass(frozen=True, slots=True)
class Work:
    """What to make, where, and who hears of it."""

    units: tuple[Unit, ...]
    options: Options
    output: Path
    memory: Memory
    progress: Progress
    told: Callable[[str], None]
    left_out: Callable[[Unit], int]  #: other versions of the images of a unit


def write_units(work: Work) -> list[Made]:
    """What became of each unit, in their order; fewer when a disk that takes nothing more stopped the work.

    Ctrl-C leaves crates whole or not at all.
    """
    clock = Clock(sum(unit.dates for unit in work.units))
    made: dict[str, Made] = {}
    for unit, one in _made(work):
        made[unit.name] = one
        work.memory.save()
        work.told(f"{unit.name}: {_became(unit, one, clock)}")
        if isinstance(one, Failure) and one.is_of_disk:
            break
    return [made[unit.name] for unit in work.units if unit.name in made]


def _made(work: Work) -> Iterator[tuple[Unit, Made]]:
    small = [unit for unit in work.units if crew.is_small(unit)]
    size = crew.size_for(small)
    if size:
        with closing(_made_by_crew(work, small, size)) as found:
            yield from found
    for unit in work.units:
        if not size or not crew.is_small(unit):
            yield unit, _made_here(work, unit)


def _made_here(work: Work, unit: Unit) -> Made:
    """The images of one crate are decoded and compressed on every core."""
    try:
        with work.progress(unit.name) as bar:
            return write_crate(unit, work.options, work.output, work.memory, bar, left_out=work.left_out(unit))
    except (TerraciteError, OSError) as error:
        return failure_of(unit.name, error, work.output)


def _made_by_crew(work: Work, units: Sequence[Unit], size: int) -> Generator[tuple[Unit, Made]]:
    total, done = sum(unit.dates for unit in units), 0
    tasks = crew.tasks_of(units, work.options, work.output, work.memory, work.left_out)
    with (
        work.progress(f"{len(units)} crates, {size} at a time") as bar,
        crew.Crew(size) as workers,
        closing(workers.make(tasks)) as found,
    ):
        for unit, one in found:
            done += unit.dates
            bar(done, total)
            yield unit, one


def _became(unit: Unit, one: Made, clock: Clock) -> str:
    is_written = isinstance(one, Outcome) and one.changed
    left = clock.left_after(unit.dates, worked=is_written)
    if isinstance(one, Failure):
        return f"not made{left}. {one.what}"
    return f"{counted(unit.dates, 'en', 'date', 'dates')}, {'written' if is_written else 'unchanged'}{left}"


@dataclass(slots=True)
class Clock:
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
