# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letting others in: invitations to a deposit, links for the readers of a journal, requests for restricted files."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from ninja import Schema
from pydantic import Field

from terracite.repository.access_requests import LONGEST_REASON
from terracite.repository.contact import LONGEST_TEXT
from terracite.repository.review_links import LONGEST_DAYS
from terracite.website.api.schemas.common import NextOut
from terracite.website.api.schemas.deposits import Role


class InvitationIn(Schema):
    email: str = Field(max_length=254, examples=["chloe@example.org"])
    role: Role = "editor"


class InvitationOut(Schema):
    """An invitation that nobody took up yet; its link is in the letter alone."""

    identifier: int
    email: str
    role: str
    invited_by: str
    created: dt.datetime
    expires: dt.datetime


class InvitationsOut(Schema):
    items: list[InvitationOut]


class HeirIn(Schema):
    username: str = Field(max_length=150, description="Somebody it is shared with", examples=["chloe"])


class ReviewLinkIn(Schema):
    label: str = Field("", max_length=200, description="For whom, to recognise it", examples=["Reviewers of Ecology"])
    days: int = Field(90, ge=1, le=LONGEST_DAYS, description="How long it is good")
    hides_people: bool = Field(False, description="For a double-blind review: what names people is not shown")


class ReviewLinkOut(Schema):
    """A link that shows one unpublished version to whoever has it."""

    identifier: int
    label: str
    hides_people: bool = False
    created_by: str
    expires: dt.datetime
    revoked: dt.datetime | None = None


class ReviewLinkMadeOut(ReviewLinkOut):
    address: str = Field(description="Told this once, never again")


class ReviewLinksOut(Schema):
    items: list[ReviewLinkOut]


class AccessReasonIn(Schema):
    reason: str = Field(max_length=LONGEST_REASON, examples=["To compare with our own map of forests."])


class AccessAnswerIn(Schema):
    grant: bool
    text: str = Field("", max_length=LONGEST_REASON, description="For who asked; a refusal needs one")
    until: dt.date | None = Field(None, description="The last day the files are open; none: always")


class AccessRequestOut(Schema):
    """Somebody asks for restricted files. ``state``: proposed (it waits), accepted or refused."""

    identifier: UUID
    username: str
    name: str
    reason: str
    created: dt.datetime
    state: str
    answer: str = ""
    expires: dt.datetime | None = Field(None, description="When the files close again")


class AccessRequestsOut(NextOut):
    items: list[AccessRequestOut]


class MessageIn(Schema):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT, examples=["Is there a map of 2022 as well?"])
    copy_to_me: bool = False
