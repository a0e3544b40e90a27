# SPDX-License-Identifier: AGPL-3.0-or-later
"""Crates and resumable uploads."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from ninja import Schema
from pydantic import Field


class WishesIn(Schema):
    """What a depositor asks beside the crate itself."""

    discipline: list[str] = Field([], description="Desks, instead of the record's")
    deposit: str = Field("", description="Title of the deposit that groups the crates")
    submit: bool = Field(False, description="Submit to moderation at once, accepting the terms")
    upload: UUID | None = Field(None, description="A zip that came in pieces, instead of the body")


class ReceivedOut(Schema):
    """What became of a crate. ``action``: created, updated, continued (a new version), submitted or unchanged."""

    identifier: UUID
    version: str
    url: str
    state: str
    doi: str
    action: str


class UploadOut(Schema):
    """A file on its way. ``state``: receiving, kept (it is a file of its draft, or a crate to be used) or refused."""

    url: str  #: path on this server: HEAD, PATCH and DELETE of tus 1.0
    path: str
    length: int
    offset: int
    metadata: dict[str, str]  #: what Upload-Metadata said
    sha256: str = ""
    state: str
    problem: str = ""
    expires: dt.datetime
