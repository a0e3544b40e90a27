# SPDX-License-Identifier: AGPL-3.0-or-later
"""Announcing an upload, and finding it again."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from terracite.errors import DepositError, Problem
from terracite.record.model import FileRole
from terracite.repository import quotas
from terracite.repository.files import check_place, clean_path
from terracite.repository.models import DatasetVersion, Person, Upload, UploadState
from terracite.repository.moving import check
from terracite.repository.uploads.errors import UploadGoneError
from terracite.repository.uploads.spool import Spool

MOST_OPEN = 2000  #: uploads that one person may have under way
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,70}/[\w.+-]{1,75}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a file before it comes; ``metadata``: as the client said it, to be given back."""

    path: str
    length: int
    media_type: str = ""
    role: str = ""
    sha256: str = ""
    metadata: str = ""


def begin(version: DatasetVersion | None, person: Person, wanted: Wanted) -> Upload:
    """Announce a file of a draft, or (without ``version``) a zipped crate.

    Raises `MoveError` where the draft may not be changed, `DepositError` with every reason not to take the file:
    a path that is not plain, a checksum that is none, a quota that it would break.
    """
    name = clean_path(wanted.path)
    _check_said(name, wanted)
    if version is not None:
        check("edit", version, person)
        check_place(version, name)
    quotas.check_room(person, version, name, wanted.length)
    if Upload.objects.filter(person=person, state=UploadState.RECEIVING.value).count() >= MOST_OPEN:
        raise DepositError(f"{MOST_OPEN} uploads of yours are under way.", (), hint="Finish or end some of them first.")
    is_media_type = _MEDIA_TYPE.fullmatch(wanted.media_type)
    upload = Upload(
        person=person,
        version=version,
        path=name,
        length=wanted.length,
        media_type=wanted.media_type if is_media_type else "",
        role=wanted.role,
        sha256=wanted.sha256.lower(),
        metadata=wanted.metadata,
        expires=new_expiry(),
    )
    spool_of(upload).create()  # before the row: a row always has its file
    upload.save()
    return upload


def find(uuid: UUID | None, person: Person) -> Upload:
    """The upload of that number; `UploadGoneError` for one that is not this person's, expired or refused."""
    known = Upload.objects.select_related("version__dataset__deposit", "person")
    found = known.filter(uuid=uuid, person=person).first() if uuid else None
    if found is None:
        raise UploadGoneError
    if found.expires <= timezone.now():
        raise UploadGoneError("This upload expired: it got no bytes for too long.")
    return found


def open_uploads(person: Person, version: DatasetVersion | None) -> list[Upload]:
    """What this person began to send, and can go on with; oldest first."""
    kept = [UploadState.RECEIVING.value] if version else [UploadState.RECEIVING.value, UploadState.KEPT.value]
    return list(Upload.objects.filter(person=person, version=version, state__in=kept, expires__gt=timezone.now()))


def new_expiry() -> dt.datetime:
    """When an upload that gets nothing from now on is removed."""
    return timezone.now() + dt.timedelta(hours=settings.TERRACITE.upload_hours)


def spool_of(upload: Upload) -> Spool:
    """Where the bytes of an upload wait."""
    return Spool(settings.TERRACITE.uploads_dir, upload.uuid.hex)


def _check_said(name: str, wanted: Wanted) -> None:
    problems = []
    if wanted.length < 0:
        problems.append(Problem(name, "its length is below zero.", "Send its true length."))
    if wanted.sha256 and not _SHA256.fullmatch(wanted.sha256.lower()):
        problems.append(Problem("sha256", "it is no SHA-256.", "Write 64 digits from 0 to f."))
    if wanted.role and wanted.role not in {role.value for role in FileRole}:
        problems.append(Problem("role", f"'{wanted.role}' is none.", f"Choose among {', '.join(FileRole)}."))
    if problems:
        raise DepositError("This file cannot be added.", problems)
