# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readings on their way to the table: a line each in a file per process and moment, which the worker adds up.

A line is written in one go and survives the process. The worker reads those of all processes in the order of their
time. A worker killed between adding and deleting files adds them twice: the only mistake that can happen, of a few
seconds' counts.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from django.conf import settings

from terracite.repository.models import UsageKind

SLOT_S = 15  #: one file holds so many seconds
SETTLED_S = 15  #: after its last second, before it is read
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """One reading."""

    at: float  #: seconds since 1970
    version: int
    kind: str
    by_machine: bool
    is_part: bool
    bytes: int
    visitor: str  #: a hash that changes every day
    item: str  #: a hash of the path of a file, "-" for the page

    def text(self) -> str:
        return " ".join(str(int(part) if isinstance(part, bool) else part) for part in astuple(self)) + "\n"


def folder() -> Path:
    """Where the journal is."""
    return Path(settings.TERRACITE.data_dir) / "usage"


def note(one: Note) -> None:
    """Write one line; a full disk costs the count, not the page."""
    slot = int(time.time() // SLOT_S)
    try:
        _append(folder() / f"{slot}-{os.getpid()}.log", one.text().encode())
    except OSError as error:
        log.warning("a reading was not counted: %s", error)


def settled(*, everything: bool = False) -> list[Path]:
    """The files that nobody writes to any more (or ``everything``), oldest first."""
    until = time.time() if everything else time.time() - SETTLED_S
    found = []
    for path in folder().glob("*-*.log"):
        slot = path.name.partition("-")[0]
        if slot.isdecimal() and (everything or (int(slot) + 1) * SLOT_S <= until):
            found.append(path)
    return sorted(found)


def read(paths: Iterable[Path]) -> list[Note]:
    """What these files hold, in the order of its time; lines that a full disk cut short are passed over."""
    lines = (line for path in paths for line in path.read_text(encoding="ascii", errors="replace").splitlines())
    return sorted((found for line in lines if (found := _read(line))), key=lambda found: found.at)


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


def _read(text: str) -> Note | None:
    try:
        at, version, kind, by_machine, is_part, count, visitor, item = text.split(" ")
        return Note(
            float(at), int(version), UsageKind(kind).value, by_machine == "1", is_part == "1", int(count), visitor, item
        )
    except ValueError:
        return None
