# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telling outside systems, for certain: each item is tried until it is done, by one worker at a time.

A worker claims an item for a while (`LEASE`); one that is killed loses its claim and another goes on. Items of
the same dataset are never handled at the same time: what is told of one version may depend on the others.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from terracite.errors import ServiceError, TerraciteError
from terracite.repository import claims, preservation, registration
from terracite.repository.models import Dataset, DatasetVersion, OutboxItem
from terracite.repository.outgoing import Kind

LEASE = dt.timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(hours=6)
log = logging.getLogger(__name__)


def sync_index(version: DatasetVersion) -> None:
    """Make the search index show the published version of its dataset, whichever that is now, or none."""
    from terracite.repository import search  # loads tantivy

    search.index_version(version)


HANDLERS: dict[str, Callable[[DatasetVersion], None]] = {
    Kind.DOI.value: registration.sync_doi,
    Kind.CONCEPT_DOI.value: registration.sync_concept_doi,
    Kind.PRESERVE.value: preservation.preserve,
    Kind.INDEX.value: sync_index,
}


def process_outbox(limit: int = 100) -> int:
    """Handle what is due, what comes up meanwhile included; returns how many items were done.

    A failure is kept with the item, which is tried again later, each time after a longer pause.
    """
    done = tried = 0
    while tried < limit and (item := _claim()) is not None:
        tried += 1
        done += _handle(item)
    return done


def waiting() -> QuerySet[OutboxItem]:
    """Everything not done yet."""
    return OutboxItem.objects.filter(done_at__isnull=True).select_related("version")


def retry_now() -> int:
    """Forget the pauses, after the outside system came back; returns how many items are due again."""
    held = OutboxItem.objects.filter(claims.held(timezone.now(), LEASE)).values("pk")
    return OutboxItem.objects.filter(done_at__isnull=True).exclude(pk__in=held).update(next_try_at=timezone.now())


def pause_after(attempts: int) -> dt.timedelta:
    """How long to wait after that many failures: 30 s, doubled each time, 6 hours at most."""
    doubled: dt.timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_PAUSE)


def _claim() -> OutboxItem | None:
    """The next item that is due, ours for a while."""
    now = timezone.now()
    with transaction.atomic():
        due = waiting().filter(claims.due(now, LONGEST_PAUSE))
        free = due.exclude(version__dataset__in=_busy(now).values("version__dataset"))
        item = free.select_for_update(skip_locked=True, of=("self",)).order_by("next_try_at", "id").first()
        if item is None:
            return None
        # two workers may have found two items of one dataset: the second one waits here, then sees the claim
        Dataset.objects.select_for_update().get(pk=item.version.dataset_id)
        if _busy(now).filter(version__dataset=item.version.dataset_id).exists():
            return None
        OutboxItem.objects.filter(pk=item.pk).update(claimed_until=now + LEASE)
    return item


def _busy(now: dt.datetime) -> QuerySet[OutboxItem]:
    return OutboxItem.objects.filter(claims.held(now, LEASE), done_at__isnull=True)


def _handle(item: OutboxItem) -> bool:
    try:
        HANDLERS[item.kind](DatasetVersion.objects.get(pk=item.version_id))
    except Exception as error:  # noqa: BLE001  whatever went wrong with one item, the others must go on
        _postpone(item, error)
        return False
    OutboxItem.objects.filter(pk=item.pk).update(done_at=timezone.now(), claimed_until=None, error="")
    return True


def _postpone(item: OutboxItem, error: Exception) -> None:
    attempts = item.attempts + 1
    can_wait_long = isinstance(error, ServiceError) and not error.retry  # refused: trying soon helps nobody
    pause = LONGEST_PAUSE if can_wait_long else pause_after(attempts)
    message = str(error) if isinstance(error, TerraciteError) else f"{type(error).__name__}: {error}"
    log.warning("outbox: %s failed (attempt %d): %s", item.key, attempts, message)
    OutboxItem.objects.filter(pk=item.pk).update(
        attempts=attempts, next_try_at=timezone.now() + pause, claimed_until=None, error=message
    )
