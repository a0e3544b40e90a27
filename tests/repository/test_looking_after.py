# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker and the operator look after: reminders, and what outside systems hold."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from terracite.repository import corrections, deposits, outbox, reconciling, reminders
from terracite.repository.models import Notice, OutboxItem
from terracite.repository.preservation import folder_of
from terracite.services.choice import registrar_for
from terracite.services.storage import storage_for

from .conftest import published


def test_owners_are_told_once_a_month_and_once_a_week_before_an_embargo_ends(draft, cast):
    until = timezone.now().date() + dt.timedelta(days=60)
    deposits.save(draft, cast.alice, {"access": {"kind": "embargoed", "embargo_until": until.isoformat()}})
    version = published(draft, cast)
    days = (60, 31, 30, 29, 8, 7, 6, 1, 0, -1)

    told = [reminders.remind(until - dt.timedelta(days=left)) for left in days]

    assert told == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0]
    notices = Notice.objects.filter(version=version, move__in=reminders.AHEAD.values()).order_by("pk")
    assert [(one.move, one.note) for one in notices] == [
        (reminders.AHEAD[30], str(until)),
        (reminders.AHEAD[7], str(until)),
    ]


def test_nothing_differs_after_a_publication(draft, cast):
    published(draft, cast)
    assert list(reconciling.drifts()) == []


def test_what_differs_is_found_and_mended(draft, cast):
    version = published(draft, cast)
    registrar, storage = registrar_for(settings.TERRACITE), storage_for(settings.TERRACITE)
    registrar.hide(version.doi)
    storage.delete(f"{folder_of(version)}/inventory.json")

    found = reconciling.reconcile()
    outbox.process_outbox()

    assert [(drift.kind, drift.version) for drift in found] == [("doi", version), ("preserve", version)]
    assert registrar.state(version.doi) == "findable"
    assert list(reconciling.drifts()) == []


def test_other_metadata_at_the_registrar_are_mended(draft, cast):
    version = published(draft, cast)
    before = registrar_for(settings.TERRACITE).metadata(version.doi)
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Better"})
    corrections.approve_correction(version, cast.bob)
    assert list(reconciling.drifts()) == []  # the outbox is about to tell

    outbox.process_outbox()
    registrar_for(settings.TERRACITE).publish(version.doi, before, "https://example.org/elsewhere")
    assert [drift.what for drift in reconciling.drifts()] == [f"The registrar holds other metadata of {version.doi}."]
    assert OutboxItem.objects.filter(done_at__isnull=True).count() == 0
