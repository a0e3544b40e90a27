# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a long run speaks to whoever started it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Progress = Callable[[int, int], None]  #: called with (done, total)


class Listener(Protocol):
    """Hears about finished steps, things to look at, and progress; the console is one."""

    def step(self, message: str) -> None: ...
    def warn(self, message: str) -> None: ...
    def progress(self, label: str) -> AbstractContextManager[Progress]: ...


class Silent:
    """A listener that says nothing."""

    def step(self, message: str) -> None:
        pass

    def warn(self, message: str) -> None:
        pass

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:  # noqa: ARG002 - the shape of a listener
        yield lambda done, total: None  # noqa: ARG005


_TOLD_EVERY_S = 300.0  #: long enough for the log of a night, short enough for who looks in


def remaining(progress: Progress, hear: Listener, clock: Callable[[], float] = time.monotonic) -> Progress:
    """The same progress, which also says now and then how much is left, for logs where no bar is drawn."""
    began = said = clock()
    first: int | None = None

    def told(done: int, total: int) -> None:
        nonlocal said, first
        progress(done, total)
        first = done if first is None else first
        now = clock()
        if now - said >= _TOLD_EVERY_S and first < done < total:
            said = now
            left = (now - began) / (done - first) * (total - done)
            hear.step(f"{done} of {total} blocks, about {_duration(left)} left")

    return told


def _duration(seconds: float) -> str:
    """ "3 h 20 min", "12 min" """
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
