# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker and the operator look after: reminders, and what outside systems hold."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from terracite.repository import corrections, deposits, outbox, reconciling, reminders, search
from terracite.repository.models import Dataset, Deposit, Notice, OutboxItem
from terracite.repository.preservation import folder_of
from terracite.repository.search.model import SearchQuery
from terracite.services.choice import registrar_for
from terracite.services.storage import storage_for

from .conftest import published
from .test_publication import second_version


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


def test_the_doi_of_all_versions_is_found_and_mended(draft, cast):
    second = second_version(published(draft, cast), cast.alice, cast)
    registrar, doi = registrar_for(settings.TERRACITE), second.dataset.concept_doi
    assert list(reconciling.drifts()) == []
    before = registrar.metadata(doi)
    registrar.publish(doi, before.replace(b"second survey", b"first survey"), "https://example.org/elsewhere")
    assert [(one.kind, one.version) for one in reconciling.drifts()] == [("concept_doi", second)]
    registrar.hide(doi)

    assert [one.what for one in reconciling.reconcile()] == [
        f"{doi}, of all versions, is 'registered' at the registrar, not 'findable'."
    ]
    outbox.process_outbox()

    assert (registrar.state(doi), registrar.metadata(doi)) == ("findable", before)
    assert list(reconciling.drifts()) == []


def test_what_the_search_lacks_or_has_too_much_is_found_and_mended(draft, cast):
    version = published(draft, cast)
    other = Deposit.objects.create(uuid=uuid4(), title_en="Restored", owner=cast.alice)
    elsewhere = Dataset.objects.create(deposit=other)
    search.remove(version)
    assert [(one.kind, one.version) for one in reconciling.reconcile()] == [("index", version)]
    outbox.process_outbox()
    assert [hit.uuid for hit in search.query(SearchQuery()).hits] == [str(version.dataset.uuid)]

    version.dataset = elsewhere  # as in a backup of before: the index knows a dataset that is not there
    version.save()
    found = {one.version: one.what for one in reconciling.reconcile() if one.kind == "index"}
    assert found.keys() == {version, None}
    assert found[None].endswith("which is not published.")
    outbox.process_outbox()
    assert [one for one in reconciling.drifts() if one.kind == "index"] == []


def test_a_new_version_takes_the_place_of_the_old_one_in_the_search(draft, cast):
    first = published(draft, cast)
    second = second_version(first, cast.alice, cast)
    assert [(hit.uuid, hit.number) for hit in search.query(SearchQuery()).hits] == [(str(second.dataset.uuid), 2)]


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
