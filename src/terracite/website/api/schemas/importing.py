# SPDX-License-Identifier: AGPL-3.0-or-later
"""Descriptions written elsewhere: given, offered field by field, taken."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, model_validator

from terracite.record.model import Text


class SourceIn(Schema):
    """One of: a document as text (ISO, DataCite, RO-Crate, a geoflow table...), a DOI, an earlier dataset of yours."""

    text: str = Field("", examples=['{"@context": "https://schema.org/", "@type": "Dataset", "name": "Land cover"}'])
    doi: str = Field("", max_length=200)
    dataset: UUID | None = None
    row: int | None = Field(None, ge=0, le=100_000, description="Of a table of several: which row, from 0")

    @model_validator(mode="after")
    def one_source(self) -> SourceIn:
        if sum(map(bool, (self.text.strip(), self.doi.strip(), self.dataset))) != 1:
            raise ValueError("give one of text, doi and dataset")
        return self


class ImportIn(SourceIn):
    """What is taken: the fields named, or those that the draft leaves empty."""

    fields: list[str] | None = Field(None, max_length=200, examples=[["title.en", "keywords"]])


class OfferedOut(Schema):
    """One field: what the source says, what the draft says now."""

    field: str
    value: Any
    before: Any
    default: bool = Field(description="Whether it is taken when no fields are named")
    added: bool = Field(False, description="Joined to the list that is there")


class LeftOut(Schema):
    where: str
    value: str


class RowOut(Schema):
    row: int
    title: str


class OfferOut(Schema):
    """What an import would take; of a table of several, only its ``rows`` to choose from."""

    format: str = ""
    label: Text = Text()
    of: str = Field(default="", description="The DOI or address of what the source describes")
    rows: list[RowOut] = []
    offers: list[OfferedOut] = []
    same: list[str] = Field(default=[], description="Fields that say so already")
    not_taken: list[LeftOut] = Field(default=[], description="What the record has no place for")
    remarks: list[Text] = []


class ImportedOut(Schema):
    taken: list[str]
    edit: int
