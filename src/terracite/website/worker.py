# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker beside the website, a process of its own: ``python -m terracite.website.worker``."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import django

WATCH_S = 1.0


def main() -> None:
    """Work until told to stop (SIGTERM, SIGINT) or until the process that started this one is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    when_orphaned(stop.set)
    django.setup()
    from terracite.repository import tasks

    tasks.work(stop)


def when_orphaned(do: Callable[[], object]) -> None:
    """Call ``do`` once the parent process has died, however it died."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            pause.wait(WATCH_S)
        do()

    pause = threading.Event()
    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


if __name__ == "__main__":
    main()
