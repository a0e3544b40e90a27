# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address names, for those who may know of it: 404 for everybody else, whether it is there or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from terracite.repository.models import DatasetVersion, Deposit
from terracite.repository.permissions import can_read_review, can_view, can_view_deposit
from terracite.repository.states import State
from terracite.website.api.access import caller

VERSION = "/datasets/{uuid:identifier}/versions/{int:number}"
DEPOSIT = "/deposits/{uuid:identifier}"
_MOST = 2**31 - 1  #: of a number that a database takes


def version_of(request: HttpRequest, identifier: UUID, number: int) -> DatasetVersion:
    """A version that the caller may see."""
    if number > _MOST:
        raise Http404
    versions = DatasetVersion.objects.select_related("dataset__deposit__owner", "assigned_to")
    version = get_object_or_404(versions, dataset__uuid=identifier, number=number)
    if not can_view(caller(request), version):
        raise Http404
    return version


def reviewed_version(request: HttpRequest, identifier: UUID, number: int) -> DatasetVersion:
    """A version whose making the caller may read: findings, conversations, history."""
    version = version_of(request, identifier, number)
    if not can_read_review(caller(request), version):
        raise Http404
    return version


def latest_version(request: HttpRequest, identifier: UUID) -> DatasetVersion:
    """The last version that the caller may see; for somebody without a token, the last published one."""
    versions = DatasetVersion.objects.filter(dataset__uuid=identifier).select_related("dataset__deposit__owner")
    seen = [one for one in versions.order_by("-number") if can_view(caller(request), one)]
    if not seen:
        raise Http404
    published = [one for one in seen if one.state == State.PUBLISHED.value]
    return (seen if caller(request).is_authenticated else published or seen)[0]


def row_of(rows: Any, key: int) -> Any:
    """One row of a query by its number; 404 also for numbers that no database counts to."""
    if key >= 1 << 63:
        raise Http404
    return get_object_or_404(rows, pk=key)


def deposit_of(request: HttpRequest, identifier: UUID) -> Deposit:
    """A deposit that the caller may see."""
    found = get_object_or_404(Deposit.objects.select_related("owner"), uuid=identifier)
    if not can_view_deposit(caller(request), found):
        raise Http404
    return found
