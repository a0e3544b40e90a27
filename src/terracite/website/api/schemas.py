# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the API takes and answers."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from ninja import Schema
from pydantic import Field

from terracite.record.model import Text
from terracite.repository.search.model import Hit


class ProblemOut(Schema):
    """One thing to correct."""

    where: str
    what: str
    cure: str = ""


class ErrorOut(Schema):
    """Why a call did not succeed, and what to do about it."""

    error: str
    cure: str = ""
    problems: list[ProblemOut] = []


class SearchIn(Schema):
    """The parameters of a search; those that may be repeated are lists."""

    q: str = Field("", description="Words, a DOI, a tile such as 40KCB")
    bbox: str = Field("", description="west,south,east,north in degrees")
    start: str = Field("", description="From this day, month or year on")
    end: str = Field("", description="Until then, included")
    discipline: list[str] = []
    type: list[str] = Field([], description="grid, vector, textTable...")
    format: list[str] = []
    licence: list[str] = []
    access: list[str] = Field([], description="open, embargoed, restricted")
    deposit: str = Field("", description="uuid of a deposit")
    loose: str = Field("", description="1: also words spelled nearly so")
    sort: str = Field("", description="relevance, newest, oldest or title")
    page: str = Field("", description="From 1")
    size: str = Field("", description="1 to 100")


class PageIn(Schema):
    page: int = Field(1, ge=1, le=5000)


class WishesIn(Schema):
    """What a depositor asks beside the crate itself."""

    discipline: list[str] = Field([], description="Desks, instead of the record's")
    deposit: str = Field("", description="Title of the deposit that groups the crates")
    submit: bool = Field(False, description="Submit to moderation at once, accepting the terms")
    upload: UUID | None = Field(None, description="A zip that came in pieces, instead of the body")


class FacetOut(Schema):
    value: str
    count: int
    chosen: bool


class HitOut(Hit):
    """One dataset of a list, with the full address of its page."""

    url: str


class SearchOut(Schema):
    """One page of results. ``next``: the address of the following page."""

    total: int
    page: int
    pages: int
    next: str = ""
    hits: list[HitOut]
    facets: dict[str, list[FacetOut]]
    problems: list[ProblemOut] = []  #: parameters that were not understood, and left out


class FileOut(Schema):
    path: str
    bytes: int
    sha256: str
    media_type: str
    format: str
    role: str
    url: str = ""  #: empty when the caller may not read it


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
    state: str
    access: str
    embargo_until: dt.date | None = None
    doi: str
    doi_state: str
    concept_doi: str
    title: Text
    deposit: UUID
    published_at: dt.datetime | None = None
    versions: list[VersionOut]
    files: list[FileOut]
    archive: str
    formats: list[LinkOut]
    record: dict[str, object]


class DepositOut(Schema):
    """A group of datasets; ``datasets`` are those the caller may see."""

    identifier: UUID
    title: Text
    description: Text
    disciplines: list[str]
    datasets: list[UUID]


class DepositsOut(Schema):
    total: int
    page: int
    pages: int
    deposits: list[DepositOut]


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
