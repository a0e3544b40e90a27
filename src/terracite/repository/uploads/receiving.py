# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes of an upload: counted, hashed on the way, on the disk before their number is promised."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from terracite.errors import StorageError
from terracite.repository import incoming
from terracite.repository.incoming import CHUNK_BYTES, Readable
from terracite.repository.models import Person, Upload, UploadState
from terracite.repository.moving import check
from terracite.repository.uploads import digests
from terracite.repository.uploads.announcing import new_expiry, spool_of
from terracite.repository.uploads.ending import finish
from terracite.repository.uploads.errors import (
    UploadChecksumError,
    UploadGoneError,
    UploadOffsetError,
    UploadTooLongError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terracite.repository.uploads.spool import Writer

ALGORITHMS = ("sha256", "sha1")  #: of the checksum of a piece
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must hash to."""

    algorithm: str  #: one of `ALGORITHMS`
    digest: bytes


def offset_of(upload: Upload) -> int:
    """How many bytes of it are kept for good."""
    if upload.state == UploadState.KEPT.value and upload.version_id:
        return upload.length
    if upload.state == UploadState.REFUSED.value:
        raise UploadGoneError(upload.problem)
    return spool_of(upload).offset()


def append(
    upload: Upload,
    person: Person,
    offset: int,
    stream: Readable,
    checksum: Checksum | None = None,
    told: Callable[[int], None] = lambda _offset: None,
) -> int:
    """Add the bytes of ``stream`` from ``offset`` on, and keep the file when it is whole; returns the new offset.

    A stream that breaks off keeps what came, unless the piece has a checksum: then all of it counts, or nothing.
    ``told`` hears the offset on the way. Raises the errors of `terracite.repository.uploads.errors`, `MoveError` when
    the draft may no longer be changed, `DepositError` when the whole file is not what was announced, `StorageError` on
    a full disk (what fitted is kept).
    """
    if upload.state != UploadState.RECEIVING.value:
        return _nothing_more(upload, offset, stream)
    if upload.version is not None:
        check("edit", upload.version, person)
    with spool_of(upload).writer() as writer:
        if writer.offset != offset:
            raise UploadOffsetError
        _receive(upload, writer, stream, checksum, told)
        upload.expires = new_expiry()
        Upload.objects.filter(pk=upload.pk).update(expires=upload.expires)
        if writer.offset == upload.length:
            finish(upload)
        return writer.offset


def received_zip(upload: Upload) -> incoming.Upload:
    """The whole zipped crate that was uploaded; `UploadOffsetError` while bytes are missing."""
    if upload.version_id or upload.state != UploadState.KEPT.value:
        raise UploadOffsetError("This upload is not a whole crate yet.", hint="Send the rest of it first.")
    return incoming.Upload(spool_of(upload).part, upload.length, upload.sha256)


def _nothing_more(upload: Upload, offset: int, stream: Readable) -> int:
    """The answer to bytes for an upload that is over: fine when there are none."""
    if upload.state == UploadState.REFUSED.value:
        raise UploadGoneError(upload.problem)
    if offset != upload.length:
        raise UploadOffsetError
    if stream.read(1):
        raise UploadTooLongError
    return upload.length


def _receive(
    upload: Upload, writer: Writer, stream: Readable, checksum: Checksum | None, told: Callable[[int], None]
) -> None:
    start = writer.offset
    known = digests.running(upload.uuid, start)
    running = known.copy() if known and checksum else known  # a piece that is not proven must not count in it
    piece = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    (writer.doubt if piece else writer.trust)()
    hashes = [one for one in (running, piece) if one is not None]
    try:
        _copy(upload, writer, _chunks(stream), hashes, told)
        if checksum and piece and piece.digest() != checksum.digest:
            raise UploadChecksumError
    except (UploadTooLongError, UploadChecksumError):
        writer.cut(start)
        digests.keep(upload.uuid, start, known if checksum else None)
        raise
    except OSError as error:
        if error.errno in _NO_SPACE:
            cure = "Free some space and go on: what was received is kept."
            raise StorageError(f"'{upload.path}' could not be kept: the disk is full.", hint=cure) from error
        raise
    writer.prove()
    digests.keep(upload.uuid, writer.offset, running)


def _copy(
    upload: Upload, writer: Writer, chunks: Iterable[bytes], hashes: list[digests.Hash], told: Callable[[int], None]
) -> None:
    for chunk in chunks:
        if writer.offset + len(chunk) > upload.length:
            raise UploadTooLongError
        writer.append(chunk)
        for one in hashes:
            one.update(chunk)
        told(writer.offset)


def _chunks(stream: Readable) -> Iterator[bytes]:
    """What comes, until its end or until the connection breaks."""
    while True:
        try:
            chunk = stream.read(CHUNK_BYTES)
        except OSError:  # the client is gone: what it sent stays
            return
        if not chunk:
            return
        yield chunk
