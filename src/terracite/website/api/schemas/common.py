# SPDX-License-Identifier: AGPL-3.0-or-later
"""Errors, pages of a list, names in both languages."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

MOST_ITEMS = 100


class ProblemOut(Schema):
    """One thing to correct."""

    where: str = Field(description="The field, file or parameter; empty when it is the whole")
    what: str
    cure: str = ""
    code: str = ""


class ConflictOut(Schema):
    """A field that somebody else changed meanwhile; nothing of it was saved."""

    field: str
    mine: Any = Field(description="The value that was sent")
    theirs: Any = Field(description="The value that is there")
    edit: int = Field(description="The edit that it came with: send this number to write over it")


class ErrorOut(Schema):
    """Why a call did not succeed, and what to do about it, in the language of Accept-Language (fr, en)."""

    code: str = Field(description="For programs: not_found, edit_conflict, blockers...", examples=["not_found"])
    message: str = Field(examples=["There is nothing at this address."])
    cure: str = Field("", examples=["Check the identifier, or send your token."])
    problems: list[ProblemOut] = []
    conflicts: list[ConflictOut] = Field([], description="With code edit_conflict: both values of each field")


class PageIn(Schema):
    """Which part of a list."""

    cursor: str = Field("", max_length=300, description="From the 'next' of the page before; empty for the first")
    size: int = Field(20, ge=1, le=MOST_ITEMS, description="Items of a page")


class NextOut(Schema):
    """``next``: the address of the following page; empty at the end."""

    next: str = ""


class TextIn(Schema):
    """The same in French and English; one of them may be empty."""

    fr: str = Field("", max_length=20_000)
    en: str = Field("", max_length=20_000)


def errors(*statuses: int) -> dict[int, type[ErrorOut]]:
    """The error answers of an operation, for OpenAPI."""
    return dict.fromkeys(statuses, ErrorOut)


READING = errors(401, 404, 422, 429, 503)
WRITING = errors(401, 403, 404, 409, 422, 429, 503)
CHANGING = WRITING | errors(412)  #: where If-Match is obeyed
