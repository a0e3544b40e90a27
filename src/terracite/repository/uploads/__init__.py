# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that arrive in pieces, over hours and lost connections if need be (the server's side of tus 1.0).

An upload is announced (`begin`), gets its bytes (`append`), and becomes a file of its draft by the same way as one that
came at once. The bytes wait in a file of this machine, not in the object storage: a file's key is its SHA-256, which is
known at its end only, and an S3 store promises parts of 5 MB and more, not bytes.
"""

from __future__ import annotations

from terracite.repository.uploads.announcing import Wanted, begin, find, open_uploads
from terracite.repository.uploads.ending import clear_expired, clear_strays, finish_pending, terminate
from terracite.repository.uploads.errors import (
    UploadBusyError,
    UploadChecksumError,
    UploadError,
    UploadGoneError,
    UploadOffsetError,
    UploadTooLongError,
)
from terracite.repository.uploads.receiving import ALGORITHMS, Checksum, append, offset_of, received_zip

__all__ = [
    "ALGORITHMS",
    "Checksum",
    "UploadBusyError",
    "UploadChecksumError",
    "UploadError",
    "UploadGoneError",
    "UploadOffsetError",
    "UploadTooLongError",
    "Wanted",
    "append",
    "begin",
    "clear_expired",
    "clear_strays",
    "find",
    "finish_pending",
    "offset_of",
    "open_uploads",
    "received_zip",
    "terminate",
]
