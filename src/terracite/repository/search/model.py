# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of the search and what it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from terracite.record.model import Box, Language, Text, Value

Sort = Literal["relevance", "newest", "oldest", "title"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "title")
MAX_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search. Empty values restrict nothing; several values of one facet widen it."""

    text: str = ""
    box: Box | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    disciplines: tuple[str, ...] = ()
    types: tuple[str, ...] = ()  #: representations: grid, vector, textTable...
    formats: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    deposit: str = ""  #: uuid of the deposit
    loose: bool = False  #: also words spelled nearly so
    page: int = 1  #: from 1
    size: int = 20
    sort: Sort = "relevance"
    language: Language = "en"

    @property
    def is_empty(self) -> bool:
        """Whether nothing restricts the search."""
        return not (
            self.text.strip() or self.box or self.start or self.end or self.deposit or any(self.chosen().values())
        )

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The chosen values of every facet of the index."""
        return {
            "discipline": self.disciplines,
            "kind": self.types,
            "format": self.formats,
            "licence": self.licences,
            "access": self.access,
        }


class Hit(Value):
    """One published dataset, as much of it as a list of results shows."""

    uuid: str  #: of the dataset
    number: int  #: of its version
    path: str  #: of the landing page
    doi: str = ""
    title: Text = Text()
    summary: Text = Text()  #: the first sentences of the abstract
    creators: tuple[str, ...] = ()
    published: dt.date | None = None
    access: str = "open"
    embargo_until: dt.date | None = None
    licence: str = ""
    disciplines: tuple[str, ...] = ()
    kind: str = ""
    formats: tuple[str, ...] = ()
    bytes: int = 0
    file_count: int = 0
    boxes: tuple[tuple[float, float, float, float], ...] = ()  #: west, south, east, north; one per extent
    start: dt.date | None = None
    end: dt.date | None = None
    ongoing: bool = False
    resolution_m: float | None = None
    place: Text = Text()
    deposit: str = ""
    deposit_title: Text = Text()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many datasets one more value of a facet would show."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A wider search that does find something. ``dropped``: text, spelling, box, period, deposit or a facet."""

    dropped: str
    query: SearchQuery
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    """The answer: one page of hits and what the facets would give."""

    query: SearchQuery
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetCount, ...]]  #: discipline, kind, format, licence, access
    relaxations: tuple[Relaxation, ...] = field(default=())

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.query.size))
