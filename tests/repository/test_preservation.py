# SPDX-License-Identifier: AGPL-3.0-or-later
"""What outlives the database: the published truth in plain files."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.conf import settings

from terracite.errors import StorageError
from terracite.record.native import from_json
from terracite.repository import corrections, deposits, outbox, preservation, publication
from terracite.repository.models import DatasetVersion
from terracite.repository.outbox import process_outbox
from terracite.services.storage import Storage, storage_for

from .conftest import published


def store() -> Storage:
    return storage_for(settings.TERRACITE)


def place(version: DatasetVersion, name: str) -> str:
    return f"{preservation.folder_of(version)}/{name}"


def kept(version: DatasetVersion, name: str) -> bytes:
    return store().read_bytes(place(version, name))


def tree(version: DatasetVersion) -> dict[str, bytes]:
    keys = sorted(store().list(preservation.folder_of(version)))
    return {key.removeprefix(place(version, "")): store().read_bytes(key) for key in keys}


def test_the_preserved_record_is_the_published_one(draft, cast):
    version = published(draft, cast)

    record = from_json(kept(version, "record.json"))

    assert record == deposits.record_of(version)
    assert record.doi == version.doi


def test_every_byte_can_be_found_and_checked_without_the_database(draft, cast):
    version = published(draft, cast)
    inventory = json.loads(kept(version, "inventory.json"))

    assert [file["path"] for file in inventory["files"]] == ["README.md", "cover.txt"]
    for file in inventory["files"]:
        content = store().read_bytes(file["key"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    written = {name: hashlib.sha256(content).hexdigest() for name, content in tree(version).items()}
    del written["inventory.json"]
    assert inventory["documents"] == written


def test_the_deposit_is_told_too(draft, cast):
    version = published(draft, cast)

    told = json.loads(kept(version, "deposit.json"))

    assert (told["deposit"], told["dataset"]) == (str(version.dataset.deposit.uuid), str(version.dataset.uuid))
    assert (told["owner"], told["state"], told["doi"]) == ("alice", "published", version.doi)


def test_preserving_again_changes_nothing(draft, cast):
    version = published(draft, cast)
    before = tree(version)

    preservation.preserve(version)

    assert tree(version) == before


def test_earlier_revisions_of_the_record_stay(draft, cast):
    version = published(draft, cast)
    first = kept(version, "record.json")
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Tree cover"})
    corrections.approve_correction(version, cast.bob)
    process_outbox()

    assert kept(version, "revisions/record-0.json") == first
    assert from_json(kept(version, "record.json")).title.en == "Tree cover"


def test_a_withdrawn_version_is_preserved_as_withdrawn(draft, cast):
    version = published(draft, cast)
    publication.withdraw(version, cast.dora, reason="Rights")
    process_outbox()

    assert json.loads(kept(version, "deposit.json"))["reason"] == "Rights"
    assert json.loads(kept(version, "inventory.json"))["state"] == "withdrawn"


def test_a_draft_is_not_preserved(draft):
    preservation.preserve(draft)

    assert tree(draft) == {}


def test_missing_bytes_are_told_and_no_inventory_claims_them(draft, cast):
    version = published(draft, cast)
    store().delete(place(version, "inventory.json"))
    key = version.files.get(path="cover.txt").storage_key
    store().delete(key)

    with pytest.raises(StorageError, match="not there"):
        preservation.preserve(version)

    assert not store().exists(place(version, "inventory.json"))


def test_a_shortened_copy_is_told_and_tried_again_later(draft, cast):
    version = published(draft, cast)
    key = version.files.get(path="cover.txt").storage_key
    store().put_bytes(key, b"")
    version.outbox.filter(kind="preserve").update(done_at=None)

    assert process_outbox() == 0

    assert "The stored copy of 'cover.txt' is not" in outbox.waiting().get().error
