# SPDX-License-Identifier: AGPL-3.0-or-later
"""Datasets and their versions."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from terracite.record.model import Text
from terracite.website.api.schemas.common import NextOut
from terracite.website.api.schemas.files import FileOut


class LinkOut(Schema):
    name: str
    media_type: str
    url: str


class VersionOut(Schema):
    number: int
    state: str
    doi: str
    url: str


class DatasetOut(Schema):
    """One version of a dataset; ``record`` is the whole record in Terracite's own JSON."""

    identifier: UUID
    version: int
    url: str
    form: str = Field("", description="Where a person goes on with a draft of theirs")
    state: str
    access: str
    embargo_until: dt.date | None = None
    doi: str
    doi_state: str
    concept_doi: str
    title: Text
    deposit: UUID
    edit: int = Field(description="Counts the edits of a draft: send it with changes")
    published_at: dt.datetime | None = None
    updated: dt.datetime
    versions: list[VersionOut]
    files: list[FileOut] = Field(description="The first ones; 'files_url' lists them all")
    file_count: int
    files_url: str
    archive: str
    formats: list[LinkOut]
    moves: list[str] = Field([], description="What the caller may do now")
    record: dict[str, Any]


class LineOut(Schema):
    """One version in a list."""

    identifier: UUID
    version: int
    title: Text
    state: str
    access: str
    doi: str
    deposit: UUID
    url: str
    edit: int
    updated: dt.datetime


class LinesOut(NextOut):
    items: list[LineOut]


class LinesIn(Schema):
    """Which versions."""

    mine: bool = Field(False, description="Only those of one's own deposits, and of those shared with one")
    deposit: UUID | None = None
    doi: str = Field("", max_length=200, description="Of a version, or of all versions of a dataset")
    state: list[str] = Field([], max_length=10)


class DatasetIn(Schema):
    """A new dataset: nothing, or fields of its record."""

    changes: dict[str, Any] = Field({}, max_length=200, examples=[{"title.en": "Land cover, 2023"}])


class ChangesIn(Schema):
    """Fields of the record by name, or dotted ("title.fr"); lists as a whole."""

    changes: dict[str, Any] = Field(max_length=200, examples=[{"title.en": "Land cover, 2023", "licence": "CC-BY-4.0"}])
    edit: int | None = Field(None, ge=0, description="The edit that they were made from: fields that others changed "
                             "since are refused with both values, the others are saved")  # fmt: skip


class InheritIn(Schema):
    field: str = Field(max_length=100, examples=["licence"])


class FindingOut(Schema):
    """Something to correct or to look at."""

    rule: str
    level: str = Field(description="blocker, warning or advice")
    field: str
    message: Text
    cure: Text


class FindingsOut(Schema):
    blockers: int
    items: list[FindingOut]


class SubmissionIn(Schema):
    terms_accepted: bool = Field(False, description="The terms of deposit were read and are accepted")


class EventOut(Schema):
    """One thing that happened, in the chained log."""

    number: int
    at: dt.datetime
    move: str
    actor: str
    from_state: str
    to_state: str
    note: str


class EventsOut(NextOut):
    items: list[EventOut]


class CitationIn(Schema):
    style: str = Field("datacite", max_length=50, description="datacite, apa, harvard, iso690, ieee, nature, "
                       "vancouver, copernicus, agu")  # fmt: skip
    language: str = Field("", pattern="^(fr|en)?$", description="fr or en; else of Accept-Language")


class CitationOut(Schema):
    style: str
    language: str
    text: str


class DifferencesIn(Schema):
    since: int = Field(0, ge=0, le=100_000, description="The version to compare with; 0: the one before")


class PieceOut(Schema):
    kind: str = Field(description="same, old (gone) or new")
    words: str


class DifferenceOut(Schema):
    field: str
    pieces: list[PieceOut]


class DifferencesOut(Schema):
    """What differs from an earlier version, word by word; files by path."""

    since: int
    items: list[DifferenceOut]
    added: list[str] = Field(description="Files that came, at most a thousand")
    removed: list[str]
    changed: list[str] = Field(description="Files whose content changed")
