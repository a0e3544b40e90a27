# SPDX-License-Identifier: AGPL-3.0-or-later
"""What publishing adds: dates, access, links, versions, files."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from terracite.record.values import Text, Value


class DateKind(StrEnum):
    CREATED = "created"
    COLLECTED = "collected"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    AVAILABLE = "available"
    ISSUED = "issued"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


_DIGITS = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}


class RecordDate(Value):
    """One dated event in the life of the dataset; ``on`` is the first day of the month or year known."""

    kind: DateKind
    on: dt.date
    precision: Precision = Precision.DAY

    @model_validator(mode="after")
    def _starts_its_month_or_year(self) -> Self:
        if len(self.text) < 10 and dt.date.fromisoformat(f"{self.text}-01-01"[:10]) != self.on:
            raise ValueError(f"{self.on} is not the first day of a {self.precision}")
        return self

    @property
    def text(self) -> str:
        """ISO 8601, as exact as the date is known: "2022-07-01", "2022-07" or "2022"."""
        return self.on.isoformat()[: _DIGITS[self.precision]]


class AccessKind(StrEnum):
    """Who may have the files. Nobody may claim that an unknown access is open."""

    OPEN = "open"
    EMBARGOED = "embargoed"
    RESTRICTED = "restricted"
    UNKNOWN = "unknown"  #: nothing says it


class Access(Value):
    kind: AccessKind = AccessKind.UNKNOWN
    embargo_until: dt.date | None = None
    conditions: Text = Text()  #: of access or use, in words; the licence says what is allowed

    @model_validator(mode="after")
    def _embargo_has_an_end(self) -> Self:
        if (self.kind is AccessKind.EMBARGOED) != (self.embargo_until is not None):
            raise ValueError("an embargo, and only an embargo, needs the date when it ends")
        return self


OPEN_ACCESS = Access(kind=AccessKind.OPEN)


class Related(Value):
    """A related resource. ``relation`` is DataCite's, read "this dataset ... that resource" (IsCitedBy, References)."""

    identifier: str
    relation: str = "References"
    identifier_type: str = ""  #: DOI, URL, Handle...; "" = found from the identifier
    title: str = ""
    resource_type: str = ""  #: DataCite's resourceTypeGeneral
    note: Text = Text()


class Parent(Value):
    """The deposit (group) that the dataset belongs to."""

    identifier: str
    title: Text = Text()


class Version(Value):
    number: str = "1.0"
    notes: Text = Text()
    previous_doi: str = ""
    next_doi: str = ""
    concept_doi: str = ""


class FileRole(StrEnum):
    DATA = "data"
    DOCUMENTATION = "documentation"
    LEGEND = "legend"
    THUMBNAIL = "thumbnail"
    METADATA = "metadata"


class DataFile(Value):
    """One file of the dataset. ``path`` is relative, with forward slashes."""

    path: str
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: str = "application/octet-stream"
    format: str = ""  #: name and version a person understands, such as "NetCDF-4 (CF-1.11)"
    role: FileRole = FileRole.DATA
    description: Text = Text()

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        parts = path.split("/")
        if not path or path.startswith("/") or "\\" in path or any(part in {"", ".", ".."} for part in parts):
            raise ValueError(f"the path {path!r} is not a plain relative path")
        return path
