# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the machine's clock can be believed: what cannot be undone waits for an hour after it jumped.

An embargo that ends a day early because a clock was a day ahead cannot be closed again. So the clock of the day is
compared with the one that only counts; a machine that slept has not jumped.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

JUMP_S, SETTLED_S = 300.0, 3600.0
log = logging.getLogger(__name__)


def counted_s() -> float:
    """Seconds since the machine was started, its sleep included where the system tells."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Steady:
    """Watches the clock; ask it often."""

    def __init__(self, wall: Callable[[], float] = time.time, counted: Callable[[], float] = counted_s) -> None:
        self._wall, self._counted = wall, counted
        self._offset = wall() - counted()
        self._believed_from = counted()

    def __call__(self) -> bool:
        """Whether the clock went as it should for the last hour, or since the start."""
        now = self._counted()
        jumped, self._offset = self._wall() - now - self._offset, self._wall() - now
        if abs(jumped) > JUMP_S:
            log.warning("the machine's clock jumped by %.0f s: embargoes and expiry wait for an hour", jumped)
            self._believed_from = now + SETTLED_S
        return now >= self._believed_from
