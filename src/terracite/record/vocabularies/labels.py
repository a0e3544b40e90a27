# SPDX-License-Identifier: AGPL-3.0-or-later
"""Closed lists and their labels in both languages: topics, roles, relations, kinds, languages, lists of words."""

from __future__ import annotations

from functools import cache

from terracite.record.model import (
    AccessKind,
    ContributorRole,
    DateKind,
    Discipline,
    FileRole,
    OriginKind,
    Representation,
    ResourceType,
    Text,
)
from terracite.record.vocabularies.tables import table, text

#: ISO 639-2/T codes that differ from the bibliographic ones of the table
_TERMINOLOGICAL = {
    "fra": "fr", "deu": "de", "nld": "nl", "zho": "zh", "ell": "el", "ron": "ro", "eus": "eu", "ces": "cs", "fas": "fa",
}  # fmt: skip


def topics() -> dict[str, Text]:
    """The ISO 19115-1 topic categories: code -> label."""
    return _labels("topics")


def topic_label(code: str) -> Text:
    """The name of a topic category; the code itself when it is not one."""
    return _label("topics", code)


def discipline_label(discipline: Discipline) -> Text:
    return _label("disciplines", discipline)


def role_label(role: ContributorRole) -> Text:
    return _label("contributor_roles", role)


def relations() -> dict[str, Text]:
    """DataCite's relation types, read "this dataset ... that resource": type -> label."""
    return _labels("relations")


def relation_label(relation: str) -> Text:
    return _label("relations", relation)


def representation_label(representation: Representation) -> Text:
    return _label("representations", representation)


def resource_type_label(resource_type: ResourceType) -> Text:
    return _label("resource_types", resource_type)


def access_label(access: AccessKind) -> Text:
    return _label("access", access)


def date_label(kind: DateKind) -> Text:
    return _label("dates", kind)


def origin_label(kind: OriginKind) -> Text:
    return _label("origins", kind)


def file_role_label(role: FileRole) -> Text:
    return _label("file_roles", role)


@cache
def words(name: str) -> frozenset[str]:
    """A closed list of words: "identifier_types", "resource_types" (DataCite), "executables", "vague_title"..."""
    return frozenset(table("words")[name])


def open_alternatives() -> dict[str, str]:
    """Endings of formats that are hard to reuse, each with the open formats to use instead."""
    endings: dict[str, str] = table("words")["closed_formats"]
    return endings


def iso639_2(code: str) -> str:
    """The three-letter code (bibliographic) of an ISO 639-1 language; any other code is given back as it is."""
    codes: dict[str, str] = table("words")["iso639_2"]
    return codes.get(code, code)


@cache
def iso639_1_codes() -> dict[str, str]:
    """The ISO 639-1 code of each ISO 639-2 code known, bibliographic ("fre") and terminological ("fra")."""
    codes: dict[str, str] = table("words")["iso639_2"]
    return {three: two for two, three in codes.items()} | _TERMINOLOGICAL


def _label(name: str, code: str) -> Text:
    return _labels(name).get(code, Text(fr=code, en=code))


@cache
def _labels(name: str) -> dict[str, Text]:
    return {code: text(row) for code, row in table("labels")[name].items()}
