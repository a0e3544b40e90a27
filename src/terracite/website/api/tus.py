# SPDX-License-Identifier: AGPL-3.0-or-later
"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload), read and written: nothing of ours is here."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from email.utils import format_datetime

from terracite.errors import TerraciteError
from terracite.repository.uploads import Checksum
from terracite.repository.uploads.receiving import ALGORITHMS

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
BODY_TYPE = "application/offset+octet-stream"
MOST_METADATA = 8000  #: characters of the header
_MOST_DIGITS = 18


class HeaderError(TerraciteError, ValueError):
    """A header is missing or cannot be understood."""


class VersionError(TerraciteError):
    """The client speaks another version."""


class BodyTypeError(TerraciteError):
    """The body is not said to be bytes of an upload."""


def check_version(headers: Mapping[str, str]) -> None:
    """`VersionError` for a client that does not say it speaks this version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise VersionError("This speaks tus 1.0.0.", hint=f"Send the header 'Tus-Resumable: {VERSION}'.")


def check_body_type(headers: Mapping[str, str]) -> None:
    """`BodyTypeError` unless the body is of the protocol's type."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise BodyTypeError("The body is not of the right type.", hint=f"Send 'Content-Type: {BODY_TYPE}'.")


def number(headers: Mapping[str, str], name: str) -> int:
    """A header that holds a whole number."""
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise HeaderError(f"The header '{name}' is not a number of bytes.", hint="Send a whole number, 0 or more.")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of a key and Base64, separated by commas."""
    if len(text) > MOST_METADATA:
        raise HeaderError("The header 'Upload-Metadata' is too long.", hint=f"Send {MOST_METADATA} characters at most.")
    found: dict[str, str] = {}
    for pair in filter(None, (item.strip() for item in text.split(","))):
        key, _, value = pair.partition(" ")
        if key in found:
            raise HeaderError(f"The header 'Upload-Metadata' says '{key}' twice.", hint="Say it once.")
        found[key] = _decoded(key, value.strip())
    return found


def checksum(text: str) -> Checksum | None:
    """``Upload-Checksum``: an algorithm and Base64; None without the header."""
    if not text:
        return None
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise HeaderError(f"The checksum algorithm '{algorithm}' is not known.", hint=f"Use {' or '.join(ALGORITHMS)}.")
    return Checksum(algorithm, _bytes("Upload-Checksum", value))


def encoded(values: Mapping[str, str]) -> str:
    """The value of ``Upload-Metadata`` that says ``values``."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".rstrip() for key, value in values.items())


def moment(when: dt.datetime) -> str:
    """A moment as HTTP writes it."""
    return format_datetime(when.astimezone(dt.UTC), usegmt=True)


def _decoded(key: str, value: str) -> str:
    try:
        return _bytes("Upload-Metadata", value).decode()
    except UnicodeDecodeError as error:
        raise HeaderError(f"The '{key}' of 'Upload-Metadata' is not UTF-8.", hint="Encode it as UTF-8.") from error


def _bytes(header: str, value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise HeaderError(f"The header '{header}' is not Base64: '{value[:50]}'.", hint="Encode it.") from error
