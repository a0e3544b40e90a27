# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searching."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from terracite.repository.search.model import Hit
from terracite.website.api.schemas.common import ProblemOut


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
