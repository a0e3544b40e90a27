# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often datasets are read and taken."""

from __future__ import annotations

import datetime as dt

from ninja import Schema
from pydantic import Field


class SumsOut(Schema):
    """Counts of people's readings after COUNTER's code of practice; those of their programs apart."""

    views: int
    downloads: int
    visits: int = Field(description="Sessions of an hour in which anything was read or taken")
    takers: int = Field(description="Sessions in which files were taken")
    bytes: int
    machine_views: int
    machine_downloads: int


class MonthOut(Schema):
    month: dt.date = Field(description="Its first day")
    counts: SumsOut


class UsageOut(Schema):
    """Of this version, of all versions of its dataset, and of the dataset month by month without gaps."""

    version: SumsOut
    dataset: SumsOut
    months: list[MonthOut]
