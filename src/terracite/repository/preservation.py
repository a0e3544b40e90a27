# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published truth beside the database: what each public version is, in plain files that outlive the software.

Below ``published/<dataset uuid>/v<number>/``: ``record.json`` (the canonical record), ``deposit.json``, the record
in every exchange format under ``metadata/``, earlier revisions of the record, and ``inventory.json``, written last:
its presence says that the rest is complete. The bytes of files stay where they are, once per SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from terracite.errors import RecordError, StorageError
from terracite.record.formats import FORMATS
from terracite.record.model import Record
from terracite.record.native import from_content, to_json
from terracite.repository.addresses import landing_url
from terracite.repository.collecting import bring_back
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.records import record_of
from terracite.services.storage import Storage, storage_for


def folder_of(version: DatasetVersion) -> str:
    """Where a public version is kept in the store."""
    return f"published/{version.dataset.uuid}/v{version.number}"


def preserve(version: DatasetVersion) -> None:
    """Write the preserved form of a public version; writing it again changes nothing.

    Raises `StorageError` when the bytes of a file are missing or do not have the size they should.
    """
    if not version.is_public:
        return
    storage = storage_for(settings.TERRACITE)
    folder = folder_of(version)
    files = [_kept_file(storage, file) for file in version.files.all()]
    documents = dict(_documents(version, record_of(version)))
    for name, content in documents.items():
        storage.put_bytes(f"{folder}/{name}", content)
    inventory = {
        "layout": 1,
        "state": version.state,
        "revision": version.revision,
        "files": files,
        "documents": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(documents.items())},
    }
    storage.put_bytes(f"{folder}/inventory.json", _json(inventory))


def inventory(storage: Storage, version: DatasetVersion) -> dict[str, Any]:
    """What the store says of a version; `StorageError` when it says nothing, or nothing that can be read."""
    key = f"{folder_of(version)}/inventory.json"
    try:
        told: dict[str, Any] = json.loads(storage.read_bytes(key))
    except ValueError as error:
        raise StorageError(f"'{key}' is damaged.", hint="Run 'terracite repository reconcile'.") from error
    return told


def revision_of(version: DatasetVersion, number: int) -> Record | None:
    """The published record as it was at one revision (0: as first published); None where it was not kept."""
    storage, key = storage_for(settings.TERRACITE), f"{folder_of(version)}/revisions/record-{number}.json"
    return from_content(json.loads(storage.read_bytes(key))) if storage.exists(key) else None


def _kept_file(storage: Storage, file: StoredFile) -> dict[str, Any]:
    if not storage.exists(file.storage_key):
        bring_back(file.storage_key)
    if storage.size(file.storage_key) != file.bytes:
        raise StorageError(
            f"The stored copy of '{file.path}' is not {file.bytes} bytes long.",
            hint="Restore it from the second copy.",
        )
    return {"path": file.path, "bytes": file.bytes, "sha256": file.sha256, "key": file.storage_key}


def _documents(version: DatasetVersion, record: Record) -> Iterator[tuple[str, bytes]]:
    native = to_json(record).encode()
    yield "record.json", native
    yield f"revisions/record-{version.revision}.json", native
    yield "deposit.json", _json(_deposit(version))
    address = landing_url(version)
    for format_ in FORMATS.values():
        try:
            yield f"metadata/{version.dataset.uuid}{format_.extension}", format_.write(record, address)
        except RecordError:  # a format that cannot say this record is left out, not the preservation
            continue


def _deposit(version: DatasetVersion) -> dict[str, Any]:
    dataset, deposit = version.dataset, version.dataset.deposit
    return {
        "deposit": str(deposit.uuid),
        "title": {"fr": deposit.title_fr, "en": deposit.title_en},
        "description": {"fr": deposit.description_fr, "en": deposit.description_en},
        "disciplines": deposit.disciplines,
        "owner": deposit.owner.username,
        "dataset": str(dataset.uuid),
        "concept_doi": dataset.concept_doi,
        "version": str(version.uuid),
        "number": version.number,
        "state": version.state,
        "doi": version.doi,
        "reason": version.reason,
        "published_at": version.published_at.isoformat() if version.published_at else None,
    }


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
