# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of the lineage as ``history``: one line each, its time first, as the netCDF users' guide asks.

::

    2024-02-01T08:30:00Z Gap filling. (terracite 0.1.0): terracite landcover run reunion.toml

Programs write "Mon Aug 28 23:28:17 2017: command" (NCO, CDO, GDAL): that is read too.
"""

from __future__ import annotations

import datetime as dt
import re

from terracite.record import instants
from terracite.record.model import Step, Text, iso

_ISO = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
_OURS = re.compile(
    rf"(?:(?P<on>{_ISO}):? ?)?(?P<said>.*?)(?: ?\((?P<software>(?:[^()]|\([^()]*\))*)\))?(?:: (?P<command>.*))?$"
)
_PROGRAM = re.compile(r"(?:\w{3} )?(\w{3} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4}):? ?(.*)$")


def history(steps: tuple[Step, ...]) -> list[str]:
    """A line per step, with what it says in English, else in French."""
    return [_line(step) for step in steps]


def _line(step: Step) -> str:
    said, software, command = (
        " ".join(text.split()) for text in (step.description.best("en"), step.software, step.command)
    )
    line = " ".join(
        part for part in (iso(step.on) if step.on else "", said, f"({software})" if software else "") if part
    )
    return f"{line}: {command}" if command else line


def steps_of(text: str) -> tuple[Step, ...]:
    """The steps that a ``history`` tells, in its order."""
    return tuple(_step(line.strip()) for line in text.splitlines() if line.strip())


def _step(line: str) -> Step:
    if found := _PROGRAM.match(line):
        on = _clock(found[1])
        if on:
            return Step(description=Text(), command=found[2], on=on)
    parts = _OURS.match(line)
    if parts is None:
        return Step(description=Text(en=line))
    on = instants.moment(parts["on"]) if parts["on"] else None
    command, software, said = parts["command"] or "", parts["software"] or "", parts["said"] or ""
    return Step(description=Text(en=said), software=software, command=command, on=on)


def _clock(text: str) -> dt.datetime | None:
    """ "Aug 28 23:28:17 2017"; the months are English, whatever the locale."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    month, day, clock, year = text.split()
    if month not in months:
        return None
    return instants.moment(f"{year}-{months.index(month) + 1:02}-{int(day):02}T{clock}Z")
