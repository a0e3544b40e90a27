# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines for people: what happened to their datasets and desks."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from terracite.repository.models import DatasetVersion, DeskRoleName, Notice, Person
from terracite.repository.permissions import is_author


def tell_owners(version: DatasetVersion, move: str, note: str = "", *, but: Person | None = None) -> None:
    """A line for the owner and the collaborators of the deposit."""
    deposit = version.dataset.deposit
    _tell({deposit.owner, *deposit.collaborators.all()}, version, move, note, but)


def tell_desks(version: DatasetVersion, disciplines: Iterable[str], move: str, *, but: Person | None = None) -> None:
    """A line for the moderators of these disciplines who may moderate this version."""
    moderators = Person.objects.filter(
        desk_roles__role=DeskRoleName.MODERATOR, desk_roles__discipline__in=list(disciplines), is_active=True
    ).distinct()
    _tell({person for person in moderators if not is_author(person, version)}, version, move, "", but)


def tell(person: Person, version: DatasetVersion, move: str, note: str = "") -> None:
    """A line for one person."""
    _tell({person}, version, move, note, None)


def _tell(people: set[Person], version: DatasetVersion, move: str, note: str, but: Person | None) -> None:
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(person=person, version=version, move=move, note=note, at=now)
        for person in sorted(people - {but}, key=lambda person: person.pk)
    )
