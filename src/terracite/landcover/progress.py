# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a long run speaks to whoever started it."""

from __future__ import annotations

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
