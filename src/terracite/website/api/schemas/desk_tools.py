# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk works with: what waits, its figures, the sentences it writes often."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from terracite.record.model import Text
from terracite.repository.moderation_sentences import LONGEST
from terracite.website.api.schemas.common import TextIn


class QueueIn(Schema):
    """What to show of a queue; what is left out is all of it."""

    whose: Literal["", "mine", "free", "others"] = ""
    discipline: str = Field("", max_length=30)
    age: Literal["", "late", "alarm"] = Field("", description="Waits longer than promised, than five working days")
    state: Literal["", "submitted", "in_review", "changes_requested"] = Field(
        "", description="changes_requested: what waits for its owner"
    )
    words: str = Field("", max_length=200, description="All of them in title, deposit or owner's name")


class StatisticsIn(Schema):
    discipline: str = Field("", max_length=30, description="One desk; else all of one's own, a curator's: every one")


class DecisionsOut(Schema):
    month: str = Field(examples=["2026-11"])
    accepted: int
    changes: int
    rejected: int


class CountOut(Schema):
    name: str
    count: int


class StatisticsOut(Schema):
    """Figures of the last year; hours are those of working days, null when there is nothing to count."""

    disciplines: list[str]
    waiting: int
    oldest_hours: float | None = None
    first_answer_hours: float | None = Field(None, description="Median, to the desk's first words")
    decision_hours: float | None = Field(None, description="Median, from submission to decision")
    accepted_at_first: float | None = Field(None, description="Share accepted at their first submission, 0-1")
    months: list[DecisionsOut]
    faults: list[CountOut] = Field(description="Rules that submissions met most often")
    fields: list[CountOut] = Field(description="Fields that conversations were opened about")
    moderators: list[CountOut] = Field(description="Decisions of each")


class SentencesIn(Schema):
    discipline: str = Field("", max_length=30, description="One desk; else all of one's own")


class SentenceIn(Schema):
    discipline: str = Field(max_length=30, examples=["continental_surfaces"])
    field: str = Field("", max_length=100, description="What it is about; empty: anything")
    text: TextIn = Field(examples=[{"en": "Name the sources, with their DOI."}])


class SentenceOut(Schema):
    """``identifier``: of a sentence of the desk's own; 0: a shipped one, shown until the desk has its own."""

    identifier: int
    discipline: str
    field: str
    text: Text


class SentencesOut(Schema):
    longest: int = LONGEST
    items: list[SentenceOut]


class HistoryOut(Schema):
    """Every event with what its hash was made of, so that any program can check it; times in UTC."""

    format: str
    made: str
    repository: str
    dataset: str
    version: dict[str, Any]
    chain: dict[str, Any]
    events: list[dict[str, Any]]
    submissions: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
