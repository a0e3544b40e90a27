# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an upload ends: kept as a file of its draft, ended by its sender, or removed because nothing more came."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.utils import timezone

from terracite.errors import DepositError, MoveError, Problem, TerraciteError
from terracite.repository import files, incoming
from terracite.repository.models import StoredFile, Upload, UploadState
from terracite.repository.uploads import digests
from terracite.repository.uploads.announcing import spool_of
from terracite.repository.uploads.errors import UploadBusyError, UploadGoneError

log = logging.getLogger(__name__)
RETRY_AFTER = dt.timedelta(seconds=20)
_STRAY_AFTER_S = 24 * 3600


def finish(upload: Upload) -> StoredFile | None:
    """A whole upload becomes a file of its draft; a zipped crate stays where it is, to be used.

    The caller is its writer. Done again (after a kill, say) it changes nothing. Raises `DepositError` or `MoveError`
    when the file cannot be taken, which ends the upload; `StorageError` when the store failed: then the worker tries
    again.
    """
    spool = spool_of(upload)
    Upload.objects.filter(pk=upload.pk).update(tried_at=timezone.now())
    try:
        sha256 = _checked_sha256(upload)
        if upload.version is None:
            _end(upload, UploadState.KEPT)
            return None
        whole = incoming.Upload(spool.part, upload.length, sha256, is_given=True)
        stored = files.keep_file(
            upload.version, upload.person, upload.path, whole, role=upload.role, media_type=upload.media_type
        )
    except (DepositError, MoveError) as error:
        _end(upload, UploadState.REFUSED, str(error))
        spool.remove()
        raise
    _end(upload, UploadState.KEPT)
    spool.remove()
    return stored


def finish_pending(now: dt.datetime | None = None) -> int:
    """Keep whole uploads whose process was killed, or whose store failed, before they were; returns how many."""
    moment = now or timezone.now()
    waiting = Upload.objects.filter(state=UploadState.RECEIVING.value, expires__gt=moment)
    waiting = waiting.exclude(tried_at__gt=moment - RETRY_AFTER).select_related("version", "person")
    return sum(_finished(upload) for upload in waiting if spool_of(upload).size() == upload.length)


def terminate(upload: Upload) -> None:
    """Forget an upload and its bytes at once; a file that it became stays in its draft."""
    upload.delete()
    spool_of(upload).remove()


def clear_expired(now: dt.datetime | None = None) -> int:
    """Remove uploads that got nothing for too long; returns how many."""
    moment = now or timezone.now()
    expired = [upload for upload in Upload.objects.filter(expires__lte=moment) if not _is_coming(upload, moment)]
    for upload in expired:
        terminate(upload)
    return len(expired)


def clear_strays(now: dt.datetime | None = None) -> int:
    """Remove files that a process left when it was killed between making or removing an upload and its file."""
    folder = settings.TERRACITE.uploads_dir
    if not folder.is_dir():
        return 0
    oldest = (now or timezone.now()).timestamp() - _STRAY_AFTER_S
    known = {uuid.hex for uuid in Upload.objects.values_list("uuid", flat=True)}
    strays = [path for path in folder.iterdir() if path.stem not in known and path.stat().st_mtime < oldest]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _is_coming(upload: Upload, moment: dt.datetime) -> bool:
    """Whether a piece that takes very long still brings bytes."""
    wrote_at = spool_of(upload).wrote_at()
    return wrote_at is not None and moment.timestamp() - wrote_at < settings.TERRACITE.upload_hours * 3600


def _finished(upload: Upload) -> bool:
    try:
        with spool_of(upload).writer() as writer:
            upload.refresh_from_db()
            if upload.state != UploadState.RECEIVING.value or writer.offset != upload.length:
                return False
            finish(upload)
    except (UploadBusyError, UploadGoneError):
        return False
    except TerraciteError as error:
        log.warning("the upload of '%s' is not kept: %s", upload.path, error)
        return False
    return True


def _checked_sha256(upload: Upload) -> str:
    sha256 = digests.whole(upload.uuid, upload.length, spool_of(upload).part)
    if upload.sha256 and sha256 != upload.sha256:
        problem = Problem(upload.path, "its SHA-256 is not the announced one.", "Send it again.")
        raise DepositError("This file was damaged on its way.", [problem])
    return sha256


def _end(upload: Upload, state: UploadState, problem: str = "") -> None:
    upload.state, upload.problem = state.value, problem
    Upload.objects.filter(pk=upload.pk).update(state=upload.state, problem=problem)
