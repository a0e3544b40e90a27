# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often a token may call: a bucket that fills by itself. What resumes something is never held up.

Each process of the website counts for itself: nothing is shared, so nothing has to be asked, and with several
processes a token may call that many times as often.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from terracite.errors import MoveError
from terracite.repository.models import ApiToken

MOST_TOKENS = 10_000  #: remembered; the one used longest ago is forgotten first, which forgives it


class TooOftenError(MoveError):
    """Too many calls; ``wait_s``: seconds until the next one is answered."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__("This token called too often.", hint="Wait as long as the header 'Retry-After' says.")


class Buckets:
    """For each key, how many calls are left: ``per_minute`` at first, and as many more in each minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: int, per_minute: int) -> float:
        """Count one call; returns the seconds to wait when there is none left, else 0."""
        now = self._clock()
        with self._lock:
            left, before = self._left.pop(key, (float(per_minute), now))
            left = min(per_minute, left + (now - before) * per_minute / 60)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
            while len(self._left) > MOST_TOKENS:
                self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / per_minute


_buckets = Buckets()


def count(token: ApiToken, request: HttpRequest) -> None:
    """`TooOftenError` when this token called too often; uploads under way and ranges of files are never counted."""
    per_minute = settings.TERRACITE.calls_per_minute
    if not per_minute or is_resumption(request):
        return
    if wait := _buckets.take(token.pk, per_minute):
        raise TooOftenError(max(1, round(wait + 0.5)))


def is_resumption(request: HttpRequest) -> bool:
    """Whether the call goes on with something that began: a piece of an upload, its offset, a part of a file."""
    return "/uploads/" in request.path or "Range" in request.headers
