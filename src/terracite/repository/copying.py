# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copying the files of a crate into a draft; a large one goes on from where an interrupted run left it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from terracite.record.model import DataFile
from terracite.repository import files, uploads
from terracite.repository.models import DatasetVersion, Person, Upload

RESUMABLE_FROM_BYTES = 64_000_000  #: below, beginning again costs less than keeping count
Told = Callable[[int, int], None]  #: hears (bytes done, bytes in all)


def copy_files(
    folder: Path, wanted: Sequence[DataFile], version: DatasetVersion, person: Person, told: Told | None = None
) -> None:
    """Copy the files ``wanted`` from ``folder``, each checked against its SHA-256. Errors: `files.add_file`."""
    tell, total, done = told or _nobody, sum(file.bytes for file in wanted), 0
    for file in wanted:
        if file.bytes < RESUMABLE_FROM_BYTES:
            _copy(folder / file.path, file, version, person)
        else:
            _copy_on(folder / file.path, file, version, person, partial(_tell_on, tell, done, total))
        done += file.bytes
        tell(done, total)


def _copy(source: Path, file: DataFile, version: DatasetVersion, person: Person) -> None:
    with source.open("rb") as stream:
        files.add_file(
            version, person, file.path, stream, file.sha256, role=file.role.value, description=file.description
        )


def _copy_on(
    source: Path, file: DataFile, version: DatasetVersion, person: Person, told: Callable[[int], None]
) -> None:
    upload = _begun(file, version, person)
    offset = uploads.offset_of(upload)
    with source.open("rb") as stream:
        stream.seek(offset)
        uploads.append(upload, person, offset, stream, told=told)
    files.describe_file(version, person, upload.path, role=file.role.value, description=file.description)


def _begun(file: DataFile, version: DatasetVersion, person: Person) -> Upload:
    """The upload of these very bytes that an earlier run began, or a new one."""
    for upload in uploads.open_uploads(person, version):
        if (upload.sha256, upload.length) == (file.sha256, file.bytes) and upload.path == files.clean_path(file.path):
            return upload
    wanted = uploads.Wanted(file.path, file.bytes, file.media_type, file.role.value, file.sha256)
    return uploads.begin(version, person, wanted)


def _tell_on(tell: Told, before: int, total: int, offset: int) -> None:
    tell(before + offset, total)


def _nobody(done: int, total: int) -> None:
    """Nobody listens."""
