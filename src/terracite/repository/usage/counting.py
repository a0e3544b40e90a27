# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether one request counts: double clicks, sessions of an hour, robots. Memory only."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.utils import timezone

from terracite.repository.models import DatasetVersion, UsageKind
from terracite.repository.usage import journal
from terracite.repository.usage.agents import Reader, reader_of

DOUBLE_CLICK = dt.timedelta(seconds=30)
SESSION = dt.timedelta(hours=1)
MOST_REMEMBERED = 200_000  #: about 40 MB; beyond that the oldest are forgotten


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of a request: where from, with what, and what it took."""

    address: str
    user_agent: str
    item: str = ""  #: which part of the dataset: the path of a file, "" for the page
    bytes: int = 0
    is_part: bool = False  #: a range that does not begin at 0: the file was counted with its beginning


class _Memory:
    """When each visitor last asked for each thing. Hashes only; the salt is thrown away at midnight UTC."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: OrderedDict[bytes, dt.datetime] = OrderedDict()
        self._salt, self._day = b"", dt.date.min

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._last.clear()
            self._day = dt.date.min

    def gap(self, visitor: str, thing: str, now: dt.datetime) -> dt.timedelta | None:
        """How long ago this visitor asked for this; None for the first time in an hour."""
        with self._lock:
            self._begin(now)
            key = hashlib.blake2b(f"{visitor}\n{thing}".encode(), key=self._salt, digest_size=12).digest()
            before = self._last.pop(key, None)
            self._last[key] = now
            return None if before is None else now - before

    def _begin(self, now: dt.datetime) -> None:
        if now.date() != self._day:
            self._salt, self._day = secrets.token_bytes(32), now.date()
            self._last.clear()
        while self._last and (len(self._last) > MOST_REMEMBERED or now - next(iter(self._last.values())) > SESSION):
            self._last.popitem(last=False)


memory = _Memory()


def count(version: DatasetVersion, kind: UsageKind, request: Request, now: dt.datetime | None = None) -> None:
    """Count one request for a public version, or not: robots never, a double click (30 s) once.

    A reading by ranges counts as one download an hour. Never fails: a page is worth more than its count.
    """
    if not version.is_public:
        return
    reader = reader_of(request.user_agent)
    if reader is Reader.ROBOT:
        return
    moment = now or timezone.now()
    visitor = f"{request.address}\n{request.user_agent}"
    by_machine = reader is Reader.MACHINE
    gap = memory.gap(visitor, f"{version.pk} {kind} {request.item}", moment)
    hits = gap is None or (gap > DOUBLE_CLICK and not request.is_part)
    # the session's first contact is a visit, whatever it was for; its first download a visit that took something
    is_visit = memory.gap(visitor, f"{version.pk} at {moment.hour}", moment) is None
    takes = kind is UsageKind.DOWNLOAD and memory.gap(visitor, f"{version.pk} took at {moment.hour}", moment) is None
    day = moment.date()
    if is_visit and kind is UsageKind.DOWNLOAD:
        journal.note(journal.Line(version.pk, day, UsageKind.VIEW.value, by_machine, 0, 1, 0))
    visitors = takes if kind is UsageKind.DOWNLOAD else is_visit
    journal.note(journal.Line(version.pk, day, kind.value, by_machine, int(hits), int(visitors), request.bytes))
