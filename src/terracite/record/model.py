# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canonical record: one immutable value from which every metadata standard is written.

Everything is optional but the uuid, so that a draft is a record too; `terracite.record.rules` says what is
still missing before it can be published. Bilingual text stays two texts (`Text`). Where a value came from is
kept beside it, in `Record.origins`, by the dotted name of its field ("title.fr", "extents", "licence").
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal
from uuid import UUID, uuid4

from pydantic import Field, field_validator

from terracite.record.agents import (
    Agent,
    Contributor,
    ContributorRole,
    Funding,
    Organisation,
)
from terracite.record.content import (
    Discipline,
    Keyword,
    KeywordKind,
    Lineage,
    MapClass,
    Quality,
    ResourceType,
    Source,
    Step,
    Variable,
)
from terracite.record.coverage import (
    Box,
    Era,
    Extent,
    Period,
    Platform,
    ReferenceSystem,
    Representation,
    Resolution,
)
from terracite.record.publication import (
    OPEN_ACCESS,
    Access,
    AccessKind,
    DataFile,
    DateKind,
    FileRole,
    Parent,
    Precision,
    RecordDate,
    Related,
    Version,
)
from terracite.record.values import (
    Language,
    Moment,
    Origin,
    OriginKind,
    Text,
    Value,
    as_day,
    iso,
)

__all__ = [
    "OPEN_ACCESS",
    "SCHEMA_VERSION",
    "Access",
    "AccessKind",
    "Agent",
    "Box",
    "Contributor",
    "ContributorRole",
    "DataFile",
    "DateKind",
    "Discipline",
    "Era",
    "Extent",
    "FileRole",
    "Funding",
    "Keyword",
    "KeywordKind",
    "Language",
    "Lineage",
    "MapClass",
    "Moment",
    "Organisation",
    "Origin",
    "OriginKind",
    "Parent",
    "Period",
    "Platform",
    "Precision",
    "Quality",
    "Record",
    "RecordDate",
    "ReferenceSystem",
    "Related",
    "Representation",
    "Resolution",
    "ResourceType",
    "Source",
    "Step",
    "Text",
    "Value",
    "Variable",
    "Version",
    "as_day",
    "iso",
]

SCHEMA_VERSION: Literal[3] = 3


class Record(Value):
    """Everything Terracite knows about one version of one dataset. Times are UTC."""

    schema_version: Literal[3] = SCHEMA_VERSION
    uuid: UUID = Field(default_factory=uuid4)
    doi: str = ""  #: without the https://doi.org/ prefix
    title: Text = Text()
    abstract: Text = Text()
    lineage: Lineage = Lineage()
    purpose: Text = Text()
    notes: Text = Text()
    language: Language = "en"  #: of the metadata
    data_languages: tuple[str, ...] = ()  #: ISO 639-1
    resource_type: ResourceType = ResourceType.DATASET
    disciplines: tuple[Discipline, ...] = ()
    topics: tuple[str, ...] = ()  #: ISO 19115 topic categories
    keywords: tuple[Keyword, ...] = ()
    variables: tuple[Variable, ...] = ()
    classes: tuple[MapClass, ...] = ()
    nomenclature: str = ""  #: id of the list that ``classes`` come from
    creators: tuple[Agent, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    contacts: tuple[Agent, ...] = ()
    publisher: Organisation | None = None
    funding: tuple[Funding, ...] = ()
    dates: tuple[RecordDate, ...] = ()
    extents: tuple[Extent, ...] = ()
    reference_systems: tuple[ReferenceSystem, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    representation: Representation | None = None
    periods: tuple[Period, ...] = ()
    eras: tuple[Era, ...] = ()
    time_resolution: str = ""  #: ISO 8601 duration
    platforms: tuple[Platform, ...] = ()
    quality: tuple[Quality, ...] = ()
    licence: str = ""  #: SPDX identifier
    access: Access = Access()
    related: tuple[Related, ...] = ()
    parent: Parent | None = None
    version: Version = Version()
    files: tuple[DataFile, ...] = ()
    thumbnail: str = ""  #: path of one of ``files``
    record_created: Moment | None = None
    record_updated: Moment | None = None
    origins: dict[str, Origin] = Field(default_factory=dict)

    @field_validator("doi")
    @classmethod
    def _without_resolver(cls, doi: str) -> str:
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi.strip(), flags=re.IGNORECASE)

    def date(self, kind: DateKind) -> dt.date | None:
        """The latest date of that kind, or None."""
        return max((date.on for date in self.dates if date.kind is kind), default=None)

    @property
    def publication_year(self) -> int | None:
        """The year readers get the data (DataCite's rule): the end of an embargo, else when it was issued."""
        day = self.access.embargo_until or self.date(DateKind.ISSUED) or self.date(DateKind.AVAILABLE)
        return day.year if day else None

    @property
    def first_language(self) -> Language:
        """The language of the metadata, or the other one when the title is only in that."""
        other: Language = "fr" if self.language == "en" else "en"
        return self.language if getattr(self.title, self.language) or not self.title else other

    def origin(self, field: str) -> Origin | None:
        """Where the value of ``field`` came from: its own origin, or that of the field it is part of."""
        while field:
            if field in self.origins:
                return self.origins[field]
            field = field.rpartition(".")[0]
        return None

    def without_emails(self) -> Record:
        """This record as anybody may read it: without the addresses of people."""
        return self.model_copy(
            update={
                "creators": tuple(agent.without_email() for agent in self.creators),
                "contacts": tuple(agent.without_email() for agent in self.contacts),
                "contributors": tuple(
                    item.model_copy(update={"agent": item.agent.without_email()}) for item in self.contributors
                ),
            }
        )

    def with_values(self, origin: Origin, **values: object) -> Record:
        """This record with ``values`` changed, each marked as coming from ``origin``."""
        origins = self.origins | dict.fromkeys(values, origin)
        return Record.model_validate(dict(self) | values | {"origins": origins})

    def with_dates(self, **dates: dt.date) -> Record:
        """This record with the given dates set, one per kind: ``with_dates(issued=today)``."""
        kept = tuple(date for date in self.dates if date.kind.value not in dates)
        added = tuple(RecordDate(kind=DateKind(kind), on=on) for kind, on in dates.items())
        return self.model_copy(update={"dates": kept + added})
