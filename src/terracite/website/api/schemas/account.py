# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who calls."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from ninja import Schema
from pydantic import Field

from terracite.website.api.schemas.common import NextOut


class RoleOut(Schema):
    role: str = Field(description="moderator, curator or administrator")
    discipline: str = Field("", description="Of a moderator's desk")


class MeOut(Schema):
    """The person of the token, and what the token is good for."""

    username: str
    name: str
    email: str
    orcid: str
    language: str
    roles: list[RoleOut]
    scopes: list[str]
    token_expires: dt.datetime | None = None
    unread: int = Field(description="Notices not read yet")


class NoticeOut(Schema):
    """Something happened to one of one's datasets or desks."""

    dataset: UUID
    version: int
    title: str
    move: str
    note: str
    at: dt.datetime
    read: bool


class NoticesOut(NextOut):
    items: list[NoticeOut]
