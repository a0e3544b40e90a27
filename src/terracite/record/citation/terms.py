# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every way to cite a dataset needs: its year, its identifier, the words for what it is."""

from __future__ import annotations

import datetime as dt
import re

from terracite.record import vocabularies
from terracite.record.identifiers import doi_url
from terracite.record.model import DateKind, Language, Record, ResourceType

PRACTICE_PREFIX = "10.5072/"  #: DataCite's prefix for tests: its DOIs resolve nowhere
UNPUBLISHED = {"fr": "non publié", "en": "unpublished"}


def is_practice(doi: str) -> bool:
    """Whether a DOI is only for practice."""
    return doi.startswith(PRACTICE_PREFIX)


def identifier(record: Record, landing_url: str = "") -> str:
    """What a citation ends with: the address of the DOI; the page where there is none, or where it resolves nowhere.

    Without a page, the bare DOI, or the uuid.
    """
    if not record.doi:
        return landing_url or f"urn:uuid:{record.uuid}"
    if is_practice(record.doi):
        return landing_url or f"doi:{record.doi}"
    return doi_url(record.doi)


def address(record: Record, landing_url: str = "") -> str:
    """Where a reference manager sends its reader; "" when nowhere."""
    found = identifier(record, landing_url)
    return found if found.startswith("http") else ""


def known(language: str) -> Language:
    return "fr" if language == "fr" else "en"


def issued(record: Record) -> dt.date | None:
    """The day of publication, when it is in the year that is cited (after an embargo, that of its end)."""
    day = record.date(DateKind.ISSUED)
    return day if day and day.year == record.publication_year else None


def kind(record: Record, language: str) -> str:
    """What the thing is, in words: "Dataset", "Jeu de données"."""
    return vocabularies.resource_type_label(record.resource_type).best(language)


def kind_named(text: str) -> ResourceType | None:
    """What a word means: the label of a type in either language, its code, or DataCite's name of it."""
    word = re.sub(r"[\s_-]", "", text.strip().casefold())
    if not word:
        return None
    for found in ResourceType:
        label = vocabularies.resource_type_label(found)
        names = {found.value, label.fr, label.en}
        if word in {re.sub(r"[\s_-]", "", name.casefold()) for name in names}:
            return found
    return ResourceType.DATASET if word in {"data", "database"} else None
