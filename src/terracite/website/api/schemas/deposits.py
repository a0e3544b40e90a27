# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deposits: groups of datasets, and the people they are shared with."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from terracite.record.model import Text
from terracite.website.api.schemas.common import NextOut, TextIn

Role = Literal["editor", "reader"]


class DepositsIn(Schema):
    """Which deposits."""

    mine: bool = Field(False, description="Only one's own and those shared with one")


class DepositIn(Schema):
    """A new deposit."""

    title: TextIn = Field(examples=[{"en": "Yearly maps of Reunion Island"}])
    description: TextIn = TextIn(fr="", en="")
    disciplines: list[str] = Field(max_length=10, examples=[["continental_surfaces"]])


class DepositChangesIn(Schema):
    """Values to change: of the deposit itself (title, abstract, disciplines), and common to its datasets."""

    changes: dict[str, Any] = Field(max_length=100, examples=[{"licence": "CC-BY-4.0"}])
    edit: int | None = Field(None, ge=0, description="The edit that they were made from: conflicts are told")


class DepositOut(Schema):
    """A group of datasets; ``datasets`` are the first of those the caller may see, ``datasets_url`` lists them all."""

    identifier: UUID
    title: Text
    description: Text
    disciplines: list[str]
    datasets: list[UUID]
    datasets_url: str
    url: str = Field(description="Its page")
    role: str = Field("", description="The caller's: owner, editor, reader or none")
    edit: int
    common: dict[str, Any] = Field({}, description="For its members: values that its datasets inherit")


class DepositsOut(NextOut):
    total: int
    items: list[DepositOut]


class MemberIn(Schema):
    role: Role = "editor"


class MemberOut(Schema):
    """Somebody it is shared with."""

    username: str
    name: str
    role: str
    since: dt.datetime


class MembersOut(Schema):
    owner: str
    items: list[MemberOut]
