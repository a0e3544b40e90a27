# SPDX-License-Identifier: AGPL-3.0-or-later
"""What outlives the database: the published truth in plain files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings

from terracite.errors import StorageError
from terracite.record.native import from_json
from terracite.repository import corrections, deposits, outbox, preservation, publication
from terracite.repository.models import DatasetVersion
from terracite.repository.outbox import process_outbox

from .conftest import published


def folder(version: DatasetVersion) -> Path:
    return settings.TERRACITE.files_dir / preservation.folder_of(version)


def tree(version: DatasetVersion) -> dict[str, bytes]:
    root = folder(version)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_the_preserved_record_is_the_published_one(draft, cast):
    version = published(draft, cast)

    kept = from_json((folder(version) / "record.json").read_bytes())

    assert kept == deposits.record_of(version)
    assert kept.doi == version.doi


def test_every_byte_can_be_found_and_checked_without_the_database(draft, cast):
    version = published(draft, cast)
    inventory = json.loads((folder(version) / "inventory.json").read_bytes())

    assert [file["path"] for file in inventory["files"]] == ["README.md", "cover.txt"]
    for file in inventory["files"]:
        content = (settings.TERRACITE.files_dir / file["key"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    written = {name: hashlib.sha256(content).hexdigest() for name, content in tree(version).items()}
    del written["inventory.json"]
    assert inventory["documents"] == written


def test_the_deposit_is_told_too(draft, cast):
    version = published(draft, cast)

    told = json.loads((folder(version) / "deposit.json").read_bytes())

    assert (told["deposit"], told["dataset"]) == (str(version.dataset.deposit.uuid), str(version.dataset.uuid))
    assert (told["owner"], told["state"], told["doi"]) == ("alice", "published", version.doi)


def test_preserving_again_changes_nothing(draft, cast):
    version = published(draft, cast)
    before = tree(version)

    preservation.preserve(version)

    assert tree(version) == before


def test_earlier_revisions_of_the_record_stay(draft, cast):
    version = published(draft, cast)
    first = (folder(version) / "record.json").read_bytes()
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Tree cover"})
    corrections.approve_correction(version, cast.bob)
    process_outbox()

    assert (folder(version) / "revisions/record-0.json").read_bytes() == first
    assert from_json((folder(version) / "record.json").read_bytes()).title.en == "Tree cover"


def test_a_withdrawn_version_is_preserved_as_withdrawn(draft, cast):
    version = published(draft, cast)
    publication.withdraw(version, cast.dora, reason="Rights")
    process_outbox()

    assert json.loads((folder(version) / "deposit.json").read_bytes())["reason"] == "Rights"
    assert json.loads((folder(version) / "inventory.json").read_bytes())["state"] == "withdrawn"


def test_a_draft_is_not_preserved(draft):
    preservation.preserve(draft)

    assert not folder(draft).exists()


def test_missing_bytes_are_told_and_no_inventory_claims_them(draft, cast):
    version = published(draft, cast)
    (folder(version) / "inventory.json").unlink()
    key = version.files.get(path="cover.txt").storage_key
    (settings.TERRACITE.files_dir / key).unlink()

    with pytest.raises(StorageError, match="not there"):
        preservation.preserve(version)

    assert not (folder(version) / "inventory.json").exists()


def test_a_shortened_copy_is_told_and_tried_again_later(draft, cast):
    version = published(draft, cast)
    key = version.files.get(path="cover.txt").storage_key
    (settings.TERRACITE.files_dir / key).write_bytes(b"")
    version.outbox.filter(kind="preserve").update(done_at=None)

    assert process_outbox() == 0

    assert "The stored copy of 'cover.txt' is not" in outbox.waiting().get().error
