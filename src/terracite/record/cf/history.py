# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of the lineage as ``history``: one line each, its time first, as the netCDF users' guide asks.

::

    2024-02-01T08:30:00Z Gap filling. (with terracite 0.1.0) $ terracite landcover run reunion.toml

Programs write "Mon Aug 28 23:28:17 2017: command" (NCO, CDO, GDAL): that is read too.
"""

from __future__ import annotations

import datetime as dt
import re

from terracite.record import instants
from terracite.record.cf import lists
from terracite.record.cf.attributes import Attributes
from terracite.record.model import Step, Text, iso

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)(?:: ?| |$)")
_PROGRAM = re.compile(r"(?:\w{3} )?(\w{3} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4}):? ?(.*)$")
_WITH, _PROMPT = "(with ", "$ "
_NOTHING = "-"  #: of a step that is not told in that language
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def history(steps: tuple[Step, ...]) -> dict[str, str]:
    """A line per step, in both languages where a step is told in both."""
    told = [step for step in steps if _line(step, step.description.best("en"))]
    said = [step.description for step in told]
    found = {"history": "\n".join(_line(step, step.description.best("en")) for step in told)}
    if any(text.fr for text in said):
        found["history_fr"] = "\n".join(_line(step, step.description.fr) or _NOTHING for step in told)
    if any(text.en and text.en == text.fr for text in said):
        found["history_en"] = "\n".join(_line(step, step.description.en) or _NOTHING for step in told)
    return found


def _line(step: Step, said: str) -> str:
    parts = [iso(step.on) if step.on else "", said]
    parts += [f"{_WITH}{step.software})" if step.software else "", f"{_PROMPT}{step.command}" if step.command else ""]
    return " ".join(" ".join(part.split()) for part in parts if part)


def steps(own: Attributes) -> tuple[Step, ...]:
    """The steps that ``history`` tells, in its order."""
    plain = [_step(line) for line in _lines(own.text("history"))]
    french, english = (_translated(own, f"history_{code}", len(plain)) for code in ("fr", "en"))
    labels = lists.gathered([step.description.en for step in plain], french, english)
    return tuple(step.model_copy(update={"description": label}) for step, label in zip(plain, labels, strict=True))


def _translated(own: Attributes, name: str, length: int) -> list[str]:
    """What the lines say, when there is one for each step; else they stay among the leftovers."""
    node = own.first(name)
    if node is None or len(str(node.value).splitlines()) != length:
        return []
    return ["" if line == _NOTHING else _step(line).description.en for line in node.text().splitlines()]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _step(line: str) -> Step:
    line = line.strip()
    if (found := _PROGRAM.match(line)) and (on := _clock(found[1])):
        return Step(description=Text(), command=found[2], on=on)
    on = None
    if (timed := _ISO.match(line)) and (on := instants.moment(timed[1])):
        line = line[timed.end() :]
    said, _, command = f" {line}".partition(f" {_PROMPT}")
    said, software = _software(said.strip())
    return Step(description=Text(en=said), software=software, command=command.strip(), on=on)


def _software(said: str) -> tuple[str, str]:
    """ "what was done (with program)" in two."""
    place = f" {said}".rfind(f" {_WITH}") if said.endswith(")") else -1
    return (said, "") if place < 0 else (said[:place].strip(), said[place + len(_WITH) : -1].strip())


def _clock(text: str) -> dt.datetime | None:
    """ "Aug 28 23:28:17 2017"; the months are English, whatever the locale."""
    month, day, clock, year = text.split()
    if month not in _MONTHS:
        return None
    return instants.moment(f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}Z")
