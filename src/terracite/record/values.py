# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values that every part of the record is built from: text in two languages, moments, origins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, field_validator

Language = Literal["fr", "en"]


def _as_utc(moment: dt.datetime) -> dt.datetime:
    """A moment without a zone is taken as UTC; any other is converted to it."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _day_or_moment(value: object) -> object:
    """A text such as "2022-07-01" is a day, never midnight of that day."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a day (2022-07-01) nor a moment (2022-07-01T06:30:00Z)") from None


Moment = Annotated[dt.datetime, AfterValidator(_as_utc)]


DayOrMoment = Annotated[Moment | dt.date, BeforeValidator(_day_or_moment)]


class Value(BaseModel):
    """A frozen part of the record; unknown fields, NaN and infinity are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Text(Value):
    """The same text in French and English; either may be missing."""

    fr: str = ""
    en: str = ""

    @field_validator("fr", "en")
    @classmethod
    def _without_outer_space(cls, text: str) -> str:
        return text.strip()

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def best(self, language: str = "en") -> str:
        """The text in ``language``, or in the other one when that is missing."""
        return (self.fr or self.en) if language == "fr" else (self.en or self.fr)

    def ordered(self, first: Language) -> list[tuple[Language, str]]:
        """As `items`, with the language ``first`` before the other."""
        return sorted(self.items(), key=lambda item: item[0] != first)

    def items(self) -> Iterator[tuple[Language, str]]:
        """The languages that are there, each with its text."""
        if self.fr:
            yield "fr", self.fr
        if self.en:
            yield "en", self.en


class OriginKind(StrEnum):
    """How a value came into the record."""

    TYPED = "typed"
    EXTRACTED = "extracted"
    INHERITED = "inherited"
    IMPORTED = "imported"
    SUGGESTED = "suggested"
    PRODUCED = "produced"


class Origin(Value):
    """Where a value came from: ``detail`` is the file, the format or the command."""

    kind: OriginKind
    detail: str = ""


def iso(moment: dt.datetime | dt.date) -> str:
    """A day as "2022-07-01", a moment as "2022-07-01T06:30:00Z"."""
    return moment.isoformat().replace("+00:00", "Z")


def as_day(moment: dt.datetime | dt.date) -> dt.date:
    """The day of a moment; a day stays what it is."""
    return moment.date() if isinstance(moment, dt.datetime) else moment
