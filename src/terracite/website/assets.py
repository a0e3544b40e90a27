# SPDX-License-Identifier: AGPL-3.0-or-later
"""Static files under an address that changes with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class StampedStorage(StaticFilesStorage):
    """Adds ``?v=<stamp of the content>``; needs no collecting step, unlike Django's manifest storage."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        stamp = _stamp_now(name or "") if settings.DEBUG else _stamp(name or "")
        return f"{address}?v={stamp}" if stamp else address


def _stamp_now(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        return ""
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]


_stamp = lru_cache(maxsize=256)(_stamp_now)
