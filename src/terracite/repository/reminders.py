# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people are told ahead: an embargo that ends soon, so that nobody is surprised by their own dataset."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from terracite.record.model import AccessKind
from terracite.repository.models import DatasetVersion, Notice
from terracite.repository.moving import lock
from terracite.repository.notices import tell_owners
from terracite.repository.states import MOVES

#: days left at most -> what is told
AHEAD = {7: "embargo_ends_within_7_days", 30: "embargo_ends_within_30_days"}


def remind(today: dt.date | None = None) -> int:
    """Tell the owners of embargoes that end within thirty days, then within seven; each once. Returns how many."""
    day = today or timezone.now().date()
    ending = DatasetVersion.objects.filter(
        state__in=[state.value for state in MOVES["end_embargo"].sources],
        access=AccessKind.EMBARGOED.value,
        embargo_until__gt=day,
        embargo_until__lte=day + dt.timedelta(days=max(AHEAD)),
    )
    return sum(_remind(version, day) for version in ending)


def _remind(version: DatasetVersion, day: dt.date) -> int:
    with transaction.atomic():
        locked = lock(version)  # two workers tell once
        if locked.embargo_until is None:
            return 0
        move = next(move for days, move in AHEAD.items() if locked.embargo_until - day <= dt.timedelta(days=days))
        until = locked.embargo_until.isoformat()
        if Notice.objects.filter(version=locked, move=move, note=until).exists():
            return 0
        tell_owners(locked, move, until)
    return 1
