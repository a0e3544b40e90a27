# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts thrown away and taken back, and the bytes that nothing names any more."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.conf import settings
from django.utils import timezone

from terracite.repository import collecting, deposits, discarding, files, publication, tasks
from terracite.repository.events import verify_chain
from terracite.repository.models import Preview, StoredFile
from terracite.repository.outbox import process_outbox
from terracite.repository.permissions import can_edit, can_view
from terracite.repository.states import MoveRefusedError
from terracite.services.choice import registrar_for
from terracite.services.storage import Storage, storage_for

from .conftest import published

MONTH, WEEK, DAY = dt.timedelta(days=31), dt.timedelta(days=8), dt.timedelta(days=1, minutes=1)


def store() -> Storage:
    return storage_for(settings.TERRACITE)


def later(span: dt.timedelta) -> dt.datetime:
    return timezone.now() + span


def test_a_draft_thrown_away_can_be_taken_back_whole(draft, cast):
    before = deposits.record_of(draft)

    discarding.discard(draft, cast.alice)
    assert draft.state == "discarded"
    assert not can_edit(cast.alice, draft)
    assert can_view(cast.alice, draft)
    assert not can_view(cast.bob, draft)
    assert discarding.empty_discarded() == 0

    discarding.restore(draft, cast.alice)
    assert (draft.state, draft.discarded_at) == ("draft", None)
    assert deposits.record_of(draft) == before


def test_after_a_month_it_is_empty_and_stays_so(draft, cast):
    discarding.discard(draft, cast.alice)

    assert discarding.empty_discarded(later(MONTH)) == 1
    assert discarding.empty_discarded(later(MONTH)) == 0

    draft.refresh_from_db()
    assert (draft.files.count(), draft.record, draft.title_en) == (0, {}, "")
    assert discarding.kept_until(draft) is None
    with pytest.raises(MoveRefusedError, match="too long ago"):
        discarding.restore(draft, cast.alice)
    assert [event.move for event in draft.events.all()][-1] == "discard"
    assert verify_chain() == []


@pytest.mark.parametrize("who", ["bob", "chloe", "dora"])
def test_only_its_owner_throws_a_draft_away(who, draft, cast):
    with pytest.raises(MoveRefusedError):
        discarding.discard(draft, getattr(cast, who))


def test_a_published_version_is_not_thrown_away(draft, cast):
    version = published(draft, cast)
    with pytest.raises(MoveRefusedError):
        discarding.discard(version, cast.alice)


def test_its_reserved_doi_is_given_up(draft, cast):
    publication.reserve_doi(draft, cast.alice)
    process_outbox()
    doi = draft.doi

    discarding.discard(draft, cast.alice)
    process_outbox()

    draft.refresh_from_db()
    assert (draft.doi, registrar_for(settings.TERRACITE).state(doi)) == ("", "none")


def test_bytes_that_nothing_names_go_in_two_steps(draft, cast):
    gone = draft.files.get(path="cover.txt").storage_key
    kept = draft.files.get(path="README.md").storage_key
    files.remove_file(draft, cast.alice, "cover.txt")

    assert collecting.collect() == collecting.Collected()  # a moment ago it was named
    assert collecting.collect(later(DAY)).set_aside == 1
    assert not store().exists(gone)
    assert collecting.collect(later(DAY)) == collecting.Collected()
    done = collecting.collect(later(DAY + WEEK))

    assert (done.deleted, done.freed) == (1, len("plot 1: 80 1\n"))
    assert list(store().list("trash")) == []
    assert store().exists(kept)


def test_bytes_that_come_again_while_they_are_set_aside_are_there(draft, cast):
    row = draft.files.get(path="cover.txt")
    content = store().read_bytes(row.storage_key)
    values = {field.attname: getattr(row, field.attname) for field in StoredFile._meta.concrete_fields}
    files.remove_file(draft, cast.alice, "cover.txt")
    collecting.collect(later(DAY))
    StoredFile.objects.create(**values)  # whoever sent them saw them in the store a moment before

    assert collecting.collect(later(DAY)).brought_back == 1
    assert store().read_bytes(row.storage_key) == content
    assert collecting.collect(later(DAY + WEEK)) == collecting.Collected()


def test_a_file_shared_with_another_version_stays(draft, cast, deposit):
    other = deposits.create_dataset(deposit, cast.alice)
    key = draft.files.get(path="cover.txt").storage_key
    files.add_file(other, cast.alice, "same.txt", io.BytesIO(store().read_bytes(key)))
    files.remove_file(draft, cast.alice, "cover.txt")

    assert collecting.collect(later(DAY)) == collecting.Collected()
    assert store().exists(key)


def test_previews_of_content_that_is_gone_are_deleted(draft, cast):
    file = draft.files.get(path="cover.txt")
    kept, lost = (f"previews/{name}" for name in ("kept", "lost"))
    for prefix, sha256 in ((kept, file.sha256), (lost, "0" * 64)):
        store().put_bytes(f"{prefix}/tiles", b"tiles")
        Preview.objects.create(sha256=sha256, format=".tif", prefix=prefix, made_at=timezone.now())

    assert collecting.collect().previews == 0  # a moment ago a file may have been about to name it
    assert collecting.collect(later(DAY)).previews == 1
    assert list(store().list("previews")) == [f"{kept}/tiles"]
    assert [one.prefix for one in Preview.objects.filter(prefix__in=[kept, lost])] == [kept]


def test_the_worker_looks_after_both(draft, cast):
    assert (tasks.maintain(), tasks.tidy()) == (0, 0)
