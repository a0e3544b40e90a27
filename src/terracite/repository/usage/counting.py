# SPDX-License-Identifier: AGPL-3.0-or-later
"""Noting one request of a public version, unless a robot made it; what counts of it is the worker's to say."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from terracite.repository.models import DatasetVersion, UsageKind
from terracite.repository.usage import journal
from terracite.repository.usage.agents import Reader, reader_of


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of a request: where from, with what, and what it took."""

    address: str
    user_agent: str
    item: str = ""  #: which part of the dataset: the path of a file, "" for the page
    bytes: int = 0
    is_part: bool = False  #: a range that does not begin at 0: the file was counted with its beginning


def count(version: DatasetVersion, kind: UsageKind, request: Request, now: dt.datetime | None = None) -> None:
    """Note one request of a public version; robots never. Never fails: a page is worth more than its count."""
    if not version.is_public:
        return
    reader = reader_of(request.user_agent)
    if reader is Reader.ROBOT:
        return
    moment = now or timezone.now()
    journal.note(
        journal.Note(
            at=round(moment.timestamp(), 3),
            version=version.pk,
            kind=kind.value,
            by_machine=reader is Reader.MACHINE,
            is_part=request.is_part,
            bytes=request.bytes,
            visitor=_hashed(f"{request.address}\n{request.user_agent}", moment.date()),
            item=_hashed(request.item, moment.date()) if request.item else "-",
        )
    )


def _hashed(text: str, day: dt.date) -> str:
    """Not to be recognised on another day, nor by anybody who does not have the key of the instance."""
    key = hashlib.sha256(f"{settings.SECRET_KEY} {day}".encode()).digest()
    return hashlib.blake2b(text.encode(), key=key, digest_size=12).hexdigest()
