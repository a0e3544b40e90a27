# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often a visitor may try something: counted by all web processes of the machine together."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from terracite.services.tallies import Tallies

FILE_NAME = "limits.sqlite3"


def may(what: str, who: str, most: int, seconds: float) -> bool:
    """Count one try of ``who``; whether it is among the first ``most`` within that time."""
    return _tallies().within(f"{what}:{who}", seconds) <= most


def forgive(what: str, who: str) -> None:
    """Forget the tries of ``who``."""
    _tallies().forget(f"{what}:{who}")


def wait_s(what: str, who: str, per_minute: int) -> float:
    """Count one call of ``who``, who may make so many a minute; returns the seconds to wait first, 0 for none."""
    return _tallies().take(f"{what}:{who}", per_minute)


def _tallies() -> Tallies:
    return _of(settings.TERRACITE.data_dir / FILE_NAME, settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _of(path: Path, secret: str) -> Tallies:
    return Tallies(path, secret)
