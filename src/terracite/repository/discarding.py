# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts that are thrown away: out of sight at once, taken back for a month, emptied after that.

The row of an emptied draft stays, without content, because the log of events speaks of it.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from terracite.record.model import Record
from terracite.repository import outgoing, records
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.moving import check, finish, one_move
from terracite.repository.outgoing import Kind
from terracite.repository.states import State

KEPT = dt.timedelta(days=30)


def discard(version: DatasetVersion, person: Person) -> DatasetVersion:
    """Throw a draft away; `restore` takes it back within thirty days. A DOI reserved for it is given up."""
    with one_move(version) as locked:
        decision = check("discard", locked, person)
        locked.discarded_at = timezone.now()
        if locked.doi:
            outgoing.ask(Kind.DOI, locked, f"discarded {locked.discarded_at.isoformat()}")
        locked.review_links.filter(revoked_at__isnull=True).update(revoked_at=locked.discarded_at)
        finish(decision, locked, person)
    return version


def restore(version: DatasetVersion, person: Person) -> DatasetVersion:
    """Take a draft back, files included. Raises `MoveRefusedError` once it was emptied."""
    with one_move(version) as locked:
        decision = check("restore", locked, person, content_is_kept=bool(locked.record))
        locked.discarded_at = None
        finish(decision, locked, person)
    return version


def kept_until(version: DatasetVersion) -> dt.datetime | None:
    """Until when a draft that was thrown away can be taken back; None when it was not thrown away, or is empty."""
    return version.discarded_at + KEPT if version.discarded_at and version.record else None


def discarded_of(person: Person) -> list[DatasetVersion]:
    """The drafts that this person may still take back, the last thrown away first."""
    mine = DatasetVersion.objects.filter(state=State.DISCARDED.value, dataset__deposit__owner=person)
    return list(mine.exclude(record={}).select_related("dataset__deposit").order_by("-discarded_at"))


def empty_discarded(now: dt.datetime | None = None) -> int:
    """Take the content out of drafts thrown away more than thirty days ago; returns how many."""
    long_ago = (now or timezone.now()) - KEPT
    old = DatasetVersion.objects.filter(state=State.DISCARDED.value, discarded_at__lte=long_ago).exclude(record={})
    return sum(_empty(version, long_ago) for version in old)


def _empty(version: DatasetVersion, long_ago: dt.datetime) -> int:
    with one_move(version) as locked:
        if locked.state != State.DISCARDED or locked.discarded_at is None or locked.discarded_at > long_ago:
            return 0  # taken back meanwhile
        locked.files.all().delete()
        locked.uploads.all().delete()
        locked.snapshots.all().delete()
        locked.threads.all().delete()
        locked.suggestions.all().delete()
        records.write(locked, Record())
        locked.record = {}
        locked.save()
    return 1
