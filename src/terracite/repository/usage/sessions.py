# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counts of what was noted: double clicks once, sessions of an hour. The worker's memory, of all web processes."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from terracite.repository.models import UsageKind
from terracite.repository.usage.journal import Note

DOUBLE_CLICK_S = 30.0
SESSION_S = 3600.0
MOST_REMEMBERED = 200_000  #: about 40 MB; beyond that the oldest are forgotten


@dataclass(frozen=True, slots=True)
class Addition:
    """What to add to one day of one version."""

    version: int
    day: dt.date
    kind: str
    by_machine: bool
    hits: int
    visitors: int
    bytes: int


class Memory:
    """When each visitor last asked for each thing, for an hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: OrderedDict[str, float] = OrderedDict()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._last.clear()

    def gap(self, visitor: str, thing: str, now: float) -> float | None:
        """How long ago, in seconds, this visitor asked for this; None for the first time in an hour."""
        key = f"{visitor} {thing}"
        with self._lock:
            self._forget_before(now - SESSION_S)
            before = self._last.pop(key, None)
            self._last[key] = now
            return None if before is None else now - before

    def _forget_before(self, moment: float) -> None:
        while self._last and (len(self._last) > MOST_REMEMBERED or next(iter(self._last.values())) < moment):
            self._last.popitem(last=False)


memory = Memory()


def additions(note: Note) -> Iterator[Addition]:
    """What one reading adds; notes come in the order of their time. Ranges count as one download an hour."""
    moment = dt.datetime.fromtimestamp(note.at, dt.UTC)
    gap = memory.gap(note.visitor, f"{note.version} {note.kind} {note.item}", note.at)
    hits = gap is None or (gap > DOUBLE_CLICK_S and not note.is_part)
    # the session's first contact is a visit, whatever it was for; its first download a visit that took something
    is_download = note.kind == UsageKind.DOWNLOAD.value
    is_visit = memory.gap(note.visitor, f"{note.version} at {moment.hour}", note.at) is None
    takes = is_download and memory.gap(note.visitor, f"{note.version} took at {moment.hour}", note.at) is None
    day = moment.date()
    if is_visit and is_download:
        yield Addition(note.version, day, UsageKind.VIEW.value, note.by_machine, 0, 1, 0)
    visitors = takes if is_download else is_visit
    yield Addition(note.version, day, note.kind, note.by_machine, int(hits), int(visitors), note.bytes)
