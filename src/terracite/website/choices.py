# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists a form offers, in the reader's language."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from terracite.record import vocabularies
from terracite.record.model import AccessKind, ContributorRole, FileRole, OriginKind, Record, Representation
from terracite.website.templatetags.show import language

Choices = list[tuple[str, str]]
LONGEST_EMBARGO = dt.timedelta(days=730)


def file_roles() -> Choices:
    return [(role.value, vocabularies.file_role_label(role).best(language())) for role in FileRole]


def representations() -> Choices:
    return [(kind.value, vocabularies.representation_label(kind).best(language())) for kind in Representation]


def accesses() -> Choices:
    known = [kind for kind in AccessKind if kind is not AccessKind.UNKNOWN]
    return [(kind.value, vocabularies.access_label(kind).best(language())) for kind in known]


def contributor_roles() -> Choices:
    return [(role.value, vocabularies.role_label(role).best(language())) for role in ContributorRole]


def relations() -> Choices:
    return [(code, label.best(language())) for code, label in vocabularies.relations().items()]


def topics() -> Choices:
    return [(code, label.best(language())) for code, label in vocabularies.topics().items()]


def licences(chosen: str) -> Choices:
    """The licences a form offers, and the one already chosen when it is another."""
    offered = [
        (item.identifier, f"{item.label.best(language())} ({item.identifier})") for item in vocabularies.licences()
    ]
    known = {identifier for identifier, _label in offered}
    return offered if not chosen or chosen in known else [*offered, (chosen, chosen)]


def keywords() -> list[str]:
    """The words of every keyword that is shipped."""
    return sorted({keyword.label.best(language()) for keyword in vocabularies.keywords()}, key=str.casefold)


def standard_names() -> list[str]:
    return sorted(vocabularies.standard_names())


def embargo_limit() -> str:
    """The last day an embargo may end: two years from now."""
    return (timezone.now().date() + LONGEST_EMBARGO).isoformat()


def read_from_files(record: Record) -> list[tuple[str, str]]:
    """The fields that were read from files, each with the file."""
    found = {
        name.partition(".")[0]: origin.detail
        for name, origin in record.origins.items()
        if origin.kind is OriginKind.EXTRACTED
    }
    return sorted(found.items())
