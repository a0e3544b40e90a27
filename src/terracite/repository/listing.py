# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which deposits and versions somebody may list: `permissions.can_view` and `can_view_deposit`, asked of the tables."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.permissions import Visitor, is_curator, known


def visible_versions(visitor: Visitor) -> QuerySet[DatasetVersion]:
    """What everybody sees, and all of one's own deposits and of those shared with one; everything for curators.

    What waits at a moderator's desks is in their queue (`moderation.queue`).
    """
    if is_curator(visitor):
        return DatasetVersion.objects.all()
    somebody = known(visitor)
    public = Q(published_at__isnull=False)
    return DatasetVersion.objects.filter(public | _of(somebody, "dataset__deposit__") if somebody else public)


def own_versions(person: Person) -> QuerySet[DatasetVersion]:
    """Those of one's own deposits, and of those shared with one."""
    return DatasetVersion.objects.filter(_of(person, "dataset__deposit__"))


def visible_deposits(visitor: Visitor) -> QuerySet[Deposit]:
    """Those with something public, one's own and those shared with one; all for curators."""
    if is_curator(visitor):
        return Deposit.objects.all()
    somebody = known(visitor)
    public = Q(datasets__versions__published_at__isnull=False)
    return Deposit.objects.filter(public | _of(somebody) if somebody else public).distinct()


def own_deposits(person: Person) -> QuerySet[Deposit]:
    """One's own and those shared with one."""
    return Deposit.objects.filter(_of(person)).distinct()


def role_in(deposit: Deposit, visitor: Visitor) -> str:
    """owner, editor, reader, or "" for anybody else."""
    somebody = known(visitor)
    if somebody is None:
        return ""
    if deposit.owner_id == somebody.pk:
        return "owner"
    member = deposit.memberships.filter(person=somebody).first()
    return member.role if member else ""


def _of(person: Person, prefix: str = "") -> Q:
    return Q(**{f"{prefix}owner": person}) | Q(**{f"{prefix}memberships__person": person})
