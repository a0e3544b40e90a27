# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts on their way to the table: a line each in a file per process and moment, which the worker adds up.

A line is written in one go and survives the process. A worker killed between adding a file and deleting it adds it
twice: the only mistake that can happen, of a few seconds' counts.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from terracite.repository.models import DatasetVersion, UsageDay, UsageKind

SLOT_S = 15  #: one file holds so many seconds
SETTLED_S = 15  #: after its last second, before it is read
log = logging.getLogger(__name__)
Key = tuple[int, dt.date, str, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """What to add to one day of one version."""

    version: int
    day: dt.date
    kind: str
    by_machine: bool
    hits: int
    visitors: int
    bytes: int

    def text(self) -> str:
        return " ".join(str(int(part) if isinstance(part, bool) else part) for part in astuple(self)) + "\n"


def folder() -> Path:
    """Where the journal is."""
    return Path(settings.TERRACITE.data_dir) / "usage"


def note(line: Line) -> None:
    """Write one line; a full disk costs the count, not the page."""
    slot = int(time.time() // SLOT_S)
    try:
        _append(folder() / f"{slot}-{os.getpid()}.log", line.text().encode())
    except OSError as error:
        log.warning("a reading was not counted: %s", error)


def take_in(*, everything: bool = False) -> int:
    """Add what is settled (or ``everything``) to the table of days; returns how many files were added."""
    until = time.time() if everything else time.time() - SETTLED_S
    return sum(_take(path) for path in _settled(until, everything=everything))


def _append(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        handle = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, flags, 0o600)
    try:
        os.write(handle, content)
    finally:
        os.close(handle)


def _settled(until: float, *, everything: bool) -> Iterator[Path]:
    for path in sorted(folder().glob("*-*.log")):
        slot = path.name.partition("-")[0]
        if slot.isdecimal() and (everything or (int(slot) + 1) * SLOT_S <= until):
            yield path


def _take(path: Path) -> int:
    sums: dict[Key, Counter[str]] = {}
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        if (read := _read(line)) is None:
            continue
        added = sums.setdefault((read.version, read.day, read.kind, read.by_machine), Counter())
        added.update(hits=read.hits, visitors=read.visitors, bytes=read.bytes)
    there = set(DatasetVersion.objects.filter(pk__in={key[0] for key in sums}).values_list("pk", flat=True))
    with transaction.atomic():
        for key, added in sums.items():
            if key[0] in there:
                _add(key, added)
    path.unlink(missing_ok=True)
    return 1


def _read(text: str) -> Line | None:
    """One line; None for one that a full disk cut short."""
    try:
        version, day, kind, by_machine, hits, visitors, count = text.split(" ")
        return Line(
            int(version), dt.date.fromisoformat(day), UsageKind(kind).value, by_machine == "1", int(hits),
            int(visitors), int(count),
        )  # fmt: skip
    except ValueError:
        return None


def _add(key: Key, added: Counter[str]) -> None:
    version, day, kind, by_machine = key
    row, _ = UsageDay.objects.get_or_create(version_id=version, day=day, kind=kind, by_machine=by_machine)
    UsageDay.objects.filter(pk=row.pk).update(**{name: F(name) + value for name, value in added.items()})
