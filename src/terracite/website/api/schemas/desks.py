# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desks: queues, conversations, decisions, corrections."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from terracite.record.model import Text
from terracite.website.api.schemas.common import NextOut
from terracite.website.api.schemas.datasets import DifferenceOut, FindingOut

TEXT = 10_000  #: characters of a message


class SeenIn(Schema):
    """A decision, about what was looked at."""

    seen: str = Field("", max_length=64, description="The 'snapshot' of the review that was read: refused when the "
                      "owner submitted something else since")  # fmt: skip


class WaitingOut(Schema):
    """One line of a queue."""

    discipline: str
    dataset: UUID
    version: int
    title: Text
    asked_at: dt.datetime
    moderator: str = Field("", description="Who took it; empty: it is free")
    url: str
    hours: int = Field(description="Of working days since it was asked")
    lateness: str = Field("", description="late: longer than promised; alarm: than five working days")


class QueueOut(NextOut):
    items: list[WaitingOut]


class CommentOut(Schema):
    author: str
    at: dt.datetime
    text: str


class ThreadOut(Schema):
    identifier: int
    field: str
    open: bool
    comments: list[CommentOut]


class SuggestionOut(Schema):
    identifier: int
    field: str
    value: Any
    note: str
    author: str
    state: str


class DeskOut(Schema):
    discipline: str
    moderator: str
    decision: str


class CorrectionOut(Schema):
    """A correction that waits for its review."""

    author: str
    note: str
    at: dt.datetime
    differences: list[DifferenceOut]


class ReviewOut(Schema):
    """Everything needed to decide about a version. Lists hold the last hundred."""

    state: str
    snapshot: str = Field("", description="Names the content that was submitted")
    moves: list[str]
    desks: list[DeskOut]
    findings: list[FindingOut]
    threads: list[ThreadOut]
    suggestions: list[SuggestionOut]
    changed: list[str] = Field(description="Fields that differ from the last submission")
    correction: CorrectionOut | None = None


class NothingIn(Schema):
    """Nothing needs to be said."""


class PersonIn(Schema):
    to: str = Field(max_length=150, description="User name of a moderator", examples=["bob"])
    note: str = Field("", max_length=TEXT)


class CommentIn(Schema):
    text: str = Field(max_length=TEXT, examples=["Say the year in the title."])
    field: str = Field("", max_length=100, description="What it is about; empty: the whole")
    thread: int | None = Field(None, ge=1, le=2**62, description="Answer in this conversation")


class SuggestionIn(Schema):
    field: str = Field(max_length=100, examples=["title.en"])
    value: Any = Field(examples=["Land cover of Reunion Island, 2023"])
    note: str = Field("", max_length=TEXT)


class AnswerIn(Schema):
    accept: bool


class ChangesWantedIn(SeenIn):
    text: str = Field("", max_length=TEXT, description="Opens a conversation; may be empty when one is open")
    field: str = Field("", max_length=100)


class AcceptIn(SeenIn):
    discipline: str = Field("", max_length=30, description="For a moderator of several")
    note: str = Field("", max_length=TEXT)


class RejectIn(SeenIn):
    reason: str = Field(max_length=30, examples=["out_of_scope"])
    text: str = Field("", max_length=TEXT)


class ReasonIn(Schema):
    reason: str = Field(max_length=TEXT)


class NoteIn(Schema):
    note: str = Field("", max_length=TEXT)


class CorrectionIn(Schema):
    changes: dict[str, Any] = Field(max_length=200, examples=[{"abstract.en": "..."}])
    note: str = Field("", max_length=TEXT)
