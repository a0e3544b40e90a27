# SPDX-License-Identifier: AGPL-3.0-or-later
"""The version or deposit that an address names, for those who may read its making."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from terracite.repository.models import DatasetVersion, Deposit
from terracite.repository.permissions import can_read_review, is_deposit_reader


def own_version(request: HttpRequest, uuid: UUID) -> DatasetVersion:
    """The version, for those who may read its making; a stranger learns nothing of it."""
    found = get_object_or_404(DatasetVersion.objects.select_related("dataset__deposit__owner"), uuid=uuid)
    if not can_read_review(request.user, found):
        raise Http404
    return found


def own_deposit(request: HttpRequest, uuid: UUID) -> Deposit:
    """The deposit, for its owner and those it is shared with; a stranger learns nothing of it."""
    found = get_object_or_404(Deposit.objects.select_related("owner"), uuid=uuid)
    if not is_deposit_reader(request.user, found):
        raise Http404
    return found
