# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chosen fields of a source into a draft, each marked as imported with where it came from."""

from __future__ import annotations

from collections.abc import Collection

from terracite.record.model import Origin, OriginKind
from terracite.repository import deposits
from terracite.repository.importing.choosing import offer, values_of
from terracite.repository.importing.sources import Found
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.records import record_of


def apply(version: DatasetVersion, found: Found, person: Person, names: Collection[str] | None = None) -> list[str]:
    """Take fields of a source: those of ``names``, or only those that the draft leaves empty. The names taken.

    Raises `MoveError` when this person may not change the draft, `DepositError` for values that cannot be used.
    """
    offered = offer(found, record_of(version))
    wanted = {item.name for item in offered.offers if item.is_default} if names is None else set(names)
    values = values_of(offered, wanted)
    if not values:
        return []
    detail = f"{found.format} {found.of}".strip()
    deposits.save(version, person, values, origin=Origin(kind=OriginKind.IMPORTED, detail=detail))
    return list(values)
