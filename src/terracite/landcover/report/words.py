# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of the report, and its files of words and styles."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("en", "fr")
Words = dict[str, str]


@cache
def words(language: str) -> Words:
    """The words of the report in one language."""
    table: dict[str, Words] = tomllib.loads(data("report.toml"))
    return table[language]


def data(name: str) -> str:
    """A file of the data of land cover."""
    return resources.files("terracite.landcover").joinpath("data", name).read_text(encoding="utf-8")
