# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker does: end uploads, look into new files, tell outside systems, open what an embargo kept closed.

There is no queue to lose: each task finds its work in the tables, so a worker that is killed just starts again.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
import time
from collections.abc import Callable
from functools import partial

from django.db import close_old_connections
from django.utils import timezone

from terracite.record.model import AccessKind
from terracite.repository import (
    collecting,
    conversation_links,
    discarding,
    incoming,
    mail,
    previews,
    publication,
    reminders,
    retention,
    uploads,
    usage,
)
from terracite.repository.files import inspect_file
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.outbox import process_outbox
from terracite.repository.states import MOVES, FileState
from terracite.repository.steady import Steady

HOUR_S, DAY_S = 3600.0, 86_400.0
_MOST_SILENT = 2  #: files of one round that nothing was learnt of
_UNREAD = (FileState.INCOMING.value, FileState.SCANNING.value)
log = logging.getLogger(__name__)
_is_steady = Steady()


def run_due(limit: int = 100) -> int:
    """Everything that is due now; returns how many things were done."""
    return run_quick(limit) + previews.make_pending(limit)


def run_quick(limit: int = 100) -> int:
    """The same without drawing previews, which may take minutes: what people wait for does not stand behind them."""
    return (
        uploads.finish_pending() + inspect_pending(limit) + _by_the_clock() + process_outbox(limit)
        + mail.send_due(limit) + usage.take_in()
    )  # fmt: skip


def _by_the_clock() -> int:
    """What time alone sets off, while the clock can be believed."""
    return end_embargoes() + uploads.clear_expired() if _is_steady() else 0


def inspect_pending(limit: int = 100) -> int:
    """Look into files that were received and not looked into yet, oldest first.

    Those that an antivirus or a store left without an answer come last, in any order, and two more such end the
    round: what else waits does not stand behind a scanner that is down or slow.
    """
    pending = StoredFile.to_look_into().select_related("version")
    unanswered = list(pending.exclude(problem="").order_by("created", "pk")[:limit])
    random.shuffle(unanswered)
    done = silent = 0
    for file in [*pending.filter(problem="").order_by("created", "pk")[:limit], *unanswered][:limit]:
        read = _attempt("inspect", file.path, partial(_is_read, file))
        done, silent = done + read, silent + (not read)
        if silent == _MOST_SILENT:
            break
    return done


def _is_read(file: StoredFile) -> bool:
    """Look into it; False while the antivirus or the store does not answer: then the worker rests."""
    return inspect_file(file).state not in _UNREAD


def end_embargoes(today: dt.date | None = None) -> int:
    """Open every public version whose embargo is over."""
    day = today or timezone.now().date()
    over = DatasetVersion.objects.filter(
        state__in=[state.value for state in MOVES["end_embargo"].sources],
        access=AccessKind.EMBARGOED.value,
        embargo_until__lte=day,
    )
    return sum(
        _attempt("end embargo", str(version.uuid), partial(publication.end_embargo, version, day)) for version in over
    )


def maintain() -> int:
    """What is looked after once an hour: reminders, drafts thrown away long ago, links that are over, old messages."""
    return (
        _attempt("reminders", "", reminders.remind)
        + _attempt("emptying", "", discarding.empty_discarded)
        + _attempt("links", "", conversation_links.clear_expired)
        + _attempt("old messages", "", retention.forget)
    )


def tidy() -> int:
    """What is looked after once a day: bytes that nothing names."""
    return _attempt("collecting", "", lambda: collecting.collect().deleted)


class _Every:
    """Does something when enough time has gone since it was done last, or since the start."""

    def __init__(self, seconds: float, do: Callable[[], int], *, at_once: bool) -> None:
        self._seconds, self._do = seconds, do
        self._last = time.monotonic() - (seconds if at_once else 0.0)

    def __call__(self) -> None:
        if time.monotonic() - self._last >= self._seconds:
            self._last = time.monotonic()
            self._do()


def work(stop: threading.Event, pause_s: float = 1.0) -> None:
    """Do what is due until ``stop`` is set, resting ``pause_s`` seconds whenever there is nothing to do."""
    incoming.clear_stale()
    uploads.clear_strays()
    threading.Thread(target=_draw, args=(stop, pause_s), name="previews", daemon=True).start()
    rounds = (_Every(HOUR_S, maintain, at_once=True), _Every(DAY_S, tidy, at_once=False))
    while not stop.is_set():
        close_old_connections()
        for now_and_then in rounds if _is_steady() else ():
            now_and_then()
        if not _attempt_round():
            stop.wait(pause_s)
    close_old_connections()


def _draw(stop: threading.Event, pause_s: float) -> None:
    """Make previews beside the other tasks, one at a time, until ``stop`` is set."""
    while not stop.is_set():
        close_old_connections()
        if not _attempt("previews", "", partial(previews.make_pending, 1)):
            stop.wait(pause_s)
    close_old_connections()


def _attempt_round() -> int:
    return _attempt("worker round", "", run_quick)


def _attempt(what: str, name: str, do: Callable[[], object]) -> int:
    """Do one thing; a failure is logged and the others go on. Returns a count, for the sum of what was done."""
    try:
        done = do()
    except Exception:  # a worker outlives every one of its tasks
        log.exception("%s failed: %s", what, name)
        return 0
    return done if isinstance(done, int) else 1
