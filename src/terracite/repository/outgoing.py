# SPDX-License-Identifier: AGPL-3.0-or-later
"""What outside systems must be told, written down in the same transaction as the move that causes it.

An item only says *what to look at* (the DOI of this version, its place in the index); what to tell is found from
the version's state when the item is handled, so items can come late, twice or out of order.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils import timezone

from terracite.repository.models import DatasetVersion, OutboxItem


class Kind(StrEnum):
    """What has to follow the version."""

    DOI = "doi"
    CONCEPT_DOI = "concept_doi"
    PRESERVE = "preserve"
    INDEX = "index"


def ask(kind: Kind, version: DatasetVersion, cause: str) -> None:
    """Make the machine look at it; the same ``cause`` asked twice is done once."""
    OutboxItem.objects.get_or_create(
        key=f"{kind}:{version.uuid}:{cause}",
        defaults={"kind": kind.value, "version": version, "next_try_at": timezone.now()},
    )


def tell_everybody(version: DatasetVersion, cause: str) -> None:
    """Registrar, preservation and index, after a public change."""
    for kind in (Kind.DOI, Kind.PRESERVE, Kind.INDEX):
        ask(kind, version, cause)
    if version.dataset.concept_doi:
        ask(Kind.CONCEPT_DOI, version, cause)
