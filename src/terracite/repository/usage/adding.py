# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's part: what was noted, added to the table of days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from terracite.repository.models import DatasetVersion, UsageDay
from terracite.repository.usage import journal
from terracite.repository.usage.sessions import additions

Key = tuple[int, dt.date, str, bool]
_KEY = ("version_id", "day", "kind", "by_machine")
_SUMS = ("hits", "visitors", "bytes")
FILES_AT_ONCE = 100  #: a worker that was away for long finds thousands


def take_in(*, everything: bool = False) -> int:
    """Add what is settled (or ``everything``) to the table of days; returns how many files were added."""
    paths = journal.settled(everything=everything)
    for start in range(0, len(paths), FILES_AT_ONCE):
        _take(paths[start : start + FILES_AT_ONCE])
    return len(paths)


def _take(paths: Sequence[Path]) -> None:
    sums: dict[Key, Counter[str]] = {}
    for note in journal.read(paths):
        for one in additions(note):
            added = sums.setdefault((one.version, one.day, one.kind, one.by_machine), Counter())
            added.update(hits=one.hits, visitors=one.visitors, bytes=one.bytes)
    _add(sums)
    for path in paths:
        path.unlink(missing_ok=True)


def _add(sums: dict[Key, Counter[str]]) -> None:
    """Few statements for all days: on SQLite nobody else writes meanwhile, and people save their drafts."""
    there = set(DatasetVersion.objects.filter(pk__in={key[0] for key in sums}).values_list("pk", flat=True))
    wanted = {key: added for key, added in sums.items() if key[0] in there}
    if not wanted:
        return
    rows = [UsageDay(**dict(zip(_KEY, key, strict=True))) for key in wanted]
    with transaction.atomic():
        UsageDay.objects.bulk_create(rows, ignore_conflicts=True)  # so that all are there to be locked
        found = UsageDay.objects.filter(version__in={key[0] for key in wanted}, day__in={key[1] for key in wanted})
        known = {tuple(getattr(row, name) for name in _KEY): row for row in found.select_for_update()}
        changed = [_with(known[key], added) for key, added in wanted.items()]
        UsageDay.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["version", "day", "kind", "by_machine"], update_fields=_SUMS
        )


def _with(row: UsageDay, added: Counter[str]) -> UsageDay:
    for name in _SUMS:
        setattr(row, name, getattr(row, name) + added[name])
    return UsageDay(**{name: getattr(row, name) for name in (*_KEY, *_SUMS)})
