# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding people, organisations, funders, keywords, standard names and places."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

Kind = Literal["people", "organisations", "funders", "keywords", "standard-names", "places"]


class FinderIn(Schema):
    q: str = Field("", max_length=200, description="Beginnings of words, an ORCID, a ROR, a Sentinel-2 tile")


class OptionOut(Schema):
    """One answer: ``fill`` says what it puts into a row of the form ("orcid", "ror", "west"...)."""

    label: str
    note: str
    fill: dict[str, str]


class OptionsOut(Schema):
    items: list[OptionOut]
